"""A user's own session, by bearer token or by cookies.

Up to 1.3.5 the login response contains a bearer token; from 1.3.6 on it sets
a session cookie and a CSRF cookie. The response shows which.
"""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

from conformance.errors import TargetError
from conformance.instance import sendable
from conformance.instance.preconditions import unmet
from conformance.routes import LOGIN

if TYPE_CHECKING:
    import httpx

    from conformance.instance import Credentials

SESSION_COOKIE = "access_token_cookie"
CSRF_COOKIE = "csrf_access_token"
CSRF_HEADER = "X-CSRF-TOKEN"
COOKIE_LIFETIME = 600.0  # seconds; the server's is 900, renewed by responses
MARGIN = 60.0  # seconds before its expiry at which a session is renewed
SAFE = {"GET", "HEAD", "OPTIONS"}
# Exceptions for a malformed JWT, or an invalid number in it.
UNREADABLE = (
    ArithmeticError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class NoSessionError(TargetError):
    """A login succeeded, but its response has neither token nor cookies."""


class Session:
    """Session of a user, who is logged in again before it expires."""

    def __init__(self, client: httpx.Client, user: Credentials) -> None:
        """Prepare a session; the login is sent with the first request."""
        self.user = user
        self._client = client
        self._token = ""
        self._cookies: dict[str, str] = {}
        self._ends = 0.0

    @property
    def style(self) -> str:
        """``bearer`` or ``cookies``, ``""`` before the login."""
        if self._token:
            return "bearer"
        return "cookies" if self._cookies else ""

    @property
    def cookies(self) -> dict[str, str]:
        """The session's cookies by name; empty for a bearer session."""
        return dict(self._cookies)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Send a request as this user.

        Args:
            method: HTTP method.
            path: Path below the instance's URL.
            headers: Further headers, which replace the session's own.
            **options: Options of httpx: json, data, content, params...
        """
        if time.time() > self._ends - MARGIN:
            self.must_log_in()
        merged = {**self.headers(method), **(headers or {})}
        response = self._client.request(
            method, path, headers=merged, **options
        )
        self._keep(response)
        return response

    def over(self, client: httpx.Client) -> Session:
        """Return the same session with another HTTP client."""
        if time.time() > self._ends - MARGIN:
            self.must_log_in()
        same = Session(client, self.user)
        same._token, same._cookies = self._token, dict(self._cookies)
        same._ends = self._ends
        return same

    def login(self) -> None:
        """Log in.

        Raises:
            TargetError: The credentials are refused, or the response has
                no session, or one that cannot be sent back.
        """
        user = {"email": self.user.email, "password": self.user.password}
        response = self._client.post(LOGIN, json=user)
        self._token, self._cookies = "", {}
        if response.status_code == 200:
            self._keep(response)
            self._keep_token(response)
        if not self.style:
            accepted = response.status_code == 200
            raise (NoSessionError if accepted else TargetError)(
                f"the login {self.user.called} was refused "
                f"({response.status_code}{_why(response)}); check the email "
                "address and the password"
            )

        self._check_sendable()

    def _check_sendable(self) -> None:
        """Raise TargetError if the session cannot be sent back."""
        for value in self.headers("POST").values():
            if why := sendable.unsendable(value):
                raise TargetError(
                    f"the login {self.user.called}: the session cannot be "
                    f"sent in a header ({why})"
                )

    def must_log_in(self) -> None:
        """Log in; raise Blocked if that fails."""
        try:
            self.login()
        except TargetError as refused:
            raise unmet(
                "must_log_in", "a session", actual=str(refused)
            ) from None

    def headers(self, method: str) -> dict[str, str]:
        """Return the headers that authenticate a request of this user."""
        if self._token:
            return {"Authorization": f"Bearer {self._token}"}
        jar = "; ".join(f"{name}={v}" for name, v in self._cookies.items())
        headers = {"Cookie": jar} if jar else {}
        if method not in SAFE and CSRF_COOKIE in self._cookies:
            headers[CSRF_HEADER] = self._cookies[CSRF_COOKIE]
        return headers

    def _keep(self, response: httpx.Response) -> None:
        """Store renewed cookies."""
        if self._token:
            return
        for header in response.headers.get_list("set-cookie"):
            name, _, value = header.partition(";")[0].strip().partition("=")
            if not value.strip('"'):
                continue
            self._cookies[name] = value.strip('"')
            sendable.keep(
                self._cookies[name], f"cookie {name}", "see the login"
            )
            if name == SESSION_COOKIE:
                self._ends = time.time() + COOKIE_LIFETIME

    def _keep_token(self, response: httpx.Response) -> None:
        try:
            token = response.json().get("auth_token")
        except (ValueError, AttributeError):
            return
        if isinstance(token, str) and token:
            self._token, self._cookies = token, {}
            self._ends = expiry(token)


def expiry(jwt: str) -> float:
    """Return a JWT's ``exp`` in epoch seconds; without one, in a day."""
    try:
        payload = jwt.split(".")[1]
        padded = payload + "=" * (-len(payload) % 4)
        return float(json.loads(base64.urlsafe_b64decode(padded))["exp"])
    except UNREADABLE:
        return time.time() + 86_400


def _why(response: httpx.Response) -> str:
    """Return the beginning of the server's message, on one line."""
    try:
        return f": {' '.join(str(response.json()['message']).split())[:200]}"
    except (ValueError, KeyError, TypeError):
        return ""
