"""Runs scenarios against faulty references in a separate pytest session."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TIMEOUT = 1800  # seconds for a whole matrix on a slow machine


def run(paths, output, **settings):
    """Return the rows of results of some scenario files or folders."""
    words = [sys.executable, "-m", "pytest", "-q"]
    words += [f"scenarios/{path}" for path in paths]
    words += ["-p", "kill_plugin", "-n", "2", "--dist", "loadgroup"]
    words += ["--tb=line", "-p", "no:logging"]
    environ = {
        **{k: v for k, v in os.environ.items() if "PYTEST" not in k},
        "KILL_MATRIX_JSON": str(output),
        "PYTHONPATH": str(HERE),
        **settings,
    }
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert output.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(output.read_text())
