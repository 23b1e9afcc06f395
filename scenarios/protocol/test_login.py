"""The login that a user's consent begins with."""

import pytest

from conformance import expect, verifies
from conformance.session import LOGIN


@verifies("fittrackee/api-auth/login")
@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_right_password_logs_in(request, wire, who):
    """The right email address and password begin a session."""
    user = request.getfixturevalue(who).session.user
    right = {"email": user.email, "password": user.password}

    response = wire.client(who).post(LOGIN, json=right)
    expect.status(response, 200)
