"""Matchers for responses to malformed requests."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.errors import Blocked, Limited
from conformance.expect.basics import that
from conformance.expect.wording import summary, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.instance.answer import Answer

ALLOWED_5XX = {501, 505}  # HTTP's own for unknown methods and versions
SERVED = "valid requests are served as before"
_TRACE = re.compile(
    r"Traceback \(most recent call last\)"
    r"|File \"[^\"\n]+\", line \d+"
    r"|\bat [\w$.]+\([\w]+\.java:\d+\)"
    r"|\b(?:psycopg2?|sqlalchemy|sqlite3|werkzeug|authlib|flask)"
    r"(?:\.\w+)+(?:Error|Exception|Violation|Character|Invalid\w*)\b"
    r"|\[SQL: "
    r"|\b\w*(?:Error|Exception)\('[^']*'\)"
    r"|Werkzeug Debugger"
)


def survived(answer: Answer) -> None:
    """Demand a response, and no server error.

    Raises:
        Blocked: The response did not arrive in time.
    """
    if answer.late:
        raise Blocked(f"no response within {answer.seconds:.0f} s")
    response = answer.response
    that(
        response is not None and response.status_code < 500,
        "a response without a server error (5xx)",
        describe(answer),
    )


def no_server_error(answer: Answer) -> None:
    """Demand no server error; no response is allowed as well.

    A server may close the connection if a request is not valid HTTP, or
    report an unknown method or version (501, 505).
    """
    response = answer.response
    that(
        response is None
        or response.status_code < 500
        or response.status_code in ALLOWED_5XX,
        "no server error (5xx)",
        describe(answer),
    )


@contextmanager
def still_serves() -> Iterator[None]:
    """Demand that no precondition inside the block fails.

    Raises:
        Limited: The instance's rate limit was reached.
    """
    try:
        yield
    except Limited:
        raise
    except Blocked as problem:
        that(met=False, expected=SERVED, actual=str(problem))
    that(met=True, expected=SERVED, actual="all were served")


def in_time(send: Callable[[], Answer], seconds: float) -> None:
    """Demand a response in time, to the first or the second of two requests.

    Args:
        send: Sends the request; it is repeated once, as a busy machine may
            be slow.
        seconds: The longest time that the response may take.
    """
    answer = send()
    if answer.seconds > seconds:
        answer = send()
    that(
        answer.seconds <= seconds,
        f"a response within {seconds:g} seconds",
        f"{describe(answer)} after {answer.seconds:.1f} seconds",
    )


def no_stack_trace(answer: Answer) -> None:
    """Demand a response without names of the server's code."""
    response = answer.response
    found = None
    if response is not None:
        headers = "\n".join(response.headers.values())
        found = _TRACE.search(f"{response.text}\n{headers}")
    that(
        found is None,
        "a response without stack trace or names of exceptions",
        f"{value(found[0])} in {describe(answer)}"
        if found
        else describe(answer),
    )


def no_markup(answer: Answer, markup: str) -> None:
    """Demand that no HTML page contains the markup that was sent.

    Args:
        answer: The response to a request that contains it.
        markup: Text that a browser would parse as an element.
    """
    response = answer.response
    page = False
    if response is not None:
        kind = response.headers.get("content-type", "").strip().lower()
        # Without a media type, a browser sniffs and renders the markup.
        page = not kind or kind.startswith(("text/html", "application/xhtml"))
    that(
        not (page and response is not None and markup in response.text),
        f"no page that contains {markup} unescaped",
        describe(answer),
    )


def refused_as_json(answer: Answer) -> None:
    """Demand that a response is a JSON object if it is a refusal."""
    response = answer.response
    kind = ""
    if response is not None:
        header = response.headers.get("content-type", "absent")
        kind = header.partition(";")[0].strip().lower()
    that(
        not answer.refused or (kind == "application/json" and answer.body),
        "a refusal that is a JSON object as application/json",
        f"{describe(answer)}; Content-Type: {kind}",
    )


def describe(answer: Answer) -> str:
    """Return status and body, or why there is no response, on one line."""
    if answer.response is None:
        return f"no response: {answer.error}"
    return summary(answer.response)
