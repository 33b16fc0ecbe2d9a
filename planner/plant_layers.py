"""What trenches can be coloured by besides the state: use, risk, age, user group. As columns: a city has thousands."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING

from inventory.entities import Status
from planner.geojson import cable_feature, collection

if TYPE_CHECKING:
    from inventory.entities import Code, Link, TrenchSection
    from planner.network import Network

YEAR_DIGITS = 4
GONE = frozenset({Status.DECOMMISSIONED, Status.PROPOSED, Status.PLANNED})
"""Cables of these statuses offer no strand."""


class PlantLayers:
    """Made once: the plant never changes under a page."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @cached_property
    def strands_used(self) -> dict[Code, int]:
        """Strands of each cable that a link runs on."""
        used: dict[Code, set[int]] = {}
        for link in self._network.links:
            for strand in self._network.plant.strands_of(link):
                used.setdefault(strand.cable, set()).add(strand.number)
        return {cable: len(numbers) for cable, numbers in used.items()}

    @cached_property
    def cables_in(self) -> dict[Code, tuple[Code, ...]]:
        """Cables in each trench section, in the plant's order."""
        found: dict[Code, dict[Code, None]] = {}
        for cable in self._network.plant.cables:
            for section in cable.route:
                found.setdefault(section, {})[cable.code] = None
        return {section: tuple(cables) for section, cables in found.items()}

    def groups_of(self, link: Link) -> tuple[Code, ...]:
        """User groups that a link carries."""
        colours = (channel.user_group for channel in self._network.plant.channels_on.get(link.code, ()))
        own = (link.user_group,) if link.user_group is not None else ()
        return tuple(dict.fromkeys((*own, *colours)))

    def document(self) -> bytes:
        """All layers as JSON: user groups, and a column of values in the order of ``code``."""
        plant = self._network.plant
        number = {group.code: place for place, group in enumerate(plant.user_groups)}
        live = {link.code for link in self._network.links}
        columns: dict[str, list[object]] = {name: [] for name in ("code", "strands", "used", "takes", "year", "groups")}
        for section in plant.sections:
            links = (plant.link[code] for code in plant.links_in.get(section.code, ()) if code in live)
            groups = {number[group] for link in links for group in self.groups_of(link) if group in number}
            strands, used = self._strands(section)
            cut = self._network.single_cuts.get(section.code)
            row = (section.code, strands, used, cut.weight if cut is not None else 0, _year(section), sorted(groups))
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
        groups_out = [
            {"code": group.code, "name": group.label, "display": group.display} for group in plant.user_groups
        ]
        document = {"user_groups": groups_out, "sections": columns}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def cables_geojson(self) -> bytes:
        """All cables along their documented trenches."""
        plant = self._network.plant
        return collection(
            cable_feature(self._network, cable, used=self.strands_used.get(cable.code, 0)) for cable in plant.cables
        )

    def _strands(self, section: TrenchSection) -> tuple[int, int]:
        cables = [self._network.plant.cable[code] for code in self.cables_in.get(section.code, ())]
        standing = [cable for cable in cables if cable.status not in GONE]
        return (
            sum(cable.strand_count for cable in standing),
            sum(self.strands_used.get(cable.code, 0) for cable in standing),
        )


def _year(section: TrenchSection) -> int | None:
    """The year of the record, None where it has none: when a trench was dug the plant does not say."""
    text = section.provenance.as_of[:YEAR_DIGITS]
    return int(text) if len(text) == YEAR_DIGITS and text.isdigit() else None
