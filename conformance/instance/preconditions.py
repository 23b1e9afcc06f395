"""Preconditions of a scenario: they raise Blocked, and never judge.

A server that fails a precondition may violate a clause, but not the one that
the scenario cites: the scenario is *blocked*. If the server granted what it
has to refuse, ``broken`` names the violated requirement, which a scenario of
its own reports.
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
SHORT = 120  # characters of a server's error message that are quoted
NAMES = 8  # members of a JSON object that a message names
REFUSAL = "a refusal (4xx)"
SUCCESS = "a 2xx response"


def unmet(
    verb: str,
    expected: str,
    response: httpx.Response | None = None,
    *,
    actor: str = "",
    actual: str = "",
    broken: str = "",
) -> Blocked:
    """Return the Blocked exception for a failed precondition.

    Args:
        verb: Name of the precondition, such as ``must_exchange``.
        expected: The expected outcome, such as ``tokens``.
        response: The response; None means that of the latest exchange.
        actor: The actor; by default the one that sent the exchange.
        actual: The actual outcome; by default a summary of the response.
        broken: Id of a requirement that the server violates.
    """
    if broken and broken not in catalogue():
        raise ValueError(f"no requirement {broken!r} in the catalogue")
    exchange = _exchange(response)
    if not actual:
        actual = brief(response) if response is not None else "nothing"
    return Blocked(
        verb=verb,
        actor=actor or (exchange.actor if exchange else ""),
        expected=expected,
        actual=actual,
        exchange=exchange,
        broken=broken,
    )


def unanswered(error: BaseException) -> Blocked:
    """Return the Blocked exception for a request without a response.

    Matchers for malformed requests check that themselves; for any other
    clause, a missing response proves nothing.
    """
    actual = " ".join(f"{type(error).__name__}: {error}".split())
    return unmet("request", "a response", actual=actual.removesuffix(":"))


def must_hold(
    met: object,
    expected: str,
    actual: object,
    response: httpx.Response | None = None,
    *,
    verb: str = "must_hold",
    broken: str = "",
) -> None:
    """Raise Blocked if a condition is false.

    Args:
        met: The condition.
        expected: The expected outcome, in words.
        actual: The actual outcome.
        response: The response that shows it; None means the latest one.
        verb: Name of the precondition.
        broken: Id of the requirement that is violated if it is false.
    """
    if not met:
        raise unmet(
            verb, expected, response, actual=str(actual), broken=broken
        )


def must_succeed(
    response: httpx.Response, *, verb: str = "must_succeed"
) -> httpx.Response:
    """Return a 2xx response; raise Blocked for any other."""
    if not response.is_success:
        raise unmet(verb, SUCCESS, response)
    return response


def must_be_refused(
    response: httpx.Response,
    *,
    broken: str = "",
    verb: str = "must_be_refused",
) -> httpx.Response:
    """Return a refusal (4xx); raise Blocked for any other response.

    Args:
        response: The response.
        broken: Id of the requirement that a success violates.
        verb: Name of the precondition.
    """
    if response.status_code not in REFUSED:
        broken = broken if response.is_success else ""
        raise unmet(verb, REFUSAL, response, broken=broken)
    return response


def must_answer(
    response: httpx.Response, *, verb: str = "must_answer"
) -> httpx.Response:
    """Return a response; raise Blocked for a server error (5xx)."""
    if response.status_code >= 500:
        raise unmet(verb, "a response without a server error", response)
    return response


def must_be_let_in(
    response: httpx.Response, *, verb: str = "must_be_let_in"
) -> httpx.Response:
    """Return a response; raise Blocked for 401, 403 and 5xx."""
    if response.status_code in {401, 403} or response.status_code >= 500:
        raise unmet(verb, "the request to be let in", response)
    return response


def must_be_page(
    response: httpx.Response, *, verb: str = "must_be_page"
) -> httpx.Response:
    """Return a page (200 and text/html); raise Blocked for anything else."""
    if response.status_code != 200 or media_type(response) != "text/html":
        raise unmet(verb, "200 with a page (text/html)", response)
    return response


def must_have(
    response: httpx.Response,
    *path: str,
    kind: type = object,
    verb: str = "must_have",
) -> Any:
    """Return a member of a 2xx JSON response; raise Blocked without it.

    Args:
        response: The response.
        *path: Names of nested members, the outermost first.
        kind: Type of the member.
        verb: Name of the precondition.
    """
    member: Any = json_body(response) if response.is_success else None
    for name in path:
        member = member.get(name) if isinstance(member, dict) else None
    if member is None or not isinstance(member, kind):
        raise unmet(verb, f"JSON with {'.'.join(path)}", response)
    return member


def json_body(response: httpx.Response) -> Any:
    """Return the value of a JSON body, None if it is no JSON."""
    try:
        return response.json()
    except ValueError:
        return None


def media_type(response: httpx.Response) -> str:
    """Return a response's media type in lower case, ``""`` without one."""
    header = str(response.headers.get("content-type", ""))
    return header.partition(";")[0].strip().lower()


def brief(response: httpx.Response) -> str:
    """Return a response's status and summary, without data of a user.

    The summary is an error's message, and of any other body only its kind:
    the report shows the complete exchange.
    """
    return f"{response.status_code} {_summary(response)}".strip()


def _summary(response: httpx.Response) -> str:
    body = json_body(response)
    if not isinstance(body, dict):
        return media_type(response) if response.content else "without a body"
    members = [body.get("error"), body.get("message")]
    texts = [text for text in members if isinstance(text, str) and text]
    if texts and not response.is_success:
        line = " ".join(texts[0].split())
        return line if len(line) <= SHORT else f"{line[:SHORT]}…"
    names = [" ".join(name.split())[:SHORT] for name in list(body)[:NAMES]]
    return f"JSON with {', '.join(names)}" if names else "an empty JSON object"


def _exchange(response: httpx.Response | None) -> Exchange | None:
    """Return a response's exchange, or the latest one."""
    if response is not None and EXCHANGE in response.extensions:
        exchange: Exchange = response.extensions[EXCHANGE]
        return exchange
    exchanges = RECORDER.current.exchanges
    return exchanges[-1] if exchanges else None
