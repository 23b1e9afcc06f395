"""The checks before the scenarios run, and the clean-up after them."""

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
    """Raise UsageError for invalid options, before anything is started."""
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
                f"--scenario {scenario}: no such scenario; see: "
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


def check_proxy(instance: Instance, notes: list[str]) -> None:
    """Check that the proxy in front of a URL target lets OAuth be tested.

    Args:
        instance: Any instance; only a target given by URL is checked.
        notes: The report's notes; findings are appended.

    Raises:
        TargetError: It does not. The detail is the remedy, and is appended
            to the notes as well.
    """
    if instance.kind != "url":
        return
    # Imported here: other targets do not need the doctor.
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
    """Log every user in once, so that wrong credentials end the run early.

    Raises:
        TargetError: A login is refused or gets no response.
    """
    connection = connect(instance)
    try:
        for user in _users(instance):
            Session(connection.client("preflight"), user).login()
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise TargetError(f"the login got no response: {reason}") from None
    except Blocked as error:
        raise TargetError(f"the login got no response: {error}") from None
    finally:
        connection.transport.close()


def sweep_apps(instance: Instance, prefix: str) -> list[str]:
    """Delete the apps that scenarios have not deleted themselves.

    Returns:
        Notes for the report about apps that may remain.
    """
    connection = connect(instance)
    try:
        notes = [_sweep(connection, user, prefix) for user in _users(instance)]
    finally:
        connection.transport.close()
    return [note for note in notes if note]


def _sweep(connection: Connection, user: Credentials, prefix: str) -> str:
    session = Session(connection.client("sweep"), user)
    owner = Owner(connection, session, prefix)
    try:
        left = sweep(owner, prefix)
    except (HarnessError, Blocked, httpx.HTTPError) as error:
        return f"apps made {user.called} may remain, {prefix}-…: {error}"
    if left:
        return f"{left} apps made {user.called} remain, named {prefix}-…"
    return ""


def _users(instance: Instance) -> list[Credentials]:
    users = (instance.owner, instance.stranger, instance.admin)
    return [user for user in users if user]
