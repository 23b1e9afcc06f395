"""The script that measures runs by URL refuses what it cannot measure."""

import sys

import pytest

from . import command

SCRIPT = [sys.executable, str(command.ROOT / "benchmarks" / "url_runs.py")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--rounds", "0"), "--rounds takes a number from 1"),
        (("--rounds", "many"), "--rounds"),
        (("--app-workers", "65"), "--app-workers takes a number from 1 to 64"),
        (("--releases", "1.3.6"), "expected 2 arguments"),
        (("--releases", "0.1", "1.3.6"), "FitTrackee has OAuth since"),
    ],
)
def test_bad_option_is_2(tmp_path, words, told):
    done = command.execute([*SCRIPT, *words], tmp_path, tmp_path / "none")
    assert done.status == 2
    assert told in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
