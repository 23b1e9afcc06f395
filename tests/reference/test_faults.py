"""Faults: their registry, and the seams that apply them."""

from __future__ import annotations

import pytest

from conformance import faults
from conformance.faults import fault

from .actors import Server


def test_faults_are_found_by_name():
    registered = faults.all_faults()
    names = [f.name for f in registered]
    assert names == sorted(set(names))
    assert faults.get(names[0]) is registered[0]
    for each in registered:
        assert each.violates
        assert each.summary.endswith(".")


def test_no_two_faults_share_a_name():
    faults.load()

    def code_survives_exchange(server):
        """Another one."""

    with pytest.raises(ValueError, match="code_survives_exchange"):
        fault(violates="x/1/y")(code_survives_exchange)


def test_a_fault_needs_a_summary():
    def undocumented(server):
        pass

    with pytest.raises(ValueError, match="docstring"):
        fault(violates="x/1/y")(undocumented)


@pytest.mark.parametrize(
    "server", [{"fault": "code_survives_exchange"}], indirect=True
)
def test_a_fault_breaks_its_server(server, owner, app):
    code = owner.code(app)
    for _ in range(2):
        assert app.exchange(code).status_code == 200


class TestSeams:
    def test_replace_returns_the_original(self, server, owner, app):
        original = server.reference.replace(
            "consented_scope",
            lambda app, scope: original(app, scope or app.scope),
        )
        assert "code=" in owner.authorize(app, scope=None).text
        assert "invalid_scope" in owner.authorize(app, scope="x").text

    def test_replace_knows_its_rules(self, server):
        with pytest.raises(AttributeError):
            server.reference.replace("no_such_rule", lambda: None)

    def test_before_may_respond(self, server):
        server.reference.before("GET /api/ping", lambda _request: ("", 418))
        assert server.client().get("/api/ping").status_code == 418
        assert server.client().get("/api/config").status_code == 200

    def test_after_is_called_for_errors_too(self, server):
        seen = []
        server.reference.after(
            "GET /api/oauth/apps", lambda r: seen.append(r.status_code)
        )
        assert server.client().get("/api/oauth/apps").status_code == 401
        assert seen == [401]

    def test_after_every_endpoint(self, server):
        def mark(response):
            response.headers["X-Mark"] = "1"

        server.reference.after("*", mark)
        http = server.client()
        for path in ("/api/ping", "/", "/nowhere", "/api/oauth/token"):
            assert http.get(path).headers["x-mark"] == "1"

    def test_wrapped_view_is_called_after_access_control(
        self, server, owner, app
    ):
        calls = []

        def wrapper(view):
            def counted(server, caller, **arguments):
                calls.append(caller.account.username)
                return view(server, caller, **arguments)

            return counted

        server.reference.wrap("GET /api/oauth/apps", wrapper)
        assert server.client().get("/api/oauth/apps").status_code == 401
        assert owner.http.get("/api/oauth/apps").status_code == 200
        assert calls == ["owner"]

    def test_endpoints_are_checked(self, server):
        for seam in ("before", "after", "wrap"):
            with pytest.raises(KeyError):
                getattr(server.reference, seam)("GET /nowhere", print)

    def test_page(self, server):
        server.reference.page("login", lambda html: html + "<!-- x -->")
        assert "<!-- x -->" in server.client().get("/login").text
        assert "<!-- x -->" not in server.client().get("/").text

    def test_authlib_classes_are_the_servers_own(self, tmp_path):
        servers = [Server(f"sqlite:///{tmp_path}/{n}.db") for n in (1, 2)]
        one, other = (s.reference for s in servers)
        for name in (
            "code_grant",
            "refresh_grant",
            "code_challenge",
            "revocation_endpoint",
            "bearer_validator",
        ):
            assert getattr(one, name) is not getattr(other, name)
        for server in servers:
            server.close()
