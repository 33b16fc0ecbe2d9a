"""Records of a simulated city's plant, made one after the other from ways along the streets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

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
    LinkGroup,
    Protocol,
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
from simulator.streets import Spot, Streets, street

if TYPE_CHECKING:
    from collections.abc import Sequence

PORT = 16100
SPEED_MBPS = 1000
_STRANDS = (12, 24, 48)
_HANDHOLE_EVERY = 3
_SLACK = 1.04
_COLOURED = "CWDM-1G-40"
_GREY = ("1000BASE-BX10-D", "1000BASE-BX10-U")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A user group and its two colours: from the hub and towards it."""

    short: str
    name: str
    display: str
    down_nm: int
    up_nm: int
    criticality: Criticality


SCHOOLS = Group(
    short="SCH", name="Schulen", display="#0072b2", down_nm=1471, up_nm=1491, criticality=Criticality.NORMAL
)
SAFETY = Group(
    short="SAF",
    name="Feuerwehr und Sirenen",
    display="#d55e00",
    down_nm=1511,
    up_nm=1531,
    criticality=Criticality.VITAL,
)
OFFICES = Group(
    short="ADM", name="Verwaltung", display="#009e73", down_nm=1551, up_nm=1571, criticality=Criticality.NORMAL
)
TRAFFIC = Group(
    short="TRA", name="Verkehrstechnik", display="#cc79a7", down_nm=1591, up_nm=1611, criticality=Criticality.HIGH
)
SMART = Group(short="SMC", name="Smart City", display="#e69f00", down_nm=1431, up_nm=1451, criticality=Criticality.LOW)
GROUPS = (SCHOOLS, SAFETY, OFFICES, TRAFFIC, SMART)


