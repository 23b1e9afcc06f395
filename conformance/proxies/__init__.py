"""Real reverse proxies in front of an instance.

Reading order: ``set_up.py`` (the ways to configure a proxy), ``templates/``
(the same in each proxy's own configuration language), ``nginx.py`` and the
other proxies (how each is found and run), ``front.py`` (starts one),
``matrix.py`` (all set-ups with their expected outcomes), ``lab.py`` (starts
them for scenarios).
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
        UsageError: The name is unknown; the message lists the known ones.
    """
    try:
        return PROXIES[name]
    except KeyError:
        raise UsageError(
            f"{name}: unknown proxy; use one of: {', '.join(NAMES)}"
        ) from None


def behind(name: str) -> Behind:
    """Return a function that puts a proxy, as documented, before an app.

    Raises:
        UsageError: The name is unknown.
    """
    return partial(put_up, get(name))
