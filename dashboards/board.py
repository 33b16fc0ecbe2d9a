"""A dashboard: what it shows, put together into Grafana's JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards import palette
from dashboards.influxql import EventQuery, differs, equals, latest_rows
from dashboards.layout import place
from dashboards.links import menu
from dashboards.sdk import JSONEncoder, dashboard
from dashboards.variables import Choice, variables
from rainbow.kernel.metrics import EVENT
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.addresses import Uid
    from dashboards.layout import Section
    from dashboards.surroundings import Surroundings

Json = dict[str, object]

TAG = "rainbow"
EVENT_TAGS = ("kind", "object")
PLANNED = "maintenance"
"""The kind of an event that lasts."""
MOST_EVENTS = 200
"""Events drawn over a graph at most: more hide what they explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One dashboard before it is placed and numbered."""

    uid: Uid
    title: str
    description: str
    choices: tuple[Choice, ...]
    sections: tuple[Section, ...]
    time_from: str = "now-6h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A finished dashboard. ``numbers`` are its panels' by key."""

    uid: Uid
    json: Json
    numbers: dict[str, int]

    @property
    def text(self) -> str:
        """The file, as it is written."""
        return json.dumps(self.json, indent=2, ensure_ascii=False) + "\n"


def draw(board: Board, around: Surroundings) -> Drawn:
    """Place a board's panels and turn it into JSON.

    Raises:
        DashboardError: a panel key stands twice.
    """
    placed, numbers = place(board.sections)
    made = dashboard.Dashboard(
        uid=board.uid.value,
        title=board.title,
        description=board.description,
        tags=[TAG],
        timezone="browser",
        editable=True,
        graph_tooltip=dashboard.DashboardCursorSync.CROSSHAIR,
        time=dashboard.DashboardDashboardTime(from_val=board.time_from, to="now"),
        refresh=around.refresh,
        panels=placed,
        templating=dashboard.DashboardDashboardTemplating(list_val=variables(around, board.choices)),
        annotations=dashboard.AnnotationContainer(list_val=[_events(around), _planned(around)]),
        links=menu(around.settings.page_url, board.uid),
        preload=False,
    )
    plain = json.loads(json.dumps(made, cls=JSONEncoder))
    _show_in_the_open(plain)
    return Drawn(uid=board.uid, json=plain, numbers=numbers)


def _show_in_the_open(plain: Json) -> None:
    """The SDK puts links and annotations into a menu behind a button, without a choice; they belong on the page."""
    annotations = plain["annotations"]
    links = plain["links"]
    for item in [*(links if isinstance(links, list) else []), *(_listed(annotations))]:
        del item["placement"]


def _listed(container: object) -> list[Json]:
    found = container.get("list") if isinstance(container, dict) else None
    return found if isinstance(found, list) else []


def _events(around: Surroundings) -> dashboard.AnnotationQuery:
    return dashboard.AnnotationQuery(
        name=_("Events"),
        datasource=around.source,
        enable=True,
        icon_color=palette.PURPLE,
        target=EventQuery(
            query=latest_rows(
                EVENT, (EVENT.text,), EVENT_TAGS, most=MOST_EVENTS, where=[differs(EVENT, "kind", PLANNED)]
            ),
            text_column=EVENT.text.name,
            tag_columns=EVENT_TAGS,
        ),
    )


def _planned(around: Surroundings) -> dashboard.AnnotationQuery:
    """Planned work lasts: drawn from its beginning to its end."""
    fields = (EVENT.text, EVENT.until_ms)
    return dashboard.AnnotationQuery(
        name=_("Maintenance"),
        datasource=around.source,
        enable=True,
        icon_color=palette.SKY,
        target=EventQuery(
            query=latest_rows(EVENT, fields, EVENT_TAGS, most=MOST_EVENTS, where=[equals(EVENT, "kind", PLANNED)]),
            text_column=EVENT.text.name,
            tag_columns=EVENT_TAGS,
            end_column=EVENT.until_ms.name,
        ),
    )
