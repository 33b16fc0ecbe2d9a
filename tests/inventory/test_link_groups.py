"""Link groups: every rule on a ring of three links, and the groups of the demo city."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from inventory.checks import check
from inventory.checks.report import LINK_GROUP_RULES, RULES
from inventory.entities import Code, LinkGroup, Protocol
from inventory.sources.city_folder import read_plant

if TYPE_CHECKING:
    from inventory.plant import Plant


def codes(text: str) -> tuple[Code, ...]:
    return tuple(Code(item) for item in text.split())


def identity(number: int) -> str:
    return f"5b0c1f60-6a5c-4b8e-9f0e-0000000003{number:02d}"


def a_group(code: str, protocol: Protocol, links: str, /, **values: object) -> LinkGroup:
    return LinkGroup(id=identity(20 + len(links)), code=Code(code), protocol=protocol, links=codes(links), **values)  # type: ignore[arg-type]


RING = a_group("RING", Protocol.ERPS, "L1 L2 L3", blocked=Code("L3"))


@dataclass(frozen=True)
class Case:
    rule: str
    groups: tuple[LinkGroup, ...]
    says: str


CASES = [
    Case("RB-5030", (RING, a_group("AGAIN", Protocol.STP, "L2")), "L2 is in RING too"),
    Case("RB-5031", (replace(RING, links=codes("L1 L2 L3 LX")),), "3 of its links meet at HALL"),
    Case("RB-5031", (replace(RING, links=codes("L2 LY"), blocked=Code("L2")),), "do not hang together"),
    Case("RB-5032", (replace(RING, blocked=None),), "not named"),
    Case("RB-5032", (replace(RING, links=codes("L1 L2")),), "L3"),
    Case("RB-5033", (a_group("LAG", Protocol.LAG, "L1 L2"),), "2 pairs"),
    Case("RB-5034", (a_group("LAG", Protocol.LAG, "L1", min_links=2),), "1 links and wants 2"),
    Case("RB-5035", (a_group("TREE", Protocol.STP, "L1", root=Code("SW3")),), "SW3 has none"),
    Case("RB-5036", (a_group("NONE", Protocol.OSPF, ""),), "no link"),
]


def with_groups(plant: Plant, *groups: LinkGroup) -> Plant:
    """LX lies beside L1, LY leads from the school to a handhole: copies that only serve as members of a group."""
    device = replace(plant.devices[0], id=identity(0), code=Code("SW4"), node=Code("HOLE"), address="127.21.0.4")
    ports = [
        replace(plant.interfaces[0], id=identity(n), code=Code(code), device=Code(code[:3]), if_name=code[4:])
        for n, code in enumerate(("SW1:2/1", "SW2:2/1", "SW2:2/2", "SW4:1/1"), start=1)
    ]
    links = [
        replace(plant.links[0], id=identity(5 + n), code=Code(code), a=ports[2 * n].code, b=ports[2 * n + 1].code)
        for n, code in enumerate(("LX", "LY"))
    ]
    return replace(
        plant,
        devices=(*plant.devices, device),
        interfaces=(*plant.interfaces, *ports),
        links=(*plant.links, *links),
        link_groups=tuple(groups),
    )


def found(plant: Plant) -> list[tuple[str, str]]:
    return [(item.code, item.message) for item in check(plant) if item.code in LINK_GROUP_RULES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.says}")
def test_rule(small_plant: Plant, case: Case) -> None:
    hits = [item for item in check(with_groups(small_plant, *case.groups)) if item.code in LINK_GROUP_RULES]
    assert [item.code for item in hits] == [case.rule]
    assert case.says in hits[0].message
    assert hits[0].cure
    assert hits[0].where == "plant/link_groups.csv"
    assert hits[0].severity is RULES[case.rule][0]


def test_every_rule_has_its_case() -> None:
    assert {case.rule for case in CASES} == set(LINK_GROUP_RULES)


def test_a_ring_an_open_ring_and_a_tree_are_in_order(small_plant: Plant) -> None:
    assert found(with_groups(small_plant, RING)) == []
    opened = replace(RING, links=codes("L1 L3"))
    assert found(with_groups(small_plant, opened, a_group("TREE", Protocol.STP, "L2", root=Code("SW3")))) == []


def test_the_demo_city_says_which_protocol_its_rings_use() -> None:
    plant = read_plant(ROOT / "cities" / "lautern")
    assert [group.protocol for group in plant.link_groups] == [Protocol.ERPS] * 8
    assert not found(plant)
