"""A cut shows as soon as a device says so: whoever falls silent by it does not delay the others' truth."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from fake_client import FakeClients, FakeClock, FakeDevice, FakeWriter
from polled_city import Polled, polled_plant
from switch_tables import switch

from collectors.collector import Collector
from collectors.settings import CollectSettings
from collectors.tables import OPER
from rainbow.kernel.metrics import COLLECTOR_ROUND, EVENT, LINK, NETWORK_TOTAL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rainbow.kernel.metrics import Metric
    from rainbow.kernel.samples import Sample

SETTINGS = CollectSettings(
    interval_s=0.4, starts_per_s=100_000, device_deadline_s=5.0, timeout_s=0.05, retries=0, breaker_failures=100
)
CODES = ("SW-A", "SW-B", "SW-C")
PLANT = polled_plant(
    [Polled(code=code, port=number, community="x", ports=("ge1", "ge2")) for number, code in enumerate(CODES, 1)],
    links=(("SW-A:ge2", "SW-B:ge1"), ("SW-B:ge2", "SW-C:ge1")),
)
FIRST, SECOND = (link.code for link in PLANT.links)


class City:
    """Three switches in a row; time goes on by itself, a millisecond a look."""

    def __init__(self, settings: CollectSettings = SETTINGS) -> None:
        self.devices: dict[str, FakeDevice] = {code: switch() for code in CODES}
        self.writer = FakeWriter()
        self.clock = FakeClock()
        self.collector = Collector(PLANT, settings, FakeClients(self.devices), self.writer, clock=self.clock)
        self.stop = asyncio.Event()

    def samples(self, metric: Metric, **tags: str) -> list[Sample]:
        return [
            sample
            for sample in self.writer.samples
            if sample.series.metric is metric and tags.items() <= dict(sample.series.tags).items()
        ]

    def rounds(self) -> int:
        return len(self.samples(COLLECTOR_ROUND))

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not what():
                self.clock.go(0.001)
                await asyncio.sleep(0.001)

    async def run(self, story: Callable[[City], Awaitable[None]]) -> None:
        running = asyncio.create_task(self.collector.run(self.stop))
        await self.until(lambda: self.rounds() == 1)
        await story(self)
        self.stop.set()
        await running


def states(city: City, link: str) -> list[int]:
    return [int(sample.values[LINK.state]) for sample in city.samples(LINK, link=link)]


def cut_behind_a(city: City) -> None:
    """SW-A sees its link go; SW-B and SW-C are managed over it and say nothing any more."""
    city.devices["SW-A"].objects[f"{OPER.oid}.2"] = 2
    for code in ("SW-B", "SW-C"):
        city.devices[code].hangs = True


def test_a_link_is_down_in_the_store_while_silent_devices_are_still_being_asked() -> None:
    async def story(city: City) -> None:
        cut_behind_a(city)
        await city.until(lambda: 0 in states(city, FIRST))
        assert city.rounds() <= 2, "the round that brought it is not over"
        assert states(city, SECOND)[-1] == 1, "nobody said anything about that one yet"
        assert [sample.values[EVENT.text] for sample in city.samples(EVENT, kind="link_down")] != []
        assert city.samples(NETWORK_TOTAL)[-1].values[NETWORK_TOTAL.links_down] == 1

    asyncio.run(City(replace(SETTINGS, interval_s=2.0)).run(story))


def test_each_link_has_one_sample_at_a_time_and_each_change_is_told_once() -> None:
    async def story(city: City) -> None:
        cut_behind_a(city)
        await city.until(lambda: 0 in states(city, FIRST))
        seen = city.rounds()
        await city.until(lambda: city.rounds() == seen + 2)
        city.devices["SW-A"].objects[f"{OPER.oid}.2"] = 1
        await city.until(lambda: states(city, FIRST)[-1] == 1)
        seen = city.rounds()
        await city.until(lambda: city.rounds() == seen + 2)

    city = City()
    asyncio.run(city.run(story))
    for link in (FIRST, SECOND):
        times = [sample.time_ns for sample in city.samples(LINK, link=link)]
        assert times == sorted(set(times))
    told = [sample.series.tag("kind") for sample in city.samples(EVENT, object=FIRST)]
    assert told == ["link_down", "link_up"]


def test_the_first_round_says_all_at_its_end_and_no_event() -> None:
    async def story(city: City) -> None:
        await city.until(lambda: city.rounds() == 2)

    city = City()
    city.devices["SW-A"].objects[f"{OPER.oid}.2"] = 2
    asyncio.run(city.run(story))
    assert states(city, FIRST) == [0] * city.rounds(), "a link that is as it was known costs no early sample"
    assert city.samples(EVENT) == []


def test_who_is_slower_than_the_interval_does_not_halve_the_rounds() -> None:
    settings = replace(SETTINGS, interval_s=0.6, timeout_s=1.0, device_deadline_s=30.0)

    async def story(city: City) -> None:
        city.devices["SW-C"].hangs = True
        began_s = asyncio.get_running_loop().time()
        seen = city.rounds()
        await city.until(lambda: city.rounds() == seen + 4)
        assert asyncio.get_running_loop().time() - began_s < 4 * 0.6 + 0.58, "five intervals at most, not eight"

    asyncio.run(City(settings).run(story))
