"""Compares the responses of two servers to the same requests.

Compared are status, content type, the names of JSON members (two levels) and
the error code; values are not.
"""

from __future__ import annotations

from dataclasses import dataclass

from .actors import CALLBACK, parameters, pkce

APPS = "/api/oauth/apps"
AUTHORIZE = "/api/oauth/authorize"
TOKEN = "/api/oauth/token"
REVOKE = "/api/oauth/revoke"
METADATA = {
    "client_name": "compared",
    "client_uri": "https://app.example.org",
    "redirect_uris": [CALLBACK],
    "scope": "profile:read workouts:read",
}


@dataclass(frozen=True)
class Line:
    """The compared parts of one response."""

    status: int
    content_type: str
    members: str
    error: str

    def __str__(self):
        return " ".join(
            str(part)
            for part in (
                self.status,
                self.content_type,
                self.members,
                self.error,
            )
            if part
        )


def line(response):
    """Return the compared parts of a response."""
    kind = response.headers.get("content-type", "").partition(";")[0]
    try:
        body = response.json()
    except ValueError:
        body = None
    error = body.get("error", "") if isinstance(body, dict) else ""
    if isinstance(body, dict) and "error=" in body.get("redirect_url", ""):
        error = parameters(response)["error"]
    return Line(response.status_code, kind, members(body), error)


def members(body, depth=2):
    """Return the sorted member names of a JSON object."""
    if not isinstance(body, dict):
        return ""
    names = []
    for name in sorted(body):
        inner = members(body[name], depth - 1) if depth > 1 else ""
        names.append(name + inner)
    return "{" + ",".join(names) + "}"


