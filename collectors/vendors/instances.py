"""From a vendor's table to its readings: instances of its columns with their port, lane and name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import text
from collectors.vendors.numbers import first_number, measure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from collectors.client import SnmpValue
    from collectors.optics.entities import Entities, Ports
    from collectors.vendors.row import Column, Table

    Walk = Callable[[str], Awaitable[Mapping[str, SnmpValue]]]


@dataclass(frozen=True, slots=True)
class Instance:
    """One value of a device. ``port`` is the port's name as in the caller's :class:`Ports`; empty without one."""

    table: Table
    column: Column
    index: str
    oid: str
    raw: SnmpValue
    port: str
    lane: str
    label: str
    limits: tuple[SnmpValue | None, ...]


class _Rows(NamedTuple):
    """What leads from an index of one table to names and ports."""

    table: Table
    entities: Entities
    ports: Ports
    texts: Mapping[str, Mapping[str, SnmpValue]]

    def text(self, sub: str, index: str) -> str:
        """A column's text in this row; a name's index may be shorter than the value's."""
        rows = self.texts.get(sub, {})
        while index:
            if index in rows:
                return text(rows[index])
            index = index.rpartition(".")[0]
        return ""

    def port(self, index: str) -> str:
        """The port of a row, or nothing."""
        table = self.table
        parts = index.split(".")
        if table.port_name and (port := self.ports.by_name.get(self.text(table.port_name, index))):
            return port
        if table.port_is_index:
            return self.ports.by_name.get(index) or self.ports.by_name.get(index.replace(".", "/"), "")
        if table.if_index_in and (number := self.text(table.if_index_in, index)).isdecimal():
            return self.ports.by_index.get(int(number), "")
        if table.if_index_at is not None and table.if_index_at < len(parts):
            return self.ports.by_index.get(int(parts[table.if_index_at]), "")
        if table.entity_at is not None and table.entity_at < len(parts):
            return self.entities.port(parts[table.entity_at])
        return ""

    def name(self, index: str) -> str:
        """What a row is called, or nothing."""
        words = [self.table.words, *(self.text(sub, index) for sub in self.table.names)]
        named = " ".join(word for word in words if word)
        if self.table.entity_at is not None and not self.table.names:
            entity = self.entities.title(index.split(".")[self.table.entity_at])
            named = f"{named} {entity}".strip()
        return named


async def instances(
    table: Table, columns: tuple[Column, ...], walk: Walk, entities: Entities, ports: Ports
) -> list[Instance]:
    """All values of these columns of a table, in the order of the columns.

    Raises:
        DeviceError: from ``walk``.
    """
    values = {column.sub: await walk(table.oid(column.sub)) for column in columns}
    if not any(values.values()):
        return []
    found = _in_the_right_unit([column for column in columns if values[column.sub]], values)
    wanted = {*table.names, table.if_index_in, table.port_name}
    for column in found:
        wanted.update(column.limits)
        wanted.add(column.digits)
        wanted.update(condition[0] for condition in (column.when, column.named) if condition)
    texts = {sub: await walk(table.oid(sub)) for sub in sorted(wanted) if sub}
    rows = _Rows(table, entities, ports, texts)
    return [made for column in found for made in _of_column(rows, column, values[column.sub])]


def says_something(instance: Instance) -> bool:
    """Whether it is a reading other than 0."""
    return bool(measure(instance.column, instance.raw).value)


def _in_the_right_unit(columns: list[Column], values: Mapping[str, Mapping[str, SnmpValue]]) -> list[Column]:
    """Columns that some software gives in watts and some in dBm, told apart by a level below zero."""
    signed = [column for column in columns if column.signed_scale]
    if not any(_is_below_zero(raw) for column in signed for raw in values[column.sub].values()):
        return columns
    return [
        replace(column, factor=column.signed_scale.factor, convert=column.signed_scale.convert)
        if column.signed_scale
        else column
        for column in columns
    ]


def _is_below_zero(raw: SnmpValue) -> bool:
    said = first_number(raw)
    return said is not None and said.number < -1


def _of_column(rows: _Rows, column: Column, values: Mapping[str, SnmpValue]) -> Iterator[Instance]:
    for index, raw in values.items():
        if not _wanted(rows, column, index):
            continue
        parts = index.split(".")
        lane_at = rows.table.lane_at
        port = rows.port(index)
        yield Instance(
            table=rows.table,
            column=_moved(rows, column, index),
            index=index,
            oid=f"{rows.table.oid(column.sub)}.{index}",
            raw=raw,
            port=port,
            lane=column.lane or (parts[lane_at] if lane_at is not None and lane_at < len(parts) else ""),
            label=_label(rows.name(index), column.label, index, has_port=bool(port)),
            limits=tuple(rows.texts[sub].get(index) if sub else None for sub in column.limits),
        )


def _moved(rows: _Rows, column: Column, index: str) -> Column:
    """The column with the decimal places this very row was moved by."""
    places = rows.texts[column.digits].get(index) if column.digits else None
    return replace(column, factor=column.factor / 10**places) if isinstance(places, int) else column


def _wanted(rows: _Rows, column: Column, index: str) -> bool:
    parts = index.split(".")
    if any(place >= len(parts) or parts[place] != str(number) for place, number in column.where):
        return False
    if column.named is not None and not column.named[1].search(text(rows.texts[column.named[0]].get(index, b""))):
        return False
    if column.when is None:
        return True
    sub, allowed = column.when
    value = rows.texts[sub].get(index)
    return value in allowed or (isinstance(value, bytes) and text(value) in allowed)


def _label(name: str, label: str, index: str, *, has_port: bool) -> str:
    """The row's name and what is measured; the index where nothing else tells two rows apart."""
    if name:
        return f"{name} {label}".strip()
    if has_port or index == "0":
        return label
    return f"{label} {index.removesuffix('.0')}".strip()
