"""Neighbours by LLDP (IEEE 802.1AB, LLDP-MIB): what a port hears, and whether the plant says the same.

Devices name themselves and their ports in seven ways each; which one is their choice. So each device's own LLDP
identity is learned too, and a neighbour's words are looked up there before they are compared with the plant.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import mac, text
from collectors.reading import Heard, Identity
from rainbow.kernel.metrics import NEIGHBOUR
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from collectors.client import SnmpClient, SnmpValue
    from collectors.reading import DeviceReading
    from inventory.entities import Code, Device
    from inventory.plant import Plant
    from rainbow.kernel.samples import Series

_LLDP = "1.0.8802.1.1.2.1"
LOCAL_CHASSIS_SUBTYPE = f"{_LLDP}.3.1.0"
LOCAL_CHASSIS = f"{_LLDP}.3.2.0"
LOCAL_SYSTEM = f"{_LLDP}.3.3.0"
LOCAL_PORT_SUBTYPE = f"{_LLDP}.3.7.1.2"
LOCAL_PORT_ID = f"{_LLDP}.3.7.1.3"
LOCAL_PORT_DESCR = f"{_LLDP}.3.7.1.4"
REMOTE = tuple(f"{_LLDP}.4.1.1.{column}" for column in (4, 5, 6, 7, 8, 9))
"""lldpRemChassisIdSubtype, ChassisId, PortIdSubtype, PortId, PortDesc, SysName."""

CHASSIS_MAC, CHASSIS_ADDRESS = 4, 5
PORT_MAC, PORT_ADDRESS = 3, 4
_IP_LENGTHS = {1: 4, 2: 16}
"""Address families of IANA: IPv4 and IPv6."""

NOT_DOCUMENTED, ANOTHER, AS_DOCUMENTED = -1, 0, 1
"""The numbers of ``NEIGHBOUR.matches``."""


class Said(NamedTuple):
    """What a device's LLDP tables gave."""

    identity: Identity
    heard: tuple[Heard, ...]


def chassis_text(subtype: int, raw: SnmpValue) -> str:
    """A chassis identifier as text: hardware and network addresses are written out, the rest is text already."""
    return _identifier(raw, is_mac=subtype == CHASSIS_MAC, is_address=subtype == CHASSIS_ADDRESS)


def port_text(subtype: int, raw: SnmpValue) -> str:
    """A port identifier as text; see :func:`chassis_text`."""
    return _identifier(raw, is_mac=subtype == PORT_MAC, is_address=subtype == PORT_ADDRESS)


def _identifier(raw: SnmpValue, *, is_mac: bool, is_address: bool) -> str:
    if not isinstance(raw, bytes):
        return text(raw)
    if is_mac:
        return mac(raw)
    if is_address and raw and _IP_LENGTHS.get(raw[0]) == len(raw) - 1:
        return str(ip_address(raw[1:]))
    return mac(raw) if is_address else text(raw)


async def read_neighbours(client: SnmpClient, *, names: Mapping[int, str], system: str) -> Said:
    """Walk the LLDP tables. ``names`` maps ifIndex to if_name, ``system`` is sysName.

    Raises:
        DeviceError: a table could not be read to its end.
    """
    own = (await client.get_many([LOCAL_CHASSIS_SUBTYPE, LOCAL_CHASSIS, LOCAL_SYSTEM])).values
    subtypes = await client.walk(LOCAL_PORT_SUBTYPE)
    identifiers = await client.walk(LOCAL_PORT_ID)
    descriptions = await client.walk(LOCAL_PORT_DESCR)
    known = set(names.values())
    locals_: dict[str, str] = {}
    ports: dict[str, str] = {name: name for name in known}
    for number, raw in identifiers.items():
        said = (port_text(_number(subtypes.get(number)), raw), text(descriptions.get(number, "")))
        if_name = _local_port(number, said, known, names)
        if if_name:
            locals_[number] = if_name
            ports.update({word: if_name for word in said if word and word not in ports})
    chassis = chassis_text(_number(own.get(LOCAL_CHASSIS_SUBTYPE)), own.get(LOCAL_CHASSIS, ""))
    words = {system, chassis, text(own.get(LOCAL_SYSTEM, ""))}
    columns = [await client.walk(column) for column in REMOTE]
    heard = tuple(_heard(columns, locals_, names))
    return Said(Identity(names=frozenset(filter(None, words)), ports=ports), heard)


def _number(raw: SnmpValue | None) -> int:
    return raw if isinstance(raw, int) else 0


def _local_port(number: str, said: Iterable[str], known: set[str], names: Mapping[int, str]) -> str:
    """The if_name behind an LLDP port number: by its identifier or description, else the number is the ifIndex."""
    for word in said:
        if word in known:
            return word
    return names.get(int(number), "") if number.isdecimal() else ""


def _heard(
    columns: list[dict[str, SnmpValue]], local_ports: Mapping[str, str], names: Mapping[int, str]
) -> Iterable[Heard]:
    """Rows of the remote table, indexed by time mark, local port number and a running number."""
    chassis_subtypes, chassis_ids, port_subtypes, port_ids, port_descriptions, systems = columns
    for index, raw_port in port_ids.items():
        parts = index.split(".")
        if len(parts) != len(("time mark", "port", "number")):
            continue
        if_name = local_ports.get(parts[1]) or names.get(int(parts[1]), "")
        if if_name:
            yield Heard(
                if_name=if_name,
                chassis=chassis_text(_number(chassis_subtypes.get(index)), chassis_ids.get(index, "")),
                port=port_text(_number(port_subtypes.get(index)), raw_port),
                port_name=text(port_descriptions.get(index, "")),
                system=text(systems.get(index, "")),
            )


class Directory:
    """Who is who: the plant's names of a device and those it gives itself. Case and domain do not matter."""

    def __init__(self, plant: Plant, identities: Mapping[Code, Identity]) -> None:
        self._devices: dict[str, Code] = {}
        self._ports: dict[Code, Mapping[str, str]] = {}
        for device in plant.devices:
            self._add(device, identities.get(device.code, Identity()))

    def _add(self, device: Device, identity: Identity) -> None:
        for word in (device.code, device.name, device.address, *sorted(identity.names)):
            if word:
                self._devices.setdefault(_folded(word), device.code)
        self._ports[device.code] = identity.ports

    def device(self, heard: Heard) -> Code | None:
        """The plant's device behind a neighbour's words, by chassis before name."""
        for word in (heard.chassis, heard.system, heard.system.partition(".")[0]):
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
