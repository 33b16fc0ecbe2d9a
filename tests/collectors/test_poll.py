"""A device polled again and again: renumbering, reboots, modules that come and go; no value for another port's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from fake_client import FakeClient, FakeClock, FakeDevice
from polled_city import Polled, polled_plant
from switch_tables import add_port, count, remove_port, run, switch

from collectors.discovery import ENT_LAST_CHANGE
from collectors.optics.sensor_table import STANDARD_ROOT
from collectors.poll import SETTLED_S, DevicePoll
from collectors.probe.neighbours import V1
from collectors.settings import CollectSettings
from collectors.snmp import SYS_UP_TIME
from collectors.tables import COUNTERS, IF_ALIAS, IF_DESCR, IF_NAME, IF_NUMBER, IF_TABLE_LAST_CHANGE, IF_TYPE
from inventory.entities import Code
from rainbow.kernel.errors import BadReply, DeviceSilent
from rainbow.kernel.metrics import INTERFACE, PORT
from rainbow.kernel.samples import samples_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.client import Reply
    from collectors.reading import DeviceReading

PLANT = polled_plant([Polled(code="SW", port=1, community="x", ports=("ge1", "ge2"))])
INTERVAL_S = 60


@dataclass
class Polling:
    device: FakeDevice
    clock: FakeClock = field(default_factory=FakeClock)
    poll: DevicePoll = field(default_factory=lambda: DevicePoll(PLANT, PLANT.devices[0], CollectSettings()))

    def now(self) -> DeviceReading:
        self.device.asked.clear()
        self.device.walked.clear()
        return asyncio.run(self.poll.poll(FakeClient(self.device), self.clock))

    def later(self, seconds: float = INTERVAL_S) -> DeviceReading:
        self.clock.go(seconds)
        run(self.device, seconds)
        return self.now()


def rate(reading: DeviceReading, if_name: str) -> float | None:
    return reading.ports[if_name].in_bps


def octets(reading: DeviceReading) -> dict[str, object]:
    return {
        sample.series.tag("if_name"): sample.values[INTERFACE.in_octets]
        for sample in samples_of(reading.samples)
        if sample.series.metric is INTERFACE
    }


def descriptions(reading: DeviceReading) -> dict[str, object]:
    return {
        sample.series.tag("if_name"): sample.values[PORT.description]
        for sample in samples_of(reading.samples)
        if sample.series.metric is PORT
    }


def test_first_poll_discovers_second_only_reads() -> None:
    tested = Polling(switch())
    reading = tested.now()
    assert set(reading.ports) == {"ge1", "ge2"}
    assert reading.heard == ()
    assert rate(reading, "ge1") is None
    count(tested.device, 1, 7500)
    reading = tested.later()
    assert rate(reading, "ge1") == 1000.0
    assert tested.device.walked == []
    assert len(tested.device.asked) == 1
    assert reading.heard is None


def test_a_stepped_wall_clock_changes_no_rate() -> None:
    tested = Polling(switch())
    tested.now()
    count(tested.device, 1, 7500)
    tested.clock.step(-3600)
    assert rate(tested.later(), "ge1") == 1000.0


@pytest.mark.parametrize("last_change", [True, False])
def test_renumbered_ports_are_never_taken_for_each_other(last_change: bool) -> None:  # noqa: FBT001 - a parameter of the test
    names = [f"ge{number}" for number in range(1, 9)]
    tested = Polling(switch(names=names, last_change=last_change))
    for index in range(1, 9):
        count(tested.device, index, index * 10**6)
    tested.now()
    for index, name in enumerate(reversed(names), 1):
        add_port(tested.device, index, name)
        count(tested.device, index, (9 - index) * 10**6 + 7500)
    if last_change:
        tested.device.objects[IF_TABLE_LAST_CHANGE] = 123
    reading = tested.later()
    assert octets(reading) == {f"ge{number}": number * 10**6 + 7500 for number in range(1, 9)}
    assert all(rate(reading, name) is None for name in names)
    assert IF_NAME in tested.device.walked


def test_a_reboot_is_a_gap_and_a_new_look_at_the_layout() -> None:
    tested = Polling(switch())
    count(tested.device, 1, 10**9)
    tested.now()
    count(tested.device, 1, 5000)
    tested.device.objects[SYS_UP_TIME] = 0
    reading = tested.later(30)
    assert rate(reading, "ge1") is None
    assert tested.device.walked
    count(tested.device, 1, 12_500)
    assert rate(tested.later(), "ge1") == 1000.0


def test_a_new_port_is_read_at_once_and_one_that_left_is_gone() -> None:
    tested = Polling(switch())
    tested.now()
    add_port(tested.device, 3, "ge3")
    tested.device.objects[IF_NUMBER] = 3
    assert set(tested.later().ports) == {"ge1", "ge2", "ge3"}
    remove_port(tested.device, 3)
    assert set(tested.later().ports) == {"ge1", "ge2"}, "its row is missing: that is noticed without any change mark"


def test_ports_without_columns_cost_one_discovery_not_one_each_round() -> None:
    tested = Polling(switch())
    tested.device.objects.update({f"{IF_TYPE}.9": 6, f"{IF_NAME}.9": b"ghost"})
    assert any("ghost" in note for note in tested.now().notes)
    tested.later()
    assert tested.device.walked == []


def test_a_plugged_module_is_seen_but_a_flapping_one_does_not_cost_a_discovery_each_round() -> None:
    tested = Polling(switch())
    tested.device.objects[ENT_LAST_CHANGE] = 1
    tested.now()
    tested.device.objects[ENT_LAST_CHANGE] = 2
    tested.later()
    assert tested.device.walked == []
    tested.later(SETTLED_S)
    assert tested.device.walked


def test_discovery_comes_round_by_itself() -> None:
    tested = Polling(switch())
    tested.now()
    tested.later(3601)
    assert tested.device.walked


def test_devices_found_at_the_same_moment_are_discovered_again_apart() -> None:
    minutes = []
    for number in range(12):
        device = replace(PLANT.devices[0], code=Code(f"SW-{number}"))
        tested = Polling(switch(), poll=DevicePoll(PLANT, device, CollectSettings()))
        tested.now()
        for minute in range(1, 62):
            tested.later(60)
            if tested.device.walked:
                minutes.append(minute)
                break
    assert min(minutes) >= 30
    assert max(minutes) <= 60
    assert len(set(minutes)) > 6


def test_a_change_mark_that_never_stands_still_is_replaced_by_names() -> None:
    class Clock(FakeClient):
        async def get_many(self, oids: Sequence[str]) -> Reply:
            self._device.objects[IF_TABLE_LAST_CHANGE] = int(str(self._device.objects[IF_TABLE_LAST_CHANGE])) + 1
            return await super().get_many(oids)

    tested = Polling(switch())
    for _round in range(2):
        tested.device.walked.clear()
        asyncio.run(tested.poll.poll(Clock(tested.device), tested.clock))
        tested.clock.go(INTERVAL_S)
        run(tested.device, INTERVAL_S)
    assert tested.device.walked == [], "discovery is not made anew each round"
    tested.device.objects[f"{IF_NAME}.1"] = b"ge9"
    assert set(asyncio.run(tested.poll.poll(Clock(tested.device), tested.clock)).ports) == {"ge9", "ge2"}


def test_ports_that_change_while_they_are_read_give_no_reading() -> None:
    class Restless(FakeClient):
        async def get_many(self, oids: Sequence[str]) -> Reply:
            self._device.objects[f"{IF_NAME}.1"] = f"ge{len(self._device.asked)}".encode()
            return await super().get_many(oids)

    tested = Polling(switch(last_change=False))
    with pytest.raises(BadReply, match="change while"):
        asyncio.run(tested.poll.poll(Restless(tested.device), tested.clock))


def test_the_plant_names_a_port_by_ifdescr_and_misses_none_silently() -> None:
    device = switch(names=("1", "2"))
    device.objects[f"{IF_DESCR}.1"] = b"ge1"
    reading = Polling(device).now()
    assert "ge1" in reading.ports
    assert any("ge2" in note for note in reading.notes)


def test_two_ports_of_one_name_are_both_read_and_said() -> None:
    device = switch(names=("ge1", "ge1"))
    device.objects[f"{IF_DESCR}.2"] = b"ge1"
    reading = Polling(device).now()
    assert set(reading.ports) == {"ge1", "ge1#2"}
    assert any("two ports" in note for note in reading.notes)


def test_names_are_cleaned_before_they_become_tags() -> None:
    reading = Polling(switch(names=("ge1\x00\n", "evil\\"))).now()
    assert set(reading.ports) == {"ge1", "evil\\"}


def test_descriptions_are_read_with_the_layout_and_one_taken_away_is_gone() -> None:
    tested = Polling(switch())
    tested.device.objects |= {f"{IF_ALIAS}.1": b"  LINK-1\nto the school ", f"{IF_ALIAS}.2": b"Port ge2"}
    assert descriptions(tested.now()) == {"ge1": "LINK-1 to the school", "ge2": ""}
    assert descriptions(tested.later()) == {}
    tested.device.objects[f"{IF_ALIAS}.1"] = b""
    assert descriptions(tested.later(CollectSettings().discovery_interval_s)) == {"ge1": "", "ge2": ""}


def test_a_switch_without_descriptions_gives_none() -> None:
    assert descriptions(Polling(switch()).now()) == {}


def test_optional_parts_that_fail_are_notes() -> None:
    device = switch()
    device.walk_errors = {f"{STANDARD_ROOT}.1": BadReply("loops"), f"{V1.local_port}.2": DeviceSilent("no answer")}
    reading = Polling(device).now()
    assert set(reading.ports) == {"ge1", "ge2"}
    assert len(reading.notes) == 2
    assert reading.heard == ()


def test_a_part_that_was_missed_is_looked_for_again_soon_and_ever_more_rarely() -> None:
    tested = Polling(switch())
    tested.device.walk_errors = {f"{STANDARD_ROOT}.1": DeviceSilent("too slow")}
    tested.now()
    looks = [minute for minute in range(1, 181) if tested.later(60) and tested.device.walked]
    assert looks[0] == 1
    assert len(looks) <= 10
    assert max(later - sooner for sooner, later in pairwise(looks)) <= 60
    tested.device.walk_errors = {}
    again = [minute for minute in range(1, 181) if tested.later(60) and tested.device.walked]
    assert len(again) in {3, 4}


def test_a_failed_discovery_is_a_failed_poll() -> None:
    device = switch()
    device.walk_errors = {IF_TYPE: BadReply("loops")}
    with pytest.raises(BadReply):
        Polling(device).now()


def test_an_agent_that_shows_nothing_at_all_is_no_reading() -> None:
    with pytest.raises(BadReply, match="nothing"):
        Polling(FakeDevice()).now()


def test_a_device_without_ports_is_one(  # an uninterruptible supply, a modem
) -> None:
    device = switch(names=())
    reading = Polling(device).now()
    assert reading.ports == {}
    assert reading.uptime_s == 5000


def test_ports_are_asked_for_whole_so_that_their_counters_are_of_one_moment() -> None:
    device = switch(names=[f"ge{number}" for number in range(1, 30)])
    tested = Polling(device)
    tested.now()
    tested.later()
    for request in tested.device.asked:
        assert len(request) <= CollectSettings().oids_per_request
        indexes = [oid.rpartition(".")[2] for oid in request if oid.startswith(COUNTERS[0].oid)]
        for index in indexes:
            assert sum(oid.endswith(f".{index}") for oid in request) >= len(COUNTERS) + 3


def test_lldp_says_so_when_there_is_no_table() -> None:
    device = switch()
    device.column(f"{V1.local_port}.2", {})
    device.column(f"{V1.local_port}.3", {})
    assert Polling(device).now().heard == ()
