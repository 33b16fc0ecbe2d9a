"""The fast lane: links and light between rounds, the rest once a round; no value for another port's here either."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fake_client import FakeClient, FakeClock, FakeDevice
from polled_city import Polled, polled_plant
from switch_tables import add_port, count, run, switch
from test_early import FIRST, SETTINGS, City, states

from collectors.poll import DevicePoll
from collectors.settings import CollectSettings
from collectors.snmp import SYS_UP_TIME
from collectors.tables import ADMIN, IF_NAME, IF_TABLE_LAST_CHANGE, OPER
from rainbow.kernel.errors import DeviceSilent
from rainbow.kernel.metrics import COLLECTOR_ROUND, DEVICE, INTERFACE, LINK

if TYPE_CHECKING:
    from collectors.reading import DeviceReading

PLANT = polled_plant(
    [
        Polled(code="SW", port=1, community="x", ports=("ge1", "ge2")),
        Polled(code="B", port=2, community="x", ports=("a",)),
    ],
    links=(("SW:ge2", "B:a"),),
)
LONG = replace(SETTINGS, interval_s=600.0, links_interval_s=0.05, starts_per_s=1e6, device_deadline_s=0.5)
"""One round in this test, and looks at links again and again."""


@dataclass
class Polling:
    device: FakeDevice = field(default_factory=switch)
    clock: FakeClock = field(default_factory=FakeClock)
    poll: DevicePoll = field(default_factory=lambda: DevicePoll(PLANT, PLANT.devices[0], CollectSettings()))

    def whole(self) -> DeviceReading:
        return asyncio.run(self.poll.poll(FakeClient(self.device), self.clock))

    def glance(self, seconds: float = 15) -> DeviceReading:
        self.clock.go(seconds)
        run(self.device, seconds)
        self.device.asked.clear()
        self.device.walked.clear()
        return asyncio.run(self.poll.glance(FakeClient(self.device), self.clock))


def test_a_glance_asks_for_the_state_of_links_ports_alone() -> None:
    tested = Polling()
    tested.whole()
    reading = tested.glance()
    (asked,) = tested.device.asked
    assert {oid for oid in asked if oid.startswith((OPER.oid, ADMIN.oid))} == {f"{OPER.oid}.2", f"{ADMIN.oid}.2"}
    assert len(asked) <= 8, "the rest are marks of change"
    assert tested.device.walked == []
    assert reading.samples == (), "nothing changed, and there is no light here"
    assert set(reading.ports) == {"ge1", "ge2"}
    assert reading.heard is None


def test_a_link_that_goes_down_is_seen_and_told_and_the_rest_is_as_it_was() -> None:
    tested = Polling()
    tested.whole()
    count(tested.device, 2, 7500)
    tested.clock.go(60)
    run(tested.device, 60)
    before = tested.whole()
    tested.device.objects[f"{OPER.oid}.2"] = 2
    reading = tested.glance()
    assert (reading.ports["ge2"].oper, reading.ports["ge2"].in_bps) == (2, before.ports["ge2"].in_bps)
    (sample,) = reading.samples
    assert sample.series.tag("if_name") == "ge2"  # type: ignore[union-attr] # a single sample
    assert sample.values == {INTERFACE.oper_state: 2, INTERFACE.admin_state: 1}  # type: ignore[union-attr] # same
    assert tested.glance().samples == ()
    count(tested.device, 2, 15_000)
    tested.clock.go(30)
    run(tested.device, 30)
    assert tested.whole().ports["ge2"].in_bps == 1000.0, "over the whole minute: glances leave counters alone"


def test_what_a_device_does_not_say_is_as_before() -> None:
    tested = Polling()
    tested.whole()
    del tested.device.objects[f"{ADMIN.oid}.2"]
    tested.device.objects[f"{OPER.oid}.2"] = 77
    assert tested.glance().ports["ge2"] == tested.glance().ports["ge2"]
    assert tested.glance().samples == ()


def test_other_indexes_a_restart_and_a_vanished_port_make_it_a_whole_poll() -> None:
    for what in ("indexes", "restart", "port"):
        tested = Polling()
        tested.whole()
        if what == "indexes":
            add_port(tested.device, 3, "ge2")
            tested.device.objects[f"{IF_NAME}.2"] = b"ge9"
            tested.device.objects[f"{OPER.oid}.3"] = 2
            tested.device.objects[IF_TABLE_LAST_CHANGE] = 5
        elif what == "restart":
            tested.device.objects[SYS_UP_TIME] = -1400
        else:
            del tested.device.objects[f"{OPER.oid}.2"], tested.device.objects[f"{ADMIN.oid}.2"]
        reading = tested.glance()
        assert tested.device.walked, what
        assert reading.heard is not None
        if what == "indexes":
            assert reading.ports["ge2"].oper == 2, "followed by its name"


def test_a_cut_shows_long_before_the_next_round() -> None:
    async def story(city: City) -> None:
        city.devices["SW-A"].objects[f"{OPER.oid}.2"] = 2
        await city.until(lambda: states(city, FIRST)[-1] == 0)
        assert city.rounds() == 1
        city.devices["SW-C"].error = DeviceSilent("nothing")
        await city.until(lambda: any(not sample.values[DEVICE.up] for sample in city.samples(DEVICE, device="SW-C")))
        city.devices["SW-A"].objects[f"{OPER.oid}.2"] = 1
        await city.until(lambda: states(city, FIRST)[-1] == 1)
        assert city.rounds() == 1

    asyncio.run(City(LONG).run(story))


def test_a_device_that_hangs_delays_nobody_between_rounds_either() -> None:
    async def story(city: City) -> None:
        city.devices["SW-C"].hangs = True
        city.devices["SW-A"].objects[f"{OPER.oid}.2"] = 2
        await city.until(lambda: states(city, FIRST)[-1] == 0)
        assert all(sample.values[DEVICE.up] for sample in city.samples(DEVICE, device="SW-C")), "still being asked"

    asyncio.run(City(LONG).run(story))


def test_without_a_shorter_time_there_is_nothing_between_rounds() -> None:
    async def story(city: City) -> None:
        asked = len(city.devices["SW-A"].asked)
        await city.until(lambda: city.rounds() == 3)
        assert len(city.devices["SW-A"].asked) - asked == 2

    city = City(replace(SETTINGS, links_interval_s=0.4))
    asyncio.run(city.run(story))
    assert len(city.samples(LINK, link=FIRST)) == len(city.samples(COLLECTOR_ROUND))
