"""A device's whole life against an exact count: a port's rate is right or it is a gap, whatever happens meanwhile.

Wraps, resets told and untold, restarts, stepped clocks, other indexes, modules pulled and plugged, looks in between.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from fake_client import FakeClient, FakeClock
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polled_city import Polled, polled_plant
from switch_tables import add_port, remove_port, switch

from collectors.poll import DevicePoll
from collectors.rates import CACHE_S
from collectors.settings import CollectSettings
from collectors.snmp import SYS_UP_TIME
from collectors.tables import COUNTERS, DISCONTINUITY, HIGH_SPEED, IF_NUMBER, IF_TABLE_LAST_CHANGE
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import samples_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.reading import DeviceReading

NAMES = ("ge1", "ge2", "ge3")
PLANT = polled_plant(
    [Polled(code="SW", port=1, community="x", ports=NAMES), Polled(code="B", port=2, community="x", ports=("a",))],
    links=(("SW:ge2", "B:a"),),
)
OCTETS = COUNTERS[0]
EVENTS = ("", "", "cleared", "announced", "reboot", "clock", "renumbered", "pulled", "plugged", "glance")
BOOT_S = 20
Step = tuple[str, int, float, int]
"""What happens, to which port, load as a share of the line, seconds to the next poll."""


@dataclass
class Life:
    """A switch and its exact counts. A ``narrow`` one has 32-bit counters alone, on slow lines."""

    narrow: bool
    marks: bool
    start: int
    counts: dict[str, int] = field(default_factory=dict)
    index: dict[str, int] = field(default_factory=lambda: {name: number for number, name in enumerate(NAMES, 1)})

    def __post_init__(self) -> None:
        self.device = switch(names=NAMES, last_change=self.marks)
        self.clock = FakeClock()
        self.poll = DevicePoll(PLANT, PLANT.devices[0], CollectSettings())
        self.speed_mbps = 10 if self.narrow else 1000
        self.counts = dict.fromkeys(NAMES, (1 << (32 if self.narrow else 40)) - self.start)
        self.laid_out()

    def laid_out(self) -> None:
        """Bring the tables in line with indexes and counts."""
        for row in range(1, 20):
            if f"{OCTETS.oid}.{row}" in self.device.objects or f"{OCTETS.narrow_oid}.{row}" in self.device.objects:
                add_port(self.device, row, "")
                remove_port(self.device, row)
                self.device.objects.pop(f"{OCTETS.narrow_oid}.{row}", None)
        for name, row in self.index.items():
            add_port(self.device, row, name)
            self.device.objects[f"{HIGH_SPEED.oid}.{row}"] = self.speed_mbps
            if self.narrow:
                for column in COUNTERS[:4]:
                    del self.device.objects[f"{column.oid}.{row}"]
        self.device.objects[IF_NUMBER] = len(self.index)
        self.counted()

    def counted(self) -> None:
        oid, modulo = (OCTETS.narrow_oid, 1 << 32) if self.narrow else (OCTETS.oid, 1 << 64)
        for name, row in self.index.items():
            self.device.objects[f"{oid}.{row}"] = self.counts[name] % modulo

    def passes(self, seconds: float, load: float) -> int:
        """Time goes on, and every port sends; the octets each did."""
        sent = int(seconds * load * self.speed_mbps * 1e6 / 8)
        self.counts = {name: count + sent for name, count in self.counts.items()}
        self.clock.go(seconds)
        self.device.objects[SYS_UP_TIME] = int(self.device.objects[SYS_UP_TIME]) + int(seconds * 100)
        self.counted()
        return sent

    def happens(self, event: str, name: str) -> set[str]:
        """Let it happen; the ports whose counts begin anew by it and who tell so."""
        if event == "clock":
            self.clock.step(-3600)
        if event in {"reboot", "cleared", "announced"}:
            return self._begins_anew(event, name)
        if event in {"renumbered", "pulled", "plugged"}:
            return self._is_rebuilt(event, name)
        return set()

    def _begins_anew(self, event: str, name: str) -> set[str]:
        anew = set(NAMES) if event == "reboot" else {name}
        self.counts |= dict.fromkeys(anew, 0)
        if event == "reboot":
            self.device.objects[SYS_UP_TIME] = -BOOT_S * 100
        if event == "announced" and name in self.index:
            self.device.objects[f"{DISCONTINUITY}.{self.index[name]}"] = self.device.objects[SYS_UP_TIME]
        self.counted()
        return anew if event != "cleared" else set()

    def _is_rebuilt(self, event: str, name: str) -> set[str]:
        anew = set()
        if event == "renumbered":
            rows = list(self.index.values())
            self.index = dict(zip(self.index, [*rows[1:], *rows[:1]], strict=True))
        elif event == "pulled" and len(self.index) > 1:
            self.index.pop(name, None)
        elif event == "plugged" and name not in self.index:
            self.index[name] = max(self.index.values()) + 1
            self.counts[name] = 0
            anew = {name}
        if self.marks:
            self.device.objects[IF_TABLE_LAST_CHANGE] = self.device.objects[SYS_UP_TIME]
        self.laid_out()
        return anew

    def now(self, *, glance: bool = False) -> DeviceReading:
        ask = self.poll.glance if glance else self.poll.poll
        return asyncio.run(ask(FakeClient(self.device), self.clock))


def rates(reading: DeviceReading) -> dict[str, float | None]:
    found = {
        sample.series.tag("if_name"): sample.values.get(INTERFACE.in_bps) for sample in samples_of(reading.samples)
    }
    assert found == {name: reading.ports[name].in_bps for name in found}
    return found  # type: ignore[return-value] # a rate is a float


steps = st.tuples(st.sampled_from(EVENTS), st.integers(0, 2), st.floats(0, 0.95), st.sampled_from([5, 60, 300]))


@settings(max_examples=40, deadline=None)
@given(
    narrow=st.booleans(),
    marks=st.booleans(),
    start=st.integers(1, 10**8),
    course=st.lists(steps, min_size=2, max_size=7),
)
@example(narrow=True, marks=True, start=1000, course=[("", 0, 0.9, 60), ("", 0, 0.9, 60), ("", 0, 0.9, 60)])
@example(
    narrow=False, marks=False, start=1, course=[("", 0, 0.5, 60), ("renumbered", 0, 0.5, 60), ("glance", 0, 0.5, 60)]
)
@example(narrow=False, marks=True, start=1, course=[("pulled", 1, 0.5, 60), ("plugged", 1, 0.5, 60), ("", 1, 0.5, 60)])
def test_a_rate_is_right_or_a_gap(*, narrow: bool, marks: bool, start: int, course: Sequence[Step]) -> None:
    life = Life(narrow=narrow, marks=marks, start=start)
    life.now()
    previous = "reboot"
    for event, port, load, seconds in course:
        name = NAMES[port]
        anew = life.happens(event, name)
        took_s = float(seconds) if event != "reboot" else 3.0 * BOOT_S  # a device that boots answers nobody
        sent = life.passes(took_s, load)
        if event == "glance":
            life.now(glance=True)
            sent, took_s = sent + life.passes(took_s, load), 2 * took_s
        read = rates(life.now())
        assert read.keys() == life.index.keys()
        for if_name, rate in read.items():
            if rate is None:
                assert narrow or event not in {"", "clock", "glance"} or previous not in {"", "clock", "glance"}
            elif event == "cleared" and if_name == name:
                assert rate <= life.speed_mbps * 1e6 * (1 + CACHE_S / took_s)
            else:
                assert if_name not in anew, event
                assert rate == pytest.approx(sent * 8 / took_s, abs=1e-6), (event, if_name)
        previous = event
