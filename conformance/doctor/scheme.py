"""Whether the app sees HTTPS, and whether a client can make it see else.

A POST to an address with a doubled slash is answered by FitTrackee (by
Flask, in every release) with a redirection that names the scheme and the
host which the app believes in. A proxy may merge the slashes first, then the
token endpoint answers a request that has neither client nor grant: an OAuth
error where the app sees HTTPS, and where it does not, ``insecure_transport``
or, in every FitTrackee so far, 500.
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
    "which scheme and host name the app is told: no answer names them, since "
    "the proxy merges slashes. Where it passes on an inner loopback address "
    "as Host, OAuth works without HTTPS"
)
KEPT = 308  # what Flask redirects with; proxies that clean paths differ


@dataclass(frozen=True)
class View:
    """What the app believes about one request.

    Attributes:
        scheme: ``https``, ``http``, or ``""`` where it cannot be told.
        host: ``""`` where it cannot be told.
        seen: What told so.
    """

    scheme: str
    host: str
    seen: str


def examine(probe: Probe, found: Examination) -> None:
    """Judge the scheme of an instance that is reached over TLS."""
    plainly = look(probe)
    answered = _answered(probe)
    as_http = look(probe, "http")
    as_https = look(probe, "https")
    # Proxies rewrite a redirection to their own upstream over plain HTTP,
    # and none over HTTPS: a header of ours brings the upstream to light.
    rewritten = plainly.host == probe.host != as_https.host != ""
    named = plainly.host and not rewritten and answered.seen != REFUSED
    view = plainly if named else answered
    told_http = rewritten or view.scheme == "http"
    if told_http and answered.scheme == "https":
        found.add(
            "scheme-excused",
            "the app takes requests for "
            f"http://{as_https.host or plainly.host}, and {answered.seen}",
        )
        return
    if told_http:
        _told_http(view, as_https, found)
    else:
        _told_https(view, plainly, as_http, found)
    if named and answered.scheme == "http" != plainly.scheme:
        found.unseen.append(
            f"why {answered.seen} to a request without a client: as if the "
            "app were told of plain HTTP for an inner address"
        )
    foreign = {plainly.host, as_https.host} - {"", probe.host}
    if foreign:
        found.add("host-lost", f"the app takes itself for {foreign.pop()}")
    elif view.host:
        found.holds.append("The app knows the host name that was asked for.")


def _told_http(view: View, as_https: View, found: Examination) -> None:
    """Tell a header that is not set from one that is set wrongly."""
    passed = as_https.scheme == "https"
    found.add(
        "scheme-missing" if passed else "scheme-wrong",
        f"{view.seen}; with {PROTO}: https of our own the app saw "
        f"{'HTTPS' if passed else 'the same'}",
    )


def _told_https(
    view: View, plainly: View, as_http: View, found: Examination
) -> None:
    """Tell what a client can do about it, and what nobody can tell."""
    if (plainly.scheme, as_http.scheme) == ("https", "http"):
        found.add(
            "scheme-spoofed", f"with {PROTO}: http of our own {as_http.seen}"
        )
    elif view.host:
        found.holds += [
            f"The app sees HTTPS: {view.seen}.",
            f"A client's own {PROTO} is not believed.",
        ]
    elif view.scheme:
        found.holds.append(f"OAuth is answered: {view.seen}.")
        found.unseen.append(UNNAMED)
    else:
        found.unseen.append(f"whether the app sees HTTPS: {view.seen}")


def _answered(probe: Probe) -> View:
    """Ask the token endpoint; a 500 counts only if it is not alone."""
    view = by_answer(probe.post(TOKEN))
    if view.scheme != "http" or view.seen == REFUSED:
        return view
    if by_answer(probe.post(REVOKE)).scheme == "http":
        return View("http", "", f"{view.seen}, as did the revocation endpoint")
    return View("", "", view.seen)


def look(probe: Probe, forwarded: str = "") -> View:
    """Ask what the app believes about a request.

    Args:
        probe: Where to ask.
        forwarded: ``X-Forwarded-Proto`` to send, ``""`` for none.
    """
    answer = probe.post(DOUBLED, {PROTO: forwarded} if forwarded else None)
    if answer.status_code == KEPT and answer.has_redirect_location:
        location = urlsplit(answer.headers["location"])
        if location.hostname and location.path.endswith(TOKEN):
            where = f"{location.scheme}://{location.netloc}"
            seen = f"a redirection went to {where}"
            return View(location.scheme, location.hostname, seen)
    return by_answer(answer)


def by_answer(answer: httpx.Response) -> View:
    """Read from a token request's answer what the app believed."""
    error, status = error_code(answer), answer.status_code
    if error == INSECURE:
        return View("http", "", REFUSED)
    if status == 500:
        return View("http", "", "the token endpoint answered 500")
    if error and 400 <= status < 500:
        return View("https", "", f"the token endpoint answered {error}")
    return View("", "", f"the token endpoint answered {status}")


def examine_loopback(probe: Probe, found: Examination) -> None:
    """Judge an instance on plain HTTP: it must know a loopback name."""
    answered = _answered(probe)
    if answered.scheme == "http" and probe.host != "localhost":
        found.add("loopback-name", answered.seen)
    elif answered.scheme == "https":
        found.holds.append(
            "The app answers OAuth requests over plain HTTP on loopback."
        )
