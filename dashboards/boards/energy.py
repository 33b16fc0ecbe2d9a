"""Energy and CO2: what the city, its sites and their devices draw, the thirstiest first, and who runs on a battery."""

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
from rainbow.kernel.metrics import CITY_ENERGY, ENERGY, SITE_ENERGY
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings

MOST = 50


def board(around: Surroundings) -> Board:
    """The dashboard of power, by the newest survey."""
    return Board(
        uid=Uid.ENERGY,
        title=_("RAINBOW energy"),
        description=_(
            "What devices draw and give as they measure it themselves, what that is in kWh and CO2, and who runs on a "
            "battery. Devices that do not measure are not in it."
        ),
        choices=(Choice(metric=ENERGY, tag="site", several=True),),
        sections=(
            Section(title="", tiles=(*_city_now(around), Tile(key="city", panel=_city(around), width=24, height=8))),
            Section(
                title=_("Sites"),
                tiles=(Tile(key="sites", panel=_sites(around), width=24, height=11),),
            ),
            Section(title=_("Devices"), tiles=(Tile(key="devices", panel=_devices(around), width=24, height=12),)),
        ),
        time_from="now-24h",
    )


def _city_now(around: Surroundings) -> tuple[Tile, ...]:
    idle = palette.limits(palette.GOOD, (1, palette.NOTE))
    shown = (
        (CITY_ENERGY.drawn_w, _("Drawn now"), None),
        (CITY_ENERGY.kwh_per_day, _("Energy of a day at that"), None),
        (CITY_ENERGY.co2_kg_per_day, _("CO2 of a day at that"), None),
        (CITY_ENERGY.poe_w, _("Given (PoE)"), None),
        (CITY_ENERGY.idle_lit, _("Lit ports without a neighbour"), idle),
        (CITY_ENERGY.measured, _("Devices that measure"), None),
    )
    return tuple(
        Tile(
            key=f"city_{field.name}",
            panel=panels.number(
                around,
                title=title,
                field=field,
                query=newest(CITY_ENERGY, [field]),
                limits=limits,
                within=around.slow_window,
            ),
            width=4,
            height=5,
        )
        for field, title, limits in shown
    )


def _city(around: Surroundings) -> dashboard.Panel:
    return panels.time_series(
        around,
        title=_("Power of the city"),
        description=_("The sum of what is measured, as the collector adds it up; a step may be a device that joined."),
        lines=[
            Line(field=field, query=over_time(CITY_ENERGY, field), alias=alias, colour=colour)
            for field, alias, colour in (
                (CITY_ENERGY.drawn_w, _("drawn"), palette.BLUE),
                (CITY_ENERGY.poe_w, _("given (PoE)"), palette.ORANGE),
            )
        ],
    )


def _sites(around: Surroundings) -> dashboard.Panel:
    total = SITE_ENERGY
    fields = [total.drawn_w, total.kwh_per_day, total.co2_kg_per_day, total.poe_w, total.idle_lit, total.measured]
    titles = [
        _("Drawn"),
        _("A day"),
        _("CO2 a day"),
        _("Given (PoE)"),
        _("Lit without neighbour"),
        _("Measured"),
    ]
    return panels.rows(
        around,
        title=_("Sites that draw most"),
        description=_("The newest survey, fifty sites."),
        query=newest(total, fields, where=[matches(total, "site", "site")], by=("site",)),
        columns=[
            Column(name="site", title=_("Site"), links=pieces.site_links(around)),
            *(Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)),
        ],
        sort=f"-{total.drawn_w.name}",
        most=MOST,
        within=around.slow_window,
    )


def _devices(around: Surroundings) -> dashboard.Panel:
    fields = [ENERGY.drawn_w, ENERGY.poe_w, ENERGY.idle_lit, ENERGY.on_battery, ENERGY.ups_runtime_min]
    titles = [_("Drawn"), _("Given (PoE)"), _("Lit without neighbour"), _("UPS runs on"), _("Battery time")]
    return panels.rows(
        around,
        title=_("Devices that draw most"),
        description=_("The newest survey, fifty devices; a site shows all that was measured there."),
        query=newest(ENERGY, fields, where=[matches(ENERGY, "site", "site")], by=("site", "device")),
        columns=[
            Column(name="device", title=_("Device")),
            Column(name="site", title=_("Site"), links=pieces.site_links(around)),
            *(
                Column(name=field.name, title=title, field=field, rare=field is not ENERGY.drawn_w)
                for field, title in zip(fields, titles, strict=True)
            ),
        ],
        sort=f"-{ENERGY.drawn_w.name}",
        most=MOST,
        within=around.slow_window,
    )
