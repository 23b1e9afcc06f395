"""The server: its parts put together, and the seams between them.

Reading order: ``contracts.toml`` (what FitTrackee's releases have),
``*_rules.py`` (what is allowed), ``oauth.py``, ``grants.py`` and
``revocation.py`` (the OAuth endpoints, on Authlib), ``protect.py`` (who may
call what), ``*_api.py`` (the API), ``pages.py`` (what a browser shows).

Nothing here is shared between two servers of one process: Authlib's classes
are subclassed anew for each, so that a fault may change them.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, make_response, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from conformance.reference import (
    account_api,
    apps_api,
    control,
    faults,
    general_api,
    oauth_api,
    pages,
    users_api,
)
from conformance.reference.answers import error
from conformance.reference.contracts import contract as contract_of
from conformance.reference.database import Database
from conformance.reference.grants import (
    CodeChallenge,
    CodeGrant,
    RefreshGrant,
)
from conformance.reference.headers import complete
from conformance.reference.oauth import AuthorizationServer
from conformance.reference.protect import BearerTokenValidator, Caller, Gate
from conformance.reference.revocation import RevocationEndpoint
from conformance.reference.rules import Rules
from conformance.reference.table_api import view_for
from conformance.reference.users import User, add_users
from conformance.reference.views import View, Views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask.typing import ResponseReturnValue

    from conformance.scope_map import Route

LARGEST_REQUEST = 1_048_576
ANYWHERE = "*"


class ReferenceServer:
    """A FitTrackee-like server that is right.

    Attributes:
        app: The WSGI application (Flask).
        contract: What the claimed release has.
        rules: Every rule; see :meth:`replace`.
        database: Where it keeps things.
        authorization_server: Authlib's server for this instance.
        code_grant: This server's own subclass of Authlib's grant class;
            so are ``refresh_grant``, ``revocation_endpoint``,
            ``bearer_validator`` and ``code_challenge``.
        gate: Who may call what.
    """

    def __init__(
        self,
        database_url: str,
        users: Iterable[User] = (),
        contract: str = "newest",
        fault: str | None = None,
        control_key: str | None = None,
        *,
        registration: bool = False,
    ) -> None:
        """Build a server; nothing is listening yet.

        Args:
            database_url: SQLite file or PostgreSQL, as SQLAlchemy URL.
            users: Who can log in; those already there are left alone.
            contract: ``newest``, ``0.8`` or ``0.7``.
            fault: Name of the fault to break it with, None for none.
            control_key: Mounts the control channel behind this key.
            registration: Whether new users may register.

        Raises:
            KeyError: No such contract, or no such fault.
        """
        self.contract = contract_of(contract)
        self.registration = registration
        self.control_key = control_key
        self.database = Database(database_url)
        self.rules = Rules(self.contract, self.database)
        self.rules.session_key = secrets.token_bytes(32)
        add_users(self.database, users)
        self._build_oauth()
        self._before: dict[str, list[Any]] = defaultdict(list)
        self._after: dict[str, list[Any]] = defaultdict(list)
        self._pages: dict[str, list[Any]] = defaultdict(list)
        self._views = Views()
        self.app = self._build_app()
        if fault is not None:
            faults.get(fault).apply(self)

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
            if route.path.startswith("/api/"):
                view = by_hand.get(route.name) or view_for(route)
                self._mount(app, route.name, view, route)
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

        def endpoint(**arguments: Any) -> ResponseReturnValue:
            for hook in (*self._before[name], *self._before[ANYWHERE]):
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
        name = request.endpoint or ""
        for hook in (*self._after[name], *self._after[ANYWHERE]):
            response = hook(response) or response
        return response

    # -- seams -----------------------------------------------------------

    def replace(self, rule: str, function: Callable[..., Any]) -> Any:
        """Put a function in the place of a rule.

        Args:
            rule: Name of a method (or plain value) of :class:`Rules`.
            function: Called with the same arguments, without ``self``;
                for a plain value, the new value.

        Returns:
            The rule as it was, for a function that calls it.

        Raises:
            AttributeError: There is no such rule.
        """
        original = getattr(self.rules, rule)
        setattr(self.rules, rule, function)
        return original

    def before(
        self, endpoint: str, hook: Callable[[Any], ResponseReturnValue | None]
    ) -> None:
        """Call ``hook(request)`` first; what it returns is the answer.

        Args:
            endpoint: ``METHOD /path`` as in the scope map, ``"*"`` for
                all.
            hook: Returns None to go on.
        """
        self._known(endpoint)
        self._before[endpoint].append(hook)

    def after(
        self, endpoint: str, hook: Callable[[Response], Response | None]
    ) -> None:
        """Call ``hook(response)`` last, errors included."""
        self._known(endpoint)
        self._after[endpoint].append(hook)

    def wrap(
        self, endpoint: str, wrapper: Callable[[Callable[..., Response]], Any]
    ) -> None:
        """Replace a view by ``wrapper(view)``, behind the same gate.

        Both are called with ``(server, caller, **path arguments)``; the
        view given to the wrapper returns a Response.
        """
        self._known(endpoint)
        view = self._views[endpoint]

        def responding(*arguments: Any, **named: Any) -> Response:
            return make_response(view(*arguments, **named))

        self._views[endpoint] = wrapper(responding)

    def page(self, name: str, change: Callable[[str], str]) -> None:
        """Change the HTML of a page: ``change(html) -> html``.

        Args:
            name: A template's name without ``.html``, ``"*"`` for all.
            change: Called each time the page is rendered.
        """
        self._pages[name].append(change)

    def changed_page(self, name: str, html: str) -> str:
        """Return a rendered page after the changes made to it."""
        for change in (*self._pages[name], *self._pages[ANYWHERE]):
            html = change(html)
        return html

    def _known(self, endpoint: str) -> None:
        """Raise KeyError for an endpoint that is not there."""
        if endpoint != ANYWHERE and endpoint not in self._views:
            raise KeyError(f"no endpoint {endpoint!r}")
