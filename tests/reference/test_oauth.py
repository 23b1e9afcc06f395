from __future__ import annotations

import re

import httpx
import pytest

from .actors import CALLBACK, parameters, pkce


def error(response, code, status=400):
    assert response.status_code == status, response.text
    assert response.json()["error"] == code
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"


def test_the_whole_flow(owner, app):
    verifier, challenge = pkce()
    response = owner.authorize(
        app, code_challenge=challenge, code_challenge_method="S256"
    )
    given = parameters(response)
    assert set(given) == {"code", "state"}
    assert given["state"] == "st&te=1"
    assert re.fullmatch("[A-Za-z0-9]{48}", given["code"])

    token = app.exchange(given["code"], code_verifier=verifier)
    assert token.status_code == 200
    assert token.headers["cache-control"] == "no-store"
    assert token.headers["pragma"] == "no-cache"
    body = token.json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 864000
    assert body["scope"] == "profile:read workouts:read"
    assert re.fullmatch("[A-Za-z0-9]{42}", body["access_token"])
    assert re.fullmatch("[A-Za-z0-9]{48}", body["refresh_token"])
    profile = app.get("/api/auth/profile", body["access_token"])
    assert profile.json()["data"]["username"] == "owner"


def test_any_user_authorizes_any_app(stranger, app):
    token = app.tokens(stranger)
    profile = app.get("/api/auth/profile", token["access_token"])
    assert profile.json()["data"]["username"] == "stranger"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "unknown"},
        {"client_id": "nul\0"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK.upper()},
        {"redirect_uri": CALLBACK + "?more"},
        {"redirect_uri": [CALLBACK, CALLBACK]},
    ],
)
def test_errors_that_are_not_redirected(owner, app, changes):
    response = owner.authorize(app, **changes)
    assert response.status_code == 400
    assert "error" in response.json()
    assert "redirect_url" not in response.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "users:read"}, "invalid_scope"),
        ({"scope": "profile:read users:read"}, "invalid_scope"),
        ({"scope": "profile:read  workouts:read"}, "invalid_scope"),
        ({"confirm": "false"}, "access_denied"),
        ({"confirm": None}, "access_denied"),
        ({"confirm": "yes"}, "access_denied"),
        ({"scope": ["profile:read", "profile:read"]}, "invalid_request"),
        ({"unknown": ["1", "2"]}, "invalid_request"),
        ({"code_challenge": "a" * 43}, "invalid_request"),
        (
            {"code_challenge": "a" * 43, "code_challenge_method": "plain"},
            "invalid_request",
        ),
        (
            {"code_challenge": "a" * 42, "code_challenge_method": "S256"},
            "invalid_request",
        ),
        ({"code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_errors_by_redirection(owner, app, changes, code):
    given = parameters(owner.authorize(app, **changes))
    assert given["error"] == code
    assert given["state"] == "st&te=1"
    assert "code" not in given


def test_redirect_uri_is_optional_with_one_registered(owner, app):
    code = owner.code(app, redirect_uri=None)
    assert app.exchange(code, redirect_uri=None).status_code == 200
    two = owner.register(redirect_uris=[CALLBACK, CALLBACK + "/2"])
    assert owner.authorize(two, redirect_uri=None).status_code == 400


@pytest.mark.parametrize(
    ("registered", "requested", "valid"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:8123/cb", True),
        ("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", True),
        ("http://[::1]/cb?x=1", "http://[::1]:8123/cb?x=1", True),
        ("http://localhost", "http://localhost:8123", True),
        ("http://127.0.0.1/cb", "http://127.0.0.1:8123/cb/", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:8123/cb?x", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:8123/cb#x", False),
        ("http://127.0.0.1/cb", "http://localhost/cb", False),
        ("http://127.0.0.1/cb", "https://127.0.0.1/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:x/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb", False),
        ("http://127.0.0.1/", "http://127.0.0.1.evil.example/", False),
        ("https://example.org/cb", "https://example.org:444/cb", False),
    ],
)
def test_only_the_port_of_loopback_hosts_may_vary(
    owner, registered, requested, valid
):
    app = owner.register(redirect_uris=[registered])
    response = owner.authorize(app, redirect_uri=requested)
    assert (response.status_code == 200) == valid
    if valid:
        code = parameters(response)["code"]
        error(app.exchange(code, redirect_uri=registered), "invalid_grant")
        assert app.exchange(code, redirect_uri=requested).status_code == 200


def test_query_of_the_redirect_uri_is_retained(owner):
    app = owner.register(redirect_uris=[CALLBACK + "?a=%20b&a"])
    url = owner.authorize(app).json()["redirect_url"]
    assert url.startswith(CALLBACK + "?a=%20b&a&code=")


def test_code_is_valid_once_and_a_replay_revokes_its_tokens(owner, app):
    code = owner.code(app)
    token = app.exchange(code).json()
    assert app.alive(token["access_token"])
    error(app.exchange(code), "invalid_grant")
    assert not app.alive(token["access_token"])
    error(app.refresh(token["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize(
    "redirect_uri", [None, "", CALLBACK + "x", "https://evil.example"]
)
def test_redirect_uri_is_repeated(owner, app, redirect_uri):
    code = owner.code(app)
    error(app.exchange(code, redirect_uri=redirect_uri), "invalid_grant")
    assert app.exchange(code).status_code == 200


def test_code_is_bound_to_its_client(owner, app):
    other = owner.register()
    code = owner.code(app)
    error(other.exchange(code), "invalid_grant")
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize("verifier", [None, "", "a" * 43, "short", "é" * 50])
def test_verifier_has_to_match(owner, app, verifier):
    _, challenge = pkce()
    code = owner.code(
        app, code_challenge=challenge, code_challenge_method="S256"
    )
    response = app.exchange(code, code_verifier=verifier)
    assert response.status_code == 400
    assert response.json()["error"] in ("invalid_grant", "invalid_request")


def test_verifier_without_challenge_is_rejected(owner, app):
    response = app.exchange(owner.code(app), code_verifier="a" * 43)
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"grant_type": None}, "invalid_request", 400),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type", 400),
        ({"code": None}, "invalid_request", 400),
        ({"code": "unknown\0"}, "invalid_grant", 400),
        ({"code": ["1", "2"]}, "invalid_request", 400),
        ({"extra": ["1", "2"]}, "invalid_request", 400),
        ({"client_secret": None}, "invalid_client", 401),
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"client_id": "unknown"}, "invalid_client", 401),
        ({"client_id": "nul\0"}, "invalid_client", 401),
    ],
)
def test_token_errors(app, changes, code, status):
    response = app.exchange("unknown", **changes)
    error(response, code, status)
    assert ("www-authenticate" in response.headers) == (status == 401)


