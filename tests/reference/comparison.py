"""The same requests to two servers, and what differs in the answers.

Compared are status, content type, the JSON members' names (two levels) and
the error code, line by line; values are not.
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
    """What is compared of one answer."""

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


def line(answer):
    """Reduce an answer to what is compared."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    try:
        body = answer.json()
    except ValueError:
        body = None
    error = body.get("error", "") if isinstance(body, dict) else ""
    if isinstance(body, dict) and "error=" in body.get("redirect_url", ""):
        error = parameters(answer)["error"]
    return Line(answer.status_code, kind, members(body), error)


def members(body, depth=2):
    """Name the members of a JSON object, sorted."""
    if not isinstance(body, dict):
        return ""
    names = []
    for name in sorted(body):
        inner = members(body[name], depth - 1) if depth > 1 else ""
        names.append(name + inner)
    return "{" + ",".join(names) + "}"


class Observer:
    """Sends the requests to one server and keeps a line for each."""

    def __init__(self, owner, stranger):
        self.owner = owner
        self.stranger = stranger
        self.lines = {}

    def see(self, name, answer):
        assert name not in self.lines, name
        self.lines[name] = line(answer)
        return answer

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
            self.see(f"public {path}", http.get(path))
        for path in (TOKEN, REVOKE, AUTHORIZE, "/api/auth/login"):
            self.see(f"GET {path}", http.get(path))
            self.see(f"PUT {path}", http.put(path))
        self.see("unknown page", http.get("/nowhere"))
        self.see("unknown API route", http.get("/api/nowhere"))
        self.see("unknown API write", http.post("/api/nowhere"))

    def sessions(self):
        http = self.owner.server.client()
        for name, body in {
            "empty": {},
            "wrong password": {"email": "a@example.org", "password": "x" * 9},
            "no password": {"email": "a@example.org"},
            "email no text": {"email": ["a"], "password": "x" * 9},
        }.items():
            answer = http.post("/api/auth/login", json=body)
            self.see(f"login {name}", answer)
        self.see("login no JSON", http.post("/api/auth/login", data={"a": 1}))
        self.see("profile", self.owner.http.get("/api/auth/profile"))
        csrf = {"X-CSRF-TOKEN": ""}
        answer = self.owner.http.post(APPS, json=METADATA, headers=csrf)
        self.see("create without CSRF token", answer)

    def registration(self):
        post = self.owner.post_app
        self.see("create", post())
        self.see("create described", post(client_description="x"))
        self.see(
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
            self.see(f"create {name}", post(**changes))
        for key in METADATA:
            rest = {k: v for k, v in METADATA.items() if k != key}
            answer = self.owner.http.post(APPS, json=rest)
            self.see(f"create without {key}", answer)
        for name, body in {"list": [], "null": None, "number": 1}.items():
            answer = self.owner.http.post(APPS, json=body)
            self.see(f"create JSON {name}", answer)
        broken = {"Content-Type": "application/json"}
        answer = self.owner.http.post(APPS, content="{", headers=broken)
        self.see("create broken JSON", answer)
        answer = self.owner.http.post(APPS, data={"client_name": "x"})
        self.see("create form", answer)

    def management(self):
        app, http = self.owner.register(), self.owner.http
        self.see("list", http.get(APPS))
        for page in ("2", "999", "0", "-1", "x", ""):
            answer = http.get(APPS, params={"page": page})
            self.see(f"list page {page!r}", answer)
        self.see("get", http.get(f"{APPS}/{app.client_id}"))
        self.see("get by id", http.get(f"{APPS}/{app.id}/by_id"))
        self.see("get unknown", http.get(f"{APPS}/unknown"))
        self.see("get unknown by id", http.get(f"{APPS}/999999/by_id"))
        huge = "9" * 25
        self.see("get huge id", http.get(f"{APPS}/{huge}/by_id"))
        self.see("get id no number", http.get(f"{APPS}/x/by_id"))
        for method, path in (
            ("GET", app.client_id),
            ("GET", f"{app.id}/by_id"),
            ("POST", f"{app.id}/revoke"),
            ("DELETE", str(app.id)),
        ):
            answer = self.stranger.http.request(method, f"{APPS}/{path}")
            shape = path.replace(app.client_id, "<client_id>")
            shape = shape.replace(str(app.id), "<id>")
            self.see(f"stranger's {method} {shape}", answer)
        self.see("revoke all", http.post(f"{APPS}/{app.id}/revoke"))
        self.see("delete", http.delete(f"{APPS}/{app.id}"))
        self.see("delete again", http.delete(f"{APPS}/{app.id}"))
        self.see("anonymous list", self.owner.server.client().get(APPS))

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
            "confirm odd": {"confirm": "yes"},
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
            answer = owner.authorize(app, **changes)
            self.see(f"authorize {name}".strip(), answer)
        self.see("stranger authorizes", self.stranger.authorize(app))
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
        answer = owner.http.post(AUTHORIZE, files=multipart)
        self.see("authorize multipart", answer)
        answer = owner.http.post(AUTHORIZE, json={"client_id": "x"})
        self.see("authorize JSON", answer)
        answer = owner.server.client().post(AUTHORIZE, data={})
        self.see("authorize anonymous", answer)

    def exchange(self):
        app, owner = self.owner.register(), self.owner
        other = owner.register()
        code = owner.code(app)
        self.see(
            "exchange wrong secret", app.exchange(code, client_secret="x")
        )
        self.see("exchange no secret", app.exchange(code, client_secret=None))
        self.see("exchange unknown id", app.exchange(code, client_id="x"))
        self.see("exchange other client", other.exchange(code))
        self.see("exchange other URI", app.exchange(code, redirect_uri="x:"))
        self.see("exchange no URI", app.exchange(code, redirect_uri=None))
        answer = app.exchange(code, code_verifier="a" * 43)
        self.see("exchange unasked verifier", answer)
        self.see("exchange unknown code", app.exchange("unknown"))
        self.see("exchange no code", app.exchange(None))
        self.see("exchange no type", app.exchange(code, grant_type=None))
        for kind in ("password", "client_credentials", "unknown"):
            answer = app.exchange(code, grant_type=kind)
            self.see(f"exchange type {kind}", answer)
        form = {"grant_type": "authorization_code", "code": code}
        basic = (app.client_id, app.client_secret)
        self.see("exchange Basic", app.http.post(TOKEN, data=form, auth=basic))
        query = {**form, **app.credentials(), "redirect_uri": CALLBACK}
        self.see("exchange in query", app.http.post(TOKEN, params=query))
        self.see("exchange JSON", app.http.post(TOKEN, json=query))
        self.see("exchange empty", app.http.post(TOKEN))
        answer = app.exchange(code, code=[code, code])
        self.see("exchange repeated code", answer)
        fresh = owner.code(app)
        self.see("exchange", app.exchange(fresh))
        self.see("exchange again", app.exchange(fresh))
        verifier, challenge = pkce()
        code = owner.code(app, **s256(challenge))
        self.see("PKCE no verifier", app.exchange(code))
        for name, wrong in {
            "other": "a" * 43,
            "short": "a" * 42,
            "long": "a" * 129,
            "odd": "é" * 43,
        }.items():
            answer = app.exchange(code, code_verifier=wrong)
            self.see(f"PKCE {name} verifier", answer)
        self.see("PKCE", app.exchange(code, code_verifier=verifier))

    def refresh(self):
        app, owner = self.owner.register(), self.owner
        other = owner.register()
        first = app.tokens(owner)["refresh_token"]
        self.see("refresh other client", other.refresh(first))
        answer = app.refresh(first, client_secret="x")
        self.see("refresh wrong secret", answer)
        self.see("refresh unknown", app.refresh("unknown"))
        self.see("refresh no token", app.refresh(None))
        answer = app.refresh(first, scope="users:read")
        self.see("refresh wider scope", answer)
        second = self.see("refresh", app.refresh(first)).json()
        answer = app.refresh(second["refresh_token"], scope="profile:read")
        self.see("refresh narrower scope", answer)
        self.see("refresh again", app.refresh(first))
        access = app.tokens(owner)["access_token"]
        self.see("refresh with access token", app.refresh(access))

    def revocation(self):
        app, owner = self.owner.register(), self.owner
        other = owner.register()
        token = app.tokens(owner)
        access = token["access_token"]
        self.see("revoke other client", other.revoke(access))
        self.see("revoke wrong secret", app.revoke(access, client_secret="x"))
        self.see("revoke no secret", app.revoke(access, client_secret=None))
        self.see("revoke no token", app.revoke(None))
        self.see("revoke unknown", app.revoke("unknown"))
        answer = app.revoke("unknown", token_type_hint="unknown")
        self.see("revoke unknown hint", answer)
        answer = app.revoke(access, token_type_hint="refresh_token")
        self.see("revoke wrong hint", answer)
        self.see("revoke", app.revoke(access))
        self.see("revoke again", app.revoke(access))
        token = app.tokens(owner)["refresh_token"]
        self.see("revoke refresh token", app.revoke(token))
        self.see("refresh revoked", app.refresh(token))

    def bearer(self):
        app = self.owner.register(scope="profile:read profile:write")
        token = app.tokens(self.owner)["access_token"]
        path, http = "/api/auth/profile", app.http
        self.see("profile of app", app.get(path, token))
        for scheme in ("bearer", "BEARER"):
            self.see(f"scheme {scheme}", app.get(path, token, scheme))
        for name, header in {
            "anonymous": None,
            "empty bearer": "Bearer",
            "unknown token": "Bearer unknown",
            "two words": "Bearer a b",
            "Basic": "Basic abc",
            "no scheme": token,
        }.items():
            headers = {"Authorization": header} if header else {}
            self.see(f"bearer {name}", http.get(path, headers=headers))
        query = {"access_token": token}
        self.see("token in query", http.get(path, params=query))
        edit = "/api/auth/profile/edit"
        self.see("token in body", http.post(edit, data=query))
        self.see("first party only", app.get(APPS, token))
        headers = {"Authorization": f"Bearer {token}"}
        answer = http.post(AUTHORIZE, data={}, headers=headers)
        self.see("authorize with token", answer)
        answer = http.post("/api/auth/logout", headers=headers)
        self.see("logout with token", answer)
        self.see("write nothing", http.post(edit, json={}, headers=headers))
        app.revoke(token)
        self.see("revoked token", app.get(path, token))

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
            self.see(f"users:read {path}", app.get(path, users))
            self.see(f"more scopes {path}", app.get(path, every))
            self.see(f"session {path}", self.owner.http.get(path))
            self.see(f"anonymous {path}", app.http.get(path))
        headers = {"Authorization": f"Bearer {every}"}
        answer = app.http.patch("/api/config", json={}, headers=headers)
        self.see("config without role", answer)


def s256(challenge):
    return {"code_challenge": challenge, "code_challenge_method": "S256"}


def differences(real, reference):
    """Return the lines that differ, by name: (real, reference)."""
    return {
        name: (str(real[name]), str(reference[name]))
        for name in real
        if real[name] != reference[name]
    }
