"""What has to be written so that NetBox holds what RAINBOW wants: compared field by field. Pure.

An object is RAINBOW's by its ``rainbow_id``. One that has none and stands where a wanted one would is adopted, not
doubled. What RAINBOW made and no longer wants is deleted, what it did not make never is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.sources.netbox.held import CABLED, POINTS, SRLG
from inventory.sources.netbox.matching import Found
from inventory.sources.netbox.rendering import MISSING, ends_of, refs_of, resolved
from inventory.sources.netbox.settings import PUSH
from inventory.sources.netbox.shape import STAYS
from inventory.sources.netbox.wanted import Wanted
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inventory.sources.netbox.held import Estate, Held
    from inventory.sources.netbox.settings import NetBoxDirections
    from inventory.sources.netbox.shape import Shape
    from inventory.sources.netbox.wanted import Ref

CREATE, UPDATE, DELETE = "create", "update", "delete"
MOST_DELETED = 0.05
"""Share of a city's objects a run may delete unasked."""
KIND_OF_ROWS = {
    "transceivers": "interfaces",
    "channels": "links",
    "link_groups": "links",
    "strand_states": "cables",
    **dict.fromkeys(("panels", "closures", "passives", "patches", "splices", "terminations"), "glass"),
}
"""Whose direction decides about records carried by an object; the others' own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One object to write. ``changes`` names the fields with their values before and after, for people.

    ``tags_on`` and ``tags_off`` are codes of risk groups.
    """

    action: str
    point: str
    label: str
    kind: str
    pk: int = 0
    updated: str = ""
    wanted: Wanted | None = None
    fields: tuple[str, ...] = ()
    custom: Mapping[str, object] = field(default_factory=dict)
    tags_on: tuple[str, ...] = ()
    tags_off: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetBoxPlan:
    """All steps in order. ``blocked`` cannot be written and says why; ``stays`` counts what NetBox cannot hold.

    ``ids`` are the numbers of the objects that are there. ``untraced``: no cable of NetBox joins an interface to any of
    the city's ports, so that there is no path yet.
    """

    steps: tuple[Step, ...]
    blocked: tuple[str, ...]
    left_out: tuple[str, ...]
    stays: Mapping[str, int]
    kept: int
    ids: Mapping[Ref, int]
    untraced: bool

    def count(self, action: str) -> int:
        """Steps of an action."""
        return sum(step.action == action for step in self.steps)

    @property
    def too_many_deletes(self) -> bool:
        """Whether more would be deleted than a run may unasked."""
        return self.count(DELETE) > MOST_DELETED * self.kept


def plan_push(shape: Shape, estate: Estate, directions: NetBoxDirections) -> NetBoxPlan:
    """The plan that makes an estate hold a shape."""
    return _Planner(shape, estate, directions).plan()


