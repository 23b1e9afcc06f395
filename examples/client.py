"""A small third-party app: connect, show the profile, disconnect.

    export CLIENT_ID=… CLIENT_SECRET=…     # as `serve` printed them
    flask --app examples/client.py run --port 8000

Needs flask and httpx. docs/serve.md shows how it meets broken servers.
"""

import base64
import hashlib
import os
import secrets
from urllib.parse import urlencode

import flask
import httpx

SERVER = os.environ.get("FITTRACKEE_URL", "http://127.0.0.1:5000")
CALLBACK = "http://127.0.0.1:8000/callback"
PROFILE, SCOPE = "/api/auth/profile", "workouts:read profile:read"
CLIENT = {n: os.environ[n.upper()] for n in ("client_id", "client_secret")}
PAGE = """<p>{{ text }}</p>
<a href="/connect">connect</a> <a href="/profile">profile</a>
<form method="post" action="/disconnect"><button>disconnect</button></form>"""
app = flask.Flask(__name__)
app.secret_key = secrets.token_bytes(32)
http = httpx.Client(base_url=SERVER, timeout=10)  # follows no redirection
visitors = {}  # state and tokens stay here; a visitor's cookie is a bare key


@app.get("/")
def home(text="Welcome.", status=200):
    """Show a text and what can be done."""
    page = flask.render_template_string(PAGE, text=text)
    return flask.make_response(page, status)


def stop(text):
    """Tell the visitor why it goes no further."""
    flask.abort(home(text, 502))


@app.get("/connect")
def connect():
    """Ask for consent, and remember what the answer has to fit."""
    state, verifier = secrets.token_urlsafe(), secrets.token_urlsafe(48)
    flask.session["key"] = key = secrets.token_urlsafe()
    visitors[key] = {"state": state, "verifier": verifier}
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=")
    query = {"response_type": "code", "client_id": CLIENT["client_id"]}
    query |= {"redirect_uri": CALLBACK, "scope": SCOPE, "state": state}
    query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    page = f"{SERVER}/profile/apps/authorize"
    return flask.redirect(f"{page}?{urlencode(query)}")


@app.get("/callback")
def callback():
    """Take a code, but only in answer to what this visitor asked."""
    mine, got = visitors.get(flask.session.get("key"), {}), flask.request.args
    asked = mine.pop("state", "")  # an answer counts once
    if not asked or got.get("state") != asked:
        stop("This is no answer to a question of yours.")
    if "code" not in got:
        stop(f"Not connected: {got.get('error', 'no code')}.")
    form = {"code": got["code"], "code_verifier": mine.pop("verifier")}
    form |= {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    mine["token"] = new_token(form)
    return flask.redirect("/profile")


def new_token(form):
    """Return a token that can be used; whatever else comes is a problem."""
    _, token = send("POST", "/api/oauth/token", data=form | CLIENT)
    kind = str(token.get("token_type")).lower()
    if not isinstance(token.get("access_token"), str) or kind != "bearer":
        stop(f"No token: {token.get('error', 'unusable answer')}.")
    return token


def send(method, path, access_token="", **content):
    """Return status and JSON object of an answer, {} for any other body."""
    bearer = {"Authorization": f"Bearer {access_token}"}
    content |= {"headers": bearer if access_token else {}}
    try:
        answer = http.request(method, path, **content)
        body = answer.json() if answer.content else {}
    except (httpx.HTTPError, ValueError):
        stop("FitTrackee gave no answer that can be read.")
    return answer.status_code, body if isinstance(body, dict) else {}


@app.get("/profile")
def profile():
    """Call the API; refresh a token that is refused, but once only."""
    mine = visitors.get(flask.session.get("key"), {})
    if not (token := mine.get("token")):
        stop("Connect first.")
    if "profile:read" not in (token.get("scope") or SCOPE):  # none: as asked
        stop("You did not allow the profile. Connect again.")
    status, body = send("GET", PROFILE, token["access_token"])
    if status == 401:
        del mine["token"]  # its refresh token is good once
        form = {"refresh_token": token.get("refresh_token", "")}
        token |= new_token(form | {"grant_type": "refresh_token"})
        status, body = send("GET", PROFILE, token["access_token"])
    if status != 200:
        stop(f"FitTrackee refuses the profile ({status}). Connect again.")
    mine["token"] = token
    return home(f"You are {body.get('data', {}).get('username')}.")


@app.post("/disconnect")
def disconnect():
    """Give the access back; forget it even if that fails."""
    token = visitors.pop(flask.session.pop("key", ""), {}).get("token", {})
    if one := token.get("refresh_token") or token.get("access_token"):
        send("POST", "/api/oauth/revoke", data={"token": one} | CLIENT)
    return home("Disconnected.")
