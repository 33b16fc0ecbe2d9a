"""A device made up for the probe's tests: every value is invented, every table a real MIB's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_client import FakeDevice

if TYPE_CHECKING:
    from collectors.client import SnmpValue

SYSTEM = "1.3.6.1.2.1.1"
IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"
ENT = "1.3.6.1.2.1.47.1.1.1.1"
ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
SENSOR = "1.3.6.1.2.1.99.1.1.1"
CISCO_SENSOR = "1.3.6.1.4.1.9.9.91.1.1.1.1"
CISCO_LIMIT = "1.3.6.1.4.1.9.9.91.1.2.1.1"
LLDP = "1.0.8802.1.1.2.1"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"


def box(object_id: str, *, ports: dict[int, str] | None = None) -> FakeDevice:
    """A device with two ports (or these) that are up at 1 Gbit/s."""
    device = FakeDevice()
    device.objects.update(
        {
            f"{SYSTEM}.1.0": b"Invented switch, software 1.2",
            f"{SYSTEM}.2.0": f"1.3.6.1.4.1.{object_id}",
            f"{SYSTEM}.3.0": 360_000,
            f"{SYSTEM}.5.0": b"sw-test",
        }
    )
    for index, name in (ports or {1: "ge1", 2: "ge2"}).items():
        device.objects.update(
            {
                f"{IF}.2.{index}": b"Ethernet " + name.encode(),
                f"{IF}.3.{index}": 6,
                f"{IF}.4.{index}": 1500,
                f"{IF}.5.{index}": 1_000_000_000,
                f"{IF}.6.{index}": bytes((2, 0, 0, 0, 0, index % 256)),
                f"{IF}.7.{index}": 1,
                f"{IF}.8.{index}": 1,
                f"{IF}.14.{index}": 3,
                f"{IFX}.1.{index}": name.encode(),
                f"{IFX}.6.{index}": 10 + index,
                f"{IFX}.15.{index}": 1000,
            }
        )
    return device


def entity(device: FakeDevice, index: int, name: str, *, inside: int = 0, kind: int = 8) -> None:
    """A physical entity."""
    device.objects.update(
        {
            f"{ENT}.2.{index}": name.encode(),
            f"{ENT}.4.{index}": inside,
            f"{ENT}.5.{index}": kind,
            f"{ENT}.7.{index}": name.encode(),
        }
    )


def sensor(device: FakeDevice, index: int, values: tuple[SnmpValue, ...], *, root: str = SENSOR) -> None:
    """A row of a sensor table: type, scale, precision, value, status."""
    device.objects.update({f"{root}.{column}.{index}": value for column, value in enumerate(values, 1)})
