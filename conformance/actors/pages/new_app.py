"""Registering an app in the browser (``/profile/apps/new``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.actors.visitor import acting
from conformance.routes import NEW_APP_PAGE

if TYPE_CHECKING:
    from conformance.actors.visitor import Visitor


class NewAppPage:
    """The form that registers an app."""

    def __init__(self, visitor: Visitor) -> None:
        """Find the form's parts."""
        self._visitor = visitor
        self.form = visitor.page.locator("#new-oauth2-app")
        self.name = self.form.locator("#app-name")
        self.description = self.form.locator("#app-description")
        self.url = self.form.locator("#app-url")
        self.redirect_uri = self.form.locator("#app-redirect-uri")
        self.submit = self.form.locator("button.confirm")

    def open(self) -> None:
        """Go to the form."""
        self._visitor.open(NEW_APP_PAGE, self.form)

    @acting
    def register(self, *, name: str, redirect_uri: str, scope: str) -> None:
        """Submit the form.

        Args:
            name: The app's name.
            redirect_uri: The one redirection URI the form takes.
            scope: Scopes to tick, separated by spaces.
        """
        self.name.fill(name)
        self.description.fill("made by a conformance run")
        self.url.fill("https://app.example.org")
        self.redirect_uri.fill(redirect_uri)
        for value in scope.split():
            # The boxes are controlled by the page's script: a click.
            self.form.locator(f'input[type=checkbox][name="{value}"]').click()
        self.submit.click()
        self._visitor.must_go_to(
            "the page of the new app", lambda url: url.endswith("/created")
        )


class CreatedPage:
    """The page that shows a new app's id and secret, once."""

    def __init__(self, visitor: Visitor) -> None:
        """Find the page's parts."""
        self._visitor = visitor
        self.box = visitor.page.locator("#oauth2-app")
        self.success = visitor.page.locator(".info-box.success-message")
        self.values = self.box.locator("dl dd")
        self.secret = self.box.locator("dd.app-secret")

    def wait(self) -> None:
        """Wait until the app's data appear."""
        self._visitor.must_appear("the app's data", self.box)

    def open_again(self) -> None:
        """Load the page again, as on a later visit."""
        self._visitor.open(self._visitor.path, self.box)

    @acting
    def shown(self) -> list[str]:
        """Return the values that the page shows, trimmed."""
        return [text.strip() for text in self.values.all_inner_texts()]

    @acting
    def secret_text(self) -> str:
        """Return the secret shown, ``""`` without one."""
        return (
            self.secret.first.inner_text().strip()
            if self.secret.count()
            else ""
        )
