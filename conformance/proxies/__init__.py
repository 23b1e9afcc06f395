"""Real reverse proxies, put in front of an instance for a while.

Reading order: ``set_up.py`` (what can be right or wrong about a proxy),
``templates/`` (what that is in each one's own configuration), ``nginx.py``
and its neighbours (how each is found and run), ``front.py`` (starting one).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.proxies.apache import Apache
from conformance.proxies.caddy import Caddy
from conformance.proxies.front import Front, put_up
from conformance.proxies.haproxy import HAProxy
from conformance.proxies.nginx import Nginx
from conformance.proxies.set_up import DOCUMENTED, Header, Plain, Sent, SetUp
from conformance.proxies.traefik import Traefik

if TYPE_CHECKING:
    from conformance.proxies.base import Proxy
    from conformance.targets.behind import Behind

__all__ = [
    "DOCUMENTED",
    "NAMES",
    "PROXIES",
    "Front",
    "Header",
    "Plain",
    "Sent",
    "SetUp",
    "behind",
    "get",
    "put_up",
]

PROXIES: dict[str, Proxy] = {
    proxy.name: proxy
    for proxy in (Nginx(), Caddy(), Apache(), HAProxy(), Traefik())
}
NAMES = tuple(PROXIES)


def get(name: str) -> Proxy:
    """Return a proxy by its name.

    Raises:
        UsageError: There is none of that name; the message lists them.
    """
    try:
        return PROXIES[name]
    except KeyError:
        raise UsageError(
            f"{name}: unknown proxy; use one of: {', '.join(NAMES)}"
        ) from None


def behind(name: str) -> Behind:
    """Return what puts a proxy, set up as documented, in front of an app.

    Raises:
        UsageError: There is none of that name.
    """
    return partial(put_up, get(name))
