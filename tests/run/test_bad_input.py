"""Bad input: one line that says what to do, status 2, never "conforms"."""

import contextlib
import http.server
import json
import re
import socket
import sys
import threading

import pytest

from . import command

pytestmark = pytest.mark.xdist_group("bad input")

USER = {
    "FITTRACKEE_EMAIL": "owner@example.com",
    "FITTRACKEE_PASSWORD": "not-the-password",
}
OLDER = {"verdict": "conforms"}
PAGE = b"<!doctype html><a href=fittrackee-1.3.6-py3-none-any.whl>Welcome</a>"


class Website(http.server.BaseHTTPRequestHandler):
    """Something else than FitTrackee: one page, at every address.

    For pip it is a package index that has one release.
    """

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def website():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Website)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def nothing():
    """An address at which nothing answers."""
    with contextlib.closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))  # bound but not listening
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def folder(tmp_path):
    """A folder whose older report says that the target conforms."""
    report = tmp_path / "report"
    report.mkdir()
    (report / "results.json").write_text(json.dumps(OLDER))
    (report / "index.html").write_text("<h1>conforms</h1>")
    (report / "junit.xml").write_text('<testsuite tests="1" errors="0"/>')
    return tmp_path


def complaint(done, *, plain=False):
    """Return the one line; check that nothing says more than it may."""
    assert done.status in ({2, 4} if plain else {2}), done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    [line] = done.errors
    if not plain:
        assert done.stderr.startswith(line)
    return line


def check_report(done, line):
    """Check that the report is there, new, and judges nothing."""
    results = done.results
    assert results["verdict"] == "not judged"
    assert f"error: {' '.join(results['reason'].split())}" == line
    assert set(results["counts"].values()) <= {0} or not any(
        n for v, n in results["counts"].items() if v != "untested"
    )
    page = (done.report / "index.html").read_text("utf-8")
    assert "<h1>conforms</h1>" not in page
    assert "not judged" in page.lower()
    junit = (done.report / "junit.xml").read_text("utf-8")
    assert 'errors="1"' in junit


BAD = {
    "unknown kind": (
        ["--target", "ftp:somewhere"],
        {},
        "ftp:somewhere: unknown kind of target; use one of: reference, ",
    ),
    "kind of a later version": (
        ["--target", "docker:v1.3.6"],
        {},
        "docker is not available in this version yet; use one of",
    ),
    "unreachable": (
        ["--target", "{nothing}"],
        USER,
        "{nothing}: connection refused; is the server running",
    ),
    "no such host": (
        ["--target", "https://fittrackee.invalid"],
        USER,
        "https://fittrackee.invalid: .*; is the name right|is the server",
    ),
    "no credentials": (
        ["--target", "{nothing}"],
        {},
        "set FITTRACKEE_EMAIL and FITTRACKEE_PASSWORD to the credentials",
    ),
    "half of the credentials": (
        ["--target", "{nothing}"],
        {"FITTRACKEE_EMAIL": "owner@example.com"},
        "FITTRACKEE_EMAIL is set without FITTRACKEE_PASSWORD",
    ),
    "not a FitTrackee": (
        ["--target", "{website}"],
        USER,
        "{website}: not a FitTrackee .*; give the base URL of a running Fit",
    ),
    "no release": (
        ["--target", "pip:fittrackee"],
        {},
        "pip:fittrackee: not a release; give one, such as pip:",
    ),
    "no such contract": (["--target", "reference:9.9"], {}, "9.9"),
    "no such requirement": (
        ["--requirement", "rfc6749/99/*"],
        {},
        "--requirement rfc6749/99/. matches no requirement; see: fittrackee-",
    ),
    "unknown fault": (["--fault", "never_heard_of"], {}, "never_heard_of"),
    "fault of a real server": (
        ["--target", "{nothing}", "--fault", command.FAULT],
        USER,
        "a fault can only be put into the reference; leave --fault out",
    ),
    "no such list": (["--known", "absent.toml"], {}, "absent.toml: No such"),
    "bad list": (["--known", "bad.toml"], {}, "--known .*bad.toml, entry 1: "),
    "unknown proxy": (
        ["--proxy", "squid"],
        {},
        "squid: unknown proxy; use one of: nginx, caddy, apache, haproxy, tr",
    ),
    "absent proxy": (
        ["--proxy", "nginx"],
        {"PATH": "/nowhere"},
        "nginx is not installed; run: apt-get install nginx-light",
    ),
    "proxy of a running server": (
        ["--proxy", "apache", "--target", "{nothing}"],
        {**USER, "PATH": "/nowhere"},  # to install it would not help
        "{nothing}: a proxy can only be put in front of a target that the ",
    ),
}
# The same code answers these; what differs is how pytest is left.
PLAIN = ["unknown kind", "unreachable", "no such requirement", "bad list"]


