"""Which user group shines in which colour on which strand, and which colours are free. Pure.

A colour is free on a strand if the filters at both ends have a port for it and nothing shines in it; where no filter is
documented, every CWDM colour but those in use. A link without colours takes its strands whole: nothing is free there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.dwdm import clash, nearest_nm
from inventory.entities import Code, Direction
from inventory.lightpath.graph import Stop
from inventory.lightpath.joints import IDLE
from inventory.lightpath.links import strands_on, way_of
from inventory.lightpath.terminals import NOWHERE
from inventory.optics_classes import CWDM_NM, canonical_nm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Channel, Link, StrandRef
    from inventory.lightpath.graph import LightPath
    from inventory.plant import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourUse:
    """A colour in use on a strand, in nm or GHz of a grid.

    ``along``: it shines from the cable's first end to its last; None for both ways.
    """

    colour: int
    channel: Code
    link: Code
    user_group: Code
    along: bool | None

    @property
    def wavelength_nm(self) -> int:
        """The colour's wavelength, rounded."""
        return nearest_nm(self.colour)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandColours:
    """The colours of one strand. ``whole`` names links that take all of it; ``filtered``: filters say what is free."""

    strand: StrandRef
    uses: tuple[ColourUse, ...]
    whole: tuple[Code, ...]
    free: tuple[int, ...]
    filtered: bool


def colour_plan(plant: Plant) -> tuple[StrandColours, ...]:
    """The colours of every strand that carries one, or lies between filters; by cable and number."""
    uses: dict[StrandRef, list[ColourUse]] = {}
    whole: dict[StrandRef, list[Code]] = {}
    for link in plant.links:
        if link.status in IDLE:
            continue
        channels = plant.channels_on.get(link.code, ())
        for strand, along, back in _lit(plant, link):
            if not channels:
                whole.setdefault(strand, []).append(link.code)
            for channel in channels:
                if (use := _use(link, channel, along=along, back=back)) is not None:
                    uses.setdefault(strand, []).append(use)
    offered = dict(_offered(plant))
    order = {cable.code: place for place, cable in enumerate(plant.cables)}
    strands = sorted({*uses, *offered}, key=lambda strand: (order[strand.cable], strand.number))
    return tuple(_colours(strand, uses.get(strand, []), whole.get(strand, []), offered) for strand in strands)


def _lit(plant: Plant, link: Link) -> Iterator[tuple[StrandRef, bool, bool]]:
    """A link's strands, whether its light from A runs along the cable there, and whether it is the return way."""
    ways = [(link.strands, False), (link.return_strands, True)]
    if not link.strands and (path := way_of(plant.light, link, Direction.A_TO_B)) is not None:
        ways = [(strands_on(plant.light, path), False)]
    for strands, back in ways:
        here = plant.node_of(link.a)
        if back and strands and here not in _ends(plant, strands[0]):
            strands = strands[::-1]  # noqa: PLW2901 - documented from end B
        for strand in strands:
            cable = plant.cable[strand.cable]
            along = here == cable.from_node
            here = cable.to_node if along else cable.from_node
            yield strand, along, back


def _ends(plant: Plant, strand: StrandRef) -> tuple[Code, Code]:
    cable = plant.cable[strand.cable]
    return cable.from_node, cable.to_node


def _use(link: Link, channel: Channel, *, along: bool, back: bool) -> ColourUse | None:
    """A channel's use of a strand, None where it shines on the other strand of the pair."""
    shines = Direction.B_TO_A if back else Direction.A_TO_B
    if link.return_strands and channel.direction not in {shines, Direction.BOTH}:
        return None
    runs: bool | None = along
    if link.return_strands:
        runs = along is not back
    elif channel.direction is Direction.BOTH:
        runs = None
    elif channel.direction is Direction.B_TO_A:
        runs = not along
    return ColourUse(
        colour=canonical_nm(channel.colour),
        channel=channel.code,
        link=link.code,
        user_group=channel.user_group,
        along=runs,
    )


def _offered(plant: Plant) -> Iterator[tuple[StrandRef, frozenset[int]]]:
    """Colours that documented filters at both ends of a strand let through, for strands between filters."""
    graph = plant.light
    common: dict[StrandRef, set[int]] = {}
    for part in graph.terminals.partings:
        begin = graph.joints.mate[part.common]
        if begin == NOWHERE or part.legs:
            continue
        for path in graph.trace(part.common):
            for strand in strands_on(graph, path):
                passed = common.setdefault(strand, set())
                if path.colour is not None and _between_filters(plant, path):
                    passed.add(path.colour)
    for strand, colours in common.items():
        if colours:
            yield strand, frozenset(colours)


def _between_filters(plant: Plant, path: LightPath) -> bool:
    """Whether a colour passes a filter at either end, whatever is patched behind it."""
    if Stop.BLOCKED in {path.begin, path.end}:
        return False
    graph = plant.light
    passed = [graph.parting_at[item] for item in path.terminals if item in graph.parting_at]
    return len({part.common for part in passed if part.record is not None}) > 1


def _colours(
    strand: StrandRef, uses: list[ColourUse], whole: list[Code], offered: dict[StrandRef, frozenset[int]]
) -> StrandColours:
    taken = [use.colour for use in uses]
    choice = offered.get(strand, frozenset(CWDM_NM))
    return StrandColours(
        strand=strand,
        uses=tuple(sorted(uses, key=lambda use: (use.colour, use.channel))),
        whole=tuple(whole),
        free=() if whole else tuple(sorted(item for item in choice if not any(clash(item, use) for use in taken))),
        filtered=strand in offered,
    )
