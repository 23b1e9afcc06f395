"""No output of a run holds personal data of users."""

import json

import pytest

from . import command, personal_canaries

pytestmark = pytest.mark.xdist_group("full run")

# Revoked tokens and foreign ones open the profile, and the list of apps
# shows what it should not: whole profiles are in what failed.
FAULTS = {
    "access_token_outlives_revocation": ["protocol/test_revocation*"],
    "none": ["protocol/test_scope*", "protocol/test_isol*", "browser/*"],
}


def run(folder, fault):
    words = [w for one in FAULTS[fault] for w in ("--scenario", one)]
    words += ["--fault", fault] if fault != "none" else []
    environ = command.plugin("personal_canaries")
    return command.run(folder, *words, env=environ, timeout=600)


@pytest.fixture(scope="module", params=FAULTS)
def done(request, tmp_path_factory):
    return run(tmp_path_factory.mktemp("personal"), request.param)


def outputs(done):
    files = [path for path in done.report.rglob("*") if path.is_file()]
    assert len(files) == 3
    return {
        **{path.name: path.read_text("utf-8") for path in files},
        "stdout": done.stdout,
        "stderr": done.stderr,
    }


def test_profile_was_seen(done):
    """Else the next test would show nothing."""
    labels = json.dumps(done.results)
    for kind in ("email", "username", "personal_name", "birth_date"):
        assert f"{kind}#1" in labels
    for kind in ("place", "biography", "workout_data"):
        assert f"{kind}#1" in labels


def test_no_output_holds_personal_data(done):
    canary = personal_canaries.CANARY
    assert [n for n, text in outputs(done).items() if canary in text] == []
