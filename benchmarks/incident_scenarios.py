"""What happens in the incident benchmark: one story each, with the truth kept apart from the readings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from incidents.engine import Window

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from benchmarks.incident_world import World
    from inventory.entities import Code

STORIES = (
    "cut",
    "cut",
    "cut",
    "double_cut",
    "power",
    "reboot",
    "patch",
    "module",
    "flapping",
    "maintenance",
    "collector",
)
"""Cuts weigh most: they are what the engine is for."""
INTERVAL_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One scenario: what is done at ``begins_s``, ``acts`` later in time, all well from ``ends_s`` on."""

    kind: str
    codes: tuple[Code, ...]
    begins_s: float
    ends_s: float
    acts: tuple[tuple[float, Callable[[World, float], None]], ...]
    windows: tuple[Window, ...] = ()


def make(kind: str, world: World, rng: random.Random, start_s: float) -> Story:
    """A story of this kind on this city."""
    begins_s = start_s + rng.uniform(0, INTERVAL_S)
    return _MAKERS[kind](world, rng, begins_s)


def _cut(world: World, rng: random.Random, begins_s: float, *, count: int = 1) -> Story:
    used = sorted(world.ground.plant.links_in)
    codes = tuple(rng.sample(used, count))
    ends_s = begins_s + rng.uniform(900, 2400)
    times = [begins_s, begins_s + rng.choice([0.0, rng.uniform(0, 300)])][:count]
    acts: list[tuple[float, Callable[[World, float], None]]] = [
        (at_s, partial(_dig, code)) for at_s, code in zip(times, codes, strict=True)
    ]
    acts.append((ends_s, lambda w, _t: w.truth.cuts.clear()))
    return Story(
        kind="cut" if count == 1 else "double_cut", codes=codes, begins_s=begins_s, ends_s=ends_s, acts=tuple(acts)
    )


def _dig(code: Code, world: World, _at_s: float) -> None:
    world.truth.cuts.add(code)


def _double(world: World, rng: random.Random, begins_s: float) -> Story:
    return _cut(world, rng, begins_s, count=2)


def _off(world: World, rng: random.Random, begins_s: float, kind: str, least_s: float, most_s: float) -> Story:
    plant = world.ground.plant
    device = rng.choice([item for item in plant.devices if item.role != "core" and world.ground.far_ends[item.code]])
    devices = {item.code for item in plant.devices_at[device.node]} if kind == "power" else {device.code}
    ends_s = begins_s + rng.uniform(least_s, most_s)

    def off(world: World, at_s: float) -> None:
        world.gasp(devices, at_s)
        world.switch_off(devices)

    return Story(
        kind=kind,
        codes=(device.node, *sorted(devices)),
        begins_s=begins_s,
        ends_s=ends_s,
        acts=(
            (begins_s, off),
            (ends_s, lambda w, t: w.switch_on(devices, t)),
        ),
    )


def _power(world: World, rng: random.Random, begins_s: float) -> Story:
    return _off(world, rng, begins_s, "power", 600, 2400)


def _reboot(world: World, rng: random.Random, begins_s: float) -> Story:
    return _off(world, rng, begins_s, "reboot", 60, 240)


def _patch(world: World, rng: random.Random, begins_s: float) -> Story:
    link = rng.choice(sorted(world.ground.ends))
    ends_s = begins_s + rng.uniform(600, 1800)
    return Story(
        kind="patch",
        codes=(link,),
        begins_s=begins_s,
        ends_s=ends_s,
        acts=((begins_s, lambda w, _t: w.truth.loose.add(link)), (ends_s, lambda w, _t: w.truth.loose.clear())),
    )


def _module(world: World, rng: random.Random, begins_s: float) -> Story:
    """A laser that fades, then dies."""
    link = rng.choice(sorted(world.ground.ends))
    end = rng.choice(world.ground.ends[link])
    dies_s = begins_s + rng.uniform(120, 900)
    ends_s = dies_s + rng.uniform(600, 1800)

    def mend(world: World, _at_s: float) -> None:
        world.truth.dim_lasers.clear()
        world.truth.dark_lasers.clear()

    return Story(
        kind="module",
        codes=(end, link),
        begins_s=begins_s,
        ends_s=ends_s,
        acts=(
            (begins_s, lambda w, _t: w.truth.dim_lasers.add(end)),
            (dies_s, lambda w, _t: w.truth.dark_lasers.add(end)),
            (ends_s, mend),
        ),
    )


def _flapping(world: World, rng: random.Random, begins_s: float) -> Story:
    """A plug that loses and finds its contact, a few minutes each."""
    link = rng.choice(sorted(world.ground.ends))
    acts: list[tuple[float, Callable[[World, float], None]]] = []
    at_s = begins_s
    for _turn in range(rng.randint(5, 8)):
        acts.append((at_s, lambda w, _t: w.truth.loose.add(link)))
        at_s += rng.uniform(90, 200)
        acts.append((at_s, lambda w, _t: w.truth.loose.clear()))
        at_s += rng.uniform(90, 200)
    return Story(kind="flapping", codes=(link,), begins_s=begins_s, ends_s=at_s, acts=tuple(acts))


def _maintenance(world: World, rng: random.Random, begins_s: float) -> Story:
    """Announced work: a switch taken off, a trench opened, or, unannounced, a port shut."""
    choice = rng.random()
    ends_s = begins_s + rng.uniform(600, 1800)
    if choice < 0.33:
        link = rng.choice(sorted(world.ground.ends))
        end = max(world.ground.ends[link], key=lambda item: len(world.ground.far_ends[world.ground.device_of[item]]))
        acts = ((begins_s, lambda w, _t: w.truth.shut.add(end)), (ends_s, lambda w, _t: w.truth.shut.clear()))
        return Story(kind="maintenance", codes=(end, link), begins_s=begins_s, ends_s=ends_s, acts=acts)
    story = _power(world, rng, begins_s) if choice < 0.66 else _cut(world, rng, begins_s)
    window = Window(codes=story.codes, begins_s=story.begins_s - 300, ends_s=story.ends_s + 300)
    return Story(
        kind="maintenance",
        codes=story.codes,
        begins_s=story.begins_s,
        ends_s=story.ends_s,
        acts=story.acts,
        windows=(window,),
    )


def _collector(_world: World, rng: random.Random, begins_s: float) -> Story:
    ends_s = begins_s + rng.uniform(300, 1200)

    def see(world: World, _at_s: float) -> None:
        world.truth.blind = False

    def blind(world: World, _at_s: float) -> None:
        world.truth.blind = True

    return Story(kind="collector", codes=(), begins_s=begins_s, ends_s=ends_s, acts=((begins_s, blind), (ends_s, see)))


_MAKERS = {
    "cut": _cut,
    "double_cut": _double,
    "power": _power,
    "reboot": _reboot,
    "patch": _patch,
    "module": _module,
    "flapping": _flapping,
    "maintenance": _maintenance,
    "collector": _collector,
}
