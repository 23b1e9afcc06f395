"""Traefik's configuration, tested without Traefik."""

from pathlib import Path

import pytest

from conformance import proxies
from conformance.proxies import Plain, SetUp
from conformance.proxies.base import Place
from conformance.proxies.set_up import APPENDED, MISSING, PASSED, fixed

PLACE = Place(
    name="fittrackee.test",
    port=20443,
    plain_port=20080,
    upstream="127.0.0.1:5000",
    folder=Path("/lab"),
    certificate=Path("/lab/leaf.pem"),
    key=Path("/lab/key.pem"),
    both=Path("/lab/both.pem"),
)
TRAEFIK = proxies.get("traefik")


def lines(set_up):
    text = TRAEFIK.render(set_up, PLACE)
    return [line.strip() for line in text.splitlines()]


def test_documented_set_up():
    found = lines(SetUp())
    assert 'X-Forwarded-Proto: "https"' in found
    assert 'X-Forwarded-Proto: "http"' in found  # of the other entry point
    assert "rule: Host(`fittrackee.test`)" in found
    assert "- url: http://127.0.0.1:5000" in found
    assert "- certFile: /lab/leaf.pem" in found
    assert "replacement: https://fittrackee.test:20443/${1}" in found


@pytest.mark.parametrize(
    ("header", "value"), [(MISSING, ""), (fixed("https,http"), "https,http")]
)
def test_scheme(header, value):
    assert f'X-Forwarded-Proto: "{value}"' in lines(SetUp(proto=header))


def test_all_other_settings():
    found = lines(
        SetUp(
            host=MISSING,
            more=(("Forwarded", "proto=https"),),
            stripped=("Cookie",),
            cors="*",
            path="/fittrackee",
            body_limit=8192,
            buffered=False,
            http2=False,
            plain=Plain.SERVED,
        )
    )
    assert 'Forwarded: "proto=https"' in found
    assert 'Cookie: ""' in found
    assert 'Access-Control-Allow-Origin: "*"' in found
    assert "prefixes: [/fittrackee]" in found
    assert "maxRequestBodyBytes: 8192" in found
    assert "passHostHeader: false" in found
    assert "flushInterval: -1ms" in found
    assert "alpnProtocols: [http/1.1]" in found
    assert "middlewares: [forwarded-http, sub-path, limit]" in found


@pytest.mark.parametrize(
    "set_up",
    [
        SetUp(proto=PASSED),
        SetUp(proto=APPENDED),
        SetUp(redirect_status=307),
    ],
)
def test_unsupported_set_ups_have_a_reason(set_up):
    assert TRAEFIK.unsupported(set_up).startswith("Traefik ")
    assert TRAEFIK.unsupported(SetUp()) == ""


def test_program_and_container_get_the_same_options():
    own = TRAEFIK.command("/usr/local/bin/traefik", PLACE)
    contained = TRAEFIK.command("/usr/bin/docker", PLACE)
    assert own[0] == "/usr/local/bin/traefik"
    assert contained[:2] == ["/usr/bin/docker", "run"]
    assert contained[-len(own) + 1 :] == own[1:]
    assert "/lab:/lab:ro" in contained


def test_an_absent_image_is_not_downloaded(monkeypatch, tmp_path):
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\necho "$@" >> "$0.log"\nexit 1\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert TRAEFIK.find() == ""
    asked = (tmp_path / "docker.log").read_text()
    assert asked == "image inspect traefik:v3\n"
