"""What a light path passes, thing by thing, and what it loses there at a wavelength. Pure.

Measured splices and strands where they are known, else the planning values of :mod:`inventory.loss`. A mated pair of
connectors is counted at every panel port and where a cable is plugged in directly; filters include theirs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from inventory.dwdm import is_dense
from inventory.entities import Link
from inventory.glass import Patch, Splice, SpliceKind, Termination
from inventory.loss import (
    CONNECTOR_DB,
    FILTER_DB,
    METRES_PER_KM,
    SPLICE_DB,
    LossBudget,
    attenuation_db_per_km,
    cable_m,
    optics_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.entities import Code, StrandRef
    from inventory.glass import Passive
    from inventory.lightpath.graph import LightGraph, LightPath
    from inventory.lightpath.terminals import Parting
    from inventory.optics_classes import OpticsClass

SPLITTER_DB = {2: 3.8, 4: 7.2, 8: 10.5, 16: 13.7, 32: 17.0}
"""Largest loss of a splitter by its legs, connectors included."""
SPLITTER_EXCESS_DB = 2.0
"""Over the equal share, for sizes that are not in the table."""
FILTER_MAX_DB = ((4, 1.6), (8, 2.5), (18, 4.5))
"""Largest loss of a CWDM multiplexer, one end, by its number of colours, connectors included."""
DENSE_MAX_DB = ((4, 1.8), (8, 3.0), (16, 4.5), (96, 6.5))
"""The same of a DWDM multiplexer; thin film up to 16 colours, arrayed waveguides above. For planning, not measured."""
EXPRESS_DB = 1.0
"""What a filter takes from the colours it passes on."""
UNKNOWN_NM = 1310


class HopKind(StrEnum):
    """What light passes."""

    JACK = "port"
    PATCH = "patch"
    PANEL = "panel"
    PIGTAIL = "termination"
    STRAND = "strand"
    SPLICE = "splice"
    FILTER = "filter"
    SPLITTER = "splitter"
    IMPLIED = "not documented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One thing on the way. ``measured``: its loss was, and is no planning value. ``node``: where it is or leads to.

    ``splices_db`` and ``connectors_db`` are the parts of ``loss_db`` lost there.
    """

    kind: HopKind
    name: str
    node: Code
    loss_db: float = 0.0
    splices_db: float = 0.0
    connectors_db: float = 0.0
    length_m: float = 0.0
    measured: bool = False
    record: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathLight:
    """What the receiver at the end of a path should see, by its class or sheet.

    ``margin_db`` is the level from a typical sender above the sensitivity, ``worst_db`` that from the weakest sender;
    ``overload_db`` is what the strongest sender has too much, 0 or less where the receiver bears it.
    """

    loss_db: float
    rx_dbm: float
    margin_db: float
    worst_db: float
    overload_db: float


def hops(graph: LightGraph, path: LightPath, wavelength_nm: int | None = None) -> tuple[Hop, ...]:
    """Everything on a path in order, with its loss at a wavelength (the path's own, else 1310 nm)."""
    nm = wavelength_nm or path.wavelength_nm or UNKNOWN_NM
    reader = _Reader(graph, nm)
    first, last = path.terminals[0], path.terminals[-1]
    found = [] if not graph.terminals.is_jack(first) else [reader.jack(first)]
    found.extend(reader.step(a, b) for a, b in pairwise(path.terminals))
    if graph.terminals.is_jack(last) and len(path.terminals) > 1:
        found.append(reader.jack(last))
    return tuple(found)


def budget(passed: Sequence[Hop]) -> LossBudget:
    """The losses of all hops, by their kind."""
    splices_db = sum(hop.splices_db for hop in passed)
    connectors_db = sum(hop.connectors_db for hop in passed)
    filters_db = sum(hop.loss_db - hop.splices_db - hop.connectors_db for hop in passed if hop.kind in _PARTING)
    fibre_db = sum(hop.loss_db for hop in passed if hop.kind is HopKind.STRAND)
    return LossBudget(fibre_db=fibre_db, splices_db=splices_db, connectors_db=connectors_db, filters_db=filters_db)


