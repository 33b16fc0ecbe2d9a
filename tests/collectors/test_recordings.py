"""The whole way on recordings of real devices: replayed by the simulator, read by the probe, held against an oracle."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from conftest import shared_data
from score_recordings import TARGETS, below_target, replay, run

from collectors.client import V2c
from collectors.discovery import discover
from collectors.optics.sensors import light_values
from collectors.probe.device import probe
from collectors.vendors.numbers import FLOOR_DBM
from rainbow.cli.probe import client_for
from rainbow.kernel.metrics import OPTICS
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collectors.probe.facts import ProbedSensor
    from collectors.snmp import GufoClient

MOST_NOT_COUNTED = 30
"""The oracle is contradicted by its own recordings in 25 readings; more would be an excuse."""
SAME_DB = 0.3
"""Some devices have a level in two tables, one of them in whole microwatts."""
PROBE_ONLY = ("over 24 hours", "supervisory channel")
"""Levels at a port that are not what its receiver sees now."""


@pytest.mark.timeout(110)
def test_recordings_are_read_to_the_targets() -> None:
    scores = run(shared_data("snmprec"))
    assert len(scores) >= 51
    assert sum(result.expected["dbm"] for result in scores) > 400
    assert not below_target(scores), "\n".join(miss for result in scores for miss in result.misses)
    assert not sum(result.shown_suspects for result in scores)
    assert sum(sum(result.contradicted.values()) for result in scores) <= MOST_NOT_COUNTED
    assert set(TARGETS) == {"interfaces", "dbm", "others", "neighbours"}


async def polled_levels(client: GufoClient) -> dict[str, list[float]]:
    """What a poll would write, by port."""
    layout = await discover(client, plant_ports=(), part_s=60)
    oids = [oid for one in layout.sensors for oid in (one.value_oid, one.status_oid) if oid]
    columns = sorted({oid.rpartition(".")[0] for oid in oids})  # walked: many recordings have no sysUpTime to ask for
    values = {f"{column}.{index}": raw for column in columns for index, raw in (await client.walk(column)).items()}
    found: dict[str, list[float]] = {}
    for (port, _lane), fields in light_values(layout.sensors, values).items():
        levels = [float(fields[field]) for field in (OPTICS.rx_dbm, OPTICS.tx_dbm) if field in fields]
        found.setdefault(port, []).extend(levels)
    return found


async def missed_by_polls(port: int, name: str) -> tuple[int, list[ProbedSensor]]:
    """How many levels the probe reads at a recording's ports, and which of them a poll does not."""
    client = client_for("127.0.0.1", port, V2c(community=Secret(name)))
    try:
        sensors = (await probe(client, address=name, deadline_s=60)).sensors
        polled = await polled_levels(client)
    finally:
        client.close()
    levels = [
        one
        for one in sensors
        if one.kind == "dbm" and one.if_name and one.value > FLOOR_DBM and not any(at in one.descr for at in PROBE_ONLY)
    ]
    return len(levels), [
        one for one in levels if not any(abs(one.value - level) < SAME_DB for level in polled.get(one.if_name, ()))
    ]


@pytest.mark.timeout(110)
def test_polls_read_every_level_that_the_probe_reads_at_a_port() -> None:
    folder = shared_data("snmprec")
    names = sorted(path.stem for path in folder.glob("*.snmprec"))
    with replay(folder) as port:
        found = [asyncio.run(missed_by_polls(port, name)) for name in names]
    assert [(one.if_name, one.descr, one.value) for _count, missed in found for one in missed] == []
    assert sum(count for count, _missed in found) > 200
