"""Runs the deployment scenarios in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import provision, proxies
from conformance.actors import launch
from conformance.proxies.lab import IN_CI

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TIMEOUT = 600  # seconds for one proxy's column on a slow machine


def must_have(name):
    """Skip without a proxy; CI has all but Traefik."""
    proxy = proxies.get(name)
    if not proxy.find():
        if os.environ.get("CI") and name in IN_CI:
            pytest.fail(f"install it: {proxy.install}")
        pytest.skip(f"not installed; run: {proxy.install}")


def must_have_browser():
    """Skip without a browser; CI has one."""
    if lack := provision.browser_lack():
        if os.environ.get("CI"):
            pytest.fail(lack.why)
        pytest.skip(f"{lack.why}; {lack.remedy}")


def without_browser(scenario):
    """Return whether a scenario could not run for want of a browser."""
    return scenario["message"].startswith(launch.NO_BROWSER)


@pytest.fixture
def judged(tmp_path):
    """Judge a reference behind a proxy: scenarios by cell and verdict."""

    def run(proxy, *words, plugin="", only="scenarios/deployment"):
        must_have(proxy)
        command = [sys.executable, "-m", "pytest", only, "-q", "--tb=line"]
        command += ["--proxy", proxy, "--report", str(tmp_path), *words]
        kept = {k: v for k, v in os.environ.items() if "PYTEST" not in k}
        extra = {"PYTHONPATH": str(HERE), "PYTEST_PLUGINS": plugin}
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=kept | (extra if plugin else {}),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        found = json.loads((tmp_path / "results.json").read_text())
        assert found["scenarios"], done.stdout[-2000:] + done.stderr[-2000:]
        assert found["target"]["url"].startswith("https://fittrackee.test:")
        scenarios = found["scenarios"]
        if os.environ.get("CI"):
            assert not any(map(without_browser, scenarios))
        return [s for s in scenarios if not without_browser(s)]

    return run
