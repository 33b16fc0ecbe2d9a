"""Samples to InfluxDB line protocol.

Written by format string with the escaped series key cached: a ``Point`` object each costs nine times as much. The
texts of devices are hostile: what would end a line early, or poison a batch, is escaped or replaced here.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from rainbow.kernel.metrics import Kind
from rainbow.kernel.samples import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Heading, Record, Sample, Series, Value

_INT64 = 1 << 63
_TAG = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ "})
_MEASUREMENT = str.maketrans({",": "\\,", " ": "\\ "})
_TEXT = str.maketrans({"\\": "\\\\", '"': '\\"'})
_CONTROL = dict.fromkeys((*range(32), 127), " ")


def _clean(text: str) -> str:
    """No control characters and no lone surrogates: either loses the whole batch of a server that takes them."""
    return text.translate(_CONTROL).encode("utf-8", "replace").decode("utf-8")


def _tag(text: str) -> str:
    """A tag key or value. A backslash at its end would escape the separator behind it: a slash stands for it."""
    cleaned = _clean(text).strip()
    if cleaned.endswith("\\"):
        cleaned = cleaned.rstrip("\\") + "/"
    return cleaned.translate(_TAG)


@lru_cache(maxsize=500_000)
def series_key(series: Series) -> str:
    """Measurement and tags, escaped; tags without a value are left out."""
    tags = "".join(f",{_tag(name)}={value}" for name, text in series.tags if (value := _tag(text)))
    return series.metric.name.translate(_MEASUREMENT) + tags


def _value(field: Field, value: Value) -> str | None:
    """A field's value, or None where InfluxDB has none for it (NaN, infinity)."""
    if isinstance(value, str):
        return f'"{_clean(value).translate(_TEXT)}"'
    if field.kind is Kind.FLOAT:
        return repr(float(value)) if math.isfinite(value) else None
    number = int(value)
    if number >= _INT64:
        number -= 1 << 64  # a Counter64 above 2^63 wraps, as Telegraf and InfluxDB's own tools do
    return f"{number}i"


def line(sample: Sample) -> str | None:
    """One line without its end, or None where the sample has no value InfluxDB can hold."""
    fields = [
        f"{field.name}={text}" for field, value in sample.values.items() if (text := _value(field, value)) is not None
    ]
    if not fields:
        return None
    return f"{series_key(sample.series)} {','.join(fields)} {sample.time_ns}"


def lines(records: Iterable[Record]) -> list[str]:
    """The lines of all samples that have one."""
    found: list[str] = []
    for record in records:
        if isinstance(record, Sheet):
            found.extend(_sheet_lines(record))
        elif (text := line(record)) is not None:
            found.append(text)
    return found


def _sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The lines of plain numbers, each by one format: a third of the work of :func:`line`.

    Rates have nine digits here, more than any counter and clock give; the store has them all.
    """
    form, keys, end = _form(sheet.heading.fields), _keys(sheet.heading), f" {sheet.time_ns}"
    try:
        yield from [f"{key} {form % row}{end}" for key, row in zip(keys, sheet.rows, strict=True)]
    except TypeError:  # something was not read
        yield from filter(None, map(line, sheet.samples()))


@lru_cache(maxsize=100)
def _form(fields: tuple[Field, ...]) -> str:
    return ",".join(f"{field.name}={'%.9g' if field.kind is Kind.FLOAT else '%di'}" for field in fields)


@lru_cache(maxsize=50_000)
def _keys(heading: Heading) -> tuple[str, ...]:
    return tuple(map(series_key, heading.series))