class Observer:
    """Sends the requests to one server and records a line for each."""

    def __init__(self, owner, stranger):
        self.owner = owner
        self.stranger = stranger
        self.lines = {}

    def record(self, name, response):
        assert name not in self.lines, name
        self.lines[name] = line(response)
        return response

    def run(self):
        for group in (
            self.public,
            self.sessions,
            self.registration,
            self.management,
            self.authorization,
            self.exchange,
            self.refresh,
            self.revocation,
            self.bearer,
            self.scopes,
        ):
            group()
        return self.lines

    def public(self):
        http = self.owner.server.client()
        for path in ("/api/ping", "/api/config", "/api/check-db", "/"):
            self.record(f"public {path}", http.get(path))
        for path in (TOKEN, REVOKE, AUTHORIZE, "/api/auth/login"):
            self.record(f"GET {path}", http.get(path))
            self.record(f"PUT {path}", http.put(path))
        self.record("unknown page", http.get("/nowhere"))
        self.record("unknown API route", http.get("/api/nowhere"))
        self.record("unknown API write", http.post("/api/nowhere"))

    def sessions(self):
        http = self.owner.server.client()
        for name, body in {
            "empty": {},
            "wrong password": {"email": "a@example.org", "password": "x" * 9},
            "no password": {"email": "a@example.org"},
            "email not a string": {"email": ["a"], "password": "x" * 9},
        }.items():
            response = http.post("/api/auth/login", json=body)
            self.record(f"login {name}", response)
        self.record(
            "login no JSON", http.post("/api/auth/login", data={"a": 1})
        )
        self.record("profile", self.owner.http.get("/api/auth/profile"))
        csrf = {"X-CSRF-TOKEN": ""}
        response = self.owner.http.post(APPS, json=METADATA, headers=csrf)
        self.record("create without CSRF token", response)

    def registration(self):
        post = self.owner.post_app
        self.record("create", post())
        self.record("create described", post(client_description="x"))
        self.record(
            "create two URIs",
            post(redirect_uris=[CALLBACK, "http://127.0.0.1/"]),
        )
        for name, changes in {
            "unknown scope": {"scope": "unknown"},
            "some unknown scope": {"scope": "profile:read unknown"},
            "empty scope": {"scope": ""},
            "scope list": {"scope": ["profile:read"]},
            "scope number": {"scope": 1},
            "javascript URI": {"redirect_uris": ["javascript:alert(1)"]},
            "data URI": {"redirect_uris": ["data:text/html,x"]},
            "relative URI": {"redirect_uris": ["/callback"]},
            "URI with fragment": {"redirect_uris": [CALLBACK + "#x"]},
            "plain HTTP URI": {"redirect_uris": ["http://example.org/"]},
            "URIs as text": {"redirect_uris": CALLBACK},
            "URIs as number": {"redirect_uris": 1},
            "URIs empty": {"redirect_uris": []},
            "URI a number": {"redirect_uris": [1]},
            "name a number": {"client_name": 1},
            "name an object": {"client_name": {}},
            "name empty": {"client_name": ""},
            "description a number": {"client_description": 1},
            "website javascript": {"client_uri": "javascript:alert(1)"},
            "website a number": {"client_uri": 1},
        }.items():
            self.record(f"create {name}", post(**changes))
        for key in METADATA:
            rest = {k: v for k, v in METADATA.items() if k != key}
            response = self.owner.http.post(APPS, json=rest)
            self.record(f"create without {key}", response)
        for name, body in {"list": [], "null": None, "number": 1}.items():
            response = self.owner.http.post(APPS, json=body)
            self.record(f"create JSON {name}", response)
        broken = {"Content-Type": "application/json"}
        response = self.owner.http.post(APPS, content="{", headers=broken)
        self.record("create broken JSON", response)
        response = self.owner.http.post(APPS, data={"client_name": "x"})
        self.record("create form", response)

    def management(self):
        app, http = self.owner.register(), self.owner.http
        self.record("list", http.get(APPS))
        for page in ("2", "999", "0", "-1", "x", ""):
            response = http.get(APPS, params={"page": page})
            self.record(f"list page {page!r}", response)
        self.record("get", http.get(f"{APPS}/{app.client_id}"))
        self.record("get by id", http.get(f"{APPS}/{app.id}/by_id"))
        self.record("get unknown", http.get(f"{APPS}/unknown"))
        self.record("get unknown by id", http.get(f"{APPS}/999999/by_id"))
        huge = "9" * 25
        self.record("get huge id", http.get(f"{APPS}/{huge}/by_id"))
        self.record("get id no number", http.get(f"{APPS}/x/by_id"))
        for method, path in (
            ("GET", app.client_id),
            ("GET", f"{app.id}/by_id"),
            ("POST", f"{app.id}/revoke"),
            ("DELETE", str(app.id)),
        ):
            response = self.stranger.http.request(method, f"{APPS}/{path}")
            shape = path.replace(app.client_id, "<client_id>")
            shape = shape.replace(str(app.id), "<id>")
            self.record(f"stranger's {method} {shape}", response)
        self.record("revoke all", http.post(f"{APPS}/{app.id}/revoke"))
        self.record("delete", http.delete(f"{APPS}/{app.id}"))
        self.record("delete again", http.delete(f"{APPS}/{app.id}"))
        self.record("anonymous list", self.owner.server.client().get(APPS))

    def authorization(self):
        app, owner = self.owner.register(), self.owner
        _, challenge = pkce()
        for name, changes in {
            "": {},
            "with S256": s256(challenge),
            "without state": {"state": None},
            "unknown parameter": {"x": "1"},
            "without redirect_uri": {"redirect_uri": None},
            "not confirmed": {"confirm": "false"},
            "confirm missing": {"confirm": None},
            "confirm yes": {"confirm": "yes"},
            "without client_id": {"client_id": None},
            "unknown client_id": {"client_id": "unknown"},
            "other redirect_uri": {"redirect_uri": CALLBACK + "/x"},
            "without response_type": {"response_type": None},
            "response_type token": {"response_type": "token"},
            "without scope": {"scope": None},
            "empty scope": {"scope": ""},
            "unknown scope": {"scope": "unknown"},
            "wider scope": {"scope": "profile:read users:read"},
            "narrower scope": {"scope": "profile:read"},
            "plain challenge": {
                "code_challenge": "a" * 43,
                "code_challenge_method": "plain",
            },
            "challenge without method": {"code_challenge": "a" * 43},
            "short challenge": s256("a" * 42),
            "method without challenge": {"code_challenge_method": "S256"},
            "unknown method": {
                "code_challenge": "a" * 43,
                "code_challenge_method": "S512",
            },
            "repeated client_id": {"client_id": [app.client_id] * 2},
            "repeated redirect_uri": {"redirect_uri": [CALLBACK] * 2},
            "repeated scope": {"scope": ["profile:read"] * 2},
            "repeated state": {"state": ["1", "2"]},
        }.items():
            response = owner.authorize(app, **changes)
            self.record(f"authorize {name}".strip(), response)
        self.record("stranger authorizes", self.stranger.authorize(app))
        multipart = {
            name: (None, value)
            for name, value in {
                "client_id": app.client_id,
                "response_type": "code",
                "redirect_uri": CALLBACK,
                "scope": app.scope,
                "confirm": "true",
            }.items()
        }
        response = owner.http.post(AUTHORIZE, files=multipart)
        self.record("authorize multipart", response)
        response = owner.http.post(AUTHORIZE, json={"client_id": "x"})
        self.record("authorize JSON", response)
        response = owner.server.client().post(AUTHORIZE, data={})
        self.record("authorize anonymous", response)

    def exchange(self):
        app, owner = self.owner.register(), self.owner
        other = owner.register()
        code = owner.code(app)
        self.record(
            "exchange wrong secret", app.exchange(code, client_secret="x")
        )
        self.record(
            "exchange no secret", app.exchange(code, client_secret=None)
        )
        self.record("exchange unknown id", app.exchange(code, client_id="x"))
        self.record("exchange other client", other.exchange(code))
        self.record(
            "exchange other URI", app.exchange(code, redirect_uri="x:")
        )
        self.record("exchange no URI", app.exchange(code, redirect_uri=None))
        response = app.exchange(code, code_verifier="a" * 43)
        self.record("exchange unasked verifier", response)
        self.record("exchange unknown code", app.exchange("unknown"))
        self.record("exchange no code", app.exchange(None))
        self.record("exchange no type", app.exchange(code, grant_type=None))
        for kind in ("password", "client_credentials", "unknown"):
            response = app.exchange(code, grant_type=kind)
            self.record(f"exchange type {kind}", response)
        form = {"grant_type": "authorization_code", "code": code}
        basic = (app.client_id, app.client_secret)
        self.record(
            "exchange Basic", app.http.post(TOKEN, data=form, auth=basic)
        )
        query = {**form, **app.credentials(), "redirect_uri": CALLBACK}
        self.record("exchange in query", app.http.post(TOKEN, params=query))
        self.record("exchange JSON", app.http.post(TOKEN, json=query))
        self.record("exchange empty", app.http.post(TOKEN))
        response = app.exchange(code, code=[code, code])
        self.record("exchange repeated code", response)
        fresh = owner.code(app)
        self.record("exchange", app.exchange(fresh))
        self.record("exchange again", app.exchange(fresh))
        verifier, challenge = pkce()
        code = owner.code(app, **s256(challenge))
        self.record("PKCE no verifier", app.exchange(code))
        for name, wrong in {
            "other": "a" * 43,
            "short": "a" * 42,
            "long": "a" * 129,
            "non-ASCII": "é" * 43,
        }.items():
            response = app.exchange(code, code_verifier=wrong)
            self.record(f"PKCE {name} verifier", response)
        self.record("PKCE", app.exchange(code, code_verifier=verifier))

    def refresh(self):
        app, owner = self.owner.register(), self.owner
        other = owner.register()
        first = app.tokens(owner)["refresh_token"]
        self.record("refresh other client", other.refresh(first))
        response = app.refresh(first, client_secret="x")
        self.record("refresh wrong secret", response)
        self.record("refresh unknown", app.refresh("unknown"))
        self.record("refresh no token", app.refresh(None))
        response = app.refresh(first, scope="users:read")
        self.record("refresh wider scope", response)
        second = self.record("refresh", app.refresh(first)).json()
        response = app.refresh(second["refresh_token"], scope="profile:read")
        self.record("refresh narrower scope", response)
        self.record("refresh again", app.refresh(first))
        access = app.tokens(owner)["access_token"]
        self.record("refresh with access token", app.refresh(access))

    def revocation(self):
        app, owner = self.owner.register(), self.owner
        other = owner.register()
        token = app.tokens(owner)
        access = token["access_token"]
        self.record("revoke other client", other.revoke(access))
        self.record(
            "revoke wrong secret", app.revoke(access, client_secret="x")
        )
        self.record("revoke no secret", app.revoke(access, client_secret=None))
        self.record("revoke no token", app.revoke(None))
        self.record("revoke unknown", app.revoke("unknown"))
        response = app.revoke("unknown", token_type_hint="unknown")
        self.record("revoke unknown hint", response)
        response = app.revoke(access, token_type_hint="refresh_token")
        self.record("revoke wrong hint", response)
        self.record("revoke", app.revoke(access))
        self.record("revoke again", app.revoke(access))
        token = app.tokens(owner)["refresh_token"]
        self.record("revoke refresh token", app.revoke(token))
        self.record("refresh revoked", app.refresh(token))

    def bearer(self):
        app = self.owner.register(scope="profile:read profile:write")
        token = app.tokens(self.owner)["access_token"]
        path, http = "/api/auth/profile", app.http
        self.record("profile of app", app.get(path, token))
        for scheme in ("bearer", "BEARER"):
            self.record(f"scheme {scheme}", app.get(path, token, scheme))
        for name, header in {
            "anonymous": None,
            "empty bearer": "Bearer",
            "unknown token": "Bearer unknown",
            "two words": "Bearer a b",
            "Basic": "Basic abc",
            "no scheme": token,
        }.items():
            headers = {"Authorization": header} if header else {}
            self.record(f"bearer {name}", http.get(path, headers=headers))
        query = {"access_token": token}
        self.record("token in query", http.get(path, params=query))
        edit = "/api/auth/profile/edit"
        self.record("token in body", http.post(edit, data=query))
        self.record("first party only", app.get(APPS, token))
        headers = {"Authorization": f"Bearer {token}"}
        response = http.post(AUTHORIZE, data={}, headers=headers)
        self.record("authorize with token", response)
        response = http.post("/api/auth/logout", headers=headers)
        self.record("logout with token", response)
        self.record("write nothing", http.post(edit, json={}, headers=headers))
        app.revoke(token)
        self.record("revoked token", app.get(path, token))

    def scopes(self):
        scopes = "application:write users:read workouts:read"
        app = self.owner.register(scope=scopes)
        users = app.tokens(self.owner, scope="users:read")["access_token"]
        every = app.tokens(self.owner)["access_token"]
        for path in (
            "/api/auth/profile",
            "/api/users",
            "/api/users/nobody",
            "/api/workouts",
            "/api/workouts/nothing",
            "/api/equipments",
            "/api/follow-requests",
            "/api/notifications/unread",
            "/api/records",
            "/api/sports",
            "/api/sports/999999",
            "/api/timeline",
            "/api/users/tasks/queued",
        ):
            self.record(f"users:read {path}", app.get(path, users))
            self.record(f"more scopes {path}", app.get(path, every))
            self.record(f"session {path}", self.owner.http.get(path))
            self.record(f"anonymous {path}", app.http.get(path))
        headers = {"Authorization": f"Bearer {every}"}
        response = app.http.patch("/api/config", json={}, headers=headers)
        self.record("config without role", response)


def s256(challenge):
    return {"code_challenge": challenge, "code_challenge_method": "S256"}


def differences(real, reference):
    """Return the lines that differ, by name: (real, reference)."""
    return {
        name: (str(real[name]), str(reference[name]))
        for name in real
        if real[name] != reference[name]
    }
