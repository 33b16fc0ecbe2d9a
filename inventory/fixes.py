"""Mistakes whose cure is certain, cured: what was written the wrong way round, and what the glass says itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inventory.checks import check
from inventory.entities import Direction
from inventory.lightpath.links import strands_on, way_of
from rainbow.kernel.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Cable, Code, Link, Node, Record, TrenchSection
    from inventory.plant import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A change that cures a finding: which rule's, on which record of which collection, in words."""

    rule: str
    kind: str
    record: Code
    said: str


def fixed(plant: Plant) -> tuple[Plant, tuple[Fix, ...]]:
    """The plant with everything cured that can be for certain, and what was done.

    A cure is kept only if afterwards its finding is gone and no other came: the check itself is the judge.
    """
    done: list[Fix] = []
    findings = check(plant)
    for finding in findings:
        for kind, rule_of, cure, said in _CURES:
            if finding.code not in rule_of:
                continue
            for record in getattr(plant, kind):
                if record.code != finding.record or (changed := cure(plant, record)) is None:
                    continue
                cured = _with(plant, kind, changed)
                if _better(plant, cured, finding.code, record.code):
                    plant = cured
                    done.append(Fix(rule=finding.code, kind=kind, record=record.code, said=_(said)))
    return plant, tuple(done)


def _with(plant: Plant, kind: str, changed: Record) -> Plant:
    records = tuple(changed if item.id == changed.id else item for item in getattr(plant, kind))
    return replace(plant, **{kind: records})  # type: ignore[arg-type] # the kind says which records


def _better(before: Plant, after: Plant, rule: str, code: Code) -> bool:
    old = {(item.code, item.record) for item in check(before)}
    new = {(item.code, item.record) for item in check(after)}
    return (rule, code) not in new and new < old


def _swapped(_plant: Plant, record: Node) -> Node:
    return replace(record, point=(record.point[1], record.point[0]))


def _line_turned(_plant: Plant, record: TrenchSection) -> TrenchSection:
    return replace(record, line=record.line[::-1])


def _route_turned(_plant: Plant, record: Cable) -> Cable:
    return replace(record, route=record.route[::-1], containers=record.containers[::-1])


def _strands_turned(_plant: Plant, record: Link) -> Link:
    return replace(record, strands=record.strands[::-1])


def _strands_read(plant: Plant, record: Link) -> Link | None:
    """A link without strands gets those its documented light runs over."""
    if record.strands or record.return_strands:
        return None
    there = way_of(plant.light, record, Direction.A_TO_B)
    back = way_of(plant.light, record, Direction.B_TO_A)
    if there is None or back is None:
        return None
    first, second = strands_on(plant.light, there), strands_on(plant.light, back)[::-1]
    return replace(record, strands=first, return_strands=() if first == second else second)


_NODES = ("sites", "structures", "route_nodes")
_CURES: tuple[tuple[str, frozenset[str], Callable[..., Record | None], str], ...] = (
    *((kind, frozenset({"RB-3002"}), _swapped, N_("longitude and latitude swapped")) for kind in _NODES),
    ("sections", frozenset({"RB-3004"}), _line_turned, N_("line turned round")),
    ("cables", frozenset({"RB-4001", "RB-4002"}), _route_turned, N_("order of the route turned round")),
    ("links", frozenset({"RB-5010"}), _strands_turned, N_("order of the strands turned round")),
    ("links", frozenset({"RB-5011"}), _strands_read, N_("strands read from its light path")),
)
