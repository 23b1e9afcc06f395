"""What failed preconditions say, and what the report keeps of them."""

import httpx
import pytest

from conformance.actors.app import App
from conformance.actors.issued import (
    must_be_granted,
    must_be_tokens,
    redirect_url,
)
from conformance.actors.owner import Owner
from conformance.errors import Blocked, Limited
from conformance.evidence import EXCHANGE, RECORDER, Recorder
from conformance.instance import Credentials, Instance
from conformance.instance.connection import Connection, RecordingTransport
from conformance.instance.preconditions import (
    brief,
    must_answer,
    must_be_let_in,
    must_be_page,
    must_be_refused,
    must_have,
    must_hold,
    must_succeed,
    unanswered,
    unmet,
)
from conformance.instance.session import Session
from conformance.results.verdict import Verdict
from conformance.verdicts.judge import judge

USER = Credentials("me@example.org", "a very secret password", "me")
INSTANCE = Instance(
    "reference", "t", "http://t.example", "1.3.6", USER, None, None, True
)
APP = {
    "id": 1,
    "client_id": "the-client",
    "client_secret": "the-client-secret",
    "name": "an app",
    "redirect_uris": ["https://app.example.org/callback"],
    "scope": "profile:read workouts:read",
}
CODE = {"redirect_url": "https://app.example.org/callback?code=abc&state=x"}
TOKENS = {"access_token": "a-token", "refresh_token": "r-token"}
PAGE = httpx.Response(502, html="<h1>Bad Gateway</h1>")
LOGIN = {"auth_token": "the.session.token"}


@pytest.fixture(autouse=True)
def evidence():
    return RECORDER.fresh()


class Site:
    """A server that answers each path as it is told."""

    def __init__(self, **answers):
        self.answers = answers

    def __call__(self, request):
        name = request.url.path.rpartition("/")[2]
        answer = self.answers.get(name, LOGIN)
        if isinstance(answer, httpx.Response):
            return httpx.Response(
                answer.status_code,
                headers=answer.headers,
                content=answer.content,
            )
        return httpx.Response(200, json=answer)


def actors(**answers):
    """Return an owner and an app at a site that answers so."""
    transport = RecordingTransport(httpx.MockTransport(Site(**answers)))
    wire = Connection(INSTANCE, transport)
    owner = Owner(wire, Session(wire.client("owner"), USER), "fc")
    return owner, App(wire.client("app"), APP)


def answer(status=200, **options):
    return httpx.Response(
        status, request=httpx.Request("GET", "http://t"), **options
    )


def refusal(error, status=400):
    return httpx.Response(status, json={"error": error})


def blocked(action):
    with pytest.raises(Blocked) as raised:
        action()
    return raised.value


# -- what is said --------------------------------------------------------


def test_verb_actor_exchange_and_cause_are_named():
    owner, app = actors(authorize=CODE, token=refusal("invalid_grant"))
    problem = blocked(lambda: app.must_obtain_tokens(owner))
    assert str(problem) == (
        "must_exchange (app): expected tokens; actual: 400 invalid_grant"
    )
    said = judge("call", problem, "s", (), [])
    assert said.verdict is Verdict.BLOCKED
    assert said.message == f"precondition failed: {problem} (exchange 3)"


