"""What comes back to the app when its user consents."""

import string
from urllib.parse import parse_qsl, urlsplit

import pytest

from conformance import Unsupported, expect, observe, verifies
from conformance.actors import brief, redirect_parameters, redirect_url
from conformance.routes import METADATA

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
STATES = {
    "letters": "af0ifjsldkj",
    "every printable character": PRINTABLE,
    "looks encoded": "%41%2B%26+%20",
    "json": '{"a": [1, "b"], "c": null}',
    "a url": "https://app.example.org/?a=1&code=2#b",
    "zero": "0",
    "spaces around": "  x  ",
    "a thousand characters": string.ascii_letters[:50] * 20,
}
QUERIES = {
    "one": "kept=1",
    "the same name twice": "a=1&a=2",
    "empty value": "kept=",
    "no value": "kept",
    "encoded": "next=%2Fhome%3Fa%3D1%26b&name=%C3%A9%20x",
    "plus sign": "q=a+b%2Bc",
}


@verifies(
    "rfc6749/4.1.2/code-delivered", "fittrackee/oauth/redirected-with-code"
)
def test_code_in_the_query(shared_app, owner):
    """The code arrives in the query of the requested URI, with the state."""
    response = shared_app.authorize(owner, state="the-state-sent")

    expect.code(response)
    url, returned = redirect_url(response), redirect_parameters(response)
    expect.that(
        url.startswith(f"{shared_app.redirect_uri}?")
        and all(
            len(values) == 1 and all(values) for values in returned.values()
        )
        and returned.get("state") == ["the-state-sent"],
        "one code and one state in the query of the redirection URI",
        url,
    )


@verifies("rfc6749/4.1.2/state-echoed")
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_state_comes_back(shared_app, owner, state):
    """The state comes back character by character."""
    shared_app.must_authorize(owner)
    response = shared_app.authorize(owner, state=state)

    expect.code(response)
    came = redirect_parameters(response).get("state")
    expect.that(
        came == [state],
        f"state {expect.value(state)}",
        f"state {expect.value(came)}",
    )


@verifies("rfc6749/3.1.2/query-retained")
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_query_is_kept(owner, query):
    """The registered URI's own query stands in the redirection too."""
    plain = "https://app.example.org/callback"
    owner.must_receive_code(plain)  # control: without a query it works
    registered = owner.register(redirect_uris=[f"{plain}?{query}"])
    if registered.is_client_error:
        raise Unsupported(f"no such URI is registered: {brief(registered)}")
    response = owner.must_be_registered(registered).authorize(owner)

    expect.code(response)
    kept = parse_qsl(query, keep_blank_values=True)
    came = parse_qsl(
        urlsplit(redirect_url(response)).query, keep_blank_values=True
    )
    expect.that(
        [pair for pair in came if pair in kept] == kept,
        f"the query {expect.value(query)} beside code and state",
        redirect_url(response),
    )


@verifies("rfc9207/2/issuer-returned")
def test_issuer(shared_app, owner):
    """Whether the answer names its issuer is noted."""
    returned = shared_app.must_authorize(owner).returned

    observe(f"iss in the authorization response: {returned.get('iss')}")


@verifies("rfc9207/2/issuer-identifier")
def test_issuer_identifier(shared_app, owner):
    """An issuer that is named is a plain https URL."""
    issuers = shared_app.must_authorize(owner).returned.get("iss", [])

    expect.that(
        len(issuers) <= 1 and all(map(_is_issuer, issuers)),
        "no issuer, or one https URL without query and fragment",
        f"iss: {issuers or 'absent'}",
    )


@verifies("rfc9207/2.3/issuer-as-announced")
def test_announced_issuer(shared_app, owner):
    """An issuer that the metadata announces is named in the answer."""
    returned = shared_app.must_authorize(owner).returned
    response = shared_app.send("GET", METADATA)

    name = "authorization_response_iss_parameter_supported"
    issuer = expect.member(response, "issuer")
    expect.that(
        expect.member(response, name) is not True
        or returned.get("iss") == [issuer],
        "the issuer of the metadata, where they announce it",
        f"iss: {returned.get('iss', 'absent')}; metadata: {issuer or 'none'}",
    )


@verifies("rfc9700/4.1.3/fragment-appended")
def test_fragment_appended(shared_app, owner):
    """Whether the redirection ends in a fragment of its own is noted."""
    response = shared_app.must_receive_code(owner)

    fragment = urlsplit(redirect_url(response)).fragment
    observe(f"fragment of the redirection: {fragment or 'none'}")


@verifies("rfc6749/10.14/no-header-injection")
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=["crlf", "lf", "cr"])
@pytest.mark.parametrize("name", ["state", "scope", "redirect_uri"])
def test_line_breaks(shared_app, owner, name, end):
    """A line break in a parameter sets no header and breaks no line."""
    shared_app.must_authorize(owner)
    sent = shared_app.authorization(None)[name]
    planted = f"{sent}{end}X-Planted: 1"
    response = shared_app.authorize(owner, **{name: planted})

    url = redirect_url(response) + response.headers.get("location", "")
    expect.that(
        "x-planted" not in response.headers and not set(url) & set("\r\n"),
        "no header and no line break of the sender's",
        f"{response.headers.get('x-planted', 'no header')}; "
        f"{expect.value(url)}",
    )


def _is_issuer(text):
    parts = urlsplit(text)
    return (
        parts.scheme == "https"
        and bool(parts.netloc)
        and not set(text) & set("?#")
    )
