"""Faults that crash on malformed requests, which only fuzzing finds."""

from __future__ import annotations

import re
import time
import unicodedata
from typing import TYPE_CHECKING

from flask import request

from conformance.faults import fault
from conformance.faults.json_responses import (
    AUTHORIZE,
    LIST,
    PROFILE,
    REGISTER,
    SHOW,
    payload,
)
from conformance.faults.token_endpoint import TOKEN
from conformance.reference.api.responses import error

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response

    from conformance.reference import ReferenceServer

LOGIN = "POST /api/auth/login"
REVOKE = "POST /api/oauth/revoke"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NAP = 6.0  # seconds, more than a malformed request may take
# How Werkzeug decodes bytes that are not UTF-8: it leaves them escaped.
UNREADABLE = re.compile("\ufffd|%[89A-F][0-9A-F]", re.IGNORECASE)


def _crash(
    server: ReferenceServer, endpoint: str, at: Callable[[Request], bool]
) -> None:
    """Return a server error for some requests."""

    def hook(sent: Request) -> Response | None:
        return error(500, "server error") if at(sent) else None

    server.before(endpoint, hook)


@fault(violates="robustness/token-endpoint-survives")
def unreadable_text_crashes(server: ReferenceServer) -> None:
    """Invalid UTF-8 in a token request causes a server error."""
    _crash(
        server,
        TOKEN,
        lambda sent: any(map(UNREADABLE.search, sent.form.values())),
    )


@fault(violates="robustness/token-endpoint-survives")
def foreign_scope_of_a_refresh_crashes(server: ReferenceServer) -> None:
    """A refresh with a non-ASCII scope causes a server error."""
    _crash(server, TOKEN, lambda s: not s.form.get("scope", "").isascii())


@fault(violates="robustness/authorization-endpoint-survives")
def percent_sign_in_state_crashes(server: ReferenceServer) -> None:
    """A percent sign in the state causes a server error."""
    _crash(server, AUTHORIZE, lambda sent: "%" in sent.form.get("state", ""))


@fault(violates="robustness/revocation-survives")
def foreign_hint_crashes(server: ReferenceServer) -> None:
    """A non-ASCII token_type_hint causes a server error."""
    _crash(
        server,
        REVOKE,
        lambda sent: not sent.form.get("token_type_hint", "").isascii(),
    )


@fault(violates="robustness/registration-survives")
def nested_scope_crashes(server: ReferenceServer) -> None:
    """A registration whose scope is no string causes a server error."""
    _crash(
        server,
        REGISTER,
        lambda _: isinstance(payload().get("scope"), list | dict),
    )


@fault(violates="robustness/login-survives")
def address_of_another_type_crashes(server: ReferenceServer) -> None:
    """A login whose email or password is not a string fails with 500."""
    _crash(
        server,
        LOGIN,
        lambda _: not all(isinstance(v, str) for v in payload().values()),
    )


@fault(violates="robustness/bearer-survives")
def foreign_token_crashes(server: ReferenceServer) -> None:
    """A non-ASCII Authorization header causes a server error."""
    _crash(
        server,
        PROFILE,
        lambda sent: not sent.headers.get("Authorization", "").isascii(),
    )


@fault(violates="robustness/apps-page-survives")
def repeated_page_crashes(server: ReferenceServer) -> None:
    """A repeated page parameter causes a server error."""
    _crash(server, LIST, lambda sent: len(sent.args.getlist("page")) > 1)


@fault(violates="robustness/app-identifier-survives")
def foreign_identifier_crashes(server: ReferenceServer) -> None:
    """A non-ASCII app identifier causes a server error."""
    _crash(server, SHOW, lambda sent: not sent.path.isascii())


@fault(violates="robustness/wire-survives")
def unknown_method_crashes(server: ReferenceServer) -> None:
    """An unknown HTTP method causes a server error."""

    def hook() -> Response | None:
        known = request.method in METHODS
        return None if known else error(500, "server error")

    server.app.before_request(hook)


@fault(violates="robustness/malformed-in-time")
def foreign_letters_take_their_time(server: ReferenceServer) -> None:
    """Token requests with non-ASCII letters take seconds."""

    def hook(sent: Request) -> None:
        texts = "".join(sent.form.values())
        if unicodedata.normalize("NFKD", texts) != texts:
            time.sleep(NAP)

    server.before(TOKEN, hook)


@fault(violates="robustness/works-after-malformed")
def foreign_letters_lock_apps_out(server: ReferenceServer) -> None:
    """After a non-ASCII token request every token request fails."""
    locked: list[str] = []

    def hook(sent: Request) -> Response | None:
        if locked:
            return error(400, "the pool of connections is used up")
        if not "".join(sent.form.values()).isascii():
            locked.append(sent.path)
        return None

    server.before(TOKEN, hook)
