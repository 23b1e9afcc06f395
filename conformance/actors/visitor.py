"""The browser that drives the consent pages."""

from __future__ import annotations

import functools
import os
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import unquote_plus, urlsplit

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooLate

from conformance.actors import launch
from conformance.actors.callback import LISTENING
from conformance.actors.fence import Fence
from conformance.errors import Blocked
from conformance.evidence import RECORDER, observe
from conformance.evidence.octets import to_text
from conformance.evidence.personal import whole_words
from conformance.evidence.raw_exchange import RawExchange
from conformance.instance.origin import must_be_same, origin
from conformance.instance.preconditions import unmet
from conformance.instance.reach import Reach

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
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    # Pages reach the target through the fence, and nothing else.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
]
RECORDED = {"document", "xhr", "fetch"}
#: What shows a user without their words: an address, a portrait.
PERSONAL = (
    "input[type=email], input#email, input[name=email], img[src*=picture]"
)
HTML_LIMIT = 1_500  # characters of a page's source that evidence keeps


@contextmanager
def launched(
    options: Sequence[str] = (), driver: Playwright | None = None
) -> Iterator[Browser]:
    """Start a browser for the run; raise Unsupported when none can start."""
    with nullcontext(driver) if driver else launch.driven() as playwright:
        browser = launch.start(playwright, [*_arguments(), *options])
        try:
            yield browser
        finally:
            with suppress(Error):  # it has crashed
                browser.close()


