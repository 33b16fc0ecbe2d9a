"""Light paths as a whole: none runs in a circle, and what is patched to a port arrives at another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.lightpath.graph import Stop
from inventory.lightpath.links import strands_on
from inventory.lightpath.terminals import NOWHERE
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Interface
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on all light paths of a plant whose glass is documented."""
    if plant.documents_glass:
        yield from _loops(plant)
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
