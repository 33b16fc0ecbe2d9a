"""What holds glass, as NetBox's devices and ports: cables, panels, closures, filters. Pure; the joints: :mod:`cords`.

A cable of the plant is a cable between two ports with a position for each strand. In a closure whose cables can be
parted into two sides, one side's ports are rear ports, the other's front ports, and a splice is a mapping of positions:
no object at all. Elsewhere both are rear ports, and a strand that is joined has a front port there. A filter is a
device with a front port for each colour, whose position on the rear port follows from the colour alone: both ends of a
strand agree without knowing each other. Where panels and filters are not documented, those that the links imply are
made, the same ones in every run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.entities import Code, Site, Structure
from inventory.glass import End
from inventory.lightpath.terminals import NOWHERE
from inventory.sources.netbox.records import row_of
from inventory.sources.netbox.sides import Sides, voted
from inventory.sources.netbox.wanted import CABLE_STATUS, DEVICE_STATUS, Place, Ref, Wanted, derived

if TYPE_CHECKING:
    from inventory.entities import Cable
    from inventory.glass import Closure, Panel
    from inventory.lightpath.terminals import Parting
    from inventory.plant import Plant
    from inventory.sources.netbox.held import Row, Rows
    from inventory.sources.netbox.shape import Shape

GLASS = "glass"
MOST_POSITIONS = 1024
GRID_FIRST_NM, GRID_STEP_NM, GRID_LAST_NM = 1271, 20, 1611
EXPRESS_POSITION = 1000
_OFF_GRID = 100


def position_of(nm: int) -> int:
    """The position of a colour on every filter's rear port: 1 to 18 on the CWDM grid, from 100 on off it."""
    if GRID_FIRST_NM <= nm <= GRID_LAST_NM and (nm - GRID_FIRST_NM) % GRID_STEP_NM == 0:
        return (nm - GRID_FIRST_NM) // GRID_STEP_NM + 1
    return _OFF_GRID + nm % (EXPRESS_POSITION - _OFF_GRID)