@pytest.mark.parametrize(
    ("site", "verb", "said"),
    [
        (
            {"apps": PAGE},
            lambda owner, _: owner.must_register(),
            (
                "must_register (owner): expected a registered app; "
                "actual: 502 text/html"
            ),
        ),
        (
            {"apps": {"data": {"client": {**APP, "redirect_uris": "x"}}}},
            lambda owner, _: owner.must_register(),
            "redirect_uris missing or mistyped",
        ),
        (
            {"apps": PAGE},
            lambda owner, _: owner.must_get("/api/oauth/apps"),
            "must_get (owner): expected a 2xx response; actual: 502 text/html",
        ),
        (
            {"profile": {"data": {"id": 3}}},
            lambda owner, _: owner.username,
            (
                "username (owner): expected JSON with data.username; "
                "actual: 200 JSON with data"
            ),
        ),
        (
            {"profile": {"data": []}},
            lambda owner, _: owner.username,
            "expected JSON with data.username",
        ),
        (
            {"authorize": refusal("access_denied")},
            lambda owner, app: app.must_authorize(owner),
            (
                "must_authorize (owner): expected an authorization code; "
                "actual: 400 access_denied"
            ),
        ),
        (
            {"authorize": {"redirect_url": "https://[half"}},
            lambda owner, app: app.must_receive_code(owner),
            "must_receive_code (owner): expected an authorization code",
        ),
        (
            {"apps": {"data": {"client": APP}}, "authorize": PAGE},
            lambda owner, _: owner.must_receive_code("https://a.example/"),
            "must_receive_code (owner): expected an authorization code",
        ),
        (
            {"apps": {"data": {"clients": 3}}},
            lambda owner, _: owner.app_ids(),
            "apps (owner): expected a list of apps",
        ),
        (
            {
                "apps": {
                    "data": {"clients": []},
                    "pagination": {"has_next": False},
                }
            },
            lambda owner, app: owner.must_list(app),
            (
                "must_list (owner): expected a list with an app; "
                "actual: it lacks an app"
            ),
        ),
        (
            {"the-client": {"data": {"client": {"client_id": "another"}}}},
            lambda owner, app: owner.must_show(app),
            "must_show (owner): expected the app an app",
        ),
        (
            {"1": PAGE},
            lambda owner, app: owner.must_delete(app),
            "must_delete (owner): expected a 2xx response",
        ),
        (
            {"revoke": refusal("invalid_client", 401)},
            lambda owner, app: owner.must_revoke_all(app),
            (
                "must_revoke_all (owner): expected a 2xx response; "
                "actual: 401 invalid_client"
            ),
        ),
        (
            {"revoke": PAGE},
            lambda _, app: app.must_revoke("a-token"),
            "must_revoke (app): expected 200; actual: 502 text/html",
        ),
        (
            {"profile": refusal("invalid_token", 401)},
            lambda _, app: app.must_call("a-token", "/api/auth/profile"),
            (
                "must_call (app): expected a 2xx response; "
                "actual: 401 invalid_token"
            ),
        ),
    ],
)
def test_every_verb_says_what_failed(site, verb, said):
    assert said in str(blocked(lambda: verb(*actors(**site))))


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        3,
        "text",
        {},
        {"access_token": "a"},
    ],
)
def test_nonsense_is_no_token_response(body):
    problem = blocked(lambda: must_be_tokens(answer(json=body)))
    assert "must_be_tokens: expected tokens" in str(problem)


@pytest.mark.parametrize("token", [1, None, ["a"]])
def test_token_that_is_no_string_names_what_it_breaks(token):
    body = {"access_token": token, "refresh_token": "r"}
    problem = blocked(lambda: must_be_tokens(answer(json=body)))
    assert problem.broken == "rfc6749/5.1/strings"
    assert "access_token as a string" in str(problem)


@pytest.mark.parametrize("url", [3, None, [], "", "https://[half", "/none"])
def test_nonsense_is_no_code(url):
    response = answer(json={"redirect_url": url})
    assert isinstance(redirect_url(response), str)
    blocked(lambda: must_be_granted(response))


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (answer(204), "204 without a body"),
        (answer(502, html="<p>x</p>"), "502 text/html"),
        (answer(400, json={"error": "invalid_grant"}), "400 invalid_grant"),
        (answer(403, json={"message": "no\npermissions"}), "403 no permiss"),
        (answer(200, json={"data": {"email": "me@e.org"}}), "200 JSON with d"),
        (answer(200, json={}), "200 an empty JSON object"),
        (answer(200, json=[1]), "200 application/json"),
        (answer(400, json={"error": "x" * 999}), "400 x"),
        (answer(400, json={"error": {"a": 1}}), "400 JSON with error"),
    ],
)
def test_actual_is_brief_and_tells_nothing_of_users(response, said):
    told = brief(response)
    assert told.startswith(said)
    assert len(told) < 140
    assert "me@e.org" not in told


# -- the verbs for any answer -------------------------------------------


@pytest.mark.parametrize(
    ("verb", "good", "bad"),
    [
        (must_succeed, [200, 204], [302, 404, 500]),
        (must_answer, [200, 404], [500, 502]),
        (must_be_let_in, [200, 400, 404], [401, 403, 500]),
        (must_be_refused, [400, 404], [200, 302, 500]),
    ],
)
def test_status_decides(verb, good, bad):
    for status in good:
        response = answer(status)
        assert verb(response) is response
    for status in bad:
        assert verb.__name__ in str(blocked(lambda s=status: verb(answer(s))))


def test_page_is_a_page():
    page = answer(html="<p>x</p>")
    assert must_be_page(page) is page
    blocked(lambda: must_be_page(answer(json={})))
    blocked(lambda: must_be_page(answer(404, html="<p>x</p>")))


def test_member_is_there_and_of_its_kind():
    response = answer(json={"data": {"n": 1}})
    assert must_have(response, "data", "n", kind=int) == 1
    for path, kind in ((("data", "n"), str), (("n",), object), ((), list)):
        blocked(lambda p=path, k=kind: must_have(response, *p, kind=k))
    blocked(lambda: must_have(answer(500, json={"a": 1}), "a"))


