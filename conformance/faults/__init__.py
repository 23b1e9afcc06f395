"""Named ways to break the reference server, applied from outside.

A fault is a function that changes one server through its seams and says
which requirements it violates::

    @fault(violates="rfc6749/4.1.2/code-single-use")
    def code_survives_exchange(server):
        \"\"\"Codes can be exchanged more than once.\"\"\"
        server.replace("code_spent", lambda code: False)
        server.replace("spend_code", lambda code: True)

The first line of its docstring is its summary. A fault may be in any module of
this package; :func:`load` imports them all. It changes only the server that it
is given: no module, no class that another server shares.

Seams of a :class:`~conformance.reference.server.ReferenceServer`:

``server.replace(rule, function) -> original``
    Replace a rule of ``reference/rules/``, or a plain value such as
    ``code_lifetime``. The function is called without ``self``, and may call
    ``original`` to break a rule only in some cases.
``server.before(endpoint, hook)``
    ``hook(request)`` runs before authentication; it returns a response, or
    None to continue. Endpoints are ``"POST /api/oauth/token"``,
    ``"GET /api/users/<user_name>"``, …, ``"*"`` for all.
``server.after(endpoint, hook)``
    ``hook(response)`` may change the response, errors included, or return
    another one.
``server.wrap(endpoint, wrapper)``
    ``wrapper(view)`` returns the view to use instead, called after access
    control as ``view(server, caller, **path_arguments)``.
``server.page(name, change)``
    ``change(html) -> html`` for a template: ``login``, ``apps``,
    ``new_app``, ``app``, ``created``, ``authorize``.
``server.code_grant``, ``server.refresh_grant``, ``server.code_challenge``,
``server.revocation_endpoint``, ``server.bearer_validator``
    Subclasses of Authlib's classes, of this server only: set attributes.
``server.authorization_server``, ``server.gate``, ``server.database``,
``server.contract``, ``server.app``
    The objects themselves; ``dataclasses.replace`` changes a contract.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Breaker = Callable[[Any], object]


@dataclass(frozen=True)
class Fault:
    """One way to break the server.

    Attributes:
        name: The function's name; what ``--fault`` takes.
        violates: Ids of the requirements that it breaks.
        summary: First line of the docstring.
        apply: Breaks the server it is called with.
    """

    name: str
    violates: tuple[str, ...]
    summary: str
    apply: Breaker


_REGISTRY: dict[str, Fault] = {}


def fault(*, violates: str | list[str]) -> Callable[[Breaker], Breaker]:
    """Register the decorated function as a fault.

    Args:
        violates: Id of the requirement that it breaks, or a list of ids.

    Raises:
        ValueError: The name is in use, or there is no docstring.
    """
    ids = (violates,) if isinstance(violates, str) else tuple(violates)

    def register(breaker: Breaker) -> Breaker:
        name = getattr(breaker, "__name__", "")
        known = _REGISTRY.get(name)
        place = getattr(breaker, "__module__", "")
        if known and getattr(known.apply, "__module__", "") != place:
            raise ValueError(f"two faults are named {name}")
        summary = (breaker.__doc__ or "").strip().partition("\n")[0]
        if not summary and sys.flags.optimize < 2:  # -OO drops them all
            raise ValueError(f"the fault {name} has no docstring")
        _REGISTRY[name] = Fault(name, ids, summary, breaker)
        return breaker

    return register


def load() -> None:
    """Import every module of this package."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)


def all_faults() -> list[Fault]:
    """Return every fault, sorted by name."""
    load()
    return [_REGISTRY[name] for name in sorted(_REGISTRY)]


def get(name: str) -> Fault:
    """Return a fault by its name.

    Raises:
        KeyError: There is no such fault; the message is one line.
    """
    load()
    if name not in _REGISTRY:
        raise KeyError(
            f"no fault {name!r}: `fittrackee-conformance list faults` "
            "shows all of them"
        )
    return _REGISTRY[name]
