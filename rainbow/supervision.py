"""Looks after everything a collector does besides asking: what falls is started again, what hangs is known.

Each piece of work is a *charge*. Work that ends in an error is done again, after a pause that grows, and counted. Work
that takes longer than it may is called hanging: the service manager is then told no more that this process lives, and
starts it anew, for nothing inside a process can end a thread that hangs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow import systemd
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.metrics import TASK
from rainbow.kernel.samples import Sample
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rainbow.kernel.samples import UnixNs

log = logging.getLogger("rainbow.supervision")

JOB_MAY_S = 900.0
"""No job of housekeeping takes so long; the longest, a first rolling up of days, takes minutes."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
SETTLED_S = 300.0
"""What was started again and has gone on for so long is well."""
MOST_JOBS = 32
"""Jobs at the same time, each in a thread: hanging ones take no other's place."""


@dataclass(slots=True, kw_only=True)
class Charge:
    """One piece of work. ``name`` is its tag in the metric, ``what`` its name for people.

    Times are of a steady clock. ``runs`` ended well, ``failures`` did not, both since the start; ``words`` is the last
    failure's, empty once it went well again. ``beat`` tells the last sign of life of what runs by itself.
    """

    name: str
    what: str
    may_s: float
    runs: int = 0
    failures: int = 0
    began_s: float | None = None
    words: str = ""
    beat: Callable[[], float] | None = None
    faults: Callable[[], int] | None = None

    def busy_s(self, now_s: float) -> float:
        """How long it has been at it, or without a sign of life; 0 while it rests."""
        since_s = self.began_s if self.beat is None else self.beat()
        return 0.0 if since_s is None else max(0.0, now_s - since_s)

    def hangs(self, now_s: float) -> bool:
        """Whether it takes longer than it may."""
        return self.busy_s(now_s) > self.may_s

    def failed(self, words: str) -> None:
        """Count a failure."""
        self.failures += 1
        self.words = words

    def went_well(self) -> None:
        """Count a run."""
        self.runs += 1
        self.settled()

    def settled(self) -> None:
        """It goes on since it failed."""
        self.words = ""

    @property
    def all_failures(self) -> int:
        """Those of what runs by itself, too."""
        return self.failures + (self.faults() if self.faults is not None else 0)


