"""Requests that are no well-formed HTTP."""

import pytest

from conformance import expect, verifies
from conformance.actors import FORM, answer_to, must_come, request_bytes
from conformance.adversary.malformed import listed_messages, messages
from conformance.routes import PING, TOKEN

BODY = b"grant_type=authorization_code&code=made-up"
REQUESTS = {
    "a page": ("GET", PING, {}, b""),
    "a form": ("POST", TOKEN, {"Content-Type": FORM}, BODY),
}


@verifies("robustness/wire-survives")
@pytest.mark.parametrize("name", REQUESTS)
def test_malformed_wire_is_survived(hunt, instance, raw, name):
    """A request that is no well-formed HTTP causes no server error."""
    method, path, headers, content = REQUESTS[name]
    good = request_bytes(
        instance, method, path, headers=headers, content=content
    )

    def send(data):
        with raw("wire") as connection:
            connection.send(data)
            connection.hang_up()
            return connection.answer()

    must_come(answer_to(lambda: send(good)))  # control

    def check(example):
        answer = answer_to(lambda: send(example.apply(good)))
        expect.no_server_error(answer)

    hunt.examples(messages, check, share=0.5, listed=listed_messages)
