"""Whether cookies, Authorization and CSRF headers get through.

With a user's session this can be decided: of two requests that differ only
in the header in question, both get the same answer when it never arrives.
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


def examine(probe: Probe, user: Credentials, found: Examination) -> str:
    """Log a user in, and judge what arrives of the session's headers.

    Returns:
        Why there is no session, ``""`` when there is.
    """
    session = Session(probe.client, user)
    if why := _no_session(session, found):
        return why
    mine = session.headers("GET")
    answer = probe.get(PROFILE, mine)
    arrives = answer.status_code != REFUSED or not alike(
        answer, probe.get(PROFILE)
    )
    if session.style == "bearer":
        _tell(found, "Authorization", "authorization-stripped", arrives)
        found.holds += [
            "Cookies and CSRF header: this release's sessions need neither."
        ]
        return ""
    _tell(found, "Cookie", "cookies-stripped", arrives)
    if arrives:
        _authorization(probe, mine, answer, found)
        _csrf(probe, session, found)
    return ""


def _authorization(
    probe: Probe,
    mine: dict[str, str],
    answer: httpx.Response,
    found: Examination,
) -> None:
    """An unknown token ends a session's request, where it arrives."""
    if not answer.is_success:
        found.unseen.append(
            "whether Authorization gets through: the profile answered "
            f"{answer.status_code}"
        )
        return
    with_token = probe.get(PROFILE, {**mine, **UNKNOWN})
    # A release that prefers the session shows it by a token alone.
    arrives = not with_token.is_success or not alike(
        probe.get(PROFILE), probe.get(PROFILE, UNKNOWN)
    )
    _tell(found, "Authorization", "authorization-stripped", arrives)


def _csrf(probe: Probe, session: Session, found: Examination) -> None:
    """A form without any field tells, and changes nothing."""
    proven = session.headers("POST")
    answer = probe.post(AUTHORIZE, proven)
    arrives = answer.status_code != REFUSED
    if not arrives:
        bare = {k: v for k, v in proven.items() if k != CSRF_HEADER}
        arrives = not alike(answer, probe.post(AUTHORIZE, bare))
    _tell(found, CSRF_HEADER, "csrf-stripped", arrives)


def _tell(found: Examination, header: str, name: str, arrives: bool) -> None:
    if arrives:
        found.holds.append(f"{header} gets through to the app.")
    else:
        found.add(name, f"answers are the same with and without {header}")


def _no_session(session: Session, found: Examination) -> str:
    try:
        session.login()
    except NoSessionError:
        found.add(
            "set-cookie-stripped",
            "a login succeeded, and its answer held no session",
        )
        return "there is no session to see it with"
    except (TargetError, Blocked) as error:
        return str(error)
    except httpx.HTTPError as error:
        raise TargetError(
            f"the login did not answer: {str(error) or type(error).__name__}"
        ) from None
    return ""
