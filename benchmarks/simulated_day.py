"""A day of an invented city, worked out, not waited for: what its collector, incident engine and topology would write.

Switches, light and traffic are the simulator's; links, totals, rings, incidents, redundancy, energy and drift are made
by the code that makes them in service. What a simulation cannot know is invented and says so: power, traps, backups,
the collector's own work. The story of the day: planned work at one trench, InfluxDB away, a cut that takes sites down,
a switch that restarts, and a cut that still lasts at the end and puts sites on their last path.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.simulated_beside import Beside
from benchmarks.simulated_switches import NS, Reader
from collectors.together import Together
from incidents.engine import Engine
from incidents.feed import Feed
from incidents.ground import Ground
from incidents.journal import Journal
from incidents.notify import NotifySettings, WindowSettings
from incidents.settings import IncidentSettings
from incidents.watch import Watch
from rainbow.kernel.metrics import DEVICE, EVENT, LINK
from rainbow.kernel.samples import Sample, UnixNs, samples_of
from rainbow.redundancy import Redundancy
from simulator.network import Network
from topology.cut_index import CutIndex
from topology.standing import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from collectors.reading import DeviceReading
    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.samples import Record

MINUTES = 24 * 60
STEP_S = 60
WORK, INFLUX_AWAY, CUT, RESTART, LASTS = (400, 450), (560, 585), (870, 912), (1130, 1141), (1402, MINUTES)
"""Minutes of the day, from and to."""
WORK_CUT = (WORK[0] + 12, WORK[1] - 10)
"""Work breaks the trench in the middle of its window."""
HAPPENS = (WORK, WORK_CUT, CUT, RESTART, LASTS)
WATCHED_BEFORE, WATCHED_AFTER = 5, 20
"""Minutes around what happens in which the incident engine is asked; in the quiet between it has nothing to say."""
LAST_ROUNDS = 3
BUSY = frozenset(
    minute for begins, ends in HAPPENS for moment in (begins, ends) for minute in range(moment - 2, moment + 6)
) | frozenset(range(MINUTES - LAST_ROUNDS, MINUTES))
"""Minutes that are worked out in any case."""
LOOKED_AT = 400
"""Trenches tried when the story looks for its own: of a large city the first will do."""
DIRTY = (4.1, 3.4, 2.2)
"""Light missing at the ends of some links, in dB."""


@dataclass(slots=True)
class Kept:
    """Takes what is written, until the round is over."""

    samples: list[Sample] = field(default_factory=list)

    def write(self, samples: Sequence[Record]) -> None:
        """Keep them."""
        self.samples += samples_of(samples)

    def taken(self) -> list[Sample]:
        """All of it, once."""
        found, self.samples = self.samples, []
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happens where: trenches, and the switch that restarts."""

    work: Code
    cut: Code
    lasts: Code
    restarted: Code


def story_of(index: CutIndex) -> Story:
    """The day's places: the heaviest cut, one that only weakens, one that harms little, a switch at the edge."""
    plant = index.plant
    tried = [code for code in plant.links_in if plant.links_in[code]][:LOOKED_AT]
    lost = {code: index.lost([code]).weight for code in tried}
    cut = max(tried, key=lambda code: (lost[code], code))
    harmless = [code for code in tried if not lost[code]]
    weakened = {code: _weakened(index, code) for code in harmless[:60]}
    lasts = max(weakened, key=lambda code: (weakened[code], code))
    work = next(code for code in tried if code not in {cut, lasts} and 0 < lost[code] < lost[cut])
    edge = next(device for device in reversed(plant.devices) if device.node not in {site.code for site in plant.hubs})
    return Story(work=work, cut=cut, lasts=lasts, restarted=edge.code)


def _weakened(index: CutIndex, trench: Code) -> int:
    ways = standing(index, index.plant.links_in[trench])
    return sum(way is Standing.LAST_PATH for way in ways.values())


