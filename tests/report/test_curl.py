"""The curl command says, word for word, what was sent."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.report.curl import curl_command
from conformance.results import RecordedRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BASE = "http://127.0.0.1:5000"
BOUNDARY = "xyz" * 6
FORM = ("Content-Type", "application/x-www-form-urlencoded")
SHOW_ARGV = "curl() { printf '%s\\0' \"$@\"; }\n"
VALUES = {
    "FITTRACKEE_URL": "https://ft.example",
    "ACCESS_TOKEN_2": "a'b\"c $HOME `id`",
    "CLIENT_SECRET_1": "s3cret",
    "PASSWORD_1": "pass word",
    "COOKIE_1": "c00kie",
    "AUTHORIZATION_CODE_1": "c0de",
    "PATH": os.environ["PATH"],
}


def request(
    method: str = "GET",
    path: str = "/api/workouts",
    headers: tuple[tuple[str, str], ...] = (),
    body: str = "",
) -> RecordedRequest:
    url = path if "://" in path else BASE + path
    return RecordedRequest(method=method, url=url, headers=headers, body=body)


def argv(command: str) -> list[str]:
    """What curl would be given by a POSIX shell."""
    done = subprocess.run(
        ["sh", "-c", SHOW_ARGV + command],
        env=VALUES,
        capture_output=True,
        check=True,
        timeout=10,
    )
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]


def sent(one: RecordedRequest) -> list[str]:
    return argv(curl_command(one, BASE))


def test_a_secret_is_a_variable_and_the_address_too() -> None:
    command = curl_command(
        request(headers=(("Authorization", "Bearer access_token#2"),)), BASE
    )

    assert command == (
        'curl -sS -i "$FITTRACKEE_URL/api/workouts" \\\n'
        '  -H "Authorization: Bearer $ACCESS_TOKEN_2"'
    )
    assert "access_token#2" not in command
    assert BASE not in command


def test_the_value_of_a_variable_is_not_interpreted() -> None:
    headers = (("Authorization", "Bearer access_token#2"),)

    assert sent(request(headers=headers))[-1] == (
        "Authorization: Bearer a'b\"c $HOME `id`"
    )


def test_a_json_body_survives() -> None:
    body = json.dumps({"name": "it's $HOME `id` \\ !", "p": "password#1"})
    words = sent(
        request(
            "POST",
            "/api/auth/login",
            (("Content-Type", "application/json"),),
            body,
        )
    )

    assert words[-1] == body.replace("password#1", "pass word")
    assert "-X" not in words


def test_a_form_is_one_argument_a_field() -> None:
    body = "grant_type=x&code=authorization_code#1&client_secret="
    words = sent(request("POST", "/api/oauth/token", (FORM,), body))

    assert [w for w in words if "=" in w] == [
        "grant_type=x",
        "code=c0de",
        "client_secret=",
    ]


@pytest.mark.parametrize("body", ["a=1&&b=2", "&a=1", "a=1&"])
def test_a_form_that_curl_would_join_otherwise_stays_whole(body: str) -> None:
    assert sent(request("POST", "/x", (FORM,), body))[-1] == body


def test_a_variable_does_not_swallow_what_follows() -> None:
    url = "/api/x?t=access_token#2&u=client_secret#1"
    words = sent(request(path=url))

    assert words[2] == (
        "https://ft.example/api/x?t=a'b\"c $HOME `id`&u=s3cret"
    )
    assert "${FITTRACKEE_URL}" not in curl_command(request(path=url), BASE)
    assert sent(
        request(headers=(("X", "code=authorization_code#1-client_secret#1"),))
    )[-1] == ("X: code=c0de-s3cret")


@pytest.mark.parametrize(
    "text",
    [
        "https://app.example/callback#1",
        "https://app.example/#access_token",
        "xaccess_token#",
        "access_token#2a",
    ],
)
def test_what_only_resembles_a_label_stays(text: str) -> None:
    assert sent(request(headers=(("X", text),)))[-1] == f"X: {text}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (BASE + "0/api", BASE + "0/api"),
        (BASE + ".evil.example/", BASE + ".evil.example/"),
        (BASE, "https://ft.example"),
        (BASE + "?x=1", "https://ft.example?x=1"),
    ],
)
def test_only_the_target_itself_is_its_variable(
    url: str, expected: str
) -> None:
    assert sent(request(path=url))[2] == expected


def test_headers_that_curl_writes_itself_are_left_to_it() -> None:
    words = sent(
        request(
            headers=(
                ("Host", "127.0.0.1:5000"),
                ("accept-encoding", "gzip"),
                ("Content-Length", "3"),
                (":authority", "x"),
                ("sec-fetch-mode", "cors"),
                ("Accept", "application/json"),
            )
        )
    )

    assert words[3:] == ["-H", "Accept: application/json"]


def test_a_forged_host_and_an_empty_header_are_kept() -> None:
    words = sent(request(headers=(("Host", "evil.example"), ("X-Y", ""))))

    assert words[3:] == ["-H", "Host: evil.example", "-H", "X-Y;"]


def test_a_body_without_a_type_gets_none_from_curl() -> None:
    words = sent(request("POST", "/x", (), "plain"))

    assert words[3:] == ["-H", "Content-Type:", "--data-raw", "plain"]


@pytest.mark.parametrize(
    ("method", "body", "switches"),
    [
        ("GET", "", []),
        ("POST", "x", []),
        ("POST", "", ["-X", "POST"]),
        ("GET", "x", ["-X", "GET"]),
        ("DELETE", "", ["-X", "DELETE"]),
        ("HEAD", "", ["--head"]),
    ],
)
def test_the_method_is_named_where_curl_would_guess_wrong(
    method: str, body: str, switches: list[str]
) -> None:
    words = sent(request(method, "/x", (), body))

    assert words[2 : 2 + len(switches)] == switches
    assert words[2 + len(switches)] == "https://ft.example/x"


def test_curl_leaves_brackets_and_dots_in_the_address_alone() -> None:
    words = sent(request(path="/a/../b?scope[]={x}"))

    assert words[2:4] == ["--globoff", "--path-as-is"]


def test_a_carriage_return_survives_every_way_of_copying() -> None:
    command = curl_command(request("POST", "/x", (FORM,), "a\r\nb"), BASE)

    assert "\r" not in command
    assert argv(command)[-1] == "a\r\nb"


@pytest.mark.parametrize(
    "one",
    [request(path="/\0"), request(headers=(("X", "a\0"),))],
    ids=["url", "header"],
)
def test_a_nul_is_admitted_to_be_impossible(one: RecordedRequest) -> None:
    assert curl_command(one, BASE)[0] == "#"


def test_a_body_that_was_not_kept_whole_is_not_sent_as_if_it_were() -> None:
    recorded = "a" * 100 + "\n… 4000 more characters"

    assert curl_command(request("POST", "/x", (), recorded), BASE)[0] == "#"


def multipart(*parts: tuple[str, str]) -> RecordedRequest:
    body = "".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n"
        f"{content}\r\n"
        for head, content in parts
    )
    kind = ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    return request("POST", "/x", (kind,), body + f"--{BOUNDARY}--\r\n")


def test_a_multipart_form_is_one_argument_a_part() -> None:
    words = sent(
        multipart(
            ('name="scope"', "workouts:read profile:read"),
            ('name="code"', "authorization_code#1"),
            ('name="note"', '@a;b "q" \\'),
            ('name="file"; filename="a b.gpx"', "<gpx/>\n"),
        )
    )

    assert words[3:] == [
        "-F",
        "scope=workouts:read profile:read",
        "-F",
        "code=c0de",
        "-F",
        'note="@a;b \\"q\\" \\\\"',
        "-F",
        'file="<gpx/>\n";filename=a b.gpx',
    ]


def test_a_broken_multipart_body_goes_as_it_was() -> None:
    one = multipart(('name="a"', "1"))
    broken = request("POST", "/x", one.headers, one.body[:-9])

    assert sent(broken)[-2:] == ["--data-raw", broken.body]


def test_curl_sends_the_multipart_form_that_was_recorded(
    echo: Callable[[str], str],
) -> None:
    parts = (
        ('name="note"', '@a;b "q" \\'),
        ('name="plain"', "x=y z"),
        ('name="lines"', "one\ntwo"),
    )

    body = echo(curl_command(multipart(*parts), BASE))

    boundary = re.match(r"--(\S+)", body)
    assert boundary
    assert body.replace(boundary[1], BOUNDARY) == multipart(*parts).body


@settings(deadline=None)
@given(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        min_size=1,
        max_size=40,
    ).filter(lambda text: "#" not in text)
)
def test_any_text_reaches_curl_unchanged(text: str) -> None:
    one = request("POST", "/x", (), f"{text} access_token#2")

    assert sent(one)[-1] == f"{text} {VALUES['ACCESS_TOKEN_2']}"


def test_a_command_without_variables_splits_as_any_shell_would() -> None:
    one = request("POST", "https://o.example/x", (FORM,), "a=it's&b=$x")

    assert shlex.split(curl_command(one, BASE).replace("\\\n", "")) == [
        "curl",
        "-sS",
        "-i",
        "https://o.example/x",
        "-H",
        "Content-Type: application/x-www-form-urlencoded",
        "--data-raw",
        "a=it's",
        "--data-raw",
        "b=$x",
    ]


@pytest.fixture
def echo(tmp_path: Path) -> Callable[[str], str]:
    """Runs a command with the real curl and returns the body it sent."""
    import shutil
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    bodies = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            bodies.append(self.rfile.read(length).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    def run(command: str) -> str:
        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            url = f"http://127.0.0.1:{server.server_port}"
            subprocess.run(
                ["sh", "-c", command],
                env=VALUES | {"FITTRACKEE_URL": url, "NO_PROXY": "*"},
                capture_output=True,
                check=True,
                timeout=10,
            )
            thread.join(10)
        return bodies[-1]

    return run
