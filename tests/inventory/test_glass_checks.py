"""Every rule about ducts and glass: the plant in order, broken in one place, gives that finding on that record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from inventory.checks import check, errors
from inventory.checks.report import GLASS_RULES, RULES
from inventory.entities import Code, Diversity, DuctKind, Provenance, RouteKnown, Slack, Status, StrandRef
from inventory.glass import End, PassiveKind, StrandCondition, StrandEnd
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.entities import Record
    from inventory.plant import Plant


def put(plant: Plant, kind: str, code: str, /, **change: object) -> Plant:
    records: tuple[Record, ...] = getattr(plant, kind)
    assert any(record.code == code for record in records)
    changed = tuple(replace(record, **change) if record.code == code else record for record in records)  # type: ignore[arg-type] # a case names fields
    return replace(plant, **{kind: changed})  # type: ignore[arg-type] # and its collection


def twin(plant: Plant, kind: str, code: str, /, **change: object) -> Plant:
    """A second record like one there is, called X9."""
    first = next(record for record in getattr(plant, kind) if record.code == code)
    new = replace(first, id="5b0c1f60-6a5c-4b8e-9f0e-000000000009", code=Code("X9"), **change)
    return replace(plant, **{kind: (*getattr(plant, kind), new)})


def end(text: str, side: End | None = None) -> StrandEnd:
    cable, _slash, number = text.rpartition("/")
    return StrandEnd(StrandRef(Code(cable), int(number)), side)


def module(plant: Plant, interface: str, nm: int) -> Plant:
    return twin(plant, "transceivers", "X1", interface=interface, optics="CWDM-1G-40", wavelength_nm=nm, serial="")


def circle(plant: Plant) -> Plant:
    """A/20 and A/21 spliced at one end, patched at the other."""
    spliced = twin(plant, "splices", "S-AB", a=end("A/20"), b=end("A/21"), count=1, slot=9)
    cord = replace(plant.patches[0], id="5b0c1f60-6a5c-4b8e-9f0e-000000000008", code=Code("X8"))
    return replace(spliced, patches=(*spliced.patches, replace(cord, a=Code("OD-H:20"), b=Code("OD-H:21"))))


@dataclass(frozen=True)
class Case:
    rule: str
    record: str
    change: Callable[[Plant], Plant]
    also: frozenset[str] = frozenset()


DARK = frozenset({"RB-7008", "RB-7012"})

CASES = [
    Case("RB-2008", "CL", lambda p: put(p, "closures", "CL", provenance=Provenance(as_of="3.2025"))),
    Case("RB-4010", "A", lambda p: put(p, "cables", "A", containers=("M1", "M1"))),
    Case("RB-4011", "B", lambda p: put(p, "cables", "B", containers=("M1",))),
    Case("RB-4012", "B", lambda p: put(p, "cables", "B", slack=(Slack(Code("HALL"), 5.0),))),
    Case("RB-4013", "A", lambda p: put(p, "cables", "A", sheath_m=p.sections[0].length_m + 1.0)),
    Case("RB-4014", "B", lambda p: put(p, "cables", "B", sheath_m=900.0)),
    Case("RB-4015", "B", lambda p: put(p, "cables", "B", sheath_m=500.0, optical_m=470.0)),
    Case("RB-4020", "P1", lambda p: put(p, "ducts", "P1", route=("T2",)), frozenset({"RB-4011"})),
    Case("RB-4020", "P1", lambda p: put(p, "ducts", "P1", to_node="FIRE")),
    Case("RB-4021", "P1", lambda p: put(p, "ducts", "P1", parent="M1")),
    Case(
        "RB-4022",
        "M1",
        lambda p: put(p, "ducts", "M1", route=("T1", "T2"), to_node="SCHOOL"),
    ),
    Case("RB-4023", "M1", lambda p: put(p, "cables", "A", outer_mm=5.8)),
    Case("RB-4023", "P1", lambda p: put(p, "ducts", "P1", inner_mm=11.0)),
    Case("RB-4024", "M1", lambda p: put(p, "ducts", "M1", reserve=True)),
    Case("RB-4025", "M1", lambda p: twin(p, "cables", "A"), frozenset({"RB-4023"})),
    Case("RB-4026", "X9", lambda p: twin(p, "ducts", "P1", route=(), kind=DuctKind.BUNDLE)),
    Case(
        "RB-6005",
        "SV-1",
        lambda p: put(
            put(p, "cables", "D", route_known=RouteKnown.PARTIAL), "services", "SV-1", required_diversity=Diversity.NODE
        ),
    ),
    Case("RB-7001", "X9", lambda p: twin(p, "splices", "S-AB", a=end("A/1"), b=end("D/9"), count=1, slot=9)),
    Case("RB-7001", "X9", lambda p: twin(p, "patches", "PC-1", a="OD-H:9", b="OD-H:5")),
    Case("RB-7002", "S-BD", lambda p: put(p, "splices", "S-BD", b=end("D/10"))),
    Case("RB-7002", "D/3", lambda p: put(p, "strand_states", "D/3", strand=StrandRef(Code("D"), 13))),
    Case("RB-7003", "PC-1", lambda p: put(p, "patches", "PC-1", b="OD-H:25"), DARK),
    Case("RB-7003", "PC-3", lambda p: put(p, "patches", "PC-3", b="MX-H:1551"), DARK),
    Case("RB-7003", "TE-F", lambda p: put(p, "terminations", "TE-F", port="OD-F:2"), DARK),
    Case("RB-7004", "S-BD", lambda p: put(p, "splices", "S-BD", b=end("D/5", End.TO))),
    Case("RB-7004", "TE-S", lambda p: put(p, "terminations", "TE-S", strand=end("A/1")), DARK),
    Case(
        "RB-7005",
        "TE-F",
        lambda p: put(p, "cables", "D", from_node="FIRE", route=("T3", "T3")),
        frozenset({"RB-7004", "RB-4007", "RB-5010", *DARK}),
    ),
    Case("RB-7006", "X9", lambda p: twin(p, "splices", "S-AB", a=end("A/20"), b=end("A/20"), count=1, slot=9)),
    Case("RB-7007", "A", circle, frozenset({"RB-7024"})),
    Case(
        "RB-7008", "SW1:1/1", lambda p: put(p, "patches", "PC-8", status=Status.DECOMMISSIONED), frozenset({"RB-7012"})
    ),
    Case("RB-7009", "S-AD", lambda p: put(p, "splices", "S-AD", tray=1, slot=3)),
    Case("RB-7010", "S-AD", lambda p: put(p, "splices", "S-AD", tray=5)),
    Case("RB-7010", "S-AD", lambda p: put(p, "splices", "S-AD", slot=10)),
    Case(
        "RB-7011",
        "L3",
        lambda p: put(p, "links", "L3", strands=(StrandRef(Code("A"), 7), StrandRef(Code("D"), 3))),
    ),
    Case("RB-7012", "L3", lambda p: put(p, "patches", "PC-13", b="OD-F:9"), frozenset({"RB-7008"})),
    Case("RB-7013", "L3", lambda p: put(p, "strand_states", "A/9", strand=StrandRef(Code("A"), 5))),
    Case(
        "RB-7013",
        "L3",
        lambda p: put(
            put(p, "links", "L3", user_group="G-SAFE"),
            "strand_states",
            "D/3",
            strand=StrandRef(Code("D"), 1),
            condition=StrandCondition.RESERVED,
            user_group="G-SCHOOL",
        ),
    ),
    Case("RB-7014", "S-AB", lambda p: put(p, "splices", "S-AB", loss_db=0.45)),
    Case("RB-7015", "PC-3", lambda p: module(p, "SW1:1/1", 1511), frozenset({"RB-5016"})),
    Case("RB-7016", "X9", lambda p: twin(p, "transceivers", "X1", serial="")),
    Case("RB-7017", "X9", lambda p: twin(p, "strand_states", "D/3")),
    Case("RB-7019", "X9", lambda p: twin(p, "passives", "MX-H", colours=())),
    Case("RB-7019", "X9", lambda p: twin(p, "passives", "MX-H", colours=(1471, 1470))),
    Case("RB-7019", "X9", lambda p: twin(p, "passives", "MX-H", kind=PassiveKind.SPLITTER, legs=1)),
    Case("RB-7021", "X9", lambda p: twin(p, "patches", "PC-1", a="OD-H:20", b="OD-S:10")),
    Case("RB-7022", "K3", lambda p: put(p, "channels", "K3", wavelength_nm=1551)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.record}")
def test_rule(glass_plant: Plant, case: Case) -> None:
    findings = check(case.change(glass_plant))
    hits = [item for item in findings if item.code == case.rule]
    assert case.record in [item.record for item in hits], [str(item) for item in findings]
    assert {item.code for item in findings} - case.also == {case.rule}, [str(item) for item in findings]
    assert all(item.message and item.cure and item.where.startswith("plant/") for item in hits)
    assert all(item.severity is RULES[case.rule][0] for item in hits)
    assert errors(case.change(glass_plant)) == [item for item in findings if item.severity is Severity.ERROR]


def test_every_rule_has_its_case() -> None:
    assert {case.rule for case in CASES} == set(GLASS_RULES)


def test_a_dangling_duct_takes_what_lies_in_it_along(glass_plant: Plant) -> None:
    """Ducts lie in ducts: the outer one comes after the inner one in the file, and both must go."""
    hurt = put(glass_plant, "ducts", "P1", from_node="NIL")
    plant = replace(hurt, ducts=hurt.ducts[::-1])
    assert [(item.code, item.record) for item in check(plant)] == [("RB-2001", "P1")]


def test_a_splice_alone_is_enough_to_contradict_a_link(glass_plant: Plant) -> None:
    """Nothing is documented but the closure: A/5 goes on as D/1 there, whatever the link says."""
    bare = replace(glass_plant, patches=(), terminations=(), passives=(), strand_states=())
    assert [item.code for item in check(bare)] == []
    wrong = put(bare, "links", "L3", strands=(StrandRef(Code("A"), 5), StrandRef(Code("D"), 3)))
    assert ("RB-7012", "L3") in {(item.code, item.record) for item in check(wrong)}


def test_a_full_tray_is_in_order(glass_plant: Plant) -> None:
    assert check(put(glass_plant, "splices", "S-AD", slot=9)) == []


@pytest.mark.parametrize(
    ("kind", "code", "links"),
    [("splices", "S-AD", ["L3"]), ("patches", "PC-13", ["L3"]), ("passives", "MX-S", ["L1", "L2"])],
)
def test_a_live_link_over_planned_glass_is_told_once(
    glass_plant: Plant, kind: str, code: str, links: list[str]
) -> None:
    found = check(put(glass_plant, kind, code, status=Status.PLANNED))
    assert {item.code for item in found} == {"RB-4009"}
    assert [item.record for item in found] == links
    assert all(code in item.message for item in found)
