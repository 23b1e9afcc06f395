"""Whatever a server answers before a run begins: one line, status 2."""

import base64
import json
import re

import pytest

from conformance.cli import main

USER = {
    "FITTRACKEE_EMAIL": "owner@example.com",
    "FITTRACKEE_PASSWORD": "s3cret-of-0wner",
}
DEEP = "[" * 200_000
JSON = "application/json"
PING = {"message": "pong!", "status": "success"}
CONFIG = {"data": {"version": "1.3.6"}, "status": "success"}
REFUSED = {"message": "invalid credentials", "status": "error"}


def answer(body, status=200, kind=JSON, **headers):
    text = body if isinstance(body, str) else json.dumps(body)
    headers = {name.replace("_", "-"): v for name, v in headers.items()}
    return status, {"Content-Type": kind, **headers}, text.encode()


GOOD = {
    "GET /api/ping": answer(PING),
    "GET /api/config": answer(CONFIG),
    "POST /api/auth/login": answer(REFUSED, 401),
}


@pytest.fixture(scope="module")
def site(answering):
    """A server whose answers can be changed; all else is 404."""
    missing = answer({"message": "none"}, 404)

    def look_up(request):
        key = f"{request.command} {request.path}"
        return server.answers.get(key, missing)

    with answering(look_up) as server:
        yield server


@pytest.fixture
def told(site, tmp_path, monkeypatch, capsys):
    """Run a command against changed answers; return status and complaint."""
    for name, value in USER.items():
        monkeypatch.setenv(name, value)

    def run(command, **changed):
        keys = {"ping": "GET /api/ping", "config": "GET /api/config"}
        keys["login"] = "POST /api/auth/login"
        changes = {keys[name]: value for name, value in changed.items()}
        site.answers = {**GOOD, **changes}
        words = [command, "--target", site.url]
        if command == "run":
            words += ["--report", str(tmp_path / "report")]
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "defect of the harness" not in err
        assert USER["FITTRACKEE_PASSWORD"] not in out + err
        assert re.fullmatch(r"[\n\t\x20-\x7e\xa1-\uffff]*", err)
        return ended.value.code, err

    return run


def one_line(told):
    status, err = told
    assert status == 2
    [line] = [x for x in err.splitlines() if x.startswith("error: ")]
    assert err.startswith(line)
    return line


CHARSETS = ["utf-16", "idna", "base64", "zlib", "punycode", "x\xfc", "made-up"]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_charset_that_decodes_nothing(told, charset, command):
    kind = f"{JSON}; charset={charset}"
    ended = told(
        command,
        ping=answer(PING, kind=kind),
        config=answer(CONFIG, kind=kind),
        login=answer(REFUSED, 401, kind=kind),
    )
    if command == "run":
        assert "refused (401: invalid credentials)" in one_line(ended)
    else:
        assert ended[0] in {0, 1}


ODD = {
    "nested deep": DEEP,
    "a list": "[]",
    "no JSON": "<html>",
    "a long number": "9" * 5_000,
    "nothing": "",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
@pytest.mark.parametrize("where", ["ping", "config"])
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_body_that_is_no_object(told, body, where, command):
    line = one_line(told(command, **{where: answer(body)}))
    assert f"(unexpected response to GET /api/{where})" in line


VERSIONS = {
    "5,000 digits": "9" * 5_000,
    "a number": 9,
    "a list": ["1.3.6"],
    "none": None,
    "escapes": "1.3.6\033]0;title\007",
    "half a pair": "\ud800",
}


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_version_that_no_release_has(told, version, command):
    config = answer({"data": {"version": version}})
    line = one_line(told(command, config=config))
    assert re.search("/api/config(\\)| returns an invalid version of)", line)


def jwt(**claims):
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    return f"e30.{payload.rstrip('=')}.x"


TOKENS = {
    "an umlaut": "tokün-of-a-session",
    "a line break": "token\r\nX-Evil: 1",
    "half a pair": "token-\ud800-session",
    "NUL": "token-\0-session",
    "ten megabytes": "a" * 10**7,
    "a space at its end": "token-of-a-session ",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_session_token_that_no_header_can_carry(told, token, command):
    login = answer({"auth_token": token, "status": "success"})
    ended = told(command, login=login)
    if command == "run":
        line = one_line(ended)
        assert "the session cannot be sent in a header (" in line
        assert len(line) < 200
    else:
        assert ended[0] in {0, 1}


@pytest.mark.parametrize(
    "cookie", ["tok\xfcn", "tok\x01n"], ids=["an umlaut", "a control"]
)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_cookie_that_no_header_can_carry(told, cookie, command):
    header = f"access_token_cookie={cookie}-of-a-session; Path=/"
    ended = told(command, login=answer({}, Set_Cookie=header))
    if command == "run":
        line = one_line(ended)
        assert re.search("cannot be sent in a header|did not answer", line)
    else:
        assert ended[0] in {0, 1}


LOGINS = {
    "nested deep": answer(DEEP),
    "nested deep, refused": answer(DEEP, 401),
    "a list": answer("[]"),
    "a message of escapes": answer({"message": "\033[2J\ud800"}, 401),
    "a long number": answer("9" * 5_000),
}


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_odd_login(told, login, command):
    ended = told(command, login=login)
    if command == "run":
        assert "the login with FITTRACKEE_EMAIL" in one_line(ended)
    else:
        assert ended[0] in {0, 1, 2}


@pytest.mark.parametrize("exp", [10**400, "soon", None, [], 1e308])
def test_end_of_a_session_that_is_none(exp):
    from conformance.instance.session import expiry

    assert expiry(jwt(exp=exp)) > 0


def test_end_of_a_session_that_is_nested_deep():
    from conformance.instance.session import expiry

    payload = base64.urlsafe_b64encode(DEEP.encode()).decode()
    assert expiry(f"e30.{payload}.x") > 0
