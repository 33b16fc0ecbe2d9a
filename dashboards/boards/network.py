"""Network overview: is all well, and if not, where to look first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import newest, over_time
from dashboards.layout import Section, Tile
from dashboards.links import to_dashboard
from dashboards.panels import Column, Line
from rainbow.kernel.metrics import CITY_ENERGY, NETWORK_TOTAL, REDUNDANCY_TOTAL, SITE_TOTAL
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings
    from rainbow.kernel.metrics import Field


def board(around: Surroundings) -> Board:
    """The dashboard to open first."""
    return Board(
        uid=Uid.NETWORK,
        title=_("RAINBOW network overview"),
        description=_("The whole network: what is dark, what is down, where light is scarce, what happened."),
        choices=(),
        sections=(
            Section(title="", tiles=_numbers(around)),
            Section(title=_("Where to look"), tiles=_where(around)),
            Section(title=_("Traffic and links"), tiles=_history(around)),
        ),
    )


def _number(around: Surroundings, field: Field, title: str, limits: dashboard.ThresholdsConfig | None) -> Tile:
    panel = panels.number(around, title=title, field=field, query=newest(NETWORK_TOTAL, [field]), limits=limits)
    return Tile(key=field.name, panel=panel, width=3, height=4)


def _numbers(around: Surroundings) -> tuple[Tile, ...]:
    faults = pieces.zero_is_good
    doubt = pieces.zero_is_calm()
    return (
        _number(around, NETWORK_TOTAL.sites_dark, _("Sites dark"), faults()),
        _number(around, NETWORK_TOTAL.links_down, _("Links down"), faults()),
        _number(around, NETWORK_TOTAL.links_unknown, _("Links unknown"), doubt),
        _number(around, NETWORK_TOTAL.links_up, _("Links up"), None),
        _number(around, NETWORK_TOTAL.devices_down, _("Switches silent"), faults()),
        _number(around, NETWORK_TOTAL.devices_up, _("Switches answering"), None),
        _number(around, NETWORK_TOTAL.ports_down, _("Ports down"), faults()),
        _number(around, NETWORK_TOTAL.ports_up, _("Ports up"), None),
        *_in_danger(around),
        *_power(around),
    )


def _in_danger(around: Surroundings) -> tuple[Tile, ...]:
    """What people ask first: who is cut off, whom would one more cut take down, is a siren out of reach."""
    fault, danger = pieces.zero_is_good(), pieces.zero_is_calm()
    shown = (
        (REDUNDANCY_TOTAL, REDUNDANCY_TOTAL.cut_off, _("Sites cut off"), Uid.REDUNDANCY, fault),
        (REDUNDANCY_TOTAL, REDUNDANCY_TOTAL.last_path, _("Sites on their last path"), Uid.REDUNDANCY, danger),
        (NETWORK_TOTAL, NETWORK_TOTAL.sirens_down, _("Sirens out of reach"), Uid.SIRENS, fault),
    )
    return tuple(
        Tile(
            key=field.name,
            panel=panels.number(
                around,
                title=title,
                field=field,
                query=newest(metric, [field]),
                limits=limits,
                links=[to_dashboard(uid, title, {})],
            ),
            width=5,
            height=4,
        )
        for metric, field, title, uid, limits in shown
    )


def _power(around: Surroundings) -> tuple[Tile, ...]:
    """What the network draws; nothing where no device measures it."""
    shown = ((CITY_ENERGY.drawn_w, _("Drawn now"), 5), (CITY_ENERGY.co2_kg_per_day, _("CO2 of a day at that"), 4))
    return tuple(
        Tile(
            key=field.name,
            panel=panels.number(
                around,
                title=title,
                field=field,
                query=newest(CITY_ENERGY, [field]),
                links=[to_dashboard(Uid.ENERGY, title, {})],
                within=around.slow_window,
            ),
            width=width,
            height=4,
        )
        for field, title, width in shown
    )


def _where(around: Surroundings) -> tuple[Tile, ...]:
    margins = pieces.links_table(
        around,
        title=_("Least light to spare"),
        description=_(
            "The ten links whose weaker end has the smallest margin above its receiver's sensitivity. Below 3 dB a "
            "bent patch cord or an ageing laser may end the link. A click on one shows its light."
        ),
        fields=pieces.MARGIN,
        most=10,
    )
    return (
        Tile(key="incidents", panel=pieces.incidents(around), width=24, height=7),
        Tile(key="sites", panel=_sites(around), width=12, height=10),
        Tile(key="events", panel=pieces.events(around), width=12, height=10),
        Tile(key="margins", panel=margins, width=12, height=9),
        Tile(key="incident-course", panel=pieces.incident_course(around), width=12, height=9),
    )


def _sites(around: Surroundings) -> dashboard.Panel:
    fields = [SITE_TOTAL.label, SITE_TOTAL.devices_down, SITE_TOTAL.links_down, SITE_TOTAL.ports_down]
    titles = [_("Name"), _("Switches silent"), _("Links down"), _("Ports down")]
    columns = [
        Column(
            name=field.name,
            title=title,
            field=field,
            limits=None if field is SITE_TOTAL.label else pieces.zero_is_good(),
        )
        for field, title in zip(fields, titles, strict=True)
    ]
    return panels.rows(
        around,
        title=_("Sites"),
        description=_("What is silent or down at each site now; sites with most links down first."),
        query=pieces.site_total_row(fields),
        columns=[Column(name=pieces.SITE, title=_("Site"), links=pieces.site_links(around)), *columns],
        sort=f"-{SITE_TOTAL.links_down.name}",
    )


def _history(around: Surroundings) -> tuple[Tile, ...]:
    traffic = pieces.traffic(
        around,
        NETWORK_TOTAL,
        NETWORK_TOTAL.in_bps,
        NETWORK_TOTAL.out_bps,
        description=_("All ports of all switches together, as the collector adds them up each round."),
    )
    lines = (
        (NETWORK_TOTAL.links_down, _("links down"), palette.VERMILLION),
        (NETWORK_TOTAL.links_unknown, _("links unknown"), palette.GREY),
        (NETWORK_TOTAL.devices_down, _("switches silent"), palette.ORANGE),
        (NETWORK_TOTAL.sites_dark, _("sites dark"), palette.PURPLE),
    )
    faults = panels.time_series(
        around,
        title=_("Faults over time"),
        description=_("The worst moment of each interval: links down or unknown, switches silent, sites dark."),
        lines=[
            Line(field=field, query=over_time(NETWORK_TOTAL, field, function="max"), alias=alias, colour=colour)
            for field, alias, colour in lines
        ],
    )
    return (
        Tile(key="traffic", panel=traffic, width=12, height=9),
        Tile(key="faults", panel=faults, width=12, height=9),
    )
