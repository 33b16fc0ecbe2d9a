"""Sirens and lamps: what stands in the street and hangs on the fibre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import newest, over_time
from dashboards.layout import Section, Tile
from dashboards.links import of_row, to_dashboard
from dashboards.panels import Column, Line
from rainbow.kernel.metrics import NETWORK_TOTAL, STRUCTURE
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings


def board(around: Surroundings) -> Board:
    """The dashboard of structures with a device, sirens first."""
    return Board(
        uid=Uid.SIRENS,
        title=_("RAINBOW sirens and lamps"),
        description=_("Can every siren be reached, and which lamps, masts and cabinets do not answer."),
        choices=(),
        sections=(
            Section(title="", tiles=_numbers(around)),
            Section(
                title=_("Lamps, masts and cabinets"),
                tiles=(Tile(key="structures", panel=_structures(around), width=24, height=14),),
            ),
        ),
    )


def _numbers(around: Surroundings) -> tuple[Tile, ...]:
    shown = (
        (NETWORK_TOTAL.sirens_down, _("Sirens out of reach"), pieces.zero_is_good()),
        (NETWORK_TOTAL.sirens_up, _("Sirens in reach"), None),
    )
    numbers = [
        Tile(
            key=field.name,
            panel=panels.number(around, title=title, field=field, query=newest(NETWORK_TOTAL, [field]), limits=limits),
            width=4,
            height=8,
        )
        for field, title, limits in shown
    ]
    history = panels.time_series(
        around,
        title=_("Sirens out of reach over time"),
        description=_("The worst moment of each interval."),
        lines=[
            Line(
                field=NETWORK_TOTAL.sirens_down,
                query=over_time(NETWORK_TOTAL, NETWORK_TOTAL.sirens_down, function="max"),
                alias=_("sirens out of reach"),
                colour=palette.VERMILLION,
            )
        ],
    )
    return (*numbers, Tile(key="history", panel=history, width=16, height=8))


def _structures(around: Surroundings) -> dashboard.Panel:
    fields = [STRUCTURE.label, STRUCTURE.reached, STRUCTURE.siren]
    titles = [_("Name"), _("Reached"), _("Siren")]
    to_site = to_dashboard(Uid.SITE, _("Open as a site"), {"site": of_row("structure")})
    return panels.rows(
        around,
        title=_("Structures now"),
        description=_("Each lamp, mast and cabinet with a device; those that do not answer first."),
        query=newest(STRUCTURE, fields, by=("structure",)),
        columns=[
            Column(name="structure", title=_("Structure"), links=(to_site,)),
            *(Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)),
        ],
        sort=STRUCTURE.reached.name,
    )
