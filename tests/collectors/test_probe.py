"""Probing one device: every part read, every gap named, no part's failure costing another."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from fake_client import FakeClient
from probe_device import ALIAS, CISCO_LIMIT, CISCO_SENSOR, ENT, IF, IF_INDEX, IFX, LLDP, SENSOR, box, entity, sensor

from collectors.probe.as_json import to_json
from collectors.probe.as_text import to_text
from collectors.probe.device import probe
from rainbow.kernel.errors import BadReply, DeviceSilent

if TYPE_CHECKING:
    from fake_client import FakeDevice

    from collectors.probe.facts import Probed, ProbedSensor


def probed(device: FakeDevice, deadline_s: float = 5.0) -> Probed:
    return asyncio.run(probe(FakeClient(device), address="192.0.2.1:161", deadline_s=deadline_s))


def one(found: Probed, oid: str) -> ProbedSensor:
    return next(reading for reading in found.sensors if reading.oid == oid)


def why_not(found: Probed, oid: str) -> str:
    return next((missing.reason for missing in found.no_reading if missing.oid == oid), "")


def test_interfaces_from_both_tables() -> None:
    device = box("99999.1")
    device.objects[f"{IFX}.1.7"] = b"only-in-ifXTable"
    device.objects[f"{IF}.2.9"] = b"only in ifTable"
    device.objects[f"{IF}.5.9"] = 100_000_000
    found = probed(device)
    ports = {port.if_index: port for port in found.interfaces}
    assert (ports[1].if_name, ports[1].admin_status, ports[1].oper_status) == ("ge1", "up", "up")
    assert ports[1].high_speed_mbps == 1000
    assert ports[1].phys_address == "02:00:00:00:00:01"
    assert ports[1].counters == {"in_octets": 11, "in_errors": 3}
    assert ports[7].if_name == "only-in-ifXTable"
    assert ports[7].oper_status is None
    assert (ports[9].if_name, ports[9].high_speed_mbps) == ("only in ifTable", 100)


def test_a_standard_sensor_belongs_to_the_port_its_module_is_aliased_to() -> None:
    device = box("99999.1")
    entity(device, 100, "module", kind=9)
    entity(device, 101, "Receive power", inside=100)
    entity(device, 102, "Transmit power", inside=100)
    device.objects[f"{ALIAS}.100.0"] = f"{IF_INDEX}.2"
    sensor(device, 101, (14, 9, 2, -512, 1))
    sensor(device, 102, (14, 9, 2, 0, 1))
    found = probed(device)
    level = one(found, f"{SENSOR}.4.101")
    assert (level.kind, level.value, level.unit) == ("dbm", -5.12, "dBm")
    assert (level.if_index, level.if_name) == (2, "ge2")
    assert "0 dBm" in why_not(found, f"{SENSOR}.4.102")


def test_watts_of_light_become_dbm_and_those_of_a_supply_do_not() -> None:
    device = box("99999.1")
    entity(device, 101, "ge1 Rx power")
    entity(device, 102, "Power supply 1")
    sensor(device, 101, (6, 8, 4, 5000, 1))  # milliwatts with four decimals
    sensor(device, 102, (6, 9, 0, 120, 1))
    found = probed(device)
    assert {reading.kind for reading in found.sensors if reading.oid.endswith(".101")} == {"dbm", "power"}
    assert [reading.value for reading in found.sensors if reading.oid.endswith(".102")] == [120.0]
    level = next(reading for reading in found.sensors if reading.kind == "dbm")
    assert level.value == pytest.approx(-3.0103, abs=1e-4)


def test_a_sensor_that_says_it_is_broken_gives_no_reading() -> None:
    device = box("99999.1")
    entity(device, 101, "Inlet")
    entity(device, 102, "Outlet")
    sensor(device, 101, (8, 9, 0, 30, 3))
    sensor(device, 102, (8, 9, 40, 30, 1))  # a precision no sensor has
    found = probed(device)
    assert not found.sensors
    assert why_not(found, f"{SENSOR}.4.101")
    assert why_not(found, f"{SENSOR}.4.102")


@pytest.mark.parametrize(
    ("limits", "believed"),
    [
        ({"low_alarm": -300, "high_alarm": 10}, True),
        ({"low_alarm": 10, "high_alarm": -300}, False),
        ({"low_alarm": 0, "high_alarm": 0}, False),
    ],
)
def test_ciscos_thresholds_are_scaled_like_the_value(limits: dict[str, int], *, believed: bool) -> None:
    device = box("9.1.1")
    entity(device, 101, "ge1 Receive Power Sensor")
    sensor(device, 101, (14, 9, 1, -62, 1), root=CISCO_SENSOR)
    for number, (relation, name) in enumerate(((1, "low_alarm"), (3, "high_alarm")), 1):
        device.objects.update(
            {
                f"{CISCO_LIMIT}.2.101.{number}": 20,
                f"{CISCO_LIMIT}.3.101.{number}": relation,
                f"{CISCO_LIMIT}.4.101.{number}": limits[name],
            }
        )
    level = one(probed(device), f"{CISCO_SENSOR}.4.101")
    assert level.value == pytest.approx(-6.2)
    assert dict(level.limits) == ({"low_alarm": -30.0, "high_alarm": 1.0} if believed else {})


def test_neighbours_of_three_protocols() -> None:
    device = box("9.1.1")
    device.objects.update(
        {
            f"{LLDP}.3.7.1.2.5": 5,
            f"{LLDP}.3.7.1.3.5": b"ge2",  # the local port number 5 is no ifIndex: its identifier tells the port
            f"{LLDP}.4.1.1.4.0.5.1": 4,
            f"{LLDP}.4.1.1.5.0.5.1": bytes.fromhex("020000000001"),
            f"{LLDP}.4.1.1.6.0.5.1": 3,
            f"{LLDP}.4.1.1.7.0.5.1": bytes.fromhex("020000000002"),
            f"{LLDP}.4.1.1.8.0.5.1": b"uplink",
            f"{LLDP}.4.1.1.9.0.5.1": b"core-1",
            "1.3.111.2.802.1.1.13.1.4.1.1.5.0.1.1.1": 7,
            "1.3.111.2.802.1.1.13.1.4.1.1.6.0.1.1.1": b"chassis-7",
            "1.3.111.2.802.1.1.13.1.4.1.1.7.0.1.1.1": 5,
            "1.3.111.2.802.1.1.13.1.4.1.1.8.0.1.1.1": b"Eth1/1",
            "1.3.111.2.802.1.1.13.1.4.1.1.10.0.1.1.1": b"core-2",
            "1.3.6.1.4.1.9.9.23.1.2.1.1.4.1.3": bytes((192, 0, 2, 9)),
            "1.3.6.1.4.1.9.9.23.1.2.1.1.6.1.3": b"core-3.example",
            "1.3.6.1.4.1.9.9.23.1.2.1.1.7.1.3": b"GigabitEthernet0/1",
        }
    )
    heard = {neighbour.system: neighbour for neighbour in probed(device).neighbours}
    assert (heard["core-1"].if_name, heard["core-1"].port) == ("ge2", "02:00:00:00:00:02")
    assert heard["core-1"].mac == "02:00:00:00:00:01"
    assert (heard["core-2"].if_name, heard["core-2"].port, heard["core-2"].protocol) == ("ge1", "Eth1/1", "lldp")
    assert (heard["core-3.example"].protocol, heard["core-3.example"].addresses) == ("cdp", ("192.0.2.9",))


def test_modules_by_entity_mib() -> None:
    device = box("99999.1")
    entity(device, 100, "SFP-10G-LR in ge1", kind=9)
    device.objects.update({f"{ENT}.11.100": b"SN1", f"{ENT}.12.100": b"MAKER", f"{ENT}.13.100": b"PN-1"})
    device.objects[f"{ALIAS}.100.0"] = f"{IF_INDEX}.1"
    (module,) = probed(device).transceivers
    assert (module.if_index, module.vendor, module.model, module.serial) == (1, "MAKER", "PN-1", "SN1")


def test_a_ups_is_read_by_its_standard() -> None:
    device = box("99999.1")
    ups = "1.3.6.1.2.1.33.1"
    device.objects.update(
        {
            f"{ups}.2.1.0": 2,
            f"{ups}.2.3.0": 42,
            f"{ups}.2.5.0": 546,
            f"{ups}.4.4.1.2.1": 230,
            f"{ups}.4.4.1.4.1": 300,
        }
    )
    found = probed(device)
    assert one(found, f"{ups}.2.1.0").state == "batteryNormal"
    assert (one(found, f"{ups}.2.3.0").value, one(found, f"{ups}.2.3.0").unit) == (42, "min")
    assert one(found, f"{ups}.2.5.0").value == pytest.approx(54.6)
    assert one(found, f"{ups}.4.4.1.4.1").kind == "power"


def test_an_unknown_maker_whose_values_name_their_unit() -> None:
    device = box("99999.1")
    device.objects.update(
        {
            "1.3.6.1.4.1.99999.7.1.5.1": b"-7.31 dBm",
            "1.3.6.1.4.1.99999.7.1.6.1": b"0.00 dBm",
            "1.3.6.1.4.1.99999.7.1.7.1": b"Release 12 C",
            "1.3.6.1.4.1.99999.7.1.8.1": b"3.31 V",
        }
    )
    found = probed(device)
    assert {(reading.kind, reading.value, reading.if_name) for reading in found.sensors} == {
        ("dbm", -7.31, "ge1"),
        ("voltage", 3.31, ""),
    }
    assert why_not(found, "1.3.6.1.4.1.99999.7.1.6.1")
    assert found.vendor == "enterprise 99999"


def test_a_table_that_cannot_be_read_costs_no_other() -> None:
    device = box("99999.1")
    entity(device, 101, "Inlet")
    sensor(device, 101, (8, 9, 0, 30, 1))
    device.walk_errors[f"{IFX}.18"] = BadReply("the walk does not move on")
    found = probed(device)
    assert len(found.interfaces) == 2
    assert one(found, f"{SENSOR}.4.101").value == 30
    assert why_not(found, f"{IFX}.18") == "the walk does not move on"


def test_a_silent_device_is_an_error_and_a_slow_one_tells_what_is_missing() -> None:
    silent = box("99999.1")
    silent.error = DeviceSilent("no answer")
    with pytest.raises(DeviceSilent):
        probed(silent)
    hanging = box("99999.1")
    hanging.hangs = True
    with pytest.raises(TimeoutError):
        probed(hanging, deadline_s=0.05)


def test_json_has_the_agreed_keys() -> None:
    device = box("99999.1")
    entity(device, 101, "ge1 Rx power lane 3")
    sensor(device, 101, (14, 9, 2, -512, 1))
    said = json.loads(to_json(probed(device)))
    assert {"sysName", "sysDescr", "sysObjectID", "vendor", "model", "interfaces", "sensors"} <= set(said)
    assert {"transceivers", "neighbours", "no_reading"} <= set(said)
    assert set(said["interfaces"][0]) == {
        "ifIndex",
        "ifName",
        "ifDescr",
        "ifAlias",
        "ifType",
        "ifHighSpeed_mbps",
        "ifMtu",
        "ifPhysAddress",
        "ifAdminStatus",
        "ifOperStatus",
        "counters",
    }
    (level,) = said["sensors"]
    assert level["class"] == "dbm"
    assert (level["value"], level["unit"], level["ifIndex"], level["lane"]) == (-5.12, "dBm", 1, "3")
    assert said["interfaces"][0]["ifType"] == "ethernetCsmacd"


def test_text_shows_light_first_and_ends_with_what_is_missing() -> None:
    device = box("99999.1")
    for index, raw in ((101, -512), (102, 0)):
        entity(device, index, f"ge{index - 100} Rx power")
        sensor(device, index, (14, 9, 2, raw, 1))
    words = to_text(probed(device))
    assert "-5.12 dBm" in words
    assert "it is not 0 dBm" in words.splitlines()[-1]
