"""``/api/v1/incidents``: what happened, one incident for one cause, with where to dig and who is without service."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Annotated

from fastapi import Path, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from incidents.report import document
from inventory.entities import Site, Structure
from planner.asking import signed_name
from planner.geojson import GEOJSON, MEDIA_TYPE, collection, marked, node_feature, section_feature
from planner.incident_panel import nodes, trenches
from planner.incidents import MOST_NAME, NS
from planner.models import In, Out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import APIRouter

    from incidents.incident import Incident
    from inventory.entities import Code
    from planner.desk import Desk
    from planner.picture import Picture

MOST = 500
Number = Annotated[int, Path(ge=0, le=2**53)]


class AlternativeOut(Out):
    """Another explanation; ``share`` is its probability among those thought of."""

    cause: str
    codes: list[str]
    share: float
    title: str


class HarmOut(Out):
    """Codes of who was without service by it at the worst, and of the services that were gone."""

    sites: list[str]
    structures: list[str]
    sirens: list[str]
    user_groups: list[str]
    services: list[str]


class MomentOut(Out):
    """One line of the story, in the language of the city."""

    time: datetime
    kind: str
    text: str


class IncidentOut(Out):
    """An incident. ``sure`` is the probability of its cause; it began between the last good and the first bad reading.

    ``message`` is what was sent to people; ``minutes`` and ``lost_minutes`` count until now while it lasts.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    number: int
    status: str
    title: str
    message: str
    cause: str
    codes: list[str]
    sure: float
    alternatives: list[AlternativeOut]
    began_between: list[datetime]
    opened: datetime
    closed: datetime | None
    minutes: float | None
    links: list[str]
    restored: list[str]
    devices: list[str]
    unreachable_behind: list[str]
    lost: HarmOut
    last_path: list[str]
    lost_minutes: dict[str, float]
    acknowledged_by: str | None
    times_down: int
    timeline: list[MomentOut]


class IncidentsOut(Out):
    """One page of incidents, the newest first."""

    total: int
    offset: int
    items: list[IncidentOut]


class TakeIn(In):
    """Who takes it."""

    name: Annotated[str, Field(min_length=1, max_length=MOST_NAME)]


def incident_routes(router: APIRouter, desk: Desk) -> None:
    """List, read, show on a map and take; they are opened and closed by the running collector."""

    @router.get("/incidents", summary="Incidents, the newest first; open ones only unless all are asked for")
    def listed(
        everything: Annotated[bool, Query(alias="all")] = False,  # noqa: FBT002 - a query's own name
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> IncidentsOut:
        found = desk.incidents.page(live_only=not everything, limit=limit, offset=offset)
        return IncidentsOut(
            total=desk.incidents.count(live_only=not everything),
            offset=offset,
            items=[_out(desk, item) for item in found],
        )

    @router.get(
        "/incidents/geojson",
        summary="Open incidents on a map: trenches to look at, who is without service",
        responses=GEOJSON,
        response_class=Response,
    )
    def all_on_map() -> Response:
        picture = desk.picture()
        features = (feature for item in desk.incidents.live() for feature in _features(desk, picture, item))
        return Response(collection(features), media_type=MEDIA_TYPE)

    @router.get("/incidents/{number}", summary="One incident with its timeline")
    def one(number: Number) -> IncidentOut:
        return _out(desk, desk.incidents.one(number))

    @router.get("/incidents/{number}/geojson", summary="The same on a map", responses=GEOJSON, response_class=Response)
    def on_map(number: Number) -> Response:
        features = _features(desk, desk.picture(), desk.incidents.one(number))
        headers = {"content-disposition": f'attachment; filename="incident-{number}.geojson"'}
        return Response(collection(features), media_type=MEDIA_TYPE, headers=headers)

    @router.post("/incidents/{number}/take", summary="Take it: it is escalated no further")
    def take(number: Number, asked: TakeIn) -> IncidentOut:
        desk.incidents.take(number, signed_name(asked.name))
        return _out(desk, desk.incidents.one(number))


def _out(desk: Desk, item: Incident) -> IncidentOut:
    return IncidentOut.model_validate(document(item, desk.incidents.words, now_s=desk.services.clock() / NS))


def _features(desk: Desk, picture: Picture, item: Incident) -> Iterator[dict[str, object]]:
    """Each thing of an incident once, with the incident's number and what it has to do with it."""
    plant, network = desk.services.plant, desk.network
    harm = item.harm if item.is_live else item.worst
    verdict = item.dig or item.verdict
    for code in trenches(plant, verdict):
        feature = section_feature(network, picture, plant.section[code])
        yield marked(feature, incident=item.number, role="cause")
    roles: dict[Code, str] = dict.fromkeys(harm.last_path, "last_path")
    roles |= dict.fromkeys((*harm.sites, *harm.structures), "lost")
    roles |= dict.fromkeys(nodes(plant, verdict), "cause")
    for code, role in roles.items():
        node = plant.nodes[code]
        if isinstance(node, Site | Structure):
            yield marked(node_feature(node, picture), incident=item.number, role=role)
