"""The scopes that FitTrackee documents, release by release."""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

#: Every scope that the documentation lists, with its first release.
SINCE = {
    "application:write": "0.7.0",
    "equipments:read": "0.8.0",
    "equipments:write": "0.8.0",
    "follow:read": "0.9.0",
    "follow:write": "0.9.0",
    "geocode:read": "1.0.0",
    "media:write": "1.3.0",
    "notifications:read": "0.9.0",
    "notifications:write": "0.9.0",
    "profile:read": "0.7.0",
    "profile:write": "0.7.0",
    "reports:read": "0.9.0",
    "reports:write": "0.9.0",
    "users:read": "0.7.0",
    "users:write": "0.7.0",
    "workouts:read": "0.7.0",
    "workouts:write": "0.7.0",
}


def scopes(version: str) -> tuple[str, ...]:
    """Return the scopes that a release documents, all for an unknown one."""
    try:
        release = Version(version)
    except InvalidVersion:
        return tuple(SINCE)
    return tuple(s for s, since in SINCE.items() if Version(since) <= release)
