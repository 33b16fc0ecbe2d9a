"""The engine's state as JSON and back: what a killed process goes on from. Pure.

Written by the dataclasses' own fields, read by their annotations; a state of another layout is refused, not guessed at.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import TypeVar, Union, get_args, get_origin, get_type_hints

from inventory.entities import Code
from rainbow.kernel.errors import StoreError
from rainbow.kernel.texts import _

T = TypeVar("T")
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

LAYOUT = 1
_NAMES = {"Mapping": Mapping, "Code": Code}
"""What annotations name and modules import for type checkers only."""
_HINTS: dict[type, dict[str, object]] = {}


def to_json(state: object) -> str:
    """A value of this room as JSON text; equal values give equal texts."""
    return json.dumps({"layout": LAYOUT, "value": _plain(state)}, sort_keys=True, ensure_ascii=False)


def from_json(kind: type[T], text: str) -> T:
    """The value such a text holds.

    Raises:
        StoreError: it is no such value, or one of another layout.
    """
    try:
        document = json.loads(text)
        found = _value(kind, document["value"]) if document["layout"] == LAYOUT else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            _("the saved state of the incidents cannot be understood: {error}").format(error=error),
            cure=_("update RAINBOW; to begin anew, move the incident file away: open incidents are then found again"),
        ) from None
    if isinstance(found, kind):
        return found
    raise StoreError(
        _("the saved state of the incidents has another layout than this version's ({known})").format(known=LAYOUT),
        cure=_("update RAINBOW; to begin anew, move the incident file away: open incidents are then found again"),
    )


def _plain(value: object) -> Json:
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return [str(item) for item in sorted(value)]
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return str(value) if isinstance(value, StrEnum) else value
    raise TypeError(f"{type(value).__name__} cannot be saved")


def _value(kind: object, raw: Json) -> object:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        inner = next(item for item in get_args(kind) if item is not type(None))
        return None if raw is None else _value(inner, raw)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(raw, dict):
        hints = _hints(kind)
        return kind(**{name: _value(hints[name], item) for name, item in raw.items()})
    if origin is Mapping and isinstance(raw, dict):
        return {key: _value(get_args(kind)[1], item) for key, item in raw.items()}
    if origin in {tuple, frozenset} and isinstance(raw, list):
        return origin(_value(get_args(kind)[0], item) for item in raw)
    if isinstance(kind, type) and issubclass(kind, StrEnum) and isinstance(raw, str):
        return kind(raw)
    return _scalar(kind, raw)


def _scalar(kind: object, raw: Json) -> object:
    if kind is Code and isinstance(raw, str):
        return Code(raw)
    if kind is float and isinstance(raw, int | float):
        return float(raw)
    if isinstance(kind, type) and isinstance(raw, kind):
        return raw
    raise TypeError(f"{raw!r} is not {kind}")


def _hints(kind: type) -> dict[str, object]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind, globalns={**vars(sys.modules[kind.__module__]), **_NAMES})
    return _HINTS[kind]
