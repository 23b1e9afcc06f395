"""The bodies of answers that are data, not code."""

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
    """Return the constant members of a larger answer.

    Args:
        contract: Name of a contract.
        part: ``config``, ``profile`` or ``user``.
    """
    return _with_nulls(of_contract("shapes.toml", contract)[part])


def body(route: str) -> dict[str, Any]:
    """Return what ``bodies.toml`` says of a route, {} when nothing."""
    entry: dict[str, Any] = _table("bodies.toml").get(route, {})
    answer = {
        **dict.fromkeys(entry.get("null", ())),
        **entry.get("answer", {}),
    }
    return {**entry, "answer": answer}


def missing(path: str) -> dict[str, Any]:
    """Return what is said of something below a path that is not there."""
    table = _table("bodies.toml")["missing"]
    fitting = [start for start in table if path.startswith(start)]
    if not fitting:
        return {"message": "not found"}
    return dict(table[max(fitting, key=len)])


def _with_nulls(entry: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in entry.items() if key != "null"}
    return {**dict.fromkeys(entry.get("null", ())), **rest}
