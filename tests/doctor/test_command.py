"""The command: output, exit status, and servers that are not FitTrackee."""

import contextlib
import json
import os
import re
import socket
import threading
from types import SimpleNamespace

import pytest

from conformance import cli
from conformance.proxies import SetUp
from conformance.proxies.set_up import PASSED
from tests.run import command

from .conftest import GOOD, answer, present

URL = "https://fittrackee.test:1"


@pytest.fixture
def doctor(capsys, monkeypatch):
    """Return a function that runs the command in this process."""
    for name in [n for n in os.environ if n.startswith("FITTRACKEE_")]:
        monkeypatch.delenv(name)

    def run(*words, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as left:
            cli.main(["doctor", *words])
        expected = capsys.readouterr()
        return SimpleNamespace(
            status=left.value.code, stdout=expected.out, stderr=expected.err
        )

    return run


def surroundings(front, user=None):
    env = {
        "FITTRACKEE_ADDRESS": front.reach.address,
        "SSL_CERT_FILE": front.reach.authority,
    }
    if user:
        env["FITTRACKEE_EMAIL"] = user.email
        env["FITTRACKEE_PASSWORD"] = user.password
    return env


def test_good_one(tmp_path, behind, people):
    """In a process of its own, as a user runs it."""
    front = behind(present("nginx"), SetUp(body_limit=20_000_000))
    done = command.execute(
        [*command.COMMAND, "doctor", "--target", front.url],
        tmp_path,
        tmp_path,
        env=surroundings(front, people.owner),
    )
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout.startswith(f"FitTrackee 1.3.6 at {front.url}\n")
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(
        r"Nothing found, \d+ requests, 6 further TLS handshakes\.", last
    )
    assert "--http-port" in done.stdout  # which plain HTTP is not known
    assert "\x1b" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_broken_one(doctor, behind, people):
    front = behind(present("nginx"), SetUp(proto=PASSED))
    env = surroundings(front, people.owner)
    done = doctor("--target", f"{front.url}/", **env)
    assert done.status == 1
    assert "broken: The proxy does not set X-Forwarded-Proto." in done.stdout
    for line in (
        "proxy_set_header X-Forwarded-Proto $scheme;",
        'RequestHeader set X-Forwarded-Proto "expr=%{REQUEST_SCHEME}"',
        "header_up X-Forwarded-Proto {scheme}",
        "http-request set-header X-Forwarded-Proto https if { ssl_fc }",
        "forwardedHeaders:",
    ):
        assert line in [text.strip() for text in done.stdout.splitlines()]
    assert people.owner.password not in done.stdout + done.stderr


def test_json(doctor, behind, people):
    front = behind(present("nginx"), SetUp(proto=PASSED))
    port = front.http_url.rpartition(":")[2]
    env = surroundings(front, people.owner)
    words = ["--target", front.url, "--json", "--http-port", port]
    done = doctor(*words, **env)
    result = json.loads(done.stdout)
    assert done.status == result["status"] == 1
    assert result["target"] == front.url
    assert result["version"] == "1.3.6"
    causes = [finding["cause"] for finding in result["findings"]]
    assert causes == ["scheme-missing", "redirect-loses-post"]
    assert result["findings"][0]["remedy"]["nginx"] == {
        "where": "in location",
        "instead_of": "",
        "lines": "proxy_set_header X-Forwarded-Proto $scheme;",
    }
    assert result["requests"] > 0
    assert people.owner.password not in done.stdout


def test_wrong_password(doctor, behind, people):
    """Checks that need no session still run."""
    front = behind(present("caddy"), GOOD)
    env = surroundings(front, people.owner)
    env["FITTRACKEE_PASSWORD"] = "wr0ng-one!"
    done = doctor("--target", front.url, **env)
    assert done.status == 0
    refused = "the login with FITTRACKEE_EMAIL was refused (401"
    assert refused in flat(done.stdout)
    assert "Authorization gets through" in done.stdout
    assert "wr0ng-one!" not in done.stdout + done.stderr


def flat(text):
    return " ".join(text.split())


# -- servers that are not FitTrackee -------------------------------------


WEBSITE = answer(200, b"<html>Welcome</html>")
PAGES = {
    "some website": ({}, "not a FitTrackee"),
    "redirection to itself": (
        {"/api/ping": answer(301, location="/api/ping")},
        "redirects to itself without end",
    ),
    "redirection elsewhere": (
        {"/api/ping": answer(302, location="https://x.example/")},
        "redirects to https://x.example/; give the address",
    ),
    "a proxy's own password": (
        {"/api/ping": answer(401, www_authenticate='Basic realm="x"')},
        "the proxy asks for a password of its own",
    ),
    "upstream is down": (
        {"/api/ping": answer(502)},
        "GET /api/ping answered 502",
    ),
    "rate limit": (
        {
            "/api/ping": answer(200, b'{"message": "pong!"}'),
            "/api/config": answer(200, b'{"data": {"version": "1.2.3"}}'),
            "/api/oauth/token": answer(429, retry_after="7"),
        },
        "rate limit was reached (429)",
    ),
}


@pytest.mark.parametrize("case", PAGES)
def test_unusable_server(case, app, doctor):
    pages, expected = PAGES[case]
    port = app(lambda request: pages.get(request.path, WEBSITE))
    complaint(doctor("--target", f"http://127.0.0.1:{port}"), expected)


def complaint(done, expected):
    """Assert status 2 and one line of error output that holds a text."""
    assert done.status == 2, done.stdout
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert expected in line


@pytest.fixture
def babbler():
    """A server that speaks neither HTTP nor TLS."""
    listener = socket.create_server(("127.0.0.1", 0))

    def babble():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(b"220 mail.example ESMTP\r\n")
                    connection.recv(1024)

    thread = threading.Thread(target=babble)
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_no_tls(doctor, babbler):
    done = doctor("--target", f"https://{babbler}")
    complaint(done, "does not speak TLS (wrong version number)")


def test_no_http(doctor, babbler):
    done = doctor("--target", f"http://{babbler}")
    complaint(done, "is the server running?")


@pytest.mark.parametrize(
    ("words", "env", "expected"),
    [
        ([], {}, "Missing option '--target'"),
        (["--target", "reference"], {}, "reference: give the address"),
        (["--target", "http://x.example"], {}, "give its https:// address"),
        (["--target", "https://a:b@x"], {}, "holds credentials"),
        (["--target", URL, "--http-port", "0"], {}, "0 is not in the range"),
        (["--target", URL], {}, "no such host"),
        (
            ["--target", URL],
            {"FITTRACKEE_ADDRESS": "localhost"},
            "FITTRACKEE_ADDRESS=localhost: give the IP address",
        ),
        (
            ["--target", URL],
            {"FITTRACKEE_ADDRESS": "127.0.0.1"},
            "connection refused",
        ),
        (
            ["--target", URL],
            {"SSL_CERT_FILE": "absent.pem"},
            "SSL_CERT_FILE=absent.pem: no certificates can be read",
        ),
        (
            ["--target", URL],
            {"FITTRACKEE_EMAIL": "a@example.com"},
            "FITTRACKEE_EMAIL is set without FITTRACKEE_PASSWORD",
        ),
    ],
)
def test_bad_input(doctor, words, env, expected):
    complaint(doctor(*words, **env), expected)
