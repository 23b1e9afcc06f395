"""What FitTrackee's documentation says of POST /api/oauth/authorize."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import Pkce, json_body, redirect_url
from conformance.routes import AUTHORIZE

MISSING = {
    "everything": {},
    "client_id": {"response_type": "code", "confirm": "true"},
    "an app": {
        "client_id": "made-up-client",
        "response_type": "code",
        "scope": "profile:read",
        "confirm": "true",
    },
}


@verifies("fittrackee/api-oauth2/authorize-multipart")
def test_multipart(shared_app, owner):
    """A request as multipart/form-data gets a code."""
    shared_app.must_authorize(owner)
    form = shared_app.authorization(Pkce.s256(), confirm="true")
    parts = {name: (None, value) for name, value in form.items()}

    expect.code(owner.post(AUTHORIZE, files=parts))


@verifies("rfc6749/4.1.1/other-encodings")
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_other_encoding(shared_app, owner, kind):
    """Whether a request in another encoding gets a code is noted."""
    shared_app.must_authorize(owner)
    form = shared_app.authorization(None, confirm="true")
    if kind == "application/json":
        response = owner.post(AUTHORIZE, json=form)
    else:
        body = "&".join(f"{name}={value}" for name, value in form.items())
        response = owner.post(
            AUTHORIZE, content=body, headers={"Content-Type": kind}
        )

    granted = "a code" if redirect_url(response) else "no redirection"
    observe(f"{kind}: {response.status_code}, {granted}")


@verifies("fittrackee/api-oauth2/authorize-status")
def test_answer(shared_app, owner):
    """An authorization is answered with 200 and a JSON object."""
    shared_app.must_authorize(owner)
    response = shared_app.authorize(owner)

    expect.code(response)
    expect.status(response, 200)
    expect.json_object(response)


@verifies("fittrackee/api-oauth2/authorize-example-answer")
def test_example_answer(shared_app, owner):
    """What the answer holds besides the documented status is noted."""
    response = shared_app.must_receive_code(owner)

    observe(
        f"members: {expect.listed(set(json_body(response)))}; "
        f"status: {expect.member(response, 'status') or 'absent'}"
    )


@verifies("fittrackee/api-oauth2/authorize-field-scopes")
def test_field_scopes(shared_app, owner):
    """Whether the documented name of the scope field works is noted."""
    scope = shared_app.scope
    shared_app.must_authorize(owner, scope=scope)

    response = shared_app.authorize(owner, scope=None, scopes=scope)
    observe(f"scopes in the place of scope: {expect.summary(response)}")


@verifies("fittrackee/api-oauth2/authorize-invalid-payload")
@pytest.mark.parametrize("form", MISSING.values(), ids=MISSING)
def test_invalid_payload(shared_app, owner, form):
    """A request that does not say which app is answered with 400."""
    shared_app.must_authorize(owner)

    response = owner.post(AUTHORIZE, data=form)
    expect.status(response, 400)
    expect.json_object(response)
