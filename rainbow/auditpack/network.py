"""Parts 08, 09 and 10: is all that is known watched, did it answer, and what hangs on one trench."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from inventory.drift import Seen, drift, kind_of
from rainbow.auditpack.ground import NS, utc
from rainbow.auditpack.pieces import Document, Table
from rainbow.auditpack.readings import newest
from rainbow.drifting import SEEN_NS
from rainbow.kernel.errors import StoreError, TopologyError
from rainbow.kernel.metrics import DEVICE, INTERFACE, NEIGHBOUR, OPTICS
from rainbow.kernel.texts import _
from rainbow.wiring import store_reader
from topology.cut_index import CutIndex
from topology.rates import rates_of
from topology.report import report
from topology.report_json import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from incidents.incident import Incident
    from inventory.entities import Device
    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Row
    from store.reader import StoreReader

COVERAGE, AVAILABILITY, INCIDENTS = "08_coverage.csv", "09_availability.csv", "09_incidents.csv"
REDUNDANCY = "10_redundancy.json"
MOST_POINTS = 1_000_000


def coverage(ground: Ground) -> Table:
    """Devices of the plant beside those that are polled, and what neighbours say that the plant does not know."""
    city = ground.city
    polled = {dict(sample.series.tags).get("device", ""): sample for sample in newest(city, DEVICE)}
    known = {device.code for device in city.plant.devices}
    rows: list[Row] = []
    for device in city.plant.devices:
        sample = polled.get(device.code)
        is_fresh = sample is not None and sample.time_ns >= ground.now_ns - SEEN_NS
        state = "watched" if is_fresh else "not polled for a day" if sample is not None else "never polled"
        rows.append(
            {"object": device.code, "in_plant": True, "state": state, "last": utc(sample.time_ns if sample else None)}
        )
    rows += [
        {"object": code, "in_plant": False, "state": "polled, not in the plant", "last": utc(polled[code].time_ns)}
        for code in sorted(polled.keys() - known)
    ]
    rows += _neighbours(ground)
    netbox = city.state / "netbox.json"
    if city.settings.netbox is not None:
        read = netbox.stat().st_mtime_ns if netbox.is_file() else None
        rows.append(
            {"object": "NetBox", "in_plant": None, "state": "compared" if read else "never read", "last": utc(read)}
        )
    columns = ("object", "in_plant", "state", "last", "detail")
    return Table.of(COVERAGE, _("Target and actual: plant, monitoring, neighbours"), columns, rows)


def _neighbours(ground: Ground) -> Iterator[Row]:
    samples = [sample for metric in (INTERFACE, NEIGHBOUR, OPTICS) for sample in newest(ground.city, metric)]
    seen = Seen.of(ground.city.plant, samples, since_ns=ground.now_ns - SEEN_NS)
    for finding in drift(ground.city.plant, seen) if seen.devices else ():
        yield {
            "object": finding.record,
            "in_plant": True,
            "state": f"differs: {kind_of(finding)}",
            "last": utc(ground.now_ns),
            "detail": finding.message,
        }


def availability(ground: Ground) -> Table:
    """How much of the period each device answered, by what the store still has: readings, later means of them.

    Each counts for the time it stands for. Before the first and after the last nothing is known, nothing is counted.
    """
    rows: list[Row] = []
    if ground.city.database.is_file():
        try:
            with store_reader(ground.city) as reader:
                rows = [_device(ground, reader, device) for device in ground.city.plant.devices]
        except StoreError:
            rows = []
    columns = ("device", "site", "first", "last", "hours_known", "share_up")
    return Table.of(AVAILABILITY, _("Did devices answer?"), columns, rows, note=_("there is no store with readings"))


def _device(ground: Ground, reader: StoreReader, device: Device) -> Row:
    known_s = up_s = 0.0
    times: list[int] = []
    for start_ns, end_ns, step_s in _stretches(ground):
        found = reader.history(
            DEVICE, {"device": device.code}, [DEVICE.up], start_ns=start_ns, end_ns=end_ns, max_points=MOST_POINTS
        )
        ups = [int(str(row.values[DEVICE.up])) for row in found if DEVICE.up in row.values]
        times += [row.time_ns for row in found]
        known_s += step_s * len(ups)
        up_s += step_s * sum(ups)
    return {
        "device": device.code,
        "site": device.node,
        "first": utc(min(times, default=None)),
        "last": utc(max(times, default=None)),
        "hours_known": round(known_s / 3600, 1),
        "share_up": round(up_s / known_s, 4) if known_s else None,
    }


def _stretches(ground: Ground) -> Iterator[tuple[int, int, float]]:
    """Parts of the period with the seconds a value stands for: the store keeps what is old in longer steps."""
    end_ns, hour_ns = min(ground.period.until_ns, ground.now_ns), 3600 * NS
    edges = (ground.now_ns - 29 * 24 * hour_ns, ground.now_ns - 5 * hour_ns)
    for start_ns, stop_ns, step_s in (
        (0, edges[0], 3600.0),
        (edges[0], edges[1], 300.0),
        (edges[1], end_ns, ground.city.settings.collect.interval_s),
    ):
        first, last = max(start_ns, ground.period.since_ns), min(stop_ns, end_ns)
        if first < last:
            yield first, last, step_s


def incidents(ground: Ground) -> Table:
    """Incidents of the period, and how soon somebody took them."""
    columns = ("number", "cause", "opened", "closed", "minutes", "sites_lost", "taken_by", "minutes_to_taking")
    rows = (_incident(item) for item in ground.incidents)
    return Table.of(INCIDENTS, _("Incidents"), columns, rows, note=_("no incident in the period"))


def _incident(item: Incident) -> Row:
    taken = next((note.at_s for note in item.notes if note.kind == "acknowledged"), None)
    return {
        "number": item.number,
        "cause": str(item.cause),
        "opened": utc(item.opened_s * NS),
        "closed": utc(item.closed_s * NS) if item.closed_s is not None else None,
        "minutes": round((item.closed_s - item.bad_s) / 60, 1) if item.closed_s is not None else None,
        "sites_lost": len(item.worst.sites),
        "taken_by": item.acknowledged_by or None,
        "minutes_to_taking": round((taken - item.opened_s) / 60, 1) if taken is not None else None,
    }


def redundancy(ground: Ground) -> Document:
    """The redundancy report as of now."""
    city = ground.city
    try:
        made = report(CutIndex.of(city.plant), now=ground.now_ns, rates=rates_of(city.settings.topology))
        value: object = json.loads(to_json(made))
    except TopologyError as error:
        value = {"not_judged": error.message}
    return Document(name=REDUNDANCY, title=_("What hangs on one trench"), value=value)
