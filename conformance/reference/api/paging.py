"""Pagination of lists."""

from __future__ import annotations

import re
from typing import Any

from flask import request

from conformance.reference.api.responses import invalid_payload

_NUMBER = re.compile(r"-?[0-9]{1,9}")


def page_number() -> int:
    """Return the requested page number; 400 when it is no number."""
    text = request.args.get("page", "1")
    if not _NUMBER.fullmatch(text):
        invalid_payload()
    return max(int(text), 1)


def pagination(page: int, pages: int, total: int) -> dict[str, Any]:
    """Return the ``pagination`` member of a list's response."""
    return {
        "has_next": page < pages,
        "has_prev": page > 1,
        "page": page,
        "pages": pages,
        "total": total,
    }
