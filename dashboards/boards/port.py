"""A port with its optics: traffic both ways, errors beside it, light of both ends against what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import matches, newest, over_time
from dashboards.layout import Section, Tile
from dashboards.panels import Line
from dashboards.variables import Choice
from rainbow.kernel.metrics import INTERFACE, LINK, OPTICS
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings
    from rainbow.kernel.metrics import Field, Metric


def board(around: Surroundings) -> Board:
    """The dashboard of one port."""
    device = matches(INTERFACE, "device", "device")
    return Board(
        uid=Uid.PORT,
        title=_("RAINBOW port"),
        description=_("One port and its optics, from the traffic down to the light of both ends."),
        choices=(
            Choice(metric=INTERFACE, tag="site"),
            Choice(metric=INTERFACE, tag="device", where=(matches(INTERFACE, "site", "site"),)),
            Choice(metric=INTERFACE, tag="if_name", where=(device,)),
            Choice(metric=INTERFACE, tag="link", where=(device, matches(INTERFACE, "if_name", "if_name"))),
        ),
        sections=(
            Section(title="", tiles=_numbers(around)),
            Section(title=_("Traffic"), tiles=_traffic(around)),
            Section(title=_("Light"), tiles=_light(around)),
        ),
    )


def _of_port(metric: Metric) -> list[str]:
    return [matches(metric, "device", "device"), matches(metric, "if_name", "if_name")]


def _of_link() -> list[str]:
    return [matches(LINK, "link", "link")]


def _numbers(around: Surroundings) -> tuple[Tile, ...]:
    port, optics, link = _of_port(INTERFACE), _of_port(OPTICS), _of_link()
    shown: tuple[tuple[Metric, Field, Field, str, list[str], dashboard.ThresholdsConfig | None], ...] = (
        (INTERFACE, INTERFACE.oper_state, INTERFACE.oper_state, _("State"), port, None),
        (INTERFACE, INTERFACE.oper_state, INTERFACE.admin_state, _("Configured"), port, None),
        (INTERFACE, INTERFACE.oper_state, INTERFACE.speed_bps, _("Speed"), port, None),
        (OPTICS, OPTICS.light, OPTICS.light, _("Light"), optics, None),
        (LINK, LINK.state, LINK.margin_db, _("Margin"), link, pieces.margin_limits()),
        (LINK, LINK.state, LINK.expected_loss_db, _("Expected loss"), link, None),
    )
    return tuple(
        Tile(
            key=f"now_{field.name}",
            panel=panels.number(
                around, title=title, field=field, query=newest(metric, [always, field], where=where), limits=limits
            ),
            width=4,
            height=4,
        )
        for metric, always, field, title, where, limits in shown
    )


def _traffic(around: Surroundings) -> tuple[Tile, ...]:
    traffic = pieces.traffic(
        around,
        INTERFACE,
        INTERFACE.in_bps,
        INTERFACE.out_bps,
        description=_("Traffic of this port in both directions. A gap is a missing reading, never a zero."),
        where=_of_port(INTERFACE),
    )
    errors = panels.time_series(
        around,
        title=_("Errors and discards: received up, sent down"),
        description=_("Errors point to dirt, damage or a bad module; discards to a full line."),
        lines=pieces.error_lines(_of_port(INTERFACE)),
    )
    return (
        Tile(key="traffic", panel=traffic, width=12, height=9),
        Tile(key="errors", panel=errors, width=12, height=9),
        Tile(key="packets", panel=_packets(around), width=12, height=7),
        Tile(key="states", panel=_states(around), width=12, height=7),
    )


def _packets(around: Surroundings) -> dashboard.Panel:
    return panels.time_series(
        around,
        title=_("Packets: received up, sent down"),
        description=_("Unicast packets of this port in both directions."),
        lines=[
            Line(
                field=field,
                query=over_time(INTERFACE, field, where=_of_port(INTERFACE)),
                alias=alias,
                colour=colour,
                below=below,
            )
            for field, alias, colour, below in (
                (INTERFACE.in_pps, _("received"), palette.BLUE, False),
                (INTERFACE.out_pps, _("sent"), palette.ORANGE, True),
            )
        ],
    )


def _states(around: Surroundings) -> dashboard.Panel:
    return panels.timeline(
        around,
        title=_("State over time"),
        field=INTERFACE.oper_state,
        query=over_time(
            INTERFACE, INTERFACE.oper_state, function="last", where=_of_port(INTERFACE), by=("device", "if_name")
        ),
        alias="$tag_device $tag_if_name",
    )


def _light(around: Surroundings) -> tuple[Tile, ...]:
    return (
        Tile(key="light", panel=pieces.port_light(around, _of_link()), width=12, height=10),
        Tile(key="levels", panel=_module_levels(around), width=12, height=10),
        Tile(key="bias", panel=_module(around, OPTICS.bias_ma, _("Laser current")), width=12, height=7),
        Tile(key="temperature", panel=_module(around, OPTICS.temperature_c, _("Temperature")), width=12, height=7),
    )


def _module_levels(around: Surroundings) -> dashboard.Panel:
    lines = ((OPTICS.rx_dbm, _("received"), palette.BLUE), (OPTICS.tx_dbm, _("sent"), palette.ORANGE))
    return panels.time_series(
        around,
        title=_("Light at this module"),
        description=_(
            "What the module of this port measures itself, a lane each. Compare changes, not modules: two good ones "
            "may differ by 3 dB. No line: no light, or a module without measurement."
        ),
        lines=[
            Line(
                field=field,
                query=over_time(OPTICS, field, where=_of_port(OPTICS), by=("lane",)),
                alias=f"{alias} $tag_lane",
                colour=colour,
            )
            for field, alias, colour in lines
        ],
    )


def _module(around: Surroundings, field: Field, title: str) -> dashboard.Panel:
    return panels.time_series(
        around,
        title=title,
        description=_("{help}. A slow rise at equal light is an ageing laser.").format(help=_(field.help))
        if field is OPTICS.bias_ma
        else _(field.help),
        lines=[
            Line(
                field=field,
                query=over_time(OPTICS, field, where=_of_port(OPTICS), by=("lane",)),
                alias=f"{title} $tag_lane",
                colour=palette.BLUE,
            )
        ],
    )
