"""Is what a panel got true to the catalogue: its unit, and values that can be?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rainbow.kernel.metrics import BY_NAME, Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = dict[str, Any]

SANE = {
    "dBm": (-45.0, 8.0),
    "dB": (-6.0, 60.0),
    "°C": (-40.0, 100.0),
    "mA": (1.0, 150.0),
    "W": (0.0, 1e6),
    "kWh/d": (0.0, 1e5),
    "kg/d": (0.0, 1e5),
    "%": (0.0, 100.0),
    "bit/s": (0.0, 1e13),
    "1/s": (0.0, 1e9),
    "s": (0.0, 1e8),
    "min": (0.0, 1e4),
    "B": (0.0, 1e12),
    "ms": (1e12, 1e13),
    "": (0.0, 1e9),
}
"""What a city of any size can have, by unit; a count where there is none."""
_FROM = re.compile(r'FROM "(\w+)"')


def field_of(query: str, column: str) -> Field | None:
    """The catalogue's field behind a column of an answer; None for a tag or the time."""
    found = _FROM.search(query)
    metric = BY_NAME.get(found[1]) if found else None
    return next((field for field in metric.fields if field.name == column), None) if metric else None


def untrue_values(query: str, series: Sequence[Json]) -> Iterator[str]:
    """Values that cannot be: light of a laser show, a state without a name, a count below zero."""
    for item in series:
        for place, column in enumerate(item["columns"]):
            field = field_of(query, column)
            if field is not None:
                yield from (f"{column} is {row[place]!r}" for row in item["values"] if not _can_be(field, row[place]))


def _can_be(field: Field, value: object) -> bool:
    if value is None:
        return True
    if field.kind is Kind.TEXT:
        return isinstance(value, str) and bool(value)
    if not isinstance(value, int | float):
        return False
    if field.kind is Kind.STATE:
        return value in {number for number, _name in field.states}
    low, high = SANE[field.unit]
    return low <= value <= high


def untrue_units(panel: Json) -> Iterator[str]:
    """Fields a panel shows under another unit than the catalogue's."""
    config = panel["fieldConfig"]
    own: dict[str, Mapping[str, object]] = {
        override["matcher"]["options"]: {item["id"]: item["value"] for item in override["properties"]}
        for override in config["overrides"]
        if override["matcher"]["id"] == "byName"
    }
    for target in panel["targets"]:
        for column in _shown(panel, target["query"]):
            field = field_of(target["query"], column)
            if field is None or field.kind is Kind.TEXT:
                continue
            unit = own.get(column, {}).get("unit", config["defaults"]["unit"])
            wanted = "none" if field.kind is Kind.STATE else field.grafana_unit
            if unit != wanted:
                yield f"{column} is shown in {unit}, it is in {wanted}"


def _shown(panel: Json, query: str) -> list[str]:
    """The columns somebody sees: of a number the one it names."""
    if panel["type"] == "stat":
        return [panel["options"]["reduceOptions"]["fields"].strip("/^$")]
    return re.findall(r'"(\w+)"', query.partition(" FROM ")[0])
