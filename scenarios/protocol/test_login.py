"""What a consent begins with, and what an app gets for it."""

import pytest

from conformance import expect, verifies
from conformance.routes import LOGIN, PROFILE


@verifies("fittrackee/api-auth/login")
@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_right_password_logs_in(request, wire, who):
    """The right email address and password begin a session."""
    user = request.getfixturevalue(who).session.user
    right = {"email": user.email, "password": user.password}

    response = wire.client(who).post(LOGIN, json=right)
    expect.status(response, 200)


@verifies("fittrackee/api-auth/profile")
def test_app_reads_the_profile(app, owner):
    """The profile of the user who consented is shown to the app."""
    tokens = app.must_obtain_tokens(owner, scope="profile:read")

    response = app.call(tokens.access_token, PROFILE)
    expect.status(response, 200)
    shown = expect.member(response, "data")
    expect.that(
        isinstance(shown, dict) and shown.get("username"),
        "data with the user's name",
        expect.summary(response),
    )
