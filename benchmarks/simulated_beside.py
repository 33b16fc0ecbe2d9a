"""What a simulated city cannot know of itself, invented: power, the collector's own work, traps, backups, and drift.

Drift is found by the code that finds it in service, after two patch cords were swapped that nobody drew.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from collectors.energy.balance import DeviceEnergy, Ups
from collectors.energy.samples import Measured, energy_samples
from inventory.drift import Seen, drift
from rainbow.drifting import Drifting
from rainbow.kernel.metrics import BACKUP, COLLECTOR_ROUND, NEIGHBOUR, OUTBOX, TASK, TRAPS
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.simulated_switches import Reader
    from collectors.reading import DeviceReading
    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding
    from rainbow.kernel.samples import UnixNs
    from simulator.parts import Switch

SLOW, LOOKS = 5, 180
"""Minutes between two surveys of power, and between two looks at drift: of a large city one takes seconds."""
CO2_G_PER_KWH = 363.0
MAINS_AWAY = (1015, 1024)
"""Minutes in which a UPS runs on its battery."""
NIGHTLY = 14 * 60
"""The minute of the day in which the backup is made."""
TASKS = {"rounds": 60, "roll up": 60, "outbox": 5, "redundancy": 60, "drift": 300, "grafana": 60}
UNWELL, UNWELL_FROM = "grafana", 700
SWAPPED = slice(4, 6)
"""Of the neighbours heard: these two see each other's."""