@dataclass(slots=True)
class Builder:
    """Collects records. Codes count up per kind; identifiers follow from seed and code."""

    seed: int
    prefix: str
    city: str
    streets: Streets
    switch_port: int = PORT
    sites: dict[Spot, Site] = field(default_factory=dict)
    lamps: dict[Spot, Structure] = field(default_factory=dict)
    devices: dict[Code, Device] = field(default_factory=dict)
    interfaces: list[Interface] = field(default_factory=list)
    cables: list[Cable] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    link_groups: list[LinkGroup] = field(default_factory=list)
    splice_spots: set[Spot] = field(default_factory=set)
    streets_used: dict[tuple[Spot, Spot], Code] = field(default_factory=dict)
    _ports: dict[Code, int] = field(default_factory=dict)
    _cable_ways: list[tuple[Spot, ...]] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)

    @property
    def provenance(self) -> Provenance:
        """Where all of it comes from: nowhere."""
        return Provenance(source=f"invented, seed {self.seed}", as_of="2026-01-01")

    def code(self, kind: str, digits: int) -> Code:
        """The next code of a kind: KL-TR-0042."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return Code(f"{self.prefix}-{kind}-{self._counts[kind]:0{digits}d}")

    def identity(self, code: str) -> str:
        """The identifier that belongs to a code."""
        return str(uuid5(NAMESPACE_URL, f"rainbow:simulated:{self.prefix}:{self.seed}:{code}"))

    def site(self, spot: Spot, name: str, kind: SiteKind, *, criticality: Criticality, is_hub: bool = False) -> Site:
        """A building on a spot."""
        code = self.code("ST", 2)
        made = Site(
            id=self.identity(code),
            code=code,
            name=name,
            kind=kind,
            point=self.streets.points[spot],
            is_hub=is_hub,
            criticality=criticality,
            provenance=self.provenance,
        )
        self.sites[spot] = made
        return made

    def lamp(self, spot: Spot) -> Structure:
        """A lamp with a siren on a spot."""
        code = self.code("LA", 2)
        made = Structure(
            id=self.identity(code),
            code=code,
            name=f"Laterne {self._counts['LA']}",
            kind=StructureKind.LAMP,
            point=self.streets.points[spot],
            has_siren=True,
            criticality=Criticality.HIGH,
            provenance=self.provenance,
        )
        self.lamps[spot] = made
        return made

    def device(self, node: Code, *, role: str) -> Device:
        """A switch at a node, on the next loopback address."""
        code = self.code("SW", 2)
        number = self._counts["SW"]
        made = Device(
            id=self.identity(code),
            code=code,
            node=node,
            address=f"127.21.{number // 250}.{number % 250 + 1}",
            port=self.switch_port,
            role=role,
            vendor="Simulated",
            model="RS-48" if role == "core" else "RS-12",
            provenance=self.provenance,
        )
        self.devices[code] = made
        return made

    def port(self, device: Code, *, optics: str = "", name: str = "") -> Interface:
        """The next port of a switch."""
        self._ports[device] = self._ports.get(device, 0) + 1
        if_name = f"ge-0/0/{self._ports[device]}"
        code = Code(f"{device}:{if_name}")
        made = Interface(
            id=self.identity(code),
            code=code,
            name=name,
            device=device,
            if_name=if_name,
            speed_mbps=SPEED_MBPS,
            optics=optics,
            provenance=self.provenance,
        )
        self.interfaces.append(made)
        return made

    def ports_of(self, device: Code) -> int:
        """How many ports a switch has by now."""
        return self._ports.get(device, 0)

    def cable(self, way: Sequence[Spot], strand_count: int) -> Code:
        """A cable along a way."""
        code = self.code("CA", 4)
        for pair in pairwise(way):
            if street(*pair) not in self.streets_used:
                self.streets_used[street(*pair)] = self.code("TR", 4)
        self._cable_ways.append(tuple(way))
        route = tuple(self.streets_used[street(*pair)] for pair in pairwise(way))
        metres = length_m([self.streets.points[spot] for spot in way])
        self.cables.append(
            Cable(
                id=self.identity(code),
                code=code,
                from_node=Code(""),  # named when it is known which spots are handholes
                to_node=Code(""),
                strand_count=strand_count,
                route=route,
                sheath_m=round(metres * _SLACK + 6, 1),
                provenance=self.provenance,
            )
        )
        return code

    def glass(self, way: Sequence[Spot]) -> tuple[StrandRef, ...]:
        """Strand 1 of one cable along a way, or of two spliced at a handhole half way where it is long."""
        if len(way) < 2 * _HANDHOLE_EVERY:
            return (StrandRef(self.cable(way, _STRANDS[0]), 1),)
        middle = len(way) // 2
        self.splice_spots.add(way[middle])
        feeder = self.cable(way[: middle + 1], _STRANDS[1])
        return (StrandRef(feeder, 1), StrandRef(self.cable(way[middle:], _STRANDS[0]), 1))

    def coloured_links(self, a: Code, b: Code, way: Sequence[Spot], groups: Sequence[Group]) -> tuple[Code, ...]:
        """One link per user group between two switches, all on one strand, each with two colours; the cables used."""
        strands = self.glass(way)
        for group in groups:
            link = self._link(a, b, strands, (_COLOURED, _COLOURED), group)
            for direction, nm in ((Direction.A_TO_B, group.down_nm), (Direction.B_TO_A, group.up_nm)):
                code = self.code("CH", 4)
                self.channels.append(
                    Channel(
                        id=self.identity(code),
                        code=code,
                        link=link,
                        wavelength_nm=nm,
                        user_group=self.group_code(group),
                        direction=direction,
                        provenance=self.provenance,
                    )
                )
        return tuple(strand.cable for strand in strands)

    def grey_link(self, a: Code, b: Code, way: Sequence[Spot], group: Group) -> tuple[Code, ...]:
        """A link over one strand with a pair of modules for it (BX: 1490 one way, 1310 the other); the cables used."""
        strands = self.glass(way)
        self._link(a, b, strands, _GREY, group)
        return tuple(strand.cable for strand in strands)

    def patch(self, a: Code, b: Code) -> None:
        """A patch cord between two switches of one room."""
        self._link(a, b, (), ("", ""), None)

    def group_code(self, group: Group) -> Code:
        """The code of a user group."""
        return Code(f"{self.prefix}-UG-{group.short}")

    def service(self, group: Group, nodes: Sequence[Code], diversity: Diversity) -> None:
        """What a user group is promised at some sites."""
        code = self.code("SV", 3)
        self.services.append(
            Service(
                id=self.identity(code),
                code=code,
                name=group.name,
                user_group=self.group_code(group),
                sites=tuple(nodes),
                criticality=group.criticality,
                required_diversity=diversity,
                provenance=self.provenance,
            )
        )

    def rings(self, links: Sequence[Code], rings: int) -> None:
        """So many rings (G.8032) over links that were laid leg by leg, each leg with one link for each ring."""
        for first in range(rings):
            ring = tuple(links[first::rings])
            code = self.code("LG", 3)
            self.link_groups.append(
                LinkGroup(
                    id=self.identity(code),
                    code=code,
                    protocol=Protocol.ERPS,
                    links=ring,
                    blocked=ring[len(ring) // 2],
                    provenance=self.provenance,
                )
            )

    def plant(self) -> Plant:
        """All of it as a plant: crossings become handholes where glass is spliced, and every third."""
        codes, structures, route_nodes = self._crossings()
        names = {spot: record.code for spot, record in (*self.sites.items(), *self.lamps.items())} | codes
        return Plant(
            city=self.city,
            sites=tuple(self.sites.values()),
            structures=(*structures, *self.lamps.values()),
            route_nodes=tuple(route_nodes),
            sections=tuple(self._section(pair, code, names) for pair, code in self.streets_used.items()),
            cables=tuple(
                self._ended(cable, way, names) for cable, way in zip(self.cables, self._cable_ways, strict=True)
            ),
            user_groups=tuple(self._user_group(group) for group in GROUPS),
            devices=tuple(self.devices.values()),
            interfaces=tuple(self.interfaces),
            links=tuple(self.links),
            channels=tuple(self.channels),
            services=tuple(self.services),
            link_groups=tuple(self.link_groups),
        )

    def _link(
        self, a: Code, b: Code, strands: tuple[StrandRef, ...], optics: tuple[str, str], group: Group | None
    ) -> Code:
        code = self.code("LI", 4)
        made = Link(
            id=self.identity(code),
            code=code,
            a=self.port(a, optics=optics[0], name=f"{code} {b}").code,
            b=self.port(b, optics=optics[1], name=f"{code} {a}").code,
            strands=strands,
            user_group=self.group_code(group) if group else None,
            provenance=self.provenance,
        )
        self.links.append(made)
        return made.code

    def _crossings(self) -> tuple[dict[Spot, Code], list[Structure], list[RouteNode]]:
        codes: dict[Spot, Code] = {}
        structures: list[Structure] = []
        route_nodes: list[RouteNode] = []
        used = dict.fromkeys(spot for pair in self.streets_used for spot in pair)
        for number, spot in enumerate(spot for spot in used if spot not in self.sites and spot not in self.lamps):
            point = self.streets.points[spot]
            if spot in self.splice_spots or number % _HANDHOLE_EVERY == 0:
                codes[spot] = code = self.code("HH", 4)
                structures.append(
                    Structure(
                        id=self.identity(code),
                        code=code,
                        kind=StructureKind.HANDHOLE,
                        point=point,
                        provenance=self.provenance,
                    )
                )
            else:
                codes[spot] = code = self.code("RN", 4)
                route_nodes.append(
                    RouteNode(id=self.identity(code), code=code, point=point, provenance=self.provenance)
                )
        return codes, structures, route_nodes

    def _section(self, pair: tuple[Spot, Spot], code: Code, names: dict[Spot, Code]) -> TrenchSection:
        line = (self.streets.points[pair[0]], self.streets.points[pair[1]])
        return TrenchSection(
            id=self.identity(code),
            code=code,
            from_node=names[pair[0]],
            to_node=names[pair[1]],
            line=line,
            length_m=round(length_m(line), 2),
            method="open",
            surface="asphalt",
            depth_m=0.6,
            owner=self.city,
            provenance=self.provenance,
        )

    def _ended(self, cable: Cable, way: tuple[Spot, ...], names: dict[Spot, Code]) -> Cable:
        return replace(cable, from_node=names[way[0]], to_node=names[way[-1]])

    def _user_group(self, group: Group) -> UserGroup:
        code = self.group_code(group)
        return UserGroup(
            id=self.identity(code),
            code=code,
            name=group.name,
            display=group.display,
            criticality=group.criticality,
            provenance=self.provenance,
        )
