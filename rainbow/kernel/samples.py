"""Samples: what a collector says, what the store keeps, what a sink sends.

A series is checked against the catalogue once and kept by its maker; a sample then costs one small object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


class Shape:
    """Which fields a row has, in which order; one object for all rows of a kind."""

    __slots__ = ("fields", "place")

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = tuple(fields)
        self.place = {item: place for place, item in enumerate(self.fields)}


class Row(Mapping["Field", "Value"]):
    """Values of a sample of plain numbers, kept as a row: what is made by the thousand and stored needs no dictionary.

    Its maker promises that every number needs no care on its way: finite, from 0 to below 2^63, int or float as its
    field is.
    """

    __slots__ = ("numbers", "shape")

    def __init__(self, shape: Shape, numbers: tuple[int | float, ...]) -> None:
        self.shape = shape
        self.numbers = numbers

    def __getitem__(self, key: Field) -> Value:
        return self.numbers[self.shape.place[key]]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.shape.fields)

    def __len__(self) -> int:
        return len(self.numbers)

    def __repr__(self) -> str:
        return repr({item.name: self[item] for item in self.shape.fields})


@dataclass(frozen=True, slots=True)
class Sample:
    """Fields of one series at one time. ``values`` holds only what was read: a missing reading is absent."""

    series: Series
    time_ns: UnixNs
    values: Mapping[Field, Value]


class SampleWriter(Protocol):
    """Whoever takes samples: durable when the call returns."""

    def write(self, samples: Sequence[Sample]) -> None:
        """Make the samples durable, all or none.

        Raises:
            StoreError: nothing of this call was stored.
        """