class Supervisor:
    """Starts and watches charges in the running event loop; :meth:`close` it."""

    def __init__(self, *, first_pause_s: float = FIRST_PAUSE_S, clock_s: Callable[[], float] = time.monotonic) -> None:
        self.charges: dict[str, Charge] = {}
        self.clock_s = clock_s
        self._first_pause_s = first_pause_s
        self._threads = ThreadPoolExecutor(MOST_JOBS, thread_name_prefix="job")
        self._said: set[str] = set()

    def every(
        self,
        name: str,
        what: str,
        job: Callable[[], object],
        *,
        seconds: float,
        stop: asyncio.Event,
        may_s: float = JOB_MAY_S,
        first_s: float = 0.0,
    ) -> asyncio.Task[None]:
        """Do a job in a thread again and again until ``stop`` is set, the first time after ``first_s``."""
        charge = self._take_on(Charge(name=name, what=what, may_s=may_s))

        async def again_and_again() -> None:
            await _pause(stop, first_s)
            while not stop.is_set():
                await self._tried(charge, job)
                await _pause(stop, seconds)

        return asyncio.create_task(again_and_again(), name=name)

    def after(
        self, name: str, what: str, job: Callable[[], object], *, when: asyncio.Event, stop: asyncio.Event
    ) -> asyncio.Task[None]:
        """Do a job in a thread each time ``when`` is set, and once more at the end, for which both are set."""
        charge = self._take_on(Charge(name=name, what=what, may_s=JOB_MAY_S))

        async def each_time() -> None:
            while True:
                await when.wait()
                when.clear()
                await self._tried(charge, job)
                if stop.is_set():
                    return

        return asyncio.create_task(each_time(), name=name)

    def keep(
        self,
        name: str,
        what: str,
        work: Callable[[], Awaitable[object]],
        *,
        stop: asyncio.Event,
        beat: Callable[[], float] | None = None,
        may_s: float = float("inf"),
    ) -> asyncio.Task[None]:
        """Run what has rounds of its own and ends by itself when ``stop`` is set; start it again where it falls.

        ``beat`` is when it last gave a sign of life. What it raises after ``stop`` the task raises.
        """
        charge = self._take_on(Charge(name=name, what=what, may_s=may_s, beat=beat))

        async def kept() -> None:
            pause_s = self._first_pause_s
            while not stop.is_set():
                began_s = self.clock_s()
                settled = asyncio.get_running_loop().call_later(SETTLED_S, charge.settled)
                try:
                    await work()
                except Exception as error:
                    if stop.is_set():
                        raise
                    pause_s = self._first_pause_s if self.clock_s() - began_s > SETTLED_S else pause_s
                    charge.failed(_said(error))
                    log.exception(_("%s fell; it is started again in %.0f s"), what, pause_s)
                    await _pause(stop, pause_s)
                    pause_s = min(LONGEST_PAUSE_S, 2 * pause_s)
                else:
                    charge.went_well()
                    return
                finally:
                    settled.cancel()

        return asyncio.create_task(kept(), name=name)

    def watch(
        self, name: str, what: str, beat: Callable[[], float], *, may_s: float, faults: Callable[[], int] | None = None
    ) -> None:
        """Watch what runs by itself: ``beat`` is when it last gave a sign of life, ``faults`` how often it fell."""
        self._take_on(Charge(name=name, what=what, may_s=may_s, beat=beat, faults=faults))

    def dismiss(self, *names: str) -> None:
        """Watch these no more."""
        for name in names:
            self.charges.pop(name, None)

    def hanging(self) -> tuple[Charge, ...]:
        """What hangs now; the log says it once."""
        now_s = self.clock_s()
        found = tuple(charge for charge in self.charges.values() if charge.hangs(now_s))
        for charge in found:
            if charge.name not in self._said:
                log.error(_("%s hangs: no end and no sign of life for %.0f s"), charge.what, charge.busy_s(now_s))
        self._said = {charge.name for charge in found}
        return found

    def tell_alive(self) -> None:
        """Tell the service manager that all work goes on; nothing is told while something hangs."""
        if not self.hanging():
            systemd.alive()

    def samples(self, collector: str, now_ns: UnixNs) -> list[Sample]:
        """How all charges do, for dashboards and alerts."""
        now_s = self.clock_s()
        return [
            Sample(
                TASK.series(collector=collector, task=charge.name),
                now_ns,
                {
                    TASK.state: 0 if charge.hangs(now_s) else 1 if charge.words else 2,
                    TASK.runs: charge.runs,
                    TASK.failures: charge.all_failures,
                    TASK.busy_s: charge.busy_s(now_s),
                },
            )
            for charge in list(self.charges.values())
        ]

    def close(self) -> None:
        """No more jobs; whoever is still at one is not waited for here."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _take_on(self, charge: Charge) -> Charge:
        self.charges[charge.name] = charge
        return charge

    async def _tried(self, charge: Charge, job: Callable[[], object]) -> None:
        charge.began_s = self.clock_s()
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, job)
        except RainbowError as error:
            charge.failed(error.message)
            log.error(_("%s failed: %s"), charge.what, error)  # noqa: TRY400 - an expected answer: its words say all, a traceback nothing
        except Exception as error:  # a fault of ours must not end housekeeping unseen
            charge.failed(_said(error))
            log.exception(_("%s met something unforeseen"), charge.what)
        else:
            charge.went_well()
        finally:
            charge.began_s = None


def _said(error: Exception) -> str:
    return error.message if isinstance(error, RainbowError) else f"{type(error).__name__}: {error}"


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
