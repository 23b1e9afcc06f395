"""Maps the checks of another test suite, OAuch, to the catalogue.

Each of its 83 checks is mapped to requirements, or to the reason why there is
none. The mapping is ``coverage_floor.toml``, whose tables are
``[Group.Check]``, with OAuch's names.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from conformance.catalogue import catalogue
from conformance.errors import UsageError
from conformance.lists.markdown import code, prose, table

FILE = Path(__file__).with_name("coverage_floor.toml")

_HEAD = """\
# Coverage of OAuch's checks

[OAuch](https://github.com/DistriNet/OAuch) is a test suite for
OAuth 2.0 servers. Its checks of authorization codes, PKCE, refresh, bearer
tokens and revocation are the minimum coverage here; the names are OAuch's, the
descriptions are this project's. [REQUIREMENTS.md](REQUIREMENTS.md) lists the
scenarios that verify each requirement and the faults that violate it.
"""


@dataclass(frozen=True)
class Check:
    """One check of OAuch.

    Attributes:
        name: OAuch's name for it, ``Group.Check``.
        asks: The expected behaviour, in this project's words.
        requirements: Ids of the requirements that cover it.
        note: What they do not cover, or why there is none.
    """

    name: str
    asks: str
    requirements: tuple[str, ...]
    note: str


def checks() -> list[Check]:
    """Return every check, in OAuch's order.

    Raises:
        UsageError: A check has an unknown requirement, or has
            neither a requirement nor a note.
    """
    listed = [
        Check(
            f"{group}.{name}",
            entry["asks"],
            tuple(entry.get("requirements", ())),
            entry.get("note", ""),
        )
        for group, entries in tomllib.loads(FILE.read_text("utf-8")).items()
        for name, entry in entries.items()
    ]
    for check in listed:
        _check_covered(check)
    return listed


def _check_covered(check: Check) -> None:
    if not check.requirements and not check.note:
        raise UsageError(f"{check.name} has neither a requirement nor a note")
    for requirement in check.requirements:
        if requirement not in catalogue():
            raise UsageError(
                f"{check.name}: {requirement} is not in the catalogue"
            )


def page() -> str:
    """Return the text of ``COVERAGE.md``."""
    listed = checks()
    untested = {r.id: r.untested for r in catalogue()}
    rows = [
        [
            str(number),
            code(check.name),
            prose(check.asks),
            "<br>".join(
                code(r) + (" (untested)" if untested[r] else "")
                for r in check.requirements
            ),
            prose(check.note),
        ]
        for number, check in enumerate(listed, 1)
    ]
    heading = ["#", "OAuch's check", "Expected", "Requirements here", "Note"]
    return "\n".join([_HEAD, *table(heading, rows)]) + "\n"
