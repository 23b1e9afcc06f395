"""Paths of FitTrackee's API and pages, below the URL of an instance."""

# -- OAuth ------------------------------------------------------------------

AUTHORIZE = "/api/oauth/authorize"
TOKEN = "/api/oauth/token"  # noqa: S105 - a path
REVOKE = "/api/oauth/revoke"
APPS = "/api/oauth/apps"
METADATA = "/.well-known/oauth-authorization-server"

# -- the rest of the API ----------------------------------------------------

LOGIN = "/api/auth/login"
REGISTER = "/api/auth/register"
PROFILE = "/api/auth/profile"
EDIT_PROFILE = "/api/auth/profile/edit"
CONFIG = "/api/config"
PING = "/api/ping"
RECORDS = "/api/records"
STATISTICS = "/api/stats/all"
UNKNOWN_SPORT = "/api/sports/2147483647"
USERS = "/api/users"
WORKOUTS = "/api/workouts"

# -- pages of the front end -------------------------------------------------

LOGIN_PAGE = "/login"
CONSENT_PAGE = "/profile/apps/authorize"
NEW_APP_PAGE = "/profile/apps/new"


def app_by_client_id(client_id: str) -> str:
    """Return the path that shows an app by its client id."""
    return f"{APPS}/{client_id}"


def app_by_id(app_id: int) -> str:
    """Return the path that shows an app by its number."""
    return f"{APPS}/{app_id}/by_id"


def app_deletion(app_id: int) -> str:
    """Return the path at which DELETE deletes an app."""
    return f"{APPS}/{app_id}"


def app_revocation(app_id: int) -> str:
    """Return the path at which POST revokes all tokens of an app."""
    return f"{APPS}/{app_id}/revoke"
