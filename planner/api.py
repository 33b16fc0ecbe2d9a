"""The REST API under ``/api/v1``: all that the page knows, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.security import HTTPBearer
from starlette.responses import Response

from planner import answers, paper
from planner.detail_api import detail_routes
from planner.geojson import GEOJSON, MEDIA_TYPE, sections_geojson, sites_geojson, structures_geojson
from planner.history import PortHistory, port_history
from planner.incident_api import incident_routes
from planner.logical import logical_document
from planner.may_open_api import may_open_routes
from planner.models import (
    MOST_CODES,
    CodeText,
    ControlIn,
    ControlOut,
    CutIn,
    CutOut,
    DeviceOut,
    DevicesOut,
    HealthOut,
    HistoryOut,
    LayersOut,
    LiveOut,
    LogicalOut,
    PortOut,
    ProblemOut,
    StatesOut,
    StatusOut,
    WithinIn,
    WithinOut,
)
from planner.paper import whatif_pdf
from planner.plan_api import plan_routes
from planner.reach import Shape, touched_nodes, touched_sections
from planner.redundancy_api import redundancy_routes
from planner.scenario_api import scenario_routes
from planner.site_panel import newest_by_port
from planner.watch import reported_cuts
from planner.whatif import Base, Question
from planner.whatif_answers import answer_geojson, cut_out
from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import INTERFACE, OPTICS
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Interface
    from planner.desk import Desk
    from planner.network import Network
    from planner.picture import Picture

MOST_HOURS = 24 * 90
PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": ProblemOut, "content": {"application/problem+json": {}}, "description": text}
    for status, text in (
        (401, "No token, or one that is not good any more"),
        (403, "The token does not open this"),
        (404, "No such object"),
        (409, "Nothing listens that could do it"),
        (422, "The request cannot be answered"),
        (503, "The store cannot be read"),
    )
}
PDF: dict[int | str, dict[str, object]] = {200: {"content": {paper.MEDIA_TYPE: {}}, "description": "A4"}}
DeviceCode = Annotated[str, Path(max_length=200)]
Cuts = Annotated[list[CodeText], Query(min_length=1, max_length=MOST_CODES)]
BEARER = HTTPBearer(auto_error=False, description="Only where city.toml names a tokens_file; see planner.access")
"""For the description only: tokens are asked for before the API (planner.access)."""
PLANNED = "As if everything that is planned stood"
PortName = Annotated[str, Path(max_length=200)]


def api(desk: Desk) -> APIRouter:
    """The whole API of one city."""
    router = APIRouter(prefix="/api/v1", responses=PROBLEMS, dependencies=[Depends(BEARER)])
    _plant_routes(router, desk)
    _state_routes(router, desk)
    _port_routes(router, desk)
    _cut_routes(router, desk)
    may_open_routes(router, desk)
    redundancy_routes(router, desk)
    detail_routes(router, desk)
    plan_routes(router, desk)
    scenario_routes(router, desk)
    incident_routes(router, desk)
    return router


def health(desk: Desk) -> APIRouter:
    """``/health/``, for whoever watches the page itself: a balancer, a container's health check."""
    router = APIRouter()

    @router.get("/health/live", summary="Whether the page answers at all: if not, start it anew")
    async def live() -> LiveOut:
        return LiveOut(status="ok")  # in the loop: neither threads nor the store have a say

    @router.get("/health/ready", summary="Whether it can show readings; how old the newest is", responses=PROBLEMS)
    def ready() -> HealthOut:
        readings = desk.picture().readings
        if readings.trouble:
            raise StoreError(readings.trouble, cure=_("rainbow doctor says what is wrong with the store"))
        return HealthOut(status="ok", age_s=readings.age_s, stale=readings.is_stale)

    return router


def _plant_routes(router: APIRouter, desk: Desk) -> None:
    def geojson(request: Request, name: str, make: Callable[[Network, Picture], bytes]) -> Response:
        picture = desk.picture()
        document = desk.documents.get(name, picture.revision, lambda: make(desk.network, picture), MEDIA_TYPE)
        return document.answer(request)

    @router.get("/plant/sites", summary="Sites with their state", responses=GEOJSON, response_class=Response)
    def sites(request: Request) -> Response:
        return geojson(request, "sites", sites_geojson)

    @router.get("/plant/structures", summary="Lamps, handholes, cabinets", responses=GEOJSON, response_class=Response)
    def structures(request: Request) -> Response:
        return geojson(request, "structures", structures_geojson)

    @router.get("/plant/sections", summary="Trenches with their state", responses=GEOJSON, response_class=Response)
    def sections(request: Request) -> Response:
        return geojson(request, "sections", sections_geojson)

    @router.get("/plant/cables", summary="Cables along their trenches", responses=GEOJSON, response_class=Response)
    def cables(request: Request) -> Response:
        return desk.documents.get("cables", "", desk.layers.cables_geojson, MEDIA_TYPE).answer(request)

    @router.get("/plant/layers", summary="What trenches can be coloured by", response_model=LayersOut)
    def layers(request: Request) -> Response:
        return desk.documents.get("layers", "", desk.layers.document, "application/json").answer(request)


def _state_routes(router: APIRouter, desk: Desk) -> None:
    @router.get("/status", summary="The network in numbers, suspected cuts, who is without service")
    def status() -> StatusOut:
        return answers.status_out(desk, desk.picture())

    @router.get("/logical", summary="Rings and uplinks: nodes and the links between them", response_model=LogicalOut)
    def logical(request: Request) -> Response:
        picture = desk.picture()
        document = desk.documents.get(
            "logical", picture.revision, lambda: logical_document(desk.network, picture), "application/json"
        )
        return document.answer(request)

    @router.get("/states", summary="States that are not fine", response_model=StatesOut)
    def states(request: Request) -> Response:
        picture = desk.picture()
        document = desk.documents.get(
            "states",
            picture.revision,
            lambda: answers.states_out(picture).model_dump_json().encode(),
            "application/json",
        )
        return document.answer(request)


