"""Plain values as YAML, for Grafana's provisioning files: mappings and lists in block style, texts in double quotes.

Grafana reads YAML here and nothing else. What is written is plain enough that a library for it would be one more
thing to keep.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Plain = Mapping[str, "Plain"] | Sequence["Plain"] | str | int | float | bool | None


def to_yaml(value: Plain) -> str:
    """The whole document, with its last line end."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Plain) -> list[str]:
    if isinstance(value, Mapping) and value:
        return [line for key, item in value.items() for line in _entry(f"{key}:", item)]
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return [line for item in value for line in _item(item)]
    return [_scalar(value)]


def _entry(key: str, item: Plain) -> list[str]:
    if _is_nested(item):
        return [key, *(f"  {line}" for line in _lines(item))]
    return [f"{key} {_scalar(item)}"]


def _item(item: Plain) -> list[str]:
    first, *rest = _lines(item)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _is_nested(value: Plain) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)


def _scalar(value: Plain) -> str:
    """A JSON scalar, empty list or empty object is the same in YAML."""
    return json.dumps(value, ensure_ascii=False)
