"""Addresses as users write them, for ``run`` and ``doctor``."""

import pytest

from conformance.doctor import Subject
from conformance.errors import TargetError, UsageError
from conformance.instance.reach import Reach
from conformance.options import Options
from conformance.targets import parse
from conformance.targets.url import base_url, identify, unused_proxy

from .test_url import CONFIG, PING

USER = {"FITTRACKEE_EMAIL": "a@example.com", "FITTRACKEE_PASSWORD": "pw-a"}
NORMALISED = {
    "HTTPS://FT.Example.Org": "https://ft.example.org",
    "https://ft.example.org//": "https://ft.example.org",
    "https://ft.example.org:443/": "https://ft.example.org",
    "https://ft.example.org:": "https://ft.example.org",
    "https://ft.example.org:8443": "https://ft.example.org:8443",
    "https://ft.example.org/login": "https://ft.example.org",
    "https://ft.example.org/register/": "https://ft.example.org",
    "https://ft.example.org/api": "https://ft.example.org",
    "https://ft.example.org/api/": "https://ft.example.org",
    "https://ft.example.org/api/auth/login": "https://ft.example.org",
    "https://ft.example.org/profile/apps": "https://ft.example.org",
    "https://ft.example.org/sub/login": "https://ft.example.org/sub",
    "https://ft.example.org/apiary": "https://ft.example.org/apiary",
    "\thttps://ft.example.org\r\n": "https://ft.example.org",
    "HTTP://LOCALHOST:80/api": "http://localhost",
    "http://[::1]:5000/login": "http://[::1]:5000",
    "https://bücher.example": "https://xn--bcher-kva.example",
    "https://BÜCHER.example:8443": "https://xn--bcher-kva.example:8443",
    "https://fít.test/sub": "https://xn--ft-nja.test/sub",
}
INVALID = {
    "https://ft.example.org/?a=b": "continues with ?; drop that and give",
    "https://ft.example.org/login?from=%2F": "https://ft.example.org",
    "https://ft.example.org/#top": "continues with #; drop that and give",
    "https://ft.example.org:0": "not a URL (port 0)",
    "https://ft.example.org:99999": "not a URL (Port out of range",
    "https://ft.example.org:https": "not a URL",
    "https://ft example.org": "not a URL (' ' in the host)",
    "https://ft.example.org\\x": r"not a URL ('\\' in the host)",
    "https://ft.ex\x00ample.org": "not a URL",
    "https://::1": "not a URL",
    "https://[ft.example.org]": "not a URL",
    "https://xn--ü.example": "not a URL (Invalid IDNA hostname",
    "https://": "not a base URL",
    "https:/ft.example.org": "not a base URL",
    "https:\\\\ft.example.org": "not a base URL",
    "ft.example.org": "https://ft.example.org",
    "ft.example.org/login": "https://ft.example.org/login",
    "ft.example.org:8443": "https://ft.example.org:8443",
    "localhost:5000": "http://localhost:5000",
    "[::1]:5000": "http://[::1]:5000",
}
SECRET = {
    "https://me:hunter2@ft.example.org": "take them out",
    "https://@ft.example.org": "take them out",
    "https://me:hun/ter2@ft.example.org": "take them out",
    "https://me:hunter2@[::1": "take them out",
    "https://ft.example.org/?token=hunter2": "drop that",
    "https://ft.example.org/#token=hunter2": "drop that",
}


@pytest.mark.parametrize(("text", "url"), NORMALISED.items())
def test_address_is_normalised(text, url):
    assert parse(text, environ=USER).url == url
    assert Subject.from_url(text, environ=USER).url == url


@pytest.mark.parametrize(("text", "expected"), INVALID.items())
def test_invalid_address(text, expected):
    for read in (parse, Subject.from_url):
        with pytest.raises(UsageError) as caught:
            read(text, environ=USER)
        assert expected in caught.value.message
        assert "not a FitTrackee" not in caught.value.message


@pytest.mark.parametrize(("text", "expected"), SECRET.items())
def test_secret_in_an_address_is_not_repeated(text, expected):
    with pytest.raises(UsageError) as caught:
        base_url(text)
    assert expected in caught.value.message
    assert "ter2" not in caught.value.message
    assert "ter2" not in Options(target=text).shown_target


@pytest.mark.parametrize("path", ["/about", "/workouts/1", "/a/b"])
def test_page_below_a_fittrackee(site, path):
    url = site({"/api/ping": PING, "/api/config": CONFIG})
    with pytest.raises(TargetError) as caught:
        identify(f"{url}{path}", Reach())
    assert caught.value.message.endswith(
        f"; a FitTrackee answers at {url}: give that"
    )


REMOTE = "https://ft.example.org"


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        (REMOTE, {"HTTPS_PROXY": "http://me:pw@proxy"}, "HTTPS_PROXY is set"),
        (REMOTE, {"https_proxy": "http://proxy"}, "https_proxy is set and no"),
        (REMOTE, {"ALL_PROXY": "socks5://proxy"}, "ALL_PROXY is set and not"),
        (REMOTE, {"HTTP_PROXY": "http://proxy"}, ""),
        (REMOTE, {"HTTPS_PROXY": ""}, ""),
        (REMOTE, {"HTTPS_PROXY": "x", "NO_PROXY": "example.org"}, ""),
        (REMOTE, {"HTTPS_PROXY": "x", "no_proxy": "*"}, ""),
        ("http://localhost:5000", {"HTTP_PROXY": "http://proxy"}, ""),
        ("https://[::1]:5000", {"ALL_PROXY": "http://proxy"}, ""),
    ],
)
def test_unused_proxy_is_noted(url, environ, expected):
    note = unused_proxy(url, environ)
    assert note.startswith(expected)
    assert bool(note) == bool(expected)
    assert "pw" not in note
