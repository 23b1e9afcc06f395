"""The server: its parts put together, and the seams between them.

Reading order: ``contracts.toml`` (what FitTrackee's releases have),
``*_rules.py`` (what is allowed), ``oauth.py``, ``code_grant.py``,
``pkce.py``, ``refresh_grant.py`` and ``revocation.py`` (the OAuth endpoints,
on Authlib), ``protect.py`` (who may
call what), ``*_api.py`` (the API), ``pages.py`` (what a browser shows).

Nothing here is shared between two servers of one process: Authlib's classes
are subclassed anew for each, so that a fault may change them.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from conformance.reference.api import (
    account_api,
    apps_api,
    control,
    general_api,
    oauth_api,
    pages,
    users_api,
)
from conformance.reference.api.answers import error
from conformance.reference.api.headers import complete
from conformance.reference.api.table_api import view_for
from conformance.reference.contracts import contract as contract_of
from conformance.reference.oauth import AuthorizationServer
from conformance.reference.oauth.code_grant import CodeGrant
from conformance.reference.oauth.pkce import CodeChallenge
from conformance.reference.oauth.refresh_grant import RefreshGrant
from conformance.reference.oauth.revocation import RevocationEndpoint
from conformance.reference.protect import BearerTokenValidator, Caller, Gate
from conformance.reference.rate_limit import RateLimiter
from conformance.reference.rate_limit import parse as parse_limits
from conformance.reference.seams import Seams
from conformance.reference.storage.database import Database
from conformance.reference.storage.users import User, add_users

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

    from conformance.catalogue.scope_map import Route
    from conformance.reference.api.views import View

LARGEST_REQUEST = 1_048_576
#: Routes of the table that pages answer, or the front end's own page.
FRONT_END = {*pages.views, "GET /<path:path>"}
METADATA = "GET /.well-known/oauth-authorization-server"


class ReferenceServer(Seams):
    """A FitTrackee-like server that is right.

    Attributes:
        app: The WSGI application (Flask).
        code_grant: This server's own subclass of Authlib's grant class;
            so are ``refresh_grant``, ``revocation_endpoint``,
            ``bearer_validator`` and ``code_challenge``.
    """

    def __init__(
        self,
        database_url: str,
        users: Iterable[User] = (),
        contract: str = "newest",
        control_key: str | None = None,
        *,
        registration: bool = False,
        rate_limit: str | None = None,
    ) -> None:
        """Build a server; nothing is listening yet.

        Args:
            database_url: SQLite file or PostgreSQL, as SQLAlchemy URL.
            users: Who can log in; those already there are left alone.
            contract: ``newest``, or such as ``0.8``.
            control_key: Mounts the control channel behind this key.
            registration: Whether new users may register.
            rate_limit: Such as ``300 per 5 minutes``; None for none.

        Raises:
            KeyError: No such contract.
            ValueError: The rate limit cannot be read.
        """
        super().__init__(
            contract_of(contract),
            Database(database_url),
            registration=registration,
            control_key=control_key,
        )
        self.rules.session_key = secrets.token_bytes(32)
        add_users(self.database, users)
        self._build_oauth()
        self.limiter = None
        if rate_limit:
            self.limiter = RateLimiter(parse_limits(rate_limit))
        self.app = self._build_app()

    def __repr__(self) -> str:
        """Show which contract it is about."""
        return f"ReferenceServer(contract={self.contract.name!r})"

    def close(self) -> None:
        """Give back the database connections."""
        self.database.close()

    # -- construction ----------------------------------------------------

    def _build_oauth(self) -> None:
        """Subclass Authlib's classes for this server and connect them."""
        self.code_grant: Any = type("CodeGrant", (CodeGrant,), {})
        self.refresh_grant: Any = type("RefreshGrant", (RefreshGrant,), {})
        self.code_challenge: Any = type("CodeChallenge", (CodeChallenge,), {})
        self.revocation_endpoint: Any = type(
            "RevocationEndpoint", (RevocationEndpoint,), {}
        )
        self.bearer_validator: Any = type(
            "BearerTokenValidator", (BearerTokenValidator,), {}
        )
        server = self.authorization_server = AuthorizationServer(self.rules)
        server.register_grant(self.code_grant, [self.code_challenge()])
        server.register_grant(self.refresh_grant)
        server.register_endpoint(self.revocation_endpoint)
        self.gate = Gate(self.rules, self.bearer_validator(self.rules))

    def _build_app(self) -> Flask:
        """Mount every route of the contract, and the pages."""
        app = Flask(__name__)
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
        app.json.sort_keys = False  # type: ignore[attr-defined]
        app.teardown_appcontext(self.database.end_request)
        app.register_error_handler(HTTPException, self._http_error)
        app.after_request(self._finish)
        by_hand = {
            **general_api.views,
            **account_api.views,
            **apps_api.views,
            **users_api.views,
            **oauth_api.views,
        }
        for route in self.contract.routes:
            view = by_hand.get(route.name) or view_for(route)
            if route.name not in FRONT_END:
                self._mount(app, route.name, view, route)
        self._mount(app, METADATA, general_api.views[METADATA])
        for name, view in pages.views.items():
            self._mount(app, name, view)
        if self.control_key is not None:
            for name, view in control.views.items():
                self._mount(app, name, view)
        # One proxy in front is trusted, as FitTrackee does.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=1, x_proto=1
        )
        return app

    def _mount(
        self, app: Flask, name: str, view: View, route: Route | None = None
    ) -> None:
        """Mount one endpoint behind its gate and its hooks."""
        self._views[name] = view
        method, path = name.split(" ", 1)

        limited = route is not None and route.rate_limited

        def endpoint(**arguments: Any) -> ResponseReturnValue:
            if limited and self.limiter and (full := self.limiter.before()):
                return full
            for hook in self.hooks_before(name):
                early: ResponseReturnValue | None = hook(request)
                if early is not None:
                    return early
            caller = Caller(None)
            if route is not None and not route.public:
                caller = self.gate.pass_through(route)
            return self._views[name](self, caller, **arguments)

        app.add_url_rule(path, name, endpoint, methods=[method])

    # -- every answer ----------------------------------------------------

    def _http_error(self, problem: HTTPException) -> ResponseReturnValue:
        """Give errors of Flask's own FitTrackee's shape."""
        if problem.response is not None:
            return problem.response
        if not request.path.startswith("/api/"):
            return pages.problem(self, problem)
        word = "not found" if problem.code == 404 else "error"
        response = error(
            problem.code or 400, (problem.name or "error").lower(), word=word
        )
        for header, value in problem.get_headers():
            if header not in ("Content-Type", "Content-Length"):
                response.headers[header] = value
        return response

    def _finish(self, response: Response) -> Response:
        """Add the headers and cookies of every answer, then the hooks."""
        complete(self, response)
        if self.limiter:
            response = self.limiter.after(response)
        name = request.endpoint or ""
        for hook in self.hooks_after(name):
            response = hook(response) or response
        return response
