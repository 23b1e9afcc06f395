"""Nothing is granted where no proxy vouches for HTTPS."""

from conformance import expect, verifies
from conformance.proxies.cells import Expected, cells
from conformance.routes import PROFILE

CLAIMS = {"claim-replaced", "claim-appended"}


@verifies("rfc6749/3.1/tls-behind-proxy")
@cells(Expected.REFUSED)
def test_no_code(deployed, control, app):
    """An authorization request gets no code."""
    app.must_authorize(control.owner)

    expect.no_code_or_token_in(app.authorize(deployed.owner))


@verifies("rfc6749/3.2/tls-behind-proxy")
@cells(Expected.REFUSED)
def test_no_tokens(deployed, control, app):
    """Neither a code nor a refresh token gets an access token."""
    right = control.app(app)
    good = right.must_refresh(right.must_obtain_tokens(control.owner))
    code = app.must_authorize(control.owner)

    through = deployed.app(app)
    expect.no_token_in(through.exchange(code))
    expect.no_token_in(through.refresh(good))


@verifies("rfc7009/2/tls-behind-proxy")
@cells(Expected.REFUSED)
def test_no_revocation(deployed, control, app):
    """A revocation request ends no token."""
    right = control.app(app)
    right.must_revoke(right.must_obtain_tokens(control.owner).access_token)
    kept = right.must_obtain_tokens(control.owner).access_token
    right.must_call(kept, PROFILE)

    response = deployed.app(app).revoke(kept)
    expect.that(
        not response.is_success, "no success", expect.summary(response)
    )
    expect.accepted(right.call(kept, PROFILE))


@verifies("rfc9700/4.13/claims-not-believed")
@cells(lambda row: row.name in CLAIMS)
def test_claim_of_the_client(deployed, control, app):
    """Claiming HTTPS over plain HTTP gets neither code nor token."""
    control.app(app).must_obtain_tokens(control.owner)
    code = app.must_authorize(control.owner)

    expect.no_code_or_token_in(app.authorize(deployed.owner))
    expect.no_token_in(deployed.app(app).exchange(code))


@verifies("robustness/refused-cleanly-behind-proxy")
@cells(lambda row: row.expected is Expected.REFUSED and not row.claims)
def test_refusal_is_clean(deployed, control, app):
    """Each endpoint refuses with a status and words that apps can read."""
    right, through = control.app(app), deployed.app(app)
    right.must_revoke_others(control.owner)
    tokens = right.must_refresh(right.must_obtain_tokens(control.owner))
    code = app.must_authorize(control.owner)

    expect.refused_with_reason(app.authorize(deployed.owner))
    expect.refused_with_reason(through.exchange(code))
    expect.refused_with_reason(through.refresh(tokens))
    expect.refused_with_reason(through.revoke(tokens.access_token))
