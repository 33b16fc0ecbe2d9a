"""How far the drawing is from what switches say, written now and then so that dashboards and alerts can show it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from inventory.drift import READ, Seen, device_of, drift, kind_of
from rainbow.kernel.findings import Severity
from rainbow.kernel.metrics import DRIFT, DRIFT_TOTAL
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding
    from rainbow.kernel.samples import SampleWriter, Series, UnixNs
    from store.reader import StoreReader

NANOSECONDS = 1_000_000_000
SEEN_NS = 24 * 3600 * NANOSECONDS
"""Readings older than this do not count."""
JUDGED_NS = 300 * NANOSECONDS
"""How often the plant is held against the switches; it takes seconds in a city of 2,000."""


class Drifting:
    """Keeps which differences it told of, to tell once more, with 0, when they are gone."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._judged_ns = 0
        self._told: frozenset[Series] = frozenset()

    def step(self, reader: StoreReader, writer: SampleWriter, now_ns: UnixNs) -> None:
        """Judge and write, unless that was done a moment ago or no switch has said anything.

        Raises:
            StoreError: the store cannot be read or written.
        """
        if now_ns - self._judged_ns < JUDGED_NS:
            return
        samples = (sample for metric, fields in READ.items() for sample in reader.newest(metric, fields))
        seen = Seen.of(self._plant, samples, since_ns=now_ns - SEEN_NS)
        if seen.devices:
            writer.write(self.judged(drift(self._plant, seen), now_ns))
            self._judged_ns = now_ns

    def judged(self, findings: Iterable[Finding], now_ns: UnixNs) -> list[Sample]:
        """A sample for each kind of difference at each device, and the totals."""
        found = tuple(findings)
        counts = Counter(self._series(finding) for finding in found)
        gone = dict.fromkeys(self._told - counts.keys(), 0)
        self._told = frozenset(counts)
        by_severity = Counter(finding.severity for finding in found)
        totals = {DRIFT_TOTAL.warnings: by_severity[Severity.WARNING], DRIFT_TOTAL.hints: by_severity[Severity.INFO]}
        return [
            *(Sample(series, now_ns, {DRIFT.count: count}) for series, count in {**counts, **gone}.items()),
            Sample(DRIFT_TOTAL.series(city=self._plant.city), now_ns, totals),
        ]

    def _series(self, finding: Finding) -> Series:
        device = device_of(self._plant, finding)
        return DRIFT.series(
            kind=kind_of(finding),
            severity=str(finding.severity),
            site=self._plant.device[device].node if device in self._plant.device else "",
            device=device,
        )
