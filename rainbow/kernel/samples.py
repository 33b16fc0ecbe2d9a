"""Samples: what a collector says, what the store keeps, what a sink sends.

A series is checked against the catalogue once and kept by its maker; a sample then costs one small object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


class SampleWriter(Protocol):
    """Whoever takes samples: durable when the call returns."""

    def write(self, samples: Sequence[Sample]) -> None:
        """Make the samples durable, all or none.

        Raises:
            StoreError: nothing of this call was stored.
        """
