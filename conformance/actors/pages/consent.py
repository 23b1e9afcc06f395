"""The consent page (``/profile/apps/authorize``)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.actors.visitor import acting
from conformance.instance.form import encode
from conformance.instance.preconditions import unmet
from conformance.routes import CONSENT_PAGE

if TYPE_CHECKING:
    from conformance.actors.visitor import Visitor
    from conformance.instance.form import Value


class ConsentPage:
    """The page on which a user consents to an app's request, or declines."""

    def __init__(self, visitor: Visitor) -> None:
        """Find the page's parts."""
        self._visitor = visitor
        page = visitor.page
        self.box = page.locator("#authorize-oauth2-app")
        self.title = page.locator("#authorize-oauth2-title")
        self.scope_codes = page.locator(
            ".oauth2-access dl dt.client-scope code"
        )
        buttons = page.locator(".authorize-oauth2-buttons")
        self.authorize_button = buttons.locator("button.danger")
        self.cancel_button = buttons.locator("button.cancel")
        self.no_app = page.locator(".no-app")
        self.error = self.box.locator(".error-message")

    def open(self, request: dict[str, Value]) -> None:
        """Go to the authorization URL; wait for the button or an error."""
        self._visitor.open(
            authorization_url(request),
            self.authorize_button,
            self.no_app,
            self.error,
        )

    def must_ask(self) -> None:
        """Wait for the authorize button; Blocked when it does not appear."""
        self._visitor.must_appear(
            "the authorize button", self.authorize_button
        )

    def title_text(self) -> str:
        """Return the heading, which names the app; ``""`` without one."""
        return " ".join(self.title.all_inner_texts()).strip()

    def scopes(self) -> set[str]:
        """Return the scopes that the page lists."""
        return {text.strip() for text in self.scope_codes.all_inner_texts()}

    @acting
    def authorize(self, lands_on: str) -> bool:
        """Consent; return whether the browser reaches the app's callback."""
        self.authorize_button.click()
        return self._visitor.goes_to(lambda url: url.startswith(lands_on))

    def must_authorize(self, lands_on: str) -> None:
        """Consent; Blocked when the browser does not reach the callback."""
        if not self.authorize(lands_on):
            raise unmet(
                "must_authorize",
                "the app's callback after the consent",
                actor="browser",
                actual=f"the browser is at {self._visitor.path}",
            )

    @acting
    def cancel(self) -> None:
        """Decline, and wait until the browser leaves the page."""
        self.cancel_button.click()
        self._visitor.must_go_to(
            "another page after cancelling",
            lambda url: not urlsplit(url).path.endswith(CONSENT_PAGE),
        )


def authorization_url(request: dict[str, Value]) -> str:
    """Return the authorization URL's path and query for a request."""
    return f"{CONSENT_PAGE}?{encode(request, {})[0]}"
