"""A server that is already running, given by its address."""

import re
from dataclasses import replace

import httpx
import pytest

from conformance.catalogue.releases import newest
from conformance.reference import ReferenceServer, User, serve

from . import command

pytestmark = pytest.mark.xdist_group("url target")
SOME = (
    *("--requirement", "rfc7009/*"),
    *("--requirement", "fittrackee/api-oauth2/apps-*"),
    *("--requirement", "rfc6749/4.1.2/*"),
)


def names_of_apps(server, role):
    """Ask the server, without the harness, which apps a user has."""
    email, password = server.users[role]
    with httpx.Client(base_url=server.url) as client:
        login = client.post(
            "/api/auth/login", json={"email": email, "password": password}
        )
        assert login.status_code == 200
        cookies = [
            header.partition(";")[0]
            for header in login.headers.get_list("set-cookie")
        ]
        headers = {"Cookie": "; ".join(cookies)}
        answer = client.get("/api/oauth/apps", headers=headers)
    assert answer.status_code == 200
    return [app["name"] for app in answer.json()["data"]["clients"]]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The built-in target, to compare with."""
    return command.run(tmp_path_factory.mktemp("reference"), *SOME)


def test_same_verdicts_as_the_reference(tmp_path, serving, reference):
    server = serving()
    before = {r: names_of_apps(server, r) for r in ("owner", "stranger")}
    done = command.run(
        tmp_path,
        *("--target", server.url, *SOME),
        env=server.credentials("owner", "stranger", "admin"),
    )
    expected = reference.verdicts()
    for scenario in done.results["scenarios"]:
        if scenario["verdict"] == "unsupported":
            # Only where more than a visitor's means, or time, are needed.
            told = scenario["message"]
            assert re.search("harness|--slow|at a time", told)
            expected[scenario["id"]] = "unsupported"
    assert done.verdicts() == expected
    assert done.status == reference.status
    assert done.results["target"]["kind"] == "url"
    assert done.results["target"]["url"] == server.url
    assert done.results["notes"] == []
    assert before == {r: names_of_apps(server, r) for r in before}


def test_broken_server_is_found_out(tmp_path, serving):
    server = serving("--fault", command.FAULT)
    before = names_of_apps(server, "owner")
    done = command.run(
        tmp_path,
        *("--target", f"{server.url}/", "--requirement", command.ONE),
        env=server.credentials("owner"),
    )
    assert done.status == 1
    assert done.requirement(command.ONE)["verdict"] == "fail"
    assert names_of_apps(server, "owner") == before


def test_wrong_password_is_2(tmp_path, serving):
    server = serving()
    env = server.credentials("owner") | {"FITTRACKEE_PASSWORD": "wr0ng-one!"}
    done = command.run(tmp_path, "--target", server.url, env=env)
    assert done.status == 2
    [line] = done.errors
    assert "the login with FITTRACKEE_EMAIL was refused (401" in line
    assert "owner@example.com" not in line
    assert "check the email address and the password" in line
    assert len(done.stderr.splitlines()) == 1
    assert done.results["verdict"] == "not judged"
    assert done.results["target"]["url"] == server.url
    assert "wr0ng-one!" not in (done.report / "results.json").read_text()


def test_wrong_password_of_the_second_user_is_2(tmp_path, serving):
    server = serving()
    env = server.credentials("owner", "stranger")
    env["FITTRACKEE_OTHER_PASSWORD"] = "wr0ng-one!"
    done = command.run(tmp_path, "--target", server.url, env=env)
    assert done.status == 2
    assert "the login with FITTRACKEE_OTHER_EMAIL was" in done.errors[0]


def test_without_a_second_user_isolation_is_unsupported(tmp_path, serving):
    server = serving()
    done = command.run(
        tmp_path,
        *("--target", server.url),
        env=server.credentials("owner")
        | command.plugin("meddler")
        | {"MEDDLE_ONLY": "test_isolation.py"},
    )
    scenarios = done.results["scenarios"]
    assert scenarios
    needing = [s for s in scenarios if s["verdict"] == "unsupported"]
    assert needing
    for scenario in needing:
        assert "FITTRACKEE_OTHER_EMAIL" in scenario["message"]
    assert {s["verdict"] for s in scenarios} <= {"unsupported", "pass"}


def test_newer_release_is_held_to_the_newest_known(tmp_path):
    user = User("owner", "owner@example.com", "correct horse")
    server = ReferenceServer(f"sqlite:///{tmp_path}/site.db", users=[user])
    server.contract = replace(server.contract, release="9.9.0")
    env = {
        "FITTRACKEE_EMAIL": user.email,
        "FITTRACKEE_PASSWORD": user.password,
    }
    with serve(server) as url:
        words = ("--target", url, "--requirement", command.ONE)
        done = command.run(tmp_path, *words, env=env)
    server.close()
    assert done.status == 0
    assert done.results["target"]["version"] == "9.9.0"
    [note] = done.results["notes"]
    assert note.startswith("FitTrackee 9.9.0 is newer than any known release")
    assert note in (done.report / "index.html").read_text("utf-8")


def test_what_a_newer_release_lacks_is_unsupported(tmp_path):
    """A question gets the front end's page there, other methods a 405."""
    users = [
        User("owner", "owner@example.com", "correct horse"),
        User("admin", "admin@example.com", "correct horse", admin=True),
    ]
    server = ReferenceServer(f"sqlite:///{tmp_path}/site.db", users=users)
    page = {"Content-Type": "text/html; charset=utf-8"}
    lacking = {
        "GET /api/equipments": ("<!doctype html><p>FitTrackee", 200, page),
        "POST /api/equipments": ("", 405),
    }
    for endpoint, answer in lacking.items():
        server.before(endpoint, lambda _, answer=answer: answer)
    globs = ("get-equipments-*", "post-equipments-*", "get-workouts-*")
    words = [f"fittrackee/scope-map/{glob}" for glob in globs]
    env = {
        "FITTRACKEE_EMAIL": users[0].email,
        "FITTRACKEE_PASSWORD": users[0].password,
    }
    found = {}
    for release in ("9.9.0", newest()):
        server.contract = replace(server.contract, release=release)
        with serve(server) as url:
            options = [w for word in words for w in ("--requirement", word)]
            done = command.run(tmp_path, "--target", url, *options, env=env)
        found[release] = {
            row["id"].rpartition("/")[2]: (row["verdict"], row["reason"])
            for row in done.results["requirements"]
        }
    server.close()
    told = "this instance has no {}, and is newer than any documentation"
    for name, (verdict, reason) in found["9.9.0"].items():
        if name in {"get-equipments-let-in", "get-equipments-kept-out"}:
            assert verdict == "unsupported"
            assert reason.startswith(told.format("GET /api/equipments"))
        elif name in {"post-equipments-let-in", "post-equipments-kept-out"}:
            assert verdict == "unsupported"
            assert reason.startswith(told.format("POST /api/equipments"))
        else:
            assert verdict == "pass", name
    assert found[newest()]["get-equipments-let-in"][0] == "fail"


