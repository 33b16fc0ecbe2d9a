"""Light paths as a whole: none runs in a circle, and what is patched to a port arrives at another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.glass import End
from inventory.lightpath.budget import node_at
from inventory.lightpath.graph import Stop
from inventory.lightpath.joints import IDLE
from inventory.lightpath.links import strands_on
from inventory.lightpath.terminals import NOWHERE
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Interface, StrandRef
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on all light paths of a plant whose glass is documented."""
    if plant.documents_glass:
        yield from _loops(plant)
        yield from _unspliced(plant)
        for interface in plant.interfaces:
            yield from _dangling(plant, interface)


def _loops(plant: Plant) -> Iterator[Finding]:
    for path in plant.light.paths:
        if path.end is Stop.LOOP and (strands := strands_on(plant.light, path)):
            yield fault(
                plant,
                plant.cable[strands[0].cable],
                "RB-7007",
                message=_("light runs in a circle over {strands}").format(
                    strands=", ".join(str(item) for item in strands[:6])
                ),
                cure=_("mend the splice or patch that leads back"),
            )


def _unspliced(plant: Plant) -> Iterator[Finding]:
    """Places where only a link says that two strands are joined, though a closure stands there."""
    graph = plant.light
    closures = {closure.node: closure for closure in plant.closures if closure.status not in IDLE}
    for link in plant.links if plant.splices else ():
        if link.status in IDLE or not all(_is_there(plant, strand) for strand in plant.strands_of(link)):
            continue
        for strand in plant.strands_of(link):
            end = graph.terminals.strand_end(strand, End.TO)
            for here in (end, end ^ 1):
                there = graph.joints.mate[here]
                closure = closures.get(node_at(graph, here))
                if here < there and closure and graph.terminals.is_strand(there) and graph.joint(here) is link:
                    yield fault(
                        plant,
                        link,
                        "RB-7023",
                        message=_("{closure} has no splice of {a} with {b}").format(
                            closure=closure.code, a=strand, b=graph.terminals.strand(there)
                        ),
                        cure=_("add it to splices.csv, or name the strands the link really takes"),
                    )


def _is_there(plant: Plant, strand: StrandRef) -> bool:
    return 1 <= strand.number <= plant.cable[strand.cable].strand_count


def _dangling(plant: Plant, interface: Interface) -> Iterator[Finding]:
    """A port that something is patched to, yet its light arrives nowhere."""
    graph = plant.light
    for jack in graph.terminals.jacks(interface.code):
        if graph.joints.mate[jack] != NOWHERE and not _reaches(plant, jack):
            yield fault(
                plant,
                interface,
                "RB-7008",
                message=_("its light reaches no other port"),
                cure=_("trace it: rainbow inventory trace CITY {port}; add the joint that is missing").format(
                    port=graph.port_names[jack]
                ),
            )
            return


def _reaches(plant: Plant, jack: int) -> bool:
    return any(path.begin is path.end is Stop.JACK for path in plant.light.trace(jack))
