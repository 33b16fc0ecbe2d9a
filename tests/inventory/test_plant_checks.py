"""Every rule: the plant in order, broken in one place, gives that finding and says which record it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from inventory.checks import check, errors
from inventory.checks.report import PLANT_RULES, RULES
from inventory.entities import Code, Direction, RouteKnown, Status, StrandRef
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Record
    from inventory.plant import Plant


def put(plant: Plant, kind: str, code: str, /, **change: object) -> Plant:
    """The plant with some fields of one record changed."""
    records: tuple[Record, ...] = getattr(plant, kind)
    assert any(record.code == code for record in records)
    changed = tuple(replace(record, **change) if record.code == code else record for record in records)  # type: ignore[arg-type]
    return replace(plant, **{kind: changed})  # type: ignore[arg-type]


def without(plant: Plant, kind: str, *codes: str) -> Plant:
    return replace(plant, **{kind: tuple(item for item in getattr(plant, kind) if item.code not in codes)})


def strands(*names: str) -> tuple[StrandRef, ...]:
    return tuple(StrandRef(Code(name.partition("/")[0]), int(name.partition("/")[2])) for name in names)


def spare_l3(plant: Plant) -> Plant:
    """The link L3 put on L1's strands."""
    moved = put(
        plant, "links", "L3", a="SW1:1/9", strands=strands("C1/1", "C2/1"), return_strands=strands("C1/2", "C2/2")
    )
    return replace(
        moved,
        interfaces=(
            *moved.interfaces,
            replace(moved.interfaces[0], id="5b0c1f60-6a5c-4b8e-9f0e-000000000001", code="SW1:1/9", if_name="1/9"),
        ),
    )


def on_l3(plant: Plant, wavelength_nm: int, group: str) -> Plant:
    channel = replace(
        plant.channels[0],
        id="5b0c1f60-6a5c-4b8e-9f0e-000000000002",
        code=Code("K9"),
        link=Code("L3"),
        wavelength_nm=wavelength_nm,
        user_group=Code(group),
        direction=Direction.BOTH,
    )
    coloured = put(plant, "links", "L3", user_group=None)
    return replace(put(coloured, "interfaces", "SW2:1/2", optics="CWDM-1G-40"), channels=(*plant.channels, channel))


def third_channel(plant: Plant, **change: object) -> Plant:
    channel = replace(plant.channels[0], id="5b0c1f60-6a5c-4b8e-9f0e-000000000003", code=Code("K9"))
    return replace(plant, channels=(*plant.channels, replace(channel, **change)))  # type: ignore[arg-type]


def optics(plant: Plant, **names: str) -> Plant:
    for port, name in names.items():
        plant = put(plant, "interfaces", f"{port[:3]}:1/{port[3]}", optics=name)
    return plant


@dataclass(frozen=True)
class Case:
    rule: str
    record: str
    change: Callable[[Plant], Plant]
    also: frozenset[str] = frozenset()


