"""Links: one port at either end, strands that exist and lead from end to end, modules that understand each other."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.entities import Status
from inventory.loss import optics_at
from inventory.optics_classes import CLASSES
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.entities import Code, Link, StrandRef
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

IDLE = frozenset({Status.PROPOSED, Status.DECOMMISSIONED})
"""A link in these states takes neither port nor strand."""


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on links and their ports."""
    yield from _ports(plant)
    yield from _classes(plant)
    for link in plant.links:
        yield from _numbers(plant, link)
        yield from _way(plant, link)
        yield from _modules(plant, link)


def _ports(plant: Plant) -> Iterator[Finding]:
    taken: dict[Code, Link] = {}
    for link in plant.links:
        if link.a == link.b:
            yield fault(
                plant,
                link,
                "RB-5009",
                message=_("both its ends are {port}").format(port=link.a),
                cure=_("name two ports"),
            )
        for end in dict.fromkeys((link.a, link.b)) if link.status not in IDLE else ():
            first = taken.setdefault(end, link)
            if first is not link:
                yield fault(
                    plant,
                    link,
                    "RB-5008",
                    message=_("its port {port} carries {other} too").format(port=end, other=first.code),
                    cure=_("name the port this link really ends at, or decommission one of the two"),
                )


def _classes(plant: Plant) -> Iterator[Finding]:
    for interface in plant.interfaces:
        if interface.optics and interface.optics not in CLASSES:
            near = get_close_matches(interface.optics, CLASSES, n=1, cutoff=0.5)
            yield fault(
                plant,
                interface,
                "RB-5018",
                message=_("the optics class {name} is unknown").format(name=interface.optics),
                cure=_("did you mean {near}?").format(near=near[0])
                if near
                else _("known are {names}").format(names=", ".join(CLASSES)),
            )


def _numbers(plant: Plant, link: Link) -> Iterator[Finding]:
    strands = plant.strands_of(link)
    for strand in dict.fromkeys(strands):
        count = plant.cable[strand.cable].strand_count
        if not 1 <= strand.number <= count:
            yield fault(
                plant,
                link,
                "RB-5001",
                message=_("{strand}: the cable has strands 1 to {count}").format(strand=strand, count=count),
                cure=_("name the strand that is spliced, or mend the cable's strand_count"),
            )
    if len(set(strands)) < len(strands):
        twice = next(strand for strand in strands if strands.count(strand) > 1)
        yield fault(
            plant,
            link,
            "RB-5002",
            message=_("it uses {strand} twice").format(strand=twice),
            cure=_("name the other strand of the pair; a link over one strand leaves return_strands empty"),
        )


def _way(plant: Plant, link: Link) -> Iterator[Finding]:
    a, b = plant.node_of(link.a), plant.node_of(link.b)
    if not link.strands and a != b:
        yield fault(
            plant,
            link,
            "RB-5011",
            message=_("it leads from {a} to {b} without any strand").format(a=a, b=b),
            cure=_("name its strands in order: CABLE/NUMBER;CABLE/NUMBER"),
        )
    elif broken := _broken(plant, link.strands, a, b):
        yield _no_way(plant, link, "strands", broken)
    # A return way is documented from either end.
    back = link.return_strands
    if back and _broken(plant, back, b, a) and (broken := _broken(plant, back, a, b)):
        yield _no_way(plant, link, "return_strands", broken)


def _broken(plant: Plant, strands: Sequence[StrandRef], begin: Code, end: Code) -> str:
    """Where the way over ``strands`` from ``begin`` to ``end`` breaks, in words; empty if it does not."""
    here = begin
    for strand in strands:
        cable = plant.cable[strand.cable]
        if here not in {cable.from_node, cable.to_node}:
            return _("{strand} does not touch {here}").format(strand=strand, here=here)
        here = cable.to_node if here == cable.from_node else cable.from_node
    return "" if here == end else _("they end at {here}, not at {end}").format(here=here, end=end)


def _no_way(plant: Plant, link: Link, field: str, broken: str) -> Finding:
    return fault(
        plant,
        link,
        "RB-5010",
        message=_("{field}: {broken}").format(field=field, broken=broken),
        cure=_("name all strands in order, each beginning where the one before ends"),
    )


def _modules(plant: Plant, link: Link) -> Iterator[Finding]:
    at_a, at_b = optics_at(plant, link.a), optics_at(plant, link.b)
    if at_a is None or at_b is None:
        return
    if at_a.speed_mbps != at_b.speed_mbps:
        yield fault(
            plant,
            link,
            "RB-5017",
            message=_("{a} at end A and {b} at end B run at different speeds").format(a=at_a.name, b=at_b.name),
            cure=_("fit modules of one speed, or mend the ports' optics"),
        )
    if link.return_strands and (at_a.single_strand or at_b.single_strand):
        rule, cure = "RB-5014", _("clear return_strands, or fit modules for a pair")
    elif not link.strands or link.return_strands:
        return
    elif at_a.single_strand and at_b.single_strand:
        if at_a.expects_nm == at_b.nominal_nm and at_b.expects_nm == at_a.nominal_nm:
            return
        rule, cure = "RB-5012", _("fit the D side at one end and the U side of the same pair at the other")
    elif at_a.coloured and at_b.coloured:
        return  # coloured modules behind filters: the colours' own rule
    else:
        rule, cure = "RB-5013", _("name the pair's other strands in return_strands, or fit modules for one strand")
    names = _("{a} at end A, {b} at end B").format(a=at_a.name, b=at_b.name)
    yield fault(plant, link, rule, message=names, cure=cure)