def _port_routes(router: APIRouter, desk: Desk) -> None:
    @router.get("/devices", summary="Switches, page by page")
    def devices(
        limit: Annotated[int, Query(ge=1, le=1000)] = 200, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
    ) -> DevicesOut:
        picture = desk.picture()
        found = desk.services.plant.devices
        return DevicesOut(
            total=len(found),
            offset=offset,
            items=[answers.device_out(picture, device) for device in found[offset : offset + limit]],
        )

    @router.get("/devices/{device}", summary="A switch")
    def device(device: DeviceCode) -> DeviceOut:
        return answers.device_out(desk.picture(), desk.device(device))

    @router.get("/devices/{device}/ports", summary="A switch's ports with state, traffic and light")
    def ports(device: DeviceCode) -> list[PortOut]:
        found = desk.device(device)
        read = newest_by_port(desk.services, INTERFACE, found.code)
        picture = desk.picture()
        return [
            answers.port_out(desk.network, picture, port, read.get(port.if_name))
            for port in desk.network.interfaces_of.get(found.code, ())
        ]

    @router.get("/ports/{device}/{if_name:path}", summary="A port with state, traffic and light")
    def port(device: DeviceCode, if_name: PortName) -> PortOut:
        found = desk.port(device, if_name)
        read = newest_by_port(desk.services, INTERFACE, found.device)
        return answers.port_out(desk.network, desk.picture(), found, read.get(found.if_name))

    @router.get("/history/{device}/{if_name:path}", summary="A port's traffic and light over the last hours")
    def history(
        device: DeviceCode, if_name: PortName, hours: Annotated[int, Query(ge=1, le=MOST_HOURS)] = 24
    ) -> HistoryOut:
        found = desk.port(device, if_name)
        return _history(desk, found, port_history(desk.services, found.device, found.if_name, hours=hours))


def _history(desk: Desk, port: Interface, found: PortHistory) -> HistoryOut:
    light = answers.light_out(desk.network, desk.picture(), port)
    return HistoryOut(
        device=port.device,
        if_name=port.if_name,
        start_s=found.start_s,
        end_s=found.end_s,
        traffic_time_s=list(found.traffic.time_s),
        in_bps=list(found.traffic.values[INTERFACE.in_bps]),
        out_bps=list(found.traffic.values[INTERFACE.out_bps]),
        light_time_s=list(found.light.time_s),
        rx_dbm=list(found.light.values[OPTICS.rx_dbm]),
        tx_dbm=list(found.light.values[OPTICS.tx_dbm]),
        lane=found.lane,
        expected_rx_dbm=light.expected_dbm if light is not None else None,
        sensitivity_dbm=light.sensitivity_dbm if light is not None else None,
        overload_dbm=light.overload_dbm if light is not None else None,
    )


def _cut_routes(router: APIRouter, desk: Desk) -> None:
    @router.post("/cut", summary="What would be lost if these were cut; changes nothing")
    def cut(asked: CutIn) -> CutOut:
        question = Question.of(asked.codes, Base(asked.on_top_of), planned=asked.planned)
        return cut_out(desk, desk.picture(), question)

    @router.get("/cut", summary="The same as GeoJSON, for a GIS", responses=GEOJSON, response_class=Response)
    def cut_geojson(
        cut: Cuts, base: Base = Base.NOW, *, planned: Annotated[bool, Query(description=PLANNED)] = False
    ) -> Response:
        question = Question.of(cut, base, planned=planned)
        headers = {"content-disposition": 'attachment; filename="what-if.geojson"'}
        return Response(answer_geojson(desk, desk.picture(), question), media_type=MEDIA_TYPE, headers=headers)

    @router.get("/cut/pdf", summary="The same on paper", responses=PDF, response_class=Response)
    def cut_pdf(
        cut: Cuts,
        base: Base = Base.NOW,
        name: Annotated[str, Query(max_length=120, description="What to call it")] = "",
        *,
        planned: Annotated[bool, Query(description=PLANNED)] = False,
    ) -> Response:
        made = whatif_pdf(desk, desk.picture(), Question.of(cut, base, planned=planned), name=name)
        headers = {"content-disposition": 'attachment; filename="what-if.pdf"'}
        return Response(made, media_type=paper.MEDIA_TYPE, headers=headers)

    @router.post("/within", summary="What a line or a circle on the map touches")
    def within(asked: WithinIn) -> WithinOut:
        shape = Shape(line=tuple((point[0], point[1]) for point in asked.line), reach_m=asked.metres)
        plant = desk.services.plant
        return WithinOut(sections=list(touched_sections(plant, shape)), nodes=list(touched_nodes(plant, shape)))

    @router.get("/control", summary="Whether a simulated city listens, and what is cut in it")
    def control() -> ControlOut:
        return _control(desk)

    @router.post("/control", summary="Cut or repair trenches of the simulated city, for real")
    def act(asked: ControlIn) -> ControlOut:
        act_on(desk, asked.action, asked.codes)
        return _control(desk)


def act_on(desk: Desk, action: str, codes: list[str]) -> None:
    """Cut or repair in the simulated city, and look anew.

    Raises:
        SimulatorError: no simulator listens, or it refuses.
    """
    if action == "cut":
        desk.services.control.cut(codes)
    else:
        desk.services.control.repair(codes)
    desk.watch.forget()


def _control(desk: Desk) -> ControlOut:
    return ControlOut(available=desk.services.control.available(), cuts=list(reported_cuts(desk.services.control)))
