"""Vendors' tables: how an index leads to a port, a lane and a unit; how a model finds its own tables."""

from __future__ import annotations

import asyncio
from itertools import chain

import pytest
from fake_client import FakeClient, FakeDevice
from probe_device import ALIAS, IF_INDEX, box, entity

from collectors.discovery import discover
from collectors.optics.entities import Ports
from collectors.optics.sensors import find_sensors, light_values
from collectors.optics.units import Quantity
from collectors.probe.device import probe
from collectors.vendors.families import FAMILIES, STANDARD_TABLES
from collectors.vendors.family import family_of
from collectors.vendors.row import Kind, Table
from rainbow.kernel.metrics import OPTICS

ENTERPRISES = "1.3.6.1.4.1."
ZYXEL = "1.3.6.1.4.1.890.1.15.3.84.1.2.1"
HUAWEI = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1"
PORTS = Ports({1: "ge1", 2: "ge2"}, {"ge1": "ge1", "ge2": "ge2"})


def readings(device: FakeDevice, kind: str = "dbm") -> set[tuple[str, str, float]]:
    found = asyncio.run(probe(FakeClient(device), address="x", deadline_s=5))
    return {
        (reading.if_name, reading.descr.split(" ", 1)[-1], round(reading.value, 2))
        for reading in found.sensors
        if reading.kind == kind
    }


def test_the_kind_of_a_value_may_stand_in_its_index() -> None:
    device = box("890.1.15", ports={101: "swp00"})
    for kind, raw in ((1, 3661), (2, 325), (4, -628), (5, -1234)):
        device.objects[f"{ZYXEL}.6.101.{kind}"] = raw
    device.objects.update(
        {f"{ZYXEL}.{column}.101.5": raw for column, raw in ((2, 0), (4, -100), (5, -2700), (3, -3000))}
    )
    assert readings(device) == {("1/01", "Tx power", -6.28), ("1/01", "Rx power", -12.34)}
    assert readings(device, "temperature") == {("1/01", "module temperature", 36.61)}


@pytest.mark.parametrize(
    ("raw", "dbm"),
    [
        ({"8": 500, "9": 252}, {-3.01, -5.99}),  # microwatts
        ({"8": -290, "9": 256}, {-2.9, 2.56}),  # hundredths of dBm: one level below zero tells for both
        ({"8": -1, "9": -1}, set()),  # the MIB's own "not available"
    ],
)
def test_software_that_changed_its_unit(raw: dict[str, int], dbm: set[float]) -> None:
    device = box("2011.2.23.1")
    entity(device, 500, "ge1", kind=10)
    device.objects[f"{ALIAS}.500.0"] = f"{IF_INDEX}.1"
    device.objects.update({f"{HUAWEI}.{column}.500": value for column, value in raw.items()})
    assert {value for _port, _words, value in readings(device)} == dbm


def test_a_model_with_a_mib_of_its_own_is_found_by_its_object_id() -> None:
    device = box("259.10.1.999.105")  # a model nobody has met
    device.objects["1.3.6.1.4.1.259.10.1.999.1.2.11.1.6.2"] = b"-4.56 dBm normal"
    assert readings(device) == {("ge2", "Rx power", -4.56)}


def test_one_text_with_the_levels_of_all_lanes() -> None:
    device = box("52642.1.99")
    device.objects["1.3.6.1.4.1.52642.1.37.1.10.6.1.5.1"] = b"-0.43 ,0.01  ,0.00  ,0.19"
    found = readings(device)
    assert found == {
        ("ge1", "Rx power lane 1", -0.43),
        ("ge1", "Rx power lane 2", 0.01),
        ("ge1", "Rx power lane 4", 0.19),
    }


