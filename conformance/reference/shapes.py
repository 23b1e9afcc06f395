"""Constant response bodies, read from ``shapes.toml`` and ``bodies.toml``."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any

from conformance.reference.contracts import of_contract


@functools.cache
def _table(name: str) -> dict[str, Any]:
    file = resources.files(__package__) / name
    return tomllib.loads(file.read_text(encoding="utf-8"))


def shape(contract: str, part: str) -> dict[str, Any]:
    """Return the constant members of a response body.

    Args:
        contract: Name of a contract.
        part: ``config``, ``profile`` or ``user``.
    """
    return _with_nulls(of_contract("shapes.toml", contract)[part])


def body(route: str) -> dict[str, Any]:
    """Return a route's entry in ``bodies.toml``, {} when it has none."""
    entry: dict[str, Any] = _table("bodies.toml").get(route, {})
    members = {
        **dict.fromkeys(entry.get("null", ())),
        **entry.get("answer", {}),
    }
    return {**entry, "answer": members}


def missing(path: str) -> dict[str, Any]:
    """Return the body of a 404 for a path, by its longest known prefix."""
    table = _table("bodies.toml")["missing"]
    prefixes = [prefix for prefix in table if path.startswith(prefix)]
    if not prefixes:
        return {"message": "not found"}
    return dict(table[max(prefixes, key=len)])


def _with_nulls(entry: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in entry.items() if key != "null"}
    return {**dict.fromkeys(entry.get("null", ())), **rest}
