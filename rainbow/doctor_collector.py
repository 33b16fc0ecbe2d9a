"""What ``rainbow doctor`` asks about the collector: does it end rounds, and does all of its work go on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.city import City, clock
from rainbow.examined import finding
from rainbow.kernel.errors import StoreError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.metrics import COLLECTOR_ROUND
from rainbow.kernel.texts import _
from rainbow.status import SOCKET, ask
from rainbow.wiring import store_reader
from store.writer_lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS_LATE = 3
"""A collector whose last round is older than so many intervals does not collect."""


def collects(city: City) -> Iterator[Finding]:
    """Whether rounds end, and not in the future."""
    with store_reader(city) as reader:
        newest = max((sample.time_ns for sample in reader.latest(COLLECTOR_ROUND)), default=None)
    age_s = None if newest is None else (clock() - newest) / 1e9
    interval_s = city.settings.collect.interval_s
    if age_s is not None and age_s < -interval_s:
        yield finding(
            "RB-D008",
            Severity.ERROR,
            str(city.database),
            "clock",
            _("the last round lies {seconds:.0f} s in the future: this machine's clock was set back").format(
                seconds=-age_s
            ),
            _("look at the time service (timedatectl, chronyc tracking): readings of that time are overwritten"),
        )
    if age_s is None or age_s > ROUNDS_LATE * interval_s:
        yield _no_rounds(city, age_s)


def _no_rounds(city: City, age_s: float | None) -> Finding:
    runs = WriterLock(city.database).is_taken()
    return finding(
        "RB-D009",
        Severity.ERROR,
        str(city.database),
        "collector",
        _("the last round ended {seconds:,.0f} s ago, one is due every {interval:g} s").format(
            seconds=age_s, interval=city.settings.collect.interval_s
        )
        if age_s is not None
        else _("no round has ended yet"),
        _("a collector runs and ends no round: read its log")
        if runs
        else _("none runs: start it with rainbow collect run {city}, or its unit").format(city=city.folder),
    )


def works(city: City) -> Iterator[Finding]:
    """Only of a collector that runs: that none does is said elsewhere."""
    if not WriterLock(city.database).is_taken():
        return
    where = str(city.state / SOCKET)
    try:
        found = ask(city.state)
    except StoreError as error:
        yield finding("RB-D015", Severity.ERROR, where, "collector", error.message, error.cure)
        return
    for task in found.tasks:
        if task.hangs:
            said = _("{what} hangs: no end and no sign of life for {seconds:.0f} s")
            cure = _("its unit starts it anew by itself; without one: kill -9 it and start it, nothing stored is lost")
        elif task.words:
            said = _("{what} failed: {words}")
            cure = _("it is tried again by itself; the collector's log has the whole of it")
        else:
            continue
        message = said.format(what=task.what, seconds=task.busy_s, words=task.words)
        yield finding("RB-D015", Severity.ERROR if task.hangs else Severity.WARNING, where, task.name, message, cure)
