"""Samples that scenarios are parametrized with, and named requests."""

from conformance.catalogue.route_probes import CHEAP, UNKNOWN_TOKEN, probe
from conformance.catalogue.scope_map import is_documented
from conformance.catalogue.scope_requirements import (
    KEPT_OUT,
    LET_IN,
    NO_DOWNGRADE,
    scope_requirements,
)
from conformance.samples.entropy import SAMPLES, guessing_bits
from conformance.samples.near_misses import VARIATIONS
from conformance.samples.token_requests import (
    FAILURES,
    GRANTS,
    MADE_UP,
    UNAUTHENTICATED,
    granted_scope,
    must_issue,
    must_succeed_with,
    request_tokens,
)

__all__ = [
    "CHEAP",
    "FAILURES",
    "GRANTS",
    "KEPT_OUT",
    "LET_IN",
    "MADE_UP",
    "NO_DOWNGRADE",
    "SAMPLES",
    "UNAUTHENTICATED",
    "UNKNOWN_TOKEN",
    "VARIATIONS",
    "granted_scope",
    "guessing_bits",
    "is_documented",
    "must_issue",
    "must_succeed_with",
    "probe",
    "request_tokens",
    "scope_requirements",
]
