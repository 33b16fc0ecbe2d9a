"""Joints as NetBox's cables: a splice between two front ports, a patch cord between an interface and its ports. Pure.

A duplex interface has one cable to two front ports. NetBox follows a cable only into ports of one kind on one device:
what does not fit stays in RAINBOW and is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.glass import RX, TX, Patch, Splice, Termination
from inventory.lightpath.terminals import NOWHERE
from inventory.sources.netbox.glass_shape import GLASS, Faces
from inventory.sources.netbox.groups import tag_members
from inventory.sources.netbox.records import row_of
from inventory.sources.netbox.shape import places_and_gear, refuse_long, say_provenance
from inventory.sources.netbox.wanted import ALONE, END_A, END_B, PASSIVE, Ref, Wanted, derived
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from inventory.entities import Interface
    from inventory.plant import Plant
    from inventory.sources.netbox.shape import Shape


@dataclass(slots=True)
class _Plug:
    """One patch cord: an interface, the ports its jacks go to, and the records that say so."""

    interface: Interface
    faces: list[tuple[str, Ref]] = field(default_factory=list)
    patches: dict[str, Patch] = field(default_factory=dict)


def shaped(plant: Plant, *, free_ports: bool = False) -> Shape:
    """Everything NetBox should hold of a plant; with ``free_ports`` also ports nobody uses.

    Raises:
        InputError: a name is too long for NetBox.
    """
    shape = places_and_gear(plant)
    _Cords(shape, Faces.of(shape, free_ports=free_ports)).join()
    tag_members(shape)
    say_provenance(shape)
    refuse_long(shape)
    return shape


@dataclass(slots=True)
class _Cords:
    shape: Shape
    faces: Faces
    plugs: dict[str, _Plug] = field(default_factory=dict)

    def join(self) -> None:
        graph = self.shape.plant.light
        for a, b in enumerate(graph.joints.mate):
            if b > a:
                jacks = [item for item in (a, b) if graph.terminals.is_jack(item)]
                if jacks:
                    self._plug(jacks[0], b if jacks[0] == a else a)
                else:
                    self._joint(a, b)
        for plug in self.plugs.values():
            self._patch(plug)

    def _plug(self, jack: int, other: int) -> None:
        graph = self.shape.plant.light
        interface, ending = graph.terminals.jack(jack)
        plug = self.plugs.setdefault(interface.code, _Plug(interface))
        plug.faces.append((ending, self.faces.of_terminal(other)))
        if isinstance(record := graph.joint(jack), Patch):
            plug.patches[record.code] = record

    def _patch(self, plug: _Plug) -> None:
        link = self.shape.plant.link_at.get(plug.interface.code)
        there = TX if link is not None and link.a == plug.interface.code else RX
        faces = list(dict.fromkeys(face for _e, face in sorted(plug.faces, key=lambda item: item[0] != there)))
        kept = [face for face in faces if self._beside(face, faces[0])]
        if len(kept) < len(faces):
            self.shape.left_out.append(
                _(
                    "{port}: NetBox cannot plug one interface into two devices; the cord of its return way is left out"
                ).format(port=plug.interface.code)
            )
        patches = list(plug.patches.values())
        key = patches[0].id if patches else derived("plug", plug.interface.id)
        wave = ALONE if link is None else END_A if there == TX else END_B
        self._cord(key, plug.interface.code, (Ref("interfaces", plug.interface.id),), tuple(kept), patches, wave=wave)

    def _beside(self, face: Ref, first: Ref) -> bool:
        """Whether two ports are of one kind on one device."""
        wanted = self.shape.wanted
        return face.point == first.point and wanted[face].values["device"] == wanted[first].values["device"]

    def _joint(self, a: int, b: int) -> None:
        graph = self.shape.plant.light
        record = graph.joint(a)
        if isinstance(record, Termination):
            strand, back = (a, b) if graph.terminals.is_strand(a) else (b, a)
            patched = graph.joints.mate[back ^ 1] != NOWHERE if back < graph.terminals.linear else True
            if not (patched or self.faces.free_ports):
                return
            if back < graph.terminals.linear and self.faces.is_held(strand, graph.terminals.panel(back)[0]):
                self.faces.panel_front(back | 1)
                return
        if self.faces.sides.holds(graph, a, b):
            return
        one, other = self.faces.of_terminal(a), self.faces.of_terminal(b)
        if isinstance(record, Patch):
            self._cord(record.id, record.code, (one,), (other,), [record])
            return
        names = sorted((one.key, other.key))
        label = record.code if isinstance(record, Splice | Termination) else ""
        self._cord(derived("joint", *names), label, (one,), (other,), [])

    def _cord(
        self,
        key: str,
        label: str,
        a: tuple[Ref, ...],
        b: tuple[Ref, ...],
        patches: list[Patch],
        *,
        wave: int = PASSIVE,
    ) -> None:
        length_m = patches[0].length_m if patches else None
        self.shape.add(
            Wanted(
                point="cables",
                key=key,
                kind=GLASS,
                label=label or self.shape.wanted[a[0]].label,
                values={
                    "label": label if patches else "",
                    "status": "connected",
                    "length": None if length_m is None else round(length_m, 2),
                    "length_unit": None if length_m is None else "m",
                    "a_terminations": a,
                    "b_terminations": b,
                },
                once={"type": "smf"},
                rows={"patches": [row_of("patches", item) for item in patches]} if patches else {},
                wave=wave,
            )
        )
