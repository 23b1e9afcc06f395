"""Check of the Authorization header without a user's session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.doctor.probe import UNKNOWN, alike
from conformance.routes import PROFILE

if TYPE_CHECKING:
    from conformance.doctor.examination import Examination
    from conformance.doctor.probe import Probe


def check(probe: Probe, result: Examination, why: str) -> None:
    """Check whether Authorization reaches the app.

    Args:
        probe: Sends the requests.
        result: The findings are added to it.
        why: Why no user was logged in, so that cookies are not checked.
    """
    without = probe.get(PROFILE)
    unknown = probe.get(PROFILE, UNKNOWN)
    if not alike(without, unknown):
        result.passed.append("Authorization gets through to the app.")
    elif without.status_code == 401:
        result.add(
            "authorization-stripped",
            "a request with an unknown token gets the same response as one "
            "without a token",
        )
    else:
        result.unchecked.append(
            "whether Authorization gets through: GET "
            f"{PROFILE} answered {without.status_code}"
        )
    result.unchecked.append(
        f"whether cookies and the CSRF header get through: {why}"
    )
