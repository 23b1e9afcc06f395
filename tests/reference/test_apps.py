from __future__ import annotations

import json

import pytest

from .actors import CALLBACK

APPS = "/api/oauth/apps"


def test_created_app(owner):
    response = owner.post_app(client_description="for tests")
    assert response.status_code == 201
    body = response.json()
    assert body["status"] == "created"
    client = body["data"]["client"]
    secret = client.pop("client_secret")
    assert len(secret) == 48
    assert len(client["client_id"]) == 24
    assert set(client) == {
        "client_id",
        "client_description",
        "id",
        "issued_at",
        "name",
        "redirect_uris",
        "scope",
        "website",
    }
    again = owner.http.get(f"{APPS}/{client['client_id']}")
    assert again.json()["data"]["client"] == client
    by_id = owner.http.get(f"{APPS}/{client['id']}/by_id")
    assert by_id.json() == again.json()
    assert secret not in again.text


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "javascript:alert(1)",
        "JavaScript://x/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "about:blank",
        "blob:https://x",
        "ftp://example.org",
        "myapp://callback",
        "app:/callback",
        "com.example.app:callback",
        "com.example.app:",
        "com.example.app:/#x",
        "javascript.x:/ alert(1)",
        "/relative",
        "//example.org/",
        "example.org",
        "https://",
        "https:///path",
        CALLBACK + "#fragment",
        CALLBACK + "#",
        "https://user@example.org/",
        "https://user:pw@example.org/",
        "http://example.org/callback",
        "http://127.0.0.1.example.org/",
        "https://*.example.org/",
        "https://example.org/ space",
        "https://example.org/\n",
        "https://example.org\\@evil.example/",
        "https://exämple.org/",
        "https://example.org:port/",
        "https://[::1/",
        "",
        "\0",
        "\ud800",
        None,
        1,
        [],
        {},
    ],
)
def test_invalid_redirect_uris(owner, redirect_uri):
    for uris in ([redirect_uri], [CALLBACK, redirect_uri], redirect_uri):
        response = post_raw(owner, redirect_uris=uris)
        assert response.status_code == 400, uris
        assert response.json()["status"] == "error"


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://example.org",
        "https://example.org:8443/cb?x=1",
        "http://127.0.0.1:5000/cb",
        "http://localhost/cb",
        "http://[::1]:5000/cb",
        "com.example.app:/callback",
    ],
)
def test_valid_redirect_uris(owner, redirect_uri):
    response = owner.post_app(redirect_uris=[redirect_uri])
    assert response.status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"client_name": ""},
        {"client_name": None},
        {"client_name": 1},
        {"client_name": ["x"]},
        {"client_name": "\0"},
        {"client_name": "\udfff"},
        {"client_name": "x" * 100_000},
        {"client_uri": "javascript:alert(1)"},
        {"client_uri": None},
        {"client_uri": {}},
        {"client_description": 1},
        {"redirect_uris": []},
        {"redirect_uris": {}},
        {"scope": ""},
        {"scope": " "},
        {"scope": "unknown"},
        {"scope": "profile:read unknown"},
        {"scope": ["profile:read"]},
        {"scope": None},
        {"scope": 1},
    ],
)
def test_invalid_metadata(owner, changes):
    assert post_raw(owner, **changes).status_code == 400


def post_raw(owner, **changes):
    metadata = {
        "client_name": "tested",
        "client_uri": "https://app.example.org",
        "redirect_uris": [CALLBACK],
        "scope": "profile:read",
        **changes,
    }
    return owner.http.post(
        APPS,
        content=json.dumps(metadata),
        headers={"Content-Type": "application/json"},
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b"1", b'"x"', b"{", b"\xff", b"[" * 100_000],
)
def test_invalid_bodies(owner, content):
    response = owner.http.post(
        APPS, content=content, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400


@pytest.mark.parametrize(
    "key", ["client_name", "client_uri", "redirect_uris", "scope"]
)
def test_missing_keys(owner, key):
    metadata = {
        "client_name": "tested",
        "client_uri": "https://app.example.org",
        "redirect_uris": [CALLBACK],
        "scope": "profile:read",
    }
    del metadata[key]
    response = owner.http.post(APPS, json=metadata)
    assert response.status_code == 400
    assert key in response.json()["message"]


def test_pages_of_five(owner):
    for number in range(7):
        owner.register(client_name=f"app {number}")
    first = owner.http.get(APPS).json()
    assert [c["name"] for c in first["data"]["clients"]] == [
        f"app {n}" for n in (6, 5, 4, 3, 2)
    ]
    assert first["pagination"] == {
        "has_next": True,
        "has_prev": False,
        "page": 1,
        "pages": 2,
        "total": 7,
    }
    second = owner.http.get(APPS, params={"page": 2}).json()
    assert len(second["data"]["clients"]) == 2
    assert second["pagination"]["has_prev"]


@pytest.mark.parametrize(
    "page", ["0", "-1", "9" * 30, "x", "1.5", "", "½", "--1", "-"]
)
def test_unusual_page_numbers_do_not_crash(owner, page):
    response = owner.http.get(APPS, params={"page": page})
    assert response.status_code in (200, 400)


def test_apps_of_others_do_not_exist(owner, stranger, app):
    for method, path in [
        ("GET", app.client_id),
        ("GET", f"{app.id}/by_id"),
        ("POST", f"{app.id}/revoke"),
        ("DELETE", f"{app.id}"),
    ]:
        response = stranger.http.request(method, f"{APPS}/{path}")
        assert response.status_code == 404
        assert response.json() == {
            "status": "not found",
            "message": "OAuth2 client not found",
        }
    assert stranger.http.get(APPS).json()["data"]["clients"] == []
    assert owner.http.get(f"{APPS}/{app.id}/by_id").status_code == 200


@pytest.mark.parametrize("path", ["9" * 25 + "/by_id", "0/by_id", "nul%00"])
def test_unknown_ids_get_404(owner, path):
    assert owner.http.get(f"{APPS}/{path}").status_code == 404


def test_deleting_an_app_ends_everything(owner, stranger, app):
    token, code = app.tokens(stranger), owner.code(app)
    assert owner.http.delete(f"{APPS}/{app.id}").status_code == 204
    assert not app.alive(token["access_token"])
    assert app.exchange(code).status_code == 401
    assert app.refresh(token["refresh_token"]).status_code == 401
    assert owner.http.delete(f"{APPS}/{app.id}").status_code == 404


def test_revoking_an_apps_tokens(owner, stranger, app):
    token, code = app.tokens(stranger), owner.code(app)
    other = owner.register()
    kept = other.tokens(owner)
    response = owner.http.post(f"{APPS}/{app.id}/revoke")
    assert response.json() == {"status": "success"}
    assert not app.alive(token["access_token"])
    assert app.refresh(token["refresh_token"]).status_code == 400
    assert app.exchange(code).status_code == 400
    assert other.alive(kept["access_token"])
    assert app.alive(app.tokens(owner)["access_token"])
