"""The front end's session on the routes that manage apps."""

import base64
import json
from http.cookies import SimpleCookie

import pytest

from conformance import Unsupported, expect, verifies
from conformance.actors import CSRF_HEADER, SESSION_COOKIE, must_succeed
from conformance.routes import APPS, app_by_client_id

MESSAGES = (
    "provide a valid auth token",
    "signature expired, please log in again",
    "invalid token, please log in again",
)
ROUTES = {
    "list": "GET ",
    "register": "POST ",
    "show": "GET /{client_id}",
    "show by number": "GET /{id}/by_id",
    "delete": "DELETE /{id}",
    "revoke all": "POST /{id}/revoke",
}
WRITES = ("register", "delete", "revoke all")


def sent(owner, app, route, headers):
    """Send a request of one route with these headers and no others.

    A server may refuse it before the body has arrived and then cannot use
    the connection again, so it is asked to close it.
    """
    method, path = ROUTES[route].split(" ")
    path = APPS + path.format(client_id=app.client_id, id=app.id)
    payload = {"json": owner.registration()} if route == "register" else {}
    headers = {**headers, "Connection": "close"}
    return app.call(None, path, method, headers=headers, **payload)


def must_serve(owner, app, route):
    """Make sure that a route serves the user's own session."""
    method, path = ROUTES[route].split(" ")
    target = owner.must_register() if route == "delete" else app
    path = APPS + path.format(client_id=target.client_id, id=target.id)
    if route == "register":
        owner.must_register()
    else:
        must_succeed(owner.request(method, path), verb="must_serve")
    owner.must_show(app)


def unharmed(owner, app):
    """Demand that nothing was done to an app."""
    expect.success(owner.get(app_by_client_id(app.client_id)))


def without_signature(token):
    """Return a session without the signature that ends it."""
    return token.rpartition(".")[0] + "."


def altered(token):
    """Return a session with one character of its claims changed."""
    at = len(token) // 2
    return f"{token[:at]}{'A' if token[at] != 'A' else 'B'}{token[at + 1 :]}"


def unsigned(token):
    """Return a session's claims as a JWT that claims to need no key."""
    header = json.dumps({"alg": "none", "typ": "JWT"}).encode()
    first = base64.urlsafe_b64encode(header).decode().rstrip("=")
    return ".".join([first, *token.split(".")[1:2], ""])


FORGED = {
    "cut short": without_signature,
    "altered": altered,
    "algorithm none": unsigned,
    "invented": lambda _token: "an.invented.session",
}


def forged(owner, forge):
    """Return the headers of a session, forged."""
    if owner.session.style == "cookies":
        cookies = owner.session.cookies
        cookies[SESSION_COOKIE] = forge(cookies[SESSION_COOKIE])
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return {**owner.session.headers("POST"), "Cookie": jar}
    scheme, token = owner.session.headers("GET")["Authorization"].split(" ")
    return {"Authorization": f"{scheme} {forge(token)}"}


def stays_on_site(response):
    """Tell whether a renewed session cookie says SameSite."""
    for header in response.headers.get_list("set-cookie"):
        if SESSION_COOKIE in (cookie := SimpleCookie(header)):
            same_site = cookie[SESSION_COOKIE]["samesite"].lower()
            return same_site in {"lax", "strict"}
    return False


@verifies("fittrackee/api-oauth2/apps-session-required")
@pytest.mark.parametrize("route", ROUTES)
def test_no_session(owner, app, route):
    """Without a session, no route that manages apps answers."""
    must_serve(owner, app, route)  # control

    expect.refused(sent(owner, app, route, {}))
    unharmed(owner, app)


@verifies("fittrackee/api-oauth2/apps-401")
@pytest.mark.parametrize("route", ROUTES)
def test_status_without_session(owner, app, route):
    """The answer without a session has the documented status."""
    must_serve(owner, app, route)  # control

    expect.status(sent(owner, app, route, {}), 401)


@verifies("fittrackee/api-oauth2/apps-401")
@pytest.mark.parametrize("how", FORGED)
def test_status_for_a_forged_session(owner, app, how):
    """The answer to a forged session has the documented status."""
    owner.must_get(APPS)  # control: the session itself is good

    response = sent(owner, app, "list", forged(owner, FORGED[how]))
    expect.status(response, 401)


@verifies("fittrackee/api-oauth2/apps-401-message")
@pytest.mark.parametrize("route", ROUTES)
def test_message_without_session(owner, app, route):
    """The answer without a session carries a documented message."""
    must_serve(owner, app, route)  # control

    expect.message(sent(owner, app, route, {}), *MESSAGES)


@verifies("fittrackee/api-oauth2/apps-401-message")
def test_message_for_an_invented_session(owner, app):
    """The answer to a bad session carries a documented message."""
    owner.must_get(APPS)  # control
    headers = forged(owner, FORGED["invented"])

    expect.message(sent(owner, app, "list", headers), *MESSAGES)


@verifies("fittrackee/api-oauth2/apps-forged-session")
@pytest.mark.parametrize("how", FORGED)
@pytest.mark.parametrize("route", ["list", "delete"])
def test_forged_session(owner, app, route, how):
    """A session that the server did not sign opens nothing."""
    must_serve(owner, app, route)  # control: the session itself is good

    expect.refused(sent(owner, app, route, forged(owner, FORGED[how])))
    unharmed(owner, app)


@verifies("fittrackee/api-oauth2/apps-csrf")
@pytest.mark.parametrize("token", [None, "", "made-up"])
@pytest.mark.parametrize("route", WRITES)
def test_cookies_alone_change_nothing(owner, app, route, token):
    """A change asks for more than the cookies that a browser attaches."""
    control = owner.must_get(APPS)
    headers = {} if token is None else {CSRF_HEADER: token}
    if owner.session.style == "cookies":
        headers["Cookie"] = owner.session.headers("GET")["Cookie"]

    response = sent(owner, app, route, headers)
    expect.that(
        response.is_client_error or stays_on_site(control),
        "a refusal (4xx), or a session cookie with SameSite",
        expect.summary(response),
    )


@verifies("fittrackee/api-oauth2/apps-csrf-bound")
def test_csrf_token_of_another_user(owner, stranger, app):
    """A CSRF token goes with the session it was made for only."""
    control = owner.must_get(APPS)
    stranger.must_get(APPS)
    theirs = stranger.session.headers("POST").get(CSRF_HEADER)
    if owner.session.style != "cookies":
        raise Unsupported("the session of this release is no cookie")
    if not theirs:
        raise Unsupported("the session has no CSRF token")
    cookies = owner.session.headers("GET")

    response = sent(owner, app, "delete", {**cookies, CSRF_HEADER: theirs})
    expect.that(
        response.is_client_error or stays_on_site(control),
        "a refusal (4xx), or a session cookie with SameSite",
        expect.summary(response),
    )
