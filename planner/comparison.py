"""Two what-ifs side by side: what each takes down, and what only one of them does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.sketch import Sketch, sketch
from planner.trench_panel import Mention, mention
from planner.whatif import answer
from planner.whatif_answers import ways_left

if TYPE_CHECKING:
    from inventory.entities import Code
    from planner.desk import Desk
    from planner.picture import Picture
    from planner.reroutes import Reroute
    from planner.scenarios import Scenario
    from planner.whatif import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two. ``only`` are nodes that the other does not take down; ``sketch`` is None for a large city."""

    scenario: Scenario
    answer: Answer
    ways: tuple[Reroute, ...]
    only: tuple[Mention, ...]
    sirens: int
    sites: int
    sketch: Sketch | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both sides; ``both`` are nodes that each takes down."""

    sides: tuple[Side, Side]
    both: tuple[Mention, ...]

    @property
    def lighter(self) -> int:
        """1 or 2 for the side that takes less with it by criticality, 0 where they weigh the same."""
        first, second = (side.answer.weight for side in self.sides)
        return 0 if first == second else 1 + (second < first)


def compare(desk: Desk, picture: Picture, first: Scenario, second: Scenario) -> Comparison:
    """Ask both questions on the same picture.

    Raises:
        TopologyError: the plant has no hub.
    """
    found = [_asked(desk, picture, scenario) for scenario in (first, second)]
    lost = [set(side[1].lost) for side in found]
    one = _side(desk, *found[0], other=lost[1])
    two = _side(desk, *found[1], other=lost[0])
    return Comparison(
        sides=(one, two),
        both=tuple(mention(desk.network, node) for node in found[0][1].lost if node in lost[1]),
    )


def _asked(desk: Desk, picture: Picture, scenario: Scenario) -> tuple[Scenario, Answer, tuple[Reroute, ...]]:
    network, _aftermaths = desk.standpoint(planned=scenario.question.planned)
    found = answer(network, picture, scenario.question)
    ways = ways_left(desk, picture, found.asked_question) if found.asked else ()
    return scenario, found, ways


def _side(desk: Desk, scenario: Scenario, found: Answer, ways: tuple[Reroute, ...], *, other: set[Code]) -> Side:
    nodes = [desk.network.plant.nodes[code] for code in found.lost]
    return Side(
        scenario=scenario,
        answer=found,
        ways=ways,
        only=tuple(mention(desk.network, node) for node in found.lost if node not in other),
        sirens=sum(bool(getattr(node, "has_siren", False)) for node in nodes),
        sites=sum(node.code in desk.network.sites for node in nodes),
        sketch=sketch(desk.network, found),
    )
