"""AT02: lines, controls, bidirectional marks, lone surrogates, 60 kB: only the bad device's own points suffer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attacked_city import HONEST_PORTS, attacked, of, switch
from hostile import ALL, ODD, QUERIES
from hostile_agent import honest
from real_influx import RealInflux

from rainbow.kernel.metrics import DEVICE, INTERFACE, NEIGHBOUR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
def influx(tmp_path: Path) -> Iterator[RealInflux]:
    server = RealInflux(tmp_path)
    server.start()
    server.query("CREATE DATABASE rainbow", db="")
    yield server
    server.stop()


def test_at02_one_bad_device_does_not_lose_the_batch_of_others(tmp_path: Path, influx: RealInflux) -> None:
    names = [f"p{number}{text[:40]}" for number, text in enumerate((*QUERIES, *ODD))]
    answer = honest(switch(names, said=ALL))
    settings = {"url": influx.url, "version": 1}
    with attacked(tmp_path / "city", lambda request: [answer(request)], influx=settings) as city:
        done = city.once()
        (delivery,) = done.deliveries
        assert not delivery.error
        assert delivery.waiting == 0
        for metric in (INTERFACE, NEIGHBOUR):
            for sample in of(city.latest(metric), "EVIL"):
                assert all(value.isprintable() for _name, value in sample.series.tags)
        series = influx.query("SELECT * FROM interface WHERE device = 'GOOD' GROUP BY \"if_name\"")
    assert {found["tags"]["if_name"] for found in series} == set(HONEST_PORTS)  # type: ignore[index] # InfluxDB's own shape
    (told,) = influx.query("SHOW TAG VALUES FROM interface WITH KEY = \"if_name\" WHERE device = 'EVIL'")
    assert len(told["values"]) == len(names), "its own ports, too, each under its name"  # type: ignore[arg-type] # same
    (up,) = influx.query("SELECT last(up) FROM device WHERE device = 'GOOD'")
    assert up["values"][0][1] == 1  # type: ignore[index] # same


def test_at02_no_name_makes_a_point_of_another_device(tmp_path: Path, influx: RealInflux) -> None:
    """Behind a line break stands a whole point: it is not written. Another name drops a measurement: it stays."""
    forged = [
        "x 1\ninterface,device=FORGED,if_name=x in_bps=1 1",
        "y\\",
        "interface,device=FORGED in_bps=1",
        "'; DROP MEASUREMENT device",
    ]
    answer = honest(switch(forged, said=forged))
    with attacked(
        tmp_path / "city", lambda request: [answer(request)], influx={"url": influx.url, "version": 1}
    ) as city:
        (delivery,) = city.once().deliveries
        assert not delivery.error
    (tags,) = influx.query('SHOW TAG VALUES WITH KEY = "device"')[:1]
    assert {value for _key, value in tags["values"]} == {"GOOD", "EVIL"}  # type: ignore[union-attr] # InfluxDB's own shape
    assert influx.query("SELECT count(up) FROM device")


def test_at02_the_honest_switch_is_read_whole(tmp_path: Path) -> None:
    answer = honest(switch(ODD, said=ODD))
    with attacked(tmp_path / "city", lambda request: [answer(request)]) as city:
        city.once()
        ports = {sample.series.tag("if_name") for sample in of(city.latest(INTERFACE), "GOOD")}
        (up,) = of(city.latest(DEVICE), "GOOD")
    assert ports == set(HONEST_PORTS)
    assert up.values[DEVICE.up] == 1
