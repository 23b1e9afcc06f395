"""Harmless requests that tell whether a route lets a token in.

Ids name what cannot exist and payloads are empty, so whoever is let in is
answered with 200 to a question, or with 400 or 404 to an attempt: nothing
changes. What needs neither id nor payload is marked, and is asked only of
instances that the harness started itself.
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

#: Routes whose request cannot be made idle: they change the account, or
#: (geocoding) ask a service of somebody else's.
OWN_INSTANCE_ONLY = (
    "DELETE /api/auth/picture",
    "GET /api/geocode/lookup",
    "GET /api/geocode/search",
    "POST /api/auth/account/export/request",
    "POST /api/auth/logout",
    "POST /api/notifications/mark-all-as-read",
)
#: Routes that answer 403 about anybody but the caller.
ABOUT_ONESELF = (
    "GET /api/users/<user_name>",
    "GET /api/users/<user_name>/sanctions",
)
_PLACEHOLDER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class RouteProbe:
    """One request.

    Attributes:
        method: HTTP method.
        path: Path; ``{name}`` stands for the caller's own user name.
        options: What httpx takes besides.
        role: Whose token is needed, ``owner`` or ``admin``.
        own_instance_only: It is not harmless everywhere.
    """

    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)
    role: str = OWNER
    own_instance_only: bool = False

    def path_for(self, name: str) -> str:
        """Return the path, asked by the user of that name."""
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
    """Return a value that names nothing, of the placeholder's kind."""
    name = placeholder["name"]
    if name == "user_name":
        return "{name}" if own else NOBODY
    if placeholder["kind"] == "int" or name == "sport_id":
        return NO_NUMBER
    return NO_SHORT_ID


#: The cheapest request of each scope.
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
