"""The browser that drives the consent pages."""

from __future__ import annotations

import functools
import os
import shutil
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import Error, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

from conformance.capture import Seen
from conformance.errors import Unsupported
from conformance.evidence import RECORDER, observe
from conformance.preconditions import unmet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import (
        Browser,
        BrowserContext,
        Locator,
        Page,
        Playwright,
        Request,
    )

    from conformance.errors import Blocked


_P = ParamSpec("_P")
_R = TypeVar("_R")
TIMEOUT_MS = 20_000.0  # for a page, an element or a navigation to appear
PATIENCE_MS = 6_000.0  # for a page to show anything before it is reloaded
RELOADS = 3
SYSTEM_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HELP = "no browser found; install one with: playwright install chromium"
RECORDED = {"document", "xhr", "fetch"}
HTML_LIMIT = 1_500  # characters of a page's source that evidence keeps


def find(playwright: Playwright) -> Path | None:
    """Return Playwright's Chromium, else the system's, else None."""
    own = Path(playwright.chromium.executable_path)
    if own.is_file():
        return own
    found = (shutil.which(name) for name in SYSTEM_BROWSERS)
    return next((Path(path) for path in found if path), None)


@contextmanager
def launched(
    options: Sequence[str] = (), driver: Playwright | None = None
) -> Iterator[Browser]:
    """Start a browser for the run; Unsupported says how to get one."""
    with nullcontext(driver) if driver else sync_playwright() as playwright:
        path = find(playwright)
        if path is None:
            raise Unsupported(HELP)
        words = [*_arguments(), *options]
        browser = playwright.chromium.launch(
            executable_path=path, args=words, timeout=60_000
        )
        try:
            yield browser
        finally:
            browser.close()


def acting(action: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make a page's verb raise Blocked where the browser cannot act."""

    @functools.wraps(action)
    def act(*words: _P.args, **named: _P.kwargs) -> _R:
        try:
            return action(*words, **named)
        except Error as problem:
            raise unmet(
                action.__name__,
                "a page that can be used",
                actor="browser",
                actual=problem.message.partition("\n")[0],
            ) from None

    return act


class Visitor:
    """A person at a browser: one window, nothing remembered before.

    What it sends and receives goes to the running scenario's evidence;
    call :meth:`settle` after acting, before judging.
    """

    def __init__(self, browser: Browser, base_url: str) -> None:
        """Open a fresh window on the instance."""
        self.context: BrowserContext = browser.new_context(
            base_url=base_url,
            locale="en-US",
            ignore_https_errors=False,
            viewport={"width": 1000, "height": 800},
        )
        self.context.set_default_timeout(TIMEOUT_MS)
        self._pending: list[Request] = []
        self.context.on("requestfinished", self._finished)
        self.page: Page = self.context.new_page()

    @property
    def path(self) -> str:
        """Where the browser is, without the query, which may hold a code."""
        return _path(self.page.url)

    def _finished(self, request: Request) -> None:
        self._pending.append(request)

    @acting
    def shows(self, path: str, *landmarks: Locator) -> bool:
        """Go to a path of the instance; tell whether its page comes.

        FitTrackee's front end now and then stays empty after a full page
        load (seen with 0.8.13 and 1.3.6); as a person would, load it again
        then.

        Args:
            path: Path below the instance's URL.
            *landmarks: Any of them tells that the page is there.
        """
        self.page.goto(path)
        for reloads in range(RELOADS):
            if self.appears(*landmarks, within=PATIENCE_MS):
                if reloads:
                    observe(f"{_path(path)}: empty until reload {reloads}")
                return True
            self.page.reload()
        return self.appears(*landmarks, within=PATIENCE_MS)

    def open(self, path: str, *landmarks: Locator) -> None:
        """Go to a path as above; Blocked when its page never comes."""
        if not self.shows(path, *landmarks):
            patience = (RELOADS + 1) * PATIENCE_MS
            raise self._gone("open", f"the page {_path(path)}", patience)

    def appears(self, *any_of: Locator, within: float = TIMEOUT_MS) -> bool:
        """Wait for any of some elements; tell whether one came."""
        union = functools.reduce(lambda a, b: a.or_(b), any_of)
        try:
            union.first.wait_for(timeout=within)
        except TooLate:
            return False
        finally:
            self.settle()
        return True

    def must_appear(self, what: str, *any_of: Locator) -> None:
        """Wait for any of some elements; Blocked when none comes."""
        if not self.appears(*any_of):
            raise self._gone("must_appear", what, TIMEOUT_MS)

    def goes_to(self, where: Callable[[str], bool]) -> bool:
        """Wait until the address is as told; tell whether it came so."""
        try:
            self.page.wait_for_url(where)
        except TooLate:
            return False
        finally:
            self.settle()
        return True

    def must_go_to(self, what: str, where: Callable[[str], bool]) -> None:
        """Wait for an address; Blocked when the browser stays away."""
        if not self.goes_to(where):
            raise self._gone("must_go_to", what, TIMEOUT_MS)

    def _gone(self, verb: str, what: str, waited: float) -> Blocked:
        expected = f"{what} within {waited / 1000:.0f} s"
        actual = f"the browser is at {self.path}"
        return unmet(verb, expected, actor="browser", actual=actual)

    def settle(self) -> None:
        """Hand what the browser exchanged so far to the evidence."""
        while self._pending:
            request = self._pending.pop(0)
            if request.resource_type in RECORDED:
                RECORDER.record(_seen(request))

    def picture(self, title: str, *, hide: list[Locator] = []) -> None:  # noqa: B006
        """Keep a screenshot, with the elements that show secrets covered."""
        self.settle()
        png = self.page.screenshot(mask=hide, animations="disabled")
        RECORDER.current.screenshot(title, png)

    def close(self) -> None:
        """Close the window."""
        self.settle()
        self.context.close()


def _path(url: str) -> str:
    """Return an address without its query, which may hold a code."""
    return urlsplit(url).path


def _arguments() -> list[str]:
    """Chromium refuses its sandbox to root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET, "--no-sandbox"] if root else QUIET


def _seen(request: Request) -> Seen:
    seen = Seen(
        "browser",
        "browser",
        {
            "method": request.method,
            "url": request.url,
            "headers": _headers(request),
            "body": _post_data(request),
        },
        None,
        duration=max(request.timing["responseEnd"], 0) / 1000,
    )
    try:
        response = request.response()
        if response:
            seen.response = {
                "status": response.status,
                "reason": response.status_text,
                "headers": [list(h) for h in response.all_headers().items()],
                "body": _body(response),
            }
    except Error as error:
        seen.error = error.message.splitlines()[0]
    return seen


def _headers(request: Request) -> list[list[str]]:
    kept = {"authorization", "content-type", "cookie", "x-csrf-token"}
    try:
        headers = request.all_headers()
    except Error:
        headers = request.headers
    return [[n, v] for n, v in headers.items() if n.lower() in kept]


def _post_data(request: Request) -> str:
    raw = request.post_data_buffer
    return raw.decode("utf-8", "backslashreplace") if raw else ""


def _body(response: Any) -> str:
    try:
        text = str(response.text())
    except (Error, UnicodeDecodeError):
        return "(not kept by the browser)"
    html = "html" in response.headers.get("content-type", "")
    return text[:HTML_LIMIT] if html else text
