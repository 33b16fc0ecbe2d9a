"""Tracing: from any port, strand or splice both ways to the ends of the light. Pure.

Definition: a light path is a longest way through joints and glass that one wavelength can take. It ends at a
transceiver's jack, where nothing is joined on (open), at a filter that does not let the colour pass (blocked), or
where it began (loop). Between filters every terminal has one way on, so tracing is linear in the path's length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from inventory.dwdm import nearest_nm, passes
from inventory.glass import End
from inventory.lightpath.joints import Joints
from inventory.lightpath.terminals import NOWHERE, Parting, Terminals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inventory.entities import StrandRef
    from inventory.lightpath.joints import Joining, JointFault
    from inventory.plant import Plant

MOST_PATHS = 4096
"""More ends than a splitter tree of any network has; a drawing that needs more is a mistake."""


class Stop(StrEnum):
    """Why a light path ends."""

    JACK = "jack"
    OPEN = "open"
    BLOCKED = "blocked"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class LightPath:
    """A path by its terminals in order. ``colour`` (nm or GHz of a grid) is None where no filter decides it."""

    terminals: tuple[int, ...]
    colour: int | None
    begin: Stop
    end: Stop

    def turned(self) -> LightPath:
        """The same path from its other end."""
        return LightPath(self.terminals[::-1], self.colour, self.end, self.begin)

    @property
    def wavelength_nm(self) -> int | None:
        """The colour's wavelength to reckon with."""
        return None if self.colour is None else nearest_nm(self.colour)

    @property
    def key(self) -> tuple[tuple[int, ...], int | None]:
        """The same for both directions, and wherever a loop was entered."""
        if self.begin is self.end is Stop.LOOP:
            return tuple(sorted(self.terminals)), self.colour
        return min(self.terminals, self.terminals[::-1]), self.colour


@dataclass(frozen=True, slots=True)
class _Branch:
    """A way on from where a trace began: what it passes, its colour, why it ends."""

    terminals: tuple[int, ...]
    nm: int | None
    stop: Stop


