"""Polls hear neighbours of other protocols where LLDP is silent, under the names the plant knows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from fake_client import FakeClient, FakeDevice
from probe_device import LLDP

from collectors.hearing import hear
from collectors.optics.entities import Ports
from collectors.probe.neighbour_caches import EDP, SONMP
from collectors.reading import Heard
from rainbow.kernel.errors import BadReply

if TYPE_CHECKING:
    from collectors.client import SnmpValue
    from collectors.neighbours import Said

CDP = "1.3.6.1.4.1.9.9.23.1.2.1.1"
ISDP = "1.3.6.1.4.1.4526.10.39.1.2.1.1"
FDP = "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1"
MAC_A, MAC_B = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
V2 = "1.3.111.2.802.1.1.13.1.4.1.1"
PORTS = Ports({1: "Gi0/1", 2: "Gi0/2"}, {"Gi0/1": "Gi0/1", "GigabitEthernet0/1": "Gi0/1", "Gi0/2": "Gi0/2"})


def said(device: FakeDevice) -> Said:
    return asyncio.run(hear(FakeClient(device), ports=PORTS, system="sw-1"))


def test_cdp_is_heard_where_lldp_is_silent() -> None:
    device = FakeDevice()
    device.objects.update(
        {
            f"{CDP}.4.2.1": bytes((192, 0, 2, 7)),
            f"{CDP}.6.2.1": b"core-1",
            f"{CDP}.7.2.1": b"GigabitEthernet1/0/1",
        }
    )
    found = said(device)
    (heard,) = found.heard
    assert (heard.if_name, heard.system, heard.port, heard.chassis) == (
        "Gi0/2",
        "core-1",
        "GigabitEthernet1/0/1",
        "192.0.2.7",
    )
    assert found.identity.ports["GigabitEthernet0/1"] == "Gi0/1"  # how a CDP neighbour will call this port


def lldp(device: FakeDevice, index: str = "0.1.1", root: str = LLDP, first: int = 4) -> None:
    """A neighbour heard on the first port."""
    values = (4, MAC_B, 5, b"xe1", b"to the hall", b"core-2")
    device.objects |= {f"{root}.4.1.1.{first + place}.{index}": value for place, value in enumerate(values)}


def named_device() -> FakeDevice:
    device = FakeDevice()
    device.objects |= {f"{LLDP}.3.1.0": 4, f"{LLDP}.3.2.0": MAC_A, f"{LLDP}.3.3.0": b"switch-a"}
    device.objects |= {f"{LLDP}.3.7.1.2.1": 5, f"{LLDP}.3.7.1.3.1": b"Gi0/1", f"{LLDP}.3.7.1.4.1": b"uplink"}
    device.objects |= {f"{LLDP}.3.7.1.2.2": 7, f"{LLDP}.3.7.1.3.2": b"locally so"}
    lldp(device)
    return device


def test_a_device_is_known_by_all_its_names() -> None:
    found = said(named_device())
    assert found.identity.names == {"switch-a", "02:00:00:00:00:01", "sw-1"}
    assert found.identity.ports["locally so"] == "Gi0/2"  # by its number, which is the ifIndex
    assert found.identity.ports["uplink"] == "Gi0/1"
    assert found.heard == (Heard("Gi0/1", "02:00:00:00:00:02", "xe1", "to the hall", "core-2"),)


@pytest.mark.parametrize("index", ["1.1", "0.99.1", "0.1.1.1", "1"])
def test_rows_of_strange_shape_are_left_out(index: str) -> None:
    device = FakeDevice()
    lldp(device, index)
    assert said(device).heard == ()


def test_cdp_speaks_for_ports_lldp_is_silent_on() -> None:
    device = named_device()
    device.objects |= {f"{CDP}.6.1.1": b"core-2", f"{CDP}.6.2.1": b"core-1(FOX1)", f"{CDP}.7.2.1": b"Eth1"}
    assert [(heard.if_name, heard.system) for heard in said(device).heard] == [
        ("Gi0/1", "core-2"),
        ("Gi0/2", "core-1(FOX1)"),
    ]


def test_an_address_stands_for_a_name_the_neighbour_does_not_say() -> None:
    device = named_device()
    device.objects |= {f"{LLDP}.4.1.1.9.0.1.1": b"", f"{LLDP}.4.2.1.3.0.1.1.1.4.192.0.2.7": 2}
    (heard,) = said(device).heard
    assert (heard.chassis, heard.system) == ("02:00:00:00:00:02", "192.0.2.7")


def test_a_table_that_cannot_be_read_is_told_of_where_nothing_is_heard() -> None:
    device = FakeDevice(walk_errors={f"{LLDP}.4.1.1.7": BadReply("loops")})
    with pytest.raises(BadReply, match="loops"):
        said(device)
    device = named_device()
    device.walk_errors = {f"{CDP}.6": BadReply("loops")}
    assert len(said(device).heard) == 1


@pytest.mark.parametrize(
    ("objects", "system", "port"),
    [
        (
            {
                f"{EDP}.3.2.8.0.4.150.1.2.3.4.5": b"x460",
                f"{EDP}.5.2.8.0.4.150.1.2.3.4.5": 2,
                f"{EDP}.6.2.8.0.4.150.1.2.3.4.5": 49,
            },
            "x460",
            "2:49",
        ),
        ({f"{ISDP}.6.2.1": b"m4300", f"{ISDP}.7.2.1": b"1/0/49"}, "m4300", "1/0/49"),
        ({f"{FDP}.3.2.1": b"icx", f"{FDP}.7.2.1": b"ethernet1/1/1"}, "icx", "ethernet1/1/1"),
        (
            {f"{SONMP}.4.1.2.192.0.2.9.259": 259, f"{SONMP}.3.1.2.192.0.2.9.259": bytes((192, 0, 2, 9))},
            "192.0.2.9",
            "1/3",
        ),
    ],
)
def test_protocols_of_before_lldp(objects: dict[str, SnmpValue], system: str, port: str) -> None:
    device = FakeDevice()
    device.objects |= objects
    ports = Ports({1: "1/1", 2: "1/2"}, {"1/1": "1/1", "1/2": "1/2"})
    (heard,) = asyncio.run(hear(FakeClient(device), ports=ports, system="sw-1")).heard
    assert (heard.if_name, heard.system, heard.port) == ("1/2", system, port)


def test_the_second_lldp_mib() -> None:
    device = FakeDevice()
    device.objects.update({f"{V2}.8.0.1.1.1": b"Eth1", f"{V2}.10.0.1.1.1": b"core-3", f"{V2}.7.0.1.1.1": 5})
    (heard,) = said(device).heard
    assert (heard.if_name, heard.system, heard.port) == ("Gi0/1", "core-3", "Eth1")
