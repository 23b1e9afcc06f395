"""The login page (``/login``, with ``?from=`` to return to)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.actors.visitor import acting
from conformance.instance.origin import must_be_same
from conformance.routes import LOGIN_PAGE

if TYPE_CHECKING:
    from conformance.actors.visitor import Visitor
    from conformance.instance import Credentials

STAYS = "robustness/login-form-stays"
# The URLs to which the form's attributes submit it; what a script sends is
# seen when it does.
ACTIONS = """form => [form, ...form.querySelectorAll("[formaction]")]
  .flatMap(e => ["action", "formaction"].map(n => e.getAttribute(n)))
  .filter(value => value)
  .map(value => new URL(value, document.baseURI))
  .filter(url => /^https?:$/.test(url.protocol))
  .map(url => url.href)"""


class LoginPage:
    """The page on which a user logs in."""

    def __init__(self, visitor: Visitor) -> None:
        """Find the form's parts."""
        self._visitor = visitor
        self.form = visitor.page.locator("#user-auth-form form")
        self.email = self.form.locator("#email")
        self.password = self.form.locator("#password")
        self.submit = self.form.locator("button[type=submit]")
        self.error = visitor.page.locator(".error-message")

    def open(self) -> None:
        """Go to the login page."""
        self._visitor.open(LOGIN_PAGE, self.form)

    @acting
    def log_in(self, user: Credentials) -> None:
        """Submit the form and wait until the browser leaves the page.

        Raises:
            Blocked: The page or its form belongs to another host, and
                nothing was typed; or the page does not change.
        """
        self._visitor.must_be_home("the login page")
        for url in self.form.evaluate(ACTIONS):
            must_be_same(
                self._visitor.page.url,
                url,
                "what the login form is sent to",
                f"nothing was typed, see {STAYS}",
            )
        self.send(user.email, user.password)
        self._visitor.must_go_to(
            "the page after the login",
            lambda url: not urlsplit(url).path.endswith(LOGIN_PAGE),
        )
        self._visitor.must_be_home(
            "the page after the login", "the login led away"
        )

    def send(self, email: str, password: str) -> None:
        """Submit the form, without checking where it is sent."""
        self.email.fill(email)
        self.password.fill(password)
        self.submit.click()