CASES = [
    Case("RB-2001", "C1", lambda p: put(p, "cables", "C1", to_node="NIL")),
    Case("RB-2001", "S1", lambda p: put(p, "services", "S1", user_group="NIL")),
    Case("RB-2001", "L3", lambda p: put(p, "links", "L3", user_group="NIL")),
    Case("RB-2002", "T2", lambda p: put(p, "sections", "T1", code="T2"), frozenset({"RB-2001"})),
    Case("RB-2003", "T2", lambda p: put(p, "sections", "T2", id=p.sections[0].id)),
    Case("RB-2004", "T2", lambda p: put(p, "sections", "T2", id="17")),
    Case("RB-2005", "SW2", lambda p: put(p, "devices", "SW2", address="127.21.0.1")),
    Case("RB-2006", "SW2:1/1", lambda p: put(p, "interfaces", "SW2:1/1", if_name="1/7")),
    Case("RB-2007", "C1", lambda p: put(p, "services", "S1", code="C1")),
    Case("RB-3001", "HOLE", lambda p: put(p, "structures", "HOLE", point=(411644.2, 5477689.1))),
    Case("RB-3001", "T1", lambda p: put(p, "sections", "T1", line=((411644.2, 5477689.1), (7.7, 49.4)))),
    Case("RB-3002", "HOLE", lambda p: put(p, "structures", "HOLE", point=(49.4455, 7.7745)), frozenset({"RB-3004"})),
    Case("RB-3003", "HOLE", lambda p: put(p, "structures", "HOLE", point=(9.77, 49.44)), frozenset({"RB-3004"})),
    Case("RB-3004", "T2", lambda p: put(p, "sections", "T2", line=p.sections[1].line[::-1])),
    Case("RB-3004", "T2", lambda p: put(p, "sections", "T2", to_node="HALL"), frozenset({"RB-4001", "RB-4002"})),
    Case("RB-3005", "T2", lambda p: put(p, "sections", "T2", length_m=p.sections[1].length_m * 1.54)),
    Case(
        "RB-3006",
        "T2",
        lambda p: put(
            put(p, "structures", "HOLE", point=p.sites[1].point),
            "sections",
            "T2",
            line=(p.sites[1].point,) * 2,
            length_m=0.0,
        ),
        frozenset({"RB-3004"}),
    ),
    Case("RB-4001", "C3", lambda p: put(p, "cables", "C3", route=("T3", "T5"))),
    Case("RB-4002", "C3", lambda p: put(p, "cables", "C3", route=("T4", "T3"))),
    Case("RB-4002", "C3", lambda p: put(p, "cables", "C3", route=("T3",))),
    Case("RB-4003", "C3", lambda p: put(p, "cables", "C3", route=())),
    Case("RB-4004", "C3", lambda p: put(p, "cables", "C3", route_known=RouteKnown.NONE), frozenset({"RB-6005"})),
    Case("RB-4005", "C1", lambda p: put(p, "cables", "C1", sheath_m=300.0)),
    Case("RB-4006", "C1", lambda p: put(p, "cables", "C1", optical_m=300.0)),
    Case("RB-4007", "C3", lambda p: put(p, "cables", "C3", route=("T3", "T4", "T4", "T4"))),
    Case(
        "RB-4008",
        "C3",
        lambda p: put(put(p, "cables", "C3", route=("T3",), to_node="BEND"), "links", "L2", strands=strands("C3/1")),
        frozenset({"RB-5010"}),
    ),
    Case("RB-4009", "L2", lambda p: put(p, "cables", "C3", status=Status.PLANNED)),
    Case("RB-4009", "C3", lambda p: put(p, "sections", "T4", status=Status.PROPOSED)),
    Case("RB-4009", "L2", lambda p: put(p, "devices", "SW3", status=Status.PLANNED)),
    Case("RB-5001", "L2", lambda p: put(p, "links", "L2", strands=strands("C3/13"))),
    Case("RB-5001", "L2", lambda p: put(p, "links", "L2", strands=strands("C3/0"))),
    Case("RB-5002", "L3", lambda p: put(p, "links", "L3", return_strands=strands("C4/1"))),
    Case("RB-5003", "L3", spare_l3, frozenset({"RB-5022"})),
    Case(
        "RB-5003",
        "L3",
        lambda p: on_l3(spare_l3(without(p, "channels", "K1")), 1551, "G-SAFE"),
        frozenset({"RB-5022"}),
    ),
    Case("RB-5004", "K9", lambda p: on_l3(spare_l3(p), 1530, "G-SCHOOL")),
    Case("RB-5004", "K9", lambda p: third_channel(p, wavelength_nm=1530)),
    Case("RB-5005", "K9", lambda p: on_l3(spare_l3(p), 1531, "G-SAFE")),
    Case("RB-5005", "K9", lambda p: third_channel(p, user_group=Code("G-SAFE"))),
    Case("RB-5006", "K1", lambda p: put(p, "links", "L1", user_group="G-SAFE")),
    Case("RB-5007", "K1", lambda p: put(p, "channels", "K1", wavelength_nm=1540)),
    Case("RB-5008", "L3", lambda p: put(p, "links", "L3", b="SW2:1/1"), frozenset({"RB-5022"})),
    Case(
        "RB-5009",
        "L3",
        lambda p: put(p, "links", "L3", b="SW3:1/2", strands=strands("C4/1", "C4/3")),
        frozenset({"RB-5010"}),
    ),
    Case("RB-5010", "L1", lambda p: put(p, "links", "L1", strands=strands("C2/1", "C1/1"))),
    Case("RB-5010", "L1", lambda p: put(p, "links", "L1", return_strands=strands("C1/2"))),
    Case("RB-5011", "L2", lambda p: put(p, "links", "L2", strands=())),
    Case("RB-5012", "L2", lambda p: optics(p, SW31="1000BASE-BX10-D"), frozenset({"RB-5016"})),
    Case("RB-5013", "L3", lambda p: put(p, "links", "L3", return_strands=())),
    Case("RB-5014", "L2", lambda p: put(p, "links", "L2", return_strands=strands("C3/2"))),
    Case("RB-5015", "L1", lambda p: put(p, "links", "L1", return_strands=())),
    Case("RB-5015", "L2", lambda p: without(p, "channels", "K3")),
    Case("RB-5016", "K2", lambda p: put(p, "channels", "K2", wavelength_nm=1551)),
    Case("RB-5017", "L3", lambda p: optics(p, SW32="10GBASE-LR"), frozenset({"RB-5019", "RB-5022"})),
    Case("RB-5018", "SW3:1/2", lambda p: optics(p, SW32="1000BASE-LX20")),
    Case("RB-5021", "L3", lambda p: put(p, "cables", "C4", sheath_m=25_000.0), frozenset({"RB-4014"})),
    Case("RB-5022", "L3", lambda p: optics(p, SW32="1000BASE-ZX", SW22="1000BASE-ZX")),
    Case("RB-6001", "small", lambda p: put(p, "sites", "HALL", is_hub=False)),
    Case("RB-6002", "SCHOOL", lambda p: without(
        without(without(without(p, "devices", "SW2"), "interfaces", "SW2:1/1", "SW2:1/2"), "links", "L1", "L3"),
        "channels", "K1"), frozenset({"RB-6004"})),
    Case("RB-6003", "SW2", lambda p: without(without(p, "links", "L1", "L3"), "channels", "K1")),
    Case("RB-6004", "S1", lambda p: put(p, "services", "S1", sites=("SCHOOL", "HOLE"))),
]  # fmt: skip


