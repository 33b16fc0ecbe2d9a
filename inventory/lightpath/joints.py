"""Which terminal is joined to which: from splices, terminations and patches, and from links where nothing else says.

Every terminal has at most one mate; what would give it a second is left out and reported. Cost: linear in records and
strands, a record of many neighbours costs as little as one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from inventory.entities import Code, Direction, Status
from inventory.glass import End
from inventory.lightpath.terminals import NOWHERE, Parting, Terminals
from inventory.optics_classes import canonical_nm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.entities import Link, Record, StrandRef
    from inventory.glass import Patch, Splice, StrandEnd, Termination
    from inventory.plant import Plant

    Joining = Splice | Termination | Patch | Link

IDLE = frozenset({Status.PROPOSED, Status.DECOMMISSIONED})
"""Records in these states take no terminal."""


class JointFaultKind(StrEnum):
    """Why a joint was left out."""

    TAKEN = "taken"
    NO_STRAND = "no_strand"
    NO_PORT = "no_port"
    NOT_HERE = "not_here"
    WHICH_END = "which_end"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class JointFault:
    """A joint that cannot be: its record, what of it (a strand or port), and the record that was there first."""

    kind: JointFaultKind
    record: Record
    what: str
    other: Record | None = None


@dataclass(slots=True)
class Joints:
    """``mate`` and ``by`` (index into ``records``) for every terminal; NOWHERE where nothing is joined."""

    plant: Plant
    terminals: Terminals
    mate: list[int]
    by: list[int]
    records: list[Joining] = field(default_factory=list)
    faults: list[JointFault] = field(default_factory=list)
    implied: list[Parting] = field(default_factory=list)

    @classmethod
    def of(cls, plant: Plant, terminals: Terminals) -> Joints:
        """All joints of a plant, documented ones first."""
        empty = [NOWHERE] * terminals.end
        joints = cls(plant, terminals, empty, empty.copy())
        for splice in plant.splices:
            joints._splice(splice)
        for termination in plant.terminations:
            joints._termination(termination)
        for patch in plant.patches:
            joints._patch(patch)
        _Implied(joints).join()
        return joints

    def _splice(self, splice: Splice) -> None:
        if splice.status in IDLE:
            return
        node = self.plant.closure[splice.closure].node
        ends = [self._strand_end(splice, end, node, splice.count) for end in (splice.a, splice.b)]
        if ends[0] is not None and ends[1] is not None:
            self.join_many(splice, ends[0], ends[1], splice.count)

    def _termination(self, termination: Termination) -> None:
        if termination.status in IDLE:
            return
        port = self._port(termination, termination.port, back=True)
        if port is None:
            return
        terminal, node, free = port
        end = self._strand_end(termination, termination.strand, node, termination.count)
        if end is None:
            return
        if termination.count > free:
            self._refuse(JointFaultKind.NO_PORT, termination, f"{termination.port}+{termination.count - 1}")
            return
        self.join_many(termination, end, terminal, termination.count)

    def _patch(self, patch: Patch) -> None:
        if patch.status in IDLE:
            return
        ports = [self._port(patch, code, back=False) for code in (patch.a, patch.b)]
        if ports[0] is not None and ports[1] is not None:
            self.join_many(patch, ports[0][0], ports[1][0], 1)

    def _strand_end(self, record: Record, end: StrandEnd, node: Code, count: int) -> int | None:
        cable = self.plant.cable[end.strand.cable]
        last = end.strand.number + count - 1
        if end.strand.number < 1 or last > cable.strand_count:
            self._refuse(JointFaultKind.NO_STRAND, record, f"{cable.code}/{last}")
            return None
        here = [side for side, place in ((End.FROM, cable.from_node), (End.TO, cable.to_node)) if place == node]
        if end.end is not None:
            here = [side for side in here if side is end.end]
        if len(here) == 1:
            return self.terminals.strand_end(end.strand, here[0])
        self._refuse(JointFaultKind.WHICH_END if here else JointFaultKind.NOT_HERE, record, str(end))
        return None

    def _port(self, record: Record, code: Code, *, back: bool) -> tuple[int, Code, int] | None:
        """A port's terminal, its node, and how many ports there are from it on."""
        if (terminal := self.terminals.ports.get(code)) is not None:
            return terminal, self._node_of(terminal), 1
        owner, _colon, number = code.rpartition(":")
        panel = self.plant.panel.get(Code(owner))
        if panel is None or not (number.isascii() and number.isdigit() and 1 <= int(number) <= panel.ports):
            self._refuse(JointFaultKind.NO_PORT, record, code)
            return None
        terminal = self.terminals.panel_back(panel.code, int(number))
        return terminal if back else terminal + 1, panel.node, panel.ports - int(number) + 1

    def _node_of(self, terminal: int) -> Code:
        if self.terminals.is_jack(terminal):
            return self.plant.node_of(self.terminals.jack(terminal)[0].code)
        return self.terminals.part_of[terminal].node

    def _refuse(self, kind: JointFaultKind, record: Record, what: str, other: Record | None = None) -> None:
        self.faults.append(JointFault(kind=kind, record=record, what=what, other=other))

    def join_many(self, record: Joining, a: int, b: int, count: int) -> None:
        """Join ``count`` neighbours: every second terminal from ``a`` and from ``b`` on."""
        if self._one_thing(a, b):
            self._refuse(JointFaultKind.ITSELF, record, self._name(a))
            return
        index = len(self.records)
        self.records.append(record)
        for one, other in zip(range(a, a + 2 * count, 2), range(b, b + 2 * count, 2), strict=True):
            if self.mate[one] == self.mate[other] == NOWHERE:
                self.mate[one], self.mate[other] = other, one
                self.by[one] = self.by[other] = index
            else:
                taken = one if self.mate[one] != NOWHERE else other
                self._refuse(JointFaultKind.TAKEN, record, self._name(taken), self.records[self.by[taken]])

    def imply(self, link: Link, a: int, b: int) -> None:
        """Join two terminals because a link says so, if both are free; what is wrong with links has its own rules."""
        if self.mate[a] == self.mate[b] == NOWHERE and not self._one_thing(a, b):
            self.join_many(link, a, b, 1)

    def _one_thing(self, a: int, b: int) -> bool:
        """Whether two terminals are one, or two of the same strand, port, filter or splitter."""
        if a == b or (a ^ 1 == b and max(a, b) < self.terminals.linear):
            return True
        part = self.terminals.part_of.get(a)
        return part is not None and self.terminals.part_of.get(b) is part

    def _name(self, terminal: int) -> str:
        if self.terminals.is_strand(terminal):
            return str(self.terminals.strand(terminal))
        if terminal < self.terminals.linear:
            panel, number = self.terminals.panel(terminal)
            return f"{panel.code}:{number}"
        return next((name for name, item in self.terminals.ports.items() if item == terminal), "?")


