from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import select

from conformance.reference.contracts import contract, contracts
from conformance.reference.storage.models import Account

from .actors import PASSWORD

ROUTES = {
    name: [r for r in entry.routes if r.path.startswith("/api/")]
    for name, entry in contracts().items()
}
IN_COOKIES = pytest.mark.parametrize(
    "server", [{"contract": "1.3"}], indirect=True
)


def challenge(response):
    return response.headers["www-authenticate"]


def test_no_credentials(server):
    response = server.client().get("/api/auth/profile")
    assert response.status_code == 401
    assert challenge(response) == 'Bearer realm="FitTrackee"'
    assert response.json() == {
        "status": "error",
        "message": "provide a valid auth token",
    }


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Bearer", 400),
        ("Bearer ", 400),
        ("Bearer a b", 400),
        ("Bearer unknown", 401),
        ("Bearer nul\x01", 401),
        ("Basic abc", 401),
    ],
)
def test_invalid_credentials(server, header, status):
    response = server.client().get(
        "/api/auth/profile", headers={"Authorization": header}
    )
    assert response.status_code == status
    assert challenge(response).startswith('Bearer realm="FitTrackee"')


def test_scheme_is_case_insensitive(owner, app):
    token = app.tokens(owner)["access_token"]
    for scheme in ("bearer", "BEARER", "BeArEr"):
        response = app.get("/api/auth/profile", token, scheme)
        assert response.status_code == 200


