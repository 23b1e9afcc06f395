"""What a server issued and nobody can send back is the server's doing."""

import json

import httpx
import pytest

from conformance.actors.app import App
from conformance.actors.issued import must_be_tokens, redirect_parameters
from conformance.actors.owner import Owner
from conformance.errors import Blocked
from conformance.instance import Credentials, Instance, sendable
from conformance.instance.connection import Connection, RecordingTransport
from conformance.instance.form import basic, encode
from conformance.instance.origin import origin
from conformance.instance.readable import Response
from conformance.instance.session import Session

ODD = {
    "a line break": "token\nof-the-app",
    "an umlaut": "tokün-of-the-app",
    "half a pair": "token\ud800of-the-app",
    "NUL": "token\0of-the-app",
    "a space at its end": "token-of-the-app ",
}
LONG = "long-token-of-the-app" * 500_000


@pytest.fixture
def client():
    """Answers 200 to whatever is sent."""
    there = httpx.MockTransport(lambda _request: httpx.Response(200))
    instance = Instance("url", "x", "http://x", "", Credentials("a", "b"))
    return Connection(instance, RecordingTransport(there)).client("app")


@pytest.fixture
def app(client, app_data):
    return App(client, app_data)


def tokens(access):
    body = {"access_token": access, "refresh_token": "r" * 40}
    return must_be_tokens(httpx.Response(200, content=json.dumps(body)))


@pytest.mark.parametrize("token", ODD.values(), ids=ODD)
def test_odd_token_blocks_by_the_name_of_what_it_breaks(app, token):
    with pytest.raises(Blocked, match=sendable.GRAMMAR):
        app.call(tokens(token).access_token, "/api/auth/profile")


@pytest.mark.parametrize("token", ODD.values(), ids=ODD)
@pytest.mark.parametrize(
    "text",
    [str, lambda text: text.encode("utf-8", "surrogatepass")],
    ids=["text", "bytes"],
)
def test_odd_token_in_a_header_of_a_scenarios_own(app, token, text):
    header = text(f"Bearer  {tokens(token).access_token}")
    with pytest.raises(Blocked, match=sendable.GRAMMAR):
        app.send("GET", "/api/records", headers={"Authorization": header})


def test_long_token(app):
    access = tokens(LONG).access_token
    for send in (
        lambda: app.call(access, "/"),
        lambda: app.send("GET", "/", headers={"Authorization": access}),
    ):
        with pytest.raises(Blocked, match="token-fits-into-a-header"):
            send()


@pytest.mark.parametrize("token", [1, None, ["a"], {"a": "b"}, True])
def test_token_that_is_no_string(token):
    with pytest.raises(Blocked, match=sendable.STRINGS):
        tokens(token)


def test_what_the_harness_spoils_is_its_own_error(app):
    good = tokens("a-good-token-of-the-app").access_token
    with pytest.raises(UnicodeEncodeError):
        app.send("GET", "/", headers={"Authorization": f"{good}ü"})
    long = {"Authorization": f"Bearer {good * 5_000}"}
    assert app.send("GET", "/", headers=long).is_success
    spoilt = f"{good}ü".encode()
    assert app.send("GET", "/", headers={"Authorization": spoilt}).is_success


WRONG = [
    ("id", "1\n"),
    ("id", None),
    ("client_id", 7),
    ("client_secret", None),
    ("name", ["app"]),
    ("redirect_uris", []),
    ("redirect_uris", "https://app.example.org/"),
    ("redirect_uris", [1]),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_registration_with_an_odd_member(client, name, value, app_data):
    owner = Owner(None, Session(client, Credentials("a", "b")), "fc")
    client = {**app_data, name: value}
    answer = httpx.Response(201, json={"data": {"client": client}})
    with pytest.raises(Blocked, match=f"actual: .*{name}.* mistyped"):
        owner.must_be_registered(answer)


def test_odd_client_id_in_an_address(client, app, app_data):
    odd = {
        **app_data,
        "client_id": "client\nid",
        "client_secret": "\ud800" * 9,
    }
    sendable.keep_client(odd)
    response = client.get(f"/api/oauth/apps/{odd['client_id']}")
    assert response.request.url.raw_path == b"/api/oauth/apps/client%0Aid"
    with pytest.raises(Blocked, match=sendable.CLIENT_IDS):
        client.post("/", json={"client_id": f"{odd['client_id']}\ud800"})
    assert app.revoke("\ud800", **odd_credentials(odd)).is_success
    assert basic(odd["client_id"], odd["client_secret"])


def odd_credentials(data):
    return {name: data[name] for name in ("client_id", "client_secret")}


def test_half_a_pair_goes_out_as_its_three_bytes():
    assert encode({"code": "\ud800"}, {})[0] == "code=%ED%A0%80"


def test_redirection_that_is_no_url():
    body = {"redirect_url": "https://[::1?code=x"}
    assert redirect_parameters(httpx.Response(200, json=body)) == {}


@pytest.mark.parametrize("kind", ["utf-16", "idna", "base64", "zlib", "x"])
def test_text_of_any_charset(kind):
    headers = {"Content-Type": f"application/json; charset={kind}"}
    response = Response(200, headers=headers, content=b'{"a": "\xff"}')
    assert isinstance(response.text, str)


def test_json_that_is_nested_deep():
    with pytest.raises(ValueError, match="nested too deep"):
        Response(200, content=b"[" * 200_000).json()


def test_origin_of_an_address_that_cannot_be_sent():
    assert origin("http://x/\ud800") == ""