def words_of(case, folder, **places):
    (folder / "bad.toml").write_text("[[known]]\n")
    words, env, error = BAD[case]
    words = [w.format(**places) for w in words]
    words = [str(folder / w) if w.endswith(".toml") else w for w in words]
    return words, env, error.format(**places)


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case, folder, nothing, website):
    words, env, error = words_of(
        case, folder, nothing=nothing, website=website
    )
    done = command.run(folder, *words, env=env)
    line = complaint(done)
    assert re.search(error, line)
    check_report(done, line)
    assert "not-the-password" not in done.stdout + done.stderr
    assert done.left_behind() == []


@pytest.mark.parametrize("case", PLAIN)
def test_bad_input_of_plain_pytest(case, folder, nothing, website):
    words, env, error = words_of(
        case, folder, nothing=nothing, website=website
    )
    done = command.plain_pytest(folder, *words, env=env)
    line = complaint(done, plain=True)
    assert re.search(error, line)
    check_report(done, line)


def test_bad_input_of_plain_pytest_with_workers(folder):
    done = command.plain_pytest(folder, "-n2", "--target", "ftp:x")
    assert "unknown kind of target" in complaint(done, plain=True)


def test_release_that_does_not_exist(folder, website, postgresql):
    index = {"PIP_INDEX_URL": f"{website}/simple"}
    target = "pip:fittrackee==99.9.9"
    done = command.run(folder, "--target", target, env=index)
    line = complaint(done)
    assert "fittrackee==99.9.9 is not on the package index" in line
    check_report(done, line)
    assert done.left_behind() == []


WITHOUT_POSTGRESQL = """
from conformance.cli import main
from conformance.targets import own_postgres
own_postgres._candidates = lambda: iter(())
main()
"""


def test_postgresql_is_missing(folder):
    words = [sys.executable, "-c", WITHOUT_POSTGRESQL, "run", "--report"]
    words += [str(folder / "report"), "--target", "pip:fittrackee==1.3.6"]
    done = command.execute(words, folder, folder / "report")
    line = complaint(done)
    assert "PostgreSQL is not installed; run: apt-get install" in line
    check_report(done, line)


def test_report_that_is_a_file(tmp_path):
    (tmp_path / "report").write_text("keep me")
    done = command.run(tmp_path)
    assert complaint(done).endswith("report: not a folder")
    assert (tmp_path / "report").read_text() == "keep me"


def test_report_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    words = [*command.COMMAND, "run", "--report", str(tmp_path / "file" / "x")]
    done = command.execute(words, tmp_path, tmp_path)
    assert "cannot write the report to" in complaint(done)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ([], "Missing command"),
        (["jump"], "No such command 'jump'"),
        (["run", "--speed", "9"], "No such option.*--speed.* --help"),
        (["run", "--fail-on", "may"], "'may' is not one of 'must', 'should'"),
        (["run", "--workers", "-1"], "-1 is not in the range"),
        (["list", "owners"], "'owners' is not one of"),
        (["serve", "--fault", "never_heard_of"], "never_heard_of"),
        (["serve", "--port", "70000"], "70000 is not in the range"),
    ],
)
def test_bad_word(tmp_path, words, error):
    done = command.execute([*command.COMMAND, *words], tmp_path, tmp_path)
    assert re.search(error, complaint(done))
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_port_in_use(tmp_path):
    with contextlib.closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = str(held.getsockname()[1])
        words = [*command.COMMAND, "serve", "--port", port]
        done = command.execute(words, tmp_path, tmp_path)
    assert f"port {port} cannot be used" in complaint(done)


def test_scenario_that_cannot_be_read(tmp_path):
    """A defect of the harness is not a verdict about the target."""
    done = command.run(
        tmp_path,
        "--requirement",
        command.ONE,
        env={
            **command.plugin("meddler"),
            "MEDDLE_COLLECTION": "test_code.py",
        },
    )
    assert done.status == 2
    assert done.results["verdict"] == "not judged"
    assert "cannot be collected" in done.results["reason"]