@dataclass(slots=True)
class _Planner:
    shape: Shape
    estate: Estate
    directions: NetBoxDirections
    ids: dict[Ref, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    refused: set[Ref] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)

    @property
    def city(self) -> str:
        return self.shape.plant.city

    def groups_known(self) -> Iterator[str]:
        """Codes of the city's risk groups, and of those NetBox still has the record of."""
        yield from (group.code for group in self.shape.plant.risk_groups)
        for held in self.estate.all():
            if held.city == self.city and "risk_groups" in held.rows:
                yield from (str(row.get("code")) for row in held.rows["risk_groups"])

    def plan(self) -> NetBoxPlan:
        self.groups.update(self.groups_known())
        wanted = sorted(self.shape.wanted.values(), key=_order)
        found = Found(self.estate, self.city)
        for item in wanted:
            held = found.of(item, self.ids)
            if held is not None:
                self.ids[item.ref] = held.pk
            self._one(item, held)
        deletes = self._sparing(self._deletes({(ref.point, pk) for ref, pk in self.ids.items()}))
        self._unmap()
        self._free_ports({step.pk for step in deletes if step.point == "cables"})
        ours = [item for item in self.estate.all() if item.city == self.city]
        return NetBoxPlan(
            steps=tuple(_ordered([*self.steps, *deletes])),
            blocked=tuple(self.blocked),
            left_out=tuple(self.shape.left_out),
            stays={kind: len(getattr(self.shape.plant, kind)) for kind in STAYS if getattr(self.shape.plant, kind)},
            kept=len(ours),
            ids=self.ids,
            untraced=self._untraced(),
        )

    def _untraced(self) -> bool:
        ours = {(item.point, item.pk) for item in self.estate.all() if item.city == self.city}
        for cable in self.estate.of("cables").values():
            ends = (*ends_of(cable.values.get("a_terminations")), *ends_of(cable.values.get("b_terminations")))
            if any(end[0] == "interfaces" for end in ends) and any(end in ours for end in ends):
                return False
        return True

    def _one(self, item: Wanted, held: Held | None) -> None:
        leads = not POINTS[item.point].keyed or self.directions.of(item.kind) == PUSH
        if held is None:
            self._create(item, leads=leads)
        elif POINTS[item.point].keyed:
            self._update(item, held, leads=leads)

    def _create(self, item: Wanted, *, leads: bool) -> None:
        if not leads:
            self.refused.add(item.ref)
            return
        if lacking := [ref for ref in refs_of({**item.values, **item.once}) if ref in self.refused]:
            self.refused.add(item.ref)
            first = self.shape.wanted[lacking[0]]
            self.blocked.append(
                _("{label} needs {other}, which is not in NetBox, and {kind} are not pushed").format(
                    label=item.label, other=first.label, kind=first.kind
                )
            )
            return
        custom = {"rainbow_id": item.key, "rainbow_record": self._record(item, {}), **item.custom}
        custom = {name: value for name, value in custom.items() if value is not None}
        self.steps.append(
            Step(
                action=CREATE,
                point=item.point,
                label=item.label,
                kind=item.kind,
                wanted=item,
                custom=custom if POINTS[item.point].keyed else {},
                tags_on=item.groups if self.directions.risk_groups == PUSH else (),
            )
        )

    def _update(self, item: Wanted, held: Held, *, leads: bool) -> None:
        changes: list[tuple[str, str, str]] = []
        names: list[str] = []
        for name, value in item.values.items() if leads else ():
            now = resolved(value, self.ids)
            if now != held.values.get(name):
                names.append(name)
                changes.append((name, _shown(held.values.get(name)), _shown(now)))
        custom: dict[str, object] = {"rainbow_record": self._record(item, held.rows), **self._custom(item, held)}
        custom = {name: value for name, value in custom.items() if held.custom.get(name) != value}
        if held.rainbow_id != item.key:
            custom["rainbow_id"] = item.key
        plain = [name for name in custom if name != "rainbow_record"]
        changes += [(name, _shown(held.custom.get(name)), _shown(custom[name])) for name in plain]
        if "rainbow_record" in custom and not changes:
            changes += _rows_changed(held.rows, custom["rainbow_record"])
        tags_on, tags_off = self._tags(item, held)
        if tags_on or tags_off:
            after = sorted({*held.groups, *tags_on} - set(tags_off))
            changes.append((SRLG[:-1], _shown(" ".join(held.groups)), _shown(" ".join(after))))
        if changes or custom:
            self.steps.append(
                Step(
                    action=UPDATE,
                    point=item.point,
                    label=item.label,
                    kind=item.kind,
                    pk=held.pk,
                    updated=held.updated,
                    wanted=item,
                    fields=tuple(names),
                    custom=custom,
                    tags_on=tags_on,
                    tags_off=tags_off,
                    changes=tuple(changes),
                )
            )

    def _record(self, item: Wanted, held_rows: Mapping[str, object]) -> dict[str, object]:
        """What ``rainbow_record`` should hold; records whose kind is not pushed stay as NetBox has them."""
        rows: dict[str, object] = {}
        for kind in {**item.rows, **held_rows}:
            pushed = self.directions.of(KIND_OF_ROWS.get(kind, kind)) == PUSH
            found = item.rows.get(kind) if pushed else held_rows.get(kind)
            if found:
                rows[kind] = found
        return {"city": self.city, "kind": item.kind, "records": rows}

    def _tags(self, item: Wanted, held: Held) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Risk groups to tag an object with and to take off; tags of groups RAINBOW does not know stay."""
        if self.directions.risk_groups != PUSH or not POINTS[item.point].grouped:
            return (), ()
        on = tuple(code for code in item.groups if code not in held.groups)
        off = tuple(code for code in held.groups if code not in item.groups and code in self.groups)
        return on, off

    def _custom(self, item: Wanted, held: Held) -> dict[str, object]:
        """Further custom fields; a colour that is gone is taken out again."""
        if item.point == "interfaces":
            if self.directions.links != PUSH:
                return {}
            if held.custom.get("rainbow_colours") and not item.custom:
                return {"rainbow_colours": None}
        elif self.directions.of(item.kind) != PUSH:
            return {}
        return dict(item.custom)

    def _deletes(self, wanted: set[tuple[str, int]]) -> Iterator[Step]:
        for held in self.estate.all():
            if held.city != self.city or (held.point, held.pk) in wanted:
                continue
            record = held.custom.get("rainbow_record")
            kind = str(record.get("kind", "")) if isinstance(record, dict) else ""
            if kind and self.directions.of(kind) == PUSH:
                label = held.text("label") or held.text("name") or held.text("cid") or f"{held.point} {held.pk}"
                yield Step(action=DELETE, point=held.point, label=label, kind=kind, pk=held.pk, updated=held.updated)

    def _sparing(self, deletes: Iterator[Step]) -> list[Step]:
        """Without devices that people put ports on: NetBox would delete those too."""
        theirs = {
            held.number("device"): held
            for point in CABLED.values()
            for held in self.estate.of(point).values()
            if not held.city
        }
        spared: list[Step] = []
        for step in deletes:
            if step.point == "devices" and (port := theirs.get(step.pk)) is not None:
                self.blocked.append(
                    _("{label}: not deleted, for its port {port} is not RAINBOW's").format(
                        label=step.label, port=port.text("name")
                    )
                )
            else:
                spared.append(step)
        return spared

    def _unmap(self) -> None:
        """Free positions that go from one front port to another: NetBox lets none be mapped twice, not for a moment."""
        taken = {
            mapping[1:]: held
            for held in self.estate.of("front_ports").values()
            for mapping in ends_of(held.values.get("rear_ports"))
        }
        first: dict[int, Step] = {}
        for step in [step for step in self.steps if step.point == "front_ports" and step.wanted is not None]:
            if step.wanted is None or (step.action == UPDATE and "rear_ports" not in step.fields):
                continue
            for mapping in ends_of(resolved(step.wanted.values["rear_ports"], self.ids)):
                other = taken.get(mapping[1:])
                if other is not None and other.pk != step.pk:
                    first[other.pk] = _unmapped(other)
        self.steps[:0] = first.values()

    def _free_ports(self, gone: set[int]) -> None:
        """Make room for cables: one in the way that RAINBOW also moves is unplugged first, a foreign one blocks."""
        taken = {
            end: cable
            for cable in self.estate.of("cables").values()
            if cable.pk not in gone
            for end in (*ends_of(cable.values.get("a_terminations")), *ends_of(cable.values.get("b_terminations")))
        }
        moved = {step.pk: step for step in self.steps if step.point == "cables" and _TERMINATIONS & set(step.fields)}
        again: dict[int, Step] = {}
        for step in [step for step in self.steps if step.point == "cables" and step.wanted]:
            for end in self._new_ends(step):
                other = taken.get(end)
                if other is None or other.pk == step.pk:
                    continue
                if other.pk in moved:
                    again[other.pk] = moved[other.pk]
                else:
                    self.steps.remove(step)
                    again.pop(step.pk, None)
                    self.blocked.append(
                        _("{label}: the port is taken by cable {number} of NetBox").format(
                            label=step.label, number=other.pk
                        )
                    )
                    break
        for pk, step in again.items():
            if step in self.steps and step.wanted is not None:
                self.steps.remove(step)
                self.steps.append(
                    Step(action=DELETE, point="cables", label=step.label, kind=step.kind, pk=pk, updated=step.updated)
                )
                self._create(step.wanted, leads=True)

    def _new_ends(self, step: Step) -> list[tuple[str, int]]:
        if step.wanted is None or not (step.action == CREATE or _TERMINATIONS & set(step.fields)):
            return []
        found = [resolved(step.wanted.values[name], self.ids) for name in sorted(_TERMINATIONS)]
        return [end for ends in found for end in ends_of(ends) if end[1] != MISSING]


def _unmapped(held: Held) -> Step:
    label = held.text("name")
    return Step(
        action=UPDATE,
        point="front_ports",
        label=label,
        kind="glass",
        pk=held.pk,
        updated=held.updated,
        wanted=Wanted(point="front_ports", key=held.rainbow_id, kind="glass", label=label, values={"rear_ports": ()}),
        fields=("rear_ports",),
        changes=(("rear_ports", str(held.values.get("rear_ports")), "-"),),
    )


_TERMINATIONS = frozenset({"a_terminations", "b_terminations"})


def _shown(value: object) -> str:
    return "-" if value is None or value == "" else str(value)


def _rows_changed(before: Mapping[str, object], after: object) -> Iterator[tuple[str, str, str]]:
    """What differs between records beside an object, column by column."""
    records = after.get("records") if isinstance(after, dict) else None
    for kind, rows in (records or {}).items() if isinstance(records, dict) else ():
        old = {row["id"]: row for row in _rows(before.get(kind)) if "id" in row}
        new = {row["id"]: row for row in _rows(rows) if "id" in row}
        for key in {**old, **new}:
            one, other = old.get(key, {}), new.get(key, {})
            label = f"{kind} {(other or one).get('code')}"
            if not one or not other:
                yield label, "there" if one else "-", "there" if other else "-"
                continue
            for name in {**one, **other}:
                if one.get(name) != other.get(name):
                    yield f"{label} {name}", _shown(one.get(name)), _shown(other.get(name))


def _rows(found: object) -> list[dict[str, object]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


_PLACE = {name: place for place, name in enumerate(POINTS)}


def _order(item: Wanted) -> tuple[int, int, str, str]:
    """Parents first; cables by their waves: each path is traced once."""
    parent = str(item.values.get("device", item.once.get("device_type", item.values.get("device_type", ""))))
    return _PLACE[item.point], item.wave, parent, item.label


def _ordered(steps: list[Step]) -> list[Step]:
    """Makes and changes in the order they came, parents first; cables go before cables come; all else goes last."""
    first = [step for step in steps if step.point != "cables" and step.action != DELETE]
    unplugged = [step for step in steps if step.point == "cables" and step.action == DELETE]
    cables = [step for step in steps if step.point == "cables" and step.action != DELETE]
    cables.sort(key=lambda step: _order(step.wanted) if step.wanted else (0, 0, "", ""))
    last = [step for step in steps if step.point != "cables" and step.action == DELETE]
    last.sort(key=lambda step: (-_PLACE[step.point], step.label))
    return [*first, *unplugged, *cables, *last]
