"""One round of pysnmp: GetBulk over twelve columns of each device."""

from __future__ import annotations

from pysnmp.hlapi.v3arch.asyncio import (
    USM_AUTH_HMAC192_SHA256,
    USM_PRIV_CFB128_AES,
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    bulk_cmd,
)

from benchmarks.collectors.columns import COLUMNS
from benchmarks.collectors.farm import AUTH_PHRASE, COMMUNITY, PORTS, PRIV_PHRASE, USER, address

Found = dict[tuple[str, int], int]
_ROWS = 4
"""Repetitions: twelve columns of four ports fit one datagram, as RAINBOW asks."""


async def poll_all(devices: list[int], port: int, *, is_v3: bool) -> dict[int, Found]:
    """Read the devices one after the other."""
    engine = SnmpEngine()
    known: CommunityData | UsmUserData = CommunityData(COMMUNITY)
    if is_v3:
        known = UsmUserData(
            USER,
            AUTH_PHRASE,
            PRIV_PHRASE,
            authProtocol=USM_AUTH_HMAC192_SHA256,
            privProtocol=USM_PRIV_CFB128_AES,
        )
    try:
        return {number: await _poll(engine, known, number, port) for number in devices}
    finally:
        engine.close_dispatcher()


async def _poll(engine: SnmpEngine, known: CommunityData | UsmUserData, number: int, port: int) -> Found:
    target = await UdpTransportTarget.create((address(number), port), timeout=3, retries=2)
    found: Found = {}
    for first in range(0, PORTS, _ROWS):
        asked = [ObjectType(ObjectIdentity(f"{column.oid}.{first}" if first else column.oid)) for column in COLUMNS]
        fault, status, _index, binds = await bulk_cmd(
            engine, known, target, ContextData(), 0, _ROWS, *asked, lookupMib=False
        )
        assert not fault, fault
        assert not status, status
        for name, value in binds:
            oid, _dot, index = str(name).rpartition(".")
            found[oid, int(index)] = int(value)
    return found