# -- read only ----------------------------------------------------------


def requests_of(results):
    return {
        (exchange["request"]["method"], exchange["request"]["url"])
        for scenario in results["scenarios"]
        for exchange in scenario["exchanges"]
    }


def test_read_only_run_only_reads(tmp_path, serving, browser):
    server = serving()
    before = names_of_apps(server, "owner")
    done = command.run(
        tmp_path,
        *("--target", server.url, "--read-only"),
        *(
            "--requirement",
            "rfc6750/3*",
            "--requirement",
            "fittrackee/oauth/*",
        ),
        *("--requirement", "fittrackee/api-oauth2/apps-session-*"),
        env=server.credentials("owner", "stranger"),
    )
    results = done.results
    assert results["options"]["read_only"] is True
    written = {
        (method, url)
        for method, url in requests_of(results)
        if method not in {"GET", "HEAD", "OPTIONS"}
        and not url.endswith("/api/auth/login")
    }
    assert written == set()
    counts = results["scenario_counts"]
    assert counts["unsupported"] > 0
    assert counts["error"] == counts["blocked"] == counts["fail"] == 0
    assert names_of_apps(server, "owner") == before
    judged = counts["pass"] + counts["warn"] + counts["known"]
    assert done.status == (0 if judged else 2)


def test_read_only_run_that_judged_nothing_is_2(tmp_path):
    done = command.run(tmp_path, "--read-only", "--requirement", command.ONE)
    assert done.status == 2
    assert done.results["reason"] == "nothing could be judged"
    row = done.requirement(command.ONE)
    assert row["verdict"] == "unsupported"
    assert "read-only" in row["reason"]