def test_token_in_query_or_body_is_ignored(owner, app):
    token = app.tokens(owner)["access_token"]
    query = {"access_token": token}
    assert app.http.get("/api/auth/profile", params=query).status_code == 401
    response = app.http.post("/api/auth/profile/edit", data=query)
    assert response.status_code == 401
    both = app.http.get(
        "/api/auth/profile",
        params=query,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert both.status_code == 400


def test_insufficient_scope(owner, app):
    token = app.tokens(owner, scope="workouts:read")["access_token"]
    response = app.get("/api/auth/profile", token)
    assert response.status_code == 403
    assert response.json()["error"] == "insufficient_scope"
    assert 'error="insufficient_scope"' in challenge(response)
    assert 'scope="profile:read"' in challenge(response)


def test_first_party_routes_reject_tokens(owner, app):
    token = app.tokens(owner)["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    for route in ROUTES[contract("newest").name]:
        if route.first_party:
            response = app.http.request(
                route.method, concrete(route.path), headers=headers
            )
            assert response.status_code == 401, route
            assert 'error="invalid_token"' in challenge(response)


@IN_COOKIES
def test_cookies_are_ignored_next_to_a_header(owner):
    response = owner.http.get(
        "/api/oauth/apps", headers={"Authorization": "Bearer unknown"}
    )
    assert response.status_code == 401


@IN_COOKIES
def test_writes_need_the_csrf_token(owner):
    for value in ("", "wrong"):
        response = owner.http.post(
            "/api/oauth/apps", json={}, headers={"X-CSRF-TOKEN": value}
        )
        assert response.status_code == 401
    assert owner.post_app().status_code == 201


@IN_COOKIES
def test_session_is_renewed_and_ends_with_logout(server, owner):
    renewed = owner.http.get("/api/auth/profile").cookies
    assert set(renewed) == set(owner.cookies)
    assert owner.http.post("/api/auth/logout").status_code == 200
    for cookies in (renewed, owner.cookies):
        response = server.client(cookies=cookies).get("/api/auth/profile")
        assert response.status_code == 401


@IN_COOKIES
def test_session_expires(server, owner):
    now = server.reference.rules.now()
    server.reference.replace("now", lambda: now + 901)
    assert owner.http.get("/api/auth/profile").status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"email": "owner@example.com", "password": "wrong"}, 401),
        ({"email": "nobody@example.com", "password": "wrong"}, 401),
        ({"email": "inactive@example.com", "password": PASSWORD}, 401),
        ({"email": "OWNER@example.com", "password": PASSWORD}, 200),
        ({"email": "\ud800", "password": "\ud800"}, 401),
        ({"email": "a\0", "password": "b\0"}, 401),
        ({"email": "owner@example.com", "password": "\ud800"}, 401),
        ({"email": "owner@example.com", "password": "x" * 500_000}, 401),
        ({"email": ["x"], "password": PASSWORD}, 400),
        ({"email": "owner@example.com"}, 400),
        ({}, 400),
        ([], 400),
        (1, 400),
    ],
)
def test_login(server, body, status):
    import json

    response = server.client().post(
        "/api/auth/login",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == status, response.text


@pytest.mark.parametrize(
    "server", [{"contract": n} for n in contracts()], indirect=True
)
def test_scope_does_not_replace_a_role(server, owner):
    name = server.reference.contract.name
    app = owner.register(scope=" ".join(contract(name).scopes))
    token = app.tokens(owner)["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    scopes = contract(name).scopes
    roles = [r for r in ROUTES[name] if r.role and r.scope in scopes]
    assert len(roles) >= 5
    for route in roles:
        path = concrete(route.path)
        response = app.http.request(route.method, path, headers=headers)
        assert response.status_code == 403, route
        assert "error" not in response.json(), route


def test_suspended_user_has_access_to_the_listed_routes(server):
    person = server.login("suspended")
    for route in ROUTES[contract("newest").name]:
        if route.public or route.path == "/api/auth/logout":
            continue
        path = concrete(route.path)
        response = person.http.request(route.method, path)
        kept_out = "suspended" in response.text and response.status_code == 403
        assert kept_out != route.allow_suspended, route
    assert person.http.post("/api/auth/logout").status_code == 200


def test_suspending_a_user_disables_the_apps(server, stranger, app):
    token = app.tokens(stranger)["access_token"]
    with server.reference.database.open() as session:
        user = session.scalars(select(Account).filter_by(username="stranger"))
        user.one().suspended_at = 1.0
        session.commit()
    assert app.alive(token)  # the own profile stays open
    response = app.get("/api/workouts", token)
    assert response.status_code == 403
    assert response.json()["message"].endswith("your account is suspended")


def test_feeds_and_files(server):
    http = server.client()
    for kind in ("atom", "rss"):
        feed = http.get(f"/users/Owner/workouts.{kind}")
        assert feed.headers["content-type"].startswith(
            f"application/{kind}+xml"
        )
        assert fromstring(feed.text).find(".//{*}title").text == "Workouts"
        assert http.get(f"/users/no/workouts.{kind}").status_code == 404
    assert http.get("/media/none.jpg").status_code == 404
    icon = http.get("/favicon.ico", follow_redirects=True)
    assert icon.headers["content-type"].startswith("image/svg")


def test_suspended_user(server):
    person = server.login("suspended")
    assert person.http.get("/api/auth/profile").status_code == 200
    response = person.post_app()
    assert response.status_code == 403
    assert response.json()["message"].endswith("your account is suspended")


def concrete(path):
    """Fill a path's placeholders with something that does not exist."""
    from re import sub

    path = sub(r"<int:[^>]*>", "999999", path)
    return sub(r"<[^>]*>", "does-not-exist", path)


@pytest.mark.parametrize(
    "server", [{"contract": n} for n in contracts()], indirect=True
)
def test_every_route_requires_its_scope(server):
    name = server.reference.contract.name
    scopes = contract(name).scopes
    admin = server.login("admin")
    app = admin.register(scope=" ".join(scopes))
    everything = app.tokens(admin)["access_token"]
    per_scope = {
        scope: app.tokens(admin, scope=scope)["access_token"]
        for scope in scopes
    }
    for route in ROUTES[name]:
        if not route.scope:
            continue
        rest = [s for s in scopes if s != route.scope]
        path, statuses = concrete(route.path), []
        allowed = route.scope in scopes
        for token, wanted in [
            (everything, allowed),
            (per_scope.get(route.scope, ""), allowed),
            *[(per_scope[s], False) for s in rest[:2]],
            ("", route.optional),
        ]:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            response = app.http.request(route.method, path, headers=headers)
            statuses.append(response.status_code)
            let_in = response.status_code not in (401, 403)
            assert let_in == wanted, (route, statuses)
            assert response.status_code < 500
