"""Options that make a browser resolve a name and trust one key there."""

import base64
import hashlib
import re
import subprocess

import pytest

from conformance import proxies
from conformance.actors.visitor import launched
from conformance.errors import Unsupported
from conformance.instance.reach import Reach
from conformance.proxies.authority import Authority
from conformance.proxies.front import HOST


@pytest.fixture
def front(behind):
    """The first proxy that is installed."""
    names = (n for n in proxies.NAMES if proxies.get(n).find())
    if not (name := next(names, "")):
        pytest.skip("no proxy is installed")
    return behind(name).front


def test_a_name_that_resolves_needs_no_option():
    assert Reach().of_a_browser("https://fittrackee.example.org") == []


def test_options_of_a_browser(front):
    moved, trusted = front.reach.of_a_browser(front.url)
    assert moved == "--host-resolver-rules=MAP fittrackee.test 127.0.0.1"
    assert re.fullmatch(
        r"--ignore-certificate-errors-spki-list=[A-Za-z0-9+/]{43}=", trusted
    )
    assert len(front.reach.of_a_browser(front.http_url)) == 1


def test_pin_is_the_hash_of_the_servers_own_key(front):
    key = front.log.parent / "key.pem"
    words = ["openssl", "pkey", "-in", str(key), "-pubout", "-outform", "DER"]
    der = subprocess.run(
        words, capture_output=True, check=True, timeout=30
    ).stdout
    digest = hashlib.sha256(der).digest()
    assert front.reach.pin(front.url, 10) == base64.b64encode(digest).decode()


def test_key_with_an_untrusted_certificate_is_not_pinned(front, tmp_path):
    other = Authority.made(tmp_path, HOST)
    reach = Reach(front.reach.address, str(other.own))
    with pytest.raises(OSError, match="certificate verify failed"):
        reach.of_a_browser(front.url)


def test_keys_are_readable_by_their_owner_only(tmp_path):
    made = Authority.made(tmp_path, HOST)
    for secret in (made.key, made.both):
        assert secret.stat().st_mode & 0o077 == 0


@pytest.fixture
def browser(front):
    """A browser with the options for the front."""
    try:
        with launched(front.reach.of_a_browser(front.url)) as started:
            yield started
    except Unsupported as reason:
        pytest.skip(str(reason))


def test_browser_trusts_that_key_only(browser, front, behind):
    page = browser.new_page()
    assert page.goto(front.url).status == 200
    name = next(n for n in proxies.NAMES if proxies.get(n).find())
    stranger = behind(name).front
    with pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(stranger.url)