@dataclass(slots=True)
class Faces:
    """The ports that terminals of the light graph have in NetBox, made when they are asked for.

    ``free_ports``: those nobody uses are made too.
    """

    shape: Shape
    free_ports: bool
    rears: dict[tuple[Code, End], Ref] = field(default_factory=dict)
    holders: dict[tuple[Code, End], tuple[Ref, Code]] = field(default_factory=dict)
    parts: dict[int, Ref] = field(default_factory=dict)
    sides: Sides = field(default_factory=Sides)

    @classmethod
    def of(cls, shape: Shape, *, free_ports: bool = False) -> Faces:
        """All boxes and cables of a plant, ready to be joined."""
        faces = cls(shape, free_ports)
        terminations, splices = _by_owner(faces.plant)
        for panel in faces.plant.panels:
            faces._box("panels", panel, "Patch panel", {"terminations": terminations.get(panel.code, [])})
        for closure in faces.plant.closures:
            faces._box("closures", closure, "Splice closure", {"splices": splices.get(closure.code, [])})
        faces.holders = voted(faces.plant)
        faces.sides = Sides.of(faces.plant, lambda cable, end: faces._holder(cable, end)[0])
        states: dict[Code, list[Row]] = {}
        for state in faces.plant.strand_states:
            states.setdefault(state.strand.cable, []).append(row_of("strand_states", state))
        for cable in faces.plant.cables:
            faces._cable(cable, states.get(cable.code, []))
        for part in (*faces.plant.light.terminals.partings, *faces.plant.light.joints.implied):
            faces._parting(part)
        return faces

    @property
    def plant(self) -> Plant:
        """The plant that is shown."""
        return self.shape.plant

    def of_terminal(self, terminal: int) -> Ref:
        """The port a cord to a terminal is plugged into."""
        graph = self.plant.light
        if graph.terminals.is_strand(terminal):
            return self.strand(terminal)
        if terminal < graph.terminals.linear:
            return self.panel_front(terminal) if terminal & 1 else self.panel_back(terminal)
        if graph.terminals.is_jack(terminal):
            return Ref("interfaces", graph.terminals.jack(terminal)[0].id)
        return self.parts[terminal]

    def strand(self, terminal: int) -> Ref:
        """The front port of a strand where its cable ends."""
        graph = self.plant.light
        cable, number = graph.terminals.cable(terminal), graph.terminals.strand(terminal).number
        end = End.TO if terminal & 1 else End.FROM
        name = f"{cable.code}/{number}"
        if cable.from_node == cable.to_node:
            name = f"{name}:{end}"
        place = Place(self.rears[cable.code, end], number)
        holder = self._holder(cable, end)[0]
        return self._front(derived("strand", cable.id, str(number), end, holder.key), name, holder, place)

    def panel_front(self, terminal: int) -> Ref:
        """The front of a panel's port: on the strand brought to it, else on a rear port of its own."""
        graph = self.plant.light
        panel, number = graph.terminals.panel(terminal)
        strand = graph.joints.mate[terminal & ~1]
        if strand != NOWHERE and self.is_held(strand, panel):
            end = End.TO if strand & 1 else End.FROM
            place = Place(self.rears[graph.terminals.cable(strand).code, end], graph.terminals.strand(strand).number)
        else:
            place = Place(self.panel_back(terminal), 1)
        return self._front(derived("front", panel.id, str(number)), str(number), Ref("devices", panel.id), place)

    def panel_back(self, terminal: int) -> Ref:
        """The back of a panel's port whose strand's cable is held by another box."""
        panel, number = self.plant.light.terminals.panel(terminal)
        return self.shape.add(
            Wanted(
                point="rear_ports",
                key=derived("back", panel.id, str(number)),
                kind=GLASS,
                label=f"{panel.code}:{number}",
                values={"name": str(number), "device": Ref("devices", panel.id), "positions": 1},
                once={"type": "lc-apc"},
            )
        )

    def is_held(self, strand: int, panel: Panel) -> bool:
        """Whether a panel holds the cable's end that a strand's terminal is at."""
        terminals = self.plant.light.terminals
        if not terminals.is_strand(strand):
            return False
        end = End.TO if strand & 1 else End.FROM
        return self._holder(terminals.cable(strand), end)[0].key == panel.id

    def _front(self, key: str, name: str, device: Ref, place: Place, label: str = "") -> Ref:
        return self.shape.add(
            Wanted(
                point="front_ports",
                key=key,
                kind=GLASS,
                label=f"{self.shape.wanted[device].label}:{name}",
                values={"name": name, "label": label, "device": device, "positions": 1, "rear_ports": (place,)},
                once={"type": "lc-apc"},
            )
        )

    def _box(self, kind: str, record: Panel | Closure, role: str, rows: Rows) -> None:
        carried = {kind: [row_of(kind, record)], **{name: found for name, found in rows.items() if found}}
        self.shape.box(
            key=record.id,
            kind=GLASS,
            name=record.code,
            node=record.node,
            role=role,
            description=record.name,
            status=DEVICE_STATUS[record.status],
            rows=carried,
        )

    def _holder(self, cable: Cable, end: End) -> tuple[Ref, Code]:
        """What an end of a cable is plugged into; where nobody says, the structure, or a frame made for the site."""
        if (cable.code, end) not in self.holders:
            node = self.plant.nodes[cable.from_node if end is End.FROM else cable.to_node]
            if isinstance(node, Structure):
                found = Ref("devices", node.id), node.code
            else:
                indoors = isinstance(node, Site)
                name = Code(f"{node.code} {'ODF' if indoors else 'closure'}")
                role = "Distribution frame" if indoors else "Splice closure"
                key = derived("frame", node.id)
                found = self.shape.box(key=key, kind=GLASS, name=name, node=node.code, role=role), name
            self.holders[cable.code, end] = found
        return self.holders[cable.code, end]

    def _cable(self, cable: Cable, states: list[Row]) -> None:
        for end in End:
            self.rears[cable.code, end] = self._cable_port(cable, end)
        rows = {"cables": [row_of("cables", cable)]}
        self.shape.add(
            Wanted(
                point="cables",
                key=cable.id,
                kind="cables",
                label=cable.code,
                values={
                    "label": cable.code,
                    "description": cable.name,
                    "status": CABLE_STATUS[cable.status],
                    "length": None if cable.sheath_m is None else round(cable.sheath_m, 2),
                    "length_unit": None if cable.sheath_m is None else "m",
                    "a_terminations": (self.rears[cable.code, End.FROM],),
                    "b_terminations": (self.rears[cable.code, End.TO],),
                },
                once={"type": "smf-os2" if cable.fibre_type.startswith("G.65") else "smf"},
                rows=rows | {"strand_states": states} if states else rows,
                custom={
                    "strand_count": cable.strand_count,
                    "route_sections": list(cable.route),
                    "route_known": str(cable.route_known),
                },
            )
        )

    def _cable_port(self, cable: Cable, end: End) -> Ref:
        device = self._holder(cable, end)[0]
        one_box = self._holder(cable, End.FROM)[0] == self._holder(cable, End.TO)[0]
        values: dict[str, object] = {
            "name": f"{cable.code}:{end}" if one_box else cable.code,
            "device": device,
            "positions": min(cable.strand_count, MOST_POSITIONS),
        }
        front = (cable.code, end) in self.sides.front
        if front:
            values["label"] = ""
            values["rear_ports"] = tuple(
                Place(port_of(self.plant.cable[other.cable], far, device, front=False), other.number, number)
                for number, other, far in self.sides.front[cable.code, end]
            )
        ref = port_of(cable, end, device, front=front)
        return self.shape.add(
            Wanted(
                point=ref.point,
                key=ref.key,
                kind="cables",
                label=f"{cable.code}:{end}",
                values=values,
                once={"type": "splice"},
            )
        )

    def _parting(self, part: Parting) -> None:
        """A filter or splitter: a device, its common port a rear port with a position for each other port."""
        graph = self.plant.light
        if part.record is not None:
            key, name, record = part.record.id, part.record.code, part.record
            role = "Splitter" if part.legs else "CWDM filter"
            rows = {"passives": [row_of("passives", record)]}
            more = {"description": record.name, "status": DEVICE_STATUS[record.status], "rows": rows}
        else:
            strand = graph.joints.mate[part.common]
            if strand == NOWHERE:
                return
            end = End.TO if strand & 1 else End.FROM
            key = derived("filter", graph.terminals.cable(strand).id, str(graph.terminals.strand(strand)), end)
            name, role, more = Code(f"CWDM {graph.terminals.strand(strand)} {end}"), "CWDM filter", {}
        device = self.shape.box(key=key, kind=GLASS, name=name, node=part.node, role=role, **more)
        common = self.parts[part.common] = self.shape.add(
            Wanted(
                point="rear_ports",
                key=derived("com", key),
                kind=GLASS,
                label=f"{name}:com",
                values={"name": "com", "device": device, "positions": MOST_POSITIONS},
                once={"type": "lc-apc"},
            )
        )
        for terminal, (port, position) in _ports(part).items():
            if self.free_ports or graph.joints.mate[terminal] != NOWHERE:
                place = Place(common, position)
                self.parts[terminal] = self._front(derived("port", key, port), port, device, place)


