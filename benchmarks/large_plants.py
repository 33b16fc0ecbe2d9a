"""Whole plants of any size out of the shapes of :mod:`benchmarks.topology_shapes`: sites, trenches, cables, switches.

Invented like the shapes. Sites stand on a spiral; every link is a cable of its own through the trenches of the shape.
Nobody has drawn the trenches: a shape says what is cut together, not where it lies.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.topology_shapes import SHAPES
from inventory.entities import (
    Cable,
    Code,
    Criticality,
    Device,
    Interface,
    Link,
    Site,
    SiteKind,
    StrandRef,
    TrenchSection,
)
from inventory.plant import Plant
from topology.graph import GroupKind
from topology.net import WEIGHT, WEIGHTS

if TYPE_CHECKING:
    from topology.net import Net

METRES = 60.0
_DEGREE_M = 111_320.0
_GOLDEN = math.pi * (3.0 - math.sqrt(5.0))
_CRITICALITY = {weight: criticality for criticality, weight in WEIGHTS.items()}


def large_plant(shape: str, trenches: int, seed: int) -> Plant:
    """A plant of so many trenches whose cuts do exactly what those of the shape do."""
    net = SHAPES[shape](trenches, seed)
    groups = net.groups[GroupKind.TRENCH]
    held: list[list[Code]] = [[] for _link in net.links]
    for number, code in enumerate(groups.codes):
        for link in groups.row(number).tolist():
            held[link].append(code)
    used: list[int] = [0] * net.vertices
    ends = [
        tuple(_port(used, int(end)) for end in pair) for pair in zip(net.near.tolist(), net.far.tolist(), strict=True)
    ]
    return Plant(
        city=f"{shape}-{trenches}",
        sites=tuple(_site(net, number) for number in range(net.vertices)),
        sections=tuple(_section(net, number) for number in range(groups.count)),
        cables=tuple(
            _cable(net, number, tuple(held[number])) for number in range(len(net.links))
        ),
        devices=tuple(
            Device(id=f"d{number}", code=_device(number), node=net.codes[number], address="127.0.0.1")
            for number in range(net.vertices)
        ),
        interfaces=tuple(
            Interface(id=f"p{number}-{port}", code=Code(f"{_device(number)}:{port}"), device=_device(number),
                      if_name=str(port))
            for number, count in enumerate(used)
            for port in range(count)
        ),
        links=tuple(
            Link(id=f"l{number}", code=code, a=near, b=far, strands=(StrandRef(Code(f"C{number}"), 1),))
            for number, (code, (near, far)) in enumerate(zip(net.links, ends, strict=True))
        ),
    )  # fmt: skip


def _device(number: int) -> Code:
    return Code(f"SW{number}")


def _port(used: list[int], number: int) -> Code:
    used[number] += 1
    return Code(f"{_device(number)}:{used[number] - 1}")


def _point(number: int) -> tuple[float, float]:
    reach, turn = METRES * math.sqrt(number) / _DEGREE_M, number * _GOLDEN
    return round(reach * math.cos(turn), 7), round(reach * math.sin(turn), 7)


def _site(net: Net, number: int) -> Site:
    return Site(
        id=f"s{number}",
        code=net.codes[number],
        kind=SiteKind.OTHER,
        point=_point(number),
        is_hub=number == 0,
        criticality=_CRITICALITY.get(int(net.measures[number, WEIGHT]), Criticality.NORMAL),
    )


def _section(net: Net, number: int) -> TrenchSection:
    groups = net.groups[GroupKind.TRENCH]
    first = int(groups.row(number)[0]) if groups.sizes[number] else 0
    near, far = (int(end[first]) for end in (net.near, net.far))
    return TrenchSection(
        id=f"t{number}",
        code=groups.codes[number],
        from_node=net.codes[near],
        to_node=net.codes[far],
        line=(_point(near), _point(near)),
        length_m=METRES,
    )


def _cable(net: Net, number: int, route: tuple[Code, ...]) -> Cable:
    return Cable(
        id=f"c{number}",
        code=Code(f"C{number}"),
        from_node=net.codes[int(net.near[number])],
        to_node=net.codes[int(net.far[number])],
        strand_count=2,
        route=route,
    )
