"""The daily look at the light: yesterday's means kept, rises found, steps logged. Runs beside the watch.

The days are judged in a process of its own, which ends with its answer: half a minute of processor time and hundreds of
megabytes would else be those of the collector, and a heap gives little of that back.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING

from incidents.fading.days import DayLight, judged, watched
from incidents.fading.fade import DAY_S
from incidents.journal import Journal
from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import EVENT, OPTICS
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.texts import _, use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from incidents.fading.days import Judged, Watched
    from incidents.fading.fade import Fade
    from incidents.ground import Ground
    from inventory.entities import Code
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import SampleWriter, Value
    from store.reader import StoreReader

log = logging.getLogger("rainbow.incidents")

KEPT_DAYS = 200
"""Days of means that are looked at: a rise too slow to show in them is slower than any that can be told."""
LEAST_HOURS = 8
_DAY_NS = int(DAY_S) * 1_000_000_000
_HALF_HOUR_NS = 1_800_000_000_000
"""So long after midnight the last hour of a day has been rolled up."""
_INFORMATION = 0
_BEHIND = 10
"""Niceness of the process that judges."""


@dataclass(slots=True, kw_only=True)
class Daily:
    """``look`` is called now and then, from any thread; ``newest`` hands on what it found, once.

    ``judge`` judges all days that the journal keeps.
    """

    ground: Ground
    judge: Callable[[Watched], Judged]
    reader: Callable[[], StoreReader]
    journal: Journal
    writer: SampleWriter
    language: str
    _done: int = -1
    _found: tuple[Fade, ...] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self, now_ns: UnixNs) -> None:
        """Once a day: keep the means of the days that are over, and judge all kept ones.

        Raises:
            StoreError: the store or the journal cannot be read or written; it is tried again.
        """
        today = (now_ns - _HALF_HOUR_NS) // _DAY_NS
        if today == self._done:
            return
        kept_to = self.journal.newest_day()
        start = max(kept_to + 1, today - KEPT_DAYS)
        with self.reader() as reader:
            self.journal.keep_days(list(self._means(reader, start, today)), before=today - KEPT_DAYS)
        if self.journal.newest_day() >= 0:
            found = self.judge(watched(self.ground))
            self._log_steps(found, kept_to)
            with self._lock:
                self._found = found.fades
        self._done = today

    def newest(self) -> tuple[Fade, ...] | None:
        """What the last look found, if nobody asked since."""
        with self._lock:
            found, self._found = self._found, None
        return found

    def _means(self, reader: StoreReader, start: int, end: int) -> Iterator[DayLight]:
        """Means by port and day; of several lanes the middle of all."""
        ends = {end for pair in self.ground.ends.values() for end in pair}
        ports = {(item.device, item.if_name): item.code for item in self.ground.plant.interfaces if item.code in ends}
        wanted = (OPTICS.rx_dbm, OPTICS.tx_dbm, OPTICS.bias_ma, OPTICS.temperature_c)
        lanes: dict[tuple[Code, int], list[dict[Field, float]]] = defaultdict(list)
        span = {"start_ns": start * _DAY_NS, "end_ns": end * _DAY_NS}
        for series, time_ns, values in reader.daily(OPTICS, wanted, least_hours=LEAST_HOURS, **span):
            port = ports.get((series.tag("device"), series.tag("if_name")))  # type: ignore[arg-type] # a tag's text is a code
            if port is not None and values:
                lanes[port, time_ns // _DAY_NS].append(values)
        for (port, day), held in lanes.items():
            rx, tx, bias, celsius = (_mean([item[name] for item in held if name in item]) for name in wanted)
            yield DayLight(day=day, interface=port, rx_dbm=rx, tx_dbm=tx, bias_ma=bias, celsius=celsius)

    def _log_steps(self, found: Judged, kept_to: int) -> None:
        """Steps that are sure since the last look, as events: a cleaning that helped, a patch that did not."""
        samples = []
        with use(self.language):
            for day, steps in found.steps.items():
                for step in steps if day > kept_to else ():
                    text = _("link {link}: loss to {port} changed by {size:+.1f} dB within a day").format(
                        link=step.way.link, port=step.way.receiver, size=step.size_db
                    )
                    at_ns = UnixNs((found.first_day + step.day) * _DAY_NS)
                    values: dict[Field, Value] = {EVENT.text: text, EVENT.severity: _INFORMATION}
                    samples.append(Sample(EVENT.series(kind="loss_step", object=step.way.receiver), at_ns, values))
                    log.info("%s", text)
        if samples:
            self.writer.write(samples)


def _mean(values: list[float]) -> float | None:
    return fmean(values) if values else None


def judge_apart(path: Path, held: Watched) -> Judged:
    """Judge the days of a journal that has some, in a process of its own, behind all others.

    Raises:
        StoreError: it ended without an answer.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(theirs, path, held), daemon=True)
    child.start()
    theirs.close()
    found: Judged | None = None
    with ours, contextlib.suppress(EOFError):
        found = ours.recv()
    child.join()
    if found is None:
        raise StoreError(
            _("the daily look at the light ended without an answer (exit code {code})").format(code=child.exitcode),
            cure=_("see the lines before this one, and whether memory ran out (dmesg); it is tried again by itself"),
        )
    return found


def _answer(to: Connection, path: Path, held: Watched) -> None:
    """The process: Ctrl-C is for the one who asked, and who asked may be gone by the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(PermissionError):  # a hardened unit allows no niceness
        os.nice(_BEHIND)
    found = judged(held, Journal(path, read_only=True).days())
    with contextlib.suppress(BrokenPipeError):
        to.send(found)
