"""Faults of the client ids and secrets that are issued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.faults import fault
from conformance.faults.json_responses import (
    REGISTER,
    change_registered,
    payload,
    rewrite,
)
from conformance.reference.storage.models import hashed

if TYPE_CHECKING:
    from conformance.reference import ReferenceServer


@fault(violates="rfc6749/2.2/client-id-unique")
def same_name_same_client_id(server: ReferenceServer) -> None:
    """Apps registered in a row with one name get the same client id."""
    last = {"name": "", "client_id": ""}

    def share(app: dict[str, Any]) -> None:
        known = server.rules.find_app(last["client_id"]) is not None
        if known and app["name"] == last["name"]:
            app["client_id"] = last["client_id"]
        last.update(name=app["name"], client_id=app["client_id"])

    change_registered(server, share)


@fault(violates="rfc6749/10.10/client-secrets-differ")
def secret_holds_the_client_id(server: ReferenceServer) -> None:
    """A client secret contains the client id."""
    drawn_secrets: list[str] = []
    draw = server.replace("new_client_secret", lambda: keep())
    server.replace("new_client_id", lambda: drawn_secrets.pop()[12:36])

    def keep() -> str:
        drawn_secrets.append(draw())
        return drawn_secrets[-1]


@fault(violates="rfc6749/A.1/client-id-characters")
def client_id_with_control_character(server: ReferenceServer) -> None:
    """A client id ends with a control character."""
    drawn = server.replace("new_client_id", lambda: f"{drawn()}\x7f")


@fault(violates="rfc6749/A.2/client-secret-characters")
def secret_with_umlaut(server: ReferenceServer) -> None:
    """A client secret contains a non-ASCII letter."""
    drawn = server.replace("new_client_secret", lambda: f"{drawn()}ü")


@fault(violates="rfc9700/4.15.1/client-id-not-chosen")
def client_id_from_the_payload(server: ReferenceServer) -> None:
    """A registration can choose its client id."""
    drawn = server.replace("new_client_id", lambda: chosen())

    def chosen() -> str:
        requested = payload().get("client_id")
        free = requested and server.rules.find_app(requested) is None
        return str(requested if free else drawn())


@fault(violates="robustness/registration-protected-members")
def secret_from_the_payload(server: ReferenceServer) -> None:
    """A registration can choose its client secret."""
    drawn = server.replace(
        "new_client_secret",
        lambda: payload().get("client_secret") or drawn(),
    )


@fault(violates="robustness/registration-protected-members")
def registration_takes_over(server: ReferenceServer) -> None:
    """A registration with an existing client id replaces its secret."""

    def take(body: dict[str, Any]) -> None:
        requested = payload().get("client_id")
        app = server.rules.find_app(requested) if requested else None
        if app is not None:
            secret = body["data"]["client"]["client_secret"]
            app.secret_hash = hashed(secret)
            server.database.session.commit()

    rewrite(server, REGISTER, take)