@pytest.mark.parametrize("maker", ["52642", "4881"])
def test_lanes_in_columns_of_their_own_and_a_number_for_none(maker: str) -> None:
    device = box(f"{maker}.1.1.10.1.99")
    levels_at = f"{ENTERPRISES}{maker}.1.1.10.2.105.1.1.1"
    for port, levels in ((1, (-512, -10000, -10000)), (2, (-10000, -101, -202))):
        device.objects.update({f"{levels_at}.{76 + place}.{port}": raw for place, raw in enumerate(levels)})
    found = asyncio.run(probe(FakeClient(device), address="x", deadline_s=5))
    assert {(one.if_name, one.lane, round(one.value, 2)) for one in found.sensors} == {
        ("ge1", "", -5.12),
        ("ge2", "1", -1.01),
        ("ge2", "2", -2.02),
    }
    assert {gap.reason for gap in found.no_reading} == {"-10000 stands for no reading"}


def test_polls_name_ports_as_the_front_of_the_box_does_unless_the_plant_says_otherwise() -> None:
    client = FakeClient(box("890.1.15", ports={101: "swp00", 226: "swp25", 900: "vlan1"}))
    for plant_ports, names in (((), {"1/01", "2/26", "vlan1"}), (("swp25",), {"1/01", "swp25", "vlan1"})):
        layout = asyncio.run(discover(client, plant_ports=plant_ports, part_s=5))
        assert {port.if_name for port in layout.ports} == names
        assert not layout.notes


def test_zeros_of_an_empty_cage_are_no_readings() -> None:
    device = box("890.1.15", ports={101: "swp00", 102: "swp01"})
    for kind, plugged in ((1, 3661), (2, 330), (3, 0), (4, -628), (5, 0)):
        device.objects[f"{ZYXEL}.6.101.{kind}"] = plugged
        device.objects[f"{ZYXEL}.6.102.{kind}"] = 0
    found = asyncio.run(probe(FakeClient(device), address="x", deadline_s=5))
    assert {(one.if_name, one.kind, round(one.value, 2)) for one in found.sensors} == {
        ("1/01", "temperature", 36.61),
        ("1/01", "voltage", 3.3),
        ("1/01", "current", 0.0),  # a laser that is off
        ("1/01", "dbm", -6.28),
    }
    assert sum(".102." in gap.oid for gap in found.no_reading) == 5


def test_a_part_that_says_it_is_absent_gives_no_reading() -> None:
    device = box("4329.6.1.2.1")
    msps = f"{ENTERPRISES}4329.20.1.1.1.1"
    for part, present, celsius in ((1, 1, 47), (2, 2, 0)):
        device.objects.update(
            {f"{msps}.79.7.1.{column}.{part}": raw for column, raw in ((4, present), (7, b"CPU"), (16, celsius))}
        )
    device.objects[f"{msps}.28.4.0"] = 2
    assert {value for _port, _words, value in readings(device, "temperature")} == {47.0}
    assert {value for _port, _words, value in readings(device, "state")} == {2.0}


def test_a_pon_port_measured_in_milliwatts() -> None:
    device = box("6321.1.2.4.1.6", ports={7: "1/1/xp7"})
    pon = f"{ENTERPRISES}6321.1.2.4.2.4.2.1"
    device.objects.update({f"{pon}.{column}.7": raw for column, raw in ((4, 41250), (5, 11000), (6, 31623), (7, 0))})
    assert readings(device) == {("1/1/xp7", "Tx power", 5.0)}
    assert readings(device, "temperature") == {("1/1/xp7", "module temperature", 41.25)}


def test_the_kind_of_a_value_may_stand_in_its_name() -> None:
    device = box("12356.101.1.9001")
    sensors = f"{ENTERPRISES}12356.101.4.3.2.1"
    parts = {
        "LM75 U7": "37",
        "DTS CPU0": "47",
        "PS1 Temp 2": "-1",
        "Fan 1": "6600",
        "+VCC12": "11.898",
        "PS1 Status": "9",
    }
    for place, (name, value) in enumerate(parts.items(), 1):
        device.objects.update({f"{sensors}.2.{place}": name.encode(), f"{sensors}.3.{place}": value.encode()})
    found = asyncio.run(probe(FakeClient(device), address="x", deadline_s=5))
    assert {(one.descr, one.kind, one.value) for one in found.sensors} == {
        ("LM75 U7", "temperature", 37.0),
        ("DTS CPU0", "temperature", 47.0),
        ("Fan 1", "fanspeed", 6600.0),
        ("+VCC12", "voltage", 11.898),
    }
    assert [gap.reason for gap in found.no_reading] == ["-1 stands for no reading"]


