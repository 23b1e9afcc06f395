"""A good request that is turned down is held against no proxy."""

import os

import pytest

from conformance import faults

MODULE = "conformance.faults.rejected_requests"
# Without the second user no run begins.
NEEDED = {"stranger_is_locked_out"}
FLOW = {  # all that these demand is that the flow works
    "fittrackee/oauth/behind-proxy",
    "fittrackee/oauth/only-scheme-is-needed",
}
TRIED = (
    "documented",
    "missing",
    "forwarded",
    "no-authorization",
    "redirect-307",
)
FAULTS = (
    [
        f.name
        for f in faults.all_faults()
        if f.apply.__module__ == MODULE and f.name not in NEEDED
    ]
    if os.environ.get("DEPLOYMENT_FULL")
    else ["token_endpoint_is_down"]
)


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_but_the_flow_is_red(judged, name):
    rows = " or ".join(f"nginx-{row}]" for row in TRIED)
    found = judged("nginx", "--fault", name, "-k", f"not browser and ({rows})")
    excused = FLOW | set(faults.get(name).violates)
    wrong = [
        (s["id"], s["verdict"], s["message"])
        for s in found
        if s["verdict"] not in {"pass", "blocked", "unsupported"}
        and not excused & set(s["requirements"])
    ]
    assert wrong == []
    assert "blocked" in {s["verdict"] for s in found}
