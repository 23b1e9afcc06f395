"""The mutations of each endpoint's requests, by the endpoint's name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from conformance.adversary.malformed import (
    endpoints,
    forms,
    json_bodies,
    token_endpoints,
)
from conformance.adversary.malformed.authorization_header import (
    MalformedHeader,
    allowed,
    headers,
    invalid_headers,
)
from conformance.adversary.malformed.edits import Edit, edits
from conformance.adversary.malformed.encoding import fits, quoted
from conformance.adversary.malformed.forms import Change, MalformedForm
from conformance.adversary.malformed.json_bodies import MalformedJson, Member
from conformance.adversary.malformed.texts import short_texts, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.adversary.malformed.endpoints import Endpoint
    from conformance.adversary.malformed.texts import Text

    TextStrategy = st.SearchStrategy[Text]

MARKUP = "<fc-odd onload=x>"
"""An element without meaning, which no page may contain unescaped."""

_marked = st.sampled_from([MARKUP, f"'\">{MARKUP}", f"{MARKUP}\0"])
_marked_headers = st.sampled_from([MARKUP, f"'\">{MARKUP}"])
_NUL = "a\0b"


@dataclass(frozen=True)
class EndpointMutations:
    """An endpoint and the mutations of its requests.

    Attributes:
        endpoint: Sends the requests.
        unchanged: The mutation that changes nothing.
        mutations_with: Returns the strategy for mutations, given the
            strategy for the texts that they insert.
        listed: Mutations that every run tries before the drawn ones, like
            Hypothesis's explicit examples.
        invalid: Strategy for mutations that certainly make a request invalid.
        parseable: Strategy for mutations of a request that the endpoint can
            still parse.
        share: Examples as a fraction of those of an ordinary hunt; small if
            an example is expensive, or if there are few mutations.
    """

    endpoint: type[Endpoint]
    unchanged: Any
    mutations_with: Callable[[TextStrategy], st.SearchStrategy[Any]]
    listed: list[Any] = field(default_factory=list)
    invalid: st.SearchStrategy[Any] = field(default_factory=st.nothing)
    parseable: st.SearchStrategy[Any] = field(default_factory=st.nothing)
    share: float = 1.0

    @property
    def examples(self) -> st.SearchStrategy[Any]:
        """The strategy for all mutations."""
        return self.mutations_with(texts)

    @property
    def marked(self) -> st.SearchStrategy[Any]:
        """The strategy for mutations that insert :data:`MARKUP`."""
        marked = (
            _marked_headers if self.endpoint is endpoints.Bearer else _marked
        )
        return self.mutations_with(marked)


def _is_segment(inserted: Text) -> bool:
    """Return whether a text in place of an app's id remains one segment.

    The path then remains below /api/oauth/apps/, even if a server decodes
    an escaped slash.
    """
    text = str(inserted)
    return "/" not in text and text not in {".", ".."} and fits(quoted(text))


def _form(
    endpoint: type[Endpoint],
    names: list[str],
    *,
    invalid: list[str],
    nul: list[str],
) -> EndpointMutations:
    """Return the mutations of an endpoint that takes a form.

    Args:
        endpoint: Sends the requests.
        names: Parameters that are changed; a name that is listed twice is
            changed twice as often.
        invalid: Parameters whose change certainly makes the request invalid.
        nul: Parameters that contain a NUL in a listed mutation.
    """
    return EndpointMutations(
        endpoint,
        MalformedForm(),
        lambda inserted: forms.forms(names, inserted),
        [MalformedForm((Change(n, "instead", _NUL),)) for n in nul],
        forms.forms_with_one_edit(invalid),
        forms.forms(names, short_texts, wrappings=()),
    )


def _json(
    endpoint: type[Endpoint], names: list[str], share: float, **more: Any
) -> EndpointMutations:
    return EndpointMutations(
        endpoint,
        MalformedJson(),
        lambda inserted: json_bodies.documents(names, inserted),
        parseable=json_bodies.documents(
            names, short_texts, wrappings=["in a list"]
        ),
        share=share,
        **more,
    )


def _without(name: str) -> MalformedJson:
    return MalformedJson((Member(name, change="dropped", kind="move"),))


CLIENT = ["client_id", "client_secret"]
KINDS = {
    "login": _json(
        endpoints.Login,
        ["email", "password"],
        0.1,
        listed=[
            MalformedJson(
                (Member("email", change=Edit("after", "\0"), kind="edit"),)
            )
        ],
        invalid=st.builds(
            lambda edit: MalformedJson(
                (Member("password", change=edit, kind="edit"),)
            ),
            edits(short_texts),
        ),
    ),
    "registration": _json(
        endpoints.Registration,
        [
            "client_name",
            "client_uri",
            "client_description",
            "redirect_uris",
            "redirect_uris",
            "scope",
        ],
        1.0,
        listed=[
            MalformedJson(wrapping="cut off"),
            MalformedJson(wrapping="a text"),
            MalformedJson(wrapping="in a list"),
            _without("redirect_uris"),
        ],
    ),
    "list": EndpointMutations(
        endpoints.AppsPage,
        MalformedForm(),
        lambda inserted: forms.queries(["page"], inserted),
        [
            MalformedForm((Change("page", "instead", _NUL),)),
            MalformedForm((Change("page", "repeated", "2"),)),
        ],
        parseable=forms.queries(["page"], short_texts),
        share=0.4,
    ),
    "app": EndpointMutations(
        endpoints.OneApp,
        # An edit of the app's identifier, and which one: its number (True)
        # or its client identifier (False).
        (None, False),
        lambda inserted: st.tuples(
            edits(inserted.filter(_is_segment)), st.booleans()
        ),
        [(Edit("instead", _NUL), False), (Edit("instead", _NUL), True)],
        share=0.4,
    ),
    "authorize": _form(
        endpoints.Authorize,
        [
            "state",
            "state",
            "scope",
            "redirect_uri",
            "confirm",
            "code_challenge",
            "code_challenge_method",
            "client_id",
            "response_type",
        ],
        invalid=["client_id", "redirect_uri", "response_type"],
        nul=["client_id", "scope", "state"],
    ),
    "exchange": _form(
        token_endpoints.CodeExchange,
        [
            *["code"] * 3,
            *["redirect_uri"] * 2,
            "code_verifier",
            "grant_type",
            *CLIENT,
        ],
        invalid=["code", "code", "grant_type", "code_verifier", *CLIENT],
        nul=["code", "client_id", "redirect_uri"],
    ),
    "refresh": _form(
        token_endpoints.Refresh,
        [*["refresh_token"] * 3, *["scope"] * 2, "grant_type", *CLIENT],
        invalid=["refresh_token", "refresh_token", "grant_type", *CLIENT],
        nul=["refresh_token", "scope"],
    ),
    "revocation": _form(
        token_endpoints.Revocation,
        ["token", "token", "token_type_hint", *CLIENT],
        invalid=CLIENT,
        nul=["token", "client_id"],
    ),
    "bearer": EndpointMutations(
        endpoints.Bearer,
        MalformedHeader(),
        lambda inserted: headers(inserted.filter(lambda t: allowed(str(t)))),
        [
            MalformedHeader(Edit("after", "\udcff")),  # the byte 0xFF
            MalformedHeader(form="Bearer"),
        ],
        invalid=invalid_headers,
        parseable=headers(short_texts.filter(allowed)),
        share=0.5,
    ),
}
"""The mutations of all endpoints, by the endpoint's name."""


def several(names: list[str]) -> st.SearchStrategy[list[tuple[str, Any]]]:
    """Return the strategy for two to six pairs of endpoint and mutation."""
    one = st.sampled_from(names).flatmap(
        lambda name: st.tuples(st.just(name), KINDS[name].examples)
    )
    return st.lists(one, min_size=2, max_size=6)
