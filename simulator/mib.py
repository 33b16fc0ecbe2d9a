"""What a simulated switch tells about itself, its ports and its neighbours.

Literal tables, as the MIBs have them: the system group (RFC 3418), interfaces (RFC 2863), LLDP (IEEE 802.1AB). A value
is made when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import ber
from simulator.layout import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.layout import Cell, Scalar
    from simulator.parts import Port, Switch
    from simulator.traffic import Meter

_SYSTEM = (1, 3, 6, 1, 2, 1, 1)
_IF_NUMBER = (1, 3, 6, 1, 2, 1, 2, 1, 0)
IF_TABLE = (1, 3, 6, 1, 2, 1, 2, 2, 1)
_IFX = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
_IF_TABLE_LAST_CHANGE = (1, 3, 6, 1, 2, 1, 31, 1, 5, 0)
_LLDP = (1, 0, 8802, 1, 1, 2, 1)
_LLDP_REMOTE = (*_LLDP, 4, 1, 1)
_OBJECT_ID = (1, 3, 6, 1, 4, 1, 32473, 1)
"""32473 is IANA's enterprise for examples (RFC 5612): these switches are no vendor's."""

_BITS_32 = (1 << 32) - 1
_UP, _DOWN = ber.integer(1), ber.integer(2)
_TRUE, _FALSE = ber.integer(1), ber.integer(2)
_ETHERNET = ber.integer(6)  # ethernetCsmacd
_BRIDGE = ber.tlv(ber.OCTETS, b"\x20\x00")  # LldpSystemCapabilitiesMap: bit 2
_MAC_ADDRESS, _INTERFACE_NAME = ber.integer(4), ber.integer(5)  # lldpLocChassisIdSubtype, lldpLocPortIdSubtype
_ERROR_SHARES = ((1.0, 1e-4), (2.0, 1e-6), (3.0, 1e-8))
"""Margin in dB below which so large a share of frames arrives broken."""
_DISCARD_SHARE = 2e-7


def mac(switch: Switch, port: int = 0) -> bytes:
    """A hardware address of a switch, or of one of its ports: locally administered, so nobody's."""
    return b"\x02\x5b" + switch.number.to_bytes(2, "big") + port.to_bytes(2, "big")


def ticks(seconds: float) -> bytes:
    """TimeTicks; a time before the restart is 0."""
    return ber.integer(int(max(seconds, 0.0) * 100) & _BITS_32, ber.TIME_TICKS)


def fixed(value: bytes) -> Callable[..., bytes]:
    """Makes always the same value."""
    return lambda *_what: value


def _counter(value: float, bits: int) -> bytes:
    kind = ber.COUNTER64 if bits > 32 else ber.COUNTER32  # noqa: PLR2004 - the two widths there are
    return ber.integer(int(value) & ((1 << bits) - 1), kind)


def _octets_in(port: Port, now_s: float) -> float:
    return port.into.octets(now_s) - port.received_before


def _octets_out(port: Port, now_s: float) -> float:
    return port.out.octets(now_s) - port.sent_before


def _frames(octets: float, meter: Meter) -> float:
    return octets / meter.flow.frame_octets


def _count_in(bits: int) -> Cell:
    return lambda _switch, port, now_s: _counter(_octets_in(port, now_s), bits)


def _count_out(bits: int) -> Cell:
    return lambda _switch, port, now_s: _counter(_octets_out(port, now_s), bits)


def _frames_in(bits: int, share: float = 1.0) -> Cell:
    return lambda _switch, port, now_s: _counter(share * _frames(_octets_in(port, now_s), port.into), bits)


def _frames_out(bits: int, share: float = 1.0) -> Cell:
    return lambda _switch, port, now_s: _counter(share * _frames(_octets_out(port, now_s), port.out), bits)


def _errors_in(_switch: Switch, port: Port, now_s: float) -> bytes:
    margin_db = port.module.margin_db if port.module is not None else _ERROR_SHARES[-1][0]
    share = next((share for least_db, share in _ERROR_SHARES if margin_db < least_db), 0.0)
    return _counter(share * _frames(_octets_in(port, now_s), port.into), 32)


