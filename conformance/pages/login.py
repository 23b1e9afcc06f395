"""The login page (``/login``, with ``?from=`` to return to)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.browser import acting

if TYPE_CHECKING:
    from conformance.browser import Visitor
    from conformance.instance import Credentials

PATH = "/login"


class LoginPage:
    """Where a user types email address and password."""

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
        self._visitor.open(PATH, self.form)

    @acting
    def log_in(self, user: Credentials) -> None:
        """Fill the form in, send it, and wait until the page has gone."""
        self.email.fill(user.email)
        self.password.fill(user.password)
        self.submit.click()
        self._visitor.must_go_to(
            "the page after the login",
            lambda url: not urlsplit(url).path.endswith(PATH),
        )
