"""The results of a run: the data of ``results.json``."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from conformance.catalogue import catalogue
from conformance.catalogue.causes import cause_of, causes
from conformance.catalogue.parts import origin_of
from conformance.catalogue.scope_map import documented_scopes, releases
from conformance.catalogue.scope_requirements import scope_requirements
from conformance.proxies import PROXIES
from conformance.proxies.matrix import ROWS
from conformance.proxies.row import Expected
from conformance.results import (
    Clause,
    Duty,
    ProxySetUp,
    RequirementResult,
    ScopedRoute,
    TargetFacts,
    extent,
)
from conformance.results.verdict import RunVerdict, Verdict, worst
from conformance.verdicts.judge import CASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalogue import Requirement
    from conformance.instance import Instance
    from conformance.options import Options
    from conformance.results import OptionValue, ScenarioResult

JUDGED = {Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.KNOWN}
EXPLAINED = {Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.BLOCKED}
NO_REASON = "its scenario gives no reason"
REASON = 300  # characters of a requirement's reason
INTERRUPTED = 2
_CELL = re.compile(r"deployment/[^\[]*\[(?P<proxy>[a-z]+)-(?P<row>.+)\]")
#: The expected outcome of a set-up, in words.
EXPECTED = {
    Expected.WORKS: "works",
    Expected.REFUSED: "is refused cleanly",
    Expected.REDIRECTED: "responds over HTTPS only",
    Expected.EITHER: "works, or is refused cleanly",
    Expected.MISSED: "is refused cleanly",
}
BEHIND_PROXY = (
    "judged behind a reverse proxy: run with --proxy NAME, or pytest "
    "scenarios/deployment"
)


def conclude(
    counts: Counter[Verdict],
    options: Options,
    problems: list[str],
    halted: str,
    *,
    missing: str = "",
    partial: str = "",
    rows: Sequence[RequirementResult] = (),
) -> tuple[RunVerdict, str, int]:
    """Return the run's verdict, its reason and the exit status.

    Args:
        counts: Scenarios by verdict.
        options: The run's options.
        problems: Problems of the list of accepted deviations.
        halted: Why the run could not finish, ``""`` if it did.
        missing: How many of the selected scenarios ran, ``""`` for all.
        partial: How many requirements a selection covers, ``""`` for a
            complete run.
        rows: The requirements with their verdicts.
    """
    if halted:
        return RunVerdict.NOT_JUDGED, halted, 2
    if not sum(counts[v] for v in JUDGED):
        reason = missing or "nothing could be judged"
        return RunVerdict.NOT_JUDGED, reason, 2
    both = {Verdict.FAIL, Verdict.WARN}
    bad = both if options.fail_on == "should" else {Verdict.FAIL}
    red = sum(counts[verdict] for verdict in bad)
    violated = [row for row in rows if row.verdict in bad]
    found = f"{_scenarios(red)} found a violation"
    found += f": {extent(violated)}" if violated else ""
    reasons = [found] if red else []
    reasons += problems
    gaps = [missing] if missing else []
    if reasons:
        return RunVerdict.VIOLATIONS, "; ".join(reasons + gaps), 1
    unjudged = counts[Verdict.ERROR] + counts[Verdict.BLOCKED]
    if unjudged:
        gaps.insert(0, f"{_scenarios(unjudged)} could not judge")
    if gaps:
        return RunVerdict.NOT_JUDGED, "; ".join(gaps), 2
    if partial:
        return RunVerdict.PARTIAL, partial, 0
    return RunVerdict.CONFORMS, "", 0


def no_violation(rows: Sequence[RequirementResult], version: str) -> str:
    """Return how many requirements were met, of all that apply, in words.

    Args:
        rows: The selected requirements with their verdicts.
        version: The target's version.
    """
    met = sum(row.verdict in {Verdict.PASS, Verdict.KNOWN} for row in rows)
    total = sum(r.applies_to(version) for r in catalogue())
    return f"no violation in {met} of {total} requirements"


def _scenarios(number: int) -> str:
    return "1 scenario" if number == 1 else f"{number} scenarios"


def requirements(
    scenarios: Sequence[ScenarioResult], options: Options, version: str
) -> list[RequirementResult]:
    """Return the requirements that apply, each with its verdict."""
    verifying: dict[str, list[ScenarioResult]] = defaultdict(list)
    for scenario in scenarios:
        for name in set(scenario.requirements):
            verifying[name].append(scenario)
    return [
        _requirement(requirement, verifying[requirement.id])
        for requirement in catalogue().matching(options.requirement)
        if requirement.applies_to(version)
    ]


def _requirement(
    requirement: Requirement, mine: list[ScenarioResult]
) -> RequirementResult:
    verdict = worst(s.verdict for s in mine)
    return RequirementResult(
        id=requirement.id,
        level=requirement.level,
        title=requirement.title,
        sources=tuple(Clause(**vars(s)) for s in requirement.sources),
        remedy=requirement.remedy,
        verdict=verdict,
        reason=_reason(requirement, verdict, mine),
        scenarios=tuple(s.id for s in mine),
        stake=requirement.stake,
        threat=requirement.threat,
        cause=cause_of(requirement.id),
        origin=origin_of(requirement.id),
    )


def _reason(
    requirement: Requirement, verdict: Verdict, mine: list[ScenarioResult]
) -> str:
    if verdict is Verdict.UNTESTED:
        if requirement.behind_proxy:
            return BEHIND_PROXY
        return requirement.untested or "its scenarios did not run"
    if verdict is Verdict.KNOWN and requirement.deviation:
        return f"{requirement.deviation.where}: {requirement.deviation.says}"
    if verdict in {Verdict.UNSUPPORTED, Verdict.KNOWN}:
        last_lines = [
            line
            for s in mine
            if s.verdict == verdict
            for line in s.message.splitlines()[-1:]
        ]
        return last_lines[0] if last_lines else ""
    if verdict in EXPLAINED:
        return _first_of(verdict, mine)
    return ""


def _first_of(verdict: Verdict, mine: list[ScenarioResult]) -> str:
    """Return the message of the first scenario with a verdict, on one line.

    The number of other scenarios with the same verdict is appended.
    """
    same = [s for s in mine if s.verdict == verdict]
    lines = same[0].message.strip().splitlines()
    shown = lines[:2] + [text for text in lines[2:] if text.startswith(CASE)]
    line = "; ".join(" ".join(text.split()) for text in shown)
    line = line if len(line) <= REASON else f"{line[:REASON]}…"
    more = f" (and {_scenarios(len(same) - 1)} more)" if same[1:] else ""
    return f"{line or NO_REASON}{more}"


def target(instance: Instance | None, options: Options) -> TargetFacts:
    """Return the facts about the target, also if it never started."""
    if instance is None:
        name = options.shown_target
        kind = name.strip().partition(":")[0].lower()
        kind = "url" if kind in {"http", "https"} else kind
        return TargetFacts(kind, name, url="", version="")
    return TargetFacts(
        kind=instance.kind,
        name=instance.name,
        url=instance.url,
        version=instance.version,
        app_workers=instance.app_workers,
    )


def scope_map(
    rows: Sequence[RequirementResult], version: str
) -> tuple[ScopedRoute, ...]:
    """Return the routes whose requirements are among the results."""
    ids = {row.id for row in rows}
    found: dict[tuple[str, str], dict[str, Duty]] = {}
    for requirement in scope_requirements():
        if requirement.id in ids:
            duties = found.setdefault(
                (requirement.path, requirement.method), {}
            )
            duties[requirement.direction] = Duty(
                requirement.id, requirement.kind
            )
    scopes = documented_scopes(version)
    return tuple(
        ScopedRoute(
            method,
            re.sub(r"<\w+:", "<", path),
            scopes.get(f"{method} {path}", ""),
            duties,
        )
        for (path, method), duties in sorted(found.items())
    )


def set_ups(
    scenarios: Sequence[ScenarioResult],
) -> tuple[tuple[ProxySetUp, ...], dict[str, str]]:
    """Return the proxy set-ups that were tested, and the proxies' titles."""
    tried: dict[str, dict[str, tuple[str, ...]]] = {}
    used = set()
    for scenario in scenarios:
        if cell := _CELL.fullmatch(scenario.id):
            proxy, by_proxy = cell["proxy"], tried.setdefault(cell["row"], {})
            by_proxy[proxy] = (*by_proxy.get(proxy, ()), scenario.id)
            used.add(proxy)
    return tuple(
        ProxySetUp(
            row.name, row.title, EXPECTED[row.expected], tried[row.name]
        )
        for row in ROWS
        if row.name in tried
    ), {n: p.title for n, p in PROXIES.items() if n in used}


def version_notes(version: str) -> list[str]:
    """Return a note if the target's version has no known documentation.

    Args:
        version: The version that the target reports, ``""`` for none.
    """
    newest = releases()[-1]
    tested = f"tested against the documentation of FitTrackee {newest}"
    try:
        if Version(version) <= Version(newest):
            return []
    except InvalidVersion:
        why = f"{version!r} is not a release" if version else "unknown version"
        return [f"{why}: {tested}, the newest known release"]
    return [f"FitTrackee {version} is newer than any known release: {tested}"]


def counts(
    rows: Sequence[RequirementResult] | Sequence[ScenarioResult],
) -> dict[Verdict, int]:
    """Return the number of rows with each verdict, worst verdict first."""
    found = Counter(row.verdict for row in rows)
    return {v: found[v] for v in Verdict}


def chosen(options: Options, seed: int | None) -> dict[str, OptionValue]:
    """Return the options that the report shows, with the actual seed."""
    return {**options.reported, "seed": seed}


def shared_causes(rows: Sequence[RequirementResult]) -> dict[str, str]:
    """Return the titles of the causes of some requirements, by name."""
    named = {row.cause for row in rows}
    return {n: c.title for n, c in causes().items() if n in named}
