"""Faults that accept malformed credentials as valid."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.datastructures import MultiDict

from conformance.faults import fault
from conformance.faults.json_responses import REGISTER, payload
from conformance.faults.token_endpoint import TOKEN_PATH
from conformance.reference.storage.models import RegisteredApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response

    from conformance.reference import ReferenceServer
    from conformance.reference.protect import Caller
    from conformance.reference.storage.models import Account

ISSUES = "robustness/token-endpoint-malformed-issues-nothing"
OPENS = "robustness/malformed-credentials-open-nothing"


def _read_as(
    server: ReferenceServer, name: str, change: Callable[[str], str]
) -> None:
    """Change one parameter of token requests before it is read."""

    def read(sent: Request) -> MultiDict[str, str]:
        given: MultiDict[str, str] = as_sent(sent)
        if sent.path != TOKEN_PATH:
            return given
        pairs = given.items(multi=True)
        return MultiDict((n, change(v) if n == name else v) for n, v in pairs)

    as_sent: Any = server.replace("parameters", read)


@fault(violates=ISSUES)
def white_space_around_a_code(server: ReferenceServer) -> None:
    """White space around a code is ignored."""
    _read_as(server, "code", str.strip)


@fault(violates=ISSUES)
def grant_type_in_any_case(server: ReferenceServer) -> None:
    """The grant type is compared ignoring case."""
    _read_as(server, "grant_type", str.lower)


@fault(violates=ISSUES)
def refresh_token_cut_to_its_column(server: ReferenceServer) -> None:
    """Characters after a refresh token are ignored."""
    _read_as(server, "refresh_token", lambda token: token[:48])


@fault(violates=ISSUES)
def unreadable_bytes_are_skipped(server: ReferenceServer) -> None:
    """Non-ASCII characters in a client secret are ignored."""
    _read_as(
        server,
        "client_secret",
        lambda secret: secret.encode("ascii", "ignore").decode(),
    )


@fault(violates="robustness/authorization-malformed-issues-nothing")
def look_alike_uris_are_the_same(server: ReferenceServer) -> None:
    """Redirection URIs are compared after Unicode normalization."""

    def plain(uri: str) -> str:
        return unicodedata.normalize("NFKC", uri).casefold()

    def registered(app: RegisteredApp, uri: str) -> bool:
        return plain(uri) in map(plain, app.redirect_uris)

    server.replace("redirect_uri_registered", registered)


@fault(violates=OPENS)
def only_the_beginning_of_a_password(server: ReferenceServer) -> None:
    """A password followed by other characters is accepted."""

    def matches(user: Account | None, password: str) -> bool:
        ends = range(8, min(len(password), 80) + 1)
        return any(exactly(user, password[:end]) for end in ends)

    exactly = server.replace("password_matches", matches)


@fault(violates=OPENS)
def token_cut_to_its_column(server: ReferenceServer) -> None:
    """Characters after an access token are ignored."""
    find = server.replace("find_access_token", lambda token: find(token[:42]))


@fault(violates="robustness/refused-registration-stores-nothing")
def refused_scope_leaves_an_app(server: ReferenceServer) -> None:
    """A registration rejected for its scope still stores an app."""

    def storing(view: Callable[..., Response]) -> Callable[..., Response]:
        def register(
            inner: ReferenceServer, caller: Caller, **named: Any
        ) -> Response:
            _store(inner, caller, payload())
            return view(inner, caller, **named)

        return register

    server.wrap(REGISTER, storing)


def _store(
    server: ReferenceServer, caller: Caller, sent: dict[str, Any]
) -> None:
    """Store an app although its scope is unknown."""
    name, scope = sent.get("client_name"), sent.get("scope")
    rules = server.rules
    if not rules.name_acceptable(name) or not isinstance(scope, str):
        return
    if rules.registered_scope(scope) is not None:
        return
    server.database.session.add(
        RegisteredApp(
            client_id=rules.new_client_id(),
            secret_hash="",
            user_id=caller.account.id,
            name=str(name),
            description=None,
            website=request.host_url,
            redirect_uris=[],
            scope="",
            issued_at=rules.now(),
        )
    )
    server.database.session.commit()
