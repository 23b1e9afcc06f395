"""Harmless requests that show whether a route accepts a token.

Ids are those of nothing that exists and payloads are empty. If the token is
accepted, the response to a read is 200, and to a write 400 or 404: nothing
changes. Requests that have an effect without id and payload are marked, and
sent only to instances that the harness started.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.catalogue.scope_map import Route

OWNER = "owner"
ADMIN = "admin"
NOBODY = "fc-nobody-of-that-name"
NO_NUMBER = "2147483647"
UNKNOWN_TOKEN = "x" * 42  # as long as an access token
NO_SHORT_ID = "2222222222222222222222"  # the short form of the zero UUID

#: Routes without a harmless request: they change the account, or (geocoding)
#: send a request to a third party.
OWN_INSTANCE_ONLY = (
    "DELETE /api/auth/picture",
    "GET /api/geocode/lookup",
    "GET /api/geocode/search",
    "POST /api/auth/account/export/request",
    "POST /api/auth/logout",
    "POST /api/notifications/mark-all-as-read",
)
#: Routes that return 403 for any user except the caller.
ABOUT_ONESELF = (
    "GET /api/users/<user_name>",
    "GET /api/users/<user_name>/sanctions",
)
_PLACEHOLDER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class RouteProbe:
    """A request to a route.

    Attributes:
        method: HTTP method.
        path: Path; ``{name}`` is the caller's own user name.
        options: Further arguments for httpx.
        role: The user whose token is needed, ``owner`` or ``admin``.
        own_instance_only: Whether it is harmless only on an instance that
            the harness started.
    """

    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)
    role: str = OWNER
    own_instance_only: bool = False

    def path_for(self, name: str) -> str:
        """Return the path for the user of a name."""
        return self.path.replace("{name}", name)


def probe(route: Route) -> RouteProbe:
    """Return the harmless request of a route of the scope map."""
    own = route.name in ABOUT_ONESELF
    return RouteProbe(
        route.method,
        _PLACEHOLDER.sub(lambda m: _nothing(m, own=own), route.path),
        {} if route.method in {"GET", "DELETE"} else {"json": {}},
        ADMIN if route.role else OWNER,
        route.name in OWN_INSTANCE_ONLY,
    )


def _nothing(placeholder: re.Match[str], *, own: bool) -> str:
    """Return a value of the placeholder's kind for which nothing exists."""
    name = placeholder["name"]
    if name == "user_name":
        return "{name}" if own else NOBODY
    if placeholder["kind"] == "int" or name == "sport_id":
        return NO_NUMBER
    return NO_SHORT_ID


#: The cheapest request for each scope.
CHEAP = {
    "application:write": RouteProbe(
        "PATCH", "/api/config", {"json": {}}, ADMIN
    ),
    "equipments:read": RouteProbe("GET", "/api/equipments"),
    "equipments:write": RouteProbe("POST", "/api/equipments", {"json": {}}),
    "follow:read": RouteProbe("GET", "/api/follow-requests"),
    "follow:write": RouteProbe("POST", f"/api/users/{NOBODY}/follow"),
    "geocode:read": RouteProbe(
        "GET", "/api/geocode/search", own_instance_only=True
    ),
    "media:write": RouteProbe("POST", "/api/media"),
    "notifications:read": RouteProbe("GET", "/api/notifications/unread"),
    "notifications:write": RouteProbe(
        "PATCH", f"/api/notifications/{NO_SHORT_ID}", {"json": {}}
    ),
    "profile:read": RouteProbe("GET", "/api/auth/profile"),
    "profile:write": RouteProbe(
        "POST", "/api/auth/profile/edit", {"json": {}}
    ),
    "reports:read": RouteProbe("GET", "/api/reports", role=ADMIN),
    "reports:write": RouteProbe("POST", "/api/reports", {"json": {}}),
    "users:read": RouteProbe("GET", "/api/users/{name}"),
    "users:write": RouteProbe(
        "PATCH", f"/api/users/{NOBODY}", {"json": {}}, ADMIN
    ),
    "workouts:read": RouteProbe("GET", "/api/workouts"),
    "workouts:write": RouteProbe("POST", "/api/workouts/no_gpx", {"json": {}}),
}
