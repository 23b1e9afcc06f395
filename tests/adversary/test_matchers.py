"""What answers to malformed requests have to be, and what they may."""

import httpx
import pytest

from conformance import expect
from conformance.errors import Blocked, Limited
from conformance.evidence import RECORDER
from conformance.expect import Violation
from conformance.instance.answer import Answer, Depth, answer_to, must_come

MARKUP = "<odd>"
NOTHING = Answer(None, 0.1, "RemoteProtocolError")
LATE = Answer(None, 30.0, "ReadTimeout", late=True)


@pytest.fixture(autouse=True)
def evidence():
    return RECORDER.fresh()


def came(status, text="", kind="application/json", seconds=0.1):
    headers = {"Content-Type": kind} if kind else {}
    response = httpx.Response(status, headers=headers, text=text)
    if not kind:
        del response.headers["Content-Type"]
    return Answer(response, seconds)


def raising(error):
    def send():
        raise error

    return send


@pytest.mark.parametrize(
    ("error", "late"),
    [
        (httpx.ReadTimeout("x"), True),
        (TimeoutError("x"), True),
        (httpx.RemoteProtocolError("x"), False),
        (httpx.ReadError("x"), False),
    ],
)
def test_no_answer_is_told_apart(error, late):
    answer = answer_to(raising(error))
    assert answer.response is None
    assert (answer.error, answer.late) == (type(error).__name__, late)


def test_a_hung_up_connection_is_no_answer():
    answer = answer_to(lambda: None)
    assert answer.error == "the connection ended"
    assert not answer.late


def test_what_is_no_answer_at_all_is_not_swallowed():
    with pytest.raises(Blocked):
        answer_to(raising(Blocked("no tokens")))


@pytest.mark.parametrize("status", [200, 302, 400, 413, 431])
def test_survived(status):
    expect.survived(came(status))


@pytest.mark.parametrize("answer", [came(500), came(503), NOTHING])
def test_not_survived(answer):
    with pytest.raises(Violation):
        expect.survived(answer)


def test_a_late_answer_is_judged_elsewhere():
    with pytest.raises(Blocked, match="within 30 s"):
        expect.survived(LATE)


@pytest.mark.parametrize("answer", [NOTHING, LATE, came(400), came(501)])
def test_no_server_error(answer):
    expect.no_server_error(answer)


@pytest.mark.parametrize("status", [500, 502])
def test_server_error(status):
    with pytest.raises(Violation):
        expect.no_server_error(came(status))


def test_in_time():
    answers = iter([came(200, seconds=9), came(200, seconds=1)])
    expect.in_time(lambda: next(answers), 5.0)
    answers = iter([came(200, seconds=9), came(200, seconds=8)])
    with pytest.raises(Violation, match=r"after 8\.0 seconds"):
        expect.in_time(lambda: next(answers), 5.0)


@pytest.mark.parametrize(
    "text",
    [
        "Traceback (most recent call last):",
        'File "/srv/app.py", line 3',
        "(psycopg2.errors.UntranslatableCharacter) x",
        "sqlalchemy.exc.DataError",
        "[SQL: SELECT 1]",
        "KeyError('email')",
        "<title>KeyError // Werkzeug Debugger</title>",
    ],
)
def test_stack_trace(text):
    with pytest.raises(Violation):
        expect.no_stack_trace(came(400, text))


@pytest.mark.parametrize(
    "text",
    ["", "server error", "Internal Server Error", '{"error": "invalid"}'],
)
def test_no_stack_trace(text):
    expect.no_stack_trace(came(500, text))
    expect.no_stack_trace(NOTHING)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", ""])
def test_markup_in_a_page(kind):
    with pytest.raises(Violation):
        expect.no_markup(came(400, f"a {MARKUP}", kind), MARKUP)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (MARKUP, "application/json"),
        ("&lt;odd&gt;", "text/html"),
        (MARKUP, "text/plain"),
    ],
)
def test_markup_elsewhere(text, kind):
    expect.no_markup(came(400, text, kind), MARKUP)
    expect.no_markup(NOTHING, MARKUP)


def test_refused_as_json():
    expect.refused_as_json(came(400, '{"a": "b"}'))
    expect.refused_as_json(came(200, "a", "text/html"))
    expect.refused_as_json(NOTHING)
    for answer in (came(400, "[1]"), came(404, "{}", "text/html")):
        with pytest.raises(Violation):
            expect.refused_as_json(answer)


def test_still_serves():
    with expect.still_serves():
        pass
    with pytest.raises(Violation, match="no tokens"), expect.still_serves():
        raise Blocked("no tokens")
    with pytest.raises(Limited), expect.still_serves():
        raise Limited("429")


def test_a_good_request_must_be_answered():
    must_come(came(400))
    for answer in (NOTHING, came(500)):
        with pytest.raises(Blocked):
            must_come(answer)


@pytest.mark.parametrize(
    ("answer", "past"),
    [
        (came(200, "{}"), True),
        (came(400, '{"error": "invalid_grant"}'), True),
        (came(500, "x", "text/html"), True),
        (came(400, '{"error": "invalid_request"}'), False),
        (came(413, "too large", "text/html"), False),
        (NOTHING, False),
    ],
)
def test_depth(answer, past, evidence):
    depth = Depth([came(400, '{"error": "invalid_request"}')])
    depth.count(answer)
    assert (depth.sent, depth.past) == (1, past)
    depth.tell()
    (told,) = evidence.observations
    assert told.startswith(f"{past:d} of 1 requests got past the first ")


def test_depth_where_nothing_is_looked_at_first(evidence):
    depth = Depth([])
    depth.count(came(200))
    depth.tell()
    assert evidence.observations == []