def port_of(cable: Cable, end: End, device: Ref, *, front: bool) -> Ref:
    """The port an end of a cable is plugged into; at another device it is another port."""
    return Ref("front_ports" if front else "rear_ports", derived("rear", cable.id, end, device.key))


def _ports(part: Parting) -> dict[int, tuple[str, int]]:
    """Name and position of each port but the common one; a port of two colours is called after both."""
    colours: dict[int, list[int]] = {}
    for nm, terminal in part.colours.items():
        colours.setdefault(terminal, []).append(nm)
    found = {terminal: ("+".join(map(str, sorted(nms))), position_of(min(nms))) for terminal, nms in colours.items()}
    found |= {terminal: (str(number), number) for number, terminal in enumerate(part.legs, 1)}
    if part.express != NOWHERE:
        found[part.express] = ("exp", EXPRESS_POSITION)
    return found


def _by_owner(plant: Plant) -> tuple[dict[Code, list[Row]], dict[Code, list[Row]]]:
    """Rows of terminations by panel, and of splices by closure."""
    terminations: dict[Code, list[Row]] = {}
    splices: dict[Code, list[Row]] = {}
    for item in plant.terminations:
        terminations.setdefault(Code(item.port.rpartition(":")[0]), []).append(row_of("terminations", item))
    for splice in plant.splices:
        splices.setdefault(splice.closure, []).append(row_of("splices", splice))
    return terminations, splices
