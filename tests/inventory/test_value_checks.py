"""Rules about values that cannot be: the plant in order, one value wrong, gives that finding on that record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from inventory.checks import check
from inventory.checks.report import RULES, VALUE_RULES
from inventory.entities import Code, RouteNode, Status, StrandRef
from inventory.glass import PassiveKind, StrandEnd

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
    values = {"id": "5b0c1f60-6a5c-4b8e-9f0e-000000000009", "code": Code("X9"), **change}
    return replace(plant, **{kind: (*getattr(plant, kind), replace(first, **values))})  # type: ignore[arg-type] # and fields


def hairpin(plant: Plant) -> Plant:
    a, b = (StrandEnd(StrandRef(Code("A"), number)) for number in (20, 21))
    return twin(plant, "splices", "S-AB", a=a, b=b, count=1, slot=9)


def taken_out(plant: Plant) -> Plant:
    return replace(plant, splices=tuple(item for item in plant.splices if item.code != "S-AD"))


def reversed_twin(plant: Plant) -> Plant:
    first = plant.sections[0]
    return twin(plant, "sections", "T1", line=first.line[::-1], from_node=first.to_node, to_node=first.from_node)


def lonely(plant: Plant) -> Plant:
    node = RouteNode(id="5b0c1f60-6a5c-4b8e-9f0e-000000000009", code=Code("X9"), point=plant.sites[0].point)
    return replace(plant, route_nodes=(node,))


@dataclass(frozen=True)
class Case:
    rule: str
    record: str
    change: Callable[[Plant], Plant]
    also: frozenset[str] = frozenset()


CASES = [
    Case("RB-2009", "x1", lambda p: twin(p, "transceivers", "X1", code="x1", serial=""), frozenset({"RB-7016"})),
    Case("RB-2010", "SW1", lambda p: put(p, "devices", "SW1", address="0.0.0.0")),  # noqa: S104 - no device has it
    Case("RB-2010", "SW1", lambda p: put(p, "devices", "SW1", address="ff02::1")),
    Case("RB-2011", "G-SAFE", lambda p: put(p, "user_groups", "G-SAFE", display="rainbow")),
    Case("RB-3007", "T1", lambda p: put(p, "sections", "T1", depth_m=60.0)),
    Case("RB-3008", "X9", lambda p: twin(p, "sections", "T1")),
    Case("RB-3008", "X9", reversed_twin),
    Case("RB-3009", "X9", lonely),
    Case("RB-4016", "A", lambda p: put(p, "cables", "A", fibre_type="G.562.D")),
    Case("RB-4017", "B", lambda p: put(p, "cables", "B", sheath_m=460.0, optical_m=700.0), frozenset({"RB-4014"})),
    Case("RB-4027", "M1", lambda p: put(p, "ducts", "M1", inner_mm=10.0)),
    Case("RB-5019", "SW1:1/3", lambda p: put(p, "interfaces", "SW1:1/3", speed_mbps=100)),
    Case("RB-5023", "K1", lambda p: put(p, "channels", "K1", frequency_ghz=193_100), frozenset({"RB-7022"})),
    Case("RB-6006", "SV-1", lambda p: put(p, "services", "SV-1", sites=("FIRE", "FIRE"))),
    Case("RB-7014", "TE-F", lambda p: put(p, "terminations", "TE-F", loss_db=0.9)),
    Case("RB-7023", "L3", taken_out),
    Case("RB-7024", "X9", hairpin),
    Case("RB-7025", "PC-1", lambda p: put(p, "patches", "PC-1", length_m=3000.0)),
    Case("RB-7026", "MX-S", lambda p: put(p, "passives", "MX-S", loss_db=10.1), frozenset({"RB-5021"})),
    Case("RB-7026", "X9", lambda p: twin(p, "passives", "MX-H", kind=PassiveKind.SPLITTER, legs=8, loss_db=3.0)),
    Case("RB-7027", "X1", lambda p: put(p, "transceivers", "X1", tx_min_dbm=-2.0)),
    Case("RB-7027", "X1", lambda p: put(p, "transceivers", "X1", overload_dbm=-30.0), frozenset({"RB-5022"})),
    Case("RB-7028", "X9", lambda p: twin(p, "transceivers", "X1", interface="SW3:1/1")),
    Case("RB-7030", "X9", lambda p: twin(p, "passives", "MX-H", colours=(1471, 1480))),
    Case("RB-7029", "X1", lambda p: put(p, "transceivers", "X1", wavelength_nm=1550)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.record}")
def test_rule(glass_plant: Plant, case: Case) -> None:
    findings = check(case.change(glass_plant))
    hits = [item for item in findings if item.code == case.rule]
    assert case.record in [item.record for item in hits], [str(item) for item in findings]
    assert {item.code for item in findings} - case.also == {case.rule}, [str(item) for item in findings]
    assert all(item.message and item.cure and item.severity is RULES[case.rule][0] for item in hits)


def test_every_rule_has_its_case() -> None:
    assert {case.rule for case in CASES} >= set(VALUE_RULES)


def test_values_at_the_border_are_in_order(glass_plant: Plant) -> None:
    plant = put(glass_plant, "sections", "T1", depth_m=30.0)
    plant = put(plant, "patches", "PC-1", length_m=200.0)
    plant = put(plant, "passives", "MX-S", loss_db=4.5)
    plant = put(plant, "cables", "A", fibre_type="G.657.A2")
    assert check(plant) == []


@pytest.mark.parametrize(
    ("kind", "code", "records"),
    [
        ("sites", "FIRE", {"T3", "D", "SW3", "OD-F", "SV-1"}),
        ("closures", "CL", {"S-AB", "S-AD", "S-BD"}),
        ("ducts", "P1", {"M1"}),
        ("links", "L3", {"LG-2"}),
        ("devices", "SW2", {"L1", "L2"}),
    ],
)
def test_what_is_live_rests_on_nothing_that_is_not(glass_plant: Plant, kind: str, code: str, records: set[str]) -> None:
    found = check(put(glass_plant, kind, code, status=Status.PLANNED))
    assert {(item.code, item.record) for item in found} == {("RB-4009", record) for record in records}
