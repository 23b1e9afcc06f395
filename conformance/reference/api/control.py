"""A channel for the harness alone: secrets age, a request is held.

Moving the clock would expire what other scenarios hold; so the rows of one
app are moved into the past instead. It is mounted only where the server was
built with a control key, and answers only to that key.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from flask import request
from sqlalchemy import select, update

from conformance.reference.api.answers import (
    invalid_payload,
    not_found,
    success,
)
from conformance.reference.api.views import Views, json_object
from conformance.reference.storage.models import (
    AuthorizationCode,
    AuthorizationGrant,
    RegisteredApp,
    Token,
)

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

KEY_HEADER = "X-Conformance-Control"
LONGEST = 5.0  # seconds that a request is held at most

views = Views()


@views.at("POST /_conformance/age")
def age(server: Seams, _caller: Caller) -> Response:
    """Make codes and tokens of an app older.

    JSON: ``client_id`` (text) and ``seconds`` (number, positive).
    """
    _check_key(server)
    body = json_object()
    client_id, seconds = body.get("client_id"), body.get("seconds")
    if not isinstance(client_id, str) or not isinstance(seconds, int | float):
        invalid_payload()
    session = server.database.session
    app = session.scalars(
        select(RegisteredApp).filter_by(client_id=client_id)
    ).first()
    if app is None:
        not_found("OAuth2 client not found")
    grants = select(AuthorizationGrant.id).where(
        AuthorizationGrant.app_id == app.id
    )
    for table in (AuthorizationCode, Token):
        session.execute(
            update(table)
            .where(table.grant_id.in_(grants))
            .values(issued_at=table.issued_at - seconds)
            .execution_options(synchronize_session=False)
        )
    session.commit()
    return success()


@views.at("POST /_conformance/hold")
def hold(server: Seams, _caller: Caller) -> Response:
    """Take some time to answer: is another request served meanwhile?

    JSON: ``seconds`` (number, positive).
    """
    _check_key(server)
    seconds = json_object().get("seconds")
    if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST:
        invalid_payload()
    time.sleep(seconds)
    return success()


def _check_key(server: Seams) -> None:
    sent = request.headers.get(KEY_HEADER, "").encode()
    if not secrets.compare_digest(sent, (server.control_key or "").encode()):
        not_found("not found")
