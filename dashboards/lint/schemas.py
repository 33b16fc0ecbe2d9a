"""Names Grafana knows, from the schemas in ``dashboards/schemas``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.lint.plain import part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboards.lint.plain import Json

FOLDER = Path(__file__).resolve().parent.parent / "schemas"


@lru_cache(maxsize=1)
def panel_types() -> frozenset[str]:
    """Panel types there is a schema for; the dashboards use no others."""
    return frozenset(path.stem for path in FOLDER.glob("*.json")) - {"dashboard"}


@lru_cache(maxsize=16)
def schema(name: str) -> Json:
    """One schema, read once."""
    loaded = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, Mapping) else {}


def unknown_keys(value: object, name: str, *path: str) -> Iterator[str]:
    """Keys of ``value``, dotted, that the schema has no property for below ``path``, at any depth."""
    root = schema(name)
    node: object = root
    for key in path:
        node = part(_resolved(root, node), "properties").get(key, {})
    yield from _unknown(root, node, value, "")


def has_property(name: str, *path: str) -> bool:
    """Whether the schema has a property below ``path``."""
    root = schema(name)
    node: object = root
    for key in path:
        properties = part(_resolved(root, node), "properties")
        if key not in properties:
            return False
        node = properties[key]
    return True


def _resolved(root: Json, node: object) -> Json:
    seen = part(node)
    while isinstance(reference := seen.get("$ref"), str):
        seen = part(root, "definitions", reference.rsplit("/", 1)[-1])
    return seen


def _unknown(root: Json, node: object, value: object, where: str) -> Iterator[str]:
    rule = _resolved(root, node)
    if isinstance(value, list):
        for item in value:
            yield from _unknown(root, rule.get("items", {}), item, where)
    if (choices := rule.get("anyOf")) and isinstance(choices, list):
        yield from min((list(_unknown(root, choice, value, where)) for choice in choices), key=len)
    if not isinstance(value, Mapping) or "properties" not in rule:
        return
    properties = part(rule, "properties")
    for key, item in value.items():
        dotted = f"{where}.{key}" if where else str(key)
        if key not in properties:
            if rule.get("additionalProperties") is False:
                yield dotted
        else:
            yield from _unknown(root, properties[key], item, dotted)
