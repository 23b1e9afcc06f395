"""Values that tests need whole."""

from conformance.results import ScenarioResult
from conformance.results.verdict import Verdict


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
