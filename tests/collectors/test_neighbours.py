"""Neighbours by LLDP, in the ways devices name themselves and their ports."""

from __future__ import annotations

import asyncio

import pytest
from fake_client import FakeClient, FakeDevice
from polled_city import Polled, polled_plant

from collectors.neighbours import (
    ANOTHER,
    AS_DOCUMENTED,
    LOCAL_CHASSIS,
    LOCAL_CHASSIS_SUBTYPE,
    LOCAL_PORT_ID,
    LOCAL_PORT_SUBTYPE,
    LOCAL_SYSTEM,
    NOT_DOCUMENTED,
    REMOTE,
    Directory,
    Said,
    chassis_text,
    neighbour_samples,
    port_text,
    read_neighbours,
    verdict,
)
from collectors.reading import DeviceReading, Heard, Identity
from inventory.entities import Code
from rainbow.kernel.metrics import NEIGHBOUR
from rainbow.kernel.samples import UnixNs

MAC_A, MAC_B = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
PLANT = polled_plant(
    [
        Polled(code="SW-A", port=1, community="a", ports=("ge1", "ge2")),
        Polled(code="SW-B", port=2, community="b", ports=("xe1",)),
        Polled(code="SW-C", port=3, community="c", ports=("xe1",)),
    ],
    links=(("SW-A:ge1", "SW-B:xe1"),),
)
B = Identity(
    names=frozenset({"switch-b.example", "02:00:00:00:00:02"}), ports={"xe1": "xe1", "uplink": "xe1", "49": "xe1"}
)


def heard(**said: str) -> Heard:
    return Heard(**{"if_name": "ge1", "chassis": "", "port": "", "port_name": "", "system": "", **said})


@pytest.mark.parametrize(
    ("subtype", "raw", "words"),
    [
        (4, MAC_A, "02:00:00:00:00:01"),
        (7, b"switch-a", "switch-a"),
        (5, b"\x01\x0a\x00\x00\x01", "10.0.0.1"),
        (5, b"\x02" + bytes(15) + b"\x01", "::1"),
        (5, b"\x01\x0a\x00", "01:0a:00"),  # no address of that family: shown, not guessed
        (4, "text", "text"),
    ],
)
def test_chassis_identifiers(subtype: int, raw: bytes | str, words: str) -> None:
    assert chassis_text(subtype, raw) == words


def test_port_identifiers() -> None:
    assert port_text(3, MAC_A) == "02:00:00:00:00:01"
    assert port_text(5, b"xe1") == "xe1"
    assert port_text(4, b"\x01\x0a\x00\x00\x01") == "10.0.0.1"


@pytest.mark.parametrize(
    ("said", "matches"),
    [
        (heard(system="switch-b.example", port="xe1"), AS_DOCUMENTED),
        (heard(system="SWITCH-B.Example", port="xe1"), AS_DOCUMENTED),
        (heard(system="sw-b.other.domain", port="xe1"), AS_DOCUMENTED),  # the plant's code before the first point
        (heard(chassis="02:00:00:00:00:02", port="49"), AS_DOCUMENTED),  # its own words for its port
        (heard(chassis="02:00:00:00:00:02", port="02:00:00:00:00:99"), AS_DOCUMENTED),  # a port nobody can name
        (heard(chassis="02:00:00:00:00:02", port="02:00:00:00:00:99", port_name="uplink"), AS_DOCUMENTED),
        (heard(system="switch-b.example", port="xe7"), ANOTHER),
        (heard(system="switch-c", port="xe1"), ANOTHER),
        (heard(system="SW-C", port="xe1"), ANOTHER),
        (heard(), ANOTHER),
    ],
)
def test_verdicts(said: Heard, matches: int) -> None:
    directory = Directory(PLANT, {Code("SW-B"): B})
    assert verdict(PLANT, directory, Code("SW-A:ge1"), said) == matches


def test_a_port_without_a_link_is_not_documented() -> None:
    assert verdict(PLANT, Directory(PLANT, {}), Code("SW-A:ge2"), heard(system="SW-B")) == NOT_DOCUMENTED


def lldp_device() -> FakeDevice:
    device = FakeDevice()
    device.objects.update({LOCAL_CHASSIS_SUBTYPE: 4, LOCAL_CHASSIS: MAC_A, LOCAL_SYSTEM: b"switch-a"})
    device.column(LOCAL_PORT_SUBTYPE, {1: 5, 2: 7})
    device.column(LOCAL_PORT_ID, {1: b"ge1", 2: b"locally so"})
    index = "0.1.1"
    for column, value in zip(REMOTE, (4, MAC_B, 5, b"xe1", b"to the hall", b"switch-b.example"), strict=True):
        device.column(column, {index: value})
    return device


def read(device: FakeDevice) -> Said:
    return asyncio.run(read_neighbours(FakeClient(device), names={1: "ge1", 2: "ge2"}, system="sysname"))


def test_tables_are_read() -> None:
    said = read(lldp_device())
    assert said.identity.names == {"switch-a", "02:00:00:00:00:01", "sysname"}
    assert said.identity.ports["locally so"] == "ge2"  # by its number, which is the ifIndex
    assert said.heard == (Heard("ge1", "02:00:00:00:00:02", "xe1", "to the hall", "switch-b.example"),)


@pytest.mark.parametrize("index", ["1.1", "0.99.1", "0.1.1.1", "1"])
def test_rows_of_strange_shape_are_left_out(index: str) -> None:
    device = lldp_device()
    device.objects = {oid: value for oid, value in device.objects.items() if ".4.1.1." not in oid}
    for column in REMOTE:
        device.column(column, {index: b"x"})
    assert read(device).heard == ()


def test_samples_name_the_documented_neighbour_of_several() -> None:
    reading = DeviceReading(
        device=Code("SW-A"),
        time_ns=UnixNs(5),
        uptime_s=None,
        samples=(),
        ports={},
        light={},
        heard=(heard(system="a phone", port="eth0"), heard(system="switch-b.example", port="xe1"), heard(if_name="lo")),
    )
    series = {"ge1": NEIGHBOUR.series(device="SW-A", if_name="ge1")}
    (sample,) = neighbour_samples(PLANT, reading, Directory(PLANT, {Code("SW-B"): B}), series)
    assert sample.values == {
        NEIGHBOUR.remote_device: "switch-b.example",
        NEIGHBOUR.remote_port: "xe1",
        NEIGHBOUR.matches: AS_DOCUMENTED,
    }
