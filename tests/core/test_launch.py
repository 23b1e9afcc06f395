"""A browser or driver that does not start is told with cause and remedy."""

import contextlib
import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error

from conformance.actors import launch
from conformance.actors.visitor import launched
from conformance.errors import Unsupported
from conformance.processes import packages

APT = "apt-get update && apt-get install -y --no-install-recommends"
LIBRARY = (
    'echo "$0: error while loading shared libraries: {}: cannot open shared'
    ' object file: No such file or directory" >&2; exit 127'
)
HANGS = "PATH=/usr/bin:/bin exec sleep 60"
CRASHES = "kill -SEGV $$"
ROOT = ["--no-sandbox"]  # root's browsers start with it alone

pytestmark = pytest.mark.xdist_group("browser")


def program(path, script, mode=0o755):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(mode)
    return path


def missing(reason):
    """Skip a test for want of a part; in CI, fail."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    """A driver that starts, and has no browser of its own."""
    folder = tmp_path_factory.mktemp("browsers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(folder))
        try:
            started = launch.driven()
            yield started.__enter__()
        except launch.NoBrowser as reason:
            missing(str(reason))
        started.__exit__(None, None, None)


@pytest.fixture
def own(driver):
    """Give the driver a browser of its own: a function of a script."""
    path = Path(driver.chromium.executable_path)
    yield lambda script, mode=0o755: program(path, script, mode)
    path.unlink()


@pytest.fixture
def only(monkeypatch, tmp_path):
    """Leave programs of our own in the PATH: a function of scripts."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def put(**scripts):
        for name, script in scripts.items():
            program(tmp_path / "bin" / name.replace("_", "-"), script)
        return tmp_path / "bin"

    return put


@pytest.fixture
def node(monkeypatch, tmp_path):
    """Put a script in the place of the driver's program."""

    def put(script, mode=0o755):
        made = program(tmp_path / "node", script, mode)
        monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(made))

    return put


@pytest.fixture
def system(monkeypatch):
    """Say which libraries are there, who runs this, and on what system."""

    def be(*, lacks=(), root=False, ID="debian", ID_LIKE=""):  # noqa: N803
        monkeypatch.setattr(launch, "_loads", lambda name: name not in lacks)
        monkeypatch.setattr(packages, "_is_root", lambda: root)
        monkeypatch.setattr(
            packages.platform,
            "freedesktop_os_release",
            lambda: {"ID": ID, "ID_LIKE": ID_LIKE},
        )

    return be


def reason(start):
    with pytest.raises(launch.NoBrowser) as caught:
        start()
    return str(caught.value)


def launch_browser():
    with launched():
        pass


# -- the driver ---------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "mode", "cause"),
    [
        (LIBRARY.format("libatomic.so.1"), 0o755, "libatomic.so.1: cannot op"),
        (CRASHES, 0o755, "Connection closed"),
        ("exit 0", 0o755, "Connection closed"),
        ("echo garbage", 0o755, "cannot start: "),
        (HANGS, 0o755, "Playwright's driver: not finished after 2 s"),
        ("exit 0", 0o644, "Permission denied"),
    ],
)
def test_driver_that_does_not_start(
    node, system, monkeypatch, script, mode, cause
):
    system()
    if script == HANGS:
        monkeypatch.setattr(launch, "DRIVER_SECONDS", 2)
    node(script, mode)
    message = reason(launch_browser)
    assert message.startswith(f"{launch.NO_BROWSER}: Playwright's driver")
    assert cause in message
    assert "\n" not in message
    # No library is missing: Playwright itself is what is broken.
    assert message.endswith(
        "; run: "
        f"{launch.sys.executable} -m pip install --force-reinstall playwright"
    )


def test_driver_that_starts_in_a_trial_only(node, monkeypatch):
    monkeypatch.setattr(launch, "driver_problem", str)
    node("exit 1")
    message = reason(launch_browser)
    assert "driver cannot start: Connection closed" in message


