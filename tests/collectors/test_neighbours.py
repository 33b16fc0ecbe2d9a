"""Neighbours by LLDP, in the ways devices name themselves and their ports."""

from __future__ import annotations

import pytest
from polled_city import Polled, polled_plant

from collectors.lldp_identifiers import chassis_text, port_text
from collectors.neighbours import (
    ANOTHER,
    AS_DOCUMENTED,
    NOT_DOCUMENTED,
    Directory,
    neighbour_samples,
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
        (5, bytes((10, 0, 0, 1)), "10.0.0.1"),  # without the family
        (5, b"10.0.0.1", "10.0.0.1"),
        (4, b"02-00-00-00-00-01", "02:00:00:00:00:01"),  # a hardware address as text
        (4, b"0200.0000.0001", "02:00:00:00:00:01"),
        (7, MAC_A, "02:00:00:00:00:01"),  # "local", and yet one
        (6, b"ge1\x00", "ge1"),
        (1, "Gehäuse 3".encode(), "Gehäuse 3"),
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
    assert port_text(4, b"\x02" + bytes(15) + b"\x01") == "::1"
    assert port_text(1, b"to the hall") == "to the hall"  # ifAlias
    assert port_text(2, b"\x00\x00\x00\x07") == "00:00:00:07"  # a port component in octets
    assert port_text(6, b"\x00\x04\x00\x01\x01\x02") == "00:04:00:01:01:02"  # an agent circuit id
    assert port_text(7, b"49") == "49"


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


def test_nx_os_puts_its_serial_number_behind_its_name() -> None:
    directory = Directory(PLANT, {Code("SW-B"): B})
    assert directory.device(heard(system="switch-b.example(FOX1234ABCD)")) == "SW-B"


def test_a_name_several_devices_give_themselves_tells_nothing() -> None:
    copied = Identity(names=frozenset({"switch", "02:00:00:00:00:09"}))
    directory = Directory(PLANT, {Code("SW-B"): copied, Code("SW-C"): copied})
    assert directory.device(heard(chassis="02:00:00:00:00:09", system="switch")) is None
    assert directory.device(heard(chassis="02:00:00:00:00:09", system="SW-C")) == "SW-C"


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
