"""What fails together: the risk groups a plant shows, and those people know of, each by what it takes with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from inventory.entities import Code
from inventory.glass import RiskKind
from inventory.risk import containers_of
from rainbow.kernel.texts import N_
from topology.entries import SKETCH_M, entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inventory.entities import Cable, Duct, Link, TrenchSection
    from inventory.plant import Plant


class GroupKind(StrEnum):
    """What kind of thing a risk group is. Of equal codes the first kind is meant."""

    TRENCH = "trench"
    CABLE = "cable"
    NODE = "node"
    DUCT = "duct"
    ENTRY = "entry"
    CORRIDOR = "corridor"
    CROSSING = "crossing"
    POWER = "power"
    OTHER = "other"


KIND_TITLES = {
    GroupKind.TRENCH: N_("trench"),
    GroupKind.CABLE: N_("cable"),
    GroupKind.NODE: N_("node"),
    GroupKind.DUCT: N_("duct"),
    GroupKind.ENTRY: N_("entry"),
    GroupKind.CORRIDOR: N_("corridor"),
    GroupKind.CROSSING: N_("crossing"),
    GroupKind.POWER: N_("power"),
    GroupKind.OTHER: N_("other"),
}
"""The kinds as a person reads them; translate where they are shown."""

_OF_RISK = {
    RiskKind.ENTRY: GroupKind.ENTRY,
    RiskKind.CORRIDOR: GroupKind.CORRIDOR,
    RiskKind.CROSSING: GroupKind.CROSSING,
    RiskKind.POWER: GroupKind.POWER,
}

GroupsOfLink = dict[GroupKind, tuple["Code", ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A risk group: ``things`` are codes of sections, cables, ducts, nodes and devices; any of them takes a link.

    ``metres``: how long the stretch is where the things lie together, None where that says nothing.
    """

    kind: GroupKind
    code: Code
    things: tuple[Code, ...]
    metres: float | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskGroups:
    """All groups of a plant: ``codes`` by kind. ``derived`` holds those that are no records of the plant.

    ``of_thing`` names the derived groups that a section, cable, duct, node or device belongs to.
    """

    codes: Mapping[GroupKind, tuple[Code, ...]]
    of_thing: Mapping[Code, tuple[tuple[GroupKind, Code], ...]]
    derived: Mapping[Code, Member]

    def things_of(self, kind: GroupKind, code: Code) -> tuple[Code, ...]:
        """What a group is made of: itself, if it is a record of the plant, else sections, cables, nodes or devices."""
        group = self.derived.get(code)
        return group.things if group is not None and group.kind is kind else (code,)

    def ends_of(self, plant: Plant, kind: GroupKind, code: Code) -> tuple[Code, ...]:
        """The nodes at the ends of a group: of its section, cable or duct, or of all that it is made of."""
        records: Mapping[GroupKind, Mapping[Code, TrenchSection | Cable | Duct]] = {
            GroupKind.TRENCH: plant.section,
            GroupKind.CABLE: plant.cable,
            GroupKind.DUCT: plant.duct,
        }
        found: dict[Code, None] = {}
        for thing in self.things_of(kind, code):
            lookups = (records[kind],) if kind in records else tuple(records.values())
            lines = [lookup[thing] for lookup in lookups if thing in lookup]
            for line in lines:
                found |= dict.fromkeys((line.from_node, line.to_node))
            if not lines:
                found[plant.device[thing].node if thing in plant.device else thing] = None
        return tuple(found)

    def of_link(self, plant: Plant, link: Link) -> GroupsOfLink:
        """Everything whose cut takes this link, each code once.

        Nodes are those of both devices, both ends of every cable and both ends of every section. A cable of unknown
        route contributes no trench: that it shares none with another is then *not proven*.
        """
        cables, trenches = plant.cables_of(link), plant.sections_of(link)
        nodes = dict.fromkeys((plant.node_of(link.a), plant.node_of(link.b)))
        for cable in cables:
            nodes |= dict.fromkeys((plant.cable[cable].from_node, plant.cable[cable].to_node))
        for code in trenches:
            nodes |= dict.fromkeys((plant.section[code].from_node, plant.section[code].to_node))
        ducts = tuple(dict.fromkeys(duct for cable in cables for duct in containers_of(plant, plant.cable[cable])))
        devices = tuple(plant.interface[end].device for end in (link.a, link.b))
        found: dict[GroupKind, dict[Code, None]] = {kind: {} for kind in GroupKind}
        for thing in (*trenches, *cables, *nodes, *ducts, *devices):
            for kind, code in self.of_thing.get(thing, ()):
                found[kind][code] = None
        found[GroupKind.TRENCH], found[GroupKind.CABLE] = dict.fromkeys(trenches), dict.fromkeys(cables)
        found[GroupKind.NODE], found[GroupKind.DUCT] = nodes, dict.fromkeys(ducts)
        return {kind: tuple(codes) for kind, codes in found.items()}


def risk_groups(plant: Plant) -> RiskGroups:
    """The groups of a plant. Cost: linear in records and drawn metres."""
    derived = {group.code: group for group in (*_entries(plant), *_corridors(plant), *_known(plant))}
    of_thing: defaultdict[Code, list[tuple[GroupKind, Code]]] = defaultdict(list)
    for group in derived.values():
        for thing in group.things:
            of_thing[thing].append((group.kind, group.code))
    codes = {kind: tuple(code for code, group in derived.items() if group.kind is kind) for kind in GroupKind}
    codes |= {
        GroupKind.TRENCH: tuple(plant.section),
        GroupKind.CABLE: tuple(plant.cable),
        GroupKind.NODE: tuple(plant.nodes),
        GroupKind.DUCT: tuple(plant.duct),
    }
    return RiskGroups(
        codes=codes, of_thing={thing: tuple(groups) for thing, groups in of_thing.items()}, derived=derived
    )


def _entries(plant: Plant) -> Iterator[Member]:
    """Holes in walls that several sections share: ``KL-ST-01/entry-1``. A section alone is its own entry."""
    for building, ways in entries(plant.sections, [site.code for site in plant.sites]).items():
        for number, sections in enumerate((way for way in ways if len(way) > 1), start=1):
            yield Member(kind=GroupKind.ENTRY, code=Code(f"{building}/entry-{number}"), things=sections)


def _corridors(plant: Plant) -> Iterator[Member]:
    """Sections side by side: ``KL-TR-0001+KL-TR-0002``. Sketches lie on top of each other and mean nothing by it."""
    from inventory.corridor import corridors  # noqa: PLC0415 - geometry's libraries, where there is a drawing

    drawn = (item for item in plant.sections if item.length_m <= SKETCH_M * (len(item.line) - 1))
    for found in corridors(replace(plant, sections=tuple(item for item in drawn if len(set(item.line)) > 1))):
        yield Member(
            kind=GroupKind.CORRIDOR,
            code=Code(f"{found.a}+{found.b}"),
            things=(found.a, found.b),
            metres=found.beside_m,
        )


def _known(plant: Plant) -> Iterator[Member]:
    """Groups that people wrote down."""
    for group in plant.risk_groups:
        kind = _OF_RISK.get(group.kind, GroupKind.OTHER)
        yield Member(kind=kind, code=group.code, things=group.members, rate=group.rate)
