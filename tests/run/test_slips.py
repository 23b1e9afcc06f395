"""What goes wrong in the harness is shown, and shows no secret."""

import json
from xml.etree import ElementTree as ET

import pytest

from . import command

pytestmark = pytest.mark.xdist_group("slips")

SLIPS = {
    "example": (
        "properties/test_malformed_survival.py::*is_survived?list?",
        "example: MalformedForm(changes=(Change(name='page'",
    ),
    "history": (
        "properties/test_histories.py::test_scope_never_widens",
        "in the history:\n1. The owner registers app A for ",
    ),
}


@pytest.mark.parametrize("workers", ["0", "1"])
@pytest.mark.parametrize("where", SLIPS)
def test_a_slip_in_a_hunt_is_an_error_that_is_told(tmp_path, where, workers):
    scenario, example = SLIPS[where]
    file = tmp_path / "secrets.json"
    environ = {"SLIP": where, "SLIP_SECRETS": str(file)}
    done = command.run(
        tmp_path,
        *("--scenario", scenario, "--seed", "3", "--workers", workers),
        env={**command.plugin("slip"), **environ},
    )

    assert done.status == 2, done.stdout + done.stderr
    [scenario] = done.results["scenarios"]
    assert scenario["verdict"] == "error"
    assert example in scenario["message"]
    assert "raise " in scenario["traceback"]
    assert "slip.py" in scenario["traceback"]
    assert "access_token#" in scenario["message"]
    assert "access_token#" in scenario["traceback"]
    assert "error" in done.stdout

    page = (done.report / "index.html").read_text("utf-8")
    assert "Traceback of the harness" in page
    junit = (done.report / "junit.xml").read_text("utf-8")
    assert ET.fromstring(junit).find(".//error") is not None
    assert "slip.py" in junit
    for secret in json.loads(file.read_text("utf-8")):
        for text in (json.dumps(done.results), page, junit, done.stdout):
            assert secret not in text
