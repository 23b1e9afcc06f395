"""What registering an app answers, and what it has to be told."""

from calendar import timegm
from email.utils import parsedate_to_datetime
from time import strptime, time

import pytest

from conformance import expect, observe, verifies
from conformance.actors import must_have, must_succeed

ISSUED_AT = "%a, %d %B %Y %H:%M:%S GMT"
REQUIRED = ("client_name", "client_uri", "redirect_uris", "scope")
SHOWN_AS = {
    "client_name": "name",
    "client_description": "client_description",
    "client_uri": "website",
    "redirect_uris": "redirect_uris",
    "scope": "scope",
}
DESCRIBED = pytest.mark.parametrize(
    "changes",
    [{}, {"client_description": None}],
    ids=["described", "not-described"],
)


@verifies("fittrackee/oauth/registered-app-works")
@DESCRIBED
def test_registered_app_obtains_tokens(owner, changes):
    """A registered app gets a code and exchanges it with its credentials."""
    app = owner.must_register(**changes)
    expect.code(app.authorize(owner))

    expect.tokens(app.exchange(app.must_authorize(owner)))


@verifies("fittrackee/api-oauth2/registration-answer")
@DESCRIBED
def test_answer_has_documented_members(owner, changes):
    """A registration answers with status created and every member."""
    response = owner.register(**changes)

    expect.app_shown(response)
    expect.that(
        expect.member(response, "status") == "created",
        "status created",
        expect.summary(response),
    )


@verifies("fittrackee/oauth/credentials-after-registration")
@DESCRIBED
def test_answer_shows_the_credentials(owner, changes):
    """A registration shows a client id and a client secret."""
    response = must_succeed(owner.register(**changes))
    client = must_have(response, "data", "client", kind=dict)

    for name in ("client_id", "client_secret"):
        value = client.get(name)
        expect.that(
            isinstance(value, str) and value,
            f"a {name}",
            f"the members {', '.join(client)}",
        )


@verifies("fittrackee/api-oauth2/registration-keeps-values")
@pytest.mark.parametrize(
    "text",
    ["plain", "Läufer 走る 🏃", '<b>Bold</b> & "co" \'n', "a\\b"],
    ids=["ascii", "unicode", "markup", "backslash"],
)
def test_values_are_kept(owner, text):
    """An app is shown with the values it was registered with."""
    owner.must_register()  # control
    sent = owner.registration(client_description=text)
    sent["client_name"] += f" {text}"
    client = expect.app_shown(owner.register_raw(json=sent))

    for name, member in SHOWN_AS.items():
        expect.that(
            client[member] == sent[name],
            f"{member} {expect.value(sent[name])}",
            f"{expect.value(client[member])}",
        )


@verifies("fittrackee/api-oauth2/registration-issued-at")
def test_issued_at_is_now(owner):
    """The time of registration is now, in the documented form."""
    response = owner.register()
    shown = must_have(response, "data", "client", "issued_at")
    try:
        date = response.headers.get("Date", "")
        now = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        now = time()

    try:
        issued = timegm(strptime(str(shown), ISSUED_AT))
    except ValueError:
        issued = None
    expect.that(
        issued is not None and abs(now - issued) < 120,
        "the present time, written as Thu, 14 July 2022 06:27:53 GMT",
        shown,
    )


@verifies("fittrackee/api-oauth2/registration-several-redirect-uris")
def test_every_redirect_uri_of_the_list_is_good(owner):
    """Each of several registered redirection URIs receives a code."""
    uris = [f"https://app.example.org/{name}" for name in ("one", "two")]
    owner.must_receive_code(uris[0])  # control: alone it does
    response = owner.register(redirect_uris=uris)
    expect.success(response)
    app = owner.must_be_registered(response)

    for uri in uris:
        expect.code(app.authorize(owner, redirect_uri=uri))


@verifies("fittrackee/api-oauth2/registration-required-members")
@pytest.mark.parametrize("name", REQUIRED)
def test_required_member_is_missing(owner, name):
    """A registration that lacks a required member is refused."""
    owner.must_register()  # control: with all of them it is accepted

    expect.status(owner.register(**{name: None}), 400)


@verifies("fittrackee/api-oauth2/registration-empty-payload")
def test_empty_registration(owner):
    """A registration that is an empty JSON object is refused."""
    owner.must_register()  # control

    expect.status(owner.register_raw(json={}), 400)


@verifies("fittrackee/api-oauth2/registration-description-optional")
def test_description_is_optional(owner):
    """A registration without a description is accepted."""
    owner.must_register()  # control

    expect.success(owner.register(client_description=None))


@verifies("fittrackee/api-oauth2/registration-member-types")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_name", 1),
        ("client_name", ["a"]),
        ("client_uri", {"a": "b"}),
        ("client_description", 1),
        ("client_description", ["a"]),
        ("redirect_uris", "https://app.example.org/callback"),
        ("redirect_uris", [["https://app.example.org/callback"]]),
        ("scope", ["profile:read"]),
    ],
    ids=lambda value: str(value).replace("/", "")[:24],
)
def test_mistyped_member(owner, name, value):
    """A mistyped member is refused, or shown with its documented type."""
    owner.must_register()  # control: the right types are accepted
    response = owner.register(**{name: value})

    if response.is_success:
        expect.app_shown(response)
    elif response.status_code < 500:
        expect.refused(response)
    else:
        observe("a server error: see robustness/registration-survives")


@verifies("rfc6749/3.1.2.2/several-redirect-uris")
def test_several_redirect_uris(owner):
    """Whether several redirection URIs may be registered is noted."""
    owner.must_register()  # control
    response = owner.register(
        redirect_uris=[
            "https://app.example.org/callback",
            "https://app.example.org/other",
        ]
    )
    observe(f"two redirection URIs: {response.status_code}")
