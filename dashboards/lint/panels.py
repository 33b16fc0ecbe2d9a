"""Checks of one panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.influxql import TIME_FILTER, Shape
from dashboards.lint.plain import fault, number, part, parts, text
from dashboards.lint.schemas import has_property, panel_types, unknown_keys
from dashboards.sdk import units
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboards.lint.plain import Json
    from rainbow.kernel.findings import Finding

KNOWN_UNITS = frozenset(value for name, value in vars(units).items() if name[0].isupper() and isinstance(value, str))
"""Grafana's unit identifiers; an unknown one is shown as a suffix, silently."""

_STANDARD = frozenset(
    {"displayName", "unit", "decimals", "min", "max", "mappings", "thresholds", "color", "links", "noValue"}
)
"""Field options every panel has."""

_BY_QUERY = "byFrameRefID"


def name_of(panel: Json) -> str:
    """How a panel is named in a finding."""
    return text(panel, "title") or f"#{number(panel, 'id')}"


def lint(panel: Json, where: str, datasource_uid: str) -> Iterator[Finding]:
    """All faults of one panel by itself."""
    kind = text(panel, "type")
    if kind == "row":
        return
    if kind not in panel_types():
        message = _("panel type {kind!r} is not known here").format(kind=kind)
        known = ", ".join(sorted(panel_types()))
        yield fault("RB-G001", where, name_of(panel), message, _("use one of {known}").format(known=known))
        return
    yield from _words(panel, where)
    yield from _units(panel, where)
    yield from _options(panel, where, kind)
    yield from _queries(panel, where)
    yield from wrong_source(panel, where, name_of(panel), datasource_uid)
    for target in parts(panel, "targets"):
        yield from wrong_source(target, where, f"{name_of(panel)} {text(target, 'refId')}", datasource_uid)


def wrong_source(item: Json, where: str, record: str, datasource_uid: str) -> Iterator[Finding]:
    """A query, variable or annotation asks another data source than ours, or the default one, which may be any."""
    source = part(item, "datasource")
    if (text(source, "type"), text(source, "uid")) != ("influxdb", datasource_uid):
        message = _("data source is {uid!r}").format(uid=text(source, "uid"))
        yield fault("RB-G007", where, record, message, _("take {uid}").format(uid=datasource_uid))


def _words(panel: Json, where: str) -> Iterator[Finding]:
    for key in ("title", "description"):
        if not text(panel, key).strip():
            message = _("panel has no {key}").format(key=key)
            yield fault("RB-G008", where, name_of(panel), message, _("say what it shows"))


def _units(panel: Json, where: str) -> Iterator[Finding]:
    defaults = part(panel, "fieldConfig", "defaults")
    if not text(defaults, "unit"):
        cure = _("take the field's unit, or none for names")
        yield fault("RB-G008", where, name_of(panel), _("panel has no unit"), cure)
    chosen = [text(defaults, "unit")]
    for override in parts(panel, "fieldConfig", "overrides"):
        chosen += [text(item, "value") for item in parts(override, "properties") if text(item, "id") == "unit"]
    for unit in chosen:
        if unit and unit not in KNOWN_UNITS:
            message = _("Grafana has no unit {unit!r}").format(unit=unit)
            yield fault("RB-G002", where, name_of(panel), message, _("take one of Grafana's unit identifiers"))


def _options(panel: Json, where: str, kind: str) -> Iterator[Finding]:
    junk = [f"options.{key}" for key in unknown_keys(panel.get("options"), kind, "options")]
    custom = part(panel, "fieldConfig", "defaults").get("custom")
    junk += [f"custom.{key}" for key in unknown_keys(custom, kind, "custom")]
    junk += [option for option in _overridden(panel) if not _is_option(option, kind)]
    for option in junk:
        message = _("{kind} panels have no option {option}").format(kind=kind, option=option)
        yield fault("RB-G009", where, name_of(panel), message, _("remove it"))


def _overridden(panel: Json) -> list[str]:
    return [
        text(item, "id")
        for override in parts(panel, "fieldConfig", "overrides")
        for item in parts(override, "properties")
    ]


def _is_option(option: str, kind: str) -> bool:
    return option in _STANDARD or has_property(kind, *option.split("."))


def _queries(panel: Json, where: str) -> Iterator[Finding]:
    targets = parts(panel, "targets")
    if not targets:
        yield fault("RB-G011", where, name_of(panel), _("panel asks nothing"), _("give it a query"))
    ref_ids = [text(target, "refId") for target in targets]
    if len(set(ref_ids)) < len(ref_ids) or "" in ref_ids:
        message = _("queries share a name: {names}").format(names=", ".join(ref_ids))
        yield fault("RB-G012", where, name_of(panel), message, _("give each query a refId of its own"))
    for override in parts(panel, "fieldConfig", "overrides"):
        matcher = part(override, "matcher")
        if text(matcher, "id") == _BY_QUERY and text(matcher, "options") not in ref_ids:
            message = _("override for query {name}, which is not there").format(name=text(matcher, "options"))
            yield fault("RB-G012", where, name_of(panel), message, _("name one of its queries"))
    for target in targets:
        yield from _query(target, where, name_of(panel))


def _query(target: Json, where: str, record: str) -> Iterator[Finding]:
    query = text(target, "query")
    if not query.startswith("SELECT ") or TIME_FILTER not in query or target.get("rawQuery") is not True:
        message = _("query {name} is no InfluxQL over the chosen time: {query}").format(
            name=text(target, "refId"), query=query
        )
        yield fault("RB-G011", where, record, message, _("begin with SELECT and filter by $timeFilter"))
    if text(target, "resultFormat") not in set(Shape):
        message = _("query {name} has no result format").format(name=text(target, "refId"))
        yield fault("RB-G011", where, record, message, _("say time_series or table"))
