"""Faults of proof key for code exchange (RFC 7636)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from conformance.faults import fault
from conformance.faults.token_endpoint import TOKEN, rename_error
from conformance.reference.api.responses import json_response

if TYPE_CHECKING:
    from flask import Request, Response

    from conformance.reference import ReferenceServer

    Parameters = list[tuple[str, str]]

METADATA = "GET /.well-known/oauth-authorization-server"


@fault(
    violates=[
        "rfc7636/4.1/verifier-lengths-accepted",
        "rfc7636/4.2/s256",
        "rfc9700/2.1.1/pkce-supported",
    ]
)
def verifier_needs_44_characters(server: ReferenceServer) -> None:
    """A code verifier of 43 characters is rejected."""
    server.replace("verifier_well_formed", lambda verifier: len(verifier) > 43)


@fault(
    violates=["rfc7636/4.1/short-verifier", "rfc7636/4.1/malformed-verifier"]
)
def any_verifier_is_well_formed(server: ReferenceServer) -> None:
    """Length and characters of a code verifier are not validated."""
    server.replace("verifier_well_formed", lambda _verifier: True)


@fault(violates="rfc7636/4.2/malformed-challenge")
def any_challenge_is_well_formed(server: ReferenceServer) -> None:
    """Length and characters of a code challenge are not validated."""
    server.replace("challenge_well_formed", lambda _challenge: True)


@fault(violates="rfc7636/4.3/default-method")
def method_defaults_to_s256(server: ReferenceServer) -> None:
    """A missing code_challenge_method is treated as S256."""
    server.replace(
        "challenge_method_supported", lambda method: method in ("S256", None)
    )


@fault(violates="rfc7636/4.4/challenge-bound-to-code")
def any_challenge_will_do(server: ReferenceServer) -> None:
    """A code verifier may match the challenge of any other request."""
    seen: list[str] = []

    def remember(challenge: str) -> bool:
        seen.append(challenge)
        return bool(well_formed(challenge))

    def fits(verifier: str, _challenge: str, method: str | None) -> bool:
        return any(matches(verifier, known, method) for known in seen)

    well_formed = server.replace("challenge_well_formed", remember)
    matches = server.replace("verifier_matches", fits)


@fault(violates="rfc7636/4.4/challenge-not-exposed")
def challenge_is_sent_back(server: ReferenceServer) -> None:
    """The redirection contains the code challenge."""

    def expose(uri: str, given: Parameters) -> str:
        challenge = request.form.get("code_challenge", "")
        return str(add(uri, [*given, ("code_challenge", challenge)]))

    add = server.replace("redirection", expose)


@fault(
    violates=[
        "rfc7636/4.4.1/unknown-method",
        "rfc7636/4.4.1/unknown-method-redirected",
    ]
)
def any_method_means_s256(server: ReferenceServer) -> None:
    """Any code challenge method is treated as S256."""
    server.replace("challenge_method_supported", lambda method: bool(method))


@fault(violates="rfc7636/4.5/verifier-needed")
def verifier_may_be_left_out(server: ReferenceServer) -> None:
    """A code with a challenge can be exchanged without a verifier."""
    server.replace("verifier_needed", lambda _challenge: False)


@fault(
    violates=[
        "rfc7636/4.4/challenge-bound-to-code",
        "rfc7636/4.6/invalid-grant",
        "rfc7636/4.6/method-of-the-code",
        "rfc7636/4.6/verifier-verified",
    ]
)
def verifier_is_not_compared(server: ReferenceServer) -> None:
    """Any code verifier is accepted."""
    server.replace("verifier_matches", lambda *_compared: True)


@fault(violates="rfc7636/4.6/invalid-grant")
def wrong_verifier_is_invalid_request(server: ReferenceServer) -> None:
    """A wrong verifier or other invalid grant gets invalid_request."""
    rename_error(server, "invalid_grant", "invalid_request")


@fault(violates="rfc7636/4.6/method-of-the-code")
def challenge_passes_for_its_verifier(server: ReferenceServer) -> None:
    """A verifier equal to an S256 challenge is accepted, as for plain."""

    def either(verifier: str, challenge: str, method: str | None) -> bool:
        return verifier == challenge or bool(
            matches(verifier, challenge, method)
        )

    matches = server.replace("verifier_matches", either)


@fault(
    violates=[
        "rfc9700/4.8.2/verifier-without-challenge",
        "fittrackee/oauth/challenge-required-with-method",
    ]
)
def unexpected_verifier_is_ignored(server: ReferenceServer) -> None:
    """A code verifier without a challenge is ignored."""
    server.replace("verifier_without_challenge_refused", lambda: False)


@fault(
    violates=[
        "fittrackee/oauth/pkce-optional",
        "fittrackee/oauth/required-parameters-suffice",
    ]
)
def pkce_is_demanded(server: ReferenceServer) -> None:
    """An authorization request without a code challenge is rejected."""
    server.replace("challenge_required", lambda: True)


@fault(violates="robustness/pkce-survives")
def accents_are_fatal(server: ReferenceServer) -> None:
    """A non-ASCII code verifier causes a server error."""

    def fail(sent: Request) -> Response | None:
        if sent.form.get("code_verifier", "").isascii():
            return None
        return json_response({"error": "server_error"}, 500)

    server.before(TOKEN, fail)