def test_a_rectifier_with_a_number_for_invalid() -> None:
    device = box("20246.2.3")
    orion = f"{ENTERPRISES}20246.2.3.1.1.1.2.3"
    device.objects.update(
        {f"{orion}.{place}.0": raw for place, raw in ((1, 5412), (3, -17), (4, 2147483647), (8, 640))}
    )
    assert {value for _port, _words, value in readings(device, "voltage")} == {54.12}
    assert {value for _port, _words, value in readings(device, "current")} == {-1.7}
    assert readings(device, "temperature") == set()
    assert {value for _port, _words, value in readings(device, "power")} == {640.0}


def test_each_row_may_have_its_own_decimal_places() -> None:
    device = box("13742.6")
    inlet = "1.3.6.1.4.1.13742.6"
    for kind, raw, places in ((1, 1234, 3), (4, 230, 0), (5, 2838, 1)):
        device.objects[f"{inlet}.5.2.3.1.4.1.1.{kind}"] = raw
        device.objects[f"{inlet}.3.3.4.1.7.1.1.{kind}"] = places
    found = asyncio.run(probe(FakeClient(device), address="x", deadline_s=5))
    assert {(one.kind, round(one.value, 3)) for one in found.sensors} == {
        ("current", 1.234),
        ("voltage", 230.0),
        ("power", 283.8),
    }


def test_polls_take_light_from_the_same_tables() -> None:
    device = box("890.1.15", ports={1: "ge1", 2: "ge2"})
    for port, level in ((1, -1234), (2, -4000)):
        for kind, raw in ((1, 3661), (3, 700), (4, -200), (5, level)):
            device.objects[f"{ZYXEL}.6.{port}.{kind}"] = raw
    client = FakeClient(device)
    sensors = asyncio.run(find_sensors(client, f"{ENTERPRISES}890.1.15", PORTS))
    values = asyncio.run(client.get_many([sensor.value_oid for sensor in sensors])).values
    light = light_values(sensors, values)
    assert light["ge1", ""] == {
        OPTICS.light: 1,
        OPTICS.rx_dbm: pytest.approx(-12.34),
        OPTICS.tx_dbm: pytest.approx(-2.0),
        OPTICS.bias_ma: pytest.approx(7.0),
        OPTICS.temperature_c: pytest.approx(36.61),
    }
    assert light["ge2", ""][OPTICS.light] == 0  # -40 dBm is darkness
    assert OPTICS.rx_dbm not in light["ge2", ""]


def test_ports_in_different_tables_of_a_vendor_are_all_polled() -> None:
    device = box("2544.1.12.1.1")
    for port, (base, stats, slot, level) in enumerate((("4.1.1", "5.1.1", 2, -6), ("4.1.7", "5.1.5", 1, -4)), 1):
        device.objects[f"{ENTERPRISES}2544.1.12.{base}.1.2.1.1.{slot}.1"] = port
        for interval, raw in ((1, level - 9), (3, level)):
            device.objects[f"{ENTERPRISES}2544.1.12.{stats}.1.34.1.1.{slot}.1.{interval}"] = raw
    client = FakeClient(device)
    sensors = asyncio.run(find_sensors(client, f"{ENTERPRISES}2544.1.12.1.1", PORTS))
    values = asyncio.run(client.get_many([sensor.value_oid for sensor in sensors])).values
    levels = {place: fields[OPTICS.rx_dbm] for place, fields in light_values(sensors, values).items()}
    assert levels == {("ge1", ""): -6, ("ge2", ""): -4}


