"""The whole flow behind proxies that tell the app enough."""

from conformance import expect, observe, verifies
from conformance.actors import must_hold, redirect_parameters, whole_flow
from conformance.proxies.cells import Expected, cells
from conformance.routes import PROFILE

WORKS = {
    "registration": expect.success,
    "authorization": expect.code,
    "exchange": expect.tokens,
    "call": expect.success,
    "refresh": expect.tokens,
    "revocation": expect.success,
    "call with the revoked token": expect.denied,
}


@verifies("fittrackee/oauth/behind-proxy")
@cells(lambda row: row.expected is Expected.WORKS and not row.only_scheme)
def test_flow_works(deployed, app):
    """From the registration to the revoked token every step works."""
    through = deployed.app(app)
    first = through.authorize(deployed.owner)
    spoken = first.http_version
    wanted = "HTTP/2" if deployed.row.http2 else "HTTP/1.1"
    must_hold(spoken == wanted, wanted, spoken, first, verb="must_speak")
    if "access-control-allow-origin" in first.headers:
        observe(
            "The authorization endpoint answers with CORS headers, which "
            "RFC 9700 section 2.6 forbids: let the proxy leave it out."
        )

    flow_works(through, deployed.owner)


@verifies("fittrackee/oauth/only-scheme-is-needed")
@cells(lambda row: row.only_scheme)
def test_flow_needs_no_more_than_the_scheme(deployed, app):
    """Every step works, whatever else the proxy says or leaves out."""
    flow_works(deployed.app(app), deployed.owner)


@verifies("robustness/settled-behind-proxy")
@cells(Expected.EITHER)
def test_flow_works_or_is_refused(deployed, control, app):
    """Told the scheme by another header, the app takes it or refuses."""
    control.app(app).must_complete_flow(control.owner, PROFILE)

    through = deployed.app(app)
    first = through.authorize(deployed.owner)
    if "code" in redirect_parameters(first):
        flow_works(through, deployed.owner)
    else:
        expect.refused_with_reason(first)


def flow_works(app, owner):
    """Demand that every step of the flow works."""
    for step, response in whole_flow(app, owner):
        WORKS[step](response)
