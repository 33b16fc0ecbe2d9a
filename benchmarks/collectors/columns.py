"""What every contestant reads: twelve columns of IF-MIB (RFC 2863)."""

from __future__ import annotations

from typing import NamedTuple

from rainbow.kernel.metrics import INTERFACE, Field


class Column(NamedTuple):
    """A column; ``field`` is where RAINBOW keeps it as read, None where it keeps no such value."""

    name: str
    oid: str
    counts: bool
    field: Field | None
    factor: int = 1


_IF = "1.3.6.1.2.1.2.2.1"
_IFX = "1.3.6.1.2.1.31.1.1.1"
IF_NAME = f"{_IFX}.1"

COLUMNS = (
    Column("ifHCInOctets", f"{_IFX}.6", counts=True, field=INTERFACE.in_octets),
    Column("ifHCOutOctets", f"{_IFX}.10", counts=True, field=INTERFACE.out_octets),
    Column("ifHCInUcastPkts", f"{_IFX}.7", counts=True, field=INTERFACE.in_ucast_pkts),
    Column("ifHCOutUcastPkts", f"{_IFX}.11", counts=True, field=INTERFACE.out_ucast_pkts),
    Column("ifInErrors", f"{_IF}.14", counts=True, field=INTERFACE.in_errors),
    Column("ifOutErrors", f"{_IF}.20", counts=True, field=INTERFACE.out_errors),
    Column("ifInDiscards", f"{_IF}.13", counts=True, field=INTERFACE.in_discards),
    Column("ifOutDiscards", f"{_IF}.19", counts=True, field=INTERFACE.out_discards),
    Column("ifOperStatus", f"{_IF}.8", counts=False, field=INTERFACE.oper_state),
    Column("ifAdminStatus", f"{_IF}.7", counts=False, field=INTERFACE.admin_state),
    Column("ifHighSpeed", f"{_IFX}.15", counts=False, field=INTERFACE.speed_bps, factor=1_000_000),
    Column("ifCounterDiscontinuityTime", f"{_IFX}.19", counts=False, field=None),
)
Values = dict[tuple[str, int], int]
"""Column name and ifIndex to the value as served."""
