"""Documented against discovered: where plant and NetBox say something else than the switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import newest, over_time
from dashboards.layout import Section, Tile
from dashboards.panels import Column, Line
from rainbow.kernel.metrics import DRIFT, DRIFT_TOTAL
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings

TAGS = ("severity", "kind", "site", "device")


def board(around: Surroundings) -> Board:
    """The dashboard of differences that somebody has to clear up."""
    return Board(
        uid=Uid.DRIFT,
        title=_("RAINBOW drift"),
        description=_(
            "Where the drawing, and with it NetBox, says something else than the switches: another neighbour, a port "
            "that is not there, a module of another kind, light that cannot be. Each is a mistake in one of the two."
        ),
        choices=(),
        sections=(
            Section(title="", tiles=_now(around)),
            Section(title=_("History"), tiles=(Tile(key="totals", panel=_totals(around), width=24, height=9),)),
        ),
    )


def _now(around: Surroundings) -> tuple[Tile, ...]:
    shown = (
        (DRIFT_TOTAL.warnings, _("To be cleared up"), pieces.zero_is_calm()),
        (DRIFT_TOTAL.hints, _("Neighbours not heard"), palette.limits(palette.GOOD, (1, palette.NOTE))),
    )
    numbers = [
        Tile(
            key=field.name,
            panel=panels.number(
                around,
                title=title,
                field=field,
                query=newest(DRIFT_TOTAL, [field]),
                limits=limits,
                within=around.slow_window,
            ),
            width=4,
            height=10,
        )
        for field, title, limits in shown
    ]
    return (*numbers, Tile(key="differences", panel=_differences(around), width=16, height=10))


def _differences(around: Surroundings) -> dashboard.Panel:
    titles = {"severity": _("Weight"), "kind": _("Kind"), "site": _("Site"), "device": _("Switch")}
    links = {"site": pieces.site_links(around), "device": (pieces.switch_link(),)}
    return panels.rows(
        around,
        title=_("Differences by switch"),
        description=_(
            "0 is a difference that is gone by now. What each is, with both sides and the cure: "
            "rainbow inventory drift CITY."
        ),
        query=newest(DRIFT, [DRIFT.count], by=TAGS),
        columns=[
            *(Column(name=tag, title=titles[tag], links=links.get(tag, ())) for tag in TAGS),
            Column(name=DRIFT.count.name, title=_("Differences"), field=DRIFT.count),
        ],
        sort=f"-{DRIFT.count.name}",
        within=around.slow_window,
    )


def _totals(around: Surroundings) -> dashboard.Panel:
    return panels.time_series(
        around,
        title=_("Drift over time"),
        description=_("Falls as the drawing is mended; a step up is somebody who patched and drew nothing."),
        lines=[
            Line(field=field, query=over_time(DRIFT_TOTAL, field, function="max"), alias=alias, colour=colour)
            for field, alias, colour in (
                (DRIFT_TOTAL.warnings, _("to be cleared up"), palette.ORANGE),
                (DRIFT_TOTAL.hints, _("neighbours not heard"), palette.SKY),
            )
        ],
    )
