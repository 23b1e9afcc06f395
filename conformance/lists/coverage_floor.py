"""How the catalogue covers the checks of another test bench, OAuch.

Its 83 checks are the floor of ours: each is mapped to requirements, or to
the reason why there is none. The mapping is ``coverage_floor.toml``, whose
tables are ``[Group.Check]``, as OAuch names them.
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

[OAuch](https://github.com/DistriNet/OAuch) is a test bench for
OAuth 2.0 servers. What it checks for authorization codes, PKCE, refresh,
bearer tokens and revocation is the least that is judged here; the names are
OAuch's, the words are ours. [REQUIREMENTS.md](REQUIREMENTS.md) says which
scenarios verify the requirements and which faults break them.
"""


@dataclass(frozen=True)
class Check:
    """One check of OAuch.

    Attributes:
        name: OAuch's name for it, ``Group.Check``.
        asks: What it wants to see, in our words.
        requirements: Ids of the requirements that stand for it.
        note: What they leave open, or why there is none.
    """

    name: str
    asks: str
    requirements: tuple[str, ...]
    note: str


def checks() -> list[Check]:
    """Return every check, in OAuch's order.

    Raises:
        UsageError: One names a requirement that is not catalogued, or has
            neither a requirement nor a note.
    """
    found = [
        Check(
            f"{group}.{name}",
            entry["asks"],
            tuple(entry.get("requirements", ())),
            entry.get("note", ""),
        )
        for group, entries in tomllib.loads(FILE.read_text("utf-8")).items()
        for name, entry in entries.items()
    ]
    for check in found:
        _check_covered(check)
    return found


def _check_covered(check: Check) -> None:
    if not check.requirements and not check.note:
        raise UsageError(f"{check.name} has neither a requirement nor a note")
    for requirement in check.requirements:
        if requirement not in catalogue():
            raise UsageError(f"{check.name}: {requirement} is not catalogued")


def page() -> str:
    """Return the text of ``COVERAGE.md``."""
    found = checks()
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
        for number, check in enumerate(found, 1)
    ]
    heading = ["#", "OAuch's check", "Wanted", "Requirements here", "Note"]
    return "\n".join([_HEAD, *table(heading, rows)]) + "\n"
