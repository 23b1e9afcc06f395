"""Small actors for the reference server's own tests.

They use httpx directly and none of the harness, so that these tests cover
only the server.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlsplit

import httpx

from conformance import faults
from conformance.reference import ReferenceServer, User, hash_password

PASSWORD = "correct horse battery"  # a made-up one
PASSWORD_HASH = hash_password(PASSWORD)
CALLBACK = "https://app.example.org/callback"
USERS = [
    User(name, f"{name}@example.com", PASSWORD, password_hash=PASSWORD_HASH)
    for name in ("owner", "stranger")
] + [
    User("admin", "admin@example.com", PASSWORD, True, PASSWORD_HASH),
    User(
        "suspended",
        "suspended@example.com",
        PASSWORD,
        password_hash=PASSWORD_HASH,
        suspended=True,
    ),
    User(
        "inactive",
        "inactive@example.com",
        PASSWORD,
        password_hash=PASSWORD_HASH,
        active=False,
    ),
]


class Server:
    """A reference server in this process, and clients of it."""

    def __init__(
        self, url, *, base="https://fittrackee.test", fault=None, **options
    ):
        self.reference = ReferenceServer(url, USERS, **options)
        if fault is not None:
            faults.get(fault).apply(self.reference)
        self.base = base

    def close(self):
        self.reference.close()

    def client(self, **options):
        transport = httpx.WSGITransport(self.reference.app)
        return httpx.Client(transport=transport, base_url=self.base, **options)

    def login(self, name):
        return Person(self, f"{name}@example.com", PASSWORD)


class Remote:
    """Any server, reached over HTTP."""

    def __init__(self, url):
        self.base = url

    def client(self, **options):
        # gunicorn closes a kept-alive connection after an unread body, and
        # the next request on it would fail.
        limits = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(
            base_url=self.base, timeout=30, limits=limits, **options
        )

    def login(self, name):
        return Person(self, f"{name}@example.com", PASSWORD)


class Person:
    """A user with a session."""

    def __init__(self, server, email, password):
        self.server = server
        self.http = server.client()
        response = self.http.post(
            "/api/auth/login", json={"email": email, "password": password}
        )
        assert response.status_code == 200, response.text
        token = response.json().get("auth_token")
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"
            return
        # A cookie jar would not send Secure cookies over plain HTTP.
        self.cookies = {
            name: response.cookies[name]
            for name in ("access_token_cookie", "csrf_access_token")
        }
        self.http.headers["Cookie"] = "; ".join(
            f"{name}={value}" for name, value in self.cookies.items()
        )
        self.http.headers["X-CSRF-TOKEN"] = self.cookies["csrf_access_token"]

    def register(self, **changes):
        response = self.post_app(**changes)
        assert response.status_code == 201, response.text
        return App(self.server, response.json()["data"]["client"])

    def post_app(self, **changes):
        metadata = {
            "client_name": "tested",
            "client_uri": "https://app.example.org",
            "redirect_uris": [CALLBACK],
            "scope": "profile:read workouts:read",
        }
        return self.http.post("/api/oauth/apps", json={**metadata, **changes})

    def authorize(self, app, **changes):
        """Confirm an authorization request; None omits a parameter."""
        form = {
            "client_id": app.client_id,
            "response_type": "code",
            "redirect_uri": app.redirect_uri,
            "scope": app.scope,
            "state": "st&te=1",
            "confirm": "true",
            **changes,
        }
        return self.http.post(
            "/api/oauth/authorize",
            data={k: v for k, v in form.items() if v is not None},
        )

    def code(self, app, **changes):
        response = self.authorize(app, **changes)
        return parameters(response)["code"]


class App:
    """A registered app."""

    def __init__(self, server, data):
        self.http = server.client()
        self.data = data
        self.id = data["id"]
        self.client_id = data["client_id"]
        self.client_secret = data["client_secret"]
        self.redirect_uri = data["redirect_uris"][0]
        self.scope = data["scope"]

    def credentials(self):
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def post(self, path, form):
        form = {**self.credentials(), **form}
        return self.http.post(
            path, data={k: v for k, v in form.items() if v is not None}
        )

    def exchange(self, code, /, **changes):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            **changes,
        }
        return self.post("/api/oauth/token", form)

    def tokens(self, user, **changes):
        response = self.exchange(user.code(self, **changes))
        assert response.status_code == 200, response.text
        return response.json()

    def refresh(self, refresh_token, /, **changes):
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.post("/api/oauth/token", {**form, **changes})

    def revoke(self, token, /, **changes):
        return self.post("/api/oauth/revoke", {"token": token, **changes})

    def get(self, path, access_token, scheme="Bearer"):
        headers = {"Authorization": f"{scheme} {access_token}"}
        return self.http.get(path, headers=headers)

    def alive(self, access_token):
        return self.get("/api/auth/profile", access_token).status_code == 200


def parameters(response):
    """Return the query of an authorization response's redirect_url."""
    assert response.status_code == 200, response.text
    query = urlsplit(response.json()["redirect_url"]).query
    return {k: v[0] for k, v in parse_qs(query, strict_parsing=True).items()}


def pkce():
    """Return a verifier and its S256 challenge."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).decode().rstrip("=")
