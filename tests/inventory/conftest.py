"""A small plant that is in order: two hubs, a school on a ring, a lamp with siren, one BiDi and one CWDM link."""

from __future__ import annotations

import uuid

import pytest

from inventory.entities import (
    Cable,
    Channel,
    Code,
    Criticality,
    Device,
    Direction,
    Diversity,
    Interface,
    Link,
    Provenance,
    RouteNode,
    Service,
    Site,
    SiteKind,
    StrandRef,
    Structure,
    StructureKind,
    TrenchSection,
    UserGroup,
)
from inventory.geodesy import length_m
from inventory.plant import Plant


def c(text: str) -> Code:
    return Code(text)


def uid(code: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, code))


HALL = (7.7689, 49.4447)
SCHOOL = (7.7801, 49.4462)
LAMP = (7.7755, 49.4431)
HOLE = (7.7745, 49.4455)
BEND = (7.7721, 49.4423)


def section(code: str, a: str, b: str, *line: tuple[float, float]) -> TrenchSection:
    return TrenchSection(
        id=uid(code), code=c(code), from_node=c(a), to_node=c(b), line=line, length_m=length_m(line), depth_m=0.6
    )


def strands(*names: str) -> tuple[StrandRef, ...]:
    return tuple(StrandRef(c(name.rpartition("/")[0]), int(name.rpartition("/")[2])) for name in names)


def build_small_plant() -> Plant:
    def cable(code: str, a: str, b: str, *route: str, sheath_m: float | None = None) -> Cable:
        return Cable(
            id=uid(code),
            code=c(code),
            from_node=c(a),
            to_node=c(b),
            strand_count=12,
            route=tuple(c(item) for item in route),
            sheath_m=sheath_m,
        )

    def device(code: str, node: str, number: int) -> Device:
        return Device(id=uid(code), code=c(code), node=c(node), address=f"127.21.0.{number}", port=16100)

    def port(name: str, optics: str) -> Interface:
        return Interface(
            id=uid(name), code=c(name), device=c(name.partition(":")[0]), if_name=name.partition(":")[2], optics=optics
        )

    return Plant(
        city="small",
        sites=(
            Site(
                id=uid("HALL"),
                code=c("HALL"),
                name="Rathaus, Süd",
                kind=SiteKind.TOWN_HALL,
                point=HALL,
                address='Am "Markt" 1',
                is_hub=True,
                criticality=Criticality.VITAL,
                provenance=Provenance(source="survey", as_of="2025-03-01", accuracy_m=0.5),
            ),
            Site(id=uid("SCHOOL"), code=c("SCHOOL"), kind=SiteKind.SCHOOL, point=SCHOOL),
        ),
        structures=(
            Structure(id=uid("LAMP"), code=c("LAMP"), kind=StructureKind.LAMP, point=LAMP, has_siren=True),
            Structure(id=uid("HOLE"), code=c("HOLE"), kind=StructureKind.HANDHOLE, point=HOLE),
        ),
        route_nodes=(RouteNode(id=uid("BEND"), code=c("BEND"), point=BEND),),
        sections=(
            section("T1", "HALL", "HOLE", HALL, (7.771, 49.445), HOLE),
            section("T2", "HOLE", "SCHOOL", HOLE, SCHOOL),
            section("T3", "HALL", "BEND", HALL, BEND),
            section("T4", "LAMP", "BEND", LAMP, BEND),
            section("T5", "LAMP", "SCHOOL", LAMP, SCHOOL),
        ),
        cables=(
            cable("C1", "HALL", "HOLE", "T1", sheath_m=500.0),
            cable("C2", "SCHOOL", "HOLE", "T2"),
            cable("C3", "HALL", "LAMP", "T3", "T4"),
            cable("C4", "LAMP", "SCHOOL", "T5"),
        ),
        user_groups=(
            UserGroup(id=uid("G-SCHOOL"), code=c("G-SCHOOL"), name="Schulen", display="#336699"),
            UserGroup(id=uid("G-SAFE"), code=c("G-SAFE"), criticality=Criticality.VITAL),
        ),
        devices=(device("SW1", "HALL", 1), device("SW2", "SCHOOL", 2), device("SW3", "LAMP", 3)),
        interfaces=(
            port("SW1:1/1", "CWDM-1G-40"),
            port("SW1:1/2", "1000BASE-BX10-D"),
            port("SW2:1/1", "CWDM-1G-40"),
            port("SW2:1/2", "1000BASE-LX10"),
            port("SW3:1/1", "1000BASE-BX10-U"),
            port("SW3:1/2", "1000BASE-LX10"),
        ),
        links=(
            Link(
                id=uid("L1"),
                code=c("L1"),
                a=c("SW1:1/1"),
                b=c("SW2:1/1"),
                strands=strands("C1/1", "C2/1"),
                return_strands=strands("C1/2", "C2/2"),
            ),
            Link(id=uid("L2"), code=c("L2"), a=c("SW1:1/2"), b=c("SW3:1/1"), strands=strands("C3/1")),
            Link(
                id=uid("L3"),
                code=c("L3"),
                a=c("SW3:1/2"),
                b=c("SW2:1/2"),
                strands=strands("C4/1"),
                return_strands=strands("C4/2"),
                user_group=c("G-SAFE"),
            ),
        ),
        channels=(
            Channel(id=uid("K1"), code=c("K1"), link=c("L1"), wavelength_nm=1531, user_group=c("G-SCHOOL")),
            Channel(
                id=uid("K2"),
                code=c("K2"),
                link=c("L2"),
                wavelength_nm=1490,
                user_group=c("G-SAFE"),
                direction=Direction.A_TO_B,
            ),
            Channel(
                id=uid("K3"),
                code=c("K3"),
                link=c("L2"),
                wavelength_nm=1310,
                user_group=c("G-SAFE"),
                direction=Direction.B_TO_A,
            ),
        ),
        services=(
            Service(
                id=uid("S1"),
                code=c("S1"),
                user_group=c("G-SCHOOL"),
                sites=(c("SCHOOL"), c("LAMP")),
                criticality=Criticality.HIGH,
                required_diversity=Diversity.TRENCH,
            ),
        ),
    )


@pytest.fixture(scope="session")
def small_plant() -> Plant:
    return build_small_plant()
