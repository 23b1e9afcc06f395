"""Runs all the checks, in order."""

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

NO_USER = "set FITTRACKEE_EMAIL and FITTRACKEE_PASSWORD to check that"
NOT_TRUSTED = "no password is sent if the certificate is not valid"


@dataclass(frozen=True)
class Subject:
    """An instance to examine.

    Attributes:
        url: Base URL without a trailing slash.
        reach: How connections to it are opened.
        user: A user to log in as; None checks anonymously.
        http_port: Port of plain HTTP, None if unknown.
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
        """Return the subject at an address; read the rest from variables.

        Args:
            text: The address as a user wrote it.
            http_port: Port of plain HTTP; None means 80 if HTTPS is on 443.
            environ: The environment variables.

        Raises:
            UsageError: The address or a variable is invalid.
        """
        text = text.strip()
        if text.partition(":")[0].lower() not in {"http", "https"}:
            example = with_scheme(text) or "https://fittrackee.example.org"
            raise UsageError(
                f"{text}: give the address of a running FitTrackee, such as "
                f"{example}"
            )
        url = base_url(text)
        if http_port is None and urlsplit(url).port in {None, 443}:
            http_port = 80
        user = credentials("FITTRACKEE", environ)
        return cls(url, reach_of(environ), user, http_port)


def diagnose(subject: Subject) -> Examination:
    """Run all checks against an instance and return their findings.

    Raises:
        TargetError: It could not be checked; the message says why.
    """
    result = Examination(subject.url)
    secure = subject.url.startswith("https:")
    reach = subject.reach
    if secure:
        reach = tls.check(subject.url, reach, result)
    result.version = identify(subject.url, reach)
    if note := unused_proxy(subject.url):
        result.unchecked.append(f"requests through that proxy: {note}")
    probe = Probe(subject.url, reach)
    probe.tally.requests = ready.IDENTIFY_REQUESTS
    try:
        _check_all(probe, subject, result, trusted=reach is subject.reach)
    finally:
        probe.close()
        result.requests = probe.tally.requests
    return result


def _check_all(
    probe: Probe, subject: Subject, result: Examination, *, trusted: bool
) -> None:
    if probe.secure:
        scheme.check(probe, result)
        plain.check(probe, result, subject.http_port)
    else:
        scheme.check_loopback(probe, result)
    why = NOT_TRUSTED if subject.user else NO_USER
    if subject.user and trusted:
        why = sessions.check(probe, subject.user, result)
    if why:
        anonymous.check(probe, result, why)
    config = answers.ask(probe)
    answers.check(probe, config, result)
    if probe.secure:
        body.check(probe, config, result)
