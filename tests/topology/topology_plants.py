"""Small plants made from a list of links: what the tests of this room cut."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from inventory.entities import (
    Cable,
    Code,
    Criticality,
    Device,
    Interface,
    Link,
    LinkGroup,
    Protocol,
    RouteKnown,
    RouteNode,
    Site,
    SiteKind,
    StrandRef,
    Structure,
    StructureKind,
    TrenchSection,
)
from inventory.plant import Plant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HERE = (7.77, 49.44)


def c(text: str) -> Code:
    return Code(text)


def cs(text: str) -> tuple[Code, ...]:
    return tuple(Code(item) for item in text.split())


def uid(code: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, code))


def a_site(
    code: str, *, hub: bool = False, criticality: Criticality = Criticality.NORMAL, kind: SiteKind = SiteKind.SCHOOL
) -> Site:
    return Site(id=uid(code), code=c(code), kind=kind, point=HERE, is_hub=hub, criticality=criticality)


def a_lamp(code: str, *, siren: bool = True) -> Structure:
    return Structure(id=uid(code), code=c(code), kind=StructureKind.LAMP, point=HERE, has_siren=siren)


def a_hole(code: str) -> Structure:
    return Structure(id=uid(code), code=c(code), kind=StructureKind.HANDHOLE, point=HERE)


def a_section(code: str, near: str, far: str, length_m: float = 100.0) -> TrenchSection:
    return TrenchSection(
        id=uid(code), code=c(code), from_node=c(near), to_node=c(far), line=(HERE, HERE), length_m=length_m
    )


def a_device(node: str) -> Device:
    return Device(id=uid(f"SW-{node}"), code=c(f"SW-{node}"), node=c(node), address="127.9.0.1")


def a_port(code: str, node: str) -> Interface:
    return Interface(id=uid(code), code=c(code), device=c(f"SW-{node}"), if_name=code.partition(":")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A link to build: its ends, the sections of its cable in order, and whether they are documented."""

    code: str
    near: str
    far: str
    sections: tuple[str, ...] = ()
    route_known: RouteKnown = RouteKnown.FULL


def way(code: str, near: str, far: str, sections: str = "", *, known: RouteKnown = RouteKnown.FULL) -> Way:
    return Way(code=code, near=near, far=far, sections=tuple(sections.split()), route_known=known)


def a_plant(
    *,
    sites: Iterable[Site],
    sections: Iterable[TrenchSection],
    ways: Sequence[Way],
    structures: Iterable[Structure] = (),
    route_nodes: Iterable[RouteNode] = (),
    devices: Iterable[str] | None = None,
) -> Plant:
    """A plant in which each way has a cable of its own (``C-`` and its code); by default every site and lamp has a
    switch.
    """
    sites, structures = tuple(sites), tuple(structures)
    standing = [*(site.code for site in sites), *(s.code for s in structures if s.kind is StructureKind.LAMP)]
    ports = [(f"SW-{node}:{way.code}{side}", node) for way in ways for side, node in (("a", way.near), ("b", way.far))]
    return Plant(
        city="Probe",
        sites=sites,
        structures=structures,
        route_nodes=tuple(route_nodes),
        sections=tuple(sections),
        cables=tuple(
            Cable(
                id=uid(f"C-{way.code}"),
                code=c(f"C-{way.code}"),
                from_node=c(way.near),
                to_node=c(way.far),
                strand_count=2,
                route=tuple(map(c, way.sections)),
                route_known=way.route_known,
            )
            for way in ways
        ),
        devices=tuple(a_device(node) for node in (standing if devices is None else devices)),
        interfaces=tuple(a_port(code, node) for code, node in ports),
        links=tuple(
            Link(
                id=uid(way.code),
                code=c(way.code),
                a=c(f"SW-{way.near}:{way.code}a"),
                b=c(f"SW-{way.far}:{way.code}b"),
                strands=(StrandRef(c(f"C-{way.code}"), 1),),
            )
            for way in ways
        ),
    )


def random_plant(seed: int, *, nodes: int = 9, links: int = 12, trenches: int = 10, largest: int = 4) -> Plant:
    """A multigraph with loops, parallel links, perhaps in pieces; 1 to 3 hubs; trenches of 1 to ``largest`` links.

    Trenches do not follow any geometry: they are the groups a proof must cope with, not what a city looks like.
    """
    chance = random.Random(seed)
    count = chance.randint(1, nodes)
    hubs = chance.randint(1, min(3, count))
    level = list(Criticality)
    sites = [a_site(f"S{n}", hub=n < hubs, criticality=chance.choice(level)) for n in range(count) if n < hubs or n % 3]
    lamps = [a_lamp(f"S{n}", siren=chance.random() < 0.5) for n in range(hubs, count) if n % 3 == 0]
    names = [*(site.code for site in sites), *(lamp.code for lamp in lamps)]
    ends = [(chance.choice(names), chance.choice(names)) for _ in range(chance.randint(0, links))]
    held: dict[int, list[str]] = {number: [] for number in range(len(ends))}
    sections = []
    for number in range(chance.randint(1, trenches)):
        near, far = chance.choice(ends) if ends and chance.random() < 0.7 else (f"H{number}", f"H{number + 1}")
        sections.append(a_section(f"T{number}", near, far))
        for link in chance.sample(range(len(ends)), min(chance.randint(0, largest), len(ends))):
            held[link].append(f"T{number}")
    holes = [a_hole(f"H{number}") for number in range(trenches + 1)]
    ways = [way(f"L{number}", *pair, " ".join(held[number])) for number, pair in enumerate(ends)]
    return a_plant(sites=sites, sections=sections, ways=ways, structures=[*lamps, *holes])