@dataclass(frozen=True, kw_only=True)
class LightGraph:
    """All glass of one plant, ready to be traced; made by :meth:`of` and kept by the plant."""

    plant: Plant
    terminals: Terminals
    joints: Joints
    _traced: dict[int, tuple[LightPath, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, plant: Plant) -> LightGraph:
        """Number and join a plant's glass; its references must resolve."""
        terminals = Terminals.of(plant)
        return cls(plant=plant, terminals=terminals, joints=Joints.of(plant, terminals))

    @property
    def faults(self) -> list[JointFault]:
        """Joints that cannot be and were left out."""
        return self.joints.faults

    @cached_property
    def parting_at(self) -> dict[int, Parting]:
        """The filter or splitter a terminal belongs to."""
        implied = {terminal: part for part in self.joints.implied for terminal in part.terminals}
        return self.terminals.part_of | implied

    @cached_property
    def port_names(self) -> dict[int, str]:
        """Names of jacks and of the ports of filters and splitters."""
        return {terminal: name for name, terminal in self.terminals.ports.items()}

    def joint(self, terminal: int) -> Joining:
        """The record that joins a terminal to its mate."""
        return self.joints.records[self.joints.by[terminal]]

    def through(self, strand: StrandRef) -> tuple[LightPath, ...]:
        """All light paths over a strand, one for each colour that filters let through."""
        return self.trace(self.terminals.strand_end(strand, End.FROM))

    def trace(self, terminal: int) -> tuple[LightPath, ...]:
        """All light paths through a terminal, both ways, one for each colour; cached."""
        begin = terminal & ~1 if terminal < self.terminals.linear else terminal
        if begin not in self._traced:
            self._traced[begin] = tuple(self._trace(begin))
        return self._traced[begin]

    @cached_property
    def paths(self) -> tuple[LightPath, ...]:
        """All light paths that touch a strand or a jack, each once: those without filters first, then by colour."""
        plain: list[LightPath] = []
        coloured: dict[object, LightPath] = {}
        seen = bytearray(len(self.joints.mate))
        for begin in self._begins():
            if seen[begin]:
                continue
            path = self._unparted(begin)
            if path is None:
                coloured.update((item.key, item) for item in self._trace(begin) if item.key not in coloured)
                continue
            plain.append(path)
            for terminal in path.terminals:
                seen[terminal] = 1
        return (*plain, *coloured.values())

    def _unparted(self, begin: int) -> LightPath | None:
        """The only path through a strand or from a jack that meets no filter or splitter; None where there is one.

        The same as :meth:`trace` finds, without branches: nearly all glass of a city is so.
        """
        jack = begin >= self.terminals.linear
        right, ends = self._run(begin if jack else begin ^ 1, begin if jack else begin ^ 1)
        if ends is None:
            return None
        if ends is Stop.LOOP:
            return LightPath(tuple(right[:-1]), None, ends, ends)
        left, begins = ([], Stop.JACK) if jack else self._run(begin, begin)
        return None if begins is None else LightPath((*left[::-1], *right), None, begins, ends)

    def _begins(self) -> Iterator[int]:
        """A terminal of every strand, then every joined jack."""
        yield from range(0, self.terminals.panel_base[0] if self.terminals.panel_base else self.terminals.linear, 2)
        mate = self.joints.mate
        for terminal in range(self.terminals.first_jack, self.terminals.end):
            if mate[terminal] != NOWHERE:
                yield terminal

    def _trace(self, begin: int) -> Iterator[LightPath]:
        left, right = self._both(begin, None)
        if len(left) == len(right) == 1 and left[0].nm is None and right[0].nm is None:
            yield from _joined(left, right, None)
            return
        colours = sorted({item.nm for item in (*left, *right) if item.nm is not None})
        yield from _joined(_uncoloured(left), _uncoloured(right), None)
        for nm in colours:
            yield from _joined(*self._both(begin, nm), nm)

    def _both(self, begin: int, nm: int | None) -> tuple[list[_Branch], list[_Branch]]:
        """The branches to either side of a terminal's glass, both without the terminal the other begins with."""
        if begin < self.terminals.linear:
            return self._leave(begin, nm), self._leave(begin ^ 1, nm)
        if self.terminals.is_jack(begin):
            return [_Branch((), nm, Stop.JACK)], self._leave(begin, nm)
        inside = list(self._enter(begin, nm, (begin,), frozenset()))
        left = [_Branch(item.terminals[1:], item.nm, item.stop) for item in inside]
        colours = {item.nm for item in left} if nm is None else {nm}
        passable = any(item.terminals for item in left)
        own = frozenset({self.parting_at[begin].common} if passable else ())
        right = [
            _closed(item, own, self.parting_at) for colour in colours for item in self._onward(begin, colour, (), own)
        ]
        return left, right

    def _leave(self, terminal: int, nm: int | None) -> list[_Branch]:
        """Ways on from where light leaves glass at a terminal, the terminal included."""
        passed, stop = self._run(terminal, terminal)
        if stop is not None:
            return [_Branch(tuple(passed), nm, stop)]
        return list(self._enter(passed[-1], nm, tuple(passed), frozenset()))

    def _run(self, begin: int, home: int) -> tuple[list[int], Stop | None]:
        """From a terminal on, through all that has one way only; no stop where a filter or splitter is entered.

        ``home`` is where the trace began: coming back to it closes a loop.
        """
        mate, linear = self.joints.mate, self.terminals.linear
        passed = [begin]
        here = begin
        while True:
            there = mate[here]
            if there == NOWHERE:
                return passed, Stop.OPEN
            passed.append(there)
            if there >= linear:
                return passed, Stop.JACK if self.terminals.is_jack(there) else None
            here = there ^ 1
            passed.append(here)
            if here == home:
                return passed, Stop.LOOP

    def _enter(
        self, terminal: int, nm: int | None, passed: tuple[int, ...], parted: frozenset[int]
    ) -> Iterator[_Branch]:
        """Ways on from where light enters a filter or splitter."""
        part = self.parting_at[terminal]
        ways = list(_ways(part, terminal, nm))
        if not ways:
            yield _Branch(passed, nm, Stop.BLOCKED)
        if part.common in parted:
            yield from (_Branch(passed, colour, Stop.LOOP) for _out, colour in ways)
            return
        for out, colour in ways[:MOST_PATHS]:
            yield from self._onward(out, colour, passed, parted | {part.common})

    def _onward(self, out: int, nm: int | None, passed: tuple[int, ...], parted: frozenset[int]) -> Iterator[_Branch]:
        """Ways on from where light leaves a filter or splitter that it has passed."""
        more, stop = self._run(out, passed[0] if passed else out)
        if stop is not None:
            yield _Branch((*passed, *more), nm, stop)
        else:
            yield from self._enter(more[-1], nm, (*passed, *more), parted)


def _ways(part: Parting, terminal: int, nm: int | None) -> Iterable[tuple[int, int | None]]:
    """Where light goes that enters a filter or splitter at a terminal, and its colour from there on."""
    if part.legs:
        return [(leg, nm) for leg in part.legs] if terminal == part.common else [(part.common, nm)]
    if terminal == part.common:
        if nm is None:
            onward: list[tuple[int, int | None]] = [(port, colour) for colour, port in part.colours.items()]
            return [*onward, (part.express, None)] if part.express != NOWHERE else onward
        port = part.colours.get(nm)
        if port is not None:
            return [(port, nm)]
        banded = [(port, finer) for own, port in part.colours.items() if (finer := _finer(own, nm)) is not None]
        return banded or ([(part.express, nm)] if part.express != NOWHERE else [])
    if terminal == part.express:
        return (
            []
            if nm in part.colours or (nm is not None and any(passes(own, nm) for own in part.colours))
            else [(part.common, nm)]
        )
    own = [colour for colour, port in part.colours.items() if port == terminal]
    found = (colour if nm is None else _finer(colour, nm) for colour in own)
    return [(part.common, colour) for colour in found if colour is not None]


def _finer(own: int, colour: int) -> int | None:
    """What passes a filter's port: of a dense colour and the coarse band around it, the dense one."""
    if passes(own, colour):
        return colour
    return own if passes(colour, own) else None


def _uncoloured(branches: list[_Branch]) -> list[_Branch]:
    return [item for item in branches if item.nm is None]


def _closed(branch: _Branch, own: frozenset[int], parting_at: dict[int, Parting]) -> _Branch:
    """A branch that comes back into the filter it left ends where it began."""
    last = branch.terminals[-1]
    if branch.stop is Stop.LOOP and last in parting_at and parting_at[last].common in own:
        return _Branch((*branch.terminals, branch.terminals[0]), branch.nm, branch.stop)
    return branch


def _joined(left: list[_Branch], right: list[_Branch], nm: int | None) -> Iterator[LightPath]:
    """Paths out of branches to both sides; a branch that comes back to its begin is a path of its own, a loop."""
    for branch in right:
        if _returns(branch):
            yield LightPath(branch.terminals[:-1], nm, Stop.LOOP, Stop.LOOP)
    onward = [branch for branch in left if not _returns(branch)]
    for one, other in product(onward, [branch for branch in right if not _returns(branch)]):
        yield LightPath(one.terminals[::-1] + other.terminals, nm, one.stop, other.stop)


def _returns(branch: _Branch) -> bool:
    return branch.stop is Stop.LOOP and len(branch.terminals) > 1 and branch.terminals[0] == branch.terminals[-1]
