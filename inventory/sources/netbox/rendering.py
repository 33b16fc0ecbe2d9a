"""Wanted values as NetBox would hold them, and as its REST API takes them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.sources.netbox.held import CABLED
from inventory.sources.netbox.wanted import Place, Ref

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MISSING = -1
"""Stands for the number of an object that is not made yet."""
_MODELS = {point: model for model, point in CABLED.items()}


def resolved(value: object, ids: Mapping[Ref, int]) -> object:
    """A wanted value as NetBox would hold it; what is not made yet has no number."""
    if isinstance(value, Ref):
        return ids.get(value, MISSING)
    if not isinstance(value, tuple):
        return value
    found: list[tuple[object, ...]] = []
    for item in value:
        if isinstance(item, Ref):
            found.append((item.point, ids.get(item, MISSING)))
        elif isinstance(item, Place):
            found.append((item.front, ids.get(item.rear, MISSING), item.position))
    return tuple(sorted(found, key=str)) if any(MISSING in item for item in found) else tuple(sorted(found))


def written(value: object, ids: Mapping[Ref, int]) -> object:
    """A wanted value as the REST API takes it."""
    if isinstance(value, Ref):
        return ids[value]
    if not isinstance(value, tuple):
        return value
    body: list[object] = []
    for item in value:
        if isinstance(item, Ref):
            body.append({"object_type": _MODELS[item.point], "object_id": ids[item]})
        elif isinstance(item, Place):
            body.append({"position": item.front, "rear_port": ids[item.rear], "rear_port_position": item.position})
    return body


def refs_of(values: Mapping[str, object]) -> Iterator[Ref]:
    """All other objects that values name."""
    for value in values.values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Ref):
                yield item
            elif isinstance(item, Place):
                yield item.rear


def ends_of(value: object) -> tuple[tuple[str, int], ...]:
    """The ends a cable has on one side, as they are held; none of anything else."""
    return tuple(item for item in value if isinstance(item, tuple)) if isinstance(value, tuple) else ()
