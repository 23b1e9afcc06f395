"""Selects, groups and sorts what the page shows."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from conformance.catalogue.levels import Level
from conformance.report import deployment, scope_map
from conformance.results import RequirementResult, ScenarioResult, extent
from conformance.results.verdict import RunVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.results import OptionValue, Results


_Member = TypeVar("_Member", RequirementResult, ScenarioResult)

#: The sections with what needs attention: id, title and verdicts.
SECTIONS = (
    ("findings", "What fails", (Verdict.FAIL, Verdict.WARN)),
    ("not-judged", "Not judged", (Verdict.ERROR, Verdict.BLOCKED)),
    ("known", "Known deviations", (Verdict.KNOWN,)),
)
ATTENTION = {v for _, _, verdicts in SECTIONS[:2] for v in verdicts}

SHOWN_APART = {"seed", "environment"}  # not among the other options
FAIL_ON = ("fail_on", "must")  # a default that is not shown

MEANINGS = {
    Verdict.FAIL: "A MUST is violated. This makes the run fail.",
    Verdict.WARN: (
        "A SHOULD is violated. This makes the run fail only with "
        "--fail-on should."
    ),
    Verdict.ERROR: (
        "The harness itself failed, which says nothing about the server."
    ),
    Verdict.BLOCKED: (
        "A precondition failed, so the requirement was not tested."
    ),
    Verdict.KNOWN: "A documented or accepted deviation that still occurs.",
    Verdict.UNSUPPORTED: "The target lacks what the scenario needs.",
    Verdict.PASS: "The requirement is met in every scenario.",
    Verdict.UNTESTED: "No scenario tests the requirement, for a given reason.",
}

_TITLES = {
    "RFC 3986": "Generic syntax of URIs",
    "RFC 6749": "The OAuth 2.0 authorization framework",
    "RFC 6750": "Bearer token usage",
    "RFC 6819": "OAuth 2.0 threat model",
    "RFC 7009": "Token revocation",
    "RFC 7636": "Proof Key for Code Exchange",
    "RFC 8252": "OAuth 2.0 for native apps",
    "RFC 8414": "Authorization server metadata",
    "RFC 9110": "HTTP semantics",
    "RFC 9207": "Issuer identification",
    "RFC 9700": "OAuth 2.0 security best current practice",
    "Scope map": "Which scope each route requires",
    "Behind proxies": "Which set-ups work, and which are refused",
}


@dataclass(frozen=True)
class Group(Generic[_Member]):
    """Requirements of one source, or scenarios of one file."""

    name: str
    members: tuple[_Member, ...]

    @property
    def title(self) -> str:
        """The title of the source, ``""`` if its name is sufficient."""
        return _TITLES.get(self.name, "")

    @cached_property
    def tally(self) -> dict[Verdict, int]:
        """Number of members by verdict, worst first."""
        return tally(Counter(member.verdict for member in self.members))

    @property
    def clean(self) -> bool:
        """Whether no member fails, warns, is blocked or is an error."""
        return not ATTENTION & set(self.tally)


def tally(counts: dict[Verdict, int]) -> dict[Verdict, int]:
    """Return the verdicts that occur, worst first."""
    return {v: counts[v] for v in Verdict if counts.get(v)}


@dataclass(frozen=True)
class Section:
    """A part of the page with what needs attention, most urgent first.

    Attributes:
        id: Its HTML id.
        title: Its heading.
        requirements: Sorted by stake, then level, then verdict.
        scenarios: Those of its verdicts without a requirement in the
            results.
    """

    id: str
    title: str
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]

    def __len__(self) -> int:
        """Return the number of requirements and scenarios."""
        return len(self.requirements) + len(self.scenarios)


def sections(results: Results) -> list[Section]:
    """Return the sections that are not empty."""
    made = [_section(results, *section) for section in SECTIONS]
    return [section for section in made if section]


def _section(
    results: Results, name: str, title: str, verdicts: tuple[Verdict, ...]
) -> Section:
    levels = list(Level)
    bad = [r for r in results.requirements if r.verdict in verdicts]
    assigned = {s for r in results.requirements for s in r.scenarios}
    return Section(
        name,
        title,
        tuple(
            sorted(
                bad,
                key=lambda r: (
                    r.stake.rank,
                    levels.index(r.level),
                    r.verdict.rank,
                ),
            )
        ),
        tuple(
            s
            for s in results.scenarios
            if s.verdict in verdicts and s.id not in assigned
        ),
    )


def by_source(results: Results) -> list[Group[RequirementResult]]:
    """Return the requirements by primary source, RFCs first by number.

    Those of the scope map are not included: they have a table of their own.
    """
    on_the_map = scope_map.duties(results)
    groups = _grouped(
        (r.sources[0].name if r.sources else "Robustness", r)
        for r in results.requirements
        if r.id not in on_the_map
    )
    return sorted(groups, key=lambda g: _rfc_number(g.name))


def on_the_map(results: Results) -> Group[RequirementResult]:
    """Return the requirements in the table of the scope map."""
    return Group("Scope map", scope_map.members(results))


def behind_proxies(results: Results) -> Group[ScenarioResult]:
    """Return the scenarios in the table of proxy set-ups."""
    return Group("Behind proxies", deployment.members(results))


def by_file(results: Results) -> list[Group[ScenarioResult]]:
    """Return the scenarios by file."""
    return _grouped((s.id.partition("::")[0], s) for s in results.scenarios)


def _grouped(
    pairs: Iterable[tuple[str, _Member]],
) -> list[Group[_Member]]:
    groups: dict[str, list[_Member]] = {}
    for name, member in pairs:
        groups.setdefault(name, []).append(member)
    return [Group(name, tuple(members)) for name, members in groups.items()]


def _rfc_number(name: str) -> int:
    number = name.removeprefix("RFC ")
    return int(number) if number.isdecimal() else 1_000_000


def changed_options(options: Mapping[str, OptionValue]) -> list[str]:
    """Return the options that are not the default, as on a command line.

    All defaults but that of ``fail_on`` are false: None, ``""``, False or an
    empty list.
    """
    return [
        words
        for name, value in options.items()
        if name not in SHOWN_APART and value and (name, value) != FAIL_ON
        for words in _typed(f"--{name.replace('_', '-')}", value)
    ]


def _typed(option: str, value: object) -> list[str]:
    if value is True:
        return [option]
    values = value if isinstance(value, list | tuple) else [value]
    return [f"{option} {shlex.quote(str(one))}" for one in values]


def headline(results: Results) -> str:
    """Return the sentence below the verdict, from the counts."""
    counts = results.counts
    if results.verdict is RunVerdict.NOT_JUDGED:
        return "This run does not show whether the server conforms."
    parts = [
        f"{counts[verdict]} {level} violated"
        for verdict, level in (
            (Verdict.FAIL, Level.MUST),
            (Verdict.WARN, Level.SHOULD),
        )
        if counts.get(verdict)
    ]
    violated = [r for r in results.requirements if r.verdict in SECTIONS[0][2]]
    if violated:
        parts.append(extent(violated))
    passed, total = counts.get(Verdict.PASS, 0), sum(counts.values())
    met = f"{passed} of {total} requirements met"
    return " · ".join([*parts, met])
