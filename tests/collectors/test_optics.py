"""Light: units, scales, sentinels; and which port a sensor belongs to."""

from __future__ import annotations

import asyncio
import math

import pytest
from fake_client import FakeClient, FakeDevice
from hypothesis import given
from hypothesis import strategies as st

from collectors.optics.entities import (
    ENT_ALIAS,
    ENT_CONTAINED_IN,
    ENT_DESCR,
    ENT_NAME,
    IF_INDEX,
    Entities,
    Ports,
    named_port,
)
from collectors.optics.sensor_table import CISCO_ROOT, STANDARD_ROOT, scale_factor
from collectors.optics.sensors import (
    Sensor,
    find_sensors,
    level_dbm,
    light_values,
    roots_for,
)
from collectors.optics.units import Quantity, Unit
from collectors.vendors.numbers import FLOOR_DBM, POSSIBLE
from collectors.vendors.row import Kind
from rainbow.kernel.metrics import OPTICS

PORTS = Ports({1: "ge1", 2: "ge2"}, {"ge1": "ge1", "ge2": "ge2", "GigabitEthernet 0/2": "ge2"})


@pytest.mark.parametrize(
    ("raw", "factor", "unit", "dbm"),
    [
        (-1234, 0.01, Unit.DBM, -12.34),
        (-12340, 0.001, Unit.DBM, -12.34),
        (1, 1e-3, Unit.WATT, 0.0),  # 1 mW
        (500, 1e-6, Unit.WATT, -3.0103),  # uW
        (5000, 1e-7, Unit.WATT, -3.0103),  # 0.1 uW, as SFF-8472 keeps it
        (1, 1e-7, Unit.WATT, None),  # -40 dBm is its floor
    ],
)
def test_levels(raw: int, factor: float, unit: Unit, dbm: float | None) -> None:
    found = level_dbm(raw, factor, unit)
    assert found == (pytest.approx(dbm, abs=1e-4) if dbm is not None else None)


@pytest.mark.parametrize(
    ("raw", "factor"),
    [
        (0, 0.01),
        (-40, 1.0),
        (-4000, 0.01),
        (-60, 1.0),
        (-99, 1.0),
        (-100, 1.0),
        (-32768, 0.01),
        (-2147483648, 1e-3),
        (65535, 0.01),
    ],
)
def test_sentinels_of_no_light_are_no_reading(raw: int, factor: float) -> None:
    assert level_dbm(raw, factor, Unit.DBM) is None


@pytest.mark.parametrize("raw", [0, -1])
def test_no_watts_no_reading(raw: int) -> None:
    assert level_dbm(raw, 1e-6, Unit.WATT) is None


@given(
    st.integers(-(1 << 31), 1 << 32), st.sampled_from([1.0, 0.1, 0.01, 0.001]), st.sampled_from([Unit.DBM, Unit.WATT])
)
def test_a_level_is_within_what_modules_can_see_or_none(raw: int, factor: float, unit: Unit) -> None:
    level = level_dbm(raw, factor, unit)
    assert level is None or (math.isfinite(level) and FLOOR_DBM < level <= POSSIBLE[Kind.DBM][1])


@pytest.mark.parametrize(
    ("scale", "precision", "factor"),
    [
        (9, 0, 1.0),  # units
        (8, 0, 1e-3),  # milli
        (7, 1, 1e-7),  # micro, one decimal
        (9, 2, 0.01),
        (10, -1, 1e4),
        (0, 0, None),
        (18, 0, None),
        (9, 10, None),
        (None, 0, None),
        (9, b"2", None),
    ],
)
def test_scales_by_the_mib_or_none(scale: object, precision: object, factor: float | None) -> None:
    found = scale_factor(scale, precision)  # type: ignore[arg-type] # what devices send
    assert found == (pytest.approx(factor) if factor is not None else None)


def test_sensor_tables_by_maker() -> None:
    assert roots_for(".1.3.6.1.4.1.9.1.2694") == (CISCO_ROOT, STANDARD_ROOT)
    for unknown in ("1.3.6.1.4.1.99999.1", "", "1.3.6.1.4.1.", "hostile"):
        assert roots_for(unknown) == (STANDARD_ROOT,)


