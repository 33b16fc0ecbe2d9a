"""A site: its switches, its links, its traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import either, matches, newest, over_time
from dashboards.layout import Section, Tile
from dashboards.links import of_series, to_dashboard
from dashboards.panels import Column, Line
from dashboards.variables import Choice
from rainbow.kernel.metrics import DEVICE, ENERGY, LINK, PORT_POWER, SITE_ENERGY, SITE_TOTAL
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings


def board(around: Surroundings) -> Board:
    """The dashboard of one site."""
    return Board(
        uid=Uid.SITE,
        title=_("RAINBOW site"),
        description=_("One site: do its switches answer, are its links up, how much light is to spare."),
        choices=(Choice(metric=SITE_TOTAL, tag="site"),),
        sections=(
            Section(title="", tiles=_numbers(around)),
            Section(title=_("Switches and links"), tiles=_now(around)),
            Section(title=_("History"), tiles=_history(around)),
            Section(title=_("Energy"), tiles=_energy(around)),
        ),
    )


def _at_site() -> list[str]:
    return [matches(SITE_TOTAL, "site", "site")]


def _links_of_site() -> list[str]:
    return [either(matches(LINK, "site_a", "site"), matches(LINK, "site_b", "site"))]


def _numbers(around: Surroundings) -> tuple[Tile, ...]:
    shown = (
        (SITE_TOTAL.devices_down, _("Switches silent"), True),
        (SITE_TOTAL.devices_up, _("Switches answering"), False),
        (SITE_TOTAL.links_down, _("Links down"), True),
        (SITE_TOTAL.links_up, _("Links up"), False),
        (SITE_TOTAL.ports_down, _("Ports down"), True),
        (SITE_TOTAL.ports_up, _("Ports up"), False),
    )
    return tuple(
        Tile(
            key=field.name,
            panel=panels.number(
                around,
                title=title,
                field=field,
                query=newest(SITE_TOTAL, [field], where=_at_site()),
                limits=pieces.zero_is_good() if is_fault else None,
            ),
            width=4,
            height=4,
        )
        for field, title, is_fault in shown
    )


def _now(around: Surroundings) -> tuple[Tile, ...]:
    links = pieces.links_table(
        around,
        title=_("Links of this site"),
        description=_("Links with an end at this site: state, margin, and the light of both ends beside the expected."),
        fields=pieces.LIGHT_AND_PLAN,
        where=_links_of_site(),
    )
    return (
        Tile(key="switches", panel=_switches(around), width=24, height=6),
        Tile(key="links", panel=links, width=24, height=8),
    )


def _switches(around: Surroundings) -> dashboard.Panel:
    fields = [DEVICE.up, DEVICE.breaker_open, DEVICE.uptime_s, DEVICE.poll_s, DEVICE.retries, DEVICE.errors]
    titles = [_("State"), _("Polling"), _("Up for"), _("Poll took"), _("Repeats"), _("Failed polls")]
    columns = [Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)]
    return panels.rows(
        around,
        title=_("Switches"),
        description=_("The switches of this site as the collector meets them."),
        query=newest(DEVICE, fields, where=[matches(DEVICE, "site", "site")], by=("site", "device")),
        columns=[
            Column(name="device", title=_("Switch"), links=(pieces.switch_link(),)),
            Column(name="site", title=_("Site"), links=pieces.site_links(around)),
            *columns,
        ],
        sort=DEVICE.up.name,
    )


def _history(around: Surroundings) -> tuple[Tile, ...]:
    to_switch = to_dashboard(Uid.SWITCH, _("Open switch"), {"site": of_series("site"), "device": of_series("device")})
    switches = panels.timeline(
        around,
        title=_("Switches over time"),
        field=DEVICE.up,
        query=over_time(
            DEVICE, DEVICE.up, function="min", where=[matches(DEVICE, "site", "site")], by=("site", "device")
        ),
        alias="$tag_device",
        links=[to_switch],
    )
    links = panels.timeline(
        around,
        title=_("Links over time"),
        field=LINK.state,
        query=over_time(LINK, LINK.state, function="last", where=_links_of_site(), by=("link",)),
        alias="$tag_link",
        links=[to_dashboard(Uid.OPTICS, _("Light of this link"), {"link": of_series("link")})],
    )
    traffic = pieces.traffic(
        around,
        SITE_TOTAL,
        SITE_TOTAL.in_bps,
        SITE_TOTAL.out_bps,
        description=_("All ports of the site together, as the collector adds them up each round."),
        where=_at_site(),
    )
    return (
        Tile(key="traffic", panel=traffic, width=24, height=8),
        Tile(key="switches_history", panel=switches, width=12, height=8),
        Tile(key="links_history", panel=links, width=12, height=8),
    )


def _energy(around: Surroundings) -> tuple[Tile, ...]:
    """The newest survey: energy is measured every few minutes, not each round."""
    return (
        Tile(key="energy", panel=_power_of_devices(around), width=24, height=6),
        Tile(key="power", panel=_power_over_time(around), width=12, height=7),
        Tile(key="port_power", panel=_power_of_ports(around), width=12, height=7),
    )


def _power_over_time(around: Surroundings) -> dashboard.Panel:
    query = over_time(SITE_ENERGY, SITE_ENERGY.drawn_w, where=[matches(SITE_ENERGY, "site", "site")])
    return panels.time_series(
        around,
        title=_("Power of the site"),
        description=_("The sum of what devices of this site measure; a step may be a device that joined or left."),
        lines=[Line(field=SITE_ENERGY.drawn_w, query=query, alias=_("drawn"), colour=palette.BLUE)],
    )


def _power_of_devices(around: Surroundings) -> dashboard.Panel:
    fields = [
        ENERGY.drawn_w,
        ENERGY.poe_w,
        ENERGY.poe_budget_w,
        ENERGY.ups_output_w,
        ENERGY.ups_load_percent,
        ENERGY.ups_charge_percent,
        ENERGY.ups_runtime_min,
        ENERGY.on_battery,
    ]
    titles = [
        _("Drawn"),
        _("Given (PoE)"),
        _("Could give"),
        _("UPS gives"),
        _("UPS load"),
        _("Battery charge"),
        _("Battery time"),
        _("UPS runs on"),
    ]
    columns = [
        Column(name=field.name, title=title, field=field, rare=field is not ENERGY.drawn_w)
        for field, title in zip(fields, titles, strict=True)
    ]
    return panels.rows(
        around,
        title=_("Power of devices"),
        description=_("What each device of this site draws and gives, as it measures itself."),
        query=newest(ENERGY, fields, where=[matches(ENERGY, "site", "site")], by=("site", "device")),
        columns=[Column(name="device", title=_("Device")), Column(name="site", title=_("Site")), *columns],
        sort=f"-{ENERGY.drawn_w.name}",
        within=around.slow_window,
    )


def _power_of_ports(around: Surroundings) -> dashboard.Panel:
    return panels.rows(
        around,
        title=_("Power given over ports"),
        description=_("Ports that power what hangs on them (PoE)."),
        query=newest(
            PORT_POWER,
            [PORT_POWER.poe_w],
            where=[matches(PORT_POWER, "site", "site")],
            by=("site", "device", "if_name"),
        ),
        columns=[
            Column(name="device", title=_("Device")),
            Column(name="site", title=_("Site")),
            Column(name="if_name", title=_("Port")),
            Column(name=PORT_POWER.poe_w.name, title=_("Given (PoE)"), field=PORT_POWER.poe_w),
        ],
        sort=f"-{PORT_POWER.poe_w.name}",
        within=around.slow_window,
    )
