"""Known causes of problems, and the findings of one examination."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import msgspec


class Severity(StrEnum):
    """Severity of a finding, worst first."""

    BROKEN = "broken"  # something does not work
    RISK = "risk"  # it works, but is unsafe or fragile
    NOTE = "note"  # worth knowing; no change is needed


SERVERS = {
    "nginx": "nginx",
    "apache": "Apache",
    "caddy": "Caddy",
    "haproxy": "HAProxy",
    "traefik": "Traefik",
    "machine": "With any proxy",
}


class Remedy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Configuration lines that fix a cause in one proxy.

    Attributes:
        where: The place in its configuration.
        instead_of: An example of lines to remove; may be empty.
        lines: Lines to add; empty if removing is enough.
    """

    where: str
    instead_of: str = ""
    lines: str = ""


class Cause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known cause of problems.

    Attributes:
        name: Stable name, such as ``scheme-missing``.
        severity: Its severity.
        title: The problem in one sentence.
        means: Its effects, and what to do beside the remedies.
        remedies: By proxy, in the order of ``SERVERS``.
        explains: Names of the causes that are its consequences.
        fatal: Whether it makes OAuth untestable.
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
    """Return a cause; raise ValueError with its name if it is invalid."""
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
    """A cause that was found.

    Attributes:
        cause: The cause.
        evidence: What showed it.
        consequences: Findings that are only its consequences.
    """

    cause: Cause
    evidence: str
    consequences: tuple[Finding, ...] = ()


@dataclass
class Examination:
    """Results of all checks of one instance.

    Attributes:
        target: Base URL of the instance.
        version: FitTrackee's version, ``""`` while it is unknown.
        passed: Checks that found nothing wrong, as sentences.
        unchecked: What could not be checked from outside, and why.
        requests: Number of HTTP requests sent.
        handshakes: Number of further connections, for TLS alone.
    """

    target: str
    version: str = ""
    passed: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    requests: int = 0
    handshakes: int = 0
    _evidence: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, evidence: str) -> None:
        """Add a finding by its cause's name; its first evidence is kept."""
        self._evidence.setdefault(causes()[name].name, evidence)

    @property
    def findings(self) -> list[Finding]:
        """Findings to fix: root causes, worst first."""
        roots = self._roots()
        return [
            finding
            for severity in (Severity.BROKEN, Severity.RISK)
            for finding in roots
            if finding.cause.severity is severity
        ]

    @property
    def notes(self) -> list[Finding]:
        """Findings that need no change."""
        return [f for f in self._roots() if f.cause.severity is Severity.NOTE]

    @property
    def status(self) -> int:
        """Exit status: 1 if there are findings, otherwise 0."""
        return 1 if self.findings else 0

    def _roots(self) -> list[Finding]:
        met = [c for c in causes().values() if c.name in self._evidence]
        explained = {name for cause in met for name in cause.explains}
        return [
            self._finding(cause, met)
            for cause in met
            if cause.name not in explained
        ]

    def _finding(self, cause: Cause, met: list[Cause]) -> Finding:
        consequences = tuple(
            self._finding(other, met)
            for other in met
            if other.name in cause.explains
        )
        return Finding(cause, self._evidence[cause.name], consequences)
