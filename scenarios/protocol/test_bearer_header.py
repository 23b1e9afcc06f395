"""How an access token travels to the API (RFC 6750 section 2)."""

import re

import pytest

from conformance import expect, observe, verifies
from conformance.actors import must_answer, must_be_tokens
from conformance.routes import EDIT_PROFILE, PROFILE, RECORDS
from conformance.samples import GRANTS, request_tokens

MALFORMED = {
    "scheme-alone": "Bearer",
    "no-scheme": "{token}",
    "glued": "Bearer{token}",
    "colon": "Bearer: {token}",
    "equals": "Bearer={token}",
    "quoted": 'Bearer "{token}"',
    "named": "Bearer token={token}",
    "two-tokens": "Bearer {token} {token}",
    "list": "Bearer {token}, Bearer {token}",
    "comma": "Bearer {token},",
    "semicolon": "Bearer {token};x=1",
    "trailing-word": "Bearer {token} x",
    "scheme-twice": "Bearer Bearer {token}",
    "scheme-of-other-letters": "Bearér {token}",
    "accent": "Bearer {token}é",
    "punctuation": ":",
}
GRAMMAR = re.compile(r"[\w\-.~+/]+=*", re.ASCII)  # b64token, section 2.1
GRAMMAR_SIGNS = re.compile(r"[\w\-.~+/=]", re.ASCII)
LONGEST = 8_000  # nginx, gunicorn and Apache take lines of 8 KiB at most
SPELLINGS = ["bearer", "BEARER", "bEaReR"]
SCHEMES = ["Token", "OAuth", "Basic", "Digest", "DPoP", "JWT"]

for_each_grant = pytest.mark.parametrize("grant", GRANTS)


def with_header(app, value, path=PROFILE):
    """Send one Authorization header, exactly as given."""
    header = value.encode("utf-8", "surrogatepass")
    return app.send("GET", path, headers={"Authorization": header})


@verifies("rfc6750/2.1/authorization-header")
def test_authorization_header_opens_the_api(app, tokens):
    """A token in the Authorization header is let in."""
    header = f"Bearer {tokens.access_token}"

    expect.success(must_answer(with_header(app, header, path=RECORDS)))


@for_each_grant
@verifies("rfc6750/2.1/token-grammar")
def test_access_token_keeps_to_the_grammar(app, owner, grant):
    """An access token has the characters that its header allows for."""
    token = expect.member(request_tokens(app, owner, grant), "access_token")

    expect.that(
        isinstance(token, str) and GRAMMAR.fullmatch(token),
        "letters, digits, - . _ ~ + / and = at the end",
        f"other characters: {ascii(GRAMMAR_SIGNS.sub('', str(token)))[:80]}",
    )


@for_each_grant
@verifies("robustness/token-fits-into-a-header")
def test_access_token_fits_into_a_header(app, owner, grant):
    """An access token is no longer than the headers that servers take."""
    token = expect.member(request_tokens(app, owner, grant), "access_token")

    expect.that(
        isinstance(token, str) and 0 < len(token) <= LONGEST,
        f"a token of at most {LONGEST} characters",
        f"{len(str(token))} characters",
    )


@verifies("rfc6750/2.1/spaces-after-scheme")
def test_several_spaces_may_follow_the_scheme(app, tokens):
    """Two spaces and more between scheme and token are accepted."""
    app.must_call(tokens.access_token, PROFILE)

    expect.success(with_header(app, f"Bearer   {tokens.access_token}"))


@verifies("rfc9110/11.1/scheme-case")
@pytest.mark.parametrize("scheme", SPELLINGS)
def test_scheme_in_any_case(app, tokens, scheme):
    """The scheme is understood however it is capitalized."""
    app.must_call(tokens.access_token, PROFILE)

    expect.success(with_header(app, f"{scheme} {tokens.access_token}"))


