"""A NetBox that stands in memory: holds what a shape wants, takes plans, and traces as NetBox 4.7 does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from inventory.sources.netbox.held import POINTS, Estate, Held
from inventory.sources.netbox.plan import CREATE, DELETE, plan_push
from inventory.sources.netbox.rendering import MISSING, resolved
from inventory.sources.netbox.settings import NetBoxDirections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.sources.netbox.plan import NetBoxPlan, Step
    from inventory.sources.netbox.shape import Shape
    from inventory.sources.netbox.wanted import Ref

PUSH_ALL = NetBoxDirections()


@dataclass
class MemoryNetBox:
    """Objects by end point and number; ``apply`` writes a plan as :mod:`apply` would, step by step."""

    objects: dict[str, dict[int, Held]] = field(default_factory=lambda: {name: {} for name in POINTS})
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def estate(self) -> Estate:
        return Estate(url="http://memory", objects=self.objects)

    def push(self, shape: Shape, directions: NetBoxDirections = PUSH_ALL) -> NetBoxPlan:
        plan = plan_push(shape, self.estate, directions)
        self.apply(plan)
        return plan

    def apply(self, plan: NetBoxPlan, steps: int | None = None) -> None:
        ids = dict(plan.ids)
        for step in plan.steps[:steps]:
            self._write(step, ids)
            self._check(step)

    def hand(self, point: str, custom: dict[str, object] | None = None, **values: object) -> int:
        """Make an object as a person does."""
        pk = next(self.numbers)
        self.objects[point][pk] = Held(point=point, pk=pk, values=values, custom=custom or {}, updated="by hand")  # type: ignore[arg-type] # tests write native values
        return pk

    def edit(self, point: str, pk: int, **values: object) -> None:
        """Change an object as a person does."""
        held = self.objects[point][pk]
        self.objects[point][pk] = replace(held, values={**held.values, **values})  # type: ignore[dict-item] # tests write native values

    def _write(self, step: Step, ids: dict[Ref, int]) -> None:
        if step.action == DELETE:
            del self.objects[step.point][step.pk]
            return
        wanted = step.wanted
        assert wanted is not None
        pk = next(self.numbers) if step.action == CREATE else step.pk
        before = self.objects[step.point].get(pk)
        values = (
            {**wanted.once, **wanted.values} if before is None else {name: wanted.values[name] for name in step.fields}
        )
        written = {name: resolved(value, ids) for name, value in values.items()}
        assert not lacks(tuple(written.values())), f"{step.label} refers to what is not there yet: {written}"
        self.objects[step.point][pk] = Held(
            point=step.point,
            pk=pk,
            values={**(before.values if before else {}), **written},  # type: ignore[arg-type] # resolved gives values
            custom={**(before.custom if before else {}), **step.custom},
            updated=f"{step.action} {pk}",
            groups=tuple(sorted({*(before.groups if before else ()), *step.tags_on} - set(step.tags_off))),
        )
        ids[wanted.ref] = pk

    def _check(self, step: Step) -> None:
        """What NetBox would refuse: names taken in one place, ports with two cables, positions mapped twice."""
        if step.point == "cables":
            ends = [end for cable in self.objects["cables"].values() for end in ends_of(cable)]
            assert len(ends) == len(set(ends)), f"{step.action} {step.label} plugs a port twice"
        elif step.point in {"rear_ports", "front_ports", "interfaces"}:
            names = [(held.values["device"], held.values["name"]) for held in self.objects[step.point].values()]
            assert len(names) == len(set(names)), f"{step.action} {step.label} names a port twice"
            places = [rear[1:] for _front, rear in self._mappings()]
            assert len(places) == len(set(places)), f"{step.action} {step.label} maps a position twice"
        elif step.point == "devices":
            names = [(held.values["site"], held.values["name"]) for held in self.objects["devices"].values()]
            assert len(names) == len(set(names)), f"{step.action} {step.label} names a device twice"

    def trace(self, interface: int) -> tuple[str, int] | None:
        """Where NetBox's trace from an interface ends: its stack of positions, its mappings; None where it breaks."""
        here: list[tuple[str, int]] = [("interfaces", interface)]
        stack: list[list[int]] = []
        for _hop in range(1000):
            there = self._over_cable(here)
            if not there:
                return None
            if there[0][0] == "interfaces":
                return there[0]
            onward = self._through(there, stack)
            if not onward:
                return None
            here = onward
        return None

    def _over_cable(self, here: list[tuple[str, int]]) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for cable in self.objects["cables"].values():
            sides = [list(cable.values["a_terminations"]), list(cable.values["b_terminations"])]  # type: ignore[call-overload] # tuples
            for near, far in (sides, sides[::-1]):
                found += far if set(here) & set(near) else []
        return found if len({(point, self.objects[point][pk].number("device")) for point, pk in found}) == 1 else []

    def _through(self, there: list[tuple[str, int]], stack: list[list[int]]) -> list[tuple[str, int]]:
        from_front = there[0][0] == "front_ports"
        many = any(self.objects[point][pk].number("positions") > 1 for point, pk in there)
        if many and not stack:
            return []
        wanted = stack.pop() if many else None
        found = [
            (front, rear) if from_front else (rear, front)
            for front, rear in self._mappings()
            if ((from_front and front[:2] in there) or (not from_front and rear[:2] in there))
        ]
        found = [(near, far) for near, far in found if wanted is None or near[2] in wanted]
        onward = list(dict.fromkeys(far[:2] for _near, far in found))
        if any(self.objects[point][pk].number("positions") > 1 for point, pk in onward):
            stack.append([far[2] for _near, far in found])
        return onward

    def _mappings(self) -> Iterator[tuple[tuple[str, int, int], tuple[str, int, int]]]:
        for held in self.objects["front_ports"].values():
            for front, rear, position in held.values["rear_ports"]:  # type: ignore[union-attr] # a tuple of mappings
                yield ("front_ports", held.pk, front), ("rear_ports", rear, position)


def lacks(value: object) -> bool:
    return any(map(lacks, value)) if isinstance(value, tuple) else value == MISSING


def ends_of(cable: Held) -> list[object]:
    return [*cable.values["a_terminations"], *cable.values["b_terminations"]]  # type: ignore[misc] # tuples


def far_ends(netbox: MemoryNetBox) -> dict[str, str]:
    """Where each interface's trace ends, by RAINBOW's codes."""
    codes = {
        held.pk: str(held.rows["interfaces"][0]["code"])
        for held in netbox.objects["interfaces"].values()
        if "interfaces" in held.rows
    }
    found = {}
    for pk, code in codes.items():
        end = netbox.trace(pk)
        if end is not None:
            found[code] = codes[end[1]]
    return found