def test_driver_is_no_module_of_the_folder(driver, monkeypatch, tmp_path):
    (tmp_path / "json.py").write_text("1 / 0", "utf-8")
    (tmp_path / "playwright.py").write_text("1 / 0", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert launch.driver_problem() == ""


# -- the browser --------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        (LIBRARY.format("libnss3.so"), "libnss3.so: cannot open shared"),
        (CRASHES, "exit: exitCode=null, signal=SIGSEGV"),
        ("exit 3", "exit: exitCode=3, signal=null"),
        (HANGS, "Timeout 1000ms exceeded"),
        ('echo "x] No usable sandbox! Update" >&2; exit 1', "No usable sandb"),
        ('echo "no space left" >&2; exit 1', "no space left"),
    ],
)
def test_browser_that_does_not_start(driver, only, monkeypatch, script, cause):
    monkeypatch.setattr(launch, "LAUNCH_MS", 1000)
    folder = only(chromium=script)
    message = reason(lambda: launch.start(driver, []))
    told = f"{launch.NO_BROWSER}: {folder}/chromium cannot start: "
    assert message.startswith(told + cause)
    assert "\n" not in message
    assert message.endswith("-m playwright install chromium")


def test_no_browser(driver, only, system):
    system()
    only()
    assert reason(lambda: launch.start(driver, [])) == (
        f"{launch.NO_BROWSER}: {launch.NOT_FOUND}; "
        f"run: {launch.sys.executable} -m playwright install chromium"
    )


def test_own_browser_that_may_not_be_run(driver, only, own, system):
    system()
    only(apt_get="exit 1")
    path = own("exit 0", 0o644)
    message = reason(lambda: launch.start(driver, []))
    assert f"{path} cannot start: spawn {path} EACCES" in message
    assert message.endswith(f"run as root: {APT} chromium")


@pytest.fixture
def real(driver):
    """A browser of the system."""
    if not any(map(shutil.which, launch.SYSTEM_BROWSERS)):
        missing("no browser of the system")


def test_next_browser_is_tried(real, driver, own):
    own(CRASHES)
    with contextlib.closing(launch.start(driver, ROOT)) as browser:
        assert browser.is_connected()


def test_browser_that_can_show_no_page(real, driver, monkeypatch):
    words = [*ROOT, "--renderer-cmd-prefix=/bin/false"]
    monkeypatch.setattr(launch, "BROWSER_SECONDS", 8)
    message = reason(lambda: launch.start(driver, words))
    # Playwright may miss the crash and wait for the page.
    assert "crashed" in message or "not finished after 8 s" in message


def test_browser_that_never_shows_a_page(real, driver, monkeypatch, tmp_path):
    monkeypatch.setattr(launch, "BROWSER_SECONDS", 8)
    waits = program(tmp_path / "waits", HANGS)
    words = [*ROOT, f"--renderer-cmd-prefix={waits}"]
    message = reason(lambda: launch.start(driver, words))
    assert ": not finished after 8 s" in message


def test_browser_that_has_crashed_is_closed(real, driver):
    with launched(driver=driver) as browser, pytest.raises(Error):
        browser.new_page().goto("chrome://crash", timeout=10_000)


# -- what helps ---------------------------------------------------------

DRIVER = "error while loading shared libraries: libatomic.so.1"
LACKS = ("libatomic.so.1",)
PLAYWRIGHT = f"{launch.sys.executable} -m playwright install"


def remedy(driver):
    return launch.no_browser("why", driver).lack.remedy


@pytest.mark.parametrize(
    ("root", "sudo", "start"),
    [
        (True, True, "run: "),
        (True, False, "run: "),
        (False, True, "run: sudo "),
        (False, False, "run as root: "),
    ],
)
def test_one_line_gets_all_packages(only, system, root, sudo, start):
    system(lacks=LACKS, root=root)
    only(apt_get="exit 1", **({"sudo": "exit 1"} if sudo else {}))
    line = f"{APT} libatomic1 chromium"
    if start.endswith("sudo "):
        line = line.replace("&& ", "&& sudo ")
    assert remedy(DRIVER) == start + line


def test_browser_that_is_there_is_not_installed(only, system):
    system(lacks=LACKS, root=True)
    only(apt_get="exit 1", chromium="exit 1")
    assert remedy(DRIVER) == f"run: {APT} libatomic1"


def test_ubuntus_package_is_no_browser(only, system):
    system(lacks=LACKS, root=True, ID="pop", ID_LIKE="ubuntu debian")
    only(apt_get="exit 1")
    own = f"{PLAYWRIGHT} --with-deps chromium"
    assert remedy("") == f"run: {own}"
    assert remedy(DRIVER) == f"run: {APT} libatomic1 && {own}"


def test_system_without_apt(only, system):
    system(lacks=LACKS)
    only()
    assert remedy("") == f"run: {PLAYWRIGHT} chromium"
    assert remedy(DRIVER) == (
        "install as root what Debian calls: libatomic1; "
        f"then run: {PLAYWRIGHT} chromium"
    )


def test_reason_is_a_verdict():
    assert isinstance(launch.no_browser("why"), Unsupported)
