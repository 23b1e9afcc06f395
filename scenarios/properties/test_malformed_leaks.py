"""That responses to malformed requests leak and reflect nothing.

The hunts are short, with at most one of the listed mutations, since
``test_malformed_survival.py`` tries all kinds of mutations in full.
"""

import pytest

from conformance import expect, verifies
from conformance.adversary.malformed import KINDS, MARKUP


@verifies("robustness/no-stack-trace")
@pytest.mark.parametrize("name", KINDS)
def test_answer_shows_no_stack_trace(hunt, endpoint, name):
    """The answer to a changed request shows nothing of the server's code."""
    kind, sender = KINDS[name], endpoint(name)

    hunt.examples(
        kind.examples,
        lambda example: expect.no_stack_trace(sender.send(example)),
        share=kind.share / 4,
        listed=kind.listed[:1],
    )


@verifies("robustness/input-not-reflected-as-html")
@pytest.mark.parametrize("name", KINDS)
def test_markup_does_not_come_back(hunt, endpoint, name):
    """Markup in a request does not come back as an element of a page."""
    kind, sender = KINDS[name], endpoint(name)

    hunt.examples(
        kind.marked,
        lambda example: expect.no_markup(sender.send(example), MARKUP),
        share=kind.share / 4,
    )
