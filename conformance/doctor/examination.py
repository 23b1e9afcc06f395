"""What an examination found: findings, root causes first."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import msgspec


class Severity(StrEnum):
    """How bad it is, worst first."""

    BROKEN = "broken"  # something does not work
    RISK = "risk"  # it works, and should not be left so
    NOTE = "note"  # worth knowing; it may stay as it is


SERVERS = {
    "nginx": "nginx",
    "apache": "Apache",
    "caddy": "Caddy",
    "haproxy": "HAProxy",
    "traefik": "Traefik",
    "machine": "Whichever the proxy",
}


class Remedy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lines for one proxy.

    Attributes:
        where: The place in its configuration.
        instead_of: Lines to take out, such as these; may be empty.
        lines: Lines to put there; empty where taking out is enough.
    """

    where: str
    instead_of: str = ""
    lines: str = ""


class Cause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that can be wrong.

    Attributes:
        name: Stable name, such as ``scheme-missing``.
        severity: How bad it is.
        title: What is wrong, one sentence.
        means: What its user feels of it.
        remedies: By proxy, in the order of ``SERVERS``.
        explains: Names of what follows from it.
        fatal: Whether OAuth cannot be judged as long as it lasts.
    """

    name: str
    severity: Severity
    title: str
    means: str
    remedies: dict[str, Remedy]
    explains: tuple[str, ...] = ()
    fatal: bool = False


@cache
def causes() -> dict[str, Cause]:
    """Return every cause by name, the likeliest root causes first."""
    remedies = _read("remedies.toml")
    return {
        name: _cause(name, entry, remedies[entry.pop("remedy", name)])
        for name, entry in _read("causes.toml").items()
    }


def _cause(
    name: str, entry: dict[str, Any], remedies: dict[str, Any]
) -> Cause:
    """Read a cause; ValueError names it."""
    by = {server: remedies[server] for server in SERVERS if server in remedies}
    try:
        return msgspec.convert({**entry, "name": name, "remedies": by}, Cause)
    except msgspec.ValidationError as error:
        raise ValueError(f"causes.toml, {name}: {error}") from None


def _read(name: str) -> dict[str, Any]:
    file = resources.files(__package__).joinpath(name)
    entries: dict[str, Any] = msgspec.toml.decode(file.read_text("utf-8"))
    return entries


@dataclass(frozen=True)
class Finding:
    """A cause that was met.

    Attributes:
        cause: What is wrong.
        seen: What told so.
        follows: Findings that are only its consequences.
    """

    cause: Cause
    seen: str
    follows: tuple[Finding, ...] = ()


@dataclass
class Examination:
    """What one examination found.

    Attributes:
        target: Base URL of the instance.
        version: Its FitTrackee's, ``""`` as long as it is not known.
        holds: What was looked at and is well.
        unseen: What could not be seen from outside, and why.
        requests: How many HTTP requests it took.
        handshakes: How many further connections, for TLS alone.
    """

    target: str
    version: str = ""
    holds: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    requests: int = 0
    handshakes: int = 0
    _seen: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, seen: str) -> None:
        """Add a finding; the first evidence of a cause is enough."""
        self._seen.setdefault(causes()[name].name, seen)

    @property
    def findings(self) -> list[Finding]:
        """What has to be mended, root causes first, worst first."""
        roots = self._roots()
        return [
            finding
            for severity in (Severity.BROKEN, Severity.RISK)
            for finding in roots
            if finding.cause.severity is severity
        ]

    @property
    def notes(self) -> list[Finding]:
        """What is worth knowing, and may stay as it is."""
        return [f for f in self._roots() if f.cause.severity is Severity.NOTE]

    @property
    def status(self) -> int:
        """Exit status: 0 nothing found, 1 findings."""
        return 1 if self.findings else 0

    def _roots(self) -> list[Finding]:
        met = [c for c in causes().values() if c.name in self._seen]
        explained = {name for cause in met for name in cause.explains}
        return [
            self._finding(cause, met)
            for cause in met
            if cause.name not in explained
        ]

    def _finding(self, cause: Cause, met: list[Cause]) -> Finding:
        follows = tuple(
            self._finding(other, met)
            for other in met
            if other.name in cause.explains
        )
        return Finding(cause, self._seen[cause.name], follows)
