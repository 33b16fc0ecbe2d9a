"""What holds and joins glass: closures and splices, panels and patches, filters and splitters, transceivers.

Light passes joints one after the other::

    transceiver - patch - panel port - termination - strand - splice - strand - termination - filter

Strands, panel ports and the ports of filters are derived from a count or a list of colours: only what is peculiar to
one of them is a record. Ports are called by their owner: ``SW-01:ge-0/0/1`` (and ``#tx``, ``#rx`` where a pair of jacks
has one patch each), ``OD-01:7`` for the seventh port of a panel, ``MX-01:1531`` for a filter's port of a colour,
``MX-01:C31`` for one of a DWDM channel, ``MX-01:com`` for its common port, ``MX-01:exp`` for what it passes on,
``SP-01:3`` for a splitter's third leg.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from inventory.entities import Record, StrandRef

if TYPE_CHECKING:
    from inventory.entities import Code

COMMON, EXPRESS = "com", "exp"
"""Names of a filter's common port and of the port that passes on all other colours."""
TX, RX = "#tx", "#rx"
"""Endings of a transceiver's two jacks: light leaves one and enters the other."""


class End(StrEnum):
    """An end of a cable and of its strands."""

    FROM = "from"
    TO = "to"


@dataclass(frozen=True, slots=True)
class StrandEnd:
    """One end of a strand; written ``KL-CA-0007/3``, or ``KL-CA-0007/3:to`` where the place does not tell the end."""

    strand: StrandRef
    end: End | None = None

    def __str__(self) -> str:
        return f"{self.strand}:{self.end}" if self.end else str(self.strand)


class ClosureKind(StrEnum):
    """How cables enter a closure."""

    INLINE = "inline"
    BRANCH = "branch"
    RING = "ring"
    WALL = "wall"


class SpliceKind(StrEnum):
    """How two strands are joined. ``through``: the glass was never cut, it only passes the closure."""

    FUSION = "fusion"
    MECHANICAL = "mechanical"
    THROUGH = "through"


class PassiveKind(StrEnum):
    """Glass that parts light: by colour, or in equal shares."""

    FILTER = "filter"
    SPLITTER = "splitter"


class StrandCondition(StrEnum):
    """What is peculiar about a strand; those without a record are good and free to use."""

    GOOD = "good"
    RESERVED = "reserved"
    BROKEN = "broken"


class RiskKind(StrEnum):
    """Why things fail together. All but ``other`` are also derived from the plant."""

    TRENCH = "trench"
    DUCT = "duct"
    CABLE = "cable"
    STRUCTURE = "structure"
    ENTRY = "entry"
    CROSSING = "crossing"
    POWER = "power"
    HUB = "hub"
    CORRIDOR = "corridor"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(Record):
    """A splice closure in a handhole, cabinet, lamp or building: ``trays`` of ``tray_slots`` splices each."""

    node: Code
    kind: ClosureKind = ClosureKind.INLINE
    trays: int = 1
    tray_slots: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Splice(Record):
    """Two strands joined in a closure.

    ``count`` joins so many neighbours in one record: strands and slots count up together, and ``loss_db`` is each
    one's. ``loss_db`` is measured, averaged over both ways; None where nobody measured.
    """

    closure: Code
    a: StrandEnd
    b: StrandEnd
    tray: int = 1
    slot: int = 1
    count: int = 1
    loss_db: float | None = None
    kind: SpliceKind = SpliceKind.FUSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Record):
    """A patch panel or distribution frame (ODF) with ports 1 to ``ports``; ``connector`` as LC/APC."""

    node: Code
    ports: int
    connector: str = ""
    rack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination(Record):
    """A strand brought to the back of a panel port by a spliced pigtail, or to another port by its own connector.

    ``count`` brings so many neighbours in one record: strands and panel ports count up together. ``loss_db`` is the
    measured loss of each one's pigtail splice.
    """

    port: Code
    strand: StrandEnd
    count: int = 1
    loss_db: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch(Record):
    """A patch cord between two ports: the fronts of panel ports, transceivers, ports of filters and splitters."""

    a: Code
    b: Code
    length_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passive(Record):
    """A filter or a splitter. A filter has a port per colour, a splitter ``legs`` equal ones, both one common port.

    ``loss_db`` is from the common port to any other, connectors included; None for the usual one of its size.
    ``colours`` are nm of the CWDM grid or GHz of the DWDM grid (:mod:`inventory.dwdm`).
    ``express``: a filter has a port that passes on all colours but its own, with ``express_db``.
    """

    kind: PassiveKind
    node: Code
    colours: tuple[int, ...] = ()
    legs: int = 0
    loss_db: float | None = None
    express: bool = False
    express_db: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transceiver(Record):
    """The module in a port. What stands here overrules its class: its sheet's powers, what it sends and expects."""

    interface: Code
    optics: str = ""
    wavelength_nm: int | None = None
    frequency_ghz: int | None = None
    expects_nm: int | None = None
    tx_min_dbm: float | None = None
    tx_max_dbm: float | None = None
    sensitivity_dbm: float | None = None
    overload_dbm: float | None = None
    vendor: str = ""
    part: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandState(Record):
    """What is peculiar about one strand: broken, reserved for someone, or measured from end to end."""

    strand: StrandRef
    condition: StrandCondition = StrandCondition.GOOD
    user_group: Code | None = None
    loss_db: float | None = None
    loss_nm: int = 1550
    optical_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskGroup(Record):
    """Things known to fail together, though the drawing does not show it: one power supply, one flood zone.

    ``members`` are codes of sections, ducts, cables, nodes, devices. ``rate`` is events a year, None if unknown.
    """

    kind: RiskKind
    members: tuple[Code, ...]
    rate: float | None = None
