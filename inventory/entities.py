"""The records of the plant: frozen, keyword-only, standard library only.

Every record has ``id`` (a UUID kept across systems), ``code`` (what people say, unique in the plant) and provenance.
References between records are codes. Coordinates are WGS84 longitude, latitude in degrees. Lengths are metres,
losses dB, levels dBm, wavelengths nm.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NewType

Code = NewType("Code", str)
"""What people call a thing: ``KL-TR-0042``."""

NO_DUCT = Code("-")
"""Stands in a cable's containers where it lies in the ground without a duct."""

LonLat = tuple[float, float]


class Status(StrEnum):
    """Life of a plant object."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    UNDER_CONSTRUCTION = "under_construction"
    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"
    DECOMMISSIONED = "decommissioned"


class RouteKnown(StrEnum):
    """Whether a cable's way through the ground is documented. Unknown is a value: it proves nothing diverse."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Criticality(IntEnum):
    """How much a site matters; the number is its weight class, not its weight."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    VITAL = 4


class SiteKind(StrEnum):
    """What a building is used for."""

    TOWN_HALL = "town_hall"
    POP = "pop"
    SCHOOL = "school"
    FIRE_STATION = "fire_station"
    OFFICE = "office"
    OTHER = "other"


class StructureKind(StrEnum):
    """Things along the route that are no buildings."""

    HANDHOLE = "handhole"
    CABINET = "cabinet"
    LAMP = "lamp"
    MAST = "mast"
    CLOSURE_PIT = "closure_pit"


class Direction(StrEnum):
    """Which way a colour shines along its link."""

    A_TO_B = "a_to_b"
    B_TO_A = "b_to_a"
    BOTH = "both"


class Diversity(StrEnum):
    """What a service demands its ways not to share."""

    NONE = "none"
    NODE = "node"
    CABLE = "cable"
    TRENCH = "trench"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a record comes from. ``as_of`` is an ISO date, ``accuracy_m`` the drawing's accuracy."""

    source: str = ""
    as_of: str = ""
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all records have. ``where`` (file and row) is for messages only and not part of equality."""

    id: str
    code: Code
    name: str = ""
    status: Status = Status.IN_SERVICE
    provenance: Provenance = Provenance()

    @property
    def label(self) -> str:
        """What to show a person: the name, else the code."""
        return self.name or self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Record):
    """A building with equipment. ``is_hub``: the network's core stands here (a data centre)."""

    kind: SiteKind
    point: LonLat
    address: str = ""
    is_hub: bool = False
    criticality: Criticality = Criticality.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure(Record):
    """A handhole, cabinet, mast or lamp. ``has_siren``: it carries a warning siren."""

    kind: StructureKind
    point: LonLat
    has_siren: bool = False
    criticality: Criticality = Criticality.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteNode(Record):
    """A point where trench sections meet and nothing stands."""

    point: LonLat


Node = Site | Structure | RouteNode


@dataclass(frozen=True, slots=True, kw_only=True)
class TrenchSection(Record):
    """A piece of trench between two nodes; an excavator takes all that lies in it.

    ``length_m`` is geodesic (ellipsoid). ``cut_rate`` is cuts per 1,000 km and year, None for the default of the
    ground it lies in.
    """

    from_node: Code
    to_node: Code
    line: tuple[LonLat, ...]
    length_m: float
    method: str = ""
    surface: str = ""
    depth_m: float | None = None
    owner: str = ""
    cut_rate: float | None = None


class Protocol(StrEnum):
    """What steers traffic round a broken link of a group."""

    ERPS = "erps"
    """Ethernet ring protection (ITU-T G.8032): one link is blocked while the ring is whole."""
    STP = "stp"
    """Spanning tree, rapid or multiple (IEEE 802.1Q): traffic takes a tree from the root bridge."""
    LAG = "lag"
    """Link aggregation (IEEE 802.1AX): parallel links between two devices are one."""
    OSPF = "ospf"
    """Routing by least cost (RFC 2328)."""


