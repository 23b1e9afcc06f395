"""The scopes that FitTrackee documents, by release."""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from conformance.catalogue.releases import releases

#: Every scope that the documentation lists, with its first release.
SINCE = {
    scope: next(r.version for r in releases() if scope in r.scopes)
    for scope in releases()[-1].scopes
}


def scopes(version: str) -> tuple[str, ...]:
    """Return the scopes that a release documents, all for an invalid one."""
    try:
        release = Version(version)
    except InvalidVersion:
        return tuple(SINCE)
    return tuple(s for s, since in SINCE.items() if Version(since) <= release)