_PARTING = frozenset({HopKind.FILTER, HopKind.SPLITTER})


def light_over(loss_db: float, sender: OpticsClass, receiver: OpticsClass) -> PathLight:
    """The light of one module at another over a loss: of existing modules, or of those one thinks of."""
    return PathLight(
        loss_db=loss_db,
        rx_dbm=sender.tx_typical_dbm - loss_db,
        margin_db=sender.tx_typical_dbm - loss_db - receiver.sensitivity_dbm,
        worst_db=sender.tx_min_dbm - loss_db - receiver.sensitivity_dbm,
        overload_db=sender.tx_max_dbm - loss_db - receiver.overload_dbm,
    )


def path_light(graph: LightGraph, path: LightPath) -> PathLight | None:
    """The light at the path's end from the module at its begin; None where one of the two is unknown."""
    first, last = path.terminals[0], path.terminals[-1]
    if not (graph.terminals.is_jack(first) and graph.terminals.is_jack(last)):
        return None
    sender = optics_at(graph.plant, graph.terminals.jack(first)[0].code)
    receiver = optics_at(graph.plant, graph.terminals.jack(last)[0].code)
    if sender is None or receiver is None:
        return None
    nm = path.wavelength_nm or sender.nominal_nm
    return light_over(budget(hops(graph, path, nm)).total_db, sender, receiver)


def passive_db(passive: Passive, *, express: bool = False) -> float:
    """Loss of a filter or splitter from its common port to another: its own, else the usual one of its size."""
    if express:
        return EXPRESS_DB if passive.express_db is None else passive.express_db
    if passive.loss_db is not None:
        return passive.loss_db
    if passive.legs:
        return SPLITTER_DB.get(passive.legs) or 10 * math.log10(passive.legs) + SPLITTER_EXCESS_DB
    sizes = DENSE_MAX_DB if any(map(is_dense, passive.colours)) else FILTER_MAX_DB
    return next((db for size, db in sizes if len(passive.colours) <= size), sizes[-1][1])


