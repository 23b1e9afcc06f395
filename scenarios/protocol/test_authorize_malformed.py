"""Authorization requests that nobody sends by accident."""

import pytest

from conformance import expect, verifies
from conformance.actors import FORM, Code, Pkce, redirect_parameters
from conformance.routes import AUTHORIZE

NAMES = [
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "confirm",
    "code_challenge",
    "code_challenge_method",
]
VALUES = {
    "NUL": "a\0b",
    "long": "x" * 20_000,
    "an emoji": "\U0001f6b4",
    "a percent sign": "%",
}
BODIES = {
    "nothing": (FORM, b""),
    "no pairs": (FORM, b"&&=&="),
    "no UTF-8": (FORM, b"client_id=%ff%fe&response_type=code"),
    "raw bytes": (FORM, b"\xff\xfe\x00"),
    "a JSON list": ("application/json", b"[]"),
    "half a JSON object": ("application/json", b'{"client_id": '),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "half a part": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="client_id"\r\n',
    ),
    "XML": ("application/xml", b"<client_id/>"),
    "no type at all": ("", b"client_id=x"),
}
HALVES = {
    "both empty": {"code_challenge": "", "code_challenge_method": ""},
    "empty challenge": {"code_challenge": ""},
    "method alone": {"code_challenge_method": "S256"},
    "plain": {
        "code_challenge": "a" * 43,
        "code_challenge_method": "plain",
    },
}
VERIFIERS = {"good": "a" * 43, "accents": "é" * 43, "NUL": "\0" * 43}


@verifies("robustness/authorization-endpoint-survives")
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("name", NAMES)
def test_strange_value(shared_app, owner, name, value):
    """A strange value in a parameter does not make the server fail."""
    pkce = Pkce.s256()
    shared_app.must_authorize(owner, pkce=pkce)

    response = shared_app.authorize(owner, pkce=pkce, **{name: value})
    survived(response)


@verifies("robustness/authorization-endpoint-survives")
@pytest.mark.parametrize(("kind", "body"), BODIES.values(), ids=BODIES)
def test_strange_body(shared_app, owner, kind, body):
    """A body that is no form does not make the server fail."""
    shared_app.must_authorize(owner)

    headers = {"Content-Type": kind}
    survived(owner.post(AUTHORIZE, content=body, headers=headers))


@verifies("robustness/pkce-survives")
@pytest.mark.parametrize("verifier", VERIFIERS.values(), ids=VERIFIERS)
@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_half_a_challenge(shared_app, owner, half, verifier):
    """A verifier for half a challenge does not make the server fail."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    response = shared_app.authorize(owner, **half)
    survived(response)

    returned = redirect_parameters(response)
    if "code" in returned:
        value = returned["code"][0]
        code = Code(value, shared_app.redirect_uri, verifier)
        survived(shared_app.exchange(code))


@verifies("robustness/pkce-survives")
@pytest.mark.parametrize("verifier", VERIFIERS.values(), ids=VERIFIERS)
def test_strange_verifier(shared_app, owner, verifier):
    """A strange verifier does not make the server fail."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    code = shared_app.must_authorize(owner)

    survived(shared_app.exchange(code, code_verifier=verifier))


def survived(response):
    """Demand any answer but a server error."""
    expect.that(
        response.status_code < 500,
        "no server error (5xx)",
        expect.summary(response),
    )
