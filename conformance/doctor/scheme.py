"""Checks of the scheme that the app sees, and whether a client can spoof it.

FitTrackee (Flask, in every release) redirects a POST to a path with a doubled
slash, and the ``Location`` names the scheme and the host that the app sees.
If a proxy merges the slashes, the token endpoint responds instead, to a
request without client authentication or grant: with an OAuth error if the
app sees HTTPS, otherwise with ``insecure_transport`` or, in every FitTrackee
so far, 500.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.doctor.probe import Probe, error_code
from conformance.routes import REVOKE, TOKEN

if TYPE_CHECKING:
    import httpx

    from conformance.doctor.examination import Examination

DOUBLED = "/api//oauth/token"
INSECURE = "insecure_transport"
REFUSED = f"the token endpoint answered {INSECURE}"
PROTO = "X-Forwarded-Proto"
UNNAMED = (
    "which scheme and host name the app sees: no response names them, since "
    "the proxy merges slashes. If it forwards an inner loopback address as "
    "Host, OAuth works without HTTPS"
)
REDIRECTED = 308  # Flask's status; proxies that normalize paths use another


@dataclass(frozen=True)
class View:
    """What the app sees of one request.

    Attributes:
        scheme: ``https``, ``http``, or ``""`` if unknown.
        host: Host name, ``""`` if unknown.
        evidence: What showed it.
    """

    scheme: str
    host: str
    evidence: str


def check(probe: Probe, result: Examination) -> None:
    """Check the scheme and the host that the app sees behind TLS."""
    plainly = look(probe)
    answered = _view_of_token_endpoint(probe)
    as_http = look(probe, "http")
    as_https = look(probe, "https")
    # Proxies rewrite redirections to their own upstream over plain HTTP, but
    # not those over HTTPS: a forged header makes the upstream visible.
    rewritten = plainly.host == probe.host != as_https.host != ""
    named = plainly.host and not rewritten and answered.evidence != REFUSED
    view = plainly if named else answered
    saw_http = rewritten or view.scheme == "http"
    if saw_http and answered.scheme == "https":
        result.add(
            "scheme-excused",
            "the app takes requests for "
            f"http://{as_https.host or plainly.host}, and {answered.evidence}",
        )
        return
    if saw_http:
        _add_http(view, as_https, result)
    else:
        _add_https(view, plainly, as_http, result)
    if named and answered.scheme == "http" != plainly.scheme:
        result.unchecked.append(
            f"why {answered.evidence} to a request without client "
            "authentication: as if the app saw plain HTTP at an inner address"
        )
    foreign = {plainly.host, as_https.host} - {"", probe.host}
    if foreign:
        result.add("host-lost", f"the app sees the host {foreign.pop()}")
    elif view.host:
        result.passed.append("The app sees the host name of the request.")


def _add_http(view: View, as_https: View, result: Examination) -> None:
    """Add the finding for an app that sees HTTP: header missing or wrong."""
    passed = as_https.scheme == "https"
    result.add(
        "scheme-missing" if passed else "scheme-wrong",
        f"{view.evidence}; with our own {PROTO}: https the app saw "
        f"{'HTTPS' if passed else 'the same'}",
    )


def _add_https(
    view: View, plainly: View, as_http: View, result: Examination
) -> None:
    """Add the results for an app that sees HTTPS: can a client spoof it?"""
    if (plainly.scheme, as_http.scheme) == ("https", "http"):
        result.add(
            "scheme-spoofed",
            f"with our own {PROTO}: http {as_http.evidence}",
        )
    elif view.host:
        result.passed += [
            f"The app sees HTTPS: {view.evidence}.",
            f"A client's own {PROTO} is ignored.",
        ]
    elif view.scheme:
        result.passed.append(f"OAuth works: {view.evidence}.")
        result.unchecked.append(UNNAMED)
    else:
        result.unchecked.append(f"whether the app sees HTTPS: {view.evidence}")


def _view_of_token_endpoint(probe: Probe) -> View:
    """Return the view by an invalid token request.

    A 500 means plain HTTP only if the revocation endpoint fails as well.
    """
    view = view_of(probe.post(TOKEN))
    if view.scheme != "http" or view.evidence == REFUSED:
        return view
    if view_of(probe.post(REVOKE)).scheme == "http":
        return View(
            "http", "", f"{view.evidence}, as did the revocation endpoint"
        )
    return View("", "", view.evidence)


def look(probe: Probe, forwarded: str = "") -> View:
    """Return what the app sees of a POST with a doubled slash.

    Args:
        probe: Sends the request.
        forwarded: ``X-Forwarded-Proto`` to send, ``""`` for none.
    """
    response = probe.post(DOUBLED, {PROTO: forwarded} if forwarded else None)
    if response.status_code == REDIRECTED and response.has_redirect_location:
        location = urlsplit(response.headers["location"])
        if location.hostname and location.path.endswith(TOKEN):
            where = f"{location.scheme}://{location.netloc}"
            evidence = f"a redirection went to {where}"
            return View(location.scheme, location.hostname, evidence)
    return view_of(response)


def view_of(response: httpx.Response) -> View:
    """Return what the app saw, by its response to a token request."""
    error, status = error_code(response), response.status_code
    if error == INSECURE:
        return View("http", "", REFUSED)
    if status == 500:
        return View("http", "", "the token endpoint answered 500")
    if error and 400 <= status < 500:
        return View("https", "", f"the token endpoint answered {error}")
    return View("", "", f"the token endpoint answered {status}")


def check_loopback(probe: Probe, result: Examination) -> None:
    """Check that an instance on plain HTTP accepts its loopback name."""
    answered = _view_of_token_endpoint(probe)
    if answered.scheme == "http" and probe.host != "localhost":
        result.add("loopback-name", answered.evidence)
    elif answered.scheme == "https":
        result.passed.append(
            "The app answers OAuth requests over plain HTTP on loopback."
        )
