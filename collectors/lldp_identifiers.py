"""The seven ways LLDP lets a device name itself and a port (IEEE 802.1AB, 8.5.2 and 8.5.3), as text.

Agents do not keep to them: hardware addresses come as text, addresses without their family, octets where text should
be. What is meant is plain from the value in all of these.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from collectors.cleaning import mac, text

if TYPE_CHECKING:
    from collectors.client import SnmpValue

CHASSIS_MAC, CHASSIS_ADDRESS = 4, 5
PORT_MAC, PORT_ADDRESS = 3, 4
"""Of LldpChassisIdSubtype and LldpPortIdSubtype; the others are text: names, aliases, components, what is local."""
_ADDRESS_OCTETS = {1: 4, 2: 16}
"""Address families of IANA: IPv4 and IPv6."""
_MAC_OCTETS = 6
_WRITTEN_MAC = re.compile(r"(?:[0-9a-f]{2}[ :.-]?){5}[0-9a-f]{2}", re.IGNORECASE)


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
        return plain_mac(text(raw)) if len(raw) > _MAC_OCTETS and raw.isascii() else mac(raw)
    if is_address:
        return address_text(raw) or (text(raw) if _is_printable(raw) else mac(raw))
    if _is_printable(raw):
        return text(raw)
    return mac(raw)


def _is_printable(raw: bytes) -> bool:
    """Whether octets are meant as text: UTF-8 without controls, which some agents end with a zero."""
    try:
        return raw.rstrip(b"\x00").decode().isprintable()
    except UnicodeDecodeError:
        return False


def address_text(raw: bytes) -> str:
    """A network address, with the number of its family before it or without; empty where it is neither."""
    if raw and _ADDRESS_OCTETS.get(raw[0]) == len(raw) - 1:
        return str(ip_address(raw[1:]))
    return str(ip_address(raw)) if len(raw) in _ADDRESS_OCTETS.values() and not _is_printable(raw) else ""


def plain_mac(words: str) -> str:
    """A hardware address however written, as ``00:11:22:aa:bb:cc``; other words as they are."""
    if not _WRITTEN_MAC.fullmatch(words):
        return words
    digits = re.sub(r"[ :.-]", "", words).lower()
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))
