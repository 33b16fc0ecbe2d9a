"""What can be read of whom, as a page: made of the tables themselves, and of a measurement on recordings."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from collectors.optics.units import Quantity
from collectors.vendors.families import FAMILIES
from collectors.vendors.row import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from collectors.vendors.family import Family
    from collectors.vendors.row import Table

INTRODUCTION = (
    "`rainbow collect probe ADDRESS` reads all of this from one device and says what it could not read and why; polls "
    "take the light from the same tables. Every reading names its source: the MIB and the object. A reading is given "
    "only where it is one: a raw 0, the floors devices send for darkness (-50, -60, -99 dBm and the like), a MIB's own "
    'number for "none", all ones and impossible values become "could not be read", with the reason. -40 dBm itself is '
    "shown: it is the least a module can measure (SFF-8472); amplifiers and channel monitors measure less. Limits are "
    "shown only where they make sense together. How your switch gets a row: [add_your_switch.md](add_your_switch.md)."
)
STANDARDS = (
    "Of any device: IF-MIB; ENTITY-MIB and ENTITY-SENSOR-MIB (units, scales, the port by entAliasMappingIdentifier, "
    "containment or name); ENTITY-STATE-MIB; LLDP-MIB and LLDP-V2-MIB, CDP, ISDP, FDP, EDP, SONMP, MNDP; UPS-MIB "
    "(RFC 1628); POWER-ETHERNET-MIB; LM-SENSORS-MIB. Of makers without a table: copies of the sensor table below the "
    "maker's own number; software that is sold under many names (Radlan, Aricent ISS, FASTPATH, Comware, RGOS, DCN, "
    "WebStaX), by the shape of the tree; and values that name their own unit (`-5.12 dBm`, `3.31 V`). Whole numbers "
    "without a unit are left alone."
)
MEASURED = (
    "Measured on recordings of real devices against an independent reading of the same recordings "
    "(`python -m tests.score_recordings FOLDER --write`): found and equal, of those asserted. Not counted "
    "are readings in which the recording itself contradicts the other reading, such as text that says -14.61 dBm where "
    "0.03 was made of it; `--misses` lists each with its evidence."
)
PARTS = ("interfaces", "dbm", "others", "neighbours")
"""Names of the parts of a score, as the scorer counts them."""


class Score(NamedTuple):
    """One vendor's counts by part: found and equal, asserted, and not counted."""

    good: Mapping[str, int]
    expected: Mapping[str, int]
    not_counted: int


def devices_page(measured: Mapping[str, Score]) -> str:
    """The page, without the note that it is generated."""
    parts = ["# Devices\n", INTRODUCTION + "\n", STANDARDS + "\n", *_table(_HEAD, _vendor_rows())]
    if measured:
        rows = [(vendor, *_cells(score)) for vendor, score in sorted(measured.items())]
        rows.append(("**all**", *_cells(_total(measured.values()))))
        parts += ["\n## Measured\n", MEASURED + "\n", *_table(_MEASURED_HEAD, rows)]
    return "\n".join(parts) + "\n"


_HEAD = ("vendor", "sysObjectID below 1.3.6.1.4.1", "light", "other readings", "MIBs")
_MEASURED_HEAD = ("vendor", "interfaces", "light (dBm)", "other readings", "neighbours", "not counted")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)


def _vendor_rows() -> list[tuple[str, ...]]:
    places: dict[str, list[str]] = {}
    families: dict[str, list[Family]] = {}
    for place, family in FAMILIES.items():
        places.setdefault(family.vendor, []).append(place)
        families.setdefault(family.vendor, []).append(family)
    return [_row(vendor, places[vendor], families[vendor]) for vendor in sorted(places, key=str.casefold)]


def _row(vendor: str, places: Sequence[str], families: Sequence[Family]) -> tuple[str, ...]:
    tables = [table for family in families for table in _all_tables(family)]
    mibs = {table.mib for table in tables}
    if any(family.cisco_sensors for family in families):
        mibs.add("CISCO-ENTITY-SENSOR-MIB")
    if any(family.arista_limits for family in families):
        mibs.add("ARISTA-ENTITY-SENSOR-MIB")
    columns = [column for table in tables for column in table.columns]
    light = {column.quantity for column in columns if column.kind is Kind.DBM}
    words = [word for quantity, word in ((Quantity.RX, "Rx"), (Quantity.TX, "Tx")) if quantity in light]
    kinds = sorted({column.kind.value for column in columns} - {Kind.DBM.value})
    return (
        vendor,
        ", ".join(places),
        ", ".join(words) or "by the standard",
        ", ".join(kinds) or "by the standard",
        ", ".join(sorted(mibs)) or "-",
    )


def _all_tables(family: Family) -> tuple[Table, ...]:
    """Also those whose root depends on the model."""
    return (*family.tables, *(table for own in family.own for table in own.tables("")))


def _cells(score: Score) -> tuple[str, ...]:
    counts = (_cell(score.good.get(part, 0), score.expected.get(part, 0)) for part in PARTS)
    return (*counts, str(score.not_counted or "-"))


def _cell(good: int, expected: int) -> str:
    return f"{good} of {expected}" if expected else "-"


def _total(scores: Iterable[Score]) -> Score:
    good: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    not_counted = 0
    for score in scores:
        good.update(score.good)
        expected.update(score.expected)
        not_counted += score.not_counted
    return Score(good, expected, not_counted)


def read_measured(text: str) -> dict[str, Score]:
    """The scorer's file: JSON, counts by vendor."""
    return {vendor: Score(**counts) for vendor, counts in json.loads(text).items()}
