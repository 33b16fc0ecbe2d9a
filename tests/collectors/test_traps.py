"""Traps: what they say, how storms are damped, what they wake. Without sockets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_client import FakeClock
from test_early import PLANT, SETTINGS, City, states

from collectors.changes import Changes
from collectors.flaps import Flaps, Verdict
from collectors.tables import OPER
from collectors.traps.counts import TrapCounts
from collectors.traps.damper import MOST_SOURCES, Damper
from collectors.traps.desk import TrapDesk
from collectors.traps.notification import SNMP_TRAP_ADDRESS, SNMP_TRAP_OID, Kind, Notification, kind_of, understood
from collectors.traps.settings import TrapSettings
from inventory.entities import Code
from rainbow.kernel.metrics import DEVICE, EVENT, TRAPS
from rainbow.kernel.samples import UnixNs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rainbow.kernel.samples import Sample

NS = 1_000_000_000
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
A, B, C = (device.code for device in PLANT.devices)
FIRST = PLANT.links[0].code


@pytest.mark.parametrize(
    ("trap_oid", "kind"),
    [
        ("1.3.6.1.6.3.1.1.5.1", Kind.RESTART),
        (LINK_DOWN, Kind.LINK_DOWN),
        ("1.3.6.1.6.3.1.1.5.4", Kind.LINK_UP),
        ("1.3.6.1.4.1.9.9.91.2.0.1", Kind.OPTICS),
        ("1.3.6.1.4.1.9.9.912.0.1", Kind.OTHER),
        ("1.3.6.1.6.3.1.1.5.31", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_kinds(trap_oid: str, kind: Kind) -> None:
    assert kind_of(trap_oid) is kind


@pytest.mark.parametrize(
    ("bind", "kind"),
    [
        ("1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8.17240321", Kind.OPTICS),  # hwEntityOpticalRxPower
        ("1.3.6.1.4.1.25506.2.70.1.1.1.12.9", Kind.OPTICS),  # hh3cTransceiverCurRXPower
        ("1.3.6.1.4.1.6486.801.1.2.1.5.1.1.2.6.1.22.1001.1", Kind.OPTICS),  # ddmPortRxOpticalPower, with its lane
        ("1.3.6.1.4.1.2011.5.25.31.1.1.3.1.5.17240321", Kind.OTHER),  # a temperature
        ("1.3.6.1.4.1.2011.5.25.31.1.1.3.1.88.1", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_who_sends_a_light_level_tells_of_light(bind: str, kind: Kind) -> None:
    said = understood("192.0.2.1", [(SNMP_TRAP_OID, "1.3.6.1.4.1.99999.1.0.7"), (bind, "-3200")])
    assert said.kind is kind


def test_counts_by_kind() -> None:
    counts = TrapCounts(damped=7)
    counts.heard[Kind.LINK_DOWN] += 2
    sample = counts.sample(TRAPS.series(collector="rainbow"), UnixNs(5))
    assert {field.name: value for field, value in sample.values.items()} == {
        "link_down": 2,
        "link_up": 0,
        "restart": 0,
        "optics": 0,
        "other": 0,
        "damped": 7,
        "refused": 0,
    }


@pytest.mark.parametrize(
    ("binds", "if_index"),
    [
        ([("1.3.6.1.2.1.2.2.1.1.9", "7")], 7),
        ([("1.3.6.1.2.1.2.2.1.8.9", "2")], 9),
        ([("1.3.6.1.2.1.31.1.1.1.18.12", "to the school")], 12),
        ([("1.3.6.1.2.1.2.2.1.1.9", "seven")], 9),
        ([("1.3.6.1.2.1.1.3.0", "5")], None),
    ],
)
def test_the_port_a_trap_is_about(binds: list[tuple[str, str]], if_index: int | None) -> None:
    told = understood("192.0.2.1", [(SNMP_TRAP_OID, LINK_DOWN), *binds, (SNMP_TRAP_ADDRESS, "192.0.2.9")])
    assert told == Notification(
        source="192.0.2.1", kind=Kind.LINK_DOWN, trap_oid=LINK_DOWN, if_index=if_index, origin="192.0.2.9"
    )


def test_a_storm_is_damped_and_another_address_is_not() -> None:
    damper = Damper(most_per_s=2, burst=5)
    assert [damper.allows("a", 0.0) for _trap in range(8)] == [True] * 5 + [False] * 3
    assert damper.allows("b", 0.0)
    assert [damper.allows("a", 1.0) for _trap in range(3)] == [True, True, False]
    assert [damper.allows("a", 100.0) for _trap in range(6)] == [True] * 5 + [False]


def test_forged_addresses_do_not_fill_the_memory() -> None:
    damper = Damper(most_per_s=2, burst=1)
    for number in range(MOST_SOURCES + 100):
        damper.allows(str(number), 0.0)
    assert len(damper._buckets) == MOST_SOURCES


def test_settings_that_cannot_be_are_refused() -> None:
    for wrong in ({"address": "here"}, {"port": 0}, {"port": 70_000}, {"most_per_s": 0.0}, {"burst": 0}):
        with pytest.raises(ValueError, match=r"address|port|most_per_s"):
            TrapSettings(**wrong)  # type: ignore[arg-type]


def test_flaps_are_held_and_let_go_when_calm() -> None:
    flaps = Flaps(window_s=60, changes=3)
    told = [flaps.changed(FIRST, second * NS) for second in (0, 10, 20, 30)]
    assert told == [Verdict.TELL, Verdict.TELL, Verdict.BEGINS, Verdict.HOLD]
    assert flaps.calmed(89 * NS) == []
    assert flaps.calmed(90 * NS) == [FIRST]
    assert flaps.held == frozenset()
    assert flaps.changed(FIRST, 91 * NS) is Verdict.TELL


def test_slow_changes_are_no_flapping() -> None:
    flaps = Flaps(window_s=60, changes=3)
    assert {flaps.changed(FIRST, second * NS) for second in range(0, 400, 31)} == {Verdict.TELL}


def test_a_flapping_link_is_told_of_when_it_begins_and_when_it_is_calm() -> None:
    changes, told = Changes(PLANT), []
    for second in range(0, 100, 5):
        state = second // 5 % 2 if second <= 50 else 1
        told += changes.events({FIRST: state}, {}, time_ns=UnixNs(second * NS))
    told += changes.events({FIRST: 1}, {}, time_ns=UnixNs(200 * NS))
    kinds = [sample.series.tag("kind") for sample in told]
    assert kinds == ["link_up", "link_down", "link_up", "link_down", "link_up", "link_flaps", "link_up"]
    assert "flap" in str(told[-1].values[EVENT.text])


class Woken:
    def __init__(self) -> None:
        self.calls: list[tuple[Code, int | None]] = []
        self.marks: list[Sample] = []
        self.clock = FakeClock()
        self.desk = TrapDesk(PLANT, wake=self.wake, put=self.put, clock=self.clock)

    def wake(self, device: Code, if_index: int | None = None) -> None:
        self.calls.append((device, if_index))

    def put(self, samples: Sequence[Sample]) -> None:
        self.marks += samples


def trap(source: str = "127.0.0.1", origin: str = "") -> Notification:
    return Notification(source=source, kind=Kind.LINK_DOWN, trap_oid=LINK_DOWN, if_index=2, origin=origin)


def test_a_trap_wakes_whoever_has_its_address_and_leaves_one_mark_a_minute() -> None:
    woken = Woken()
    woken.desk.told(trap())
    woken.desk.told(trap())
    assert woken.calls == [(A, 2), (B, 2), (C, 2)] * 2, "all three have this address, by different ports"
    assert [mark.series.tag("object") for mark in woken.marks] == [A, B, C]
    woken.clock.go(61)
    woken.desk.told(trap())
    assert len(woken.marks) == 6


def test_a_trap_passed_on_counts_for_its_origin_and_a_stranger_wakes_nobody() -> None:
    woken = Woken()
    woken.desk.told(trap("192.0.2.7", origin="127.0.0.1"))
    assert len(woken.calls) == 3
    woken.desk.told(trap("192.0.2.7", origin="192.0.2.8"))
    assert len(woken.calls) == 3


SLOW = replace(SETTINGS, interval_s=30.0)


def test_a_woken_device_shows_the_cut_long_before_the_next_round() -> None:
    async def story(city: City) -> None:
        city.clock.go(10)
        for code, port in (("SW-A", 2), ("SW-B", 1)):
            city.devices[code].objects[f"{OPER.oid}.{port}"] = 2
        polls = {code: len(city.samples(DEVICE, device=code)) for code in ("SW-A", "SW-B", "SW-C")}
        city.collector.wake(A, 2)
        await city.until(lambda: states(city, FIRST)[-1] == 0)
        await city.until(lambda: len(city.samples(DEVICE, device="SW-B")) > polls["SW-B"])
        assert len(city.samples(DEVICE, device="SW-C")) == polls["SW-C"], "it is at another port's link"
        assert city.rounds() == 1

    asyncio.run(City(SLOW).run(story))


def test_whoever_wakes_without_end_is_asked_seldom() -> None:
    async def story(city: City) -> None:
        asked = len(city.devices["SW-C"].asked)
        for _trap in range(30):
            city.clock.go(2.0)
            city.collector.wake(C)
            await asyncio.sleep(0.06)
        polls = len(city.devices["SW-C"].asked) - asked
        assert 6 <= polls <= 6 + 60 / 15 + 1, "six in a row, then one in fifteen seconds"

    asyncio.run(City(SLOW).run(story))


def test_nobody_is_woken_by_a_device_the_plant_does_not_have() -> None:
    async def story(city: City) -> None:
        asked = {code: len(device.asked) for code, device in city.devices.items()}
        city.collector.wake(Code("SW-X"))
        await asyncio.sleep(0.06)
        assert {code: len(device.asked) for code, device in city.devices.items()} == asked

    asyncio.run(City(SLOW).run(story))