def test_anything_can_be_a_precondition():
    must_hold(True, "two users", "one")
    problem = blocked(lambda: must_hold([], "two users", 1, verb="names"))
    assert str(problem) == "names: expected two users; actual: 1"


# -- too generous a server ----------------------------------------------


def test_broken_requirement_is_named():
    broken = "rfc6749/7/unknown-token"
    problem = blocked(lambda: must_be_refused(answer(), broken=broken))
    assert problem.broken == broken
    assert str(problem).endswith(f"; this breaks {broken}")
    problem = blocked(lambda: must_be_refused(answer(500), broken=broken))
    assert problem.broken == ""  # a crash grants nothing


def test_broken_requirement_is_catalogued():
    with pytest.raises(ValueError, match="no requirement 'rfc1/1/x'"):
        unmet("must_x", "x", broken="rfc1/1/x")


@pytest.mark.parametrize(
    ("granted", "broken"),
    [
        ("profile:read", None),
        (["profile:read"], None),
        (None, None),
        ("workouts:write", "rfc9700/2.3/no-more-scope-than-asked"),
        (
            "profile:read workouts:read",
            "rfc9700/2.3/no-more-scope-than-asked",
        ),
        ("", ""),
    ],
)
def test_scope_asked_for_is_the_scope_granted(granted, broken):
    owner, app = actors(authorize=CODE, token={**TOKENS, "scope": granted})
    if broken is None:
        app.must_obtain_tokens(owner, scope="profile:read")
        return
    problem = blocked(
        lambda: app.must_obtain_tokens(owner, scope="profile:read")
    )
    assert problem.broken == broken
    assert "must_obtain_tokens (app): expected tokens with the" in str(problem)


def test_scope_that_a_refresh_widens_is_named():
    wide = {**TOKENS, "scope": "profile:read workouts:read"}
    _, app = actors(token=wide)
    narrow = must_be_tokens(answer(json={**TOKENS, "scope": "profile:read"}))
    problem = blocked(lambda: app.must_refresh(narrow, scope="profile:read"))
    assert problem.broken == "rfc6749/6/scope-not-widened"


# -- what the report keeps -----------------------------------------------


def test_expectation_leads_to_its_exchange(evidence):
    owner, app = actors(authorize=CODE, token=refusal("invalid_grant"))
    problem = blocked(lambda: app.must_obtain_tokens(owner))
    evidence.blocked(problem)
    (kept,) = evidence.expectations
    assert (kept.expected, kept.met, kept.exchange) == ("tokens", False, 3)
    assert kept.actual == "400 invalid_grant"


def test_exchange_of_another_scenario_is_taken_over(evidence):
    owner, _ = actors(apps=PAGE)
    problem = blocked(owner.must_register)
    evidence.blocked(problem)
    for before in (0, 1):
        later = RECORDER.fresh()
        if before:
            blocked(actors(apps=PAGE)[0].must_register)
        count = len(later.exchanges)
        later.blocked(problem)
        assert len(later.exchanges) == count + 1
        assert later.exchanges[-1].request.url.endswith("/api/oauth/apps")
        assert later.expectations[-1].exchange == count + 1
        assert problem.with_exchange.endswith(f"(exchange {count + 1})")


def test_sentence_needs_no_expectation(evidence):
    evidence.blocked(Blocked("time did not pass"))
    assert evidence.expectations == []


def test_rate_limit_names_its_exchange():
    owner, _ = actors(apps=httpx.Response(429))
    problem = blocked(lambda: owner.get("/api/oauth/apps"))
    assert isinstance(problem, Limited)
    assert problem.with_exchange.endswith("(exchange 2)")


def test_no_answer_blocks():
    problem = unanswered(httpx.ReadTimeout("timed out"))
    assert str(problem) == (
        "request: expected a response; actual: ReadTimeout: timed out"
    )


def test_secret_in_the_cause_is_hidden(evidence):
    evidence.redactor.learn("hunter2-the-password", "password")
    told = httpx.Response(400, json={"error": "hunter2-the-password"})
    owner, _ = actors(apps=told)
    problem = blocked(owner.must_register)
    evidence.blocked(problem)
    assert "hunter2" not in evidence.expectations[-1].actual


def test_recorder_returns_what_it_keeps():
    recorder = Recorder()
    transport = RecordingTransport(
        httpx.MockTransport(Site()), recorder=recorder
    )
    client = Connection(INSTANCE, transport).client("app")
    response = client.get("/api/ping")
    assert response.extensions[EXCHANGE] is recorder.current.exchanges[0]