class Beside:
    """Samples beside those of switches and links."""

    def __init__(self, plant: Plant, reader: Reader) -> None:
        self._plant = plant
        self._reader = reader
        self._drifting = Drifting(plant)
        self._findings: tuple[Finding, ...] = ()
        self._waiting = 0
        self._sent = 4_210_000

    def samples(
        self,
        minute: int,
        readings: Mapping[Code, DeviceReading | None],
        time_ns: UnixNs,
        *,
        influx_away: tuple[int, int],
    ) -> list[Sample]:
        """Those of one minute."""
        failed = sum(reading is None for reading in readings.values())
        made = [
            self._collector(len(readings), failed, minute, time_ns),
            self._outbox(len(readings), minute, time_ns, influx_away),
            self._traps(minute, time_ns),
            *self._tasks(minute, time_ns),
        ]
        if minute % LOOKS == 0:
            self._look(readings, time_ns)
        if minute % SLOW == 0:
            answering = [self._reader.switch(code) for code, reading in readings.items() if reading]
            energy = [Measured(switch.device, _power(switch, minute)) for switch in answering]
            made += energy_samples(self._plant, energy, time_ns, co2_g_per_kwh=CO2_G_PER_KWH)
            made += self._drifting.judged(self._findings, time_ns)
            made.append(self._backup(minute, time_ns))
        return made

    def _collector(self, devices: int, failed: int, minute: int, time_ns: UnixNs) -> Sample:
        took_s = 0.009 * devices * (1 + 0.12 * math.sin(minute / 37)) + 0.4
        values = {
            COLLECTOR_ROUND.duration_s: took_s + (9.0 if failed else 0.0),
            COLLECTOR_ROUND.devices: devices,
            COLLECTOR_ROUND.failed: failed,
            COLLECTOR_ROUND.requests: devices * 9 + failed * 2,
            COLLECTOR_ROUND.timeouts: failed * 3,
            COLLECTOR_ROUND.samples: (devices - failed) * 62,
            COLLECTOR_ROUND.late_s: 0.0,
            COLLECTOR_ROUND.cpu_s: took_s * 0.6,
            COLLECTOR_ROUND.links_held: 0,
        }
        return Sample(COLLECTOR_ROUND.series(collector="collector"), time_ns, values)

    def _outbox(self, devices: int, minute: int, time_ns: UnixNs, away: tuple[int, int]) -> Sample:
        """While InfluxDB is away points wait; afterwards they go out within two rounds."""
        is_away = away[0] <= minute < away[1]
        self._waiting = self._waiting + devices * 62 if is_away else self._waiting // 8
        self._sent += 0 if is_away else devices * 62
        values = {
            OUTBOX.points: self._waiting,
            OUTBOX.bytes: self._waiting * 61,
            OUTBOX.age_s: (minute - away[0] + 1) * 60.0 if is_away else 0.2,
            OUTBOX.sent: self._sent,
            OUTBOX.dropped: 0,
            OUTBOX.dead_letters: 0,
            OUTBOX.blocked: 0,
        }
        return Sample(OUTBOX.series(sink="influxdb"), time_ns, values)

    @staticmethod
    def _traps(minute: int, time_ns: UnixNs) -> Sample:
        values = {
            TRAPS.link_down: minute // 95,
            TRAPS.link_up: minute // 97,
            TRAPS.restart: minute // 600,
            TRAPS.optics: minute // 410,
            TRAPS.other: minute // 33,
            TRAPS.damped: 0,
            TRAPS.refused: minute // 700,
        }
        return Sample(TRAPS.series(collector="collector"), time_ns, values)

    @staticmethod
    def _tasks(minute: int, time_ns: UnixNs) -> list[Sample]:
        """All well, but Grafana could not be reached for an hour."""
        return [
            Sample(
                TASK.series(collector="collector", task=name),
                time_ns,
                {
                    TASK.state: 1 if name == UNWELL and UNWELL_FROM <= minute < UNWELL_FROM + 60 else 2,
                    TASK.runs: minute * 60 // every_s,
                    TASK.failures: 12 if name == UNWELL and minute >= UNWELL_FROM else 0,
                    TASK.busy_s: 0.2 if every_s > 10 else 0.01,
                },
            )
            for name, every_s in TASKS.items()
        ]

    def _backup(self, minute: int, time_ns: UnixNs) -> Sample:
        since = (minute - NIGHTLY) % (24 * 60)
        values = {
            BACKUP.age_s: since * 60.0 + 140,
            BACKUP.bytes: 41_800_000,
            BACKUP.test_age_s: 11 * 86_400.0 + minute * 60,
            BACKUP.restore_s: 3.4,
        }
        return Sample(BACKUP.series(city=self._plant.city), time_ns, values)

    def _look(self, readings: Mapping[Code, DeviceReading | None], time_ns: UnixNs) -> None:
        """What the plant is held against: every port, and two neighbours the other way round."""
        ports = [
            sample
            for code, reading in readings.items()
            if reading
            for sample in self._reader.port_samples(self._reader.switch(code), reading, 0.0)
        ]
        heard = [sample for sample in ports if sample.series.metric is NEIGHBOUR]
        first, second = heard[SWAPPED]
        swapped = [
            Sample(one.series, time_ns, {**other.values, NEIGHBOUR.matches: 0})
            for one, other in ((first, second), (second, first))
        ]
        seen = Seen.of(self._plant, [*swapped, *ports], since_ns=0)
        self._findings = drift(self._plant, seen)


def _power(switch: Switch, minute: int) -> DeviceEnergy:
    """An invented meter: a share for the chassis, one for each port that is up, and PoE for every third of those."""
    up = [port for port in switch.ports if port.up]
    fed = {
        port.interface.if_name: 4.0 + port.index % 5 + math.sin(minute / 80 + port.index)
        for port in up
        if not port.linked and port.index % 3 == 0
    }
    on_battery = MAINS_AWAY[0] <= minute < MAINS_AWAY[1] and switch.number == 1
    ups = Ups(
        output_w=210.0 + switch.number,
        load_percent=31.0,
        charge_percent=100.0 - (minute - MAINS_AWAY[0]) if on_battery else 100.0,
        runtime_min=94.0,
        on_battery=on_battery,
    )
    given = sum(fed.values())
    idle = [port for port in switch.ports if port.enabled and not port.up and port.module is not None]
    return DeviceEnergy(
        drawn_w=38.0 + 0.9 * len(up) + given * 1.08,
        poe_w=given if fed else None,
        poe_budget_w=370.0 if fed else None,
        ports_w=fed,
        idle_lit=tuple(port.interface.if_name for port in idle),
        ups=ups if switch.is_core else None,
    )
