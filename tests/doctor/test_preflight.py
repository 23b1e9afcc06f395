"""Checks before a run: a proxy that makes OAuth untestable ends it."""

import dataclasses

import pytest

from conformance.doctor import preflight
from conformance.doctor.examination import causes
from conformance.errors import TargetError
from conformance.instance import Instance
from conformance.proxies import SetUp
from conformance.proxies.set_up import MISSING, PASSED, fixed
from tests.run import command

from .conftest import GOOD, present

FATAL = {
    "scheme-missing": SetUp(proto=PASSED),
    "scheme-wrong": SetUp(proto=fixed("http")),
    "authorization-stripped": SetUp(stripped=("Authorization",)),
    "cookies-stripped": SetUp(stripped=("Cookie",)),
    "csrf-stripped": SetUp(stripped=("X-CSRF-TOKEN",)),
}


@pytest.fixture
def instance(people):
    """Return a function that returns the instance behind a front."""
    return lambda front: Instance(
        "url", front.url, front.url, "1.3.6", people.owner, reach=front.reach
    )


@pytest.mark.parametrize("cause", FATAL)
@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_fatal_cause_is_an_error(name, cause, behind, instance):
    front = behind(present(name), FATAL[cause])
    with pytest.raises(TargetError) as caught:
        preflight.check(instance(front))
    title = causes()[cause].title.removesuffix(".")
    assert caught.value.message.startswith(f"{front.url}: {title} (")
    assert "\n" not in caught.value.message
    remedy = causes()[cause].remedies[name]
    for line in (remedy.lines or remedy.instead_of).splitlines():
        assert line.strip() in caught.value.detail


@pytest.mark.parametrize("name", ["nginx", "caddy", "apache", "haproxy"])
def test_correct_proxy_gets_no_note(name, behind, instance):
    assert preflight.check(instance(behind(present(name)))) == []


@pytest.mark.parametrize(
    ("set_up", "expected"),
    [
        (dataclasses.replace(GOOD, host=MISSING), "requested host name"),
        (
            dataclasses.replace(GOOD, host=MISSING, proto=PASSED),
            "accepts OAuth requests anyway",
        ),
        (SetUp(path="/fittrackee"), "is below a sub-path"),
    ],
)
def test_other_causes_are_noted(set_up, expected, behind, instance):
    front = behind(present("nginx"), set_up)
    [note] = preflight.check(instance(front))
    assert expected in note
    assert note.endswith(
        f"see: fittrackee-conformance doctor --target {front.url}"
    )


def test_loopback_without_proxy_gets_no_note(reference, people):
    plain = Instance("url", reference, reference, "1.3.6", people.owner)
    assert preflight.check(plain) == []


def test_few_requests(behind, instance, monkeypatch):
    probes = []
    probe_class = preflight.Probe

    def recording(*arguments):
        probes.append(probe_class(*arguments))
        return probes[-1]

    monkeypatch.setattr(preflight, "Probe", recording)
    preflight.check(instance(behind(present("nginx"))))
    assert sum(probe.tally.requests for probe in probes) <= 8


# -- a whole run ---------------------------------------------------------


def run_behind(front, folder, user):
    """Run one requirement against a front as a user."""
    return command.run(
        folder,
        *("--target", front.url, "--requirement", command.ONE),
        env={
            "FITTRACKEE_ADDRESS": front.reach.address,
            "SSL_CERT_FILE": front.reach.authority,
            "FITTRACKEE_EMAIL": user.email,
            "FITTRACKEE_PASSWORD": user.password,
        },
    )


def test_run_behind_a_correct_proxy_is_judged(tmp_path, behind, people):
    done = run_behind(behind(present("nginx")), tmp_path, people.owner)
    assert done.status == 0, done.stderr
    assert done.requirement(command.ONE)["verdict"] == "pass"
    assert done.results["notes"] == []


def test_run_behind_a_broken_proxy_is_2_with_the_remedy(
    tmp_path, behind, people
):
    front = behind(present("nginx"), FATAL["scheme-missing"])
    done = run_behind(front, tmp_path, people.owner)
    assert done.status == 2
    [line] = done.errors
    assert "The proxy does not set X-Forwarded-Proto" in line
    remedy = "proxy_set_header X-Forwarded-Proto $scheme;"
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr
    results = done.results
    assert results["verdict"] == "not judged"
    assert "does not set X-Forwarded-Proto" in results["reason"]
    assert results["scenarios"] == []
    [note] = results["notes"]
    assert remedy in note
    assert remedy in (done.report / "index.html").read_text("utf-8")
    assert people.owner.password not in done.stdout + done.stderr
