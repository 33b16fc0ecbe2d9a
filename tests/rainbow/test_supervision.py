"""What falls is started again and counted; what hangs is known, and the service manager hears no more of us."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import TASK
from rainbow.kernel.samples import UnixNs
from rainbow.supervision import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIMIT_S = 10.0


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)  # noqa: FBT003 - its only argument
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield heard


def fails(times: int, error: Exception, then: Callable[[], object]) -> Callable[[], object]:
    """Fails so often, then does what it should."""
    left = [error] * times

    def job() -> object:
        if left:
            raise left.pop()
        return then()

    return job


@pytest.mark.parametrize("error", [StoreError("disk full"), RuntimeError("a fault of ours")])
def test_a_job_that_fails_is_done_again_and_counted(clock: Clock, error: Exception) -> None:
    async def scene() -> None:
        supervisor, stop, loop = Supervisor(clock_s=clock), asyncio.Event(), asyncio.get_running_loop()
        job = fails(2, error, lambda: loop.call_soon_threadsafe(stop.set))
        task = supervisor.every("tidy", "tidying", job, seconds=0.0, stop=stop)
        await asyncio.wait_for(task, LIMIT_S)
        (charge,) = supervisor.charges.values()
        assert (charge.runs, charge.failures, charge.words) == (1, 2, "")
        supervisor.close()

    asyncio.run(scene())


def test_work_with_rounds_of_its_own_is_started_again_and_its_words_are_kept_meanwhile(clock: Clock) -> None:
    async def scene() -> None:
        supervisor, stop = Supervisor(first_pause_s=0.0, clock_s=clock), asyncio.Event()
        started, words = 0, []

        async def work() -> None:
            nonlocal started
            started += 1
            words.append(supervisor.charges["rounds"].words)
            if started < 3:
                raise ValueError("poison")

        await asyncio.wait_for(supervisor.keep("rounds", "asking", work, stop=stop), LIMIT_S)
        assert words == ["", "ValueError: poison", "ValueError: poison"]
        assert supervisor.charges["rounds"].failures == 2
        assert supervisor.charges["rounds"].words == ""

    asyncio.run(scene())


def test_what_goes_wrong_at_the_end_is_told(clock: Clock) -> None:
    async def scene() -> None:
        supervisor, stop = Supervisor(clock_s=clock), asyncio.Event()

        async def work() -> None:
            stop.set()
            raise StoreError("the last samples")

        with pytest.raises(StoreError, match="the last samples"):
            await asyncio.wait_for(supervisor.keep("rounds", "asking", work, stop=stop), LIMIT_S)

    asyncio.run(scene())


def test_a_job_that_hangs_silences_the_watchdog_until_it_ends_and_holds_up_no_other(
    clock: Clock, manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene() -> None:
        supervisor, stop, release = Supervisor(clock_s=clock), asyncio.Event(), threading.Event()
        began, loop = asyncio.Event(), asyncio.get_running_loop()

        def hang() -> None:
            loop.call_soon_threadsafe(began.set)
            release.wait(LIMIT_S)

        tasks = [supervisor.every("grafana", "writing to Grafana", hang, seconds=60.0, stop=stop, may_s=900.0)]
        await asyncio.wait_for(began.wait(), LIMIT_S)
        clock.now_s += 899
        supervisor.tell_alive()
        assert manager.recv(100) == b"WATCHDOG=1"
        clock.now_s += 2
        supervisor.tell_alive()
        supervisor.tell_alive()
        with pytest.raises(BlockingIOError):
            manager.recv(100)
        assert caplog.text.count("writing to Grafana hangs") == 1
        (sample,) = supervisor.samples("collector", UnixNs(1))
        assert sample.series == TASK.series(collector="collector", task="grafana")
        assert (sample.values[TASK.state], sample.values[TASK.busy_s]) == (0, 901.0)

        done = asyncio.Event()
        other = lambda: loop.call_soon_threadsafe(done.set)  # noqa: E731 - one line
        tasks.append(supervisor.every("tidy", "tidying", other, seconds=60.0, stop=stop))
        await asyncio.wait_for(done.wait(), LIMIT_S)
        stop.set()
        release.set()
        await asyncio.wait_for(asyncio.gather(*tasks), LIMIT_S)
        supervisor.tell_alive()
        assert manager.recv(100) == b"WATCHDOG=1"
        supervisor.close()

    asyncio.run(scene())


def test_what_runs_by_itself_hangs_without_a_sign_of_life(clock: Clock) -> None:
    supervisor, beat_s = Supervisor(clock_s=clock), clock.now_s
    supervisor.watch("delivery", "delivering", lambda: beat_s, may_s=600.0, faults=lambda: 3)
    assert supervisor.hanging() == ()
    clock.now_s += 601
    (charge,) = supervisor.hanging()
    assert (charge.name, charge.all_failures) == ("delivery", 3)
    beat_s = clock.now_s
    assert supervisor.hanging() == ()
    supervisor.dismiss("delivery", "never taken on")
    assert supervisor.samples("collector", UnixNs(1)) == []
