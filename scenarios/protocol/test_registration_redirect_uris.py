"""Which redirection URIs an app can be registered with and get codes at.

A server may refuse a bad one at registration or at authorization: what
counts is that no code goes there.
"""

import pytest

from conformance import expect, observe, verifies

GOOD = "https://app.example.org/callback"
OTHER = "https://app.example.org/other"
NO_URI_CHARACTERS = (" ", "\\", "\r", "\n", "\t", "<", ">", '"', "^", "`")


@verifies("rfc6749/10.14/script-redirect-uri")
@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "javascript://app.example.org/%0aalert(1)",
        "data:text/html,hello",
        "vbscript:msgbox(1)",
    ],
    ids=[
        "javascript",
        "mixed-case",
        "leading-space",
        "line-break",
        "with-a-host",
        "data",
        "vbscript",
    ],
)
@pytest.mark.parametrize("registered", ["alone", "second"])
def test_no_code_for_a_script(owner, uri, registered):
    """A script, alone or beside a good URI, receives no code."""
    before = [] if registered == "alone" else [GOOD]
    owner.must_receive_code(GOOD)  # control

    expect.code_withheld(
        owner.register_and_authorize(uri, redirect_uris=[*before, uri])
    )


@verifies("rfc6749/3.1.2/absolute-redirect-uri")
@pytest.mark.parametrize(
    "uri",
    ["/callback", "callback", "//app.example.org/cb", "app.example.org/cb"],
    ids=["path", "name", "host-and-path", "no-scheme"],
)
def test_no_code_for_a_relative_reference(owner, uri):
    """A redirection URI without a scheme receives no code."""
    owner.must_receive_code(GOOD)  # control

    expect.code_withheld(owner.register_and_authorize(uri))


@verifies("rfc6749/3.1.2/redirect-uri-characters")
@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example.org\\@evil.example/",
        "https://app.example.org/\r\nLocation:https://evil.example/",
        "https://app.example.org/a b",
        'https://app.example.org/"><b>',
    ],
    ids=["backslash", "line-break", "space", "markup"],
)
def test_no_code_for_characters_of_no_uri(owner, uri):
    """A redirection URI that is no URI receives no code as it stands."""
    owner.must_receive_code(GOOD)  # control

    expect.code_withheld_from(
        owner.register_and_authorize(uri), *NO_URI_CHARACTERS
    )


@verifies("rfc6749/3.1.2/no-fragment")
def test_no_code_for_a_fragment(owner):
    """A redirection URI with a fragment receives no code."""
    owner.must_receive_code(GOOD)  # control

    expect.code_withheld_from(
        owner.register_and_authorize(f"{GOOD}#part"), "#"
    )


@verifies("rfc6749/3.1.2.2/complete-redirect-uri")
@pytest.mark.parametrize("uri", ["https:", "https://", "https:///cb"])
def test_no_code_without_a_host(owner, uri):
    """A web address without a host receives no code."""
    owner.must_receive_code(GOOD)  # control

    expect.code_withheld(owner.register_and_authorize(uri))


@verifies("rfc6749/3.1.2.2/redirect-uri-required")
@pytest.mark.parametrize("registered", [None, []], ids=["missing", "empty"])
def test_no_code_without_registered_uri(owner, registered):
    """An app without a registered redirection URI receives no code."""
    owner.must_receive_code(GOOD)  # control

    expect.code_withheld(
        owner.register_and_authorize(OTHER, redirect_uris=registered)
    )


@verifies("rfc9700/2.1/no-redirect-patterns")
@pytest.mark.parametrize(
    ("pattern", "uri"),
    [
        (
            "https://*.example.org/callback",
            "https://evil.example.org/callback",
        ),
        ("https://app.example.org/*", "https://app.example.org/evil"),
        ("https://*", "https://evil.example/"),
        ("*", "https://evil.example/"),
        ("https://app.example.org/.*", "https://app.example.org/evil"),
        ("https://app.example.org/%", "https://app.example.org/evil"),
    ],
    ids=["host", "path", "all-hosts", "all", "regular-expression", "sql"],
)
def test_no_code_for_what_a_pattern_matches(owner, pattern, uri):
    """A wildcard lets no redirection URI in that was not registered."""
    owner.must_receive_code(GOOD)  # control

    expect.code_withheld(
        owner.register_and_authorize(uri, redirect_uris=[pattern])
    )


@verifies("rfc9700/2.6/no-plain-http-redirect")
@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example.org/callback",
        "HTTP://app.example.org/callback",
        "http://localhost.example.org/callback",
        "http://127.0.0.1.example.org/callback",
        "http://192.0.2.7/callback",
    ],
    ids=["host", "capitals", "localhost-name", "loopback-name", "address"],
)
def test_no_code_over_plain_http(owner, uri):
    """A plain http redirection URI of another machine gets no code."""
    owner.must_receive_code(GOOD)  # control

    answer = owner.register_and_authorize(uri)
    expect.code_withheld_from(answer, "http://", "HTTP://")


@verifies("rfc9110/4.2.4/no-userinfo")
@pytest.mark.parametrize(
    "uri",
    ["https://app.example.org@evil.example/", "https://me:pw@evil.example/"],
    ids=["name", "name-and-password"],
)
def test_no_code_for_user_information(owner, uri):
    """A redirection URI with a user name receives no code."""
    owner.must_receive_code(GOOD)  # control

    expect.code_withheld_from(owner.register_and_authorize(uri), "@")


@verifies("rfc8252/8.4/private-scheme-without-period")
@pytest.mark.parametrize("uri", ["myapp:/callback", "app://callback"])
def test_no_code_for_a_scheme_without_period(owner, uri):
    """Whether a scheme that anybody could claim gets a code is noted."""
    owner.must_receive_code(GOOD)  # control
    response = owner.register_and_authorize(uri)
    able = "gets a code" if "redirect_url" in response.text else "gets none"
    observe(f"an app at {uri} {able}: {response.status_code}")


@verifies("rfc8252/7/native-redirect-uris")
@pytest.mark.parametrize(
    "uri",
    [
        "com.example.app:/callback",
        "http://127.0.0.1:51004/callback",
        "http://[::1]:51004/callback",
        "http://localhost:51004/callback",
    ],
    ids=["private-scheme", "ipv4", "ipv6", "localhost"],
)
def test_redirect_uris_of_native_apps(owner, uri):
    """Whether a native app can receive its code is noted."""
    owner.must_register().must_authorize(owner)  # control
    response = owner.register_and_authorize(uri)
    able = "gets a code" if "redirect_url" in response.text else "gets none"
    observe(f"a native app at {uri} {able}: {response.status_code}")


@verifies("rfc6749/3.1.2/query-registered")
def test_redirect_uri_with_a_query(owner):
    """Whether a redirection URI may have a query is noted."""
    owner.must_register()  # control
    response = owner.register(redirect_uris=[f"{GOOD}?of=app"])
    observe(f"a redirection URI with a query: {response.status_code}")
