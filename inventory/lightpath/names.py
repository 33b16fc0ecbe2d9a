"""What a person names to have it traced: a port, a strand, a splice."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from inventory.entities import Code, StrandRef
from inventory.glass import End
from inventory.lightpath.terminals import NOWHERE
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.glass import StrandEnd
    from inventory.lightpath.graph import LightGraph, LightPath

MOST_NEAR = 20_000


def terminals_of(graph: LightGraph, name: str) -> tuple[int, ...]:
    """The terminals to trace from: one for a strand or a port, one for each jack in use, one for each strand spliced.

    A strand is ``CABLE/NUMBER``, a port ``OWNER:PORT``, a splice its code, or ``CODE/3`` for the third it joins.

    Raises:
        InputError: the plant has no such thing; the cure names the nearest.
    """
    if (found := _port(graph, name) or _strand(graph, name) or _splice(graph, name)) is not None:
        return found
    raise unknown(graph, name)


def paths_named(graph: LightGraph, name: str) -> tuple[LightPath, ...]:
    """All light paths through a named thing, beginning at it where it is an end.

    Raises:
        InputError: the plant has no such thing; the cure names the nearest.
    """
    found: dict[LightPath, None] = {}
    for terminal in terminals_of(graph, name):
        same = {terminal, terminal ^ 1} if terminal < graph.terminals.linear else {terminal}
        for path in graph.trace(terminal):
            found[path.turned() if path.terminals[-1] in same else path] = None
    return tuple(found)


def unknown(graph: LightGraph, name: str) -> InputError:
    """The refusal of a name nothing has."""
    plant = graph.plant
    owner, colon, _port_name = name.rpartition(":")
    if colon and (owner in plant.panel or owner in plant.passive):
        said = _("{owner} has no such port").format(owner=owner)
        return InputError(f"{name}: {said}", cure=_("it has {ports}").format(ports=_ports_of(graph, Code(owner))))
    cable = plant.cable.get(Code(name.rpartition("/")[0]))
    if cable is not None:
        return InputError(
            _("{name} is no strand").format(name=name),
            cure=_("the cable has strands 1 to {count}").format(count=cable.strand_count),
        )
    words = [*graph.terminals.ports, *plant.cable, *plant.panel, *(item.code for item in plant.splices)]
    near = get_close_matches(name, words[:MOST_NEAR], n=3, cutoff=0.6)
    return InputError(
        _("{city} has no port, strand or splice {name}").format(city=plant.city, name=name),
        cure=_("did you mean {near}?").format(near=", ".join(near))
        if near
        else _("write CABLE/NUMBER for a strand, OWNER:PORT for a port, or a splice's code"),
    )


def _ports_of(graph: LightGraph, owner: Code) -> str:
    panel = graph.plant.panel.get(owner)
    if panel is not None:
        return f"{owner}:1 - {owner}:{panel.ports}"
    return ", ".join(name for name in graph.terminals.ports if name.startswith(f"{owner}:"))


def _port(graph: LightGraph, name: str) -> tuple[int, ...] | None:
    if Code(name) in graph.plant.interface:
        jacks = graph.terminals.jacks(Code(name))
        return tuple(jack for jack in jacks if graph.joints.mate[jack] != NOWHERE) or jacks[:1]
    if (terminal := graph.terminals.ports.get(name)) is not None:
        return (terminal,)
    owner, _colon, number = name.rpartition(":")
    panel = graph.plant.panel.get(Code(owner))
    if panel is None or not (number.isascii() and number.isdigit() and 1 <= int(number) <= panel.ports):
        return None
    return (graph.terminals.panel_back(panel.code, int(number)),)


def strand_named(graph: LightGraph, name: str) -> StrandRef | None:
    """The strand a name means, or None."""
    code, _slash, number = name.strip().rpartition("/")
    cable = graph.plant.cable.get(Code(code))
    if cable is None or not (number.isascii() and number.isdigit() and 1 <= int(number) <= cable.strand_count):
        return None
    return StrandRef(cable.code, int(number))


def _strand(graph: LightGraph, name: str) -> tuple[int, ...] | None:
    strand = strand_named(graph, name)
    return None if strand is None else (graph.terminals.strand_end(strand, End.FROM),)


def _splice(graph: LightGraph, name: str) -> tuple[int, ...] | None:
    for splice in graph.plant.splices:
        if splice.code == name:
            return _spliced(graph, splice.a, range(splice.count))
        if name.startswith(f"{splice.code}/") and name[len(splice.code) + 1 :].isdigit():
            place = int(name[len(splice.code) + 1 :])
            if 1 <= place <= splice.count:
                return _spliced(graph, splice.a, [place - 1])
    return None


def _spliced(graph: LightGraph, first: StrandEnd, places: Sequence[int]) -> tuple[int, ...]:
    count = graph.plant.cable[first.strand.cable].strand_count
    numbers = [first.strand.number + place for place in places]
    return tuple(
        graph.terminals.strand_end(StrandRef(first.strand.cable, number), End.FROM)
        for number in numbers
        if 1 <= number <= count
    )
