"""Targets: parses a target string, and starts the instance."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from conformance.errors import UsageError
from conformance.processes import own_postgres, postgres
from conformance.targets import releases
from conformance.targets.pip import PipTarget
from conformance.targets.reference import NEWEST, ReferenceTarget
from conformance.targets.url import from_url, with_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from conformance.instance import Instance
    from conformance.targets.behind import Behind

KINDS = "reference, an http(s) URL, pip:fittrackee==X"


class Target(Protocol):
    """A way to get an instance."""

    @property
    def kind(self) -> str:
        """``reference``, ``url`` or ``pip``."""

    @property
    def name(self) -> str:
        """The target as the user wrote it."""

    def start(self) -> AbstractContextManager[Instance]:
        """Return the context in which the instance runs.

        Raises:
            HarnessError: On entering, if it cannot be started or reached.
        """


def parse(
    text: str,
    *,
    environ: Mapping[str, str] = os.environ,
    fault: str | None = None,
    behind: Behind | None = None,
    app_workers: int | None = None,
) -> Target:
    """Return the target that a string names; nothing is started yet.

    Args:
        text: ``reference``, ``reference:CONTRACT``, an ``http(s)://`` URL
            or ``pip:fittrackee==X``.
        environ: Environment variables, with credentials or a PostgreSQL
            server.
        fault: Name of a fault of the reference.
        behind: Runs a proxy in front of the app.
        app_workers: Number of workers that serve the app; None for as many
            as races need.

    Raises:
        UsageError: The string or a variable is invalid or missing; the
            message says what to do.
    """
    kind, _, rest = text.strip().partition(":")
    kind = kind.lower() if rest.startswith("//") else kind
    if kind == "reference":
        return ReferenceTarget(
            text, rest or NEWEST, fault, behind, app_workers
        )
    if fault is not None:
        raise UsageError(
            f"{text}: a fault can only be put into the reference; "
            f"leave --fault out or use --target reference"
        )
    if kind in {"http", "https"}:
        _check_options_of_running(text, behind, app_workers)
        return from_url(text.strip(), environ)
    if kind == "pip":
        release = releases.from_requirement(rest)
        given = environ.get(own_postgres.VARIABLE) or None
        if given:
            postgres.check_url(given)
        return PipTarget(
            text, release, given, behind=behind, app_workers=app_workers
        )
    if kind == "docker":
        raise UsageError(
            f"{text}: docker is not available in this version yet; "
            f"use one of: {KINDS}"
        )
    if url := with_scheme(text.strip()):
        raise UsageError(f"{text}: no scheme; give {url}")
    raise UsageError(f"{text}: unknown kind of target; use one of: {KINDS}")


def _check_options_of_running(
    text: str, behind: Behind | None, app_workers: int | None
) -> None:
    """Raise UsageError for options that a running server cannot have."""
    if behind is not None:
        raise UsageError(
            f"{text}: a proxy can only be put in front of a target that "
            f"the harness starts; leave --proxy out: the target is "
            f"judged with its own"
        )
    if app_workers is not None:
        raise UsageError(
            f"{text}: only what the harness starts can be given workers; "
            f"leave --app-workers out: the target is judged as it runs"
        )
