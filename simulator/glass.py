"""The glass of an invented city: ducts, panels, closures and splices, filters, patch cords and modules.

Made from the finished plant, so that what links claim and what light really does agree: where cables meet they are
spliced strand by strand, where they end in a building they come out on a panel, and who shares a strand by colour
does so behind a filter.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar
from uuid import NAMESPACE_URL, uuid5

from inventory.entities import Code, Direction, Duct, DuctKind, Record, Slack, StrandRef
from inventory.glass import (
    RX,
    TX,
    Closure,
    ClosureKind,
    Panel,
    Passive,
    PassiveKind,
    Patch,
    Splice,
    StrandEnd,
    Termination,
    Transceiver,
)
from inventory.optics_classes import CLASSES, canonical_nm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Cable, Interface, Link
    from inventory.plant import Plant

    R = TypeVar("R", bound=Record)

PANEL_PORTS = 12
"""Panels are built in units of so many ports."""
TRAY_SLOTS = 12
CABLE_MM = {12: 3.9, 24: 4.2, 48: 5.0}
"""Blown cables by their strands."""
DUCT_MAKE, DUCT_OUTER_MM, DUCT_INNER_MM = "10x2,0", 10.0, 6.0
DUCT_COLOURS = ("red", "green", "blue", "yellow", "white", "grey", "brown", "violet", "turquoise", "black")
COIL_M = 3.0
"""Slack at either end: what the sheath lengths of an invented city leave."""
SPLICE_DB = (0.03, 0.12)


@dataclass(slots=True)
class _Maker:
    """Collects the records of one city's glass; codes count up by kind."""

    plant: Plant
    prefix: str
    rng: random.Random
    counts: dict[str, int] = field(default_factory=dict)
    panel_port: dict[tuple[Code, bool], tuple[Code, int]] = field(default_factory=dict)
    ducts: list[Duct] = field(default_factory=list)
    cables: list[Cable] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    splices: list[Splice] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    terminations: list[Termination] = field(default_factory=list)
    passives: list[Passive] = field(default_factory=list)
    patches: list[Patch] = field(default_factory=list)
    transceivers: list[Transceiver] = field(default_factory=list)

    def made(self, kind: type[R], short: str, digits: int, /, **values: object) -> R:
        """A record with the next code of its kind, from where the whole city is from."""
        self.counts[short] = number = self.counts.get(short, 0) + 1
        code = Code(f"{self.prefix}-{short}-{number:0{digits}d}")
        first = self.plant.devices[0]
        identity = str(uuid5(NAMESPACE_URL, f"rainbow:simulated:{first.id}:{code}"))
        return kind(id=identity, code=code, provenance=first.provenance, **values)  # type: ignore[arg-type] # the caller knows the fields


def with_glass(plant: Plant, seed: int) -> Plant:
    """The plant with all its glass documented; its links lead over the same strands as before."""
    maker = _Maker(plant, plant.devices[0].code.partition("-")[0], random.Random(f"{seed}/glass"))
    for number, cable in enumerate(plant.cables):
        _bed(maker, cable, number)
    _bring_in(maker)
    _join(maker)
    _light(maker)
    return replace(
        plant,
        ducts=tuple(maker.ducts),
        cables=tuple(maker.cables),
        closures=tuple(maker.closures),
        splices=tuple(maker.splices),
        panels=tuple(maker.panels),
        terminations=tuple(maker.terminations),
        passives=tuple(maker.passives),
        patches=tuple(maker.patches),
        transceivers=tuple(maker.transceivers),
    )


def _bed(maker: _Maker, cable: Cable, number: int) -> None:
    """A cable's own microduct from end to end, and its slack."""
    duct = maker.made(
        Duct,
        "DU",
        4,
        from_node=cable.from_node,
        to_node=cable.to_node,
        kind=DuctKind.MICRODUCT,
        make=DUCT_MAKE,
        colour=DUCT_COLOURS[number % len(DUCT_COLOURS)],
        outer_mm=DUCT_OUTER_MM,
        inner_mm=DUCT_INNER_MM,
        route=cable.route,
    )
    maker.ducts.append(duct)
    maker.cables.append(
        replace(
            cable,
            outer_mm=CABLE_MM[cable.strand_count],
            containers=(duct.code,) * len(cable.route),
            slack=(Slack(cable.from_node, COIL_M), Slack(cable.to_node, COIL_M)),
        )
    )


