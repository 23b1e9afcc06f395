"""The HTML pages: as served, and (further below) in a browser."""

from __future__ import annotations

import contextlib
import os
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from conformance.actors.visitor import launched
from conformance.errors import Unsupported
from conformance.reference import serve
from conformance.reference.api.pages import LANGUAGES, texts
from conformance.reference.contracts import contracts
from conformance.reference.storage.models import Account

from .actors import PASSWORD, Server

# One worker starts one browser for all of them.
BROWSER = pytest.mark.xdist_group("browser")
SCREENS = ["/", "/login", "/profile/apps/new", "/profile/apps", "/nowhere"]
AUTHORIZE = "/profile/apps/authorize"
TIMEOUT = 10_000  # milliseconds for anything to appear


def test_languages_have_the_same_texts():
    first, *others = (texts(language) for language in LANGUAGES)
    for other in others:
        assert set(other) == set(first)
        assert all(other.values())


def test_security_headers(server, owner, app):
    for path in (
        *SCREENS,
        "/api/ping",
        f"/profile/apps/{app.id}",
        f"/profile/apps/{app.id}/created",
        f"{AUTHORIZE}?client_id={app.client_id}&scope=profile:read",
    ):
        headers = owner.http.get(path).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("server", [{"contract": "1.3"}], indirect=True)
def test_pages_redirect_to_the_login_and_back(server):
    path = "/profile/apps/authorize?client_id=x&state=a%26b"
    response = server.client().get(path)
    assert response.status_code == 302
    target = urlsplit(response.headers["location"])
    assert target.path == "/login"
    assert parse_qs(target.query)["from"] == [path]


def test_no_page_reflects_markup(server, owner):
    evil = "<img src=x onerror=alert(1)>"
    app = owner.register(client_name=evil, client_description=evil)
    for path in (
        "/profile/apps",
        f"/profile/apps/{app.id}",
        f"/profile/apps/{app.id}/created",
        f"{AUTHORIZE}?client_id={app.client_id}&scope=profile:read",
        f"/profile/apps/authorize?client_id={evil}&scope={evil}",
        f"/login?from={evil}",
    ):
        response = owner.http.get(path)
        assert response.status_code == 200
        assert evil not in response.text


def test_malformed_addresses_of_pages(server, owner):
    for path in (
        "/profile/apps/" + "9" * 30,
        "/profile/apps/999999",
        "/profile/apps/authorize",
        "/profile/apps/authorize?client_id=a%00b",
        "/profile/apps/authorize?client_id=a&client_id=b",
    ):
        response = owner.http.get(path)
        assert response.status_code == 200, path
        assert "no-app" in response.text
    assert owner.http.get("/profile/apps?page=x").status_code == 400


def test_secret_is_in_no_page(server, owner):
    app = owner.register()
    for path in (f"/profile/apps/{app.id}", f"/profile/apps/{app.id}/created"):
        assert app.client_secret not in owner.http.get(path).text


def test_apps_of_others_have_no_page(stranger, app):
    response = stranger.http.get(f"/profile/apps/{app.id}")
    assert "no-app" in response.text
    assert app.client_id not in response.text


def test_pages_are_in_the_browsers_language(server):
    http = server.client()
    french = http.get("/login", headers={"Accept-Language": "fr-FR,fr"})
    assert '<html lang="fr"' in french.text
    assert '<html lang="en"' in http.get("/login").text


def test_every_page_is_in_the_users_language(server, owner, app):
    with server.reference.database.open() as session:
        user = session.scalars(select(Account).filter_by(username="owner"))
        user.one().language = "fr"
        session.commit()
    words = texts("fr")
    for path, key in (
        ("/profile/apps", "add_app"),
        ("/profile/apps/new", "submit"),
        (f"/profile/apps/{app.id}", "delete_app"),
        (f"/profile/apps/{app.id}/created", "secret_gone"),
        (f"{AUTHORIZE}?client_id={app.client_id}&scope=x", "authorize_after"),
        ("/profile/apps/0", "app_not_found"),
    ):
        page = owner.http.get(path, headers={"Accept-Language": "en"}).text
        assert '<html lang="fr"' in page
        assert words[key] in unescape(page), path


@pytest.fixture(scope="module")
def chromium():
    with contextlib.ExitStack() as stack:
        try:
            started = stack.enter_context(launched())
        except Unsupported as reason:
            if os.environ.get("CI"):
                pytest.fail(str(reason))
            pytest.skip(str(reason))
        yield started


