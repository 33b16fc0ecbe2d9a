"""The few kinds of panel the dashboards are made of. Units, state names and colours come from the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards import palette
from dashboards.influxql import InfluxQuery, Shape
from dashboards.sdk import common, dashboard, stat, statetimeline, table, timeseries
from rainbow.kernel.metrics import Kind
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.links import DataLink
    from dashboards.surroundings import Surroundings
    from rainbow.kernel.metrics import Field

REF_IDS = "ABCDEFGHIJKLMNOP"
MANY_LINES_POINTS = 96
"""Points a line where a panel draws one for each port: a day in steps of a quarter of an hour. A thousand points for
each of 48 ports are more than a screen can show, and take InfluxDB seconds; a core switch has 240."""
WHOLE_RANGE = ""
"""Of a table that shows what happened, not what is."""
TABLE_OPTIONS = {"frameIndex": 0, "showHeader": True, "cellHeight": common.TableCellHeight.SM.value}
"""The SDK's own class always writes a footer, an option Grafana 12 no longer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One query of a time series. ``alias`` names its lines, ``below`` draws them downwards, ``dash`` in pieces."""

    field: Field
    query: str
    alias: str
    colour: str = ""
    below: bool = False
    dash: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: a field, or a tag where ``field`` is None. ``limits`` colours numbers, names stay beside.

    ``calm``: a state that is bad elsewhere is nothing here, and grey. ``rare``: most rows have none, which is well.
    """

    name: str
    title: str
    field: Field | None = None
    links: tuple[DataLink, ...] = ()
    limits: dashboard.ThresholdsConfig | None = None
    width: int = 0
    calm: bool = False
    rare: bool = False


def _target(around: Surroundings, index: int, query: str, *, shape: Shape, alias: str = "") -> InfluxQuery:
    return InfluxQuery(ref_id=REF_IDS[index], query=query, uid=around.settings.datasource_uid, shape=shape, alias=alias)


def _unit(field: Field) -> str:
    """States are shown by name: their number has no unit."""
    return "none" if field.kind is Kind.STATE else field.grafana_unit


def time_series(
    around: Surroundings,
    *,
    title: str,
    description: str,
    lines: Sequence[Line],
    links: Sequence[DataLink] = (),
    many: bool = False,
) -> dashboard.Panel:
    """Values over time. All lines share one unit: that of the first field. ``many``: a line for each port or so."""
    legend = common.VizLegendOptions(
        display_mode=common.LegendDisplayMode.TABLE if many else common.LegendDisplayMode.LIST,
        placement=common.LegendPlacement.BOTTOM,
        show_legend=True,
        calcs=["lastNotNull", "max"] if many else [],
    )
    tooltip = common.VizTooltipOptions(mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING)
    return dashboard.Panel(
        type_val="timeseries",
        title=title,
        description=description,
        datasource=around.source,
        interval=around.least_interval,
        max_data_points=MANY_LINES_POINTS if many else None,
        targets=[
            _target(around, index, line.query, shape=Shape.SERIES, alias=line.alias) for index, line in enumerate(lines)
        ],
        options=timeseries.Options(legend=legend, tooltip=tooltip),
        field_config=dashboard.FieldConfigSource(
            defaults=_lines_drawn(around, lines[0].field),
            overrides=[
                *(override for index, line in enumerate(lines) for override in _line_override(index, line)),
                *_links_override(links),
            ],
        ),
    )


def _lines_drawn(around: Surroundings, field: Field) -> dashboard.FieldConfig:
    return dashboard.FieldConfig(
        unit=_unit(field),
        color=dashboard.FieldColor(mode=dashboard.FieldColorModeId.PALETTE_CLASSIC),
        custom=timeseries.FieldConfig(
            line_width=1,
            fill_opacity=10,
            show_points=common.VisibilityMode.AUTO,
            span_nulls=around.longest_gap_ms,
            axis_placement=common.AxisPlacement.AUTO,
        ),
    )


def _line_override(index: int, line: Line) -> list[dashboard.DashboardFieldConfigSourceOverrides]:
    properties: list[dashboard.DynamicConfigValue] = []
    if line.colour:
        properties.append(dashboard.DynamicConfigValue(id_val="color", value=palette.fixed(line.colour)))
    if line.below:
        properties.append(dashboard.DynamicConfigValue(id_val="custom.transform", value="negative-Y"))
    if line.dash:
        style = common.LineStyle(fill="dash", dash=list(line.dash))
        properties.append(dashboard.DynamicConfigValue(id_val="custom.lineStyle", value=style))
        properties.append(dashboard.DynamicConfigValue(id_val="custom.fillOpacity", value=0))
    return [_override("byFrameRefID", REF_IDS[index], properties)] if properties else []


def _links_override(links: Sequence[DataLink]) -> list[dashboard.DashboardFieldConfigSourceOverrides]:
    if not links:
        return []
    return [_override("byType", "number", [dashboard.DynamicConfigValue(id_val="links", value=list(links))])]


def _override(
    matcher: str, options: str, properties: list[dashboard.DynamicConfigValue]
) -> dashboard.DashboardFieldConfigSourceOverrides:
    return dashboard.DashboardFieldConfigSourceOverrides(
        matcher=dashboard.MatcherConfig(id_val=matcher, options=options), properties=properties
    )


def number(
    around: Surroundings,
    *,
    title: str,
    field: Field,
    query: str,
    description: str = "",
    limits: dashboard.ThresholdsConfig | None = None,
    links: Sequence[DataLink] = (),
    within: str | None = None,
) -> dashboard.Panel:
    """One number or state as it is now; "no reading", in grey, where the newest point does not hold it or is older.

    ``within`` is how old it may be: a few rounds, or what the surroundings say of what moves slowly.
    """
    is_state = field.kind is Kind.STATE
    coloured = is_state or limits is not None
    return dashboard.Panel(
        type_val="stat",
        title=title,
        description=description or _(field.help),
        datasource=around.source,
        time_from=around.now_window if within is None else within,
        hide_time_override=True,
        targets=[_target(around, 0, query, shape=Shape.TABLE)],
        options=stat.Options(
            graph_mode=common.BigValueGraphMode.NONE,
            color_mode=common.BigValueColorMode.VALUE if coloured else common.BigValueColorMode.NONE,
            text_mode=common.BigValueTextMode.VALUE,
            reduce_options=common.ReduceDataOptions(values=False, calcs=["lastNotNull"], fields=f"/^{field.name}$/"),
        ),
        field_config=dashboard.FieldConfigSource(
            defaults=dashboard.FieldConfig(
                unit=_unit(field),
                color=palette.by_limits() if coloured else palette.fixed("text"),
                thresholds=limits or palette.limits("text"),
                mappings=palette.state_mapping(field) if is_state else [palette.absent()],
                no_value=_("no reading"),
            ),
            overrides=_links_override(links),
        ),
    )


def timeline(
    around: Surroundings,
    *,
    title: str,
    field: Field,
    query: str,
    alias: str,
    description: str = "",
    links: Sequence[DataLink] = (),
    limits: dashboard.ThresholdsConfig | None = None,
) -> dashboard.Panel:
    """States over time, a bar a thing, with the state's name in it; a number shows itself, coloured by ``limits``."""
    return dashboard.Panel(
        type_val="state-timeline",
        title=title,
        description=description or _(field.help),
        datasource=around.source,
        interval=around.least_interval,
        max_data_points=MANY_LINES_POINTS,
        targets=[_target(around, 0, query, shape=Shape.SERIES, alias=alias)],
        options=statetimeline.Options(
            show_value=common.VisibilityMode.AUTO,
            merge_values=True,
            legend=common.VizLegendOptions(show_legend=True),
            tooltip=common.VizTooltipOptions(mode=common.TooltipDisplayMode.SINGLE),
            per_page=20,
        ),
        field_config=dashboard.FieldConfigSource(
            defaults=dashboard.FieldConfig(
                unit=_unit(field),
                mappings=palette.state_mapping(field) if limits is None else [],
                color=palette.by_limits(),
                thresholds=limits or palette.limits(palette.IDLE),
                custom=statetimeline.FieldConfig(
                    line_width=0, fill_opacity=80, span_nulls=around.longest_gap_ms, insert_nulls=False
                ),
                no_value=_("no reading"),
            ),
            overrides=_links_override(links),
        ),
    )


