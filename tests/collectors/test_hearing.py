"""Polls hear neighbours of other protocols where LLDP-MIB is empty, under the names the plant knows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fake_client import FakeClient, FakeDevice
from probe_device import LLDP

from collectors.neighbour_variants import read_all_neighbours
from collectors.optics.entities import Ports

if TYPE_CHECKING:
    from collectors.neighbours import Said

CDP = "1.3.6.1.4.1.9.9.23.1.2.1.1"
V2 = "1.3.111.2.802.1.1.13.1.4.1.1"
PORTS = Ports({1: "Gi0/1", 2: "Gi0/2"}, {"Gi0/1": "Gi0/1", "GigabitEthernet0/1": "Gi0/1", "Gi0/2": "Gi0/2"})


def said(device: FakeDevice) -> Said:
    return asyncio.run(read_all_neighbours(FakeClient(device), ports=PORTS, system="sw-1"))


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


def test_lldp_comes_first_and_spares_the_rest() -> None:
    device = FakeDevice()
    device.objects.update(
        {
            f"{LLDP}.4.1.1.4.0.1.1": 7,
            f"{LLDP}.4.1.1.5.0.1.1": b"chassis",
            f"{LLDP}.4.1.1.6.0.1.1": 5,
            f"{LLDP}.4.1.1.7.0.1.1": b"Eth1",
            f"{LLDP}.4.1.1.8.0.1.1": b"",
            f"{LLDP}.4.1.1.9.0.1.1": b"core-2",
            f"{CDP}.6.2.1": b"core-1",
        }
    )
    assert [heard.system for heard in said(device).heard] == ["core-2"]
    assert not any(root.startswith(CDP) for root in device.walked)


def test_the_second_lldp_mib() -> None:
    device = FakeDevice()
    device.objects.update({f"{V2}.8.0.1.1.1": b"Eth1", f"{V2}.10.0.1.1.1": b"core-3", f"{V2}.7.0.1.1.1": 5})
    (heard,) = said(device).heard
    assert (heard.if_name, heard.system, heard.port) == ("Gi0/1", "core-3", "Eth1")
