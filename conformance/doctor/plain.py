"""What stands beside HTTPS: plain HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.doctor import scheme
from conformance.doctor.probe import Probe, UnansweredError
from conformance.routes import PING, TOKEN

if TYPE_CHECKING:
    import httpx

    from conformance.doctor.examination import Examination

KEEPING = {307, 308}  # statuses that keep a request a POST


def examine(probe: Probe, found: Examination, port: int | None) -> None:
    """Judge what plain HTTP answers on a port, None where it is not known."""
    if port is None:
        found.unseen.append(
            "plain HTTP beside HTTPS: its port is not known; name it with "
            "--http-port"
        )
        return
    path = urlsplit(probe.url).path
    host = f"[{probe.host}]" if ":" in probe.host else probe.host
    url = f"http://{host}:{port}{path}"
    plain = Probe(url, probe.reach, probe.tally)
    try:
        answer = plain.post(TOKEN)
        if answer.has_redirect_location:
            _redirected(probe, answer, found)
        else:
            _answered(plain, answer, found)
    except UnansweredError:
        found.holds.append(f"Nothing answers over plain HTTP on port {port}.")
    finally:
        plain.close()


def _redirected(
    probe: Probe, answer: httpx.Response, found: Examination
) -> None:
    location = answer.headers["location"]
    status = answer.status_code
    parts = urlsplit(location)
    if parts.scheme != "https" or parts.hostname != probe.host:
        found.add("redirect-astray", f"a POST got {status} to {location}")
    elif status not in KEEPING:
        found.add("redirect-loses-post", f"a POST got {status}")
    else:
        found.holds.append(f"Plain HTTP is redirected with {status}.")


def _answered(
    plain: Probe, answer: httpx.Response, found: Examination
) -> None:
    view = scheme.by_answer(answer)
    if view.scheme == "https":
        found.add("plain-oauth", f"over plain HTTP {view.seen}")
        return
    if view.scheme == "http":
        spoofed = scheme.by_answer(plain.post(TOKEN, {scheme.PROTO: "https"}))
        if spoofed.scheme == "https":
            found.add(
                "plain-oauth",
                f"over plain HTTP {spoofed.seen} once a client sent "
                "X-Forwarded-Proto: https",
            )
    elif not _is_fittrackee(plain):
        found.holds.append(f"Plain HTTP is refused with {answer.status_code}.")
        return
    found.add("plain-offered", f"{plain.url} is not redirected")


def _is_fittrackee(plain: Probe) -> bool:
    answer = plain.get(PING)
    return answer.is_success and "pong!" in answer.text
