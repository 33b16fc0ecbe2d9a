"""A small plant that is in order: two hubs, a school on a ring, a lamp with siren, one BiDi and one CWDM link."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest

from inventory.entities import (
    Cable,
    Channel,
    Code,
    Criticality,
    Device,
    Direction,
    Diversity,
    Duct,
    DuctKind,
    Interface,
    Link,
    LinkGroup,
    Protocol,
    Provenance,
    Record,
    RouteNode,
    Service,
    Site,
    SiteKind,
    Slack,
    StrandRef,
    Structure,
    StructureKind,
    TrenchSection,
    UserGroup,
)
from inventory.geodesy import length_m
from inventory.glass import (
    Closure,
    ClosureKind,
    End,
    Panel,
    Passive,
    PassiveKind,
    Patch,
    RiskGroup,
    RiskKind,
    Splice,
    StrandCondition,
    StrandEnd,
    StrandState,
    Termination,
    Transceiver,
)
from inventory.plant import Plant

R = TypeVar("R", bound=Record)


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


@dataclass(frozen=True)
class Made:
    """Makes records of a kind, each with the id that belongs to its code."""

    def __call__(self, kind: type[R], code: str, /, **values: object) -> R:
        return kind(id=uid(code), code=c(code), **values)  # type: ignore[arg-type]


made = Made()


def end(text: str) -> StrandEnd:
    name, _colon, side = text.partition(":")
    return StrandEnd(strands(name)[0], End(side) if side else None)


RING, FIRE = (7.7745, 49.4455), (7.7790, 49.4480)


def build_glass_plant() -> Plant:
    """Three cables in one ring closure, panels at three sites, two CWDM filters on one strand, dark glass beside it."""

    def cable(code: str, a: str, b: str, count: int, route: str) -> Cable:
        return made(Cable, code, from_node=c(a), to_node=c(b), strand_count=count, route=(c(route),))

    def patch(code: str, a: str, b: str) -> Patch:
        return made(Patch, code, a=c(a), b=c(b))

    def port(name: str, optics: str) -> Interface:
        return made(Interface, name, device=c(name.partition(":")[0]), if_name=name.partition(":")[2], optics=optics)

    def link(code: str, a: str, b: str, there: tuple[str, ...], back: tuple[str, ...] = ()) -> Link:
        return made(Link, code, a=c(a), b=c(b), strands=strands(*there), return_strands=strands(*back))

    def channel(code: str, on: str, nm: int, direction: Direction, group: str) -> Channel:
        return made(Channel, code, link=c(on), wavelength_nm=nm, direction=direction, user_group=c(group))

    cwdm = (1471, 1491, 1511, 1531)
    return Plant(
        city="glass",
        sites=(
            made(Site, "HALL", kind=SiteKind.TOWN_HALL, point=HALL, is_hub=True),
            made(Site, "SCHOOL", kind=SiteKind.SCHOOL, point=SCHOOL),
            made(Site, "FIRE", kind=SiteKind.FIRE_STATION, point=FIRE),
        ),
        structures=(made(Structure, "RING", kind=StructureKind.CLOSURE_PIT, point=RING),),
        sections=(
            section("T1", "HALL", "RING", HALL, (7.771, 49.445), RING),
            section("T2", "RING", "SCHOOL", RING, SCHOOL),
            section("T3", "RING", "FIRE", RING, FIRE),
        ),
        ducts=(
            made(
                Duct, "P1", from_node=c("HALL"), to_node=c("RING"), kind=DuctKind.PIPE, inner_mm=50.0, route=(c("T1"),)
            ),
            made(
                Duct,
                "M1",
                from_node=c("HALL"),
                to_node=c("RING"),
                kind=DuctKind.MICRODUCT,
                make="10x2,0",
                colour="orange",
                inner_mm=6.0,
                outer_mm=10.0,
                parent=c("P1"),
            ),
        ),
        cables=(
            replace(
                cable("A", "HALL", "RING", 24, "T1"),
                outer_mm=4.5,
                containers=(c("M1"),),
                slack=(Slack(c("HALL"), 5.0), Slack(c("RING"), 15.0)),
            ),
            cable("B", "RING", "SCHOOL", 12, "T2"),
            cable("D", "RING", "FIRE", 12, "T3"),
        ),
        user_groups=(made(UserGroup, "G-SCHOOL"), made(UserGroup, "G-SAFE")),
        devices=tuple(
            made(Device, code, node=c(node), address=f"127.22.0.{number}")
            for number, (code, node) in enumerate((("SW1", "HALL"), ("SW2", "SCHOOL"), ("SW3", "FIRE")), start=1)
        ),
        interfaces=(
            port("SW1:1/1", "CWDM-1G-40"),
            port("SW1:1/2", "CWDM-1G-40"),
            port("SW1:1/3", "1000BASE-LX10"),
            port("SW2:1/1", "CWDM-1G-40"),
            port("SW2:1/2", "CWDM-1G-40"),
            port("SW3:1/1", "1000BASE-LX10"),
        ),
        links=(
            link("L1", "SW1:1/1", "SW2:1/1", ("A/1", "B/1")),
            link("L2", "SW1:1/2", "SW2:1/2", ("A/1", "B/1")),
            link("L3", "SW1:1/3", "SW3:1/1", ("A/5", "D/1"), ("A/6", "D/2")),
        ),
        channels=(
            channel("K1", "L1", 1471, Direction.A_TO_B, "G-SCHOOL"),
            channel("K2", "L1", 1491, Direction.B_TO_A, "G-SCHOOL"),
            channel("K3", "L2", 1511, Direction.A_TO_B, "G-SAFE"),
            channel("K4", "L2", 1531, Direction.B_TO_A, "G-SAFE"),
        ),
        closures=(made(Closure, "CL", node=c("RING"), kind=ClosureKind.RING, trays=4),),
        splices=(
            made(Splice, "S-AB", closure=c("CL"), a=end("A/1"), b=end("B/1"), count=4),
            made(Splice, "S-AD", closure=c("CL"), a=end("A/5"), b=end("D/1"), count=4, tray=2),
            made(Splice, "S-BD", closure=c("CL"), a=end("B/5"), b=end("D/5"), count=4, tray=3, loss_db=0.05),
        ),
        panels=(
            made(Panel, "OD-H", node=c("HALL"), ports=24),
            made(Panel, "OD-S", node=c("SCHOOL"), ports=12),
            made(Panel, "OD-F", node=c("FIRE"), ports=12),
        ),
        terminations=(
            made(Termination, "TE-H", port=c("OD-H:1"), strand=end("A/1"), count=24),
            made(Termination, "TE-S", port=c("OD-S:1"), strand=end("B/1"), count=12),
            made(Termination, "TE-F", port=c("OD-F:1"), strand=end("D/1"), count=12, loss_db=0.06),
        ),
        passives=(
            made(Passive, "MX-H", kind=PassiveKind.FILTER, node=c("HALL"), colours=cwdm, express=True),
            made(Passive, "MX-S", kind=PassiveKind.FILTER, node=c("SCHOOL"), colours=cwdm, loss_db=1.4),
        ),
        patches=(
            patch("PC-1", "MX-H:com", "OD-H:1"),
            patch("PC-2", "MX-S:com", "OD-S:1"),
            patch("PC-3", "SW1:1/1#tx", "MX-H:1471"),
            patch("PC-4", "SW1:1/1#rx", "MX-H:1491"),
            patch("PC-5", "SW1:1/2#tx", "MX-H:1511"),
            patch("PC-6", "SW1:1/2#rx", "MX-H:1531"),
            patch("PC-7", "SW2:1/1#tx", "MX-S:1491"),
            patch("PC-8", "SW2:1/1#rx", "MX-S:1471"),
            patch("PC-9", "SW2:1/2#tx", "MX-S:1531"),
            patch("PC-10", "SW2:1/2#rx", "MX-S:1511"),
            patch("PC-11", "SW1:1/3#tx", "OD-H:5"),
            patch("PC-12", "SW1:1/3#rx", "OD-H:6"),
            patch("PC-13", "SW3:1/1#rx", "OD-F:1"),
            patch("PC-14", "SW3:1/1#tx", "OD-F:2"),
        ),
        transceivers=(
            made(
                Transceiver,
                "X1",
                interface=c("SW1:1/3"),
                optics="1000BASE-LX10",
                wavelength_nm=1310,
                tx_min_dbm=-8.5,
                serial="F123",
            ),
        ),
        strand_states=(
            made(StrandState, "A/9", strand=strands("A/9")[0], condition=StrandCondition.BROKEN),
            made(StrandState, "D/3", strand=strands("D/3")[0], loss_db=0.4, loss_nm=1550, optical_m=480.0),
        ),
        link_groups=(
            made(LinkGroup, "LG-1", protocol=Protocol.LAG, links=(c("L1"), c("L2")), min_links=2),
            made(LinkGroup, "LG-2", protocol=Protocol.STP, links=(c("L3"),), root=c("SW1"), max_hops=10),
        ),
        risk_groups=(made(RiskGroup, "RG-1", kind=RiskKind.POWER, members=(c("SCHOOL"), c("FIRE")), rate=0.1),),
        services=(made(Service, "SV-1", user_group=c("G-SAFE"), sites=(c("FIRE"),)),),
    )


@pytest.fixture(scope="session")
def glass_plant() -> Plant:
    return build_glass_plant()
