"""Rounds over many devices: one bad device costs the others nothing, and the round says what happened."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from fake_client import FakeClients, FakeClock, FakeDevice, FakeWriter
from polled_city import Polled, polled_plant
from switch_tables import count, run, switch

from collectors.collector import Collector
from collectors.settings import CollectSettings
from rainbow.kernel.errors import AccessDenied, DeviceSilent
from rainbow.kernel.metrics import COLLECTOR_ROUND, DEVICE, INTERFACE, LINK, NETWORK_TOTAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.share import Share
    from inventory.entities import Code
    from rainbow.kernel.metrics import Field, Metric
    from rainbow.kernel.samples import Value

SETTINGS = CollectSettings(device_deadline_s=0.8, timeout_s=0.05, retries=0, breaker_failures=3, breaker_pause_s=300)
CODES = [f"SW-{number}" for number in range(1, 31)]
PLANT = polled_plant(
    [Polled(code=code, port=1000 + number, community="x", ports=("ge1", "ge2")) for number, code in enumerate(CODES)],
    links=tuple((f"{a}:ge2", f"{b}:ge1") for a, b in pairwise(CODES)),
)


class Bench:
    """A collector over fake devices."""

    def __init__(self, settings: CollectSettings = SETTINGS, *, share: Share | None = None) -> None:
        self.devices: dict[str, FakeDevice] = {code: switch() for code in CODES}
        self.clock = FakeClock()
        self.writer = FakeWriter()
        self.clients = FakeClients(self.devices)
        self.collector = Collector(PLANT, settings, self.clients, self.writer, clock=self.clock, share=share)

    def go(self, seconds: float = 60) -> None:
        self.clock.go(seconds)
        for device in self.devices.values():
            run(device, seconds)

    def values(self, metric: Metric, **tags: str) -> list[dict[Field, Value]]:
        return [
            dict(sample.values)
            for sample in self.writer.samples
            if sample.series.metric is metric and tags.items() <= dict(sample.series.tags).items()
        ]


def test_a_round_reads_all_devices_links_and_totals() -> None:
    bench = Bench()
    report = asyncio.run(bench.collector.once())
    assert [outcome.device for outcome in report.outcomes] == CODES
    assert report.failed == ()
    assert report.samples == len(bench.writer.samples)
    assert len(bench.values(INTERFACE)) == 60
    assert [values[LINK.state] for values in bench.values(LINK)] == [1] * 29
    (total,) = bench.values(NETWORK_TOTAL)
    assert total[NETWORK_TOTAL.devices_up] == 30
    (said,) = bench.values(COLLECTOR_ROUND)
    assert said[COLLECTOR_ROUND.devices] == 30
    assert said[COLLECTOR_ROUND.failed] == 0
    assert said[COLLECTOR_ROUND.samples] == report.samples
    assert all(client.closed for client in bench.clients.opened)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda device: setattr(device, "hangs", True), "gave no complete answer"),
        (lambda device: setattr(device, "error", DeviceSilent("no answer", cure="check power")), "no answer"),
        (lambda device: setattr(device, "error", AccessDenied("refused", cure="compare")), "refused"),
        (lambda device: device.objects.clear(), "nothing in it"),
        (lambda device: setattr(device, "error", ZeroDivisionError("ours")), "ZeroDivisionError"),
    ],
)
def test_one_bad_device_costs_the_others_nothing(spoil: Callable[[FakeDevice], None], words: str) -> None:
    async def two_rounds() -> None:
        assert (await bench.collector.once()).failed == ()
        bench.writer.samples.clear()
        bench.go()
        for device in bench.devices.values():
            count(device, 1, 7500)
        spoil(bench.devices["SW-7"])
        bad = await bench.collector.once()
        assert [outcome.device for outcome in bad.failed] == ["SW-7"]
        assert words in bad.failed[0].error
        assert bad.failed[0].cure

    bench = Bench(replace(SETTINGS, discovery_interval_s=1.0))
    asyncio.run(two_rounds())
    assert bench.values(DEVICE, device="SW-7")[0][DEVICE.up] == 0
    assert bench.values(INTERFACE, device="SW-7") == []
    others = bench.values(INTERFACE, if_name="ge1")
    assert len(others) == 29
    assert all(values[INTERFACE.in_bps] == 1000.0 for values in others)
    states = [values[LINK.state] for values in bench.values(LINK)]
    assert states == [1] * 29, "both links of the silent one are up at their other ends"
    (total,) = bench.values(NETWORK_TOTAL)
    assert (total[NETWORK_TOTAL.devices_up], total[NETWORK_TOTAL.devices_down]) == (29, 1)


def test_no_more_devices_in_flight_than_allowed() -> None:
    bench = Bench(replace(SETTINGS, max_in_flight=4))
    in_flight = most = 0

    class Counting(FakeClients):
        def __call__(self, device: object) -> object:  # type: ignore[override]
            nonlocal in_flight, most
            in_flight += 1
            most = max(most, in_flight)
            client = super().__call__(device)  # type: ignore[arg-type]
            close = client.close

            def closing() -> None:
                nonlocal in_flight
                in_flight -= 1
                close()

            client.close = closing  # type: ignore[method-assign]
            return client

    collector = Collector(PLANT, replace(SETTINGS, max_in_flight=4), Counting(bench.devices), bench.writer)  # type: ignore[arg-type]
    assert asyncio.run(collector.once()).failed == ()
    assert most == 4


def test_the_breaker_spares_a_dead_device_and_the_state_says_so() -> None:
    async def rounds() -> list[bool]:
        skipped = []
        for _round in range(5):
            report = await bench.collector.once()
            skipped.append(report.failed[0].skipped)
            bench.go(60)
        return skipped

    bench = Bench()
    bench.devices["SW-7"].error = DeviceSilent("no answer")
    assert asyncio.run(rounds()) == [False, False, False, True, True]
    own = bench.values(DEVICE, device="SW-7")
    assert [values[DEVICE.breaker_open] for values in own] == [0, 0, 1, 1, 1]
    assert [values[DEVICE.errors] for values in own] == [1, 2, 3, 3, 3]
    assert [values[DEVICE.up] for values in own] == [0] * 5


class Rounds:
    """Runs a collector and stops it after so many round summaries were written."""

    def __init__(self, bench: Bench, rounds: int) -> None:
        self.bench = bench
        self.rounds = rounds

    async def run(self, between: Callable[[int], None] = lambda _round: None) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        seen = 0

        def watch() -> None:
            nonlocal seen
            done = len(self.bench.values(COLLECTOR_ROUND))
            if done > seen:
                seen = done
                between(done)
            if done >= self.rounds:
                stop.set()
            else:
                loop.call_later(0.01, watch)

        watch()
        await asyncio.wait_for(self.bench.collector.run(stop), 20)


def test_rounds_go_on_while_one_device_hangs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "rainbow.collectors")
    bench = Bench(
        replace(
            SETTINGS, interval_s=1.2, timeout_s=0.5, starts_per_s=100_000, device_deadline_s=5.0, breaker_failures=100
        )
    )
    bench.devices["SW-7"].hangs = True
    asyncio.run(Rounds(bench, 3).run())
    assert len(bench.values(DEVICE, device="SW-8")) >= 3
    assert bench.values(DEVICE, device="SW-7") == [], "it is still being asked"
    assert all(values[COLLECTOR_ROUND.failed] == 1 for values in bench.values(COLLECTOR_ROUND))
    assert all(values[COLLECTOR_ROUND.devices] == 30 for values in bench.values(COLLECTOR_ROUND))
    assert sum("round in" in record.message for record in caplog.records) == 3


class AllOnce:
    """A share of all devices, due once."""

    def __init__(self) -> None:
        self.left = [device.code for device in PLANT.devices]

    def due(self) -> list[Code]:
        due, self.left = self.left, []
        return due

    def has(self, device: Code) -> bool:
        return device in CODES


def test_a_device_of_a_share_that_is_being_asked_has_not_failed() -> None:
    bench = Bench(replace(SETTINGS, interval_s=0.1, device_deadline_s=5.0, timeout_s=0.01), share=AllOnce())
    bench.devices["SW-7"].hangs = True
    asyncio.run(Rounds(bench, 4).run())
    told = [
        (values[COLLECTOR_ROUND.devices], values[COLLECTOR_ROUND.failed]) for values in bench.values(COLLECTOR_ROUND)
    ]
    assert (30, 0) in told, told
    assert {failed for _devices, failed in told} == {0}


def test_a_device_slower_than_a_round_counts_with_the_poll_it_ended_meanwhile() -> None:
    asyncio.run(Rounds(Bench(replace(SETTINGS, interval_s=0.05)), 1).run())  # what is loaded late is no part of it
    bench = Bench(replace(SETTINGS, interval_s=1.5, starts_per_s=100_000, device_deadline_s=5.0))

    async def rounds() -> None:
        slow = bench.devices["SW-7"]
        slow.hold = asyncio.Event()

        def let_go(_round: int) -> None:
            assert slow.hold is not None
            slow.hold.set()
            slow.hold = asyncio.Event()

        await Rounds(bench, 3).run(let_go)

    asyncio.run(rounds())
    failed = [values[COLLECTOR_ROUND.failed] for values in bench.values(COLLECTOR_ROUND)]
    assert failed == [1, 0, 0]
    assert {values[DEVICE.up] for values in bench.values(DEVICE, device="SW-7")} == {1}


def test_a_device_is_told_of_once_when_it_falls_silent_and_once_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "rainbow.collectors")
    bench = Bench(replace(SETTINGS, interval_s=0.05, starts_per_s=100_000, breaker_failures=100))
    bench.devices["SW-7"].error = DeviceSilent("no answer")

    def repair(round_number: int) -> None:
        if round_number == 3:
            bench.devices["SW-7"].error = None

    asyncio.run(Rounds(bench, 6).run(repair))
    told = [record.message for record in caplog.records if "SW-7" in record.message]
    assert told == ["SW-7 gives no reading: no answer", "SW-7 answers again"]


def test_stop_is_quick_and_leaves_no_half_round() -> None:
    async def stopped() -> None:
        stop, opened = asyncio.Event(), asyncio.Event()
        bench.clients.on_open = opened.set
        running = asyncio.create_task(bench.collector.run(stop))
        await asyncio.wait_for(opened.wait(), 5)
        stop.set()
        await asyncio.wait_for(running, 2)

    bench = Bench(replace(SETTINGS, interval_s=60, device_deadline_s=60, timeout_s=20))
    for device in list(bench.devices.values())[::2]:
        device.hangs = True
    asyncio.run(stopped())
    assert bench.values(COLLECTOR_ROUND) == []


def test_while_the_store_refuses_rounds_go_on_and_nothing_is_lost() -> None:
    bench = Bench(replace(SETTINGS, interval_s=0.4, starts_per_s=100_000))
    bench.writer.refuses = 3
    asyncio.run(Rounds(bench, 2).run())
    polled = len(bench.values(DEVICE, device="SW-1"))
    assert polled >= len(bench.values(COLLECTOR_ROUND)) >= 2
    assert polled * 60 == len(bench.values(INTERFACE))
