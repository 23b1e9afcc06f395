"""Diagnoses of broken proxy configurations, and none of correct ones."""

import dataclasses

import pytest

from conformance import proxies
from conformance.proxies import Plain, SetUp
from conformance.proxies.set_up import INNER, MISSING, PASSED, fixed

from .conftest import ALWAYS, GOOD, names, present

BROKEN = {
    "header missing": (SetUp(proto=PASSED), "scheme-missing"),
    "header taken away": (SetUp(proto=MISSING), "scheme-wrong"),
    "always http": (SetUp(proto=fixed("http")), "scheme-wrong"),
    "list that ends in http": (
        SetUp(proto=fixed("https,http")),
        "scheme-wrong",
    ),
    "no Authorization": (
        SetUp(stripped=("Authorization",)),
        "authorization-stripped",
    ),
    "no cookies": (SetUp(stripped=("Cookie",)), "cookies-stripped"),
    "no CSRF header": (SetUp(stripped=("X-CSRF-TOKEN",)), "csrf-stripped"),
    "redirection that loses a POST": (
        SetUp(redirect_status=301),
        "redirect-loses-post",
    ),
    "redirection that finds a GET": (
        SetUp(redirect_status=302),
        "redirect-loses-post",
    ),
    "plain HTTP as well": (SetUp(plain=Plain.SERVED), "plain-offered"),
    "plain HTTP taken for HTTPS": (
        SetUp(plain=Plain.SERVED, proto=fixed("https")),
        "plain-oauth",
    ),
    "sub-path": (SetUp(path="/fittrackee"), "sub-path"),
    "foreign scripts": (SetUp(cors="*"), "cors-added"),
    "forged addresses": (SetUp(address=PASSED), "address-spoofed"),
}
FINE = {
    "documented": GOOD,
    "nothing on plain HTTP": SetUp(plain=Plain.CLOSED),
    "temporary redirection": SetUp(redirect_status=307),
    "upper case": dataclasses.replace(GOOD, proto=fixed("HTTPS")),
    "list that ends in https": dataclasses.replace(
        GOOD, proto=fixed("http, https")
    ),
    "HTTP/1.1 only": dataclasses.replace(GOOD, http2=False),
    "nothing buffered": dataclasses.replace(GOOD, buffered=False),
}
# Causes that cannot be detected without a login.
NEEDS_USER = {"cookies-stripped", "csrf-stripped"}


def set_up_of(case):
    """Return a broken set-up whose redirections are correct, and its cause."""
    set_up, cause = BROKEN[case]
    if cause != "redirect-loses-post":
        set_up = dataclasses.replace(set_up, redirect_status=308)
    return set_up, cause


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_right_cause_comes_first(name, case, behind, examined):
    set_up, cause = set_up_of(case)
    result = examined(behind(present(name), set_up))
    assert names(result) == [cause]
    assert result.status == 1


@pytest.mark.parametrize("case", BROKEN)
def test_right_cause_comes_first_without_a_user(case, behind, examined):
    set_up, cause = set_up_of(case)
    result = examined(behind(present("nginx"), set_up), anonymous=True)
    assert names(result) == ([] if cause in NEEDS_USER else [cause])
    assert any(
        "cookies and the CSRF header" in line for line in result.unchecked
    )


@pytest.mark.parametrize("case", FINE)
@pytest.mark.parametrize("name", ALWAYS)
def test_correct_set_up_has_no_finding(name, case, behind, examined):
    result = examined(behind(present(name), FINE[case]))
    assert (names(result), result.status) == ([], 0)
    assert result.version == "1.3.6"
    assert result.requests <= 16
    assert result.handshakes <= 6


def test_inner_proxy_that_overwrites_the_header(reference, examined):
    nginx = present("nginx")
    with (
        proxies.put_up(nginx, reference, INNER) as inner,
        proxies.put_up(nginx, inner.address, GOOD) as outer,
    ):
        assert names(examined(outer)) == ["scheme-wrong"]


def test_inner_proxy_that_keeps_the_header(reference, examined):
    nginx = present("nginx")
    keeping = dataclasses.replace(INNER, proto=PASSED)
    with (
        proxies.put_up(nginx, reference, keeping) as inner,
        proxies.put_up(nginx, inner.address, GOOD) as outer,
    ):
        assert names(examined(outer)) == []


@pytest.mark.parametrize("name", ["nginx", "caddy", "haproxy"])
def test_host_is_lost(name, behind, examined):
    lost = dataclasses.replace(GOOD, host=MISSING)
    assert names(examined(behind(present(name), lost))) == ["host-lost"]


@pytest.mark.parametrize("name", ["nginx", "caddy", "haproxy"])
def test_loopback_host_excuses_a_missing_header(name, behind, examined):
    """OAuth works then by luck; only the cause is a finding."""
    bare = dataclasses.replace(GOOD, host=MISSING, proto=PASSED)
    assert names(examined(behind(present(name), bare))) == ["scheme-excused"]


def test_proxy_that_merges_slashes_hides_the_host(behind, examined):
    result = examined(behind(present("apache")))
    assert names(result) == []
    assert any("merges slashes" in line for line in result.unchecked)


def test_several_causes_are_all_found_worst_first(behind, examined):
    set_up = SetUp(cors="*", proto=fixed("http"), stripped=("Cookie",))
    result = examined(behind(present("nginx"), set_up))
    assert names(result) == [
        "scheme-wrong",
        "cookies-stripped",
        "cors-added",
        "redirect-loses-post",
    ]


def test_limited_body_is_a_note(behind, examined):
    limited = dataclasses.replace(GOOD, body_limit=2_000_000)
    result = examined(behind(present("nginx"), limited))
    assert names(result) == []
    assert [note.cause.name for note in result.notes] == ["body-limited"]
    assert result.status == 0


def test_body_of_the_allowed_size_is_no_note(behind, examined):
    roomy = dataclasses.replace(GOOD, body_limit=20_000_000)
    assert examined(behind(present("nginx"), roomy)).notes == []
