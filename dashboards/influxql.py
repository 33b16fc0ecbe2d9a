"""Queries in InfluxQL, the one language InfluxDB 1, 2 and 3 share, made of catalogue entries, never of spelled names.

A statement is checked while it is made: a field or tag the metric does not have is an error here, not an empty panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dashboards.sdk import Dataquery
from rainbow.kernel.errors import DashboardError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rainbow.kernel.metrics import Field, Metric

TIME_FILTER = "$timeFilter"
"""Grafana puts the dashboard's time range here."""


class Shape(StrEnum):
    """What Grafana makes of an answer: a line per series, or one table."""

    SERIES = "time_series"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluxQuery(Dataquery):
    """One query of a panel; the SDK has no class for InfluxQL."""

    ref_id: str
    query: str
    uid: str
    shape: Shape = Shape.SERIES
    alias: str = ""

    def to_json(self) -> dict[str, object]:
        """The query as Grafana's InfluxDB data source reads it."""
        made: dict[str, object] = {
            "refId": self.ref_id,
            "datasource": {"type": "influxdb", "uid": self.uid},
            "query": self.query,
            "rawQuery": True,
            "resultFormat": self.shape.value,
        }
        return made | ({"alias": self.alias} if self.alias else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery(Dataquery):
    """The query of an annotation; columns are named as the data source wants them. ``end_column`` is in ms."""

    query: str
    text_column: str
    tag_columns: tuple[str, ...]
    end_column: str = ""

    def to_json(self) -> dict[str, object]:
        """The query as Grafana's InfluxDB data source reads it."""
        return {
            "refId": "Anno",
            "query": self.query,
            "rawQuery": True,
            "fromAnnotations": True,
            "textEditor": True,
            "textColumn": self.text_column,
            "tagsColumn": ",".join(self.tag_columns),
            **({"timeEndColumn": self.end_column} if self.end_column else {}),
        }


def name(text: str) -> str:
    """A name in double quotes, as InfluxQL wants identifiers."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def tag(metric: Metric, key: str) -> str:
    """A tag of a metric, quoted.

    Raises:
        DashboardError: the metric has no such tag.
    """
    if key not in metric.tags:
        raise DashboardError(
            _("metric {metric} has no tag {tag}").format(metric=metric.name, tag=key),
            cure=_("it has {tags}").format(tags=", ".join(metric.tags)),
        )
    return name(key)


def plain(metric: Metric, field: Field) -> str:
    """A field of a metric, quoted.

    Raises:
        DashboardError: the field belongs to another metric.
    """
    if field not in metric.fields:
        raise DashboardError(
            _("metric {metric} has no field {field}").format(metric=metric.name, field=field.name),
            cure=_("take the field from its own metric"),
        )
    return name(field.name)


def column(metric: Metric, field: Field, function: str) -> str:
    """A field of a metric under an aggregate, named as the field."""
    return f"{function}({plain(metric, field)}) AS {name(field.name)}"


def matches(metric: Metric, key: str, variable: str) -> str:
    """The condition that a tag is one of the values chosen in a dashboard's variable.

    The format ``regex`` escapes what switches put into port names, and holds for one value, several and all.
    """
    return f"{tag(metric, key)} =~ /^${{{variable}:regex}}$/"


def _select(columns: Sequence[str], metric: Metric, where: Sequence[str], rest: str) -> str:
    conditions = " AND ".join([*where, TIME_FILTER])
    return f"SELECT {', '.join(columns)} FROM {name(metric.name)} WHERE {conditions}{rest}"  # noqa: S608 - names of the catalogue, quoted


def over_time(
    metric: Metric,
    field: Field,
    *,
    function: str = "mean",
    where: Sequence[str] = (),
    by: Sequence[str] = (),
    fill: str = "null",
) -> str:
    """One field over time, a point an interval, a series for each value of the tags ``by``."""
    groups = ", ".join(["time($__interval)", *(tag(metric, key) for key in by)])
    return _select([column(metric, field, function)], metric, where, f" GROUP BY {groups} fill({fill})")


def newest(metric: Metric, fields: Sequence[Field], *, where: Sequence[str] = (), by: Sequence[str] = ()) -> str:
    """The newest point in the time range, a row for each combination of the tags ``by``.

    A point as it was written, not the last value of each field: beside a link that went down, ``last()`` would show
    the light of before. One of the fields has to be in every point of the metric, or old points come back.
    """
    columns = [plain(metric, field) for field in dict.fromkeys(fields)]
    return _select(columns, metric, where, f"{_grouped(metric, by)} ORDER BY time DESC LIMIT 1")


def last(metric: Metric, field: Field, *, by: Sequence[str], where: Sequence[str] = ()) -> str:
    """The last reading of one field in the time range, for each combination of the tags ``by``: for alert rules."""
    return _select([column(metric, field, "last")], metric, where, _grouped(metric, by))


def last_words(metric: Metric, field: Field, *, by: Sequence[str], where: Sequence[str] = ()) -> str:
    """The last reading of a text for each combination of the tags ``by``, where it is not empty by now."""
    text, groups = plain(metric, field), _grouped(metric, by)
    newest_texts = last(metric, field, by=by, where=where)
    return f"SELECT {text} FROM ({newest_texts}) WHERE {text} != '' AND {TIME_FILTER}{groups}"  # noqa: S608 - names of the catalogue, quoted


def risen(metric: Metric, field: Field, *, by: Sequence[str]) -> str:
    """By how much a count grew within the time range, for each combination of the tags ``by``: for alert rules."""
    return _select([column(metric, field, "spread")], metric, (), _grouped(metric, by))


def average(metric: Metric, field: Field, *, by: Sequence[str]) -> str:
    """The mean of one field over the time range, for each combination of the tags ``by``: for alert rules."""
    return _select([column(metric, field, "mean")], metric, (), _grouped(metric, by))


def _grouped(metric: Metric, by: Sequence[str]) -> str:
    return f" GROUP BY {', '.join(tag(metric, key) for key in by)}" if by else ""


def steady_count(metric: Metric, field: Field, *, bucket_s: int, by: Sequence[str]) -> str:
    """Readings a bucket, each bucket averaged with the one before it; 0 where there were none in both."""
    counted = f"moving_average(count({plain(metric, field)}), 2) AS {plain(metric, field)}"
    groups = ", ".join([f"time({bucket_s}s)", *(tag(metric, key) for key in by)])
    return _select([counted], metric, (), f" GROUP BY {groups} fill(0)")


def latest_rows(
    metric: Metric, fields: Sequence[Field], tags: Sequence[str], *, most: int, where: Sequence[str] = ()
) -> str:
    """The newest points themselves, fields and tags as columns: for events."""
    columns = [*(plain(metric, field) for field in fields), *(tag(metric, key) for key in tags)]
    return _select(columns, metric, where, f" ORDER BY time DESC LIMIT {most}")


def equals(metric: Metric, key: str, value: str) -> str:
    """The condition that a tag has this value."""
    return f"{tag(metric, key)} = {_text(value)}"


def differs(metric: Metric, key: str, value: str) -> str:
    """The condition that a tag has another value."""
    return f"{tag(metric, key)} != {_text(value)}"


def at_least(metric: Metric, field: Field, least: int) -> str:
    """The condition that a number is so large. For what never changes in a series: else an old point answers."""
    return f"{plain(metric, field)} >= {least}"


def below(metric: Metric, field: Field, limit: int) -> str:
    """The condition that a number is less, with the same caveat."""
    return f"{plain(metric, field)} < {limit}"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def either(*conditions: str) -> str:
    """One of the conditions holds."""
    return f"({' OR '.join(conditions)})"


def values_of(metric: Metric, key: str, *, where: Sequence[str] = ()) -> str:
    """The values of a tag: what a variable offers."""
    conditions = f" WHERE {' AND '.join(where)}" if where else ""
    return f"SHOW TAG VALUES FROM {name(metric.name)} WITH KEY = {tag(metric, key)}{conditions}"
