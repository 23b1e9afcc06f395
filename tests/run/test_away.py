"""A target whose login page leads to another host, judged by the command."""

import contextlib
import socketserver
import threading

import pytest
from flask import redirect

from conformance.reference import ReferenceServer, User, serve
from conformance.targets import users

from . import command

SCENARIOS = (
    *("--scenario", "browser/test_consent.py::test_consent_names_the_app"),
    *("--scenario", "browser/test_login.py::*"),
    *("--scenario", "protocol/test_code.py::test_code_is_printable"),
)


@pytest.fixture
def trap():
    heard = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            heard.append(self.client_address)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    server.heard = heard
    server.url = f"http://localhost:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_nothing_is_typed_into_another_hosts_page(tmp_path, browser, trap):
    people = users.new_users()
    server = ReferenceServer(
        f"sqlite:///{tmp_path}/data.sqlite",
        [User(u.name, u.email, u.password) for u in people],
    )
    away = f"{trap.url}/login"
    server.wrap("GET /login", lambda _view: lambda *_, **__: redirect(away))
    with contextlib.closing(server), serve(server) as url:
        done = command.run(
            tmp_path,
            *("--target", url, *SCENARIOS),
            env={
                "FITTRACKEE_EMAIL": people.owner.email,
                "FITTRACKEE_PASSWORD": people.owner.password,
            },
        )
    assert done.status == 2
    for scenario in done.results["scenarios"]:
        if scenario["id"].startswith("browser/"):
            assert scenario["verdict"] == "blocked"
            assert scenario["message"] == (
                f"precondition failed: the page /login is at {trap.url}, "
                f"not at the target {url}: nothing was typed"
            )
            [seen] = scenario["observations"]
            assert seen == f"a page asked for {trap.url} and was kept from it"
        else:
            assert scenario["verdict"] == "pass"
    assert trap.heard == []