@verifies("rfc6750/3.1/malformed-request")
@pytest.mark.parametrize("header", MALFORMED.values(), ids=MALFORMED)
def test_malformed_header_is_refused(app, tokens, header):
    """A header that is not exactly scheme and token is refused."""
    app.must_call(tokens.access_token, PROFILE)

    response = with_header(app, header.format(token=tokens.access_token))

    expect.status(response, 400, 401)
    came = expect.error_codes(response)
    expect.that(
        came <= {"invalid_request", "invalid_token"},
        "invalid_request, invalid_token or no code at all",
        expect.listed(came),
    )


@verifies("rfc6750/2.1/other-schemes")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_other_scheme_opens_nothing(app, tokens, scheme):
    """A good token under another scheme is refused."""
    app.must_call(tokens.access_token, PROFILE)

    expect.refused(with_header(app, f"{scheme} {tokens.access_token}"))


@verifies("rfc6750/2.1/other-schemes")
@pytest.mark.parametrize("header", ["Basic bWFkZTp1cA==", "Digest x=1"])
def test_other_credentials_open_nothing(app, tokens, header):
    """Made-up credentials of another scheme are refused."""
    app.must_call(tokens.access_token, PROFILE)

    expect.refused(with_header(app, header))


@verifies("rfc6750/3.1/repeated-header")
def test_two_headers_are_refused(app, tokens):
    """Two Authorization headers that differ are refused."""
    good = f"Bearer {tokens.access_token}"
    app.must_call(tokens.access_token, PROFILE)
    both = [("Authorization", good), ("Authorization", f"Bearer {'x' * 42}")]

    expect.refused(app.send("GET", PROFILE, headers=both))


@verifies("rfc6750/2.3/token-in-query")
@pytest.mark.parametrize("name", ["access_token", "token", "auth_token"])
def test_token_in_the_address_opens_nothing(app, tokens, name):
    """A token in the address is not accepted."""
    app.must_call(tokens.access_token, PROFILE)

    query = {name: tokens.access_token}
    expect.refused(app.send("GET", PROFILE, params=query))


@verifies("rfc6750/2.3/query-not-stored")
def test_answer_to_a_token_in_the_address_is_private(app, tokens):
    """What a token in the address opens is not for shared caches."""
    app.must_call(tokens.access_token, PROFILE)
    query = {"access_token": tokens.access_token}

    response = app.send("GET", PROFILE, params=query)

    stored = response.headers.get("cache-control", "absent").lower()
    private = "private" in stored or "no-store" in stored
    expect.that(
        private or not response.is_success,
        "Cache-Control: private, or no success",
        f"{response.status_code}; Cache-Control: {stored}",
    )


@verifies("rfc6750/2.2/form-body")
def test_token_in_a_form_may_open_the_api(app, owner):
    """A token in a form body may be accepted."""
    token = app.must_obtain_tokens(owner).access_token
    app.must_call(token, PROFILE)

    response = app.send("POST", EDIT_PROFILE, data={"access_token": token})

    refused = response.status_code in {401, 403}
    observe(f"a token in the body is {'not ' if refused else ''}accepted")


@verifies("rfc6750/2/two-methods")
def test_two_methods_may_be_refused(app, tokens):
    """A token in header and address at once may be refused."""
    app.must_call(tokens.access_token, PROFILE)
    query = {"access_token": tokens.access_token}

    response = app.call(tokens.access_token, PROFILE, params=query)

    observe(f"header and address at once answer {response.status_code}")


@verifies("rfc6750/5.3/no-token-in-cookies")
def test_no_cookie_holds_a_token(app, owner):
    """No cookie with a token may travel in the clear."""
    answer = app.exchange(app.must_authorize(owner))
    held = must_be_tokens(answer)
    secrets = (held.access_token, held.refresh_token)

    for response in (answer, app.must_call(held.access_token, PROFILE)):
        cookies = response.headers.get_list("set-cookie")
        leaks = [
            cookie
            for cookie in cookies
            if in_the_clear(cookie) and any(s in cookie for s in secrets)
        ]
        expect.that(
            not leaks,
            "no token in a cookie that can be sent in the clear",
            "; ".join(leaks) or "none",
        )


def in_the_clear(cookie):
    """Tell whether a Set-Cookie header lacks the attribute Secure."""
    attributes = (part.strip() for part in cookie.lower().split(";")[1:])
    return "secure" not in attributes
