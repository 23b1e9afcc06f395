"""All the checks, in order."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.doctor import (
    anonymous,
    answers,
    body,
    plain,
    scheme,
    sessions,
    tls,
)
from conformance.doctor.examination import Examination
from conformance.doctor.probe import Probe
from conformance.errors import UsageError
from conformance.instance import ready
from conformance.targets.url import (
    base_url,
    credentials,
    identify,
    reach_of,
    unused_proxy,
    with_scheme,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.instance import Credentials
    from conformance.instance.reach import Reach

NO_USER = "set FITTRACKEE_EMAIL and FITTRACKEE_PASSWORD to see that"
NOT_TRUSTED = "no password is sent where the certificate does not hold"


@dataclass(frozen=True)
class Subject:
    """An instance to examine.

    Attributes:
        url: Base URL without a trailing slash.
        reach: How connections to it are opened.
        user: Somebody who may log in there, None without.
        http_port: Where plain HTTP is, None when that is not known.
    """

    url: str
    reach: Reach
    user: Credentials | None = None
    http_port: int | None = None

    @classmethod
    def from_url(
        cls,
        text: str,
        http_port: int | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Subject:
        """Read an address, and the rest from the environment.

        Raises:
            UsageError: The address or a variable cannot be used.
        """
        text = text.strip()
        if text.partition(":")[0].lower() not in {"http", "https"}:
            such = with_scheme(text) or "https://fittrackee.example.org"
            raise UsageError(
                f"{text}: give the address of a running FitTrackee, such as "
                f"{such}"
            )
        url = base_url(text)
        if http_port is None and urlsplit(url).port in {None, 443}:
            http_port = 80
        user = credentials("FITTRACKEE", environ)
        return cls(url, reach_of(environ), user, http_port)


def diagnose(subject: Subject) -> Examination:
    """Examine an instance.

    Raises:
        TargetError: It could not be judged; the message says why.
    """
    found = Examination(subject.url)
    secure = subject.url.startswith("https:")
    reach = subject.reach
    if secure:
        reach = tls.examine(subject.url, reach, found)
    found.version = identify(subject.url, reach)
    if note := unused_proxy(subject.url):
        found.unseen.append(f"what a proxy would see: {note}")
    probe = Probe(subject.url, reach)
    probe.tally.requests = ready.QUESTIONS
    try:
        _examine(probe, subject, found, trusted=reach is subject.reach)
    finally:
        probe.close()
        found.requests = probe.tally.requests
    return found


def _examine(
    probe: Probe, subject: Subject, found: Examination, *, trusted: bool
) -> None:
    if probe.secure:
        scheme.examine(probe, found)
        plain.examine(probe, found, subject.http_port)
    else:
        scheme.examine_loopback(probe, found)
    why = NOT_TRUSTED if subject.user else NO_USER
    if subject.user and trusted:
        why = sessions.examine(probe, subject.user, found)
    if why:
        anonymous.examine(probe, found, why)
    config = answers.ask(probe)
    answers.examine(probe, config, found)
    if probe.secure:
        body.examine(probe, config, found)
