"""What views work with, and where a fault takes hold of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from flask import make_response

from conformance.reference.api.views import Views
from conformance.reference.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Response
    from flask.typing import ResponseReturnValue

    from conformance.reference.contracts import Contract
    from conformance.reference.oauth import AuthorizationServer
    from conformance.reference.protect import Gate
    from conformance.reference.storage.database import Database

    Rule = Callable[..., Any] | float | str | tuple[Any, ...]

ANYWHERE = "*"


class Seams:
    """Rules, endpoints and pages, each replaceable by itself.

    Views are written against this type; ``ReferenceServer`` mounts them.

    Attributes:
        contract: What the claimed release has.
        database: Where the server keeps things.
        rules: Every rule; see :meth:`replace`.
        registration: Whether new users may register.
        control_key: Opens the control channel; None for no channel.
        authorization_server: Authlib's server for this instance.
        gate: Who may call what.
    """

    authorization_server: AuthorizationServer
    gate: Gate

    def __init__(
        self,
        contract: Contract,
        database: Database,
        *,
        registration: bool,
        control_key: str | None,
    ) -> None:
        """Start with nothing replaced."""
        self.contract = contract
        self.database = database
        self.rules = Rules(contract, database)
        self.registration = registration
        self.control_key = control_key
        self._views = Views()
        self._before: dict[str, list[Any]] = defaultdict(list)
        self._after: dict[str, list[Any]] = defaultdict(list)
        self._pages: dict[str, list[Any]] = defaultdict(list)

    def replace(self, rule: str, function: Rule) -> Any:
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

    def hooks_before(self, endpoint: str) -> Iterator[Any]:
        """Yield what runs before an endpoint."""
        yield from (*self._before[endpoint], *self._before[ANYWHERE])

    def hooks_after(self, endpoint: str) -> Iterator[Any]:
        """Yield what runs after an endpoint."""
        yield from (*self._after[endpoint], *self._after[ANYWHERE])
