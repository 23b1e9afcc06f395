"""The run's results: the data that ``results.json`` holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from packaging.version import InvalidVersion, Version

from conformance.catalogue import catalogue, scope_map
from conformance.verdicts.verdict import RunVerdict, Verdict, worst

if TYPE_CHECKING:
    from conformance.catalogue import Requirement
    from conformance.instance import Instance
    from conformance.options import Options

SCHEMA = 1
JUDGED = {Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.KNOWN}
EXPLAINED = {Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.BLOCKED}
UNEXPLAINED = "its scenario gives no reason"
REASON = 300  # characters of a requirement's reason
INTERRUPTED = 2
BEHIND_PROXY = (
    "judged behind a reverse proxy: run with --proxy NAME, or pytest "
    "scenarios/deployment"
)


def conclude(
    counts: Counter[str],
    options: Options,
    problems: list[str],
    halted: str,
    *,
    missing: str = "",
    partial: str = "",
) -> tuple[RunVerdict, str, int]:
    """Return the run's verdict, its reason and the exit status.

    Args:
        counts: Scenarios by verdict.
        options: The run's options.
        problems: What is wrong with the list of accepted deviations.
        halted: Why the run could not finish, ``""`` when it did.
        missing: How many of the selected scenarios ran, ``""`` for all.
        partial: How many requirements a selection judged, ``""`` for a
            run over everything.
    """
    if halted:
        return RunVerdict.NOT_JUDGED, halted, 2
    if not sum(counts[v] for v in JUDGED):
        reason = missing or "nothing could be judged"
        return RunVerdict.NOT_JUDGED, reason, 2
    red = counts[Verdict.FAIL]
    red += counts[Verdict.WARN] if options.fail_on == "should" else 0
    reasons = [f"{_scenarios(red)} found a violation"] if red else []
    reasons += problems
    left = [missing] if missing else []
    if reasons:
        return RunVerdict.VIOLATIONS, "; ".join(reasons + left), 1
    unjudged = counts[Verdict.ERROR] + counts[Verdict.BLOCKED]
    if unjudged:
        left.insert(0, f"{_scenarios(unjudged)} could not judge")
    if left:
        return RunVerdict.NOT_JUDGED, "; ".join(left), 2
    if partial:
        return RunVerdict.PARTIAL, partial, 0
    return RunVerdict.CONFORMS, "", 0


def no_violation(rows: list[dict[str, Any]], version: str) -> str:
    """Say how many requirements a selection found met, of all that apply.

    Args:
        rows: The requirements that were selected.
        version: The target's.
    """
    met = sum(row["verdict"] in {Verdict.PASS, Verdict.KNOWN} for row in rows)
    total = sum(r.applies_to(version) for r in catalogue())
    return f"no violation in {met} of {total} requirements"


def _scenarios(number: int) -> str:
    return "1 scenario" if number == 1 else f"{number} scenarios"


def requirements(
    scenarios: list[dict[str, Any]], options: Options, version: str
) -> list[dict[str, Any]]:
    """Return the requirements that apply, each with its verdict."""
    return [
        _requirement(requirement, scenarios)
        for requirement in catalogue().matching(options.requirement)
        if requirement.applies_to(version)
    ]


def _requirement(
    requirement: Requirement, scenarios: list[dict[str, Any]]
) -> dict[str, Any]:
    mine = [s for s in scenarios if requirement.id in s["requirements"]]
    verdict = worst(Verdict(s["verdict"]) for s in mine)
    return {
        "id": requirement.id,
        "level": str(requirement.level),
        "title": requirement.title,
        "sources": [vars(source) for source in requirement.sources],
        "remedy": requirement.remedy,
        "stake": str(requirement.stake),
        "threat": requirement.threat,
        "verdict": str(verdict),
        "reason": _reason(requirement, verdict, mine),
        "scenarios": [s["id"] for s in mine],
    }


def _reason(
    requirement: Requirement, verdict: Verdict, mine: list[dict[str, Any]]
) -> str:
    if verdict is Verdict.UNTESTED:
        if requirement.behind_proxy:
            return BEHIND_PROXY
        return requirement.untested or "its scenarios did not run"
    if verdict is Verdict.KNOWN and requirement.deviation:
        return f"{requirement.deviation.where}: {requirement.deviation.says}"
    if verdict in {Verdict.UNSUPPORTED, Verdict.KNOWN}:
        said = [
            line
            for s in mine
            if s["verdict"] == verdict
            for line in str(s["message"]).splitlines()[-1:]
        ]
        return said[0] if said else ""
    if verdict in EXPLAINED:
        return _first_of(verdict, mine)
    return ""


def _first_of(verdict: Verdict, mine: list[dict[str, Any]]) -> str:
    """Return what the first scenario of a verdict said, on one line.

    Says how many others came to the same.
    """
    alike = [s for s in mine if s["verdict"] == verdict]
    lines = str(alike[0]["message"]).strip().splitlines()
    line = "; ".join(" ".join(text.split()) for text in lines[:2])
    line = line if len(line) <= REASON else f"{line[:REASON]}…"
    more = f" (and {_scenarios(len(alike) - 1)} more)" if alike[1:] else ""
    return f"{line or UNEXPLAINED}{more}"


def target(instance: Instance | None, options: Options) -> dict[str, str]:
    """Describe the target; all that is known when it never started."""
    if instance is None:
        name = options.shown_target
        kind = name.strip().partition(":")[0].lower()
        kind = "url" if kind in {"http", "https"} else kind
        return {
            "kind": kind,
            "name": name,
            "url": "",
            "version": "",
            "app_workers": "",
        }
    return {
        "kind": instance.kind,
        "name": instance.name,
        "url": instance.url,
        "version": instance.version,
        "app_workers": instance.app_workers,
    }


def version_notes(version: str) -> list[str]:
    """Say so when the target is no release whose documentation is known.

    Args:
        version: What the target says of itself, ``""`` for nothing.
    """
    newest = scope_map.releases()[-1]
    held = f"it is held to what FitTrackee {newest} documents"
    try:
        if Version(version) <= Version(newest):
            return []
    except InvalidVersion:
        told = f"{version!r} is no release" if version else "no version told"
        return [f"{told}: {held}, the newest release known here"]
    return [
        f"FitTrackee {version} is newer than any release known here: {held}"
    ]


def counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Count rows by verdict, every verdict named, worst first."""
    found = Counter(row["verdict"] for row in rows)
    return {str(v): found[v] for v in Verdict}


def chosen(options: Options, seed: int | None) -> dict[str, Any]:
    """Return the options that the report shows, and the seed in use."""
    return {**options.reported, "seed": seed}
