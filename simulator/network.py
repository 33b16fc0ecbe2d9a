"""The living city: what is up, lit and reachable, and what happens to it. No sockets, no clock: time is an argument.

What is true to a city here:

- A cut trench takes every cable in it. Both end ports lose their light and go down, their neighbours are forgotten.
- Switches at the far end still have power. But they are managed over the same glass, so those that no way of links
  leads to do not answer the collector (``in_band``), as in most municipal networks. With a management network of
  their own they would; that is a setting.
- A port whose own module is dark still receives: ``flap`` of a port and of a link look different at both ends.
- A restarted switch is away for a while, its neighbours see its light go; its counters and its clock begin anew.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from difflib import get_close_matches
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _
from simulator.control import Status
from simulator.parts import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from inventory.plant import Plant
    from simulator.parts import Line, Port, Switch

BOOT_S = 8.0
"""A switch is away so long when it restarts; real ones take minutes, which nobody wants to watch."""
FLAP_S = 2.0
"""A flapping line is dark and lit for so long in turn."""
FLAPS_S = 20.0
LONGEST_S = 86_400.0
HAPPENINGS_MAX = 10_000
"""Kept for whoever sends traps; without such a one the oldest go."""


class Happening(NamedTuple):
    """What a switch would send a trap about: a port came up or went down; without one, the switch itself restarted."""

    switch: Switch
    port: Port | None
    up: bool


class Network:
    """A city's switches and lines. Every method takes the seconds since the city began; they never run backwards."""

    def __init__(self, plant: Plant, *, seed: int = 0, day_s: float = 0.0, in_band: bool = True) -> None:
        parts = build(plant, seed=seed, day_s=day_s)
        self.switches = parts.switches
        self._lines = parts.lines
        self._plant = plant
        self._in_band = in_band
        self._cuts: set[str] = set()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._numbers = count()
        self._switch: dict[str, Switch] = {switch.device.code: switch for switch in self.switches}
        self._port: dict[str, Port] = {port.interface.code: port for item in self.switches for port in item.ports}
        self._line: dict[str, Line] = {line.link.code: line for line in self._lines}
        self._happened: deque[Happening] = deque(maxlen=HAPPENINGS_MAX)
        self._settle(0.0)
        self._happened.clear()

    def happened(self) -> list[Happening]:
        """What happened since this was asked last, the newest :data:`HAPPENINGS_MAX` of it."""
        found = list(self._happened)
        self._happened.clear()
        return found

    def advance(self, now_s: float) -> None:
        """Let everything happen that was due until now."""
        while self._events and self._events[0][0] <= now_s:
            due_s, _number, happen = heapq.heappop(self._events)
            happen(due_s)
            self._settle(due_s)

    def cut(self, trenches: Sequence[str], now_s: float) -> None:
        """Cut trenches, with every cable in them.

        Raises:
            SimulatorError: one is unknown; then none is cut.
        """
        self._known(trenches, self._plant.section, _("trench"))
        self._cuts |= set(trenches)
        self._settle(now_s)

    def repair(self, trenches: Sequence[str], now_s: float) -> None:
        """Mend trenches, all that are cut where none is named.

        Raises:
            SimulatorError: one is unknown; then none is mended.
        """
        self._known(trenches, self._plant.section, _("trench"))
        self._cuts -= set(trenches) or set(self._cuts)
        self._settle(now_s)

    def reboot(self, devices: Sequence[str], now_s: float, *, seconds: float = BOOT_S) -> None:
        """Restart switches; they are away for ``seconds``.

        Raises:
            SimulatorError: one is unknown, or the time is none.
        """
        self._known(devices, self._switch, _("device"))
        until_s = now_s + _duration(seconds)
        for switch in (self._switch[device] for device in devices):
            switch.on = False
            switch.back_on_s = until_s
            self._later(until_s, partial(self._back_on, switch))
        self._settle(now_s)

    def silence(self, devices: Sequence[str], now_s: float, *, seconds: float = math.inf) -> None:
        """Let switches work on without answering, for good where no time is named; 0 lets them answer again.

        Raises:
            SimulatorError: one is unknown, or the time is none.
        """
        self._known(devices, self._switch, _("device"))
        lasts_s = seconds if seconds in {0.0, math.inf} else _duration(seconds)
        for device in devices:
            self._switch[device].silent_until_s = now_s + lasts_s

    def flap(self, names: Sequence[str], now_s: float, *, seconds: float = FLAPS_S) -> None:
        """Let the modules of interfaces, or the plugs of links, fail and recover again and again.

        Raises:
            SimulatorError: one is neither interface nor link, or the time is none.
        """
        self._known(names, {**self._port, **self._line}, _("interface or link"))
        ends_s = now_s + _duration(seconds)
        for name in names:
            at_s, dark = now_s, True
            while at_s < ends_s:
                self._later(at_s, partial(self._darken, name, dark=dark))
                at_s, dark = at_s + FLAP_S, not dark
            self._later(ends_s, partial(self._darken, name, dark=False))
        self.advance(now_s)

    def answers(self, switch: Switch, now_s: float) -> bool:
        """Whether a switch answers the collector."""
        return switch.on and now_s >= switch.silent_until_s and (switch.reachable or not self._in_band)

    def status(self, now_s: float, *, requests: int = 0, malformed: int = 0) -> Status:
        """How the city does."""
        return Status(
            switches=len(self.switches),
            links_down=tuple(line.link.code for line in self._lines if not line.a.up),
            cuts=tuple(sorted(self._cuts)),
            cut_off=self._codes(switch for switch in self.switches if switch.on and not switch.reachable),
            silenced=self._codes(switch for switch in self.switches if now_s < switch.silent_until_s),
            restarting=self._codes(switch for switch in self.switches if not switch.on),
            requests=requests,
            malformed=malformed,
            runs_s=round(now_s, 3),
        )

    def _codes(self, switches: Iterable[Switch]) -> tuple[str, ...]:
        return tuple(switch.device.code for switch in switches)

    def _known(self, names: Sequence[str], known: Iterable[str], what: str) -> None:
        codes = set(known)
        for name in names:
            if name not in codes:
                near = get_close_matches(name, codes, n=3, cutoff=0.5)
                raise SimulatorError(
                    _("{city} has no {what} {name}").format(city=self._plant.city, what=what, name=name),
                    cure=_("did you mean {near}?").format(near=", ".join(near)) if near else _("see the plant files"),
                )

    def _later(self, at_s: float, happen: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (at_s, next(self._numbers), happen))

    def _back_on(self, switch: Switch, at_s: float) -> None:
        if at_s >= switch.back_on_s and not switch.on:
            switch.on = True
            switch.booted_s = at_s
            switch.heard_s = at_s
            switch.restart_counters(at_s)
            self._happened.append(Happening(switch, None, up=True))

    def _darken(self, name: str, _at_s: float, *, dark: bool) -> None:
        if name in self._line:
            self._line[name].loose = dark
        else:
            self._port[name].laser = not dark

    def _settle(self, now_s: float) -> None:
        """Work out light, ports and reach from what is cut, off and dark. Cost: linear in ports."""
        for switch in self.switches:
            for port in switch.ports:
                if not port.linked:
                    self._set_up(switch, port, up=switch.on and port.enabled and port.laser, at_s=now_s)
        for line in self._lines:
            whole = not line.loose and self._cuts.isdisjoint(line.sections)
            line.a.lit = whole and line.switch_b.on and line.b.laser
            line.b.lit = whole and line.switch_a.on and line.a.laser
            up = line.a.lit and line.b.lit
            changed = self._set_up(line.switch_a, line.a, up=up, at_s=now_s)
            if self._set_up(line.switch_b, line.b, up=up, at_s=now_s) or changed:
                _hear(line.switch_a, line.a, line.switch_b, line.b, now_s)
                _hear(line.switch_b, line.b, line.switch_a, line.a, now_s)
        self._reach()

    def _set_up(self, switch: Switch, port: Port, *, up: bool, at_s: float) -> bool:
        """Take a port up or down; whether that was a change."""
        changed = port.set_up(up=up, at_s=at_s)
        if changed:
            self._happened.append(Happening(switch, port, up=up))
        return changed

    def _reach(self) -> None:
        """Mark the switches that a way of links leads to from a hub; without a hub, all of them."""
        cores = [switch for switch in self.switches if switch.is_core]
        reached = {switch.number for switch in cores if switch.on}
        queue = deque(switch for switch in cores if switch.on)
        while queue:
            for other, _port in queue.popleft().neighbours.values():
                if other.number not in reached:
                    reached.add(other.number)
                    queue.append(other)
        for switch in self.switches:
            switch.reachable = not cores or switch.number in reached


def _hear(switch: Switch, port: Port, other: Switch, far: Port, now_s: float) -> None:
    """A switch learns its neighbour at a port that came up, and forgets it where it went down."""
    switch.heard_s = now_s
    if port.up:
        switch.neighbours[port.index] = (other, far)
    else:
        switch.neighbours.pop(port.index, None)


def _duration(seconds: float) -> float:
    if not 0 < seconds <= LONGEST_S:
        raise SimulatorError(
            _("{seconds:g} s is no time between 0 and {most:g} s").format(seconds=seconds, most=LONGEST_S),
            cure=_("name another number of seconds"),
        )
    return seconds