@pytest.fixture(params=[pytest.param(c, marks=BROWSER) for c in contracts()])
def page(request, tmp_path, chromium):
    server = Server(f"sqlite:///{tmp_path}/x.db", contract=request.param)
    with serve(server.reference) as url:
        context = chromium.new_context(base_url=url, locale="en")
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        page.server = server
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(error))
        page.route(
            "https://app.example.org/**", lambda r: r.fulfill(body="back")
        )
        yield page
        assert page.errors == []
        context.close()
    server.close()


def log_in(page):
    page.fill("#email", "owner@example.com")
    page.fill("#password", PASSWORD)
    page.click("#user-auth-form button[type=submit]")


def add_app(page, name, *scopes):
    page.goto("/profile/apps/new")
    page.fill("#app-name", name)
    page.fill("#app-url", "https://app.example.org")
    page.fill("#app-redirect-uri", "https://app.example.org/callback")
    for scope in scopes:
        page.click(f'input[type=checkbox][name="{scope}"]')
    page.click("button.confirm")
    page.wait_for_selector(".info-box.success-message")
    return page.text_content("dl dd")


def test_a_walk_through_every_screen(page):
    page.goto("/profile/apps/new")
    page.fill("#email", "owner@example.com")
    page.fill("#password", "wrong password")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-message")
    log_in(page)
    page.wait_for_selector("#new-oauth2-app")
    assert page.is_disabled("button.confirm")
    client_id = add_app(page, "walked", "profile:read", "workouts:read")
    assert len(page.text_content("dd.app-secret")) == 48
    assert page.url.endswith("/created")
    page.reload()
    page.wait_for_selector("dd.app-secret")
    assert len(page.text_content("dd.app-secret")) != 48

    query = (
        f"client_id={client_id}&response_type=code&scope=profile:read"
        "&redirect_uri=https://app.example.org/callback&state=a%26b%20c"
    )
    for button, kind in (("danger", "code"), ("cancel", "error")):
        page.goto(f"/profile/apps/authorize?{query}")
        page.wait_for_selector("#authorize-oauth2-title")
        scopes = page.locator(".oauth2-access dt.client-scope code")
        assert scopes.all_text_contents() == ["profile:read"]
        page.click(f".authorize-oauth2-buttons button.{button}")
        page.wait_for_url("https://app.example.org/callback**")
        given = parse_qs(urlsplit(page.url).query)
        assert kind in given
        assert given["state"] == ["a&b c"]


def test_rejected_request_stays_on_the_page(page):
    page.goto("/login")
    log_in(page)
    page.wait_for_url(lambda url: "/login" not in url)
    client_id = add_app(page, "refused", "profile:read")
    page.goto(
        f"/profile/apps/authorize?client_id={client_id}&response_type=code"
        "&scope=profile:read&redirect_uri=https://evil.example/"
    )
    page.click(".authorize-oauth2-buttons button.danger")
    page.wait_for_selector(".error-message")
    assert "/profile/apps/authorize" in page.url


def test_modal_is_usable_by_keyboard(page):
    page.goto("/profile/apps/new")
    log_in(page)
    page.wait_for_selector("#new-oauth2-app")
    person = page.server.login("owner")
    for number in range(6):
        person.register(client_name=f"app {number}")
    page.goto("/profile/apps")
    page.wait_for_selector("#oauth2-apps-list ul li a")
    assert page.locator(".app-issued-at").count() == 5
    page.click("li.page-next a")
    page.wait_for_url("**/profile/apps?page=2")
    page.click("#oauth2-apps-list > ul a")
    delete = page.locator('[data-ask="delete"]')
    delete.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#modal .modal-message")
    page.keyboard.press("Escape")
    page.wait_for_selector("#modal", state="detached")
    assert delete.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_selector("#modal")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/apps")
    page.wait_for_selector("#oauth2-apps-list ul li a")
    assert page.locator("li.page").count() == 1


def test_consent_by_keyboard_alone(page):
    person = page.server.login("owner")
    app = person.register()
    page.goto(
        f"{AUTHORIZE}?client_id={app.client_id}&response_type=code"
        f"&scope=profile:read&redirect_uri={app.redirect_uri}"
    )
    page.wait_for_selector("#email:focus")
    page.keyboard.type("owner@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#authorize-oauth2-title")
    wanted = page.locator(".authorize-oauth2-buttons button.danger")
    for _ in range(20):
        page.keyboard.press("Tab")
        if wanted.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"{app.redirect_uri}?code=**")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:x"]
)
def test_login_is_no_open_redirector(page, target):
    page.goto(f"/login?from={target}")
    log_in(page)
    page.wait_for_url(lambda url: "/login" not in url)
    assert urlsplit(page.url).hostname == "127.0.0.1"