def _speed(port: Port) -> int:
    return port.interface.speed_mbps


def _alias(port: Port) -> str:
    return port.interface.name


def _oper(_switch: Switch, port: Port, _now_s: float) -> bytes:
    return _UP if port.up else _DOWN


def _last_change(switch: Switch, port: Port, _now_s: float) -> bytes:
    return ticks(port.changed_s - switch.booted_s)


def _row(index: int) -> tuple[int, ...]:
    return (index,)


_ZERO_32 = fixed(ber.integer(0, ber.COUNTER32))
_ZERO_64 = fixed(ber.integer(0, ber.COUNTER64))

_IF_CELLS: dict[int, Cell] = {
    1: lambda _s, port, _t: ber.integer(port.index),  # ifIndex
    2: lambda _s, port, _t: ber.octets(port.interface.if_name),  # ifDescr
    3: fixed(_ETHERNET),  # ifType
    4: fixed(ber.integer(1500)),  # ifMtu
    5: lambda _s, port, _t: ber.integer(min(_speed(port) * 1_000_000, _BITS_32), ber.GAUGE32),  # ifSpeed
    6: lambda switch, port, _t: ber.tlv(ber.OCTETS, mac(switch, port.index)),  # ifPhysAddress
    7: lambda _s, port, _t: _UP if port.enabled else _DOWN,  # ifAdminStatus
    8: _oper,  # ifOperStatus
    9: _last_change,  # ifLastChange
    10: _count_in(32),  # ifInOctets
    11: _frames_in(32),  # ifInUcastPkts
    13: _ZERO_32,  # ifInDiscards
    14: _errors_in,  # ifInErrors
    15: _ZERO_32,  # ifInUnknownProtos
    16: _count_out(32),  # ifOutOctets
    17: _frames_out(32),  # ifOutUcastPkts
    19: _frames_out(32, _DISCARD_SHARE),  # ifOutDiscards
    20: _ZERO_32,  # ifOutErrors
}
_IFX_CELLS: dict[int, Cell] = {
    1: lambda _s, port, _t: ber.octets(port.interface.if_name),  # ifName
    2: _ZERO_32,  # ifInMulticastPkts
    3: _ZERO_32,  # ifInBroadcastPkts
    4: _ZERO_32,  # ifOutMulticastPkts
    5: _ZERO_32,  # ifOutBroadcastPkts
    6: _count_in(64),  # ifHCInOctets
    7: _frames_in(64),  # ifHCInUcastPkts
    8: _ZERO_64,  # ifHCInMulticastPkts
    9: _ZERO_64,  # ifHCInBroadcastPkts
    10: _count_out(64),  # ifHCOutOctets
    11: _frames_out(64),  # ifHCOutUcastPkts
    12: _ZERO_64,  # ifHCOutMulticastPkts
    13: _ZERO_64,  # ifHCOutBroadcastPkts
    14: fixed(_UP),  # ifLinkUpDownTrapEnable: enabled
    15: lambda _s, port, _t: ber.integer(_speed(port), ber.GAUGE32),  # ifHighSpeed
    16: fixed(_FALSE),  # ifPromiscuousMode
    17: fixed(_TRUE),  # ifConnectorPresent
    18: lambda _s, port, _t: ber.octets(_alias(port)),  # ifAlias
    19: fixed(ticks(0)),  # ifCounterDiscontinuityTime: none but the restart itself
}
_LLDP_LOCAL_CELLS: dict[int, Cell] = {
    2: fixed(_INTERFACE_NAME),  # lldpLocPortIdSubtype
    3: lambda _s, port, _t: ber.octets(port.interface.if_name),  # lldpLocPortId
    4: lambda _s, port, _t: ber.octets(_alias(port) or port.interface.if_name),  # lldpLocPortDesc
}


def _place(switch: Switch, port: Port) -> tuple[Switch, Port] | None:
    return switch.neighbours.get(port.index)


