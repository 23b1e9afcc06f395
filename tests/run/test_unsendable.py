"""What a server issues and nobody can send back ends no scenario in error."""

import re

import pytest

from conformance.lists.listing import scenario_rows

from . import command

pytestmark = pytest.mark.xdist_group("unsendable")
HEAVY = "access_token_has_ten_megabytes"
FAULTS = {
    "access_token_holds_a_line_break": "rfc6750/2.1/token-grammar",
    "access_token_holds_an_umlaut": "rfc6750/2.1/token-grammar",
    "access_token_holds_half_a_pair": "rfc6750/2.1/token-grammar",
    HEAVY: "robustness/token-fits-into-a-header",
}
BEARER = "properties/test_malformed_survival.py::*[[]bearer]"
ALWAYS = ("*::test_access_token_*", "*::test_tokens_are_printable*", BEARER)
COSTLY = ("browser/", "deployment/", "properties/test_races")


def sample():
    """Return the last scenario of each file."""
    last = {}
    for row in scenario_rows():
        if not row["id"].startswith(COSTLY):
            last[row["id"].partition("::")[0]] = row["id"]
    return list(last.values())


@pytest.mark.parametrize("fault", FAULTS)
def test_no_scenario_is_an_error(tmp_path, fault):
    every = 6 if fault == HEAVY else 1
    globs = [*sample()[::every], *ALWAYS]
    words = [w for glob in globs for w in ("--scenario", glob)]
    words += ["--fault", fault, "--examples", "1"]
    done = command.run(tmp_path, *words, timeout=600)
    rows = {s["id"]: s for s in done.results["scenarios"]}
    assert [i for i, s in rows.items() if s["verdict"] == "error"] == []
    assert done.requirement(FAULTS[fault])["verdict"] in {"fail", "warn"}
    blocked = [s for s in rows.values() if s["verdict"] == "blocked"]
    assert blocked
    for scenario in blocked:
        told = scenario["message"]
        by_name = f"must_[a-z_]+ .*; this breaks {FAULTS[fault]}"
        # Ten megabytes are too much for a form as well.
        assert re.search(f"{by_name}|: 413 ", told)
