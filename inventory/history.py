"""What changed between two plants, in the words of the model; and a plant as it will be when all is built. Pure.

Records are the same by their id, whatever they are called: a new code is a change of name, not a loss and a gain.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from inventory.checks.references import KINDS
from inventory.entities import Provenance, Status
from inventory.geodesy import distance_m
from rainbow.kernel.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from inventory.entities import Code, Record
    from inventory.plant import Plant

NAMES = {
    "sites": N_("site"),
    "structures": N_("structure"),
    "route_nodes": N_("route node"),
    "sections": N_("trench section"),
    "cables": N_("cable"),
    "user_groups": N_("user group"),
    "devices": N_("device"),
    "interfaces": N_("port"),
    "links": N_("link"),
    "channels": N_("colour"),
    "services": N_("service"),
    "ducts": N_("duct"),
    "closures": N_("closure"),
    "splices": N_("splice"),
    "panels": N_("panel"),
    "terminations": N_("termination"),
    "passives": N_("filter or splitter"),
    "patches": N_("patch"),
    "transceivers": N_("transceiver"),
    "strand_states": N_("strand"),
    "risk_groups": N_("risk group"),
    "link_groups": N_("link group"),
    "protections": N_("protection class"),
}
TO_BUILD = frozenset({Status.PLANNED, Status.UNDER_CONSTRUCTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that differs, both values as a file holds them, and in words where a list or a place changed."""

    field: str
    before: str
    after: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record that is new, gone or different. ``what`` is added, removed or changed."""

    kind: str
    what: str
    code: Code
    name: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the changes amount to."""

    trench_m: float
    cable_m: float
    strands: int
    links: int


def differences(before: Plant, after: Plant) -> tuple[Change, ...]:
    """All changes, kind by kind: added, removed, changed, each in file order."""
    return tuple(change for kind in KINDS for change in _of_kind(kind, before, after))


def sums(before: Plant, after: Plant) -> Sums:
    """Growth of the plant in metres, strands and links."""
    return Sums(
        trench_m=sum(item.length_m for item in after.sections) - sum(item.length_m for item in before.sections),
        cable_m=_cable_m(after) - _cable_m(before),
        strands=sum(item.strand_count for item in after.cables) - sum(item.strand_count for item in before.cables),
        links=len(after.links) - len(before.links),
    )


def _cable_m(plant: Plant) -> float:
    return sum(
        cable.sheath_m if cable.sheath_m is not None else sum(plant.section[code].length_m for code in cable.route)
        for cable in plant.cables
    )


def _of_kind(kind: str, before: Plant, after: Plant) -> Iterator[Change]:
    old: dict[str, Record] = {record.id: record for record in getattr(before, kind)}
    new: dict[str, Record] = {record.id: record for record in getattr(after, kind)}
    for record in new.values():
        if record.id not in old:
            yield Change(kind=kind, what="added", code=record.code, name=record.label)
    for record in old.values():
        if record.id not in new:
            yield Change(kind=kind, what="removed", code=record.code, name=record.label)
    for record in new.values():
        first = old.get(record.id)
        if first is not None and first != record:
            yield Change(
                kind=kind, what="changed", code=record.code, name=record.label, fields=tuple(_fields(first, record))
            )


def _fields(before: Record, after: Record) -> Iterator[FieldChange]:
    for item in fields(after):
        old, new = getattr(before, item.name), getattr(after, item.name)
        if old == new:
            continue
        if isinstance(old, Provenance) and isinstance(new, Provenance):
            yield from _provenance(old, new)
        else:
            yield FieldChange(field=item.name, before=_text(old), after=_text(new), said=_said(item.name, old, new))


def _provenance(before: Provenance, after: Provenance) -> Iterator[FieldChange]:
    for item in fields(Provenance):
        old, new = getattr(before, item.name), getattr(after, item.name)
        if old != new:
            yield FieldChange(field=item.name, before=_text(old), after=_text(new), said=_said(item.name, old, new))


def _text(value: object) -> str:
    if value is None:
        return ""
    return ";".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _said(name: str, old: object, new: object) -> str:
    if name == "point" and isinstance(old, tuple) and isinstance(new, tuple):
        return _("moved by {metres:.1f} m").format(metres=distance_m((old[0], old[1]), (new[0], new[1])))
    if name == "line":
        return _("drawn anew")
    if isinstance(old, tuple) and isinstance(new, tuple):
        return _list_said(name, old, new)
    return _("{field}: {before} -> {after}").format(field=name, before=_text(old) or "-", after=_text(new) or "-")


def _list_said(name: str, old: tuple[object, ...], new: tuple[object, ...]) -> str:
    first, second = Counter(map(str, old)), Counter(map(str, new))
    gone, come = list((first - second).elements()), list((second - first).elements())
    if not gone and not come:
        return _("{field}: in another order").format(field=name)
    parts = [*(f"+{item}" for item in come), *(f"-{item}" for item in gone)]
    return f"{name}: {' '.join(parts)}"


def built(plant: Plant, *, codes: Collection[Code] | None = None) -> Plant:
    """The plant with what is planned or under construction in service: all of it, or only ``codes``."""
    changed = {}
    for kind in KINDS:
        records: tuple[Record, ...] = getattr(plant, kind)
        changed[kind] = tuple(
            replace(item, status=Status.IN_SERVICE)
            if item.status in TO_BUILD and (codes is None or item.code in codes)
            else item
            for item in records
        )
    return replace(plant, **changed)  # type: ignore[arg-type] # each kind keeps its records


def planned(plant: Plant) -> tuple[tuple[str, Record], ...]:
    """Everything planned or under construction, with its kind."""
    return tuple((kind, item) for kind in KINDS for item in getattr(plant, kind) if item.status in TO_BUILD)
