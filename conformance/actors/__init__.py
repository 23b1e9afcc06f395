"""Actors: apps (clients), users (resource owners) and a browser.

Scenarios use the names exported here; the browser's page objects are in
:mod:`conformance.actors.pages`.
"""

from conformance.actors.flow import whole_flow
from conformance.actors.issued import (
    NO_MORE_THAN_ASKED,
    Code,
    must_be_granted,
    must_be_tokens,
    redirect_parameters,
    redirect_url,
)
from conformance.actors.pkce import Pkce
from conformance.instance.answer import Depth, answer_to, must_come
from conformance.instance.form import FORM, basic, encode
from conformance.instance.preconditions import (
    brief,
    json_body,
    must_answer,
    must_be_let_in,
    must_be_page,
    must_be_refused,
    must_have,
    must_hold,
    must_succeed,
    unmet,
)
from conformance.instance.raw_http import request_bytes
from conformance.instance.session import CSRF_HEADER, SESSION_COOKIE

__all__ = [
    "CSRF_HEADER",
    "FORM",
    "NO_MORE_THAN_ASKED",
    "SESSION_COOKIE",
    "Code",
    "Depth",
    "Pkce",
    "answer_to",
    "basic",
    "brief",
    "encode",
    "json_body",
    "must_answer",
    "must_be_granted",
    "must_be_let_in",
    "must_be_page",
    "must_be_refused",
    "must_be_tokens",
    "must_come",
    "must_have",
    "must_hold",
    "must_succeed",
    "redirect_parameters",
    "redirect_url",
    "request_bytes",
    "unmet",
    "whole_flow",
]
