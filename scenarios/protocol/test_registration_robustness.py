"""Registrations that no well-behaved client sends."""

import pytest

from conformance import expect, verifies

JSON = {"Content-Type": "application/json"}
PAYLOADS = {
    "nothing": (b"", JSON),
    "half an object": (b'{"client_name": ', JSON),
    "null": (b"null", JSON),
    "text": (b'"client_name"', JSON),
    "number": (b"1", JSON),
    "list": (b"[1]", JSON),
    "no UTF-8": (b'{"client_name": "\xff"}', JSON),
    "form": (
        b"client_name=a",
        {"Content-Type": "application/x-www-form-urlencoded"},
    ),
    "plain text": (b"{}", {"Content-Type": "text/plain"}),
    "deep nesting": (b"[" * 5000 + b"]" * 5000, JSON),
}


@verifies("robustness/registration-survives")
@pytest.mark.parametrize("case", PAYLOADS)
def test_payload_that_is_no_registration(owner, case):
    """A payload that is no JSON object is refused without a crash."""
    owner.must_register()  # control
    content, headers = PAYLOADS[case]

    expect.refused(owner.register_raw(content=content, headers=headers))


@verifies("robustness/registration-survives")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_name", "\0"),
        ("client_name", "a" * 100_000),
        ("client_uri", 1),
        ("redirect_uris", 1),
        ("redirect_uris", True),
        ("redirect_uris", [1]),
        ("redirect_uris", [None]),
        ("redirect_uris", [["https://app.example.org/callback"]]),
        ("scope", 1),
        ("scope", {}),
    ],
    ids=lambda value: repr(value)[:16],
)
def test_member_that_cannot_be(owner, name, value):
    """A member that cannot be right makes no server error."""
    owner.must_register()  # control
    response = owner.register(**{name: value})

    expect.that(
        response.status_code < 500, "no server error", expect.summary(response)
    )


@verifies("robustness/redirect-uri-survives")
@pytest.mark.parametrize(
    "uri",
    [
        "https://[::1/callback",
        "https://app.example.org:99999/callback",
        "https://app.example.org/\0",
        "https://app.example.org/" + "a" * 20_000,
    ],
    ids=["half-address", "port-too-high", "nul", "long"],
)
def test_redirect_uri_that_cannot_be_parsed(owner, uri):
    """A broken redirection URI makes neither route fail."""
    owner.must_register().must_authorize(owner)  # control
    response = owner.register_and_authorize(uri)

    expect.that(
        response.status_code < 500, "no server error", expect.summary(response)
    )
