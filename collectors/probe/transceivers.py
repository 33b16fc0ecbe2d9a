"""Pluggable modules: by ENTITY-MIB, and by vendor tables where a vendor has one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.cleaning import text
from collectors.optics.entities import ENTITY
from collectors.probe.facts import ProbedTransceiver
from collectors.vendors.numbers import first_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpValue
    from collectors.optics.entities import Entities, Ports
    from collectors.probe.walks import Walks
    from collectors.vendors.modules import ModuleTable

CLASS, HARDWARE, SERIAL, MAKER, MODEL = (f"{ENTITY}.{column}" for column in (5, 8, 11, 12, 13))
MODULE, PORT = 9, 10
_PLUGGABLE = re.compile(
    r"\b(?:x?sfp\+?|sfp[-+]?(?:28|56|dd)|c?xfp|q?sfp\w*|qsfp[-+]?\w*|cfp\d?|xenpak|x2|gbic|transceiver|optic\w*"
    r"|\d+g?base[-\w/]*|dom|dac)\b",
    re.IGNORECASE,
)


async def read_transceivers(
    walks: Walks, entities: Entities, ports: Ports, tables: tuple[ModuleTable, ...]
) -> list[ProbedTransceiver]:
    """The modules of the first vendor table that has any, else those ENTITY-MIB names as pluggable.

    Raises:
        DeviceError: the device stopped answering.
    """
    for table in tables:
        if found := await _in_table(walks, table, entities, ports):
            return found
    return await _in_entities(walks, entities)


async def _in_table(walks: Walks, table: ModuleTable, entities: Entities, ports: Ports) -> list[ProbedTransceiver]:
    columns = {name: await walks.column(f"{table.root}.{sub}") for name, sub in table.columns.items()}
    known = dict.fromkeys(index for rows in columns.values() for index in rows)
    found = []
    for index in known:
        words = {name: text(rows.get(index, "")) for name, rows in columns.items()}
        if not any(words.get(name) for name in ("vendor", "model", "serial", "type")):
            continue
        parts = index.split(".")
        if table.entity:
            port = entities.port(parts[0])
        else:
            port = ports.by_index.get(int(parts[table.if_index_at]), "") if table.if_index_at < len(parts) else ""
        found.append(
            ProbedTransceiver(
                index=index,
                if_index=None,
                if_name=port,
                vendor=words.get("vendor", ""),
                model=words.get("model", ""),
                serial=words.get("serial", ""),
                revision=words.get("revision", ""),
                type=words.get("type", ""),
                connector=words.get("connector", ""),
                date=words.get("date", ""),
                wavelength_nm=_whole(columns.get("wavelength_nm", {}).get(index), table.wavelength_factor),
                distance_m=_whole(columns.get("distance_m", {}).get(index), table.distance_factor),
            )
        )
    return found


def _whole(raw: SnmpValue | None, factor: float) -> int | None:
    said = first_number(raw) if raw is not None else None
    return round(said.number * factor) if said is not None and said.number > 0 else None


async def _in_entities(walks: Walks, entities: Entities) -> list[ProbedTransceiver]:
    classes = await walks.column(CLASS)
    columns: dict[str, Mapping[str, SnmpValue]] = {
        name: await walks.column(oid) for name, oid in (("maker", MAKER), ("model", MODEL), ("serial", SERIAL))
    }
    revisions = await walks.column(HARDWARE)
    found = []
    for index, kind in classes.items():
        words = {name: text(rows.get(index, "")) for name, rows in columns.items()}
        if kind not in {MODULE, PORT} or not (words["model"] or words["serial"]):
            continue
        port = entities.port(index)
        if port and (_PLUGGABLE.search(entities.words(index)) or _PLUGGABLE.search(words["model"])):
            found.append(
                ProbedTransceiver(
                    index=index,
                    if_index=None,
                    if_name=port,
                    vendor=words["maker"],
                    model=words["model"],
                    serial=words["serial"],
                    revision=text(revisions.get(index, "")),
                    type=entities.description(index),
                )
            )
    return found