def _heard(make: Callable[[Switch, Port], bytes]) -> Cell:
    """A column of the neighbour at a port; no row where none is heard."""

    def cell(switch: Switch, port: Port, _now_s: float) -> bytes | None:
        found = _place(switch, port)
        return make(*found) if found is not None else None

    return cell


_LLDP_REMOTE_CELLS: dict[int, Cell] = {
    4: _heard(fixed(_MAC_ADDRESS)),  # lldpRemChassisIdSubtype
    5: _heard(lambda switch, _port: ber.tlv(ber.OCTETS, mac(switch))),  # lldpRemChassisId
    6: _heard(fixed(_INTERFACE_NAME)),  # lldpRemPortIdSubtype
    7: _heard(lambda _switch, port: ber.octets(port.interface.if_name)),  # lldpRemPortId
    8: _heard(lambda _switch, port: ber.octets(_alias(port) or port.interface.if_name)),  # lldpRemPortDesc
    9: _heard(lambda switch, _port: ber.octets(switch.device.code)),  # lldpRemSysName
    10: _heard(lambda switch, _port: ber.octets(description(switch))),  # lldpRemSysDesc
    11: _heard(fixed(_BRIDGE)),  # lldpRemSysCapSupported
    12: _heard(fixed(_BRIDGE)),  # lldpRemSysCapEnabled
}


def description(switch: Switch) -> str:
    """What the switch says it is."""
    model = " ".join(filter(None, (switch.device.vendor, switch.device.model)))
    return f"{model or 'Switch'}, simulated by RAINBOW"


def _system(number: int) -> tuple[int, ...]:
    return (*_SYSTEM, number, 0)


def _lldp(*numbers: int) -> tuple[int, ...]:
    return (*_LLDP, *numbers, 0)


_OWN_OID = ber.tlv(ber.OID, ber.name_of(ber.key(*_OBJECT_ID)))


SCALARS: tuple[tuple[tuple[int, ...], Scalar], ...] = (
    (_system(1), lambda switch, _t: ber.octets(description(switch))),  # sysDescr
    (_system(2), fixed(_OWN_OID)),  # sysObjectID
    (_system(3), lambda switch, now_s: ticks(now_s - switch.booted_s)),  # sysUpTime
    (_system(4), fixed(ber.octets(""))),  # sysContact
    (_system(5), lambda switch, _t: ber.octets(switch.device.code)),  # sysName
    (_system(6), lambda switch, _t: ber.octets(switch.place)),  # sysLocation
    (_system(7), fixed(ber.integer(2))),  # sysServices: a bridge
    (_IF_NUMBER, lambda switch, _t: ber.integer(len(switch.ports))),
    (_IF_TABLE_LAST_CHANGE, fixed(ticks(0))),
    (_lldp(2, 1), lambda switch, _t: ticks(switch.heard_s - switch.booted_s)),  # lldpStatsRemTablesLastChangeTime
    (_lldp(3, 1), fixed(_MAC_ADDRESS)),  # lldpLocChassisIdSubtype
    (_lldp(3, 2), lambda switch, _t: ber.tlv(ber.OCTETS, mac(switch))),  # lldpLocChassisId
    (_lldp(3, 3), lambda switch, _t: ber.octets(switch.device.code)),  # lldpLocSysName
    (_lldp(3, 4), lambda switch, _t: ber.octets(description(switch))),  # lldpLocSysDesc
    (_lldp(3, 5), fixed(_BRIDGE)),  # lldpLocSysCapSupported
    (_lldp(3, 6), fixed(_BRIDGE)),  # lldpLocSysCapEnabled
)

PORT_COLUMNS = (
    *(Column((*IF_TABLE, number), make, _row) for number, make in _IF_CELLS.items()),
    *(Column((*_IFX, number), make, _row) for number, make in _IFX_CELLS.items()),
    *(Column((*_LLDP, 3, 7, 1, number), make, _row) for number, make in _LLDP_LOCAL_CELLS.items()),
)
NEIGHBOUR_COLUMNS = tuple(
    Column((*_LLDP_REMOTE, number), make, lambda index: (0, index, 1)) for number, make in _LLDP_REMOTE_CELLS.items()
)
