"""A real release starts with its users, and leaves nothing behind."""

import tempfile
from pathlib import Path

import httpx
import pytest

from conformance import proxies
from conformance.adversary.races.overlap import SERIAL, Overlap
from conformance.catalogue.releases import newest
from conformance.instance.connection import connect
from conformance.targets import parse

NEWEST = f"pip:fittrackee=={newest()}"


@pytest.fixture
def temporary(monkeypatch):
    """The folder of temporary folders; PostgreSQL's user can enter it."""
    with tempfile.TemporaryDirectory(prefix="ftc-test-") as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def processes_in(folder):
    """Return the command lines of processes that name a folder."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended meanwhile
            continue
        if str(folder) in line:
            lines.append(line)
    return lines


def login(instance, user):
    return httpx.post(
        f"{instance.url}/api/auth/login",
        json={"email": user.email, "password": user.password},
        timeout=30,
    )


@pytest.mark.usefixtures("real_server_parts")
def test_a_release_starts_and_leaves_nothing(temporary):
    with parse(NEWEST, environ={}).start() as instance:
        assert instance.app_workers == "2 processes with 4 threads each"
        running = processes_in(temporary)
        assert any("gunicorn" in line for line in running)
        assert any("postgres" in line for line in running)
        config = httpx.get(f"{instance.url}/api/config").json()
        assert config["data"]["version"] == instance.version == newest()
        assert instance.disposable
        overlap = Overlap(connect(instance))
        overlap.prove()
        assert overlap.problem is None
        for user in (instance.owner, instance.stranger, instance.admin):
            answer = login(instance, user)
            assert answer.status_code == 200
            assert answer.json()["status"] == "success"
            assert not any(user.password in line for line in running)
    assert processes_in(temporary) == []
    assert list(temporary.iterdir()) == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{instance.url}/api/ping")


@pytest.mark.usefixtures("real_server_parts")
def test_a_release_knows_its_address_behind_a_proxy(temporary):
    names = (n for n in proxies.NAMES if proxies.get(n).find())
    if not (name := next(names, "")):
        pytest.skip("no proxy is installed")
    target = parse(NEWEST, environ={}, behind=proxies.behind(name))
    with target.start() as instance:
        assert instance.url.startswith("https://fittrackee.test:")
        assert instance.upstream.startswith("http://127.0.0.1:")
        with httpx.Client(transport=instance.reach.transport()) as client:
            config = client.get(f"{instance.url}/api/config").json()
        assert config["data"]["version"] == newest()
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("real_server_parts")
def test_one_worker_serves_one_request_at_a_time(temporary):
    target = parse(NEWEST, environ={}, app_workers=1)
    with target.start() as instance:
        assert instance.app_workers == "1 process"
        [started, *_] = [p for p in processes_in(temporary) if "gunicorn" in p]
        assert "--workers 1 " in started
        assert "gthread" not in started
        overlap = Overlap(connect(instance))
        overlap.prove()
        assert str(overlap.problem) == SERIAL
