"""Colours and user groups: those who share links and colours; are theirs up, what do they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import matches, newest, over_time
from dashboards.layout import Section, Tile
from dashboards.links import of_row, of_series, to_dashboard
from dashboards.panels import Column, Line
from dashboards.variables import Choice
from rainbow.kernel.metrics import COLOUR_TOTAL, USER_GROUP_TOTAL
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings
    from rainbow.kernel.metrics import Field, Metric


def board(around: Surroundings) -> Board:
    """The dashboard of schools, public safety and all others who own links or colours."""
    return Board(
        uid=Uid.USERS,
        title=_("RAINBOW colours and user groups"),
        description=_("Those who share links and colours: are their links up, which colour carries what."),
        choices=(Choice(metric=USER_GROUP_TOTAL, tag="user_group", several=True),),
        sections=(
            Section(title="", tiles=(Tile(key="groups", panel=_groups(around), width=24, height=9),)),
            Section(title=_("Colours"), tiles=_colours(around)),
            Section(title=_("History"), tiles=_history(around)),
        ),
    )


def _chosen(metric: Metric = USER_GROUP_TOTAL) -> list[str]:
    return [matches(metric, "user_group", "user_group")]


def _groups(around: Surroundings) -> dashboard.Panel:
    total = USER_GROUP_TOTAL
    fields = [total.label, total.links_down, total.links_unknown, total.links_up, total.traffic_bps]
    titles = [_("Name"), _("Links down"), _("Links unknown"), _("Links up"), _("Traffic")]
    limits = {total.links_down: pieces.zero_is_good()}
    to_links = to_dashboard(Uid.OPTICS, _("Links of this user group"), {"user_group": of_row("user_group")})
    return panels.rows(
        around,
        title=_("User groups now"),
        description=_("Links a group owns or has a colour on; a shared link counts for each of its groups."),
        query=newest(total, fields, where=_chosen(), by=("user_group",)),
        columns=[
            Column(name="user_group", title=_("User group"), links=(to_links,)),
            *(
                Column(name=field.name, title=title, field=field, limits=limits.get(field))
                for field, title in zip(fields, titles, strict=True)
            ),
        ],
        sort=f"-{total.links_down.name}",
    )


def _line(field: Field, function: str) -> Line:
    query = over_time(USER_GROUP_TOTAL, field, function=function, where=_chosen(), by=("user_group",))
    return Line(field=field, query=query, alias="$tag_user_group")


def _colours(around: Surroundings) -> tuple[Tile, ...]:
    total, by = COLOUR_TOTAL, ("colour", "user_group")
    fields = [total.links_down, total.links_unknown, total.links_up, total.traffic_bps]
    titles = [_("Links down"), _("Links unknown"), _("Links up"), _("Traffic")]
    limits = {total.links_down: pieces.zero_is_good()}
    table = panels.rows(
        around,
        title=_("Colours now"),
        description=_(
            "Each colour of each user group, on all links it shines on. A colour of one direction carries what its "
            "sender sends. Which colours are free on a cable: rainbow inventory colours CITY."
        ),
        query=newest(total, fields, where=_chosen(total), by=by),
        columns=[
            Column(name="colour", title=_("Colour")),
            Column(name="user_group", title=_("User group")),
            *(
                Column(name=field.name, title=title, field=field, limits=limits.get(field))
                for field, title in zip(fields, titles, strict=True)
            ),
        ],
        sort=f"-{total.links_down.name}",
    )
    query = over_time(total, total.traffic_bps, where=_chosen(total), by=by)
    traffic = panels.time_series(
        around,
        title=_("Traffic of colours"),
        description=_("What each colour carries, all its links together, as the collector adds it up each round."),
        lines=[Line(field=total.traffic_bps, query=query, alias="$tag_user_group $tag_colour")],
        many=True,
    )
    return (
        Tile(key="colours", panel=table, width=12, height=11),
        Tile(key="colours_traffic", panel=traffic, width=12, height=11),
    )


def _history(around: Surroundings) -> tuple[Tile, ...]:
    to_links = to_dashboard(Uid.OPTICS, _("Links of this user group"), {"user_group": of_series("user_group")})
    traffic = panels.time_series(
        around,
        title=_("Traffic of user groups"),
        description=_("Both directions of all links of a group, as the collector adds them up each round."),
        lines=[_line(USER_GROUP_TOTAL.traffic_bps, "mean")],
        links=[to_links],
        many=True,
    )
    down = panels.time_series(
        around,
        title=_("Links down of user groups"),
        description=_("The worst moment of each interval."),
        lines=[_line(USER_GROUP_TOTAL.links_down, "max")],
        links=[to_links],
        many=True,
    )
    states = panels.timeline(
        around,
        title=_("User groups over time"),
        description=_("How many links of a group were down, and when; 0 is well. The worst moment of each interval."),
        field=USER_GROUP_TOTAL.links_down,
        query=_line(USER_GROUP_TOTAL.links_down, "max").query,
        alias="$tag_user_group",
        links=[to_links],
        limits=pieces.zero_is_good(),
    )
    return (
        Tile(key="states", panel=states, width=24, height=10),
        Tile(key="traffic", panel=traffic, width=12, height=10),
        Tile(key="down", panel=down, width=12, height=10),
    )
