"""Registration where FitTrackee's documentation changed or is at odds."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import must_succeed

BAD_SCHEME = "javascript:alert(1)"
MESSAGES = {
    "no members": ({}, "OAuth2 client metadata missing"),
    "no name": (
        {"client_name": None},
        "OAuth2 client metadata missing keys: client_name",
    ),
    "unknown scope": ({"scope": "nonsense"}, "OAuth2 client invalid scopes"),
    "script": ({"redirect_uris": [BAD_SCHEME]}, "Invalid redirect URI scheme"),
}


@verifies("fittrackee/api-oauth2/registration-messages")
@pytest.mark.parametrize("case", MESSAGES)
def test_message_names_the_reason(owner, case):
    """A refused registration carries the documented message."""
    owner.must_register()  # control
    changes, text = MESSAGES[case]
    payload = owner.registration(**changes) if changes else {}

    expect.message(owner.register_raw(json=payload), text)


@verifies("fittrackee/api-oauth2/registration-messages")
def test_message_names_every_missing_member(owner):
    """The documented message names each member that is missing."""
    owner.must_register()  # control
    response = owner.register(client_uri=None, scope=None)

    came = str(expect.member(response, "message"))
    expect.that(
        came.startswith("OAuth2 client metadata missing keys: ")
        and "client_uri" in came
        and "scope" in came,
        "OAuth2 client metadata missing keys: client_uri and scope",
        came,
    )


@verifies("fittrackee/api-oauth2/registration-refused-scheme")
@pytest.mark.parametrize(
    "uris",
    [[BAD_SCHEME], ["https://app.example.org/callback", BAD_SCHEME]],
    ids=["alone", "after-a-good-one"],
)
def test_script_is_refused_at_registration(owner, uris):
    """A script among the redirection URIs is refused with 400."""
    owner.must_register()  # control

    expect.status(owner.register(redirect_uris=uris), 400)


@verifies("fittrackee/api-oauth2/registration-invalid-payload-message")
def test_message_of_older_documentation(owner):
    """What a refused registration says is noted."""
    owner.must_register()  # control
    came = expect.member(owner.register(client_name=None), "message")
    observe(
        f"a registration without a name is refused with {came}; "
        "the documentation says 'invalid payload'"
    )


@verifies("fittrackee/api-oauth2/registration-status-200")
def test_status_of_a_registration(owner):
    """The status of a successful registration is noted."""
    response = must_succeed(owner.register(), verb="must_register")
    observe(
        f"a registration is answered with {response.status_code}; "
        "the documentation says 200"
    )


@verifies("fittrackee/api-oauth2/registration-redirect-uri-member")
def test_name_of_the_redirect_uri_member(owner):
    """Whether the documented member redirect_uri is read is noted."""
    owner.must_register()  # control: redirect_uris is read
    sent = owner.registration()
    sent["redirect_uri"] = sent.pop("redirect_uris")
    response = owner.register_raw(json=sent)
    observe(
        "a registration with the documented redirect_uri instead of "
        f"redirect_uris is answered with {response.status_code}"
    )


@verifies("fittrackee/api-oauth2/registration-address-checked")
@pytest.mark.parametrize(
    "address",
    [BAD_SCHEME, "no address", "/profile"],
    ids=["script", "words", "relative"],
)
def test_address_that_is_no_url(owner, address):
    """Whether an address that is no URL is refused is noted."""
    owner.must_register()  # control
    response = owner.register(client_uri=address)
    taken = "accepted" if response.is_success else "refused"
    told = f"{taken} with {response.status_code}"
    observe(f"the address {address} is {told}")