def rows(
    around: Surroundings,
    *,
    title: str,
    description: str,
    query: str,
    columns: Sequence[Column],
    sort: str = "",
    most: int = 0,
    only_with: str = "",
    within: str | None = None,
) -> dashboard.Panel:
    """A table. ``sort`` names a column (``-name`` for descending), ``most`` keeps the first rows of that order.

    ``only_with`` leaves out rows without a value in that column. The present is shown whatever the time range, unless
    the range lies in the past; ``within`` is how old it may be, :data:`WHOLE_RANGE` shows the range, with times.
    """
    window = around.now_window if within is None else within
    return dashboard.Panel(
        type_val="table",
        title=title,
        description=description,
        datasource=around.source,
        time_from=window or None,
        hide_time_override=True if window else None,
        targets=[_target(around, 0, query, shape=Shape.TABLE)],
        transformations=_tidied(columns, sort=sort, most=most, only_with=only_with, with_time=not window),
        options=TABLE_OPTIONS,
        field_config=dashboard.FieldConfigSource(
            defaults=dashboard.FieldConfig(
                unit="none",
                color=palette.fixed("text"),
                custom=table.FieldConfig(filterable=True, cell_options=common.TableAutoCellOptions()),
                no_value=_("no reading"),
            ),
            overrides=[*_time_override(shown=not window), *(_dressed(column) for column in columns)],
        ),
    )