@dataclass(frozen=True, slots=True)
class _Reader:
    """Names steps between neighbouring terminals of a path."""

    graph: LightGraph
    nm: int

    def jack(self, terminal: int) -> Hop:
        interface, ending = self.graph.terminals.jack(terminal)
        return Hop(
            kind=HopKind.JACK,
            name=interface.code + ending,
            node=self.graph.plant.node_of(interface.code),
            record=interface.code,
        )

    def step(self, a: int, b: int) -> Hop:
        graph = self.graph
        if a < graph.terminals.linear and a ^ 1 == b:
            return self._strand(a, b) if graph.terminals.is_strand(a) else self._panel(a)
        part = graph.parting_at.get(a)
        if part is not None and graph.parting_at.get(b) is part:
            return self._parting(part, a, b)
        return self._joint(a, b)

    def _strand(self, a: int, b: int) -> Hop:
        plant = self.graph.plant
        ref, cable = self.graph.terminals.strand(a), self.graph.terminals.cable(a)
        state = plant.state_of.get(ref)
        length_m = cable_m(plant, cable) if state is None or state.optical_m is None else state.optical_m
        per_km = attenuation_db_per_km(self.nm)
        measured = state is not None and state.loss_db is not None
        loss_db = length_m / METRES_PER_KM * per_km
        if state is not None and state.loss_db is not None:
            loss_db = state.loss_db * per_km / attenuation_db_per_km(state.loss_nm)
        return Hop(
            kind=HopKind.STRAND,
            name=str(ref),
            node=cable.to_node if b & 1 else cable.from_node,
            loss_db=loss_db,
            length_m=length_m,
            measured=measured,
            record=cable.code,
        )

    def _panel(self, a: int) -> Hop:
        panel, number = self.graph.terminals.panel(a)
        return Hop(
            kind=HopKind.PANEL,
            name=f"{panel.code}:{number}",
            node=panel.node,
            loss_db=CONNECTOR_DB,
            connectors_db=CONNECTOR_DB,
            record=panel.code,
        )

    def _parting(self, part: Parting, a: int, b: int) -> Hop:
        other = b if a == part.common else a
        kind = HopKind.SPLITTER if part.legs else HopKind.FILTER
        if part.record is None:
            return Hop(kind=kind, name="", node=part.node, loss_db=FILTER_DB)
        return Hop(
            kind=kind,
            name=self.graph.port_names[other],
            node=part.node,
            loss_db=passive_db(part.record, express=other == part.express),
            measured=part.record.loss_db is not None,
            record=part.record.code,
        )

    def _joint(self, a: int, b: int) -> Hop:
        record = self.graph.joint(a)
        match record:
            case Splice():
                return self._splice(record, a)
            case Termination():
                return self._termination(record, a, b)
            case Patch():
                node = self._node(a)
                return Hop(kind=HopKind.PATCH, name=record.code, node=node, record=record.code)
            case Link():
                return self._implied(record, a, b)

    def _splice(self, record: Splice, a: int) -> Hop:
        plain = 0.0 if record.kind is SpliceKind.THROUGH else SPLICE_DB
        loss_db = plain if record.loss_db is None else record.loss_db
        strand = self.graph.terminals.strand(a)
        end = next(item for item in (record.a, record.b) if _holds(item.strand, record.count, strand))
        place = record.slot + strand.number - end.strand.number
        name = f"{record.code} {record.tray}/{place}"
        node = self.graph.plant.closure[record.closure].node
        return Hop(
            kind=HopKind.SPLICE,
            name=name,
            node=node,
            loss_db=loss_db,
            splices_db=loss_db,
            measured=record.loss_db is not None,
            record=record.code,
        )

    def _termination(self, record: Termination, a: int, b: int) -> Hop:
        plugged = any(self.graph.terminals.is_jack(item) for item in (a, b))
        splice_db = SPLICE_DB if record.loss_db is None else record.loss_db
        if plugged:
            splice_db = record.loss_db or 0.0
        connector_db = CONNECTOR_DB if plugged else 0.0
        return Hop(
            kind=HopKind.PIGTAIL,
            name=record.code,
            node=self._node(a),
            loss_db=splice_db + connector_db,
            splices_db=splice_db,
            connectors_db=connector_db,
            measured=record.loss_db is not None,
            record=record.code,
        )

    def _implied(self, record: Link, a: int, b: int) -> Hop:
        """What a link says without saying how: a splice between strands, pigtail and panel at its ends."""
        strands = [item for item in (a, b) if self.graph.terminals.is_strand(item)]
        splice_db = SPLICE_DB if strands else 0.0
        connector_db = CONNECTOR_DB if len(strands) == 1 else 0.0
        return Hop(
            kind=HopKind.IMPLIED,
            name=record.code,
            node=self._node(a),
            loss_db=splice_db + connector_db,
            splices_db=splice_db,
            connectors_db=connector_db,
            record=record.code,
        )

    def _node(self, terminal: int) -> Code:
        return node_at(self.graph, terminal)


def _holds(first: StrandRef, count: int, strand: StrandRef) -> bool:
    return first.cable == strand.cable and 0 <= strand.number - first.number < count


def node_at(graph: LightGraph, terminal: int) -> Code:
    """The node a terminal is at."""
    terminals = graph.terminals
    if terminals.is_strand(terminal):
        cable = terminals.cable(terminal)
        return cable.to_node if terminal & 1 else cable.from_node
    if terminal < terminals.linear:
        return terminals.panel(terminal)[0].node
    if terminals.is_jack(terminal):
        return graph.plant.node_of(terminals.jack(terminal)[0].code)
    return graph.parting_at[terminal].node
