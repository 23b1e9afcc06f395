"""Values that tests need whole."""

import datetime as dt

from conformance.results import Harness, Results, ScenarioResult, TargetFacts
from conformance.results.verdict import RunVerdict, Verdict

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def scenario_result(scenario, verdict, message="", requirements=()):
    """Return what a scenario without evidence came to."""
    return ScenarioResult(
        id=scenario,
        title="",
        verdict=Verdict(verdict),
        message=message,
        requirements=requirements,
        duration=0.0,
        expectations=(),
        observations=(),
        exchanges=(),
        screenshots=(),
    )


def results_of(*scenarios):
    """Return the results of a run that has these scenarios alone."""
    return Results(
        schema=1,
        harness=Harness("0.1.0"),
        target=TargetFacts("reference", "reference", "http://h", "1.3.6"),
        started=NOON,
        finished=NOON,
        verdict=RunVerdict.PARTIAL,
        reason="",
        notes=(),
        options={},
        counts={},
        scenario_counts={},
        http_requests=0,
        requirements=(),
        scenarios=scenarios,
    )