def test_unknown_parameters_are_ignored(owner, app):
    code = owner.code(app, unknown="1")
    assert app.exchange(code, unknown="1").status_code == 200


def test_basic_authentication_is_rejected(owner, app):
    code = owner.code(app)
    response = app.http.post(
        "/api/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
        },
        auth=(app.client_id, app.client_secret),
    )
    error(response, "invalid_client", 401)
    assert response.headers["www-authenticate"].startswith("Basic ")


def test_nothing_is_read_from_the_query(owner, app):
    form = {
        "grant_type": "authorization_code",
        "code": owner.code(app),
        "redirect_uri": CALLBACK,
        **app.credentials(),
    }
    for name in form:
        body = {k: v for k, v in form.items() if k != name}
        response = app.http.post(
            "/api/oauth/token", params={name: form[name]}, data=body
        )
        assert response.status_code in (400, 401), name
    assert app.http.post("/api/oauth/token", data=form).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/oauth/token", "/api/oauth/revoke", "/api/oauth/authorize"]
)
def test_post_only(owner, path):
    response = owner.http.get(path)
    assert response.status_code == 405
    assert "POST" in response.headers["allow"]


def test_refresh_rotates_and_a_replay_revokes_the_grant(owner, app):
    first = app.tokens(owner)
    second = app.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert app.alive(second["access_token"])
    error(app.refresh(first["refresh_token"]), "invalid_grant")
    assert not app.alive(second["access_token"])
    error(app.refresh(second["refresh_token"]), "invalid_grant")


def test_scope_on_refresh(owner, app):
    token = app.tokens(owner)
    error(
        app.refresh(token["refresh_token"], scope="profile:read users:read"),
        "invalid_scope",
    )
    narrow = app.refresh(token["refresh_token"], scope="workouts:read").json()
    assert narrow["scope"] == "workouts:read"
    assert not app.alive(narrow["access_token"])
    wide = app.refresh(narrow["refresh_token"]).json()
    assert wide["scope"] == "profile:read workouts:read"


def test_refresh_token_is_bound_to_its_client(owner, app):
    token = app.tokens(owner)
    other = owner.register()
    error(other.refresh(token["refresh_token"]), "invalid_grant")
    assert app.refresh(token["refresh_token"]).status_code == 200


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize(
    "hint", [None, "access_token", "refresh_token", "unknown"]
)
def test_revocation(owner, app, kind, hint):
    token = app.tokens(owner)
    response = app.revoke(token[kind], token_type_hint=hint)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert not app.alive(token["access_token"])
    error(app.refresh(token["refresh_token"]), "invalid_grant")
    assert app.revoke(token[kind]).status_code == 200


def test_revocation_errors(owner, app):
    token = app.tokens(owner)
    other = owner.register()
    error(other.revoke(token["access_token"]), "invalid_grant")
    error(app.revoke(None), "invalid_request")
    error(app.revoke("", client_secret="x"), "invalid_client", 401)
    error(
        app.revoke(token["access_token"], client_secret="wrong"),
        "invalid_client",
        401,
    )
    assert app.revoke("unknown").status_code == 200
    assert app.alive(token["access_token"])


@pytest.mark.parametrize(
    ("base", "allowed"),
    [
        ("https://fittrackee.test", True),
        ("http://localhost:5000", True),
        ("http://127.0.0.1:5000", True),
        ("http://fittrackee.test", False),
        ("http://localhost.evil.test", False),
    ],
)
def test_https_except_on_loopback(server, owner, app, base, allowed):
    code = owner.code(app)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        **app.credentials(),
    }
    transport = httpx.WSGITransport(server.reference.app)
    with httpx.Client(transport=transport, base_url=base) as http:
        response = http.post("/api/oauth/token", data=form)
        revoked = http.post("/api/oauth/revoke", data=form)
    assert (response.status_code == 200) == allowed
    if not allowed:
        error(response, "insecure_transport")
        error(revoked, "insecure_transport")
