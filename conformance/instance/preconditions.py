"""What has to hold before a scenario may judge: Blocked says what does not.

A precondition never judges. A server that fails one may break a clause, but
not the one that the scenario cites: the scenario is *blocked*. Where the
server granted what it has to refuse, ``broken`` names the requirement that
is broken, which a scenario of its own reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.catalogue import catalogue
from conformance.errors import Blocked
from conformance.evidence import EXCHANGE, RECORDER

if TYPE_CHECKING:
    import httpx

    from conformance.results import Exchange

REFUSED = range(400, 500)
SHORT = 120  # characters of a server's own words that a message repeats
NAMES = 8  # members of a JSON object that a message names
REFUSAL = "a refusal (4xx)"
SUCCESS = "a 2xx answer"


def unmet(
    verb: str,
    expected: str,
    response: httpx.Response | None = None,
    *,
    actor: str = "",
    actual: str = "",
    broken: str = "",
) -> Blocked:
    """Return the Blocked that says which precondition failed, and why.

    Args:
        verb: Name of the precondition, such as ``must_exchange``.
        expected: What had to come, such as ``tokens``.
        response: What came; without one, the latest exchange is meant.
        actor: Who acted; whoever sent the exchange if empty.
        actual: What came, in words; a short form of the response if empty.
        broken: Id of the requirement that the server breaks.
    """
    if broken and broken not in catalogue():
        raise ValueError(f"no requirement {broken!r} in the catalogue")
    exchange = _exchange(response)
    told = actual or (brief(response) if response is not None else "nothing")
    return Blocked(
        verb=verb,
        actor=actor or (exchange.actor if exchange else ""),
        expected=expected,
        actual=told,
        exchange=exchange,
        broken=broken,
    )


def unanswered(error: BaseException) -> Blocked:
    """Return the Blocked for a request that got no answer.

    Matchers for what has to be survived look at that themselves; to any
    other clause, no answer is neither yes nor no.
    """
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return unmet("request", "an answer", actual=told.removesuffix(":"))


def must_hold(
    met: object,
    expected: str,
    actual: object,
    response: httpx.Response | None = None,
    *,
    verb: str = "must_hold",
    broken: str = "",
) -> None:
    """Make sure that something holds; Blocked when it does not.

    Args:
        met: Whether it does.
        expected: What the precondition demands, in words.
        actual: What came instead.
        response: What tells so; the latest answer without it.
        verb: Name of the precondition.
        broken: Id of the requirement that is broken where it does not hold.
    """
    if not met:
        raise unmet(
            verb, expected, response, actual=str(actual), broken=broken
        )


def must_succeed(
    response: httpx.Response, *, verb: str = "must_succeed"
) -> httpx.Response:
    """Return a 2xx answer; Blocked when it is another."""
    if not response.is_success:
        raise unmet(verb, SUCCESS, response)
    return response


def must_be_refused(
    response: httpx.Response,
    *,
    broken: str = "",
    verb: str = "must_be_refused",
) -> httpx.Response:
    """Return a refusal (4xx); Blocked when the answer is another.

    Args:
        response: What came.
        broken: Id of the requirement that a success breaks.
        verb: Name of the precondition.
    """
    if response.status_code not in REFUSED:
        broken = broken if response.is_success else ""
        raise unmet(verb, REFUSAL, response, broken=broken)
    return response


def must_answer(
    response: httpx.Response, *, verb: str = "must_answer"
) -> httpx.Response:
    """Return any answer but a server error (5xx); Blocked for that."""
    if response.status_code >= 500:
        raise unmet(verb, "an answer without a server error", response)
    return response


def must_be_let_in(
    response: httpx.Response, *, verb: str = "must_be_let_in"
) -> httpx.Response:
    """Return an answer to an accepted token: neither 401, 403 nor 5xx."""
    if response.status_code in {401, 403} or response.status_code >= 500:
        raise unmet(verb, "the request to be let in", response)
    return response


def must_be_page(
    response: httpx.Response, *, verb: str = "must_be_page"
) -> httpx.Response:
    """Return a page: 200 and text/html; Blocked for anything else."""
    if response.status_code != 200 or media_type(response) != "text/html":
        raise unmet(verb, "200 with a page (text/html)", response)
    return response


def must_have(
    response: httpx.Response,
    *path: str,
    kind: type = object,
    verb: str = "must_have",
) -> Any:
    """Return a member of a successful JSON answer; Blocked without it.

    Args:
        response: What came.
        *path: Names of members, from the outside in.
        kind: What the innermost has to be.
        verb: Name of the precondition.
    """
    found: Any = json_body(response) if response.is_success else None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if found is None or not isinstance(found, kind):
        raise unmet(verb, f"JSON with {'.'.join(path)}", response)
    return found


def json_body(response: httpx.Response) -> Any:
    """Return what stands in a JSON body, None where there is none."""
    try:
        return response.json()
    except ValueError:
        return None


def media_type(response: httpx.Response) -> str:
    """Return the media type in lower case, ``""`` without one."""
    header = str(response.headers.get("content-type", ""))
    return header.partition(";")[0].strip().lower()


def brief(response: httpx.Response) -> str:
    """Return the status and why, without what a body may hold of a user.

    Of an error only its own words are told, of anything else only what kind
    of thing it is: the report shows the whole exchange.
    """
    return f"{response.status_code} {_said(response)}".strip()


def _said(response: httpx.Response) -> str:
    body = json_body(response)
    if not isinstance(body, dict):
        return media_type(response) if response.content else "without a body"
    said = [body.get("error"), body.get("message")]
    words = [text for text in said if isinstance(text, str) and text]
    if words and not response.is_success:
        line = " ".join(words[0].split())
        return line if len(line) <= SHORT else f"{line[:SHORT]}…"
    names = [" ".join(name.split())[:SHORT] for name in list(body)[:NAMES]]
    return f"JSON with {', '.join(names)}" if names else "an empty JSON object"


def _exchange(response: httpx.Response | None) -> Exchange | None:
    """Return the exchange of an answer, else the latest one."""
    if response is not None and EXCHANGE in response.extensions:
        exchange: Exchange = response.extensions[EXCHANGE]
        return exchange
    exchanges = RECORDER.current.exchanges
    return exchanges[-1] if exchanges else None
