"""A user with a browser, and the example client."""

from __future__ import annotations

import contextlib
import importlib.util
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx

EXAMPLE = Path(__file__).parents[2] / "examples" / "client.py"
CLIENT_URL = "http://127.0.0.1:8000"  # its server is not started
TIMEOUT = 20


class Person:
    """A user whose browser is logged in."""

    def __init__(self, url, email, password):
        self.http = httpx.Client(base_url=url, timeout=TIMEOUT)
        self.http.headers["Sec-Fetch-Mode"] = "cors"  # as browsers say
        answer = self.http.post(
            "/api/auth/login", json={"email": email, "password": password}
        )
        assert answer.status_code == 200, answer.text
        if token := answer.json().get("auth_token"):
            self.http.headers["Authorization"] = f"Bearer {token}"
            return
        # A cookie jar would not send Secure cookies over plain HTTP.
        self.http.headers["Cookie"] = "; ".join(
            f"{name}={value}" for name, value in answer.cookies.items()
        )
        csrf = answer.cookies["csrf_access_token"]
        self.http.headers["X-CSRF-TOKEN"] = csrf

    def page(self, url):
        """Open the consent page; return its HTML."""
        answer = self.http.get(url)
        assert answer.status_code == 200, answer.text
        return answer.text

    def decide(self, url, confirm="true"):
        """Click a button of the consent page; return the redirection's URL."""
        form = [*parse_qsl(urlsplit(url).query), ("confirm", confirm)]
        answer = self.http.post("/api/oauth/authorize", data=dict(form))
        assert answer.status_code == 200, answer.text
        return answer.json()["redirect_url"]


@contextlib.contextmanager
def example(monkeypatch, url, client_id, client_secret):
    """Load the example client for a server; yield a visitor's HTTP client."""
    monkeypatch.setenv("FITTRACKEE_URL", url)
    monkeypatch.setenv("CLIENT_ID", client_id)
    monkeypatch.setenv("CLIENT_SECRET", client_secret)
    spec = importlib.util.spec_from_file_location("example_client", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    transport = httpx.WSGITransport(module.app)
    with (
        module.http,
        httpx.Client(transport=transport, base_url=CLIENT_URL) as visitor,
    ):
        yield visitor


def connect(visitor, person, confirm="true"):
    """Connect the client by the whole flow; return its last response."""
    asked = visitor.get("/connect").headers["location"]
    return come_back(visitor, person.decide(asked, confirm))


def come_back(visitor, url):
    """Follow the redirection to the client."""
    assert url.startswith(f"{CLIENT_URL}/callback?"), url
    return visitor.get(url, follow_redirects=True)
