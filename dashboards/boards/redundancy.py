"""Redundancy as it stands now: which sites one more cut would take down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import below, newest, over_time
from dashboards.layout import Section, Tile
from dashboards.links import of_series, to_dashboard
from dashboards.panels import Column, Line
from rainbow.kernel.metrics import REDUNDANCY, REDUNDANCY_TOTAL, RING
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings

WHOLE = RING.state.states[-1][0]


def board(around: Surroundings) -> Board:
    """The dashboard of sites that do not stand as built."""
    return Board(
        uid=Uid.REDUNDANCY,
        title=_("RAINBOW redundancy"),
        description=_("Which sites are cut off, which one more cut would take down, and which rings are open."),
        choices=(),
        sections=(
            Section(title="", tiles=_now(around)),
            Section(title=_("Rings"), tiles=_rings(around)),
            Section(title=_("History"), tiles=_history(around)),
        ),
    )


def _now(around: Surroundings) -> tuple[Tile, ...]:
    shown = (
        (REDUNDANCY_TOTAL.cut_off, _("Sites cut off"), pieces.zero_is_good()),
        (REDUNDANCY_TOTAL.last_path, _("Sites on their last path"), pieces.zero_is_calm()),
    )
    numbers = [
        Tile(
            key=field.name,
            panel=panels.number(
                around, title=title, field=field, query=newest(REDUNDANCY_TOTAL, [field]), limits=limits
            ),
            width=4,
            height=8,
        )
        for field, title, limits in shown
    ]
    return (*numbers, Tile(key="sites", panel=_sites(around), width=16, height=8))


def _sites(around: Surroundings) -> dashboard.Panel:
    fields = [REDUNDANCY.label, REDUNDANCY.standing]
    titles = [_("Name"), _("Stands")]
    return panels.rows(
        around,
        title=_("Sites that do not stand as built"),
        description=_(
            "Sites that lost a way while links are down: more single trenches than usual would take them down now. "
            "Empty is well. A repaired site stays for some minutes."
        ),
        query=newest(REDUNDANCY, fields, by=(pieces.SITE,)),
        columns=[
            Column(name=pieces.SITE, title=_("Site"), links=pieces.site_links(around)),
            *(Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)),
        ],
        sort=REDUNDANCY.standing.name,
    )


def _rings(around: Surroundings) -> tuple[Tile, ...]:
    fields = [RING.state, RING.links_down, RING.links, RING.label]
    titles = [_("State"), _("Links down"), _("Links"), _("Name")]
    limits = {RING.links_down: pieces.zero_is_good()}
    table = panels.rows(
        around,
        title=_("Rings now"),
        description=_(
            "Rings as the switches are configured, the broken ones first. An open ring carries all its traffic the "
            "other way; one more broken link cuts off what lies between."
        ),
        query=newest(RING, fields, by=("ring", "protocol")),
        columns=[
            Column(name="ring", title=_("Ring")),
            Column(name="protocol", title=_("Protocol"), width=100),
            *(
                Column(name=field.name, title=title, field=field, limits=limits.get(field))
                for field, title in zip(fields, titles, strict=True)
            ),
        ],
        sort=RING.state.name,
    )
    states = panels.timeline(
        around,
        title=_("Rings over time"),
        description=_("Rings that were open or broken at some time of the range, and when; whole ones are left out."),
        field=RING.state,
        query=over_time(RING, RING.state, function="min", where=[below(RING, RING.state, WHOLE)], by=("ring",)),
        alias="$tag_ring",
    )
    return (
        Tile(key="rings", panel=table, width=12, height=9),
        Tile(key="rings_history", panel=states, width=12, height=9),
    )


def _history(around: Surroundings) -> tuple[Tile, ...]:
    totals = panels.time_series(
        around,
        title=_("Redundancy over time"),
        description=_("The worst moment of each interval."),
        lines=[
            Line(field=field, query=over_time(REDUNDANCY_TOTAL, field, function="max"), alias=alias, colour=colour)
            for field, alias, colour in (
                (REDUNDANCY_TOTAL.cut_off, _("cut off"), palette.VERMILLION),
                (REDUNDANCY_TOTAL.last_path, _("on their last path"), palette.ORANGE),
            )
        ],
    )
    states = panels.timeline(
        around,
        title=_("Sites over time"),
        description=_("Sites that did not stand as built at some time of the range, and when."),
        field=REDUNDANCY.standing,
        query=over_time(REDUNDANCY, REDUNDANCY.standing, function="min", by=(pieces.SITE,)),
        alias="$tag_site",
        links=[to_dashboard(Uid.SITE, _("Open site"), {pieces.SITE: of_series(pieces.SITE)})],
    )
    return (
        Tile(key="totals", panel=totals, width=24, height=8),
        Tile(key="states", panel=states, width=24, height=12),
    )
