"""Check of plain HTTP beside HTTPS."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.doctor import scheme
from conformance.doctor.probe import Probe, UnansweredError
from conformance.routes import PING, TOKEN

if TYPE_CHECKING:
    import httpx

    from conformance.doctor.examination import Examination

METHOD_KEPT = {307, 308}  # redirections after which a POST stays a POST


def check(probe: Probe, result: Examination, port: int | None) -> None:
    """Check the responses to plain HTTP on a port; None if it is unknown."""
    if port is None:
        result.unchecked.append(
            "plain HTTP beside HTTPS: its port is unknown; give it with "
            "--http-port"
        )
        return
    path = urlsplit(probe.url).path
    host = f"[{probe.host}]" if ":" in probe.host else probe.host
    url = f"http://{host}:{port}{path}"
    plain = Probe(url, probe.reach, probe.tally)
    try:
        response = plain.post(TOKEN)
        if response.has_redirect_location:
            _check_redirection(probe, response, result)
        else:
            _check_response(plain, response, result)
    except UnansweredError:
        result.passed.append(
            f"Nothing answers over plain HTTP on port {port}."
        )
    finally:
        plain.close()


def _check_redirection(
    probe: Probe, response: httpx.Response, result: Examination
) -> None:
    location = response.headers["location"]
    status = response.status_code
    parts = urlsplit(location)
    if parts.scheme != "https" or parts.hostname != probe.host:
        result.add("redirect-astray", f"a POST got {status} to {location}")
    elif status not in METHOD_KEPT:
        result.add("redirect-loses-post", f"a POST got {status}")
    else:
        result.passed.append(f"Plain HTTP is redirected with {status}.")


def _check_response(
    plain: Probe, response: httpx.Response, result: Examination
) -> None:
    view = scheme.view_of(response)
    if view.scheme == "https":
        result.add("plain-oauth", f"over plain HTTP {view.evidence}")
        return
    if view.scheme == "http":
        spoofed = scheme.view_of(plain.post(TOKEN, {scheme.PROTO: "https"}))
        if spoofed.scheme == "https":
            result.add(
                "plain-oauth",
                f"over plain HTTP {spoofed.evidence} once a client sent "
                "X-Forwarded-Proto: https",
            )
    elif not _is_fittrackee(plain):
        result.passed.append(
            f"Plain HTTP is refused with {response.status_code}."
        )
        return
    result.add("plain-offered", f"{plain.url} is not redirected")


def _is_fittrackee(plain: Probe) -> bool:
    response = plain.get(PING)
    return response.is_success and "pong!" in response.text
