"""Which redirection URI is answered, and when none is."""

import pytest

from conformance import Unsupported, expect, observe, verifies
from conformance.actors import Pkce, brief, redirect_url

EVIL = "https://evil.example/callback"
FIRST = "https://app.example.org/first"
SECOND = "https://app.example.org/second"
BESIDES = {
    "nothing else": {},
    "an unknown scope": {"scope": "made-up:scope"},
    "no scope": {"scope": None},
    "another response type": {"response_type": "token"},
    "no response type": {"response_type": None},
    "a denial": {"confirm": "false"},
    "a repeated state": {"state": ["a", "b"]},
    "an unknown challenge method": {
        "code_challenge": Pkce.s256().challenge,
        "code_challenge_method": "made_up",
    },
}
NO_CLIENT = {
    "unknown": lambda _: "made-up-client",
    "missing": lambda _: None,
    "empty": lambda _: "",
    "other case": lambda client_id: client_id.swapcase(),
    "a pattern": lambda client_id: f"{client_id[:-1]}%",
}
NUMBERED = "http://127.0.0.1:8000/callback"
LOOPBACK = {
    "IPv4 without a port": "http://127.0.0.1/callback",
    "IPv4 with another port": NUMBERED,
    "IPv6 without a port": "http://[::1]/callback",
}
NOT_LOOPBACK = {
    "suffixed": "http://127.0.0.1.evil.example:8000/callback",
    "as a user": "http://127.0.0.1:8000@evil.example/callback",
    "port as a password": "http://127.0.0.1:51004@evil.example/callback",
    "name as a port": "http://127.0.0.1:evil.example/callback",
    "another path": "http://127.0.0.1:51004/other",
    "another query": "http://127.0.0.1:51004/callback?x=1",
    "a fragment": "http://127.0.0.1:51004/callback#x",
    "another address": "http://127.0.0.2:51004/callback",
    "any address": "http://0.0.0.0:51004/callback",
    "another scheme": "https://127.0.0.1:51004/callback",
}


@verifies("rfc6749/3.1.2.3/each-registered-uri")
@pytest.mark.parametrize("uri", [FIRST, SECOND], ids=["first", "second"])
def test_one_of_several(owner, uri):
    """The code goes to the registered URI that was asked for."""
    owner.must_receive_code(FIRST)  # control: of one, it does
    app = owner.must_register(redirect_uris=[FIRST, SECOND])
    response = app.authorize(owner, redirect_uri=uri)

    expect.code(response)
    url = redirect_url(response)
    expect.that(url.startswith(f"{uri}?"), f"a redirection to {uri}", url)


@verifies("rfc6749/3.1.2.3/uri-needed-with-several")
def test_none_of_several(owner):
    """With several registered URIs, one has to be named."""
    app = owner.must_register(redirect_uris=[FIRST, SECOND])
    app.must_authorize(owner)

    expect.no_code_or_token_in(app.authorize(owner, redirect_uri=None))


@verifies("rfc6749/4.1.1/redirect-uri-optional")
def test_only_uri_left_out(shared_app, owner):
    """The only registered URI need not be named."""
    shared_app.must_authorize(owner)
    response = shared_app.authorize(owner, redirect_uri=None)

    expect.code(response)
    url = redirect_url(response)
    registered = f"{shared_app.redirect_uri}?"
    expect.that(url.startswith(registered), f"to {registered}", url)


@verifies("rfc6749/3.1.2.4/no-redirection-to-invalid-uri")
@pytest.mark.parametrize("besides", BESIDES.values(), ids=BESIDES)
def test_unregistered_uri_is_not_visited(shared_app, owner, besides):
    """No redirection goes to a URI that is not registered."""
    shared_app.must_authorize(owner)

    response = shared_app.authorize(owner, redirect_uri=EVIL, **besides)
    expect.not_redirected_elsewhere(response)


@verifies("rfc6749/3.1.2.4/user-is-told-of-invalid-uri")
def test_unregistered_uri_is_told(shared_app, owner):
    """The user is told about a URI that is not registered."""
    shared_app.must_authorize(owner)

    response = shared_app.authorize(owner, redirect_uri=EVIL)
    expect.refused(response)
    target = redirect_url(response) or response.headers.get("location")
    expect.that(not target, "no redirection", f"to {target or 'nowhere'}")


@verifies("rfc6749/4.1.2.1/no-redirection-for-unknown-client")
@pytest.mark.parametrize("uri", [EVIL, None], ids=["any URI", "no URI"])
@pytest.mark.parametrize("wrong", NO_CLIENT.values(), ids=NO_CLIENT)
def test_unknown_client_redirects_nowhere(shared_app, owner, wrong, uri):
    """Without a known app there is no redirection."""
    shared_app.must_authorize(owner)
    client_id = wrong(shared_app.client_id)

    response = shared_app.authorize(
        owner, client_id=client_id, redirect_uri=uri
    )
    expect.not_redirected_elsewhere(response)


@verifies("rfc6749/4.1.2.1/no-redirection-for-unknown-client")
def test_deleted_app_redirects_nowhere(app, owner):
    """An app that was deleted is unknown."""
    app.must_authorize(owner)
    owner.must_delete(app)

    expect.not_redirected_elsewhere(app.authorize(owner))


@verifies("rfc8252/7.3/loopback-any-port")
@pytest.mark.parametrize("uri", LOOPBACK.values(), ids=LOOPBACK)
def test_loopback_port(owner, uri):
    """Whether a loopback URI may have another port is noted."""
    app = registered_on_loopback(owner, uri)
    app.must_authorize(owner)
    host = uri.rpartition("/")[0].removesuffix(":8000")
    asked = f"{host}:51004/callback"
    url = redirect_url(app.authorize(owner, redirect_uri=asked))

    taken = "code=" in url and url.startswith(f"{asked}?")
    observe(f"another port is {'taken' if taken else 'refused'}")


@verifies("rfc8252/8.4/loopback-nothing-but-port")
@pytest.mark.parametrize("uri", NOT_LOOPBACK.values(), ids=NOT_LOOPBACK)
def test_loopback_nothing_else(owner, uri):
    """A loopback URI that differs in more than its port gets no code."""
    app = registered_on_loopback(owner, NUMBERED)
    app.must_authorize(owner)

    expect.no_code_or_token_in(app.authorize(owner, redirect_uri=uri))


def registered_on_loopback(owner, uri):
    """Register an app for a loopback URI, where the server takes any."""
    owner.must_register()  # control: another one is taken
    response = owner.register(redirect_uris=[uri])
    if response.is_client_error:
        raise Unsupported(
            f"registers no loopback redirection URI: {brief(response)}"
        )
    return owner.must_be_registered(response)


@verifies("rfc9700/2.1/uri-of-another-app")
def test_uri_of_another_app(shared_app, owner):
    """A URI that another app has registered gets no code."""
    uri = "https://other.example.org/callback"
    other = owner.must_register(redirect_uris=[uri])
    other.must_authorize(owner)
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, redirect_uri=uri))