def acting(action: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make a page's method raise Blocked when the browser cannot act."""

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
    """A user at a browser: one new window, without cookies.

    Its requests and responses are recorded as the running scenario's
    evidence; call :meth:`settle` after acting, before judging.

    Attributes:
        elsewhere: Its pages' requests to other origins, all blocked.
    """

    def __init__(
        self, browser: Browser, base_url: str, reach: Reach | None = None
    ) -> None:
        """Open a new window that can reach only the instance.

        Args:
            browser: The browser, which other windows share.
            base_url: The instance's URL.
            reach: How connections to it are opened.
        """
        self._home = base_url
        self._fence = Fence(base_url, reach or Reach())
        self.elsewhere: list[Request] = []
        self._led_to = ""  # the last origin that a page was sent to
        self.context: BrowserContext = browser.new_context(
            base_url=base_url,
            proxy={"server": self._fence.server, "bypass": "<-loopback>"},
            locale="en-US",
            ignore_https_errors=False,
            viewport={"width": 1000, "height": 800},
        )
        self.context.set_default_timeout(TIMEOUT_MS)
        self._pending: list[Request] = []
        self.context.on("requestfinished", self._finished)
        self.context.on("request", self._asked)
        self.page: Page = self.context.new_page()

    @property
    def path(self) -> str:
        """Path of the page shown, without the query, which may have a code."""
        return _path(self.page.url)

    def _finished(self, request: Request) -> None:
        self._pending.append(request)

    def _asked(self, request: Request) -> None:
        where = origin(request.url)
        ours = where == origin(self._home) or is_callback(request.url)
        if where and not ours:
            known = {origin(other.url) for other in self.elsewhere}
            self.elsewhere.append(request)
            if request.is_navigation_request():
                self._led_to = where
            if where not in known:
                observe(f"a page asked for {where} and was kept from it")

    def told_elsewhere(self, *values: str) -> list[str]:
        """Return the other origins to which any of some values were sent.

        Args:
            *values: The values that were typed.
        """
        return sorted(
            {
                origin(request.url)
                for request in self.elsewhere
                for text in (request.url, _post_data(request))
                if any(value in unquote_plus(text) for value in values)
            }
        )

    def must_be_home(self, what: str, so: str = "nothing was typed") -> None:
        """Raise Blocked unless the page shown is the instance's own.

        Args:
            what: Begins the message, such as ``the login page``.
            so: Ends the message with the consequence.

        Raises:
            Blocked: It is of another origin; the message names both.
        """
        at = origin(self.page.url)
        if at != origin(self._home) and not at.startswith("http"):
            at = self._led_to or at  # an error page: it was kept from there
        must_be_same(self._home, at, what, so)

    @acting
    def shows(self, path: str, *landmarks: Locator) -> bool:
        """Go to a path of the instance; return whether its page appears.

        FitTrackee's front end sometimes stays empty after a full page load
        (seen with 0.8.13 and 1.3.6); it is then reloaded, as a user would.

        Args:
            path: Path below the instance's URL.
            *landmarks: Elements, any of which shows that the page loaded.
        """
        load: Callable[[], object] = functools.partial(self.page.goto, path)
        for reloads in range(RELOADS + 1):
            if not self._loads(load):
                return False
            if self.appears(*landmarks, within=PATIENCE_MS):
                if reloads:
                    observe(f"{_path(path)}: empty until reload {reloads}")
                return True
            if origin(self.page.url) != origin(self._home):
                return False
            load = self.page.reload
        return False

    def _loads(self, load: Callable[[], object]) -> bool:
        """Load a page; return whether that succeeded.

        Raises:
            Blocked: It cannot be loaded, and is not of another origin.
        """
        try:
            load()
        except Error as error:
            if self._led_to:
                return False
            why = error.message.splitlines()[0]
            raise unmet(
                "open", "a page", actor="browser", actual=why
            ) from None
        return True

    def open(self, path: str, *landmarks: Locator) -> None:
        """Go to a path as :meth:`shows` does; Blocked without its page."""
        if not self.shows(path, *landmarks):
            self.must_be_home(f"the page {_path(path)}")
            patience = (RELOADS + 1) * PATIENCE_MS
            raise self._gone("open", f"the page {_path(path)}", patience)

    def appears(self, *any_of: Locator, within: float = TIMEOUT_MS) -> bool:
        """Wait for any of some elements; return whether one appeared."""
        union = functools.reduce(lambda a, b: a.or_(b), any_of)
        try:
            union.first.wait_for(timeout=within)
        except TooLate:
            return False
        finally:
            self.settle()
        return True

    def must_appear(self, what: str, *any_of: Locator) -> None:
        """Wait for any of some elements; Blocked when none appears."""
        if not self.appears(*any_of):
            raise self._gone("must_appear", what, TIMEOUT_MS)

    def goes_to(self, where: Callable[[str], bool]) -> bool:
        """Wait until the URL meets a condition; return whether it did."""
        try:
            self.page.wait_for_url(where)
        except Error:  # too late, or the browser was kept from it
            return False
        finally:
            self.settle()
        return True

    def must_go_to(self, what: str, where: Callable[[str], bool]) -> None:
        """Wait until the URL meets a condition; Blocked when it does not."""
        if not self.goes_to(where):
            self.must_be_home(what, "it was not reached")
            raise self._gone("must_go_to", what, TIMEOUT_MS)

    def _gone(self, verb: str, what: str, waited: float) -> Blocked:
        expected = f"{what} within {waited / 1000:.0f} s"
        actual = f"the browser is at {self.path}"
        return unmet(verb, expected, actor="browser", actual=actual)

    def settle(self) -> None:
        """Record the browser's exchanges so far as evidence."""
        while self._pending:
            request = self._pending.pop(0)
            if request.resource_type in RECORDED:
                RECORDER.record(_seen(request))

    def picture(self, title: str, *, hide: list[Locator] = []) -> None:  # noqa: B006
        """Record a screenshot with some elements, such as secrets, covered.

        What shows personal data of users is covered as well.
        """
        self.settle()
        words = RECORDER.secrets.personal.words
        if words:
            personal = self.page.get_by_text(whole_words(words))
            hide = [*hide, personal, self.page.locator(PERSONAL)]
        png = self.page.screenshot(mask=hide, animations="disabled")
        RECORDER.current.screenshot(title, png)

    def close(self) -> None:
        """Close the window."""
        self.settle()
        self.context.close()
        self._fence.close()


def is_callback(url: str) -> bool:
    """Whether a URL is that of a callback of this process."""
    parts = urlsplit(url)
    return (parts.hostname, parts.port) in LISTENING


def _path(url: str) -> str:
    """Return the path of a URL, without its query, which may have a code."""
    return urlsplit(url).path


def _arguments() -> list[str]:
    """Return Chromium's arguments; as root it cannot use its sandbox."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET, "--no-sandbox"] if root else QUIET


def _seen(request: Request) -> RawExchange:
    seen = RawExchange(
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
    return to_text(raw) if raw else ""


def _body(response: Any) -> str:
    try:
        text = str(response.text())
    except (Error, UnicodeDecodeError):
        return "(not kept by the browser)"
    html = "html" in response.headers.get("content-type", "")
    return text[:HTML_LIMIT] if html else text
