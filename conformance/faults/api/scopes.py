"""Faults of scope checks: too permissive or too strict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.catalogue.scope_requirements import (
    KEPT_OUT,
    LET_IN,
    scope_requirements,
)
from conformance.catalogue.scopes import SINCE
from conformance.faults import fault

if TYPE_CHECKING:
    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import RegisteredApp

EVERY_SCOPE = [
    f"fittrackee/oauth/scope-{scope.replace(':', '-')}" for scope in SINCE
]
TOLD_SCOPE = "rfc6749/5.1/scope-when-different"
DEFAULT = "profile:read"
DOCUMENTED = {(p.method, p.path) for p in scope_requirements(LET_IN)}


def _reads(scope: str, needed: str) -> bool:
    """Whether a scope has the read scope of the needed resource."""
    return needed.replace(":write", ":read") in scope.split()


@fault(
    violates=[
        "rfc6749/7/scope-covers-request",
        TOLD_SCOPE,
        "rfc9700/2.3/action-and-resource",
        "rfc9700/2.3/no-more-scope-than-asked",
        *EVERY_SCOPE,
        *(
            requirement.id
            for requirement in scope_requirements(KEPT_OUT)
            if (requirement.method, requirement.path) in DOCUMENTED
            and not requirement.unknown_scope
        ),
    ]
)
def every_scope_opens_everything(server: ReferenceServer) -> None:
    """A token with any scope opens every route open to apps."""
    server.replace("scope_sufficient", lambda scope, _needed: bool(scope))


@fault(
    violates=[
        TOLD_SCOPE,
        *EVERY_SCOPE,
        *(p.id for p in scope_requirements(LET_IN) if not p.untested),
    ]
)
def one_scope_is_not_enough(server: ReferenceServer) -> None:
    """A token with a single scope opens no route."""

    def sufficient(scope: str, needed: str) -> bool:
        return " " in scope and bool(original(scope, needed))

    original = server.replace("scope_sufficient", sufficient)


@fault(violates="rfc9700/2.3/action-and-resource")
def reading_is_writing(server: ReferenceServer) -> None:
    """A read scope allows writing too."""
    server.replace("scope_sufficient", _reads)


@fault(violates="rfc9700/2.3/no-more-scope-than-asked")
def narrow_consent_is_ignored(server: ReferenceServer) -> None:
    """An app that requests part of its scope is granted all of it."""

    def consented(app: RegisteredApp, scope: str | None) -> str | None:
        return original(app, scope) and app.scope

    original = server.replace("consented_scope", consented)


@fault(violates="rfc9700/2.3/no-more-scope-than-asked")
def narrow_refresh_is_ignored(server: ReferenceServer) -> None:
    """A refresh with a narrower scope returns the full scope."""
    refreshed: Any = server.replace(
        "refreshed_scope",
        lambda token, scope: (
            refreshed(token, scope) and refreshed(token, None)
        ),
    )


@fault(violates="rfc6749/3.3/order-irrelevant")
def scopes_have_to_be_sorted(server: ReferenceServer) -> None:
    """Of scopes in non-alphabetical order, only the first is effective."""

    def sufficient(scope: str, needed: str) -> bool:
        words = scope.split()
        return needed in (words if words == sorted(words) else words[:1])

    server.replace("scope_sufficient", sufficient)


@fault(violates="rfc6749/3.3/case-sensitive")
def scope_in_capitals_counts(server: ReferenceServer) -> None:
    """The scope of an authorization request is compared ignoring case."""

    def consented(app: RegisteredApp, scope: str | None) -> str | None:
        lowered = None if scope is None else scope.lower()
        granted: str | None = original(app, lowered)
        return granted

    original = server.replace("consented_scope", consented)


@fault(violates="rfc6749/7/token-without-consent")
def no_scope_is_a_silent_default(server: ReferenceServer) -> None:
    """Without a scope, profile:read is granted and not reported."""

    def consented(app: RegisteredApp, scope: str | None) -> str | None:
        granted: str | None = original(app, scope or DEFAULT)
        return granted

    def silent(token: dict[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = complete(token)
        if body.get("scope") == DEFAULT:
            del body["scope"]
        return body

    original = server.replace("consented_scope", consented)
    complete = server.replace("token_response", silent)


@fault(
    violates=[
        "fittrackee/oauth/application-write-needs-admin",
        "fittrackee/oauth/scope-lends-no-role",
    ]
)
def scope_lends_every_role(server: ReferenceServer) -> None:
    """A scope replaces the role that a route requires."""
    server.replace("role_sufficient", lambda _user, _route: True)
