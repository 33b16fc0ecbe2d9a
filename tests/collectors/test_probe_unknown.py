"""Makers without a row: what can be read of them all the same, and what had better not be."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from fake_client import FakeClient
from probe_device import ALIAS, IF_INDEX, SENSOR, box, entity, sensor

from collectors.optics.entities import Ports, named_port
from collectors.optics.sensor_table import sensor_tables
from collectors.optics.sensors import find_sensors, light_values
from collectors.probe.device import probe
from rainbow.kernel.metrics import OPTICS

if TYPE_CHECKING:
    from fake_client import FakeDevice

    from collectors.client import SnmpValue
    from collectors.probe.facts import Probed
    from rainbow.kernel.samples import Value

ENTERPRISES = "1.3.6.1.4.1."
NOBODY = "99999.7"


def probed(device: FakeDevice) -> Probed:
    return asyncio.run(probe(FakeClient(device), address="x", deadline_s=5))


def values(found: Probed) -> set[tuple[str, str, float]]:
    return {(one.kind, one.if_name, round(one.value, 2)) for one in found.sensors}


def test_a_copy_of_the_sensor_table_below_the_makers_own_number() -> None:
    device = box(NOBODY)
    entity(device, 30, "Receive power ge2")
    entity(device, 31, "Supply voltage ge2")
    copy = f"{ENTERPRISES}99999.3.9.1.1"
    sensor(device, 30, (14, 9, 1, -123), root=copy)
    sensor(device, 31, (4, 8, 0, 3310), root=copy)
    assert values(probed(device)) == {("dbm", "ge2", -12.3), ("voltage", "ge2", 3.31)}


@pytest.mark.parametrize(
    ("column", "raw"),
    [(1, 40), (2, 0), (3, 100), (5, 9)],
)
def test_a_table_that_only_resembles_it_is_left_alone(column: int, raw: int) -> None:
    rows: dict[str, SnmpValue] = {}
    for index, row in ((1, (14, 9, 1, -123, 1)), (2, (4, 8, 0, 3310, 1))):
        rows |= {f"3.9.1.1.{place}.{index}": value for place, value in enumerate(row, 1)}
    assert sensor_tables(rows) == ["3.9.1.1"]
    assert sensor_tables(rows | {f"3.9.1.1.{column}.2": raw}) == []


def test_a_table_of_ones_is_no_sensor_table() -> None:
    assert sensor_tables({f"3.9.1.1.{column}.{index}": 1 for column in range(1, 6) for index in (1, 2, 3)}) == []


def webstax_box() -> FakeDevice:
    """A module in the second port; the first is empty."""
    device = box(NOBODY)
    ddmi = f"{ENTERPRISES}99999.1.152.1.3.2.1"
    texts = {1003: b"41.500", 1008: b"3.2800", 1013: b"6.200", 1018: b"0.5012", 1023: b"0.0200", 1024: b"1.0000"}
    device.objects |= {f"{ddmi}.{column}.2": text for column, text in texts.items()}
    device.objects |= {f"{ddmi}.{column}.1": b"0.0000" for column in texts}
    return device


def polled(device: FakeDevice, maker: str = NOBODY) -> dict[str, Value]:
    """The light received that a poll would write, by port."""
    client = FakeClient(device)
    ports = Ports({1: "ge1", 2: "ge2"}, {"ge1": "ge1", "ge2": "ge2"})
    sensors = asyncio.run(find_sensors(client, f"{ENTERPRISES}{maker}", ports))
    read = asyncio.run(client.get_many([oid for one in sensors for oid in (one.value_oid, one.status_oid) if oid]))
    found = light_values(sensors, read.values)
    return {port: fields[OPTICS.rx_dbm] for (port, _lane), fields in found.items() if OPTICS.rx_dbm in fields}


def test_polls_look_into_the_same_tree() -> None:
    assert polled(webstax_box()) == {"ge2": pytest.approx(-16.99, abs=0.01)}
    device = box(NOBODY)
    entity(device, 30, "Receive power ge2")
    entity(device, 31, "Supply voltage ge2")
    copy = f"{ENTERPRISES}99999.3.9.1.1"
    sensor(device, 30, (14, 9, 1, -123), root=copy)
    sensor(device, 31, (4, 8, 0, 3310), root=copy)
    assert polled(device) == {"ge2": pytest.approx(-12.3)}


@pytest.mark.parametrize("maker", ["890.1.15", ""])
def test_polls_spare_a_maker_that_has_a_row_and_one_without_a_number(maker: str) -> None:
    device = box(maker)
    assert polled(device, maker) == {}
    assert f"{ENTERPRISES}{maker.partition('.')[0]}" not in device.walked


def test_software_others_sell_too_shows_by_the_shape_of_the_tree() -> None:
    found = probed(webstax_box())
    assert values(found) == {
        ("temperature", "ge2", 41.5),
        ("voltage", "ge2", 3.28),
        ("current", "ge2", 0.01),
        ("dbm", "ge2", -3.0),
        ("dbm", "ge2", -16.99),
    }
    assert sum(gap.oid.endswith(".1") for gap in found.no_reading) == 5


def test_software_that_stands_at_its_own_number_whoever_sells_the_switch() -> None:
    device = box(NOBODY)
    phy = "1.3.6.1.4.1.89.90.1.2.1.3.1"
    device.objects |= {f"{phy}.{kind}": raw for kind, raw in ((5, 40), (6, 3_300_000), (8, -2500), (9, -11000))}
    assert values(probed(device)) == {
        ("temperature", "ge1", 40.0),
        ("voltage", "ge1", 3.3),
        ("dbm", "ge1", -2.5),
        ("dbm", "ge1", -11.0),
    }


def test_whole_numbers_that_do_not_say_their_unit_are_no_readings() -> None:
    device = box(NOBODY)
    device.objects |= {f"{ENTERPRISES}99999.5.1.{column}.1": raw for column, raw in ((1, 33), (2, 3300), (3, -512))}
    assert not probed(device).sensors


def test_text_in_two_units_counts_once() -> None:
    device = box(NOBODY)
    device.objects[f"{ENTERPRISES}99999.5.0"] = b"63.6C / 147.0F"
    assert values(probed(device)) == {("temperature", "", 63.6)}


@pytest.mark.parametrize(
    ("words", "port"),
    [
        ("Rx power of ge2", "ge2"),
        ("ge2:rx", "ge2"),
        ("ge2_rx_power", "ge2"),
        ("Transceiver of xe-0/0/1", "xe-0/0/1"),
        ("xe-0/0/1-rx", "xe-0/0/1"),
        ("Port 3 SFP", "3"),
        ("Port_3", "3"),
        ("Fan 3", ""),
        ("Power supply 3", ""),
        ("PSU 1/2", ""),
        ("interface 1/2 Rx", "1/2"),
        ("ge22 Rx", ""),
    ],
)
def test_a_port_named_in_a_sensors_name(words: str, port: str) -> None:
    names = ("ge2", "xe-0/0/1", "3", "1/2")
    assert named_port(words, {name: name for name in names}) == port


def test_a_sensor_table_without_scale_and_precision_is_in_plain_units() -> None:
    device = box(NOBODY)
    entity(device, 5, "Chassis")
    device.objects |= {f"{SENSOR}.1.5": 8, f"{SENSOR}.4.5": 42, f"{SENSOR}.5.5": 1}
    assert values(probed(device)) == {("temperature", "", 42.0)}


def test_a_row_without_its_scale_is_no_reading() -> None:
    device = box(NOBODY)
    for index in (5, 6):
        entity(device, index, f"Sensor {index}")
        sensor(device, index, (8, 9, 0, 42, 1))
    del device.objects[f"{SENSOR}.2.5"]
    found = probed(device)
    assert [one.oid for one in found.sensors] == [f"{SENSOR}.4.6"]
    assert [gap.oid for gap in found.no_reading] == [f"{SENSOR}.4.5"]


@pytest.mark.parametrize(
    ("unit", "kind", "value"),
    [(b"mV", "voltage", 3.31), (b"dBm", "dbm", -3.31), (b"mA", "current", 3.31), (b"%RH", "humidity", 33.1)],
)
def test_a_unit_displayed_where_the_type_is_other(unit: bytes, kind: str, value: float) -> None:
    device = box(NOBODY)
    entity(device, 5, "ge1 something", kind=8)
    device.objects[f"{ALIAS}.5.0"] = f"{IF_INDEX}.1"
    raw = {"voltage": (1, 9, 0, 3310, 1), "dbm": (1, 9, 2, -331, 1), "current": (1, 9, 0, 3310, 1)}.get(
        kind, (1, 9, 1, 331, 1)
    )
    sensor(device, 5, raw)
    device.objects[f"{SENSOR}.6.5"] = unit
    assert values(probed(device)) == {(kind, "ge1", value)}


@pytest.mark.parametrize(("status", "is_read"), [(0, True), (1, True), (2, False), (3, False)])
def test_only_what_the_standard_calls_broken_is_withheld(status: int, *, is_read: bool) -> None:
    device = box(NOBODY)
    entity(device, 5, "Chassis")
    sensor(device, 5, (8, 9, 0, 42, status))
    assert bool(probed(device).sensors) is is_read


def test_a_number_sent_as_text() -> None:
    device = box(NOBODY)
    entity(device, 5, "Chassis")
    sensor(device, 5, (8, 9, 1, b"425", 1))
    assert values(probed(device)) == {("temperature", "", 42.5)}


@pytest.mark.parametrize(
    ("row", "rx_dbm"),
    [
        ({1: 14, 2: 9, 3: 1, 4: -123, 5: 1}, -12.3),
        ({1: 14, 2: 9, 3: 1, 4: -123, 5: 0}, -12.3),  # no status the standard knows
        ({1: 14, 2: 9, 3: 1, 4: -123, 5: 2}, None),  # unavailable
        ({1: 14, 4: -12, 5: 1}, -12.0),  # neither scale nor precision
        ({1: 14, 2: 9, 3: 1, 4: b"-123", 5: 1}, -12.3),  # a number as text
        ({1: 1, 2: 8, 3: 0, 4: -12300, 5: 1, 6: b"dBm"}, -12.3),  # the unit displayed
        ({1: 1, 2: 9, 3: 1, 4: 500, 5: 1, 6: b"uW"}, -13.01),
        ({1: 1, 2: 9, 3: 1, 4: -123, 5: 1, 6: b"points"}, None),
        ({1: 14, 2: 9, 3: 1, 4: 1_000_000_000, 5: 1}, None),  # overflow
    ],
)
def test_polls_read_the_sensor_table_as_the_probe_does(row: dict[int, SnmpValue], rx_dbm: float | None) -> None:
    device = box(NOBODY)
    entity(device, 30, "Receive power ge2")
    device.objects |= {f"{SENSOR}.{column}.30": raw for column, raw in row.items()}
    expected = [pytest.approx(rx_dbm, abs=0.01)] if rx_dbm is not None else []
    assert list(polled(device).values()) == expected
    assert [one.value for one in probed(device).sensors if one.kind == "dbm"] == expected
