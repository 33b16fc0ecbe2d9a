"""What was read of a NetBox last, kept in the city's ``state/``: the next reading asks for what changed since.

A file that cannot be used is none: NetBox is then read whole.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.sources.netbox.held import POINTS, CableEnd, Held, Seen

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.sources.netbox.held import Value

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Remembered:
    """The file. It holds the plant as NetBox shows it, and is for its owner only."""

    path: Path

    def seen(self, url: str) -> Seen | None:
        """What was read of a NetBox; None where nothing was, or it cannot be used any more."""
        try:
            found = _seen(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.url == url else None

    def keep(self, seen: Seen) -> None:
        """Keep what was read, in one step: a reading that is stopped leaves the one before."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(_plain(seen), file, ensure_ascii=False, separators=(",", ":"))
        beside.replace(self.path)


def _shape() -> list[object]:
    """Changes when a version of RAINBOW reads other fields."""
    return [FORMAT, [[point.name, *point.fields, *point.relations] for point in POINTS.values()]]


def _plain(seen: Seen) -> dict[str, object]:
    return {
        "shape": _shape(),
        "url": seen.url,
        "version": seen.version,
        "at": seen.at,
        "whole_at": seen.whole_at,
        "objects": {
            name: [[held.pk, held.updated, held.values, held.custom] for held in objects.values()]
            for name, objects in seen.objects.items()
        },
        "ends": [[end.pk, end.cable, end.side, end.point, end.other] for end in seen.ends.values()],
    }


def _seen(text: str) -> Seen:
    raw = json.loads(text)
    if raw["shape"] != _shape():
        raise ValueError(raw["shape"])
    objects: dict[str, dict[int, Held]] = {}
    for name in POINTS:
        objects[name] = {
            pk: Held(
                point=name, pk=pk, values=_values(values, values.get("rear_ports")), custom=custom, updated=updated
            )
            for pk, updated, values, custom in raw["objects"][name]
        }
    ends = {row[0]: CableEnd(*row) for row in raw["ends"]}
    times = {"at": raw["at"], "whole_at": raw["whole_at"]}
    return Seen(url=raw["url"], version=raw["version"], **times, objects=objects, ends=ends)


def _values(found: dict[str, Value], mappings: list[list[int]] | None) -> dict[str, Value]:
    """Lists are JSON's; values are compared as tuples."""
    return found if mappings is None else {**found, "rear_ports": tuple(tuple(item) for item in mappings)}
