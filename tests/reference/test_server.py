"""The server as a whole: contracts, control channel, limits, lifecycle."""

from __future__ import annotations

import contextlib
import sqlite3
import time

import httpx
import pytest

from conformance.reference import ReferenceServer, User, serve
from conformance.reference.contracts import contract as contract_of
from conformance.reference.contracts import contracts
from conformance.reference.rate_limit import parse
from conformance.serve.demonstration import demonstration

from .actors import PASSWORD, USERS, Remote, Server, pkce


def test_repr_hides_the_password():
    assert PASSWORD not in repr(USERS)


def test_unknown_contract_is_a_one_line_error(tmp_path):
    with pytest.raises(KeyError) as caught:
        ReferenceServer(f"sqlite:///{tmp_path}/x.db", contract="nope")
    message = caught.value.args[0]
    assert "nope" in message
    assert "\n" not in message


def test_two_servers_share_no_state(tmp_path):
    one, other = (Server(f"sqlite:///{tmp_path}/{n}.db") for n in (1, 2))
    one.reference.replace("code_spent", lambda _code: False)
    one.reference.replace("spend_code", lambda _code: True)
    one.reference.refresh_grant.INCLUDE_NEW_REFRESH_TOKEN = False
    for server, broken in ((one, True), (other, False)):
        owner = server.login("owner")
        app = owner.register()
        code = owner.code(app)
        token = app.exchange(code).json()
        assert (app.exchange(code).status_code == 200) == broken
        fresh = app.tokens(owner)["refresh_token"]
        response = app.refresh(fresh).json()
        assert ("refresh_token" not in response) == broken
        assert token
        server.close()


@pytest.mark.parametrize(
    "server", [{"contract": n} for n in contracts()], indirect=True
)
def test_flow_on_each_contract(server):
    contract = server.reference.contract
    config = server.client().get("/api/config").json()["data"]
    assert config["version"] == contract.release
    owner = server.login("owner")
    bearer = "Authorization" in owner.http.headers
    assert bearer == (contract.session == "bearer")
    app = owner.register(scope=" ".join(contract.scopes))
    verifier, challenge = pkce()
    code = owner.code(
        app, code_challenge=challenge, code_challenge_method="S256"
    )
    token = app.exchange(code, code_verifier=verifier).json()
    assert token["scope"].split() == list(contract.scopes)
    profile = app.get("/api/auth/profile", token["access_token"]).json()
    assert ("role" in profile["data"]) == contract.roles
    others = set(contract_of("newest").scopes) - set(contract.scopes)
    for scope in others:
        assert owner.post_app(scope=scope).status_code == 400
    assert owner.http.post("/api/auth/logout").status_code == 200
    assert owner.post_app().status_code == 401


def test_flow_and_malformed_input_on_any_database(database_url):
    server = Server(database_url)
    owner = server.login("owner")
    app = owner.register(client_name="ünï \N{SNOWMAN}")
    token = app.tokens(owner)
    assert app.alive(token["access_token"])
    nul = "a\0b"
    for response in (
        owner.authorize(app, client_id=nul),
        owner.authorize(app, redirect_uri=nul),
        app.exchange(nul),
        app.exchange(nul, client_id=nul),
        app.exchange(nul, client_secret=nul),
        app.refresh(nul),
        owner.post_app(client_name=nul),
        owner.http.get("/api/oauth/apps/a%00b"),
        owner.http.get("/api/users/a%00b"),
        owner.http.get(f"/api/oauth/apps/{'9' * 30}/by_id"),
        owner.http.post(
            "/api/auth/login", json={"email": nul, "password": "x"}
        ),
    ):
        assert 400 <= response.status_code < 500
    assert owner.authorize(app, state=nul).status_code == 200
    assert app.revoke(nul).status_code == 200
    server.close()


def test_no_secret_is_stored(tmp_path):
    server = Server(f"sqlite:///{tmp_path}/x.db")
    owner = server.login("owner")
    app = owner.register()
    code = owner.code(app)
    token = app.exchange(code).json()
    server.close()
    path = tmp_path / "x.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        text = "\n".join(connection.iterdump())
    for secret in (
        PASSWORD,
        app.client_secret,
        code,
        token["access_token"],
        token["refresh_token"],
    ):
        assert secret not in text
    assert app.client_id in text


