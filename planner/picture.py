"""How the city stands right now: what the map colours, what the banner says. Pure: readings in, states out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from planner.suspects import Explanation, explain
from topology.loss import Loss
from topology.states import LinkState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from inventory.entities import Code, Link
    from planner.network import Network
    from planner.readings import LinkReading, Readings

WEAK_MARGIN_DB = 3.0
"""Less light than this above the receiver's sensitivity is weak: the tolerance of a module's reading (SFF-8472)."""
MISSING_LIGHT_DB = 5.0
"""So much less light than the plant lets expect is a fault: 3 dB of the reading and 2 dB of a module's launch power."""


class SectionState(StrEnum):
    """A trench section as its light shows it, the worst first."""

    CUT = "cut"
    SUSPECT = "suspect"
    WEAK = "weak"
    UNKNOWN = "unknown"
    FINE = "fine"
    EMPTY = "empty"


class NodeState(StrEnum):
    """A site or structure with a device, the worst first. LOST: no link that is up leads to the hub."""

    LOST = "lost"
    SILENT = "silent"
    WEAK = "weak"
    UNKNOWN = "unknown"
    FINE = "fine"


class LinkCondition(StrEnum):
    """A link for people: its state, and whether its light is weak."""

    DOWN = "down"
    WEAK = "weak"
    UNKNOWN = "unknown"
    UP = "up"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One moment. ``loss`` is what no link that is up connects to the hub; ``links`` has every link in service.

    ``reported`` are trenches that are cut by somebody's word (here: the simulation's); light may not show it yet.
    """

    readings: Readings
    links: Mapping[Code, LinkCondition]
    explanation: Explanation
    loss: Loss
    sections: Mapping[Code, SectionState]
    nodes: Mapping[Code, NodeState]
    reported: frozenset[Code] = frozenset()

    @property
    def has_readings(self) -> bool:
        """Whether anything was ever read."""
        return self.readings.newest_ns is not None

    @cached_property
    def down(self) -> tuple[Code, ...]:
        """Links that are down, in the plant's order."""
        return tuple(code for code, condition in self.links.items() if condition is LinkCondition.DOWN)

    @cached_property
    def revision(self) -> str:
        """Changes when a state changes, not when a time does: what the map and the banner are redrawn for."""
        readings = self.readings.is_stale, self.readings.ailment
        said = repr((self.links, self.sections, self.nodes, self.loss, sorted(self.reported), readings))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def count(self, condition: LinkCondition) -> int:
        """How many links are in this condition."""
        return sum(1 for found in self.links.values() if found is condition)


def draw(network: Network, readings: Readings, *, reported: Collection[Code] = ()) -> Picture:
    """The states of everything; ``reported`` are trenches that somebody said are cut.

    Cost: linear in links times the sections each runs through.
    """
    plant = network.plant
    links = {link.code: link_condition(network, link, readings.links.get(link.code)) for link in network.links}
    known = {code: reading.state for code, reading in readings.links.items() if code in links}
    explanation = explain(plant.links_in, known, reported=reported)
    down = [code for code, state in known.items() if state is LinkState.DOWN]
    loss = network.index.lost((), down_links=down) if network.index is not None else Loss(links=tuple(sorted(down)))
    return Picture(
        readings=readings,
        links=links,
        explanation=explanation,
        loss=loss,
        sections={
            section.code: _section_state(plant.links_in.get(section.code, ()), links, explanation)
            for section in plant.sections
        }
        | dict(_suspected(explanation)),
        reported=frozenset(reported),
        nodes={node: _node_state(network, node, readings, links, loss) for node in plant.devices_at},
    )


def link_condition(network: Network, link: Link, reading: LinkReading | None) -> LinkCondition:
    """A link's condition by its newest reading."""
    if reading is None or reading.state is LinkState.UNKNOWN:
        return LinkCondition.UNKNOWN
    if reading.state is LinkState.DOWN:
        return LinkCondition.DOWN
    margin_db, missing_db = reading.margin_db, missing_light_db(network, link, reading)
    if (margin_db is not None and margin_db < WEAK_MARGIN_DB) or (
        missing_db is not None and missing_db > MISSING_LIGHT_DB
    ):
        return LinkCondition.WEAK
    return LinkCondition.UP


def missing_light_db(network: Network, link: Link, reading: LinkReading) -> float | None:
    """How much less light the worse end sees than the plant lets expect; None where either is not known."""
    expected = network.expected_light(link.code)
    gaps = [
        planned_dbm - seen_dbm
        for planned_dbm, seen_dbm in ((expected.rx_a_dbm, reading.rx_a_dbm), (expected.rx_b_dbm, reading.rx_b_dbm))
        if planned_dbm is not None and seen_dbm is not None
    ]
    return max(gaps, default=None)


def _suspected(explanation: Explanation) -> Iterator[tuple[Code, SectionState]]:
    for suspect in explanation.suspects:
        state = SectionState.CUT if suspect.is_certain else SectionState.SUSPECT
        for section in suspect.sections:
            yield section, state


def _section_state(
    carried: tuple[Code, ...], links: Mapping[Code, LinkCondition], explanation: Explanation
) -> SectionState:
    """A trench that is not suspected: a down link that a cut elsewhere explains does not mark it."""
    conditions = {code: links[code] for code in carried if code in links}
    if not conditions:
        return SectionState.EMPTY
    if any(
        condition is LinkCondition.WEAK or (condition is LinkCondition.DOWN and code in explanation.unexplained)
        for code, condition in conditions.items()
    ):
        return SectionState.WEAK
    if all(condition is LinkCondition.UNKNOWN for condition in conditions.values()):
        return SectionState.UNKNOWN
    return SectionState.FINE


def _node_state(
    network: Network, node: Code, readings: Readings, links: Mapping[Code, LinkCondition], loss: Loss
) -> NodeState:
    if node in loss.sites or node in loss.structures:
        return NodeState.LOST
    answers = [
        reading.answers if (reading := readings.devices.get(device.code)) is not None else None
        for device in network.plant.devices_at[node]
    ]
    if all(answer is None for answer in answers):
        return NodeState.UNKNOWN
    if not any(answers):
        return NodeState.SILENT
    touching = {links.get(link.code, LinkCondition.UNKNOWN) for link in network.links_at.get(node, ())}
    if touching & {LinkCondition.DOWN, LinkCondition.WEAK} or not all(answers):
        return NodeState.WEAK
    return NodeState.FINE
