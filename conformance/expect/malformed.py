"""Matchers for answers to malformed requests, where no clause says more."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.errors import Blocked, Limited
from conformance.expect.basics import summary, that

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.instance.answer import Answer

RIGHT_FAILURES = {501, 505}  # what HTTP says of unknown methods and versions
SERVED = "good requests are served as before"
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
    """Demand an answer that is no server error."""
    if answer.late:
        raise Blocked(f"no answer came within {answer.seconds:.0f} s")
    response = answer.response
    that(
        response is not None and response.status_code < 500,
        "an answer without a server error (5xx)",
        describe(answer),
    )


def no_server_error(answer: Answer) -> None:
    """Demand no server error, if any answer came at all.

    Whoever gets what is no HTTP may hang up, or say that the method or the
    version is unknown.
    """
    response = answer.response
    that(
        response is None
        or response.status_code < 500
        or response.status_code in RIGHT_FAILURES,
        "no server error (5xx)",
        describe(answer),
    )


@contextmanager
def still_serves() -> Iterator[None]:
    """Demand that the good requests inside are served."""
    try:
        yield
    except Limited:
        raise
    except Blocked as problem:
        that(met=False, expected=SERVED, actual=str(problem))
    that(met=True, expected=SERVED, actual="all were served")


def in_time(send: Callable[[], Answer], seconds: float) -> None:
    """Demand an answer in time, at least of the second of two requests.

    Args:
        send: Sends the request; a busy machine may be slow once.
        seconds: How long the response may take.
    """
    answer = send()
    if answer.seconds > seconds:
        answer = send()
    that(
        answer.seconds <= seconds,
        f"an answer within {seconds:g} seconds",
        f"{describe(answer)} after {answer.seconds:.1f} seconds",
    )


def no_stack_trace(answer: Answer) -> None:
    """Demand that an answer shows nothing of the server's inside."""
    response = answer.response
    found = None
    if response is not None:
        headers = "\n".join(response.headers.values())
        found = _TRACE.search(f"{response.text}\n{headers}")
    that(
        found is None,
        "an answer without stack trace or names of exceptions",
        f"{found[0]!r} in {describe(answer)}" if found else describe(answer),
    )


def no_markup(answer: Answer, markup: str) -> None:
    """Demand that no page holds markup that was sent.

    Args:
        answer: To a request that held it.
        markup: What a browser would take for an element.
    """
    response = answer.response
    page = False
    if response is not None:
        kind = response.headers.get("content-type", "").strip().lower()
        # Without a type a browser guesses, and sees the markup.
        page = not kind or kind.startswith(("text/html", "application/xhtml"))
    that(
        not (page and response is not None and markup in response.text),
        f"no page that holds {markup} as it was sent",
        describe(answer),
    )


def refused_as_json(answer: Answer) -> None:
    """Demand that a refusal, if it is one, is a JSON object."""
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
    """Return an answer on one line."""
    if answer.response is None:
        return f"no answer: {answer.error}"
    return summary(answer.response)
