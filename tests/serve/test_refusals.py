"""Invalid options of ``serve``: one line of error output, status 2."""

from __future__ import annotations

import re
import socket
import sqlite3

import pytest

from conformance.serve.demonstration import demonstration

from .serving import refused

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--contract", "0.9"], "no contract '0.9': .*newest, .*0.8, 0.7"),
        (["--fault", "unheard_of"], "no fault 'unheard_of': .*list faults"),
        (["--fault", ""], "no fault ''"),
        (["--rate-limit", "often"], "--rate-limit: .*'300 per 5 minutes'"),
        (["--rate-limit", "3 per 0 days"], "'300 per 5 minutes'"),
        (["--rate-limit", ""], "'300 per 5 minutes'"),
        (["--access-token-lifetime", "0"], "0 is not in the range"),
        (
            ["--redirect-uri", "http://a.example/"],
            "'http://a.example/' .*https",
        ),
        (["--redirect-uri", "javascript:x"], "'javascript:x' cannot be regis"),
        (
            ["--database-url", ""],
            "--database-url is not a URL: write sqlite",
        ),
        (["--database-url", "nonsense"], "not a URL: write sqlite:///"),
        (["--database-url", "mysql://x/y"], "only sqlite:///FILE or postgres"),
        (["--database-url", "sqlite://"], "SQLite needs a file"),
        (["--database-url", "sqlite:///:memory:"], "SQLite needs a file"),
        (
            ["--database-url", "sqlite:////no/where/x"],
            "cannot be opened: unab",
        ),
        (["--database-url", f"postgresql://h:{SECRET}/y"], "is not a URL"),
        (["--database-url", f"postgresql://u:x@{SECRET}@h/y"], "%40 for an @"),
    ],
)
def test_invalid_option(tmp_path, words, error):
    line = refused(tmp_path, *words)
    assert re.search(error, line), line
    assert SECRET not in line
    assert list(tmp_path.iterdir()) == []


def test_file_that_is_not_a_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Not a database at all, but a text. " * 50)
    line = refused(tmp_path, "--database-url", f"sqlite:///{path}")
    assert "cannot be opened: file is not a database" in line
    assert path.read_text().startswith("Not a database")


def test_database_of_another_program(tmp_path):
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE users (name TEXT)")
    connection.close()
    line = refused(tmp_path, "--database-url", f"sqlite:///{path}")
    assert "tables of another program; name an empty one" in line
    connection = sqlite3.connect(path)
    tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert tables == [("users",)]


def test_database_server_that_is_not_running(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"postgresql://me:{SECRET}@127.0.0.1:{port}/x"
    line = refused(tmp_path, "--database-url", url)
    assert "cannot be opened: connection failed" in line
    assert SECRET not in line


def test_port_in_use(tmp_path):
    """The database is not created."""
    path = tmp_path / "kept.sqlite"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ["--port", port, "--database-url", f"sqlite:///{path}"]
        line = refused(tmp_path, *words)
    assert f"port {port} cannot be used: Address already in use" in line
    assert "--port" in line
    assert not path.exists()


@pytest.mark.parametrize(
    "fault", ["client_id_from_the_payload", "secret_holds_the_client_id"]
)
def test_fault_of_registration_does_not_affect_the_printed_app(fault):
    with demonstration(fault=fault) as ready:
        assert len(ready.client_id) == 24
        assert len(ready.client_secret) == 48