def test_codes_and_tokens_expire(server, owner, app):
    now = server.reference.rules.now()

    def after(seconds):
        server.reference.replace("now", lambda: now + seconds)

    code, late = owner.code(app), owner.code(app)
    after(299)
    token = app.exchange(code).json()
    after(302)
    assert app.exchange(late).status_code == 400
    after(299 + 863_000)
    assert app.alive(token["access_token"])
    after(299 + 865_000)
    response = app.get("/api/auth/profile", token["access_token"])
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_token"
    second = app.refresh(token["refresh_token"])
    assert second.status_code == 200
    after(4 * 864_000)
    third = app.refresh(second.json()["refresh_token"])
    assert third.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("server", [{"control_key": "k"}], indirect=True)
def test_control_channel_ages_one_app(server, owner):
    app, other = owner.register(), owner.register()
    tokens = [a.tokens(owner)["access_token"] for a in (app, other)]
    body = {"client_id": app.client_id, "seconds": 864_001}

    def age(key, body=body):
        headers = {"X-Conformance-Control": key}
        http = server.client()
        return http.post("/_conformance/age", json=body, headers=headers)

    assert age("wrong").status_code == 404
    assert app.alive(tokens[0])
    assert age("k", {"client_id": 1, "seconds": "x"}).status_code == 400
    assert age("k", {**body, "client_id": "unknown"}).status_code == 404
    assert age("k").status_code == 200
    assert not app.alive(tokens[0])
    assert other.alive(tokens[1])


@pytest.mark.parametrize("server", [{"control_key": "k"}], indirect=True)
def test_control_channel_delays_a_response(server):
    def hold(key, seconds):
        headers = {"X-Conformance-Control": key}
        body = {"seconds": seconds}
        http = server.client()
        return http.post("/_conformance/hold", json=body, headers=headers)

    assert hold("wrong", 0.1).status_code == 404
    for bad in ("x", 0, -1, 60, None):
        assert hold("k", bad).status_code == 400
    began = time.monotonic()
    assert hold("k", 0.2).status_code == 200
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("name", ["age", "hold"])
def test_without_a_key_there_is_no_control_channel(server, name):
    response = server.client().post(f"/_conformance/{name}", json={})
    assert response.status_code == 404


