"""Redirection URIs that resemble the registered one and are not it.

The app has registered https://app.example.org/callback, and nothing else.
"""

import pytest

from conformance import expect, verifies

HOST = "https://app.example.org"
REGISTERED = f"{HOST}/callback"


def variants(**uris):
    """Parametrize a scenario with redirection URIs."""
    return pytest.mark.parametrize("uri", uris.values(), ids=list(uris))


@verifies("rfc9700/2.1/redirect-uri-host")
@variants(
    other="https://evil.example/callback",
    suffixed="https://app.example.org.evil.example/callback",
    longer="https://app.example.organic/callback",
    prefixed="https://evil-app.example.org/callback",
    subdomain="https://evil.app.example.org/callback",
    parent="https://example.org/callback",
    any_character="https://appXexample.org/callback",
    in_the_path="https://evil.example/app.example.org/callback",
    in_the_query="https://evil.example/?https://app.example.org/callback",
    in_the_fragment="https://evil.example/#https://app.example.org/callback",
    loopback="http://127.0.0.1/callback",
    homograph="https://аpp.example.org/callback",  # noqa: RUF001
)
def test_foreign_host(shared_app, owner, uri):
    """A host that is not the registered one gets no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))


@verifies("rfc9700/2.1/redirect-uri-userinfo")
@variants(
    host_as_user="https://app.example.org@evil.example/callback",
    with_password="https://app.example.org:x@evil.example/callback",
    encoded_sign="https://app.example.org%40evil.example/callback",
    encoded_slash="https://app.example.org%2F@evil.example/callback",
    backslash="https://evil.example\\@app.example.org/callback",
    backslash_host="https://app.example.org\\.evil.example/callback",
    added_user="https://user@app.example.org/callback",
    empty_user="https://@app.example.org/callback",
)
def test_userinfo(shared_app, owner, uri):
    """A user name in the URI gets no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))


@verifies("rfc9700/2.1/redirect-uri-scheme-and-port")
@variants(
    http="http://app.example.org/callback",
    no_scheme="//app.example.org/callback",
    no_slashes="https:app.example.org/callback",
    private="app://app.example.org/callback",
    script="javascript://app.example.org/callback",
    other_port="https://app.example.org:8443/callback",
    http_port="https://app.example.org:80/callback",
    no_port_number="https://app.example.org:evil/callback",
)
def test_scheme_and_port(shared_app, owner, uri):
    """Another scheme or port of the same host gets no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))


@verifies("rfc9700/2.1/redirect-uri-path")
@variants(
    none="https://app.example.org",
    root="https://app.example.org/",
    shorter="https://app.example.org/call",
    longer="https://app.example.org/callbacks",
    trailing_slash="https://app.example.org/callback/",
    below="https://app.example.org/callback/users/evil",
    above="https://app.example.org/users/evil/callback",
    capitals="https://app.example.org/Callback",
    parameter="https://app.example.org/callback;x=1",
    extension="https://app.example.org/callback.html",
    relative="/callback",
)
def test_path(shared_app, owner, uri):
    """Another path of the same host gets no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))


@verifies("rfc9700/2.1/redirect-uri-query")
@variants(
    empty=f"{REGISTERED}?",
    added=f"{REGISTERED}?x=1",
    planted_code=f"{REGISTERED}?code=planted",
    planted_state=f"{REGISTERED}?state=planted",
    ampersand=f"{REGISTERED}&x=1",
    redirector=f"{REGISTERED}?next=https://evil.example/",
)
def test_query(shared_app, owner, uri):
    """A query that was added gets no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))


@verifies("rfc9700/2.1/redirect-uri-query")
@pytest.mark.parametrize(
    "query",
    ["", "?a=1", "?b=2&a=1", "?a=1&b=3", "?a=1&b=2&c=3", "?A=1&b=2"],
    ids=["dropped", "shorter", "reordered", "changed", "longer", "capitals"],
)
def test_changed_query(owner, query):
    """Where a query is registered, only that query gets a code."""
    app = owner.must_register(redirect_uris=[f"{REGISTERED}?a=1&b=2"])
    app.must_authorize(owner)

    uri = f"{REGISTERED}{query}"
    expect.no_code_or_token_in(app.authorize(owner, redirect_uri=uri))


@verifies("rfc9700/2.1/redirect-uri-fragment")
@variants(
    empty=f"{REGISTERED}#",
    added=f"{REGISTERED}#x",
    planted_code=f"{REGISTERED}#code=planted",
    path=f"{REGISTERED}#/../evil",
    encoded=f"{REGISTERED}%23x",
)
def test_fragment(shared_app, owner, uri):
    """A fragment that was added gets no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))


@verifies("rfc9700/2.1/redirect-uri-path-confusion")
@variants(
    up_and_down=f"{HOST}/evil/../callback",
    same=f"{HOST}/./callback",
    up=f"{REGISTERED}/../evil",
    encoded_dots=f"{REGISTERED}/%2e%2e/evil",
    encoded_slash=f"{REGISTERED}/..%2Fevil",
    doubly_encoded=f"{REGISTERED}/%252e%252e/evil",
    doubled_slash=f"{HOST}//callback",
    trailing_dot=f"{REGISTERED}/.",
    semicolon=f"{REGISTERED}/..;/evil",
    backslash=f"{REGISTERED}\\..\\evil",
    backslash_start=f"{HOST}\\callback",
    encoded_query=f"{REGISTERED}%3Fx=1",
    full_width=f"{HOST}／callback",  # noqa: RUF001
    compatible_letter=f"{HOST}/callbac\u212a",
    encoded_nul=f"{REGISTERED}%00.evil.example",
)
def test_path_confusion(shared_app, owner, uri):
    """A path that only becomes the registered one gets no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))


@verifies("rfc9700/2.1/redirect-uri-control-characters")
@variants(
    space_before=f" {REGISTERED}",
    space_after=f"{REGISTERED} ",
    tab=f"{REGISTERED}\t",
    line_feed=f"{REGISTERED}\n",
    line_break_inside=f"{HOST}/call\r\nback",
    nul=f"{REGISTERED}\0.evil.example",
    byte_order_mark=f"\ufeff{REGISTERED}",
    zero_width=f"{REGISTERED}\u200b",
)
def test_control_characters(shared_app, owner, uri):
    """Characters that somebody may trim away get no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))


@verifies("rfc6749/3.1.2.3/exact-match")
@variants(
    scheme_in_capitals="HTTPS://app.example.org/callback",
    host_in_capitals="https://APP.example.org/callback",
    default_port="https://app.example.org:443/callback",
    empty_port="https://app.example.org:/callback",
    trailing_dot_of_host="https://app.example.org./callback",
    encoded_letter="https://app.example.org/%63allback",
)
def test_equivalent_uri(shared_app, owner, uri):
    """A URI that is equivalent, but not equal, gets no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))
