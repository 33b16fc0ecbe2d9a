"""``/api/v1/incidents``: what happened, one incident for one cause, with where to dig and who is without service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Path, Query
from pydantic import ConfigDict

from incidents.ground import Ground
from incidents.messages import Wording
from incidents.report import document
from planner.models import Out
from rainbow.kernel.errors import InputError, TopologyError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from fastapi import APIRouter

    from incidents.incident import Incident
    from planner.desk import Desk

MOST = 500
_NS = 1_000_000_000


class IncidentOut(Out):
    """An incident; further keys as ``rainbow incidents show --format json`` has them."""

    model_config = ConfigDict(frozen=True, extra="allow")

    number: int
    status: str
    title: str
    message: str
    cause: str
    codes: list[str]


class IncidentsOut(Out):
    """Incidents, the newest first."""

    items: list[IncidentOut]


def incident_routes(router: APIRouter, desk: Desk) -> None:
    """List and read; incidents are taken and closed by the running collector and ``rainbow incidents ack``."""

    @router.get("/incidents", summary="Incidents, the newest first; open ones only unless all are asked for")
    def listed(
        everything: Annotated[bool, Query(alias="all")] = False,  # noqa: FBT002 - a query's own name
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    ) -> IncidentsOut:
        reader = desk.services.incidents
        found = reader.incidents(live_only=not everything, most=limit) if reader is not None else ()
        return IncidentsOut(items=[_out(desk, item) for item in found])

    @router.get("/incidents/{number}", summary="One incident with its timeline")
    def one(number: Annotated[int, Path(ge=0, le=2**53)]) -> IncidentOut:
        reader = desk.services.incidents
        found = reader.incident(number) if reader is not None else None
        if found is None:
            raise InputError(_("there is no incident {number}").format(number=number))
        return _out(desk, found)


def _out(desk: Desk, item: Incident) -> IncidentOut:
    index = desk.network.index
    if index is None:
        raise TopologyError(_("{city} has no hub: nothing can be said to be cut off").format(city=desk.services.title))
    return IncidentOut.model_validate(document(item, Wording(Ground(index)), now_s=desk.services.clock() / _NS))
