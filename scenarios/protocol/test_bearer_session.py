"""The front end's own session, beside the tokens of apps."""

from http.cookies import SimpleCookie

import pytest

from conformance import Unsupported, expect, verifies
from conformance.actors import SESSION_COOKIE
from conformance.routes import APPS, LOGIN, PROFILE


@pytest.fixture
def cookies(owner):
    """The session's cookies; releases before 1.3.6 have none."""
    owner.must_get(PROFILE)
    if SESSION_COOKIE not in owner.session.cookies:
        raise Unsupported("the session of this release is no cookie")
    return owner.session.cookies


def session_cookie(app, owner):
    """Log in afresh and return the session cookie as it was set."""
    user = owner.session.user
    credentials = {"email": user.email, "password": user.password}
    response = app.must_send("POST", LOGIN, json=credentials)
    for header in response.headers.get_list("set-cookie"):
        if SESSION_COOKIE in (cookie := SimpleCookie(header)):
            return cookie[SESSION_COOKIE]
    raise Unsupported("the login sets no session cookie")


def sent(cookies):
    """Return cookies as a request header."""
    jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": jar}


@verifies("rfc6750/5.3/secure-session-cookies")
def test_session_cookie_is_secure(app, owner):
    """The session cookie is set with the attribute Secure."""
    cookie = session_cookie(app, owner)

    expect.that(cookie["secure"], "the attribute Secure", "no Secure")


@verifies("rfc6750/5.3/session-cookie-csrf")
def test_other_sites_cannot_use_the_session(app, owner, cookies):
    """The session cookie alone registers no app, or stays on the site."""
    app.must_send("GET", PROFILE, headers=sent(cookies))

    response = app.send(
        "POST", APPS, json=owner.registration(), headers=sent(cookies)
    )

    same_site = session_cookie(app, owner)["samesite"] or "none"
    expect.that(
        400 <= response.status_code < 500
        or same_site.lower() in {"lax", "strict"},
        "a refusal (4xx), or a cookie with SameSite",
        f"{response.status_code} with SameSite {same_site}",
    )


@verifies("fittrackee/oauth/session-is-no-access-token")
def test_session_token_is_no_access_token(app, cookies):
    """The session token in the Authorization header is refused."""
    app.must_send("GET", PROFILE, headers=sent(cookies))

    expect.refused(app.call(cookies[SESSION_COOKIE], PROFILE))


@verifies("fittrackee/oauth/access-token-is-no-session")
@pytest.mark.parametrize("path", [PROFILE, APPS])
def test_access_token_is_no_session(app, tokens, cookies, path):
    """An app's token in the session cookie is refused."""
    app.must_send("GET", path, headers=sent(cookies))
    forged = {**cookies, SESSION_COOKIE: tokens.access_token}

    expect.refused(app.send("GET", path, headers=sent(forged)))
