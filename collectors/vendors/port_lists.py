"""The shape of a vendor's own list of ports, for devices that keep some of them out of IF-MIB."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PortList:
    """A vendor's table of ports.

    The name stands in the column ``name``, or is ``prefix`` and the index's arcs that are not 0. The ifIndex is the
    last arc of the index, or with ``packed`` its arcs with three digits each. ``admin`` and ``oper`` count 1 as up and
    2 as down. ``speed`` is in bit/s (a whole OID, with the same index) or a number of Mbit/s all ports have.
    """

    mib: str
    root: str
    name: str = ""
    prefix: str = ""
    packed: bool = False
    admin: str = ""
    oper: str = ""
    speed: str = ""
    speed_mbps: int | None = None
    kind: str = ""
