"""Plain JSON data to dataclasses, saying where it does not fit."""

from __future__ import annotations

import math
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


class MalformedError(Exception):
    """A value does not fit its type; the message says which and how."""


def decode(kind: Any, value: Any, where: str) -> Any:
    """Return a JSON value as the type that an annotation asks for.

    Args:
        kind: A dataclass, an enum, ``datetime``, ``tuple[X, ...]``,
            ``tuple[X, Y]``, ``dict[K, V]``, ``X | None`` or a scalar.
        value: What ``json.loads`` gave.
        where: The path of the value, for the message.

    Raises:
        MalformedError: The value does not fit.
    """
    origin = get_origin(kind)
    if origin is UnionType:
        inner = next(k for k in get_args(kind) if k is not type(None))
        return None if value is None else decode(inner, value, where)
    if origin is tuple:
        return _sequence(get_args(kind), value, where)
    if origin is dict:
        key, item = get_args(kind)
        return {
            decode(key, k, where): decode(item, v, f"{where}.{k}")
            for k, v in _expect(dict, value, where).items()
        }
    if is_dataclass(kind):
        return _dataclass(kind, value, where)
    return _scalar(kind, value, where)


def _sequence(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    items = _expect(list, value, where)
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(items)
    elif len(items) != len(kinds):
        raise MalformedError(f"{where} must have {len(kinds)} items")
    return tuple(
        decode(kind, item, f"{where}[{place}]")
        for place, (kind, item) in enumerate(zip(kinds, items, strict=True))
    )


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING)
        for field in fields(kind)
    )


def _dataclass(kind: Any, value: Any, where: str) -> Any:
    plain = _expect(dict, value, where or "the file")
    given = {}
    for name, hint, required in _fields(kind):
        path = f"{where}.{name}" if where else name
        if name in plain:
            given[name] = decode(hint, plain[name], path)
        elif required:
            raise MalformedError(f"{path} is missing")
    return kind(**given)


def _scalar(kind: Any, value: Any, where: str) -> Any:
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            allowed = ", ".join(repr(member.value) for member in kind)
            raise MalformedError(
                f"{where} is {value!r:.40}, not one of {allowed}"
            ) from None
    if kind is datetime:
        try:
            return datetime.fromisoformat(_expect(str, value, where))
        except ValueError:
            raise MalformedError(
                f"{where} is {value!r:.40}, not an ISO 8601 moment"
            ) from None
    if kind is float:
        number = float(_expect((int, float), value, where))
        if not math.isfinite(number):
            raise MalformedError(f"{where} is {value!r}, not a finite number")
        return number
    return _expect(kind, value, where)


def _expect(kind: Any, value: Any, where: str) -> Any:
    if isinstance(value, kind) and (
        kind is bool or not isinstance(value, bool)
    ):
        return value
    wanted = kind if isinstance(kind, type) else kind[-1]
    raise MalformedError(
        f"{where} is {type(value).__name__}, not {wanted.__name__}"
    )
