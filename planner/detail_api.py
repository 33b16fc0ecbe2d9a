"""One thing of the plant over the API, and the search that leads to it: what the page's panels say, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Path, Query

from inventory.entities import Site, StrandRef, Structure
from planner import answers
from planner.cable_panel import require_cable
from planner.link_groups import governed
from planner.models import CODE_LENGTH, NamedOut, Out
from planner.picture import LinkCondition, NodeState, SectionState
from planner.search import find
from planner.site_panel import require_node

if TYPE_CHECKING:
    from fastapi import APIRouter

    from inventory.entities import Code
    from planner.desk import Desk
    from planner.network import Network
    from planner.picture import Picture

MOST_FOUND = 100
ThingCode = Annotated[str, Path(max_length=CODE_LENGTH)]


class HitOut(Out):
    """Something found. ``href`` is the page that shows it, on this host."""

    code: str
    kind: str
    title: str
    detail: str
    href: str


class SearchOut(Out):
    """The best matches, in any spelling; kind, title and detail in the language of the request."""

    items: list[HitOut]


class SiteOut(Out):
    """A site or structure. ``hangs_on``: trenches whose cut alone takes it down; ``groups``: link groups that end here.

    How separate its ways are stands in ``/redundancy``.
    """

    code: str
    name: str
    kind: str
    address: str
    state: NodeState | None
    hub: bool
    user_groups: list[NamedOut]
    hangs_on: list[str]
    groups: list[str]
    devices: list[str]


class TrenchOut(Out):
    """A trench section. ``takes`` is the weight that its cut alone takes down; ``reported``: cut in the simulation."""

    code: str
    name: str
    length_m: float
    state: SectionState
    reported: bool
    takes: int
    cables: list[str]
    links: list[str]


class StrandUseOut(Out):
    """A colour on a strand. ``along``: from the cable's first end to its last, null for both ways."""

    wavelength_nm: int
    user_group: str
    link: str
    along: bool | None


class StrandOut(Out):
    """A strand in use: the colours on it, the links that take it whole, the colours that are still free."""

    number: int
    colours: list[StrandUseOut]
    links: list[str]
    free_nm: list[int]
    condition: LinkCondition | None


class CableOut(Out):
    """A cable with the strands in use; all other strands are free. ``route``: its trenches, as far as documented."""

    code: str
    name: str
    near: str
    far: str
    status: str
    strands_total: int
    route: list[str]
    route_known: Literal["full", "partial", "none"]
    strands: list[StrandOut]


def detail_routes(router: APIRouter, desk: Desk) -> None:
    """Search, site, trench, cable."""

    @router.get("/search", summary="Anything by name, code or address, in any spelling")
    def search(
        q: Annotated[str, Query(min_length=1, max_length=200)],
        limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 12,
    ) -> SearchOut:
        found = find(desk.network, q, most=limit)
        items = [
            HitOut(code=hit.code, kind=hit.kind, title=hit.title, detail=hit.detail, href=hit.href) for hit in found
        ]
        return SearchOut(items=items)

    @router.get("/sites/{code:path}", summary="A site, lamp or cabinet")
    def site(code: ThingCode) -> SiteOut:
        return _site(desk.network, desk.picture(), require_node(desk.network, code))

    @router.get("/trenches/{code:path}", summary="A trench section")
    def trench(code: ThingCode) -> TrenchOut:
        section, picture = desk.services.plant.require_section(code), desk.picture()
        cut = desk.network.single_cuts.get(section.code)
        return TrenchOut(
            code=section.code,
            name=section.name,
            length_m=section.length_m,
            state=picture.sections[section.code],
            reported=section.code in picture.reported,
            takes=cut.weight if cut is not None else 0,
            cables=list(desk.layers.cables_in.get(section.code, ())),
            links=list(desk.services.plant.links_in.get(section.code, ())),
        )

    @router.get("/cables/{code:path}", summary="A cable: its way, its strands, their colours and user groups")
    def cable(code: ThingCode) -> CableOut:
        return _cable(desk.network, desk.picture(), code)


def _site(network: Network, picture: Picture, node: Site | Structure) -> SiteOut:
    plant = network.plant
    links = {link.code for link in network.links_at.get(node.code, ())}
    is_hub = isinstance(node, Site) and node.is_hub
    groups = dict.fromkeys(service.user_group for service in plant.services_at.get(node.code, ()))
    return SiteOut(
        code=node.code,
        name=node.name,
        kind=str(node.kind),
        address=node.address if isinstance(node, Site) else "",
        state=picture.nodes.get(node.code),
        hub=is_hub,
        user_groups=answers.named(network, groups),
        hangs_on=[] if is_hub else list(network.hangs_on(node.code)),
        groups=[one.group.code for one in governed(network, picture) if not links.isdisjoint(one.group.links)],
        devices=[device.code for device in plant.devices_at.get(node.code, ())],
    )


def _cable(network: Network, picture: Picture, code: str) -> CableOut:
    cable = require_cable(network, code)
    used = network.links_on.get(cable.code, {})
    return CableOut(
        code=cable.code,
        name=cable.name,
        near=cable.from_node,
        far=cable.to_node,
        status=str(cable.status),
        strands_total=cable.strand_count,
        route=list(cable.route),
        route_known=cable.route_known.value,
        strands=[_strand(network, picture, StrandRef(cable.code, number), used[number]) for number in sorted(used)],
    )


def _strand(network: Network, picture: Picture, strand: StrandRef, links: tuple[Code, ...]) -> StrandOut:
    plan = network.colours.get(strand)
    uses = plan.uses if plan is not None else ()
    coloured = {use.link for use in uses}
    conditions = [picture.links[link] for link in links if link in picture.links]
    return StrandOut(
        number=strand.number,
        colours=[
            StrandUseOut(wavelength_nm=use.wavelength_nm, user_group=use.user_group, link=use.link, along=use.along)
            for use in uses
        ],
        links=[link for link in links if link not in coloured],
        free_nm=list(plan.free) if plan is not None and not plan.whole else [],
        condition=min(conditions, key=list(LinkCondition).index, default=None),
    )