class DuctKind(StrEnum):
    """What a duct is: a pipe, a bundle of microducts in one sheath, or one microduct."""

    PIPE = "pipe"
    BUNDLE = "bundle"
    MICRODUCT = "microduct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duct(Record):
    """A duct and its ordered way. A nested one names the duct it lies in; its empty route is then that one's.

    ``make`` is the trade's name (10x2,0 or DN50); ``reserve``: kept empty on purpose.
    """

    from_node: Code
    to_node: Code
    kind: DuctKind = DuctKind.PIPE
    make: str = ""
    colour: str = ""
    inner_mm: float | None = None
    outer_mm: float | None = None
    parent: Code | None = None
    route: tuple[Code, ...] = ()
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class Slack:
    """Metres of a cable coiled up at a node; written ``KL-HH-0003=15``."""

    node: Code
    metres: float

    def __str__(self) -> str:
        return f"{self.node}={self.metres!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable(Record):
    """A cable and its ordered way through trench sections (empty where ``route_known`` is none).

    ``sheath_m`` is as built with slack, ``optical_m`` by OTDR; both may be unknown. ``containers`` names the duct the
    cable lies in, section by section, ``-`` where it lies in none; empty where nobody knows. ``slack`` is what is
    coiled up on the way, in the order the cable passes.
    """

    from_node: Code
    to_node: Code
    strand_count: int
    route: tuple[Code, ...] = ()
    route_known: RouteKnown = RouteKnown.FULL
    fibre_type: str = "G.652.D"
    sheath_m: float | None = None
    optical_m: float | None = None
    outer_mm: float | None = None
    containers: tuple[Code, ...] = ()
    slack: tuple[Slack, ...] = ()


@dataclass(frozen=True, slots=True)
class StrandRef:
    """Strand ``number`` (from 1) of a cable; written ``KL-CA-0007/3``."""

    cable: Code
    number: int

    def __str__(self) -> str:
        return f"{self.cable}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup(Record):
    """Those who share a colour: schools, public safety. ``display`` is a CSS colour for maps, never the wavelength."""

    display: str = "#5b6770"
    criticality: Criticality = Criticality.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Record):
    """A switch at a site or structure. ``address`` is an IP literal; ``snmp`` names a profile of the settings."""

    node: Code
    address: str
    port: int = 161
    role: str = "access"
    vendor: str = ""
    model: str = ""
    snmp: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface(Record):
    """A port. ``code`` is ``DEVICE:if_name``; ``optics`` names a class of :mod:`inventory.optics_classes`."""

    device: Code
    if_name: str
    speed_mbps: int = 1000
    optics: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Record):
    """Two ports joined by light. ``strands`` is the light's way from end A to end B, one strand after the other.

    A duplex link names its pair in ``return_strands``; a link over one strand (two colours) leaves it empty.
    """

    a: Code
    b: Code
    strands: tuple[StrandRef, ...]
    return_strands: tuple[StrandRef, ...] = ()
    user_group: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Record):
    """A colour in use: a wavelength on the strands of a link, owned by one user group.

    ``wavelength_nm`` is nominal (ITU-T G.694.2 for CWDM: 1271 to 1611 in steps of 20). A channel of the dense grid
    (G.694.1) has its ``frequency_ghz`` too: 193100 for C31, 1553 nm.
    """

    link: Code
    wavelength_nm: int
    user_group: Code
    direction: Direction = Direction.BOTH
    frequency_ghz: int | None = None

    @property
    def colour(self) -> int:
        """What tells it from others: the frequency of the dense grid in GHz, else the wavelength in nm."""
        return self.frequency_ghz or self.wavelength_nm


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Record):
    """What a user group is promised: reach from these sites to a hub. ``claims`` is the diversity documented."""

    user_group: Code
    sites: tuple[Code, ...]
    criticality: Criticality = Criticality.NORMAL
    required_diversity: Diversity = Diversity.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGroup(Record):
    """Links that one protocol governs, as the switches are configured; a link is in one group at most.

    ``blocked``: the link that a G.8032 ring keeps closed while it is whole (ring protection link). ``root``: the device
    that is root of a spanning tree, with devices farther than ``max_hops`` from it cut off (max age of 802.1Q).
    ``min_links``: fewer links than that, and an aggregation is down altogether.
    """

    protocol: Protocol
    links: tuple[Code, ...]
    blocked: Code | None = None
    root: Code | None = None
    max_hops: int = 20
    min_links: int = 1
