"""Ducts and what lies in them: nested without circles, over the sections they say, not fuller than a cable bears."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.entities import NO_DUCT, DuctKind, Status
from inventory.loss import route_m
from inventory.risk import sections_through
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.entities import Cable, Code, Duct
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

MOST_FILL = 0.6
"""Share of a duct's cross-section that cables and inner ducts may take; above it nothing more is blown in."""
LENGTH_TOLERANCE_M = 0.5
LENGTH_TOLERANCE = 0.01
TOO_LONG = 1.3
TOO_LONG_M = 50.0
"""A cable is rarely longer than so many times its way, and so many metres: then a coil or a section is missing."""
MOST_OPTICAL, MOST_OPTICAL_M = 1.1, 50.0
LEAST_OPTICAL = 0.98
"""Strands are wound and longer than their sheath; an OTDR's group index may hide so much of it."""
GONE = frozenset({Status.DECOMMISSIONED, Status.PROPOSED})


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on ducts, on containers of cables, and on their slack."""
    for duct in plant.ducts:
        yield from _nesting(plant, duct)
        yield from _route(plant, duct)
    for cable in plant.cables:
        yield from _containers(plant, cable)
        yield from _slack(plant, cable)
    yield from _fill(plant)


def _nesting(plant: Plant, duct: Duct) -> Iterator[Finding]:
    seen = {duct.code}
    here = duct.parent
    while here is not None:
        if here == duct.code:
            yield fault(
                plant,
                duct,
                "RB-4021",
                message=_("it lies in itself, by way of {parent}").format(parent=duct.parent),
                cure=_("name the duct that is really around it"),
            )
            return
        if here in seen:
            return  # a circle further out, reported there
        seen.add(here)
        here = plant.duct[here].parent


def _route(plant: Plant, duct: Duct) -> Iterator[Finding]:
    route = sections_through(plant, duct.code)
    if not route:
        yield fault(
            plant,
            duct,
            "RB-4026",
            message=_("nobody knows where it lies: it has neither route nor parent with one"),
            cure=_("name its trench sections in order"),
        )
        return
    if duct.route and (broken := _broken(plant, duct)):
        yield fault(plant, duct, "RB-4020", message=broken, cure=_("name all sections in the order the duct passes"))
    if duct.parent and duct.route:
        outer = set(sections_through(plant, duct.parent))
        outside = [code for code in duct.route if code not in outer]
        if outer and outside:
            yield fault(
                plant,
                duct,
                "RB-4022",
                message=_("{section} is not on the way of {parent}, in which it lies").format(
                    section=outside[0], parent=duct.parent
                ),
                cure=_("part it where it leaves {parent}, or mend the routes").format(parent=duct.parent),
            )


def _broken(plant: Plant, duct: Duct) -> str:
    here = duct.from_node
    for section in (plant.section[code] for code in duct.route):
        if here not in {section.from_node, section.to_node}:
            return _("its route has a gap at {here}: {section} does not touch it").format(
                here=here, section=section.code
            )
        here = section.to_node if here == section.from_node else section.from_node
    if here != duct.to_node:
        return _("its route ends at {here}, the duct at {end}").format(here=here, end=duct.to_node)
    return ""


def _containers(plant: Plant, cable: Cable) -> Iterator[Finding]:
    if not cable.containers:
        return
    if len(cable.containers) != len(cable.route):
        yield fault(
            plant,
            cable,
            "RB-4010",
            message=_("it names {count} containers for {sections} sections").format(
                count=len(cable.containers), sections=len(cable.route)
            ),
            cure=_("name one duct for each section of the route, - where there is none"),
        )
        return
    for section, duct in zip(cable.route, cable.containers, strict=True):
        if duct == NO_DUCT:
            continue
        way = sections_through(plant, duct)
        if way and section not in way:
            yield fault(
                plant,
                cable,
                "RB-4011",
                message=_("in {section} it lies in {duct}, which does not pass there").format(
                    section=section, duct=duct
                ),
                cure=_("{duct} passes {way}: name the duct that lies in {section}").format(
                    duct=duct, way=", ".join(way[:5]), section=section
                ),
            )
            return


def _slack(plant: Plant, cable: Cable) -> Iterator[Finding]:
    passed = {cable.from_node, cable.to_node}
    for code in cable.route:
        passed |= {plant.section[code].from_node, plant.section[code].to_node}
    for coil in cable.slack:
        if cable.route and coil.node not in passed:
            yield fault(
                plant,
                cable,
                "RB-4012",
                message=_("{metres:g} m are coiled at {node}, which it does not pass").format(
                    metres=coil.metres, node=coil.node
                ),
                cure=_("name a node on its route"),
            )
    yield from _lengths(plant, cable)


def _lengths(plant: Plant, cable: Cable) -> Iterator[Finding]:
    way_m = route_m(plant, cable)
    coiled_m = sum(coil.metres for coil in cable.slack)
    longest = cable.optical_m if cable.sheath_m is None else cable.sheath_m
    if not cable.route or longest is None:
        return
    if coiled_m and longest < (way_m + coiled_m) * (1 - LENGTH_TOLERANCE) - LENGTH_TOLERANCE_M:
        yield fault(
            plant,
            cable,
            "RB-4013",
            message=_("it is {length:.1f} m long, its route {route:.1f} m and its slack {slack:.1f} m").format(
                length=longest, route=way_m, slack=coiled_m
            ),
            cure=_("mend the slack, the length or the route"),
        )
    elif longest > (way_m + coiled_m) * TOO_LONG + TOO_LONG_M:
        yield fault(
            plant,
            cable,
            "RB-4014",
            message=_("it is {length:.0f} m long, its route and slack only {route:.0f} m").format(
                length=longest, route=way_m + coiled_m
            ),
            cure=_("add the sections or the coils that are missing, or mend the length"),
        )
    yield from _optical(plant, cable, way_m)


def _optical(plant: Plant, cable: Cable, way_m: float) -> Iterator[Finding]:
    if cable.sheath_m is None or cable.optical_m is None or cable.optical_m < way_m * (1 - LENGTH_TOLERANCE):
        return  # shorter than the route is a rule of its own
    if cable.optical_m < cable.sheath_m * LEAST_OPTICAL:
        yield fault(
            plant,
            cable,
            "RB-4015",
            message=_("optical_m is {optical:.1f} m, sheath_m {sheath:.1f} m").format(
                optical=cable.optical_m, sheath=cable.sheath_m
            ),
            cure=_("mend one of the two: strands are never shorter than their sheath; see the OTDR's group index"),
        )
    elif cable.optical_m > cable.sheath_m * MOST_OPTICAL + MOST_OPTICAL_M:
        yield fault(
            plant,
            cable,
            "RB-4017",
            message=_("optical_m is {optical:.1f} m, sheath_m {sheath:.1f} m").format(
                optical=cable.optical_m, sheath=cable.sheath_m
            ),
            cure=_("mend one of the two: strands are wound, and a few percent longer than their sheath"),
        )


def _fill(plant: Plant) -> Iterator[Finding]:
    """What lies in each duct, section by section: in one of them it may be fuller than elsewhere."""
    inside: dict[Code, dict[Code, list[Cable]]] = {}
    for cable in plant.cables:
        if cable.status not in GONE and len(cable.containers) == len(cable.route):
            for section, holder in zip(cable.route, cable.containers, strict=True):
                if holder != NO_DUCT:
                    inside.setdefault(holder, {}).setdefault(section, []).append(cable)
    nested: dict[Code, list[Duct]] = {}
    for duct in plant.ducts:
        if duct.parent and duct.status not in GONE:
            nested.setdefault(duct.parent, []).append(duct)
    for duct in plant.ducts:
        cables = max(inside.get(duct.code, {}).values(), key=len, default=[])
        yield from _use(plant, duct, cables)
        yield from _space(plant, duct, cables, nested.get(duct.code, []))


def _use(plant: Plant, duct: Duct, cables: Sequence[Cable]) -> Iterator[Finding]:
    if cables and duct.reserve:
        yield fault(
            plant,
            duct,
            "RB-4024",
            message=_("it is kept as a reserve, yet {cable} lies in it").format(cable=cables[0].code),
            cure=_("set reserve to false, or name the duct the cable really lies in"),
        )
    if len(cables) > 1 and duct.kind is DuctKind.MICRODUCT:
        yield fault(
            plant,
            duct,
            "RB-4025",
            message=_("{count} cables lie in one microduct: {cables}").format(
                count=len(cables), cables=", ".join(cable.code for cable in cables)
            ),
            cure=_("a microduct takes one cable: name each one's own"),
        )


def _space(plant: Plant, duct: Duct, cables: Sequence[Cable], ducts: Sequence[Duct]) -> Iterator[Finding]:
    if not duct.inner_mm:
        return
    sizes = [*(cable.outer_mm for cable in cables), *(inner.outer_mm for inner in ducts)]
    taken_mm2 = sum(math.pi / 4 * size**2 for size in sizes if size)
    fill = taken_mm2 / (math.pi / 4 * duct.inner_mm**2)
    if fill > MOST_FILL:
        yield fault(
            plant,
            duct,
            "RB-4023",
            message=_("{fill:.0%} of its {inner:g} mm are taken, by {what}").format(
                fill=fill, inner=duct.inner_mm, what=", ".join(item.code for item in (*cables, *ducts))
            ),
            cure=_("mend inner_mm, outer_mm or the containers; more than {most:.0%} does not go in").format(
                most=MOST_FILL
            ),
        )
