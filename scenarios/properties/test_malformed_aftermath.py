"""That an instance works as before after malformed requests."""

from conformance import expect, verifies
from conformance.adversary.malformed import several
from conformance.routes import PROFILE

ROUTES = ["registration", "list", "app", "authorize", "exchange", "refresh"]
ROUTES += ["revocation", "bearer"]


@verifies("robustness/works-after-malformed")
def test_good_requests_are_served_after_malformed_ones(
    hunt, endpoint, app, owner
):
    """A whole flow of good requests works after malformed ones."""
    served = {name: endpoint(name) for name in ROUTES}

    def check(examples):
        with expect.still_serves():
            for name, example in examples:
                served[name].send(example)
            owner.unregister(owner.must_register().id)
            tokens = app.must_obtain_tokens(owner)
            app.must_call(tokens.access_token, PROFILE)
            app.must_revoke(app.must_refresh(tokens).access_token)

    hunt.examples(several(ROUTES), check, share=0.25)
