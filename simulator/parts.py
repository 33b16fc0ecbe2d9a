"""Parts of a living city: ports, switches and the lines between them, built from the plant."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from inventory.entities import Site, Status
from simulator.light import Module, modules
from simulator.traffic import Flow, Meter

if TYPE_CHECKING:
    from inventory.entities import Code, Device, Interface, Link
    from inventory.plant import Plant

_LINE_LOAD, _SMALL_LOAD, _ACCESS_LOAD = (0.01, 0.09), (0.0002, 0.002), (0.0005, 0.02)
"""Mean load as a share of the speed: between buildings, to a lamp, at a port for users."""
_PLUGGED_SHARE = 0.75
"""Ports for users that something is plugged into; the others are shut, as they should be."""
_BITS_PER_MEGABIT = 1_000_000


@dataclass(slots=True, kw_only=True)
class Port:
    """A port. ``out`` meters what it sends; ``into`` what comes in: the far port's ``out``, or from its users.

    ``lit``: light arrives. ``laser``: its module sends, while its switch has power.
    """

    interface: Interface
    index: int
    module: Module | None
    out: Meter
    into: Meter
    linked: bool
    enabled: bool = True
    laser: bool = True
    lit: bool = False
    up: bool = False
    changed_s: float = 0.0
    sent_before: float = 0.0
    received_before: float = 0.0

    def set_up(self, *, up: bool, at_s: float) -> bool:
        """Take the port up or down; whether that was a change."""
        if up == self.up:
            return False
        self.up = up
        self.changed_s = at_s
        for meter in (self.out, self.into):
            if up:
                meter.start(at_s)
            else:
                meter.stop(at_s)
        return True


@dataclass(slots=True, kw_only=True)
class Switch:
    """A switch. ``reachable``: a way of links leads from a hub to it. Times are seconds since the city began."""

    device: Device
    number: int
    place: str
    ports: tuple[Port, ...]
    is_core: bool
    on: bool = True
    back_on_s: float = 0.0
    booted_s: float = 0.0
    silent_until_s: float = -math.inf
    reachable: bool = True
    heard_s: float = 0.0
    neighbours: dict[int, tuple[Switch, Port]] = field(default_factory=dict)

    def restart_counters(self, at_s: float) -> None:
        """All counters begin at 0."""
        for port in self.ports:
            port.sent_before = port.out.octets(at_s)
            port.received_before = port.into.octets(at_s)


@dataclass(slots=True, kw_only=True)
class Line:
    """A link between two ports. ``loose``: a plug somebody wiggles at, no light either way."""

    link: Link
    a: Port
    b: Port
    switch_a: Switch
    switch_b: Switch
    sections: frozenset[Code]
    loose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All of them."""

    switches: tuple[Switch, ...]
    lines: tuple[Line, ...]


def build(plant: Plant, *, seed: int, day_s: float) -> Parts:
    """The parts of a plant, all of it switched on at time 0; links that are not in service are left out."""
    lit = modules(plant, seed)
    lines = [link for link in plant.links if link.status is Status.IN_SERVICE]
    far = {port: other for link in lines for port, other in ((link.a, link.b), (link.b, link.a))}
    by_device: dict[Code, list[Interface]] = {device.code: [] for device in plant.devices}
    for item in plant.interfaces:
        by_device[item.device].append(item)
    habits = {item.code: _habit(plant, item, far.get(item.code), seed, day_s) for item in plant.interfaces}
    hubs = {site.code for site in plant.hubs}
    ports: dict[Code, Port] = {}
    switches: dict[Code, Switch] = {}
    for number, device in enumerate(plant.devices, 1):
        for index, item in enumerate(by_device[device.code], 1):
            habit = habits[item.code]
            ports[item.code] = Port(
                interface=item,
                index=index,
                module=lit.get(item.code),
                out=habit.out,
                into=habits[far[item.code]].out if item.code in far else habit.into,
                linked=item.code in far,
                enabled=item.code in far or habit.plugged,
            )
        switches[device.code] = Switch(
            device=device,
            number=number,
            place=plant.nodes[device.node].label,
            ports=tuple(ports[item.code] for item in by_device[device.code]),
            is_core=device.node in hubs,
        )
    return Parts(
        switches=tuple(switches.values()),
        lines=tuple(_line(plant, link, ports, switches) for link in lines),
    )


def _line(plant: Plant, link: Link, ports: dict[Code, Port], switches: dict[Code, Switch]) -> Line:
    return Line(
        link=link,
        a=ports[link.a],
        b=ports[link.b],
        switch_a=switches[plant.interface[link.a].device],
        switch_b=switches[plant.interface[link.b].device],
        sections=frozenset(plant.sections_of(link)),
    )


class _Habit(NamedTuple):
    """What a port's users do: what it sends and receives, and whether something is plugged in."""

    out: Meter
    into: Meter
    plugged: bool


def _habit(plant: Plant, item: Interface, far: Code | None, seed: int, day_s: float) -> _Habit:
    """One generator a port: a hundred thousand ports start within seconds."""
    rng = random.Random(f"{seed}/{item.code}")
    if far is None:
        low, high = _ACCESS_LOAD
    elif all(isinstance(plant.nodes[plant.node_of(end)], Site) for end in (item.code, far)):
        low, high = _LINE_LOAD
    else:
        low, high = _SMALL_LOAD
    full_bps = item.speed_mbps * _BITS_PER_MEGABIT
    out, into = (Flow.of(rng, mean_bps=rng.uniform(low, high) * full_bps, day_s=day_s) for _way in range(2))
    return _Habit(Meter(out), Meter(into), rng.random() < _PLUGGED_SHARE)
