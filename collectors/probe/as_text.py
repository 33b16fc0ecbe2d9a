"""A probe as text for the engineer who meets a new switch."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from collectors.vendors.row import Kind
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from collectors.probe.facts import Probed, ProbedInterface, ProbedNeighbour, ProbedSensor

MOST_REASONS = 40
"""Single readings without a value that are listed; JSON has all."""


def to_text(found: Probed) -> str:
    """The whole probe, most wanted first: who it is, ports, light, neighbours, the rest, what could not be read."""
    parts = [
        _head(found),
        _ports(found),
        _light(found),
        _modules(found),
        _neighbours(found),
        _readings(found),
        _states(found),
        _missing(found),
    ]
    return "\n".join("\n".join(lines) for lines in map(list, parts) if lines)


def _head(found: Probed) -> Iterator[str]:
    yield f"{found.sys_name or found.address}  {' '.join(filter(None, (found.vendor, found.model)))}".rstrip()
    yield f"  {found.sys_descr}"
    yield f"  sysObjectID {found.sys_object_id}"


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _ports(found: Probed) -> Iterator[str]:
    count = len(found.interfaces)
    yield ""
    yield ngettext("{count} port", "{count} ports", count).format(count=count)
    yield from _table([_port(port) for port in found.interfaces])


def _port(port: ProbedInterface) -> tuple[str, ...]:
    speed = _("{speed:g} Mbit/s").format(speed=port.high_speed_mbps) if port.high_speed_mbps else ""
    states = f"{port.admin_status or '?'}/{port.oper_status or '?'}"
    alias = port.if_alias if port.if_alias not in {port.if_name, port.if_descr} else ""
    return str(port.if_index), port.if_name, states, speed, alias


def _value(reading: ProbedSensor) -> str:
    if reading.kind == Kind.STATE:
        return f"{reading.state} ({reading.value:g})" if reading.state else f"{reading.value:g}"
    digits = {Kind.DBM.value: f"{reading.value:.2f}"}.get(reading.kind, f"{reading.value:.5g}")
    return f"{digits} {reading.unit}".rstrip()


def _limits(reading: ProbedSensor) -> str:
    names = {
        "low_alarm": _("alarm below {value:.4g}"),
        "low_warn": _("warning below {value:.4g}"),
        "high_warn": _("warning above {value:.4g}"),
        "high_alarm": _("alarm above {value:.4g}"),
    }
    return ", ".join(
        words.format(value=reading.limits[name]) for name, words in names.items() if name in reading.limits
    )


def _rows(readings: Iterable[ProbedSensor]) -> Iterator[str]:
    yield from _table(
        [(reading.if_name, reading.descr, _value(reading), reading.note or _limits(reading)) for reading in readings]
    )


def _light(found: Probed) -> Iterator[str]:
    readings = [reading for reading in found.sensors if reading.kind == Kind.DBM]
    if readings:
        yield ""
        yield _("Light")
        yield from _rows(readings)


def _readings(found: Probed) -> Iterator[str]:
    others = [reading for reading in found.sensors if reading.kind not in {Kind.DBM, Kind.STATE}]
    for kind, readings in groupby(sorted(others, key=lambda reading: reading.kind), key=lambda reading: reading.kind):
        yield ""
        yield kind
        yield from _rows(readings)


def _states(found: Probed) -> Iterator[str]:
    """States are many and mostly fine: counted by source and name."""
    counted = Counter(
        (reading.source, reading.state or f"{reading.value:g}")
        for reading in found.sensors
        if reading.kind == Kind.STATE
    )
    if counted:
        yield ""
        yield _("States")
        yield from _table([(source, f"{count} x {name}") for (source, name), count in sorted(counted.items())])


def _modules(found: Probed) -> Iterator[str]:
    if found.transceivers:
        yield ""
        yield _("Transceivers")
        yield from _table(
            [
                (module.if_name or module.index, module.vendor, module.model, module.serial, module.type)
                for module in found.transceivers
            ]
        )


def _neighbours(found: Probed) -> Iterator[str]:
    if found.neighbours:
        yield ""
        yield _("Neighbours")
        yield from _table([_neighbour(heard) for heard in found.neighbours])


def _neighbour(heard: ProbedNeighbour) -> tuple[str, ...]:
    return heard.if_name or "?", heard.protocol, heard.system or heard.chassis, heard.port_descr or heard.port


def _missing(found: Probed) -> Iterator[str]:
    if not found.no_reading:
        return
    yield ""
    yield _("Could not be read")
    rows = [(missing.oid, missing.descr, missing.reason) for missing in found.no_reading[:MOST_REASONS]]
    yield from _table(rows)
    more = len(found.no_reading) - MOST_REASONS
    if more > 0:
        words = ngettext("and {count} more; see --format json", "and {count} more; see --format json", more)
        yield f"  {words.format(count=more)}"
