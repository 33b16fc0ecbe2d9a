"""Links against the light paths behind them: does the light arrive, by the strands claimed, in the colours claimed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.checks.resting import resting
from inventory.dwdm import channel_name, channel_named, colour_text, passes
from inventory.entities import Code, Direction, Diversity, Link, RouteKnown
from inventory.lightpath.joints import IDLE
from inventory.lightpath.links import documented, paths_from, strands_on, way_of
from inventory.optics_classes import canonical_nm
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Channel, StrandRef
    from inventory.glass import Patch
    from inventory.lightpath.graph import LightPath
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on links whose glass is documented, and on services that rest on what nobody knows."""
    if plant.documents_glass:
        for link in plant.links:
            if link.status not in IDLE and documented(plant.light, link):
                yield from _link(plant, link)
    for patch in plant.patches:
        if patch.status not in IDLE:
            yield from _colour_of_module(plant, patch, patch.a, patch.b)
            yield from _colour_of_module(plant, patch, patch.b, patch.a)
    yield from _unproven(plant)


def _link(plant: Plant, link: Link) -> Iterator[Finding]:
    graph = plant.light
    seen: set[Code] = set()
    for direction, claimed in (
        (Direction.A_TO_B, link.strands),
        (Direction.B_TO_A, link.return_strands or link.strands),
    ):
        path = way_of(graph, link, direction)
        if path is None:
            start, goal = (link.a, link.b) if direction is Direction.A_TO_B else (link.b, link.a)
            yield fault(
                plant,
                link,
                "RB-7012",
                message=_("no documented light leads from {start} to {goal}").format(start=start, goal=goal),
                cure=_("trace it: rainbow inventory trace CITY {start}; mend joints or the link").format(start=start),
            )
            return
        real = strands_on(graph, path)
        if set(real) != set(claimed):
            yield _other_way(plant, link, real, claimed)
            return
        yield from _resting(plant, link, path, seen)
    for channel in plant.channels_on.get(link.code, ()):
        yield from _continuity(plant, link, channel)


def _other_way(plant: Plant, link: Link, real: tuple[StrandRef, ...], claimed: tuple[StrandRef, ...]) -> Finding:
    return fault(
        plant,
        link,
        "RB-7011",
        message=_("its light runs over {real}, the link says {claimed}").format(
            real=";".join(map(str, real)) or "-", claimed=";".join(map(str, claimed)) or "-"
        ),
        cure=_("write {real} into its strands, or mend the splices and patches").format(
            real=";".join(map(str, real)) or "-"
        ),
    )


def _resting(plant: Plant, link: Link, path: LightPath, seen: set[Code]) -> Iterator[Finding]:
    """A link in service over a splice, patch or filter that is not; each is told once, whichever way light goes."""
    graph = plant.light
    for a, b in pairwise(path.terminals):
        record = graph.joint(a) if graph.joints.mate[a] == b else None
        part = graph.parting_at.get(a)
        for lower in (record, part.record if part else None):
            if lower is not None and not isinstance(lower, Link) and lower.code not in seen:
                seen.add(lower.code)
                yield from resting(plant, link, lower)


def _continuity(plant: Plant, link: Link, channel: Channel) -> Iterator[Finding]:
    colour = canonical_nm(channel.colour)
    ways = {Direction.A_TO_B: (link.a, link.b), Direction.B_TO_A: (link.b, link.a)}
    for direction, (start, goal) in ways.items():
        if channel.direction not in {direction, Direction.BOTH}:
            continue
        found = [path for path in paths_from(plant.light, start) if path.colour in {None, colour}]
        if not any(_ends_at(plant, path, goal) for path in found):
            yield fault(
                plant,
                channel,
                "RB-7022",
                message=_("{wavelength} does not get from {start} to {goal}").format(
                    wavelength=colour_text(colour), start=start, goal=goal
                ),
                cure=_("patch both filters at {wavelength}, or mend the channel's colour or direction").format(
                    wavelength=colour_text(colour)
                ),
            )
            return


def _ends_at(plant: Plant, path: LightPath, interface: str) -> bool:
    terminals = plant.light.terminals
    last = path.terminals[-1]
    return terminals.is_jack(last) and terminals.jack(last)[0].code == interface


def _colour_of_module(plant: Plant, patch: Patch, jack: Code, port: Code) -> Iterator[Finding]:
    """A coloured module patched to a filter's port of another colour."""
    interface, _sign, side = jack.partition("#")
    module = plant.transceiver_at.get(Code(interface))
    owner, _colon, colour = port.rpartition(":")
    passive = plant.passive.get(Code(owner))
    if module is None or module.wavelength_nm is None or passive is None or passive.legs:
        return
    of_port = channel_named(colour) or (int(colour) if colour.isascii() and colour.isdigit() else None)
    expects = module.expects_nm if side == "rx" else module.frequency_ghz or module.wavelength_nm
    if expects is not None and of_port is not None and not passes(of_port, expects):
        yield fault(
            plant,
            patch,
            "RB-7015",
            message=_("the module in {port} is of {own}, the filter's port of {colour}").format(
                port=jack, own=colour_text(expects), colour=colour_text(of_port)
            ),
            cure=_("patch it to {owner}:{own}, or fit a module of {colour}").format(
                owner=owner, own=channel_name(expects), colour=colour_text(of_port)
            ),
        )


def _unproven(plant: Plant) -> Iterator[Finding]:
    """A service that asks for diversity while a route it rests on is not known."""
    for service in plant.services:
        if service.required_diversity is Diversity.NONE:
            continue
        links = (link for place in service.sites for link in plant.links_at.get(place, ()))
        cables = (plant.cable[code] for link in links for code in plant.cables_of(link))
        unknown = [cable.code for cable in cables if cable.route_known is not RouteKnown.FULL]
        if unknown:
            yield fault(
                plant,
                service,
                "RB-6005",
                message=_("it asks for diversity ({diversity}), yet the route of {cable} is not known").format(
                    diversity=service.required_diversity, cable=unknown[0]
                ),
                cure=_("survey the cable and write its route; until then the answer is: not proven"),
            )
