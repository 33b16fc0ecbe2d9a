"""AT06: too many ports, tables in circles, counters that jump, twins, thousands of neighbours, a link as a place."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest
from attacked_city import HONEST_PORTS, attacked, octets, of, switch
from hostile_agent import honest

from collectors.tables import COUNTERS, IF_NAME, IF_NUMBER, SYS_DESCR
from rainbow.kernel.metrics import DEVICE, INTERFACE
from simulator import ber

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEADLINE_S = 3.0
MOST_BYTES = 60_000_000
MOST_REQUESTS = 1000


def many_ports(count: int) -> dict[str, bytes]:
    return switch([f"p{number}" for number in range(count)]) | {IF_NUMBER: ber.integer(2**31 - 1)}


def neighbours(count: int) -> dict[str, bytes]:
    found = switch(HONEST_PORTS)
    for number in range(count):
        found[f"1.0.8802.1.1.2.1.4.1.1.9.0.1.{number + 10}"] = octets(f"neighbour {number}")
        found[f"1.0.8802.1.1.2.1.4.1.1.7.0.1.{number + 10}"] = octets("x" * 200)
    return found


def circle(_objects: dict[str, bytes]) -> Callable[[bytes], list[bytes]]:
    """Every next object is the first one."""
    well, first = honest(switch(HONEST_PORTS)), ber.name_of(ber.parse_oid(f"{IF_NAME}.1"))

    def answer(request: bytes) -> list[bytes]:
        asked = ber.parse_request(request)
        if asked.kind in {ber.GET_NEXT, ber.GET_BULK}:
            return [ber.response(asked, ber.bind(first, ber.octets("ge1")) * 5)]
        return [well(request)]

    return answer


def jumping(_objects: dict[str, bytes]) -> Callable[[bytes], list[bytes]]:
    """Counters run forward by exabytes and back again."""
    turn = [0]

    def answer(request: bytes) -> list[bytes]:
        turn[0] += 1
        objects = switch(HONEST_PORTS)
        for column in COUNTERS:
            for index in range(1, 4):
                objects[f"{column.oid}.{index}"] = ber.integer((turn[0] * 7919 * 2**40) % 2**64, ber.COUNTER64)
        return [honest(objects)(request)]

    return answer


def steady(objects: dict[str, bytes]) -> Callable[[bytes], list[bytes]]:
    well = honest(objects)
    return lambda request: [well(request)]


LIES = {
    "two hundred ports where the plant knows three": steady(many_ports(200)),
    "two thousand neighbours on one port": steady(neighbours(2000)),
    "a table in a circle": circle({}),
    "counters that jump": jumping({}),
    "all ports have one name": steady(switch(["ge1"] * 40)),
    "no name at all": steady(switch([""] * 40)),
    "a link as a location": steady(switch(HONEST_PORTS, said=["javascript:alert(1)", "file:///etc/passwd"])),
    "a text where numbers belong": steady(
        switch(HONEST_PORTS) | {IF_NUMBER: octets("many"), SYS_DESCR: ber.integer(7)}
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_at06_a_liar_harms_only_itself(tmp_path: Path, lie: str) -> None:
    collect: dict[str, float | int | str] = {"device_deadline_s": DEADLINE_S, "walk_max_rows": 20_000}
    with attacked(tmp_path / "city", LIES[lie], collect=collect) as city:
        tracemalloc.start()
        first, second = city.once(), city.once()
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        rows = city.latest(INTERFACE)
        (up,) = of(city.latest(DEVICE), "GOOD")
    assert up.values[DEVICE.up] == 1
    assert {row.series.tag("if_name") for row in of(rows, "GOOD")} == set(HONEST_PORTS)
    assert len(of(rows, "EVIL")) <= 200
    assert all(row.values.get(INTERFACE.in_bps, 0.0) <= 1e9 for row in rows), "no port carries more than its speed"
    assert most < MOST_BYTES
    assert len(city.evil.requests) < MOST_REQUESTS, "nobody is asked for ever"
    for done in (first, second):
        assert all(outcome.poll_s <= 2 * DEADLINE_S for outcome in done.report.outcomes)
        assert not done.report.unfinished