def _dressed(column: Column) -> dashboard.DashboardFieldConfigSourceOverrides:
    return _override("byName", column.name, _cell(column))


def _time_override(*, shown: bool) -> list[dashboard.DashboardFieldConfigSourceOverrides]:
    if not shown:
        return []
    return [_override("byName", "Time", [dashboard.DynamicConfigValue(id_val="displayName", value=_("Time"))])]


def _tidied(
    columns: Sequence[Column], *, sort: str, most: int, only_with: str, with_time: bool
) -> list[dashboard.DataTransformerConfig]:
    order = (["Time"] if with_time else []) + [column.name for column in columns]
    steps = [
        dashboard.DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": {} if with_time else {"Time": True},
                "indexByName": {name: index for index, name in enumerate(order)},
                "renameByName": {},
            },
        )
    ]
    if only_with:
        has_value = {"fieldName": only_with, "config": {"id": "isNotNull", "options": {}}}
        keep = {"filters": [has_value], "match": "all", "type": "include"}
        steps.append(dashboard.DataTransformerConfig(id_val="filterByValue", options=keep))
    if sort:
        wanted = [{"field": sort.lstrip("-"), "desc": sort.startswith("-")}]
        steps.append(dashboard.DataTransformerConfig(id_val="sortBy", options={"fields": {}, "sort": wanted}))
    if most:
        steps.append(dashboard.DataTransformerConfig(id_val="limit", options={"limitField": str(most)}))
    return steps


def _cell(column: Column) -> list[dashboard.DynamicConfigValue]:
    properties = [dashboard.DynamicConfigValue(id_val="displayName", value=column.title)]
    if column.width:
        properties.append(dashboard.DynamicConfigValue(id_val="custom.width", value=column.width))
    if column.links:
        properties.append(dashboard.DynamicConfigValue(id_val="links", value=list(column.links)))
    if column.rare or column.field is None or column.field.kind is Kind.TEXT:
        properties.append(dashboard.DynamicConfigValue(id_val="noValue", value="-" if column.rare else ""))
    if column.field is not None:
        properties.append(dashboard.DynamicConfigValue(id_val="unit", value=_unit(column.field)))
        properties += _coloured_cell(column, column.field)
    return properties


def _coloured_cell(column: Column, field: Field) -> list[dashboard.DynamicConfigValue]:
    """States stand on their colour with their name; numbers with limits take the colour of the limit reached."""
    if field.kind is Kind.STATE:
        background = common.TableColoredBackgroundCellOptions(mode=common.TableCellBackgroundDisplayMode.BASIC)
        names = palette.state_mapping(field, calm=column.calm)
        names = [*names[:-1], palette.nothing()] if column.rare else names
        return [
            dashboard.DynamicConfigValue(id_val="mappings", value=names),
            dashboard.DynamicConfigValue(id_val="color", value=palette.by_limits()),
            dashboard.DynamicConfigValue(id_val="custom.cellOptions", value=background),
        ]
    if column.limits is not None:
        return [
            dashboard.DynamicConfigValue(id_val="thresholds", value=column.limits),
            dashboard.DynamicConfigValue(id_val="mappings", value=[palette.absent()]),
            dashboard.DynamicConfigValue(id_val="color", value=palette.by_limits()),
            dashboard.DynamicConfigValue(id_val="custom.cellOptions", value=common.TableColorTextCellOptions()),
        ]
    return []
