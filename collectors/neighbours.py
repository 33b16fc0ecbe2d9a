"""Neighbours by LLDP (IEEE 802.1AB, LLDP-MIB): what a port hears, and whether the plant says the same.

Devices name themselves and their ports in seven ways each; which one is their choice. So each device's own LLDP
identity is learned too, and a neighbour's words are looked up there before they are compared with the plant.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from collectors.reading import Heard, Identity
from rainbow.kernel.metrics import NEIGHBOUR
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from collectors.reading import DeviceReading
    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.samples import Series

NOT_DOCUMENTED, ANOTHER, AS_DOCUMENTED = -1, 0, 1
"""The numbers of ``NEIGHBOUR.matches``."""
_SERIAL = re.compile(r"\([^()]*\)$")


class Said(NamedTuple):
    """What a device's LLDP tables gave."""

    identity: Identity
    heard: tuple[Heard, ...]


class Directory:
    """Who is who: the plant's names of a device and those it gives itself. Case and domain do not matter.

    A name several devices give themselves ("switch", a copied address) tells nothing and is left out.
    """

    def __init__(self, plant: Plant, identities: Mapping[Code, Identity]) -> None:
        self._devices: dict[str, Code] = {}
        self._ports: dict[Code, Mapping[str, str]] = {}
        said = Counter(word for identity in identities.values() for word in {_folded(name) for name in identity.names})
        for device in plant.devices:
            self._add(device.code, (device.code, device.name, device.address))
        for device in plant.devices:
            identity = identities.get(device.code, Identity())
            self._add(device.code, (word for word in sorted(identity.names) if said[_folded(word)] == 1))
            self._ports[device.code] = identity.ports

    def _add(self, code: Code, words: Iterable[str]) -> None:
        for word in words:
            if word:
                self._devices.setdefault(_folded(word), code)

    def device(self, heard: Heard) -> Code | None:
        """The plant's device behind a neighbour's words, by chassis before name.

        NX-OS puts its serial number behind its name: ``core-1(FOX1234)``.
        """
        name = _SERIAL.sub("", heard.system)
        for word in (heard.chassis, heard.system, name, name.partition(".")[0]):
            if word and (code := self._devices.get(_folded(word))):
                return code
        return None

    def port(self, device: Code, heard: Heard) -> str | None:
        """The if_name behind a neighbour's words, None where they tell nothing."""
        names = self._ports.get(device, {})
        return names.get(heard.port) or names.get(heard.port_name)


def _folded(word: str) -> str:
    return word.casefold()


def verdict(plant: Plant, directory: Directory, interface: Code, heard: Heard) -> int:
    """Whether the neighbour is the one the plant documents at the other end of the port's link."""
    link = plant.link_at.get(interface)
    if link is None:
        return NOT_DOCUMENTED
    far = plant.interface[link.b if link.a == interface else link.a]
    if directory.device(heard) != far.device:
        return ANOTHER
    port = directory.port(far.device, heard)
    words = {port} if port is not None else {heard.port, heard.port_name}
    if far.if_name in words:
        return AS_DOCUMENTED
    return ANOTHER if port is not None or _looks_like_name(heard.port) else AS_DOCUMENTED


def _looks_like_name(port: str) -> bool:
    """Whether a port identifier could be compared at all: a hardware address nobody explained cannot."""
    return ":" not in port and not port.isdecimal() and bool(port)


def neighbour_samples(
    plant: Plant, reading: DeviceReading, directory: Directory, series: Mapping[str, Series]
) -> list[Sample]:
    """One NEIGHBOUR sample a port; of several neighbours on one port the documented one, else the first by name.

    ``series`` holds the NEIGHBOUR series by if_name; ports without one are left out.
    """
    best: dict[str, tuple[int, Heard]] = {}
    for heard in sorted(reading.heard or ()):
        judged = verdict(plant, directory, _interface(reading.device, heard.if_name), heard)
        if heard.if_name not in best or judged > best[heard.if_name][0]:
            best[heard.if_name] = (judged, heard)
    return [
        Sample(
            series[if_name],
            reading.time_ns,
            {
                NEIGHBOUR.remote_device: heard.system or heard.chassis,
                NEIGHBOUR.remote_port: _readable_port(heard),
                NEIGHBOUR.matches: judged,
            },
        )
        for if_name, (judged, heard) in best.items()
        if if_name in series
    ]


def _readable_port(heard: Heard) -> str:
    if heard.port_name and (":" in heard.port or heard.port.isdecimal()):
        return heard.port_name
    return heard.port or heard.port_name


def _interface(device: Code, if_name: str) -> Code:
    return type(device)(f"{device}:{if_name}")
