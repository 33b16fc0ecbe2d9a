"""A switch: does it answer, which ports are up, what do they carry, whom do they see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import differs, equals, last_words, matches, newest, over_time
from dashboards.layout import Section, Tile
from dashboards.panels import Column
from dashboards.variables import Choice
from rainbow.kernel.metrics import DEVICE, INTERFACE, NEIGHBOUR, PORT
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings
    from rainbow.kernel.metrics import Metric

PORT_TAGS = ("site", "device", "if_name")


def board(around: Surroundings) -> Board:
    """The dashboard of one switch."""
    return Board(
        uid=Uid.SWITCH,
        title=_("RAINBOW switch"),
        description=_("One switch: does it answer, which ports are up, what do they carry, whom do they see."),
        choices=(
            Choice(metric=DEVICE, tag="site"),
            Choice(metric=DEVICE, tag="device", where=(matches(DEVICE, "site", "site"),)),
        ),
        sections=(
            Section(title="", tiles=_numbers(around)),
            Section(title=_("Ports"), tiles=_ports_now(around)),
            Section(title=_("History"), tiles=_history(around)),
        ),
    )


def _of_switch(metric: Metric) -> list[str]:
    return [matches(metric, "device", "device")]


def _numbers(around: Surroundings) -> tuple[Tile, ...]:
    shown = (
        (DEVICE.up, _("State")),
        (DEVICE.uptime_s, _("Up for")),
        (DEVICE.poll_s, _("Poll took")),
        (DEVICE.requests, _("Requests a poll")),
        (DEVICE.retries, _("Repeats")),
        (DEVICE.breaker_open, _("Polling")),
    )
    return tuple(
        Tile(
            key=field.name,
            panel=panels.number(
                around, title=title, field=field, query=newest(DEVICE, [DEVICE.up, field], where=_of_switch(DEVICE))
            ),
            width=4,
            height=4,
        )
        for field, title in shown
    )


def _ports_now(around: Surroundings) -> tuple[Tile, ...]:
    return (
        Tile(key="ports", panel=_linked(around), width=16, height=11),
        Tile(key="neighbours", panel=_neighbours(around), width=8, height=11),
        Tile(key="other_ports", panel=_others(around), width=16, height=9),
        Tile(key="descriptions", panel=_descriptions(around), width=8, height=9),
    )


def _linked(around: Surroundings) -> dashboard.Panel:
    return _ports(
        around,
        title=_("Ports that links end at"),
        description=_("What should be up. A click on a port's name opens it with light and errors."),
        where=[*_of_switch(INTERFACE), differs(INTERFACE, "link", "")],
        calm=False,
    )


def _others(around: Surroundings) -> dashboard.Panel:
    return _ports(
        around,
        title=_("Other ports"),
        description=_("Ports for users and spare ones: nobody says that they should be up, so down is grey."),
        where=[*_of_switch(INTERFACE), equals(INTERFACE, "link", "")],
        calm=True,
    )


def _ports(around: Surroundings, *, title: str, description: str, where: Sequence[str], calm: bool) -> dashboard.Panel:
    fields = [
        INTERFACE.oper_state,
        INTERFACE.admin_state,
        INTERFACE.speed_bps,
        INTERFACE.in_bps,
        INTERFACE.out_bps,
        INTERFACE.in_errors_ps,
        INTERFACE.in_discards_ps,
    ]
    titles = [
        _("State"),
        _("Configured"),
        _("Speed"),
        _("Received"),
        _("Sent"),
        _("Errors received"),
        _("Discards received"),
    ]
    columns = [
        Column(name=field.name, title=title, field=field, calm=calm)
        for field, title in zip(fields, titles, strict=True)
    ]
    return panels.rows(
        around,
        title=title,
        description=description,
        query=newest(INTERFACE, fields, where=where, by=PORT_TAGS if calm else (*PORT_TAGS, "link")),
        columns=[
            Column(name="if_name", title=_("Port"), links=pieces.port_links(around)),
            Column(name="device", title=_("Switch")),
            Column(name="site", title=_("Site"), links=pieces.site_links(around)),
            *([] if calm else [Column(name="link", title=_("Link"), links=(pieces.link_link(),))]),
            *columns,
        ],
    )


def _neighbours(around: Surroundings) -> dashboard.Panel:
    fields = [NEIGHBOUR.remote_device, NEIGHBOUR.remote_port, NEIGHBOUR.matches]
    titles = [_("Neighbour"), _("Its port"), _("In the plant")]
    columns = [Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)]
    return panels.rows(
        around,
        title=_("Neighbours"),
        description=_("What the other end of each port says it is (LLDP), and whether the plant says the same."),
        query=newest(NEIGHBOUR, fields, where=_of_switch(NEIGHBOUR), by=("if_name",)),
        columns=[Column(name="if_name", title=_("Port")), *columns],
        within=panels.WHOLE_RANGE,
    )


def _descriptions(around: Surroundings) -> dashboard.Panel:
    return panels.rows(
        around,
        title=_("Descriptions"),
        description=_("What is written at the ports in the switch's configuration (ifAlias)."),
        query=last_words(PORT, PORT.description, where=_of_switch(PORT), by=("if_name",)),
        columns=[
            Column(name="if_name", title=_("Port")),
            Column(name=PORT.description.name, title=_("Description"), field=PORT.description),
        ],
        within=panels.WHOLE_RANGE,
    )


def _history(around: Surroundings) -> tuple[Tile, ...]:
    traffic = pieces.traffic(
        around,
        INTERFACE,
        INTERFACE.in_bps,
        INTERFACE.out_bps,
        description=_("Traffic of each port. A click on a line opens the port."),
        where=_of_switch(INTERFACE),
        by=PORT_TAGS,
        links=[pieces.port_of_line()],
    )
    errors = panels.time_series(
        around,
        title=_("Errors received up, discards sent down"),
        description=_(
            "Errors received point to dirt, damage or a bad module; discards to a full line. A click on a line opens "
            "the port with both directions."
        ),
        lines=pieces.errors_of_ports(_of_switch(INTERFACE), PORT_TAGS),
        links=[pieces.port_of_line()],
        many=True,
    )
    states = panels.timeline(
        around,
        title=_("Ports that links end at over time"),
        field=INTERFACE.oper_state,
        query=over_time(
            INTERFACE,
            INTERFACE.oper_state,
            function="last",
            where=[*_of_switch(INTERFACE), differs(INTERFACE, "link", "")],
            by=PORT_TAGS,
        ),
        alias="$tag_if_name",
        links=[pieces.port_of_line()],
    )
    return (
        Tile(key="traffic", panel=traffic, width=12, height=11),
        Tile(key="errors", panel=errors, width=12, height=11),
        Tile(key="states", panel=states, width=24, height=12),
    )
