"""A number for every place where light can enter or leave glass, so that tracing is counting. Pure.

Both sides of a strand and of a panel port are neighbours: the other side of terminal ``t`` is ``t ^ 1``. Behind these
``linear`` ones stand the ports of filters and splitters, then three jacks for each interface.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from inventory.dwdm import channel_name
from inventory.entities import Code, StrandRef
from inventory.glass import COMMON, EXPRESS, RX, TX, End, PassiveKind
from inventory.optics_classes import canonical_nm

if TYPE_CHECKING:
    from inventory.entities import Cable, Interface
    from inventory.glass import Panel, Passive
    from inventory.plant import Plant

JACKS = ("", TX, RX)
"""A transceiver's jacks: the only one, or the one light leaves and the one it enters."""
NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """The terminals of one filter or splitter.

    ``colours`` by nm or GHz of the grid; ``record`` None where it is implied.
    """

    name: str
    node: Code
    record: Passive | None
    common: int
    colours: dict[int, int] = field(default_factory=dict)
    express: int = NOWHERE
    legs: tuple[int, ...] = ()

    @property
    def terminals(self) -> tuple[int, ...]:
        """All of them, the common one first."""
        express = () if self.express == NOWHERE else (self.express,)
        return (self.common, *express, *self.colours.values(), *self.legs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminals:
    """The numbering of one plant."""

    cables: tuple[Cable, ...]
    cable_base: tuple[int, ...]
    panels: tuple[Panel, ...]
    panel_base: tuple[int, ...]
    linear: int
    partings: tuple[Parting, ...]
    interfaces: tuple[Interface, ...]
    first_jack: int
    end: int
    base_of: dict[Code, int]
    ports: dict[str, int]
    part_of: dict[int, Parting]

    @classmethod
    def of(cls, plant: Plant) -> Terminals:
        """Number a plant's terminals in file order."""
        cable_base = tuple(accumulate((2 * item.strand_count for item in plant.cables), initial=0))
        panel_base = tuple(accumulate((2 * item.ports for item in plant.panels), initial=cable_base[-1]))
        linear = panel_base[-1]
        ports: dict[str, int] = {}
        partings = tuple(_parting(item, ports, linear) for item in plant.passives)
        first_jack = linear + len(ports)
        for index, interface in enumerate(plant.interfaces):
            for offset, ending in enumerate(JACKS):
                ports[interface.code + ending] = first_jack + len(JACKS) * index + offset
        base_of = dict(zip((item.code for item in plant.cables), cable_base, strict=False))
        base_of |= dict(zip((item.code for item in plant.panels), panel_base, strict=False))
        return cls(
            cables=plant.cables,
            cable_base=cable_base[:-1],
            panels=plant.panels,
            panel_base=panel_base[:-1],
            linear=linear,
            partings=partings,
            interfaces=plant.interfaces,
            first_jack=first_jack,
            end=first_jack + len(JACKS) * len(plant.interfaces),
            base_of=base_of,
            ports=ports,
            part_of={terminal: part for part in partings for terminal in part.terminals},
        )

    def strand_end(self, strand: StrandRef, end: End) -> int:
        """The terminal of a strand's end; the strand must be in its cable."""
        return self.base_of[strand.cable] + 2 * (strand.number - 1) + (end is End.TO)

    def panel_back(self, panel: Code, number: int) -> int:
        """The back of a panel's port; its front is the next terminal."""
        return self.base_of[panel] + 2 * (number - 1)

    def jacks(self, interface: Code) -> tuple[int, int, int]:
        """An interface's only jack, the one light leaves, the one it enters."""
        first = self.ports[interface]
        return first, first + 1, first + 2

    def is_strand(self, terminal: int) -> bool:
        """Whether a terminal is an end of a strand."""
        return terminal < (self.panel_base[0] if self.panel_base else self.linear)

    def strand(self, terminal: int) -> StrandRef:
        """The strand a terminal belongs to."""
        index = bisect_right(self.cable_base, terminal) - 1
        return StrandRef(self.cables[index].code, (terminal - self.cable_base[index]) // 2 + 1)

    def cable(self, terminal: int) -> Cable:
        """The cable a strand's terminal belongs to."""
        return self.cables[bisect_right(self.cable_base, terminal) - 1]

    def panel(self, terminal: int) -> tuple[Panel, int]:
        """The panel and the port number of a terminal."""
        index = bisect_right(self.panel_base, terminal) - 1
        return self.panels[index], (terminal - self.panel_base[index]) // 2 + 1

    def jack(self, terminal: int) -> tuple[Interface, str]:
        """The interface and the ending of a jack."""
        index, offset = divmod(terminal - self.first_jack, len(JACKS))
        return self.interfaces[index], JACKS[offset]

    def is_jack(self, terminal: int) -> bool:
        """Whether a terminal is a transceiver's jack."""
        return self.first_jack <= terminal < self.end


def _parting(passive: Passive, ports: dict[str, int], linear: int) -> Parting:
    def port(name: object) -> int:
        return ports.setdefault(f"{passive.code}:{name}", linear + len(ports))

    common = port(COMMON)
    is_filter = passive.kind is PassiveKind.FILTER
    grid = {canonical_nm(nm): nm for nm in reversed(passive.colours)}  # one given twice has one port
    return Parting(
        name=passive.code,
        node=passive.node,
        record=passive,
        common=common,
        colours={nm: port(channel_name(given)) for nm, given in reversed(grid.items())} if is_filter else {},
        express=port(EXPRESS) if is_filter and passive.express else NOWHERE,
        legs=() if is_filter else tuple(port(number) for number in range(1, passive.legs + 1)),
    )
