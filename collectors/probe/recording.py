"""A device recorded: every object it shows, line by line, so that it can be replayed without it."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, NamedTuple

from rainbow.kernel.errors import BadReply

if TYPE_CHECKING:
    from collectors.client import SnmpClient, SnmpValue

TREES = ("1.3.6.1.2.1", "1.3.6.1.4.1", "1.0.8802", "1.3.111.2.802")
"""The standards' objects, the makers', LLDP's two. Not 1.3.6.1.6: there stand communities and users."""
INTEGER, OCTETS, OBJECT_ID, IP_ADDRESS = "2", "4x", "6", "64"
"""Tags of a recording; all whole numbers are plain integers, for what kind they were is not told to us."""


class Recording(NamedTuple):
    """Lines in the order of their OIDs by tree; ``faults`` says which tree could not be read to its end and why."""

    lines: list[str]
    faults: dict[str, str]


async def record(client: SnmpClient) -> Recording:
    """Everything the device shows.

    Raises:
        DeviceSilent, AccessDenied: it does not answer.
    """
    lines: list[str] = []
    faults: dict[str, str] = {}
    for tree in TREES:
        try:
            rows = await client.walk(tree)
        except BadReply as error:
            faults[tree] = error.message
            continue
        lines += [line(f"{tree}.{index}", value) for index, value in rows.items()]
    return Recording(lines, faults)


def line(oid: str, value: SnmpValue) -> str:
    """``OID|tag|value``; octets in hexadecimal."""
    if isinstance(value, int):
        return f"{oid}|{INTEGER}|{value}"
    if isinstance(value, bytes):
        return f"{oid}|{OCTETS}|{value.hex()}"
    return f"{oid}|{IP_ADDRESS if _is_address(value) else OBJECT_ID}|{value.lstrip('.')}"


def _is_address(words: str) -> bool:
    try:
        IPv4Address(words)
    except ValueError:
        return False
    return True
