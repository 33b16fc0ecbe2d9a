"""Risk groups as tags ``srlg:CODE`` on what NetBox has of their members, and back. Pure.

The record lies beside the first member; members NetBox has no object for (trenches, ducts) stand in the record alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.entities import Code
from inventory.glass import RiskGroup, RiskKind
from inventory.sources.netbox.held import POINTS, SRLG
from inventory.sources.netbox.matching import made_id
from inventory.sources.netbox.records import row_of
from inventory.sources.netbox.wanted import derived, native
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inventory.entities import Record
    from inventory.plant import Plant
    from inventory.sources.netbox.held import Estate, Row
    from inventory.sources.netbox.shape import Shape
    from inventory.sources.netbox.wanted import Ref


def tag_of(code: str) -> str:
    """The name of a risk group's tag."""
    return f"{SRLG}{code}"


def tag_members(shape: Shape) -> None:
    """Tag the objects of a shape that are members of risk groups; each group's record goes beside the first."""
    refs = _members(shape)
    tags: dict[Ref, list[str]] = {}
    rows: dict[Ref, list[Row]] = {}
    for group in shape.plant.risk_groups:
        found = [refs[code] for code in group.members if code in refs]
        if not found:
            shape.left_out.append(
                _("{group}: NetBox has no object for any of its members; the risk group stays in RAINBOW").format(
                    group=group.code
                )
            )
            continue
        rows.setdefault(found[0], []).append(row_of("risk_groups", group))
        for ref in found:
            tags.setdefault(ref, []).append(group.code)
    for ref, codes in tags.items():
        item = shape.wanted[ref]
        carried = {**item.rows, "risk_groups": rows[ref]} if ref in rows else item.rows
        shape.wanted[ref] = replace(item, groups=tuple(sorted(codes)), rows=carried)


def _members(shape: Shape) -> dict[Code, Ref]:
    """Objects that stand for one record, by its code."""
    found: dict[Code, Ref] = {}
    for ref, item in shape.wanted.items():
        if POINTS[ref.point].grouped:
            own = (row for rows in item.rows.values() for row in rows if row.get("id") == item.key)
            found.update((Code(str(row["code"])), ref) for row in own)
    return found


def groups_of(
    estate: Estate, local: Plant, carried: Iterable[RiskGroup], records: Mapping[str, Sequence[Record]]
) -> Iterator[tuple[RiskGroup, RiskGroup]]:
    """Risk groups as they were written and as NetBox's tags say; ``records`` are all there are, by collection.

    A group nobody in NetBox can show, for it has trenches only, is the city's. One somebody made in NetBox is of the
    kind ``other``.
    """
    codes = {record.id: record.code for found in records.values() for record in found}
    shown, tagged = _tagged(estate, codes)
    written = {str(group.code): group for group in (*local.risk_groups, *carried)}
    for code in tagged.keys() - written.keys():
        made = RiskGroup(
            id=derived(estate.url, "tag", code),
            code=Code(code),
            kind=RiskKind.OTHER,
            members=tuple(sorted(tagged[code])),
            provenance=native(),
        )
        yield made, made
    ground = (*local.sections, *local.ducts, *local.route_nodes)
    there = {record.code for record in ground}.union(codes.values())
    for group in written.values():
        now = tagged.get(group.code, [])
        kept = [code for code in group.members if (code in now or code not in shown) and code in there]
        if members := (*kept, *sorted(set(now).difference(kept))):
            before = tuple(code for code in group.members if code in there)
            yield replace(group, members=before), replace(group, members=members)


def _tagged(estate: Estate, codes: Mapping[str, Code]) -> tuple[set[Code], dict[str, list[Code]]]:
    """Codes of all objects that may be tagged, and of those that are, by group; ``codes`` by the records' identity."""
    shown: set[Code] = set()
    tagged: dict[str, list[Code]] = {}
    for point in [point for point in POINTS.values() if point.grouped]:
        for held in estate.of(point.name).values():
            if (code := codes.get(held.rainbow_id or made_id(estate.url, held))) is not None:
                shown.add(code)
                for group in held.groups:
                    tagged.setdefault(group, []).append(code)
    return shown, tagged
