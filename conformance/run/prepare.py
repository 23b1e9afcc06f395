"""What is done before the scenarios, and after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from conformance import proxies
from conformance.actors.owner import Owner, sweep
from conformance.adversary import examples
from conformance.catalogue import catalogue
from conformance.errors import Blocked, HarnessError, TargetError, UsageError
from conformance.instance.connection import connect
from conformance.instance.session import Session
from conformance.scenario_files import scenario_exists
from conformance.targets.url import unused_proxy
from conformance.verdicts import known

if TYPE_CHECKING:
    from conformance.instance import Credentials, Instance
    from conformance.instance.connection import Connection
    from conformance.options import Options


def check(options: Options) -> None:
    """Raise UsageError for what can be told before anything starts."""
    if options.proxy:
        proxies.get(options.proxy)
    if options.requirement and not catalogue().matching(options.requirement):
        raise UsageError(
            f"--requirement {' '.join(options.requirement)} matches no "
            "requirement; see: fittrackee-conformance list requirements"
        )
    for scenario in options.scenario:
        if not set("*?") & set(scenario) and not scenario_exists(scenario):
            raise UsageError(
                f"--scenario {scenario}: there is none; see: "
                "fittrackee-conformance list scenarios"
            )
    if options.replay:
        try:
            examples.parse(options.replay)
        except ValueError as error:
            raise UsageError(f"--replay: {error}") from None
    if options.report.exists() and not options.report.is_dir():
        raise UsageError(f"--report {options.report}: not a folder")
    if options.known:
        known.read(options.known)


def examine(instance: Instance, notes: list[str]) -> None:
    """Look whether somebody's own proxy lets OAuth be judged.

    Args:
        instance: Of any kind; only one given by its URL has such a proxy.
        notes: Takes what the report has to say about it.

    Raises:
        TargetError: It does not; the detail, a note as well, is the remedy.
    """
    if instance.kind != "url":
        return
    # Imported here: most targets need no doctor.
    from conformance.doctor import preflight

    if note := unused_proxy(instance.url):
        notes.append(note)
    try:
        notes += preflight.check(instance)
    except TargetError as error:
        if error.detail:
            notes.append(error.detail)
        raise


def log_in(instance: Instance) -> None:
    """Log every user in once: wrong credentials end the run early.

    Raises:
        TargetError: A login is refused or not answered.
    """
    wire = connect(instance)
    try:
        for user in _users(instance):
            Session(wire.client("preflight"), user).login()
    except httpx.HTTPError as error:
        raise TargetError(
            f"the login did not answer: {str(error) or type(error).__name__}"
        ) from None
    except Blocked as error:
        raise TargetError(f"the login was not answered: {error}") from None
    finally:
        wire.transport.close()


def sweep_apps(instance: Instance, prefix: str) -> list[str]:
    """Delete the apps that scenarios could not delete themselves.

    Returns:
        What the report has to say about apps that may be left.
    """
    wire = connect(instance)
    try:
        notes = [_swept(wire, user, prefix) for user in _users(instance)]
    finally:
        wire.transport.close()
    return [note for note in notes if note]


def _swept(wire: Connection, user: Credentials, prefix: str) -> str:
    owner = Owner(wire, Session(wire.client("sweep"), user), prefix)
    try:
        left = sweep(owner, prefix)
    except (HarnessError, Blocked, httpx.HTTPError) as error:
        return f"apps of {user.email} named {prefix}-… may be left: {error}"
    if left:
        return f"{left} apps of {user.email} named {prefix}-… are left"
    return ""


def _users(instance: Instance) -> list[Credentials]:
    users = (instance.owner, instance.stranger, instance.admin)
    return [user for user in users if user]