def standard_device() -> FakeDevice:
    """Port ge1's module (entity 10) with four sensors; a board's temperature; a sensor that cannot be placed."""
    device = FakeDevice()
    root = STANDARD_ROOT
    device.column(f"{root}.1", {11: 14, 12: 14, 13: 5, 14: 8, 30: 8, 31: 14})  # types
    device.column(f"{root}.2", {11: 9, 12: 9, 13: 8, 14: 9, 30: 9, 31: 9})  # scales
    device.column(f"{root}.3", {11: 2, 12: 2, 13: 1, 14: 0, 30: 0, 31: 2})  # precisions
    device.column(f"{root}.4", {11: -712, 12: -230, 13: 305, 14: 41, 30: 55, 31: -100})  # values
    device.column(f"{root}.5", {11: 1, 12: 1, 13: 1, 14: 1, 30: 1, 31: 1})  # status
    device.column(ENT_NAME, {10: b"module", 11: b"RX power", 12: b"TX power", 13: b"bias", 14: b"temp", 30: b"CPU"})
    device.column(ENT_DESCR, {11: b"Receive power", 31: b"Rx power of nothing"})
    device.column(ENT_CONTAINED_IN, {11: 10, 12: 10, 13: 10, 14: 10, 10: 1, 1: 0, 30: 1, 31: 31})
    device.column(ENT_ALIAS, {"10.0": f"{IF_INDEX}1"})
    return device


def found(device: FakeDevice, object_id: str = "1.3.6.1.4.1.99999") -> list[Sensor]:
    return asyncio.run(find_sensors(FakeClient(device), object_id, PORTS))


def test_standard_sensors_are_found_placed_and_read() -> None:
    device = standard_device()
    sensors = found(device)
    assert {(sensor.if_name, sensor.quantity) for sensor in sensors} == {("ge1", quantity) for quantity in Quantity}
    (fields,) = light_values(sensors, device.objects).values()
    assert fields == {
        OPTICS.rx_dbm: pytest.approx(-7.12),
        OPTICS.tx_dbm: pytest.approx(-2.30),
        OPTICS.bias_ma: pytest.approx(30.5),
        OPTICS.temperature_c: 41.0,
        OPTICS.light: 1,
    }


@pytest.mark.parametrize("dark", [{"4": 0}, {"4": -4000}, {"5": 3}])
def test_no_light_and_broken_sensors_are_dark_not_zero(dark: dict[str, int]) -> None:
    device = standard_device()
    sensors = found(device)
    device.objects.update({f"{STANDARD_ROOT}.{column}.11": value for column, value in dark.items()})
    (fields,) = light_values(sensors, device.objects).values()
    assert OPTICS.rx_dbm not in fields
    assert fields[OPTICS.light] == 0
    assert fields[OPTICS.tx_dbm] == pytest.approx(-2.30)


def test_a_sensor_that_does_not_answer_says_nothing_at_all() -> None:
    device = standard_device()
    sensors = found(device)
    assert light_values(sensors, {}) == {}


def test_devices_without_light_are_spared_the_entity_walks() -> None:
    device = FakeDevice()
    device.column(f"{STANDARD_ROOT}.1", {1: 8, 2: 8})
    assert found(device) == []
    assert len(device.walked) == 3  # Radlan's levels, the standard's types, and the tree of a maker without a row
    assert f"{STANDARD_ROOT}.1" in device.walked


def test_a_vendor_without_its_own_rows_falls_back_to_the_standard() -> None:
    assert {sensor.if_name for sensor in found(standard_device(), "1.3.6.1.4.1.9.1.1")} == {"ge1"}


def test_a_vendors_table_may_name_its_ports() -> None:
    table = "1.3.6.1.4.1.14988.1.1.19.1.1"
    device = FakeDevice()
    for column, raw in ((6, 44), (8, 31), (9, -2300), (10, -7120)):
        device.column(f"{table}.{column}", {5: raw, 6: raw})
    device.column(f"{table}.2", {5: b"ge2", 6: b"gone"})
    (place,) = (values := light_values(found(device, "1.3.6.1.4.1.14988.1"), device.objects))
    assert place == ("ge2", "")
    assert values[place][OPTICS.rx_dbm] == pytest.approx(-7.12)
    assert values[place][OPTICS.bias_ma] == pytest.approx(31.0)


def test_a_module_that_contains_itself_ends_the_search() -> None:
    entities = Entities(names={}, descriptions={}, containers={"1": 2, "2": 1}, aliases={}, ports=PORTS)
    assert entities.holders("1") == ["1", "2"]
    assert entities.port("1") == ""


def test_port_names_are_found_as_whole_words_the_longest_first() -> None:
    assert named_port("ge2 Receive Power", PORTS.by_name) == "ge2"
    assert named_port("Rx of GigabitEthernet 0/2, lane 1", PORTS.by_name) == "ge2"
    assert named_port("ge22 Receive Power", PORTS.by_name) == ""


def test_lanes_are_told_apart() -> None:
    entities = Entities(
        names={"1": b"ge1 Lane 3 Receive Power", "2": b"ge1 Rx"},
        descriptions={},
        containers={},
        aliases={},
        ports=PORTS,
    )
    assert entities.lane("1") == "3"
    assert entities.lane("2") == ""
