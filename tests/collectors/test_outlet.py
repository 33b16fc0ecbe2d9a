"""Samples on their way to the store: none lost, none twice, whatever the store does."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from fake_client import FakeWriter

from collectors.outlet import Outlet
from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import EVENT
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rainbow.kernel.samples import Record

SERIES = EVENT.series(kind="test")


def samples(first: int, count: int) -> list[Sample]:
    return [Sample(SERIES, UnixNs(number), {EVENT.text: "x"}) for number in range(first, first + count)]


def times(writer: FakeWriter) -> list[int]:
    return [sample.time_ns for sample in writer.samples]


def test_a_full_batch_is_written_without_being_asked() -> None:
    async def scenario() -> FakeWriter:
        writer = FakeWriter()
        written = threading.Event()
        writer.before_write = written.set
        outlet = Outlet(writer, batch_samples=10)
        outlet.put(samples(0, 9))
        outlet.put(samples(9, 2))
        await asyncio.to_thread(written.wait, 5)
        await outlet.flush()
        return writer

    writer = asyncio.run(scenario())
    assert times(writer) == list(range(11))
    assert writer.batches[0] == 10


def test_what_the_store_refuses_waits_in_order() -> None:
    async def scenario() -> FakeWriter:
        writer = FakeWriter(refuses=1)
        outlet = Outlet(writer, batch_samples=4)
        outlet.put(samples(0, 3))
        with pytest.raises(StoreError):
            await outlet.flush()
        outlet.put(samples(3, 6))
        await outlet.flush_quietly()
        await outlet.flush()
        assert outlet.lost == 0
        return writer

    assert times(asyncio.run(scenario())) == list(range(9))


def test_the_log_says_that_samples_wait(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        outlet = Outlet(FakeWriter(refuses=1), batch_samples=100)
        outlet.put(samples(0, 1))
        await outlet.flush_quietly()

    asyncio.run(scenario())
    assert "disk full" in caplog.text


def test_memory_is_bounded_and_the_oldest_go_first_counted(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> FakeWriter:
        writer = FakeWriter(refuses=1)
        outlet = Outlet(writer, batch_samples=100, most_waiting=5)
        outlet.put(samples(0, 4))
        await outlet.flush_quietly()
        outlet.put(samples(4, 4))
        assert outlet.lost == 3
        await outlet.flush()
        return writer

    assert times(asyncio.run(scenario())) == [3, 4, 5, 6, 7]
    assert "3 samples lost" in caplog.text


def test_a_write_under_way_is_ended_before_the_flush_is_cancelled() -> None:
    async def scenario() -> FakeWriter:
        writer = FakeWriter()
        inside, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            inside.set()
            go_on.wait(5)

        writer.before_write = hold
        outlet = Outlet(writer, batch_samples=100)
        outlet.put(samples(0, 3))
        flush = asyncio.create_task(outlet.flush())
        await asyncio.to_thread(inside.wait, 5)
        flush.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await flush
        await outlet.flush()
        return writer

    assert times(asyncio.run(scenario())) == [0, 1, 2]


def test_sheets_count_by_their_rows_and_go_as_a_whole() -> None:
    heading = Heading((EVENT.severity,), tuple(EVENT.series(kind=str(number)) for number in range(4)))
    sheets = [Sheet(heading, UnixNs(number), [(0,)] * 4) for number in range(5)]

    async def scenario() -> tuple[FakeWriter, Outlet]:
        writer = FakeWriter(refuses=1)
        outlet = Outlet(writer, batch_samples=10, most_waiting=14)
        outlet.put(sheets[:2])
        with pytest.raises(StoreError):
            await outlet.flush()
        outlet.put(sheets[2:])
        await outlet.flush()
        return writer, outlet

    writer, outlet = asyncio.run(scenario())
    assert (outlet.taken, outlet.lost) == (20, 8)
    assert times(writer) == [time for time in (2, 3, 4) for _row in range(4)]
    assert writer.batches == [12]


class Stumbling(FakeWriter):
    """Meets something unforeseen over one sample."""

    def write(self, samples: Sequence[Record]) -> None:
        if any(sample.time_ns == 7 for sample in samples):
            raise TypeError("not to be stored")
        super().write(samples)


def test_a_sample_the_store_stumbles_over_costs_no_other(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> tuple[FakeWriter, Outlet]:
        writer = Stumbling()
        outlet = Outlet(writer, batch_samples=100)
        outlet.put(samples(0, 20))
        await outlet.flush()
        return writer, outlet

    writer, outlet = asyncio.run(scenario())
    assert times(writer) == [number for number in range(20) if number != 7]
    assert outlet.lost == 1
    assert "cannot be stored" in caplog.text
