"""Optics: all links by the light they have to spare, and one link's light over months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import matches, newest, over_time
from dashboards.layout import Section, Tile
from dashboards.panels import Column, Line
from dashboards.variables import Choice
from rainbow.kernel.metrics import LINK, OPTICS
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings


def board(around: Surroundings) -> Board:
    """The dashboard of light."""
    return Board(
        uid=Uid.OPTICS,
        title=_("RAINBOW optics and links"),
        description=_("Which links are short of light, and how the light of one link moved."),
        choices=(
            Choice(metric=LINK, tag="user_group", several=True),
            Choice(metric=LINK, tag="link", where=(matches(LINK, "user_group", "user_group"),)),
        ),
        sections=(
            Section(title=_("All links of the chosen user groups"), tiles=_all(around)),
            Section(title=_("Link $link"), tiles=_one(around)),
        ),
        time_from="now-7d",
    )


def _of_link() -> list[str]:
    return [matches(LINK, "link", "link")]


def _all(around: Surroundings) -> tuple[Tile, ...]:
    table = pieces.links_table(
        around,
        title=_("Links by margin"),
        description=_(
            "Every link now: dark ones first, then those with the least light to spare. Where more than 3 dB are "
            "missing against the drawing, clean connectors first, then look at module and splices."
        ),
        fields=pieces.LIGHT,
        where=[matches(LINK, "user_group", "user_group")],
    )
    return (
        Tile(key="links", panel=table, width=12, height=12),
        Tile(key="missing", panel=_to_clean(around), width=12, height=12),
    )


def _to_clean(around: Surroundings) -> dashboard.Panel:
    fields = [LINK.state, LINK.missing_db]
    return panels.rows(
        around,
        title=_("Modules to clean or replace"),
        description=_(
            "The twenty links whose worse end misses most light against what the plant lets expect. A clean connector "
            "often gives it back; if not, change the module, then measure the splices."
        ),
        query=newest(LINK, fields, where=[matches(LINK, "user_group", "user_group")], by=("link", "site_a", "site_b")),
        columns=pieces.link_columns(around, fields),
        sort=f"-{LINK.missing_db.name}",
        most=20,
        only_with=LINK.missing_db.name,
    )


def _one(around: Surroundings) -> tuple[Tile, ...]:
    state = panels.number(
        around, title=_("State"), field=LINK.state, query=newest(LINK, [LINK.state], where=_of_link())
    )
    margin = panels.number(
        around,
        title=_("Margin"),
        field=LINK.margin_db,
        query=newest(LINK, [LINK.state, LINK.margin_db], where=_of_link()),
        limits=pieces.margin_limits(),
    )
    return (
        Tile(key="state", panel=state, width=4, height=5),
        Tile(key="margin", panel=margin, width=4, height=5),
        Tile(key="ends", panel=_ends(around), width=16, height=5),
        Tile(key="light", panel=pieces.port_light(around, _of_link()), width=12, height=10),
        Tile(key="drift", panel=_margin_over_time(around), width=12, height=10),
        Tile(key="months", panel=_drift(around), width=24, height=9),
    )


def _ends(around: Surroundings) -> dashboard.Panel:
    fields = [OPTICS.light, OPTICS.rx_dbm, OPTICS.tx_dbm, OPTICS.bias_ma, OPTICS.temperature_c]
    titles = [_("Receiver"), _("Received"), _("Sent"), _("Laser current"), _("Temperature")]
    columns = [Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)]
    return panels.rows(
        around,
        title=_("The link's two ends"),
        description=_("The modules at both ends as they measure themselves. A click on the port opens it."),
        query=newest(OPTICS, fields, where=[matches(OPTICS, "link", "link")], by=("site", "device", "if_name", "lane")),
        columns=[
            Column(name="device", title=_("Switch"), links=(pieces.switch_link(),)),
            Column(name="if_name", title=_("Port"), links=pieces.port_links(around)),
            Column(name="lane", title=_("Lane")),
            Column(name="site", title=_("Site"), links=pieces.site_links(around)),
            *columns,
        ],
    )


def _drift(around: Surroundings) -> dashboard.Panel:
    """Three months whatever the dashboard's range: drift is too slow for a day."""
    months = panels.time_series(
        around,
        title=_("Light missing, three months"),
        description=_(
            "Light missing at the worse end against the plant. A slow rise is dirt or an ageing laser, a step is "
            "somebody's hand or a bend."
        ),
        lines=[
            Line(
                field=LINK.missing_db,
                query=over_time(LINK, LINK.missing_db, where=_of_link(), by=("link",)),
                alias="$tag_link",
                colour=palette.ORANGE,
            )
        ],
        many=True,
    )
    months.time_from = "90d"
    return months


def _margin_over_time(around: Surroundings) -> dashboard.Panel:
    return panels.time_series(
        around,
        title=_("Margin over time"),
        description=_("The weaker end's light above its receiver's sensitivity. Set the range to months to see drift."),
        lines=[
            Line(
                field=LINK.margin_db,
                query=over_time(LINK, LINK.margin_db, function="min", where=_of_link(), by=("link",)),
                alias="$tag_link",
                colour=palette.GREEN,
            )
        ],
    )