@pytest.mark.parametrize(
    "server", [{"rate_limit": "3 per 5 minutes"}], indirect=True
)
def test_rate_limit(server):
    http = server.client()
    statuses = [http.get("/api/ping").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    response = http.get("/api/ping")
    assert response.json() == {
        "status": "error",
        "message": "rate limit exceeded (3 per 5 minute)",
    }
    assert response.headers["x-ratelimit-limit"] == "3"
    assert response.headers["x-ratelimit-remaining"] == "0"
    assert 0 < int(response.headers["retry-after"]) <= 300
    assert int(response.headers["x-ratelimit-reset"]) > 0
    assert http.get("/api/config").headers["x-ratelimit-remaining"] == "2"


@pytest.mark.parametrize(
    "server", [{"rate_limit": "9 per hour; 1 per second"}], indirect=True
)
def test_rate_limit_ends_when_it_says(server):
    http = server.client()
    assert http.get("/api/ping").status_code == 200
    refused = http.get("/api/ping")
    assert refused.status_code == 429
    assert refused.headers["x-ratelimit-limit"] == "1"
    time.sleep(int(refused.headers["retry-after"]))
    response = http.get("/api/ping")
    assert response.status_code == 200
    assert response.headers["x-ratelimit-remaining"] == "0"


@pytest.mark.parametrize("text", ["", "x", "0 per minute", "3 per fortnight"])
def test_invalid_rate_limits(text):
    with pytest.raises(ValueError, match="rate limit"):
        parse(text)


def test_no_limit_by_default(server):
    response = server.client().get("/api/ping")
    assert "x-ratelimit-limit" not in response.headers


@pytest.mark.parametrize("server", [{"registration": True}], indirect=True)
def test_registration(server):
    http = server.client()
    person = {
        "username": "newcomer",
        "email": "new@example.com",
        "password": PASSWORD,
        "accepted_policy": True,
    }

    def register(**changes):
        body = {**person, **changes}
        return http.post("/api/auth/register", json=body)

    for changes in (
        {"username": None},
        {"username": "ab"},
        {"username": "a b c"},
        {"username": "OWNER"},
        {"username": 1},
        {"email": "nowhere"},
        {"password": "short"},
        {"password": "nul\0nul\0nul"},
        {"accepted_policy": False},
        {"accepted_policy": None},
    ):
        assert register(**changes).status_code == 400, changes
    response = register(email="OWNER@example.com", username="other")
    assert response.json() == {"status": "success"}
    assert register().json() == {"status": "success"}
    login = {"email": person["email"], "password": PASSWORD}
    assert http.post("/api/auth/login", json=login).status_code == 401
    admin = server.login("admin").http
    users = "/api/users/newcomer"
    assert admin.patch(users, json={"activate": True}).status_code == 200
    assert http.post("/api/auth/login", json=login).status_code == 200


def test_registration_is_closed_by_default(server):
    response = server.client().post("/api/auth/register", json={})
    assert response.status_code == 403


def test_deleting_a_user_revokes_the_tokens(server, owner, stranger, app):
    token = app.tokens(stranger)["access_token"]
    assert app.alive(token)
    path = "/api/users/stranger"
    assert owner.http.delete(path).status_code == 403
    assert stranger.http.delete(path).status_code == 204
    assert not app.alive(token)
    assert stranger.http.get("/api/auth/profile").status_code == 401


def test_deactivating_a_user_disables_the_tokens(server, stranger, app):
    token = app.tokens(stranger)
    admin = server.login("admin").http
    response = admin.patch("/api/users/stranger", json={"activate": False})
    assert response.status_code == 200
    assert not app.alive(token["access_token"])
    assert app.refresh(token["refresh_token"]).status_code == 400


def test_email_addresses_are_shown_to_administrators_only(server, owner):
    path = "/api/users/stranger"
    seen = owner.http.get(path).json()["data"]["users"][0]
    assert "email" not in seen
    seen = server.login("admin").http.get(path).json()["data"]["users"][0]
    assert seen["email"] == "stranger@example.com"


def test_demonstration_is_ready_to_use():
    with demonstration() as ready, serve(ready.server) as url:
        lines = "\n".join(ready.lines(url))
        assert ready.client_secret in lines
        assert ready.client_secret not in repr(ready)
        user = ready.users[0]
        login = {"email": user.email, "password": user.password}
        response = httpx.post(f"{url}/api/auth/login", json=login)
        assert response.status_code == 200
        form = {
            "client_id": ready.client_id,
            "client_secret": ready.client_secret,
            "token": "unknown",
        }
        response = httpx.post(f"{url}/api/oauth/revoke", data=form)
        assert response.status_code == 200


def test_demonstration_in_a_database_that_stays(database_url):
    for _ in range(2):
        with demonstration(database_url=database_url) as ready:
            http = httpx.Client(
                transport=httpx.WSGITransport(ready.server.app),
                base_url="https://fittrackee.test",
            )
            user = ready.users[0]
            login = {"email": user.email, "password": user.password}
            response = http.post("/api/auth/login", json=login)
            assert response.status_code == 200


def test_unusable_redirect_uri_of_a_demonstration():
    with (
        pytest.raises(ValueError, match="redirect URI"),
        demonstration(redirect_uris=["javascript:alert(1)"]),
    ):
        pass


def test_serving_stops_with_open_connections(tmp_path):
    server = Server(f"sqlite:///{tmp_path}/x.db")
    with httpx.Client() as client:
        with serve(server.reference) as url:
            assert client.get(f"{url}/api/ping").status_code == 200
        with pytest.raises(httpx.HTTPError):
            client.get(f"{url}/api/ping")
    server.close()


def test_forwarded_headers_of_a_proxy_are_trusted(tmp_path):
    server = Server(f"sqlite:///{tmp_path}/x.db")
    with serve(server.reference) as url:
        http = Remote(url).client()
        for proto, error in (("http", "insecure_transport"), ("https", None)):
            headers = {
                "Host": "fittrackee.test",
                "X-Forwarded-Proto": proto,
                "X-Forwarded-For": "192.0.2.1",
            }
            response = http.post("/api/oauth/token", headers=headers)
            found = response.json()["error"]
            assert (found == "insecure_transport") == bool(error)
    server.close()


def test_existing_users_are_not_changed(tmp_path):
    url = f"sqlite:///{tmp_path}/x.db"
    Server(url).close()
    again = ReferenceServer(url, [User("owner", "x@example.com", "other")])
    http = httpx.Client(
        transport=httpx.WSGITransport(again.app),
        base_url="https://fittrackee.test",
    )
    login = {"email": "owner@example.com", "password": PASSWORD}
    assert http.post("/api/auth/login", json=login).status_code == 200
    again.close()


@pytest.mark.parametrize("server", [{"contract": "1.3"}], indirect=True)
def test_metadata(server):
    path = "/.well-known/oauth-authorization-server"
    found = server.client().get(path).json()
    assert found["issuer"] == server.base
    assert found["code_challenge_methods_supported"] == ["S256"]
    for endpoint in ("token_endpoint", "revocation_endpoint"):
        assert server.client().post(found[endpoint]).status_code in (400, 401)
    page = server.client().get(found["authorization_endpoint"])
    assert page.status_code == 302
