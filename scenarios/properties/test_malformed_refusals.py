"""What a malformed request is told, and that it gets nothing else."""

import pytest

from conformance import expect, verifies
from conformance.adversary.malformed import KINDS

TOKENS = ["exchange", "refresh"]


@verifies("rfc6749/5.2/error-registered")
@pytest.mark.parametrize("name", TOKENS)
def test_changed_token_request_is_told_a_registered_error(
    hunt, endpoint, name
):
    """A refused token request is told one of the registered error codes."""
    sender = endpoint(name)

    def check(example):
        answer = sender.send(example)
        if answer.refused:
            expect.registered_error(answer.response)

    hunt.examples(KINDS[name].parseable, check, share=0.5)


@verifies("rfc6749/5.2/error-description-charset")
@pytest.mark.parametrize("name", TOKENS)
def test_changed_token_request_is_told_in_plain_characters(
    hunt, endpoint, name
):
    """The description of a token error keeps to the allowed characters."""
    sender = endpoint(name)

    def check(example):
        answer = sender.send(example)
        if answer.refused:
            expect.allowed_characters(answer.response, "error_description")

    hunt.examples(KINDS[name].parseable, check, share=0.25)


@verifies("robustness/malformed-told-as-json")
@pytest.mark.parametrize(
    "name", ["login", "registration", "list", "authorize", "bearer"]
)
def test_changed_request_is_refused_as_json(hunt, endpoint, name):
    """A refused request to the API is told so in JSON."""
    kind, sender = KINDS[name], endpoint(name)

    hunt.examples(
        kind.parseable,
        lambda example: expect.refused_as_json(sender.send(example)),
        share=kind.share / 4,
    )


@verifies("robustness/token-endpoint-malformed-issues-nothing")
@pytest.mark.parametrize("name", TOKENS)
def test_changed_value_gets_no_tokens(hunt, endpoint, name):
    """A token request with one value changed gets no tokens."""
    sender = endpoint(name)

    def check(example):
        answer = sender.send(example)
        if answer.response is not None:
            expect.no_token_in(answer.response)

    hunt.examples(KINDS[name].invalid, check, share=0.5)


@verifies("robustness/authorization-malformed-issues-nothing")
def test_changed_value_gets_no_code(hunt, endpoint):
    """An authorization request for another app or URI gets no code."""
    sender = endpoint("authorize")

    def check(example):
        answer = sender.send(example)
        if answer.response is not None:
            expect.no_code_or_token_in(answer.response)

    hunt.examples(KINDS["authorize"].invalid, check, share=0.5)


@verifies("robustness/malformed-credentials-open-nothing")
@pytest.mark.parametrize("name", ["login", "bearer"])
def test_changed_credentials_open_nothing(hunt, endpoint, name):
    """A password or an access token that was changed is refused."""
    kind, sender = KINDS[name], endpoint(name)

    def check(example):
        answer = sender.send(example)
        served = answer.response is not None and answer.response.is_success
        expect.that(not served, "no 2xx response", expect.describe(answer))

    hunt.examples(kind.invalid, check, share=kind.share)


@verifies("robustness/refused-registration-stores-nothing")
def test_refused_registration_stores_nothing(hunt, endpoint):
    """A registration that is not accepted leaves no app in the list."""
    kind, sender = KINDS["registration"], endpoint("registration")

    def check(example):
        good = sender.valid()
        answer = sender.send_as(example, good)
        stored = sender.stored(good["client_name"])
        accepted = answer.response is not None and answer.response.is_success
        expect.that(
            accepted or not stored,
            "no app where the registration was not accepted",
            f"{len(stored)} apps; {expect.describe(answer)}",
        )

    hunt.examples(kind.examples, check, share=0.4, listed=kind.listed)
