"""A finding's text says what a maintainer has to know."""

import os
import re

import pytest

from . import command

TEXTS = {
    "hint_is_believed": (
        "protocol/test_revocation.py::test_wrong_hint*",
        ["for the revoked access token", "GET /api/auth/profile: 200"],
    ),
    "unknown_hint_is_an_error": (
        "protocol/test_revocation.py::test_unknown_hint*",
        ["the refresh token still brings new tokens", "case: id_token"],
    ),
    "replayed_code_ends_nothing": (
        "protocol/test_code.py::test_replay*",
        ["the access token of a code that was used twice"],
    ),
    "scope_is_guessed_in_silence": (
        "protocol/test_authorize_scope.py::test_no_scope*",
        ["a token response without scope", "case: missing"],
    ),
    "first_of_repeated_parameters_counts": (
        "protocol/test_token_request.py::test_exchange_refuses_contra*",
        ["POST /api/oauth/token: 200", "case: first-client_id"],
    ),
    "single_uri_instead_of_a_list": (
        "protocol/test_registration.py::test_mistyped*",
        ["the member redirect_uris is", "not a list"],
    ),
    "every_scope_opens_everything": (
        "protocol/test_scope_map.py::test_other_scopes*",
        ["a token of all scopes but workouts:write", "POST /api/workouts: "],
    ),
}
PYTHON = re.compile(r"\bNone\b|\bTrue\b|\['|\{'")


@pytest.mark.parametrize("fault", TEXTS)
def test_text_names_what_was_wrong(tmp_path, fault):
    scenario, words = TEXTS[fault]
    done = command.run(tmp_path, "--scenario", scenario, "--fault", fault)
    found = [
        s["message"]
        for s in done.results["scenarios"]
        if s["verdict"] in {"fail", "warn"}
    ]
    for word in words:
        assert any(word in message for message in found), found
    python = [message for message in found if PYTHON.search(message)]
    assert [m for m in python if "case: " not in m] == []
    assert not [m for m in found if len(m) > 800]


def test_number_of_causes_is_told(tmp_path):
    """In the terminal, on the page and in the JUnit file."""
    fault = "replayed_code_ends_nothing"
    done = command.run(
        *(tmp_path, "--fault", fault),
        *("--scenario", "protocol/test_code.py::test_replay*"),
    )
    words = "2 scenarios found a violation: 2 requirements, 1 cause"
    assert words in " ".join(done.stdout.split())
    assert words in (done.report / "junit.xml").read_text("utf-8")
    page = (done.report / "index.html").read_text("utf-8")
    assert "2 requirements, 1 cause" in page
    assert "One cause of 2 violated requirements" in page


def test_terminal_without_a_width_shows_everything(tmp_path):
    words = ("--scenario", command.SCENARIO)
    done = command.run(tmp_path, *words, env={"COLUMNS": "0"})
    assert "partial: no violation in 1 of " in done.stdout


def test_text_says_whether_page_or_server_loses_the_uri(tmp_path):
    fault = "first_registered_uri_is_answered"
    scenario = "browser/test_consent.py::test_one_of_several"
    done = command.run(tmp_path, "--scenario", scenario, "--fault", fault)
    [found] = done.results["scenarios"]
    if found["verdict"] == "unsupported" and not os.environ.get("CI"):
        pytest.skip(found["message"])
    assert "a visit to the second registered URI" in found["message"]
    assert "the server does not honour redirect_uri" in found["message"]