class SimulatedDay:
    """``rounds`` gives the samples of each minute; ``shown`` is the switch whose ports have the whole day.

    Of the ports of all others there are the last rounds only: no panel asks for a day of more than one switch's ports,
    and what they cost is that their series are there. ``every``: so many minutes are alike, but those in which
    something happens; a large city takes long to work out.
    """

    def __init__(
        self, plant: Plant, *, end_s: int, folder: Path, shown: Code, language: str = "en", every: int = 1
    ) -> None:
        self.plant = plant
        self._every = every
        self.shown = shown
        self._begin_s = end_s - (MINUTES - 1) * STEP_S
        index = CutIndex.of(plant)
        self.story = story_of(index)
        began = datetime.fromtimestamp(self._begin_s, UTC)
        self.network = Network(plant, seed=7, day_s=began.hour * 3600.0 + began.minute * 60)
        dirty = [link for link in plant.links if link.strands][3 :: max(1, len(plant.links) // len(DIRTY))]
        self.reader = Reader(plant, self.network, {link.a: db for link, db in zip(dirty, DIRTY, strict=False)})
        self._together = Together(plant, flap_window_s=12.0 * STEP_S)
        self._redundancy = Redundancy(plant, partial(CutIndex.of, plant))
        self._beside = Beside(plant, self.reader)
        self._kept = Kept()
        self._watch = Watch(
            engine=Engine(ground=Ground(index), settings=IncidentSettings(), interval_s=float(STEP_S)),
            feed=Feed(plant, self._kept),
            journal=Journal(folder / "incidents.sqlite"),
            writer=self._kept,
            notify=NotifySettings(windows={"work": self._window()}),
            sender=None,
            language=language,
        )

    def _window(self) -> WindowSettings:
        begins, ends = (datetime.fromtimestamp(self._begin_s + minute * 60, UTC).isoformat() for minute in WORK)
        return WindowSettings(codes=(self.story.work,), begins=begins, ends=ends, note=f"new duct at {self.story.work}")

    def rounds(self) -> Iterator[list[Sample]]:
        """The samples of each minute, the first first."""
        samples: list[Sample] = []
        for minute in range(MINUTES):
            time_ns = UnixNs((self._begin_s + minute * STEP_S) * NS)
            if minute % self._every == 0 or minute in BUSY:
                now_s = minute * float(STEP_S)
                self._happen(minute, now_s)
                samples = self._round(minute, now_s, time_ns)
            else:
                lasting = (sample for sample in samples if sample.series.metric is not EVENT)
                samples = [Sample(sample.series, time_ns, sample.values) for sample in lasting]
            yield samples

    def _happen(self, minute: int, now_s: float) -> None:
        broken = (WORK_CUT, self.story.work), (CUT, self.story.cut), (LASTS, self.story.lasts)
        for (begins, ends), trench in broken:
            if minute == begins:
                self.network.cut([trench], now_s)
            elif minute == ends:
                self.network.repair([trench], now_s)
        if minute == RESTART[0]:
            self.network.reboot([self.story.restarted], now_s, seconds=(RESTART[1] - RESTART[0]) * 60.0)

    def _round(self, minute: int, now_s: float, time_ns: UnixNs) -> list[Sample]:
        readings = self.reader.round(now_s, time_ns)
        for device, reading in readings.items():
            self._together.take(device, reading, {})
        samples = [*self._devices(readings, time_ns), *self._together.all(time_ns=time_ns)]
        samples += self._ports(readings, now_s, everywhere=MINUTES - minute <= LAST_ROUNDS)
        down = {sample.series.tag("link") for sample in samples if sample.values.get(LINK.state) == 0}
        known = frozenset(link.code for link in self.plant.links if link.code in down)
        samples += self._redundancy.judged(known, time_ns)
        samples += self._incidents(minute, readings, now_s, time_ns)
        return samples + self._beside.samples(minute, readings, time_ns, influx_away=INFLUX_AWAY)

    def _devices(self, readings: dict[Code, DeviceReading | None], time_ns: UnixNs) -> list[Sample]:
        return [
            self.reader.device_sample(switch, readings[switch.device.code], time_ns) for switch in self.network.switches
        ]

    def _ports(self, readings: dict[Code, DeviceReading | None], now_s: float, *, everywhere: bool) -> list[Sample]:
        """Everywhere in the last rounds, else at the shown switch alone."""
        return [
            sample
            for switch in self.network.switches
            if (everywhere or switch.device.code == self.shown) and (reading := readings[switch.device.code])
            for sample in self.reader.port_samples(switch, reading, now_s)
        ]

    def _incidents(
        self, minute: int, readings: dict[Code, DeviceReading | None], now_s: float, time_ns: UnixNs
    ) -> list[Sample]:
        """What the incident engine says of this minute, by the ports of all switches."""
        if not any(begins - WATCHED_BEFORE <= minute <= ends + WATCHED_AFTER for begins, ends in HAPPENS):
            return []
        linked = [
            sample
            for switch in self.network.switches
            if (reading := readings[switch.device.code])
            for sample in self.reader.port_samples(switch, reading, now_s, linked_only=True)
        ]
        self._watch.feed.write([*self._devices(readings, time_ns), *linked])
        self._kept.taken()
        self._watch.step(time_ns)
        return self._kept.taken()


def a_month_ago(links: Sequence[Sample], *, months: float, end_s: int) -> Iterator[Sample]:
    """Links as they would have been so long before: some lose light slowly, in dB a month, so they had more then."""
    for place, sample in enumerate(links):
        lost_db = (1.1 if place % 23 == 3 else 0.4 if place % 7 == 2 else 0.02) * months
        moved = {
            which: round(value - lost_db if which is LINK.missing_db else value + lost_db, 2)
            for which, value in sample.values.items()
            if which in {LINK.missing_db, LINK.margin_db, LINK.rx_a_dbm, LINK.rx_b_dbm} and isinstance(value, float)
        }
        yield Sample(sample.series, UnixNs(end_s * NS), {**sample.values, **moved})


def links_of(samples: Sequence[Sample]) -> list[Sample]:
    """The links among samples of a round."""
    return [sample for sample in samples if sample.series.metric is LINK]


def devices_up(samples: Sequence[Sample]) -> int:
    """How many switches answered."""
    return sum(1 for sample in samples if sample.series.metric is DEVICE and sample.values.get(DEVICE.up) == 1)