def test_discovery_asks_a_vendor_without_light_little() -> None:
    device = box("890.1.15")
    asyncio.run(find_sensors(FakeClient(device), f"{ENTERPRISES}890.1.15", PORTS))
    assert len(device.walked) <= 3


def all_tables() -> list[Table]:
    families = FAMILIES.values()
    own = (table for family in families for rule in family.own for table in rule.tables("1.3.6.1.4.1.1"))
    return [*chain.from_iterable(family.tables for family in families), *own, *STANDARD_TABLES]


def test_every_row_names_its_mib_and_object_and_scales_sensibly() -> None:
    for table in all_tables():
        assert table.mib
        for column in table.columns:
            assert column.name, table.root
            assert column.factor > 0, column.name
            if column.quantity in {Quantity.RX, Quantity.TX}:
                assert column.kind is Kind.DBM, column.name
            if column.kind is Kind.STATE:
                assert column.factor == 1, column.name
            if any(column.limits):
                assert column.sub not in column.limits, column.name


def test_light_of_known_makers_has_a_way_to_its_port() -> None:
    without = {
        table.mib
        for table in all_tables()
        if any(column.quantity is Quantity.RX for column in table.columns)
        and table.if_index_at is None
        and table.entity_at is None
        and not (table.port_name or table.port_is_index or table.if_index_in)
    }
    assert without == {  # these number ports in ways of their own; the probe shows them by their index
        "ACD-SFP-MIB",
        "ADVA-FSPR7-PM-MIB",
        "ADVANTECH-EKI-MIB",
        "CORIANT-GROOVE-MIB",
        "FA-EXT-MIB",
        "IPI-CMM-CHASSIS-MIB",
        "E7-Calix-MIB",
        "MICROSENS-G6-MIB",
        "SFP-MIB",
        "SIAE-SFP-MIB",
        "V1600D-MIB",
    }


@pytest.mark.parametrize(
    ("object_id", "vendor"),
    [
        ("1.3.6.1.4.1.9.1.1208", "Cisco"),
        ("1.3.6.1.4.1.9.6.1.1006.24.5", "Cisco Small Business"),
        ("1.3.6.1.4.1.2011.6.164.1.2", "Huawei"),
        ("1.3.6.1.4.1.1271.3", "Ciena"),
        ("1.3.6.1.4.1.91", ""),
        ("1.3.6.1.2.1.33", ""),
        ("", ""),
    ],
)
def test_the_longest_place_counts(object_id: str, vendor: str) -> None:
    family = family_of(FAMILIES, object_id)
    assert (family.vendor if family else "") == vendor


def test_an_empty_cage_is_not_asked_at_each_poll() -> None:
    device = box("890.1.15", ports={1: "ge1", 2: "ge2", 3: "ge3"})
    for port, values in ((1, (3661, 700, -200, 0)), (2, (0, 0, 0, 0))):
        for kind, raw in zip((1, 3, 4, 5), values, strict=True):
            device.objects[f"{ZYXEL}.6.{port}.{kind}"] = raw
    sensors = asyncio.run(find_sensors(FakeClient(device), f"{ENTERPRISES}890.1.15", PORTS))
    assert {sensor.if_name for sensor in sensors} == {"ge1"}  # a module in the dark is there, an empty cage is not
    assert len(sensors) == 4


def test_lanes_that_have_a_column_each() -> None:
    device = box("6027.1.3.20")
    table = "1.3.6.1.4.1.6027.3.11.1.3.1.1"
    device.objects.update({f"{table}.12.1": b"-1.5", f"{table}.13.1": b"-2.5", f"{table}.18.1": b"7.4"})
    found = asyncio.run(probe(FakeClient(device), address="x", deadline_s=5))
    assert {(reading.kind, reading.lane, reading.value, reading.unit) for reading in found.sensors} == {
        ("dbm", "1", -1.5, "dBm"),
        ("dbm", "2", -2.5, "dBm"),
        ("current", "1", 7.4, "mA"),
    }
