"""What of the headers can be seen without a user's session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.doctor.probe import UNKNOWN, alike
from conformance.routes import PROFILE

if TYPE_CHECKING:
    from conformance.doctor.examination import Examination
    from conformance.doctor.probe import Probe


def examine(probe: Probe, found: Examination, why: str) -> None:
    """Judge the Authorization header, and say what was left out.

    Args:
        probe: Where to ask.
        found: Takes what was found.
        why: Why no user was logged in.
    """
    without = probe.get(PROFILE)
    unknown = probe.get(PROFILE, UNKNOWN)
    if not alike(without, unknown):
        found.holds.append("Authorization gets through to the app.")
    elif without.status_code == 401:
        found.add(
            "authorization-stripped",
            "an unknown token is answered as no token at all",
        )
    else:
        found.unseen.append(
            "whether Authorization gets through: GET "
            f"{PROFILE} answered {without.status_code}"
        )
    found.unseen.append(
        f"whether cookies and the CSRF header get through: {why}"
    )
