"""What is kept here and delivered to nobody: readings of objects that other systems may not know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.samples import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rainbow.kernel.samples import Record, Sample, Series


def deliverable(records: Iterable[Record], withheld: frozenset[str]) -> Iterator[Record]:
    """Records none of whose tags names what is withheld; a sheet that holds some of both comes row by row."""
    for record in records:
        if not isinstance(record, Sheet):
            if not _names(record.series, withheld):
                yield record
        elif any(_names(series, withheld) for series in record.heading.series):
            yield from _rows(record.samples(), withheld)
        else:
            yield record


def _rows(samples: Iterable[Sample], withheld: frozenset[str]) -> Iterator[Sample]:
    return (sample for sample in samples if not _names(sample.series, withheld))


def _names(series: Series, withheld: frozenset[str]) -> bool:
    return any(value in withheld or not withheld.isdisjoint(value.split()) for _name, value in series.tags)
