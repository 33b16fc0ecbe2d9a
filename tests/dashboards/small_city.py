"""Readings of a small invented city, made through the catalogue and the store's own line protocol."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rainbow.kernel.metrics import (
    BACKUP,
    CATALOGUE,
    CITY_ENERGY,
    COLLECTOR_ROUND,
    COLOUR_TOTAL,
    DRIFT_TOTAL,
    EVENT,
    INCIDENT,
    LINK,
    NETWORK_TOTAL,
    OUTBOX,
    REDUNDANCY_TOTAL,
    RING,
    STRUCTURE,
    TASK,
    TRAPS,
    USER_GROUP_TOTAL,
    Field,
    Kind,
    Metric,
)
from rainbow.kernel.samples import Sample, Series, UnixNs, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP_S = 60
SITES = ("TOWN-HALL", "FIRE (2)", "School/North")
PORTS = ("GigabitEthernet1/0/1", "Gi1/0/2", "xe-0/0/0.0", "Port $4 [uplink]")
"""Names as vendors give them: what a regular expression would stumble over."""
LINKS = (("L-01", SITES[0], SITES[1]), ("L-02", SITES[0], SITES[2]), ("L.03+", SITES[1], SITES[2]))

CHOSEN: dict[str, str] = {
    "site": SITES[1],
    "device": f"sw-{SITES[1]}",
    "if_name": PORTS[0],
    "link": "L-01",
    "user_group": ".*",
    "collector": ".*",
    "sink": ".*",
}
"""What a reader picks; the port hangs on the link."""


def all_series() -> Iterator[Series]:
    """Every series the city has; no metric of the catalogue is left out."""
    for metric in CATALOGUE:
        yield from _series(metric)


LONE: dict[Metric, tuple[dict[str, str], ...]] = {
    LINK: tuple(
        {"link": link, "site_a": site_a, "site_b": site_b, "user_group": "schools"} for link, site_a, site_b in LINKS
    ),
    EVENT: ({"kind": "cut", "object": "TR-1"}, {"kind": "maintenance", "object": "TR-2"}),
    INCIDENT: ({"incident": "1"},),
    OUTBOX: ({"sink": "influx"},),
    NETWORK_TOTAL: ({"city": "small"},),
    CITY_ENERGY: ({"city": "small"},),
    DRIFT_TOTAL: ({"city": "small"},),
    REDUNDANCY_TOTAL: ({"city": "small"},),
    USER_GROUP_TOTAL: ({"user_group": "schools"},),
    COLOUR_TOTAL: ({"user_group": "schools", "colour": "1471 nm"},),
    RING: ({"ring": "LG-1", "protocol": "erps"},),
    STRUCTURE: ({"structure": "LA-1"}, {"structure": "LA-2"}),
    COLLECTOR_ROUND: ({"collector": "collector"},),
    TRAPS: ({"collector": "collector"},),
    TASK: ({"collector": "collector", "task": "rounds"},),
    BACKUP: ({"city": "small"},),
}
"""The tags of what does not belong to one site."""


def _series(metric: Metric) -> Iterator[Series]:
    if metric in LONE:
        yield from (metric.series(**tags) for tags in LONE[metric])
        return
    for site in SITES:
        yield from _of_site(metric, site)


def _of_site(metric: Metric, site: str) -> Iterator[Series]:
    tags = {"site": site}
    if "device" in metric.tags:
        tags["device"] = f"sw-{site}"
    if "if_name" not in metric.tags:
        yield metric.series(**tags)
        return
    lane = {"lane": "1"} if "lane" in metric.tags else {}
    ends = [link for link, site_a, site_b in LINKS if site in {site_a, site_b}]
    for index, port in enumerate(PORTS):
        link = {"link": ends[index]} if index < len(ends) else {}
        yield metric.series(**tags, **lane, **link, if_name=port)


def value(field: Field, step: int) -> Value:
    """A plausible value: states take one of their numbers, levels and rates swing."""
    if field.kind is Kind.STATE:
        return field.states[-1][0] if step % 50 else field.states[0][0]
    if field.kind is Kind.TEXT:
        return f'text of {field.name}, "quoted"'
    wave = math.sin(step / 20)
    if field.unit == "dBm":
        return -7.5 + wave
    if field.unit == "dB":
        return 9.0 + wave
    return 1000 + step if field.kind is Kind.INT else 1e6 * (1.5 + wave)


def samples(end_ns: int, hours: float) -> Iterator[Sample]:
    """A sample of every series each minute up to ``end_ns``."""
    series = list(all_series())
    steps = int(hours * 3600 / STEP_S)
    for step in range(steps):
        time_ns = UnixNs(end_ns - (steps - 1 - step) * STEP_S * 1_000_000_000)
        for item in series:
            yield Sample(item, time_ns, {field: value(field, step) for field in item.metric.fields})
