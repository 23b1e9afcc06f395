"""Third-party OAuth client libraries work with the reference."""

from __future__ import annotations

import os
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.integrations.requests_client import OAuth2Session

from conformance.reference import serve

from .actors import CALLBACK, Remote, Server

SCOPE = "profile:read workouts:read"


@pytest.fixture
def remote(tmp_path):
    server = Server(f"sqlite:///{tmp_path}/x.db")
    with serve(server.reference) as url:
        yield Remote(url)
    server.close()


def consented(owner, url, confirm="true"):
    """Confirm an authorization URL; return the redirection URI."""
    form = {**dict(parse_qsl(urlsplit(url).query)), "confirm": confirm}
    response = owner.http.post("/api/oauth/authorize", data=form)
    return response.json()["redirect_url"]


@pytest.mark.parametrize("verifier", [None, "v" * 48])
def test_authlib(remote, verifier):
    owner = remote.login("owner")
    app = owner.register()
    renewed = []
    client = OAuth2Session(
        app.client_id,
        app.client_secret,
        token_endpoint_auth_method="client_secret_post",
        revocation_endpoint_auth_method="client_secret_post",
        scope=SCOPE,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint=f"{remote.base}/api/oauth/token",
        update_token=lambda token, **_: renewed.append(token),
    )
    page = f"{remote.base}/profile/apps/authorize"
    url, state = client.create_authorization_url(page, code_verifier=verifier)
    back = consented(owner, url)
    client.fetch_token(
        f"{remote.base}/api/oauth/token",
        authorization_response=back,
        state=state,
        code_verifier=verifier,
    )
    profile = client.get(f"{remote.base}/api/auth/profile").json()
    assert profile["data"]["username"] == "owner"

    before = client.token["access_token"]
    client.refresh_token(f"{remote.base}/api/oauth/token")
    assert client.token["access_token"] != before
    assert renewed
    response = client.get(f"{remote.base}/api/auth/profile")
    assert response.status_code == 200
    response = client.revoke_token(
        f"{remote.base}/api/oauth/revoke", token=client.token["access_token"]
    )
    assert response.status_code == 200
    response = client.get(f"{remote.base}/api/auth/profile")
    assert response.status_code == 401


@pytest.fixture
def requests_oauthlib(monkeypatch):
    """The library; skips with what to install without it."""
    # The library's switch to allow plain HTTP, for loopback hosts.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    try:
        import requests_oauthlib
    except ImportError:
        reason = "requests-oauthlib is not installed (dependency of tests)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return requests_oauthlib


@pytest.mark.parametrize("pkce", [None, "S256"])
def test_requests_oauthlib(remote, requests_oauthlib, pkce):
    owner = remote.login("owner")
    app = owner.register()
    client = requests_oauthlib.OAuth2Session(
        app.client_id, redirect_uri=CALLBACK, scope=SCOPE.split(), pkce=pkce
    )
    url, _state = client.authorization_url(
        f"{remote.base}/profile/apps/authorize"
    )
    client.fetch_token(
        f"{remote.base}/api/oauth/token",
        authorization_response=consented(owner, url),
        client_secret=app.client_secret,
        include_client_id=True,
    )
    profile = client.get(f"{remote.base}/api/auth/profile").json()
    assert profile["data"]["username"] == "owner"
    before = client.token["access_token"]
    client.refresh_token(f"{remote.base}/api/oauth/token", **app.credentials())
    assert client.token["access_token"] != before
    response = client.get(f"{remote.base}/api/auth/profile")
    assert response.status_code == 200


def test_requests_oauthlib_sees_a_denial(remote, requests_oauthlib):
    owner = remote.login("owner")
    app = owner.register()
    client = requests_oauthlib.OAuth2Session(
        app.client_id, redirect_uri=CALLBACK, scope=SCOPE.split()
    )
    page = f"{remote.base}/profile/apps/authorize"
    url, _state = client.authorization_url(page)
    with pytest.raises(Exception, match="access_denied"):
        client.fetch_token(
            f"{remote.base}/api/oauth/token",
            authorization_response=consented(owner, url, confirm="false"),
            client_secret=app.client_secret,
        )
