"""Samples: what a collector says, what the store keeps, what a sink sends.

A series is checked against the catalogue once and kept by its maker; a sample then costs one small object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rainbow.kernel.metrics import Field, Metric

UnixNs = NewType("UnixNs", int)
"""Time of a reading: nanoseconds since 1970-01-01 UTC."""

Value = int | float | str
"""A field's value: INT and STATE fields hold int, FLOAT fields float, TEXT fields str."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line in the store: a metric and its tags, sorted by name. Made by :meth:`Metric.series`, never by hand."""

    metric: Metric
    tags: tuple[tuple[str, str], ...]
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.metric.name, self.tags)))

    def __hash__(self) -> int:
        return self._hash

    def tag(self, name: str) -> str:
        """The value of a tag, or an empty text where the series has none."""
        return dict(self.tags).get(name, "")


@dataclass(frozen=True, slots=True)
class Sample:
    """Fields of one series at one time. ``values`` holds only what was read: a missing reading is absent."""

    series: Series
    time_ns: UnixNs
    values: Mapping[Field, Value]


Numbers = tuple[int | float | None, ...]
"""A row of a sheet: a number for each of its fields, None where nothing was read."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Heading:
    """What stands over a sheet: a field for each number of a row, a series for each row, all of one metric.

    One object for all sheets that are alike: writers remember by it what they have worked out once.
    """

    fields: tuple[Field, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Samples of many series of one moment as rows of numbers: what is read by the thousand needs no object each.

    Its maker promises numbers that need no care on their way: finite, from 0 to below 2^63, int or float as their
    field is.
    """

    heading: Heading
    time_ns: UnixNs
    rows: Sequence[Numbers]

    def samples(self) -> Iterator[Sample]:
        """The rows one by one."""
        for series, row in zip(self.heading.series, self.rows, strict=True):
            yield Sample(series, self.time_ns, named(self.heading.fields, row))


Record = Sample | Sheet


def named(fields: Sequence[Field], numbers: Iterable[Value | None]) -> dict[Field, Value]:
    """Fields with their values, without those that have none."""
    return {field: value for field, value in zip(fields, numbers, strict=True) if value is not None}


def samples_of(records: Iterable[Record]) -> Iterator[Sample]:
    """All samples, those of sheets too."""
    for record in records:
        if isinstance(record, Sheet):
            yield from record.samples()
        else:
            yield record


def count_of(records: Iterable[Record]) -> int:
    """How many samples these are."""
    return sum(len(record.rows) if isinstance(record, Sheet) else 1 for record in records)


class SampleWriter(Protocol):
    """Whoever takes samples: durable when the call returns."""

    def write(self, samples: Sequence[Record]) -> None:
        """Make the samples durable, all or none.

        Raises:
            StoreError: nothing of this call was stored.
        """