def _bring_in(maker: _Maker) -> None:
    """A panel at every place with switches, with all strands of the cables that end there."""
    plant = maker.plant
    ending: dict[Code, list[tuple[Cable, bool]]] = {}
    for cable in plant.cables:
        for node, at_begin in ((cable.from_node, True), (cable.to_node, False)):
            if node in plant.devices_at:
                ending.setdefault(node, []).append((cable, at_begin))
    for node, cables in ending.items():
        strands = sum(cable.strand_count for cable, _begin in cables)
        ports = -(-strands // PANEL_PORTS) * PANEL_PORTS
        panel = maker.made(Panel, "OD", 3, node=node, ports=ports, connector="LC/APC")
        maker.panels.append(panel)
        port = 1
        for cable, at_begin in cables:
            maker.panel_port[cable.code, at_begin] = (panel.code, port)
            maker.terminations.append(
                maker.made(
                    Termination,
                    "TE",
                    4,
                    port=Code(f"{panel.code}:{port}"),
                    strand=StrandEnd(StrandRef(cable.code, 1)),
                    count=cable.strand_count,
                )
            )
            port += cable.strand_count


def _join(maker: _Maker) -> None:
    """A closure wherever links lead from one cable into the next; the strand in use is measured, the others are not."""
    plant = maker.plant
    closures: dict[Code, Closure] = {}
    trays: dict[Code, int] = {}
    joined: set[tuple[Code, Code]] = set()
    for link in plant.links:
        here = plant.node_of(link.a)
        for one, other in zip(link.strands, link.strands[1:], strict=False):
            cable = plant.cable[one.cable]
            here = cable.to_node if here == cable.from_node else cable.from_node
            if (one.cable, other.cable) in joined:
                continue
            joined.add((one.cable, other.cable))
            if here not in closures:
                closures[here] = maker.made(Closure, "CL", 4, node=here, kind=ClosureKind.INLINE, tray_slots=TRAY_SLOTS)
            trays[here] = trays.get(here, 0) + 1
            count = min(cable.strand_count, plant.cable[other.cable].strand_count, TRAY_SLOTS)
            _splices(maker, closures[here].code, trays[here], (one.cable, other.cable), count)
    maker.closures.extend(
        replace(item, trays=trays[node], kind=ClosureKind.BRANCH if trays[node] > 1 else ClosureKind.INLINE)
        for node, item in closures.items()
    )


def _splices(maker: _Maker, closure: Code, tray: int, cables: tuple[Code, Code], count: int) -> None:
    for first, many in ((1, 1), (2, count - 1)):
        if many:
            a, b = (StrandEnd(StrandRef(cable, first)) for cable in cables)
            measured = round(maker.rng.uniform(*SPLICE_DB), 2) if first == 1 else None
            maker.splices.append(
                maker.made(
                    Splice, "SP", 5, closure=closure, a=a, b=b, tray=tray, slot=first, count=many, loss_db=measured
                )
            )


def _light(maker: _Maker) -> None:
    """Patch cords from modules to panels, through a filter where colours share a strand."""
    plant = maker.plant
    sharing: dict[StrandRef, list[Link]] = {}
    for link in plant.links:
        if link.strands:
            sharing.setdefault(link.strands[0], []).append(link)
        else:
            maker.patches.append(maker.made(Patch, "PC", 5, a=link.a, b=link.b, length_m=2.0))
    for links in sharing.values():
        for at_a in (True, False):
            _end(maker, links, at_a=at_a)


def _end(maker: _Maker, links: list[Link], *, at_a: bool) -> None:
    """One end of a strand with all links on it."""
    plant = maker.plant
    strand = links[0].strands[0 if at_a else -1]
    node = plant.node_of(links[0].a if at_a else links[0].b)
    panel, first = maker.panel_port[strand.cable, plant.cable[strand.cable].from_node == node]
    port = Code(f"{panel}:{first + strand.number - 1}")
    colours = [canonical_nm(item.wavelength_nm) for link in links for item in plant.channels_on.get(link.code, ())]
    if not colours:
        interface = links[0].a if at_a else links[0].b
        maker.patches.append(maker.made(Patch, "PC", 5, a=interface, b=port, length_m=2.0))
        maker.transceivers.append(_module(maker, plant.interface[interface], None))
        return
    mux = maker.made(Passive, "MX", 4, kind=PassiveKind.FILTER, node=node, colours=tuple(sorted(colours)), express=True)
    maker.passives.append(mux)
    maker.patches.append(maker.made(Patch, "PC", 5, a=Code(f"{mux.code}:com"), b=port, length_m=2.0))
    for link in links:
        interface = link.a if at_a else link.b
        for jack, nm in _jacks(plant, link, at_a=at_a):
            maker.patches.append(
                maker.made(Patch, "PC", 5, a=Code(interface + jack), b=Code(f"{mux.code}:{nm}"), length_m=1.0)
            )
            if jack == TX:
                maker.transceivers.append(_module(maker, plant.interface[interface], nm))


def _jacks(plant: Plant, link: Link, *, at_a: bool) -> Iterator[tuple[str, int]]:
    """What a coloured module sends and receives at an end of its link."""
    sends = Direction.A_TO_B if at_a else Direction.B_TO_A
    for channel in plant.channels_on[link.code]:
        yield (TX if channel.direction is sends else RX), canonical_nm(channel.wavelength_nm)


def _module(maker: _Maker, interface: Interface, nm: int | None) -> Transceiver:
    module = maker.made(
        Transceiver,
        "XC",
        5,
        interface=interface.code,
        wavelength_nm=CLASSES[interface.optics].nominal_nm if nm is None else nm,
        vendor="Simulated",
    )
    return replace(module, serial=f"S{module.code.rpartition('-')[2]}")