@dataclass(frozen=True, slots=True)
class _Wish:
    """A link that wants one of its jacks at a strand's end."""

    link: Link
    jack: int
    colours: tuple[int, ...]


@dataclass(slots=True)
class _Implied:
    """What links say about joints that nobody documented: splices in between, and filters where colours share glass."""

    joints: Joints
    wishes: dict[int, list[_Wish]] = field(default_factory=dict)

    def join(self) -> None:
        """Join what is still free; two links on one strand's end get a filter there."""
        for link in self.joints.plant.links:
            if link.status in IDLE:
                continue
            paired = bool(link.return_strands)
            self._way(link, link.strands, Direction.A_TO_B, (1, 2) if paired else (0, 0))
            if paired:
                back = self._turned(link, link.return_strands)
                self._way(link, back, Direction.B_TO_A, (2, 1))
        for terminal, wishes in self.wishes.items():
            self._grant(terminal, wishes)

    def _turned(self, link: Link, strands: tuple[StrandRef, ...]) -> tuple[StrandRef, ...]:
        """Return strands as seen from end A, whichever end they were written from."""
        here = self.joints.plant.node_of(link.a)
        cable = self.joints.plant.cable[strands[0].cable]
        return strands if here in {cable.from_node, cable.to_node} else strands[::-1]

    def _way(self, link: Link, strands: Sequence[StrandRef], direction: Direction, jacks: tuple[int, int]) -> None:
        plant, joints = self.joints.plant, self.joints
        ends = list(self._ends(link, strands))
        if len(ends) != len(strands) or not ends:
            return
        for (_enter, leave), (enter, _leave) in pairwise(ends):
            joints.imply(link, leave, enter)
        colours = tuple(
            canonical_nm(item.colour)
            for item in plant.channels_on.get(link.code, ())
            if not link.return_strands or item.direction in {direction, Direction.BOTH}
        )
        for terminal, interface, which in ((ends[0][0], link.a, jacks[0]), (ends[-1][1], link.b, jacks[1])):
            own = joints.terminals.jacks(interface)
            if joints.mate[terminal] == NOWHERE and all(joints.mate[jack] == NOWHERE for jack in own):
                self.wishes.setdefault(terminal, []).append(_Wish(link, own[which], colours))

    def _ends(self, link: Link, strands: Sequence[StrandRef]) -> Iterator[tuple[int, int]]:
        """Where light enters and leaves each strand on the way from end A; stops where the way breaks."""
        plant, here = self.joints.plant, self.joints.plant.node_of(link.a)
        for strand in strands:
            cable = plant.cable[strand.cable]
            if here not in {cable.from_node, cable.to_node} or not 1 <= strand.number <= cable.strand_count:
                return
            enters = End.FROM if here == cable.from_node else End.TO
            here = cable.to_node if enters is End.FROM else cable.from_node
            enter = self.joints.terminals.strand_end(strand, enters)
            yield enter, enter ^ 1

    def _grant(self, terminal: int, wishes: list[_Wish]) -> None:
        from inventory.loss import filters_on  # noqa: PLC0415 - loss asks light paths in turn

        first = wishes[0]
        if len(wishes) == 1 and not filters_on(self.joints.plant, first.link):
            self.joints.imply(first.link, terminal, first.jack)
            return
        common = len(self.joints.mate)
        colours: dict[int, int] = {}
        express = NOWHERE
        ports = range(common + 1, common + 1 + len(wishes))
        self.joints.mate.extend([NOWHERE] * (1 + len(wishes)))
        self.joints.by.extend([NOWHERE] * (1 + len(wishes)))
        for port, wish in zip(ports, wishes, strict=True):
            own = [nm for nm in wish.colours if nm not in colours]
            colours.update(dict.fromkeys(own, port))
            if not wish.colours and express == NOWHERE:
                express = port
            if own or express == port:  # else the filter has nothing left for it; links have rules of their own
                self.joints.imply(wish.link, port, wish.jack)
        self.joints.imply(first.link, terminal, common)
        node = self.joints.plant.node_of(self.joints.terminals.jack(first.jack)[0].code)
        self.joints.implied.append(
            Parting(name="", node=node, record=None, common=common, colours=colours, express=express)
        )
