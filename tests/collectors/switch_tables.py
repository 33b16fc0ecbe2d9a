"""A switch's IF-MIB as objects of a fake device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_client import FakeDevice

from collectors.snmp import SYS_UP_TIME
from collectors.tables import (
    COUNTERS,
    DISCONTINUITY,
    HIGH_SPEED,
    IF_DESCR,
    IF_NAME,
    IF_NUMBER,
    IF_TABLE_LAST_CHANGE,
    IF_TYPE,
    STATES,
    SYS_DESCR,
    SYS_NAME,
    SYS_OBJECT_ID,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ETHERNET, LOOPBACK = 6, 24


def switch(*, names: Sequence[str] = ("ge1", "ge2"), uptime_s: float = 5000, last_change: bool = True) -> FakeDevice:
    """Ports with ifIndex 1, 2, ...; all counters 0, all up, 1 Gbit/s."""
    device = FakeDevice()
    device.objects.update(
        {
            SYS_UP_TIME: int(uptime_s * 100),
            SYS_DESCR: b"a switch",
            SYS_OBJECT_ID: "1.3.6.1.4.1.99999.1",
            SYS_NAME: b"sw",
        }
    )
    device.objects[IF_NUMBER] = len(names)
    if last_change:
        device.objects[IF_TABLE_LAST_CHANGE] = 0
    for index, name in enumerate(names, 1):
        add_port(device, index, name)
    return device


def add_port(device: FakeDevice, index: int, name: str) -> None:
    values = {IF_TYPE: ETHERNET, IF_NAME: name.encode(), IF_DESCR: f"Port {name}".encode(), DISCONTINUITY: 0}
    values |= {column.oid: 0 for column in COUNTERS} | {column.oid: 1 for column in STATES} | {HIGH_SPEED.oid: 1000}
    device.objects.update({f"{column}.{index}": value for column, value in values.items()})


def remove_port(device: FakeDevice, index: int) -> None:
    columns = (IF_TYPE, IF_NAME, IF_DESCR, DISCONTINUITY, *(column.oid for column in (*COUNTERS, *STATES)))
    for column in columns:
        del device.objects[f"{column}.{index}"]


def count(device: FakeDevice, index: int, octets: int) -> None:
    device.objects[f"{COUNTERS[0].oid}.{index}"] = octets


def run(device: FakeDevice, seconds: float) -> None:
    """Let the device's clock go on."""
    ticks = device.objects[SYS_UP_TIME]
    assert isinstance(ticks, int)
    device.objects[SYS_UP_TIME] = ticks + int(seconds * 100)