def ring_city() -> Plant:
    """A hall with one building entry, a ring of two schools and a lamp, a school on a spur behind the ring.

    Entry ``E`` (hall to handhole) carries all; ring HOLE-A-B-HOLE; spur T4 to school D with the siren lamp on the way.
    """
    return a_plant(
        sites=[
            a_site("HALL", hub=True, kind=SiteKind.TOWN_HALL, criticality=Criticality.VITAL),
            a_site("A"),
            a_site("B", criticality=Criticality.HIGH),
            a_site("D"),
        ],
        structures=[a_hole("HOLE"), a_lamp("LAMP")],
        sections=[
            a_section("E", "HALL", "HOLE"),
            a_section("T1", "HOLE", "A"),
            a_section("T2", "A", "B"),
            a_section("T3", "B", "HOLE"),
            a_section("T4", "B", "LAMP"),
            a_section("T5", "LAMP", "D"),
        ],
        ways=[
            way("L1", "HALL", "A", "E T1"),
            way("L2", "A", "B", "T2"),
            way("L3", "B", "HALL", "T3 E"),
            way("L4", "B", "LAMP", "T4"),
            way("L5", "LAMP", "D", "T5"),
        ],
    )


def path_plant(count: int) -> Plant:
    """A hub and ``count`` sites in a row, a trench between neighbours."""
    names = [f"S{number}" for number in range(count + 1)]
    return a_plant(
        sites=[a_site(name, hub=name == "S0") for name in names],
        sections=[a_section(f"T{number}", *pair) for number, pair in enumerate(pairwise(names))],
        ways=[way(f"L{number}", *pair, f"T{number}") for number, pair in enumerate(pairwise(names))],
    )


def renamed(plant: Plant, seed: int) -> tuple[Plant, dict[Code, Code]]:
    """The same plant under other codes and in another order, with the new code of each old one."""
    chance = random.Random(seed)
    old = [*plant.nodes, *plant.section, *plant.cable, *plant.device, *plant.interface, *plant.link]
    new = dict(zip(old, (c(f"X{number}") for number in chance.sample(range(10 * len(old)), len(old))), strict=True))

    def mixed(items: Iterable[object]) -> tuple[object, ...]:
        found = list(items)
        chance.shuffle(found)
        return tuple(found)

    changes: dict[str, object] = {
        "sites": mixed(replace(item, code=new[item.code]) for item in plant.sites),
        "structures": mixed(replace(item, code=new[item.code]) for item in plant.structures),
        "sections": mixed(
            replace(item, code=new[item.code], from_node=new[item.from_node], to_node=new[item.to_node])
            for item in plant.sections
        ),
        "cables": mixed(
            replace(
                item,
                code=new[item.code],
                from_node=new[item.from_node],
                to_node=new[item.to_node],
                route=tuple(new[section] for section in item.route),
            )
            for item in plant.cables
        ),
        "devices": mixed(replace(item, code=new[item.code], node=new[item.node]) for item in plant.devices),
        "interfaces": mixed(replace(item, code=new[item.code], device=new[item.device]) for item in plant.interfaces),
        "links": mixed(
            replace(
                item,
                code=new[item.code],
                a=new[item.a],
                b=new[item.b],
                strands=tuple(StrandRef(new[strand.cable], strand.number) for strand in item.strands),
            )
            for item in plant.links
        ),
    }
    return replace(plant, **changes), new  # type: ignore[arg-type]


def _a_group(code: str, protocol: Protocol, links: str, /, **values: object) -> LinkGroup:
    return LinkGroup(id=uid(code), code=c(code), protocol=protocol, links=cs(links), **values)  # type: ignore[arg-type]


def a_ring(code: str, links: str, blocked: str) -> LinkGroup:
    return _a_group(code, Protocol.ERPS, links, blocked=c(blocked))


def a_lag(code: str, links: str, least: int) -> LinkGroup:
    return _a_group(code, Protocol.LAG, links, min_links=least)


def a_tree(code: str, links: str, *, root: str = "", max_hops: int = 20) -> LinkGroup:
    return _a_group(code, Protocol.STP, links, root=c(root) if root else None, max_hops=max_hops)


def an_area(code: str, links: str) -> LinkGroup:
    return _a_group(code, Protocol.OSPF, links)
