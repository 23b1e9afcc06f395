"""Target strings: valid ones, and the errors of invalid ones."""

import pytest

from conformance.catalogue.releases import newest
from conformance.errors import UsageError
from conformance.targets import parse

NAMED = f"such as pip:fittrackee=={newest()}"


USER = {"FITTRACKEE_EMAIL": "a@example.com", "FITTRACKEE_PASSWORD": "pw-a"}
OTHER = {
    "FITTRACKEE_OTHER_EMAIL": "b@example.com",
    "FITTRACKEE_OTHER_PASSWORD": "pw-b",
}
ADMIN = {
    "FITTRACKEE_ADMIN_EMAIL": "c@example.com",
    "FITTRACKEE_ADMIN_PASSWORD": "pw-c",
}


def test_reference_is_the_newest_contract():
    target = parse("reference", environ={})
    assert (target.kind, target.name) == ("reference", "reference")
    assert target.contract == "newest"


def test_reference_takes_a_contract_and_a_fault():
    target = parse("reference:0.7", environ={}, fault="some_fault")
    assert (target.contract, target.fault) == ("0.7", "some_fault")


def test_url_takes_three_users_from_the_environment():
    target = parse("https://ft.example.org", environ=USER | OTHER | ADMIN)
    assert target.kind == "url"
    assert target.owner.email == "a@example.com"
    assert target.stranger.password == "pw-b"
    assert target.admin.email == "c@example.com"
    assert "pw-" not in repr(target)


def test_url_without_other_users_has_none():
    target = parse("https://ft.example.org", environ=USER)
    assert (target.stranger, target.admin) == (None, None)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://ft.example.org/", "https://ft.example.org"),
        ("https://ft.example.org/sub/", "https://ft.example.org/sub"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        (" https://ft.example.org\n", "https://ft.example.org"),
    ],
)
def test_base_url_is_normalised(text, url):
    assert parse(text, environ=USER).url == url


def test_pip_takes_one_release():
    target = parse("pip:fittrackee==1.3.6", environ={})
    assert (target.kind, str(target.release)) == ("pip", "1.3.6")
    assert target.postgres_url is None


def test_pip_takes_a_postgres_server_and_hides_it():
    url = "postgresql://me:secret@127.0.0.1/postgres"
    target = parse(
        "pip:FitTrackee==1.3.6", environ={"FITTRACKEE_POSTGRES_URL": url}
    )
    assert target.postgres_url == url
    assert "secret" not in repr(target)


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        ("", {}, "unknown kind of target; use one of: reference"),
        ("referense", {}, "unknown kind of target; use one of: reference"),
        ("ftp://x", {}, "unknown kind of target"),
        ("docker:v1.3.6", {}, "docker is not available in this version"),
        ("https://ft.example.org", {}, "set FITTRACKEE_EMAIL and"),
        (
            "https://ft.example.org",
            {"FITTRACKEE_EMAIL": "a@example.com"},
            "FITTRACKEE_EMAIL is set without FITTRACKEE_PASSWORD",
        ),
        (
            "https://ft.example.org",
            USER | {"FITTRACKEE_OTHER_PASSWORD": "x"},
            "FITTRACKEE_OTHER_PASSWORD is set without FITTRACKEE_OTHER_EMAIL",
        ),
        ("https://", USER, "not a base URL"),
        ("https:ft.example.org", USER, "not a base URL"),
        ("https://ft.example.org/?a=b", USER, "not a base URL"),
        ("https://ft.example.org:port", USER, "not a URL"),
        ("https://[::1", USER, "not a URL"),
        ("http://ft.example.org", USER, "give its https:// address"),
        ("pip:", {}, NAMED),
        ("pip:fittrackee", {}, NAMED),
        ("pip:fittrackee>=1", {}, NAMED),
        ("pip:fittrackee==1.*", {}, NAMED),
        ("pip:fittrackee==1,==2", {}, NAMED),
        (
            "pip:fittrackee[x]==1.3.6",
            {},
            NAMED,
        ),
        ("pip:requests==2.0", {}, NAMED),
        ("pip:fittrackee==0.6.12", {}, "OAuth since 0.7.0"),
        (
            "pip:fittrackee==1.3.6",
            {"FITTRACKEE_POSTGRES_URL": "mysql://me@localhost"},
            "is not a PostgreSQL URL",
        ),
    ],
)
def test_invalid_input_is_one_line_that_says_what_to_do(
    text, environ, expected
):
    with pytest.raises(UsageError) as caught:
        parse(text, environ=environ)
    assert expected in caught.value.message
    assert "\n" not in caught.value.message


def test_credentials_in_a_url_are_refused_and_not_repeated():
    with pytest.raises(UsageError) as caught:
        parse("https://me:hunter2@ft.example.org", environ=USER)
    assert "hunter2" not in caught.value.message


def test_unreadable_postgres_url_is_not_repeated():
    environ = {"FITTRACKEE_POSTGRES_URL": "mysql://me:hunter2@localhost"}
    with pytest.raises(UsageError) as caught:
        parse("pip:fittrackee==1.3.6", environ=environ)
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    "text", ["https://ft.example.org", "pip:fittrackee==1.3.6"]
)
def test_fault_is_for_the_reference_only(text):
    with pytest.raises(UsageError, match="only be put into the reference"):
        parse(text, environ=USER, fault="some_fault")


def test_started_targets_take_workers():
    for text in ("reference", "pip:fittrackee==1.3.6"):
        assert parse(text, environ={}).app_workers is None
        assert parse(text, environ={}, app_workers=3).app_workers == 3


def test_running_target_takes_no_workers():
    with pytest.raises(UsageError, match="leave --app-workers out"):
        parse("https://ft.example.org", environ=USER, app_workers=1)