def test_the_plant_in_order_has_no_finding(small_plant: Plant) -> None:
    assert check(small_plant) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.record}")
def test_rule(small_plant: Plant, case: Case) -> None:
    findings = check(case.change(small_plant))
    hits = [item for item in findings if item.code == case.rule]
    assert [item.record for item in hits][:1] == [case.record], [str(item) for item in findings]
    assert {item.code for item in findings} - case.also == {case.rule}, [str(item) for item in findings]
    assert all(item.message and item.cure and item.where.startswith("plant/") for item in hits)
    assert all(item.severity is RULES[case.rule][0] for item in hits)
    assert errors(case.change(small_plant)) == [item for item in findings if item.severity is Severity.ERROR]


def test_every_rule_has_its_case() -> None:
    assert {case.rule for case in CASES} == set(PLANT_RULES)


def by_code(small_plant: Plant, change: Callable[[Plant], Plant]) -> dict[str, str]:
    return {item.code: f"{item.message} -> {item.cure}" for item in check(change(small_plant))}


def test_swapped_coordinates_are_told_from_outliers(small_plant: Plant) -> None:
    text = by_code(small_plant, lambda p: put(p, "structures", "HOLE", point=(49.4455, 7.7745)))["RB-3002"]
    assert "[7.7745, 49.4455]" in text


def test_a_route_in_reverse_is_said_to_be(small_plant: Plant) -> None:
    text = by_code(small_plant, lambda p: put(p, "cables", "C3", route=("T4", "T3")))["RB-4002"]
    assert "turn the order" in text


def test_a_line_in_reverse_is_said_to_be(small_plant: Plant) -> None:
    text = by_code(small_plant, lambda p: put(p, "sections", "T2", line=p.sections[1].line[::-1]))["RB-3004"]
    assert "turn the line" in text


def test_a_return_way_may_be_documented_from_either_end(small_plant: Plant) -> None:
    assert check(put(small_plant, "links", "L1", return_strands=strands("C2/2", "C1/2"))) == []


def test_opposite_directions_share_a_colour_on_a_pair_of_strands(small_plant: Plant) -> None:
    one_way = put(small_plant, "channels", "K1", direction=Direction.A_TO_B)
    assert check(third_channel(one_way, direction=Direction.B_TO_A)) == []


def test_two_links_share_strands_in_different_colours(small_plant: Plant) -> None:
    shared = on_l3(spare_l3(small_plant), 1551, "G-SAFE")
    assert check(shared) == []


def test_links_that_share_many_strands_are_reported_once(small_plant: Plant) -> None:
    found = [item for item in check(spare_l3(small_plant)) if item.code == "RB-5003"]
    assert len(found) == 1
    assert "3 more strands" in found[0].message


def test_a_decommissioned_link_takes_no_port_and_no_strand(small_plant: Plant) -> None:
    first = small_plant.links[0]
    old = replace(first, id="5b0c1f60-6a5c-4b8e-9f0e-000000000004", code=Code("L0"), status=Status.DECOMMISSIONED)
    assert check(replace(small_plant, links=(old, *small_plant.links))) == []


def test_a_dangling_reference_takes_what_rests_on_it_along(small_plant: Plant) -> None:
    findings = check(put(small_plant, "sections", "T1", from_node="NIL"))
    assert [(item.code, item.record) for item in findings] == [("RB-2001", "T1")]


def test_a_patch_cord_inside_a_site_needs_no_strands(small_plant: Plant) -> None:
    second = replace(
        small_plant.devices[0], id="5b0c1f60-6a5c-4b8e-9f0e-000000000005", code=Code("SW9"), address="127.21.0.9"
    )
    ports = tuple(
        replace(
            small_plant.interfaces[5],
            id=f"5b0c1f60-6a5c-4b8e-9f0e-00000000001{number}",
            code=Code(f"{device}:1/9"),
            device=Code(device),
            if_name="1/9",
        )
        for number, device in enumerate(("SW1", "SW9"))
    )
    cord = replace(
        small_plant.links[2],
        id="5b0c1f60-6a5c-4b8e-9f0e-000000000006",
        code=Code("L9"),
        a=ports[0].code,
        b=ports[1].code,
        strands=(),
        return_strands=(),
    )
    plant = replace(
        small_plant,
        devices=(*small_plant.devices, second),
        interfaces=(*small_plant.interfaces, *ports),
        links=(*small_plant.links, cord),
    )
    assert check(plant) == []
