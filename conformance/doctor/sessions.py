"""Checks whether cookies, Authorization and the CSRF header reach the app.

With a user's session, two requests are sent that differ only in the header
in question: they get the same response if it does not arrive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from conformance.doctor.probe import UNKNOWN, alike
from conformance.errors import Blocked, TargetError
from conformance.instance.session import CSRF_HEADER, NoSessionError, Session
from conformance.routes import AUTHORIZE, PROFILE

if TYPE_CHECKING:
    from conformance.doctor.examination import Examination
    from conformance.doctor.probe import Probe
    from conformance.instance import Credentials

REFUSED = 401


def check(probe: Probe, user: Credentials, result: Examination) -> str:
    """Log a user in, and check which of the session's headers arrive.

    Returns:
        Why there is no session, ``""`` if there is one.
    """
    session = Session(probe.client, user)
    if why := _no_session(session, result):
        return why
    mine = session.headers("GET")
    response = probe.get(PROFILE, mine)
    arrives = response.status_code != REFUSED or not alike(
        response, probe.get(PROFILE)
    )
    if session.style == "bearer":
        _add(result, "Authorization", "authorization-stripped", arrives)
        result.passed += [
            "Cookies and CSRF header: this release's sessions need neither."
        ]
        return ""
    _add(result, "Cookie", "cookies-stripped", arrives)
    if arrives:
        _authorization(probe, mine, response, result)
        _csrf(probe, session, result)
    return ""


def _authorization(
    probe: Probe,
    mine: dict[str, str],
    response: httpx.Response,
    result: Examination,
) -> None:
    """Check Authorization: an unknown token fails a session's request."""
    if not response.is_success:
        result.unchecked.append(
            "whether Authorization gets through: the profile answered "
            f"{response.status_code}"
        )
        return
    with_token = probe.get(PROFILE, {**mine, **UNKNOWN})
    # A release that prefers cookies needs requests without a session.
    arrives = not with_token.is_success or not alike(
        probe.get(PROFILE), probe.get(PROFILE, UNKNOWN)
    )
    _add(result, "Authorization", "authorization-stripped", arrives)


def _csrf(probe: Probe, session: Session, result: Examination) -> None:
    """Check the CSRF header with an empty form, which changes nothing."""
    headers = session.headers("POST")
    response = probe.post(AUTHORIZE, headers)
    arrives = response.status_code != REFUSED
    if not arrives:
        bare = {k: v for k, v in headers.items() if k != CSRF_HEADER}
        arrives = not alike(response, probe.post(AUTHORIZE, bare))
    _add(result, CSRF_HEADER, "csrf-stripped", arrives)


def _add(result: Examination, header: str, name: str, arrives: bool) -> None:
    if arrives:
        result.passed.append(f"{header} gets through to the app.")
    else:
        result.add(name, f"responses are the same with and without {header}")


def _no_session(session: Session, result: Examination) -> str:
    try:
        session.login()
    except NoSessionError:
        result.add(
            "set-cookie-stripped",
            "a login succeeded, but its response held no session",
        )
        return "there is no session to check it with"
    except (TargetError, Blocked) as error:
        return str(error)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise TargetError(f"the login got no response: {reason}") from None
    return ""
