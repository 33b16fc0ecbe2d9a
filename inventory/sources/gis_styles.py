"""How QGIS shows the layers of a GeoPackage: colours and labels, kept inside it in the table ``layer_styles``.

Colours are those of the map (Okabe and Ito's, told apart by the colour-blind), and shapes and dashes say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

ABOVE, BELOW = 10, 12
"""QGIS's flags for labels along a line, read from the left."""
GREY, BLUE, ORANGE, GREEN, SKY, PURPLE = "#5b6770", "#0072b2", "#d55e00", "#009e73", "#56b4e9", "#cc79a7"


@dataclass(frozen=True, slots=True)
class Look:
    """How one value of a layer is drawn: a marker's shape or a line's dash, its size in mm."""

    value: str
    colour: str
    size_mm: float
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a layer is drawn: by the values of ``attribute``; the last look is for all others. ``label`` is a column."""

    layer: str
    line: bool
    attribute: str
    looks: tuple[Look, ...]
    label: str


def _status(colour: str, width_mm: float) -> tuple[Look, ...]:
    return (
        Look("in_service", colour, width_mm, "solid"),
        Look("planned", colour, width_mm, "dash"),
        Look("proposed", colour, width_mm, "dot"),
        Look("under_construction", ORANGE, width_mm, "dash dot"),
        Look("out_of_service", ORANGE, width_mm, "dot"),
        Look("", GREY, width_mm / 2, "dot"),
    )


STYLES = (
    Style(layer="sections", line=True, attribute="status", looks=_status(GREY, 0.9), label="code"),
    Style(layer="ducts", line=True, attribute="status", looks=_status(GREEN, 0.5), label="code"),
    Style(layer="cables", line=True, attribute="status", looks=_status(BLUE, 0.4), label="code"),
    Style(layer="links", line=True, attribute="status", looks=_status(PURPLE, 0.3), label="code"),
    Style(
        layer="sites",
        line=False,
        attribute="kind",
        looks=(
            Look("town_hall", BLUE, 5.0, "star"),
            Look("pop", BLUE, 4.0, "square"),
            Look("school", SKY, 3.6, "triangle"),
            Look("fire_station", ORANGE, 4.0, "diamond"),
            Look("", GREY, 3.4, "circle"),
        ),
        label="name",
    ),
    Style(
        layer="structures",
        line=False,
        attribute="kind",
        looks=(
            Look("lamp", ORANGE, 2.4, "circle"),
            Look("handhole", GREY, 1.8, "square"),
            Look("cabinet", GREEN, 2.6, "square"),
            Look("", GREY, 1.8, "diamond"),
        ),
        label="code",
    ),
    Style(layer="route_nodes", line=False, attribute="status", looks=(Look("", GREY, 0.9, "circle"),), label=""),
    Style(layer="devices", line=False, attribute="role", looks=(Look("", GREEN, 2.0, "cross"),), label=""),
    Style(layer="closures", line=False, attribute="kind", looks=(Look("", PURPLE, 2.2, "pentagon"),), label="code"),
    Style(layer="panels", line=False, attribute="status", looks=(Look("", BLUE, 1.8, "square"),), label=""),
    Style(layer="passives", line=False, attribute="kind", looks=(Look("", PURPLE, 1.8, "triangle"),), label=""),
)

_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))
"""


_NEW_ID = """<defaults><default field="id" expression="uuid('WithoutBraces')" applyOnUpdate="0"/></defaults>"""
"""What is drawn anew gets an id of its own."""


def write_styles(database: sqlite3.Connection) -> None:
    """Put all styles into a GeoPackage that has none yet."""
    database.execute(_TABLE)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles')"
    )
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, 'geom', 'RAINBOW', ?, '', 1, '', '')",
        [(style.layer, qml(style)) for style in STYLES],
    )


def qml(style: Style) -> str:
    """A layer's style as QGIS keeps it."""
    symbols = "".join(_symbol(number, style, look) for number, look in enumerate(style.looks))
    categories = "".join(
        f'<category type="string" value={quoteattr(look.value)} label={quoteattr(look.value or "…")} '
        f'symbol="{number}" render="true"/>'
        for number, look in enumerate(style.looks)
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="3.22" styleCategories="Symbology|Labeling|Fields" labelsEnabled="{int(bool(style.label))}">'
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(style.attribute)} symbollevels="0" forceraster="0" '
        f'enableorderby="0"><categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>'
        f"{_labels(style)}{_NEW_ID}</qgis>"
    )


def _symbol(number: int, style: Style, look: Look) -> str:
    colour = _rgba(look.colour)
    if style.line:
        kind, symbol_class = "line", "SimpleLine"
        options: Sequence[tuple[str, str]] = (
            ("capstyle", "round"),
            ("joinstyle", "round"),
            ("line_color", colour),
            ("line_style", look.shape),
            ("line_width", f"{look.size_mm}"),
            ("line_width_unit", "MM"),
        )
    else:
        kind, symbol_class = "marker", "SimpleMarker"
        options = (
            ("color", colour),
            ("name", look.shape),
            ("outline_color", "255,255,255,255"),
            ("outline_width", "0.3"),
            ("size", f"{look.size_mm}"),
            ("size_unit", "MM"),
        )
    listed = "".join(f'<Option type="QString" name="{name}" value="{value}"/>' for name, value in options)
    old = "".join(f'<prop k="{name}" v="{value}"/>' for name, value in options)
    return (
        f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{symbol_class}" enabled="1" locked="0" pass="0"><Option type="Map">{listed}</Option>{old}'
        f"</layer></symbol>"
    )


def _labels(style: Style) -> str:
    if not style.label:
        return ""
    name = f"coalesce(nullif(&quot;{style.label}&quot;, ''), &quot;code&quot;)"
    kind = (
        f'placement="2" placementFlags="{ABOVE if style.layer == "sections" else BELOW}" dist="0.8"'
        if style.line
        else 'placement="6" predefinedPositionOrder="TR,TL,BR,BL,R,L,TSR,BSR" dist="0.4"'
    )
    return (
        f'<labeling type="simple"><settings calloutType="simple"><text-style fieldName="{name}" isExpression="1" '
        'fontSize="8" fontSizeUnit="Point" textColor="29,37,41,255" fontFamily="Sans Serif" fontWeight="50" '
        'textOpacity="1">'
        '<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" bufferColor="255,255,255,255"/></text-style>'
        f'<placement {kind} distUnits="MM" priority="5" geometryGeneratorEnabled="0" layerType="UnknownGeometry" '
        'overrunDistance="0" repeatDistance="0" lineAnchorPercent="0.5"/>'
        '<rendering obstacle="1" obstacleFactor="1" drawLabels="1" displayAll="0" maxNumLabels="2000" '
        'limitNumLabels="0" fontMinPixelSize="3" fontMaxPixelSize="10000" scaleVisibility="1" '
        'scaleMin="1" scaleMax="6000"/>'
        "</settings></labeling>"
    )


def _rgba(colour: str) -> str:
    return ",".join([*(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)), "255"])
