"""Readings of vendor tables and of the standards that are tables like theirs (UPS-MIB, POWER-ETHERNET-MIB)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.cleaning import text
from collectors.probe.facts import NoReading, ProbedSensor
from collectors.vendors.instances import instances, says_something
from collectors.vendors.numbers import Measured, believable, first_number, measure, measure_said, numbers_in
from collectors.vendors.row import Kind
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.optics.entities import Entities, Ports
    from collectors.probe.walks import Walks
    from collectors.vendors.instances import Instance
    from collectors.vendors.row import Column, Table

_LIMIT_NAMES = ("high_alarm", "high_warn", "low_warn", "low_alarm")


async def read_tables(
    walks: Walks, tables: tuple[Table, ...], entities: Entities, ports: Ports
) -> list[ProbedSensor | NoReading]:
    """All readings of these tables.

    Raises:
        DeviceError: the device stopped answering.
    """
    found: list[ProbedSensor | NoReading] = []
    for table in tables:
        rows = await instances(table, table.columns, walks.column, entities, ports)
        cages = _empty_cages(rows) if any(column.quantity for column in table.columns) else frozenset()
        for instance in rows:
            if _cage(instance) in cages and instance.column.kind is not Kind.STATE:
                found.append(_nothing_plugged(instance))
            else:
                found.extend(_readings(instance))
    return found


def _empty_cages(rows: list[Instance]) -> frozenset[str]:
    """Where neither light nor warmth, voltage nor current is more than 0: no module is plugged."""
    rows = [instance for instance in rows if instance.column.kind is not Kind.STATE]
    return frozenset(_cage(instance) for instance in rows) - {_cage(one) for one in rows if says_something(one)}


def _cage(instance: Instance) -> str:
    """What the values of one module have in common: the port, or the index without the places of kind and lane."""
    if instance.port:
        return instance.port
    apart = {place for place, _number in instance.column.where} | {instance.table.lane_at}
    return " ".join(part for place, part in enumerate(instance.index.split(".")) if place not in apart)


def _nothing_plugged(instance: Instance) -> NoReading:
    measured = measure(instance.column, instance.raw)
    reason = measured.reason or _("0 like all else of this port: no module is plugged")
    return NoReading(oid=instance.oid, descr=_descr(instance, instance.lane), reason=reason)


def _readings(instance: Instance) -> Iterator[ProbedSensor | NoReading]:
    column = instance.column
    if column.kind is Kind.STATE:
        yield _state(instance)
    elif column.several and not isinstance(instance.raw, int):
        yield from _several(instance)
    else:
        yield _made(instance, measure(column, instance.raw), instance.lane)


def _several(instance: Instance) -> Iterator[ProbedSensor | NoReading]:
    """One text with a number for each lane."""
    numbers = numbers_in(instance.raw)
    if not numbers:
        yield _made(instance, measure(instance.column, instance.raw), instance.lane)
    for lane, said in enumerate(numbers, 1):
        name = str(lane) if len(numbers) > 1 else instance.lane
        yield _made(instance, measure_said(instance.column, said), name)


def _state(instance: Instance) -> ProbedSensor | NoReading:
    said = first_number(instance.raw)
    names = instance.column.states
    if isinstance(instance.raw, int) or (said is not None and not names):
        number = said.number if said is not None else 0.0
        return _sensor(instance, number, instance.lane, state=names.get(int(number), ""))
    word = text(instance.raw)
    for number, name in names.items():
        if name.casefold() == word.casefold():
            return _sensor(instance, number, instance.lane, state=name)
    if said is not None:
        return _sensor(instance, said.number, instance.lane, state=names.get(int(said.number), ""))
    reason = _("the device sends {raw!r}, which is none of the states of its MIB").format(raw=word[:40])
    return NoReading(oid=instance.oid, descr=instance.label, reason=reason)


def _made(instance: Instance, measured: Measured, lane: str) -> ProbedSensor | NoReading:
    if measured.value is None:
        return NoReading(oid=instance.oid, descr=_descr(instance, lane), reason=measured.reason)
    return _sensor(instance, measured.value, lane)


def _sensor(instance: Instance, value: float, lane: str, *, state: str = "") -> ProbedSensor:
    column = instance.column
    return ProbedSensor(
        kind=column.kind.value,
        descr=_descr(instance, lane),
        value=value,
        unit=column.shown_unit,
        oid=instance.oid,
        source=f"{instance.table.mib} {column.name}",
        if_name=instance.port,
        lane=lane,
        state=state,
        limits=_limits(instance, column),
        column=column,
    )


def _descr(instance: Instance, lane: str) -> str:
    return _("{name} lane {lane}").format(name=instance.label, lane=lane) if lane else instance.label


def _limits(instance: Instance, column: Column) -> dict[str, float]:
    scale = column.limit_scale
    limit = column if scale is None else replace(column, factor=scale.factor, convert=scale.convert)
    found = {}
    for name, raw in zip(_LIMIT_NAMES, instance.limits, strict=True):
        if raw is not None and (measured := measure(limit, raw)).value is not None:
            found[name] = measured.value
    return believable(found)
