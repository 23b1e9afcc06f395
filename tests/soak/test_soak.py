"""The soak goes on where it ended, and is clean only when all is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from . import soak

SCRIPT = Path(soak.__file__)
ONE = {
    "status": 0,
    "verdict": "conforms",
    "reason": "",
    "counts": {"pass": 2},
    "found": [],
    "requests": 3,
    "seconds": 1.0,
    "cpu": 0.5,
}
FOUND = {"id": "a::b", "verdict": "error", "message": "call: KeyError"}


def run(state, *words):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--state", str(state), *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_soak_goes_on_where_it_ended(tmp_path):
    state = tmp_path / "deep" / "soak.json"
    words = ["--scenario", "properties/test_malformed_wire*"]
    status, first, errors = run(state, *words, "--seeds", "1")
    assert (status, errors) == (0, "")
    assert "seed 1: {'pass': 2}" in first
    assert "seeds: 1 of 1 done, 0 not clean\nscenarios: 2 (2 pass)" in first

    status, second, _ = run(state, *words, "--seeds", "1")
    assert status == 0
    assert "seed 1:" not in second
    assert second in first

    status, _, errors = run(state, "--seeds", "1")
    assert status == 1
    assert "is of another soak" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    "change",
    [
        {"status": 2},
        {"found": [FOUND]},
        {"counts": {"pass": 1}},
    ],
)
def test_what_is_not_clean_is_told(change):
    lines, clean = soak.summary({1: ONE, 2: {**ONE, **change}}, 2)
    assert not clean
    assert "seeds: 2 of 2 done, 1 not clean" in lines
    assert lines[0].startswith("seed 2: ")


def test_what_is_clean_is_counted():
    lines, clean = soak.summary({1: ONE, 2: ONE}, 300)
    assert clean
    assert lines[0] == "seeds: 2 of 300 done, 0 not clean"
    assert lines[-1] == "errors: 0"


def test_a_state_that_is_no_state_is_refused(tmp_path):
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"plan": "other"}))
    with pytest.raises(SystemExit, match="another soak"):
        soak.read(file, {"version": 1})
