"""A city that breaks on purpose: the truth behind the incident benchmark. The engine sees its readings only.

Link, light, reach and uptime follow from what is cut, off, unplugged or dying. Readings are then spoilt: polls lost,
single values turned into their contrary, deliveries late.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from incidents.readings import DeviceHeard, EndReading
from rainbow.kernel.metrics import DEVICE, INTERFACE, OPTICS
from rainbow.kernel.samples import Sample, UnixNs

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from incidents.ground import Ground
    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

LOST, WRONG, LATE_S = 0.05, 0.01, 30.0
BOOTED_S = -5_000_000.0
_NS = 1e9


@dataclass(slots=True, kw_only=True)
class Truth:
    """What is broken right now."""

    cuts: set[Code] = field(default_factory=set)
    off: set[Code] = field(default_factory=set)
    loose: set[Code] = field(default_factory=set)
    dark_lasers: set[Code] = field(default_factory=set)
    dim_lasers: set[Code] = field(default_factory=set)
    shut: set[Code] = field(default_factory=set)
    blind: bool = False
    booted_s: dict[Code, float] = field(default_factory=dict)


class World:
    """One city, its truth, and how it is read."""

    def __init__(self, ground: Ground, rng: random.Random, *, in_band: bool, spoilt: bool = True) -> None:
        self.ground = ground
        self.truth = Truth()
        self.gasps = 0.0
        self._rng = rng
        self._in_band = in_band
        self._lost, self._wrong = (LOST, WRONG) if spoilt else (0.0, 0.0)
        self._late_s = LATE_S if spoilt else 0.0
        self._ends: dict[Code, list[Code]] = {device.code: [] for device in ground.plant.devices}
        for ends in ground.ends.values():
            for end in ends:
                self._ends[ground.device_of[end]].append(end)
        self._phase = {device: rng.random() for device in self._ends}
        self._waiting: list[tuple[float, DeviceHeard]] = []
        self._cores = [device.code for device in ground.plant.devices if device.role == "core"]

    def switch_off(self, devices: set[Code]) -> None:
        """Without power; its uptime begins anew when it is back."""
        self.truth.off |= devices

    def gasp(self, devices: set[Code], at_s: float) -> None:
        """The last words of those that have a voice and a way to the collector."""
        reached = self._reached(self._light()[1])
        for device in sorted(devices & reached):
            if self._rng.random() < self.gasps:
                self._waiting.append((at_s, DeviceHeard(device=device, at_s=at_s, answers=True, gasps=True)))

    def switch_on(self, devices: set[Code], at_s: float) -> None:
        """Power again."""
        self.truth.off -= devices
        self.truth.booted_s.update(dict.fromkeys(devices, at_s))

    def round(self, begins_s: float, ends_s: float) -> list[DeviceHeard]:
        """Poll everybody once; what was delivered until ``ends_s``."""
        lit, up = self._light()
        reached = self._reached(up)
        for device in self._ends:
            at_s = begins_s + self._phase[device] * (ends_s - begins_s) * 0.5
            heard = self._poll(device, at_s, lit, up, answers=device in reached and not self.truth.blind)
            self._waiting.append((at_s + self._rng.random() * self._late_s, heard))
        ready = [heard for due_s, heard in self._waiting if due_s <= ends_s]
        self._waiting = [item for item in self._waiting if item[0] > ends_s]
        return ready

    def seen(self, cuts: tuple[Code, ...]) -> dict[Code, frozenset[Code]]:
        """For each cut the links it alone takes and of which somebody who is heard knows."""
        _lit, up = self._light()
        reached = self._reached(up)
        links = {code: set(self.ground.plant.links_in.get(code, ())) for code in cuts}
        return {
            code: frozenset(
                link
                for link in mine - set().union(*(other for key, other in links.items() if key != code))
                if any(self.ground.device_of[end] in reached for end in self.ground.ends[link])
            )
            for code, mine in links.items()
        }

    def _poll(self, device: Code, at_s: float, lit: set[Code], up: set[Code], *, answers: bool) -> DeviceHeard:
        if not answers or self._rng.random() < self._lost:
            return DeviceHeard(device=device, at_s=at_s, answers=False)
        uptime_s = at_s - self.truth.booted_s.get(device, BOOTED_S)
        if self._rng.random() < self._wrong:
            uptime_s = self._rng.random() * 1e6
        return DeviceHeard(
            device=device, at_s=at_s, answers=True, uptime_s=uptime_s, ends=tuple(self._read(device, lit, up))
        )

    def _read(self, device: Code, lit: set[Code], up: set[Code]) -> Iterator[EndReading]:
        far = self._far
        for end in self._ends[device]:
            sees = end in lit
            yield EndReading(
                interface=end,
                up=self._told(end in up),
                closed=end in self.truth.shut,
                lit=self._told(sees) if self._rng.random() >= self._lost else None,
                faint=self._told(sees and far(end) in self.truth.dim_lasers),
                dim=self._told(end in self.truth.dim_lasers or end in self.truth.dark_lasers),
            )

    def _told(self, value: bool) -> bool:  # noqa: FBT001 - a reading, not an option
        return value != (self._rng.random() < self._wrong)

    def _far(self, end: Code) -> Code:
        a, b = self.ground.ends[self.ground.link_at[end]]
        return b if end == a else a

    def _light(self) -> tuple[set[Code], set[Code]]:
        truth, ground = self.truth, self.ground
        broken = set(truth.loose)
        for section in truth.cuts:
            broken.update(ground.plant.links_in.get(section, ()))
        lit: set[Code] = set()
        up: set[Code] = set()
        silent = truth.dark_lasers | truth.shut
        for link, (a, b) in ground.ends.items():
            on_a, on_b = ground.device_of[a] not in truth.off, ground.device_of[b] not in truth.off
            if link not in broken and on_a and a not in silent:
                lit.add(b)
            if link not in broken and on_b and b not in silent:
                lit.add(a)
            if a in lit and b in lit and on_a and on_b:
                up |= {a, b}
        return lit, up

    def _reached(self, up: set[Code]) -> set[Code]:
        on = {device for device in self._ends if device not in self.truth.off}
        if not self._in_band:
            return on
        queue = deque(core for core in self._cores if core in on)
        found = set(queue)
        while queue:
            for _link, far in self.ground.far_ends[queue.popleft()]:
                device = self.ground.device_of[far]
                if far in up and device in on and device not in found:
                    found.add(device)
                    queue.append(device)
        return found


def samples_of(plant: Plant, heard: DeviceHeard) -> list[Sample]:
    """A poll as a collector writes it."""
    at_ns = UnixNs(int(heard.at_s * _NS))
    tags = {"site": plant.device[heard.device].node, "device": heard.device}
    up: dict[Field, Value] = {DEVICE.up: int(heard.answers)}
    if heard.uptime_s is not None:
        up |= {DEVICE.uptime_s: heard.uptime_s}
    found = [Sample(DEVICE.series(**tags), at_ns, up)]
    for end in heard.ends:
        port = {**tags, "if_name": plant.interface[end.interface].if_name}
        states: dict[Field, Value] = {
            INTERFACE.oper_state: 1 if end.up else 2,
            INTERFACE.admin_state: 2 if end.closed else 1,
        }
        found.append(Sample(INTERFACE.series(**port), at_ns, states))
        found.append(Sample(OPTICS.series(**port, lane="1"), at_ns, {OPTICS.light: int(bool(end.lit))}))
    return found
