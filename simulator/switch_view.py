"""What the agent of a simulated switch shows, and to whom."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from simulator import ber
from simulator.layout import Entry, Layout
from simulator.mib import NEIGHBOUR_COLUMNS, PORT_COLUMNS, SCALARS
from simulator.mib_entities import ENTITY_SCALARS, MODULE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rainbow.kernel.secret import Secret
    from simulator.network import Network
    from simulator.parts import Switch


class Shape(NamedTuple):
    """What decides which objects a switch can have: how many ports, which of them have modules, which are linked.

    A thousand switches have a few dozen shapes.
    """

    ports: int
    modules: tuple[int, ...]
    linked: tuple[int, ...]


def shape_of(switch: Switch) -> Shape:
    """The shape of a switch."""
    return Shape(
        len(switch.ports),
        tuple(row for row, port in enumerate(switch.ports) if port.module is not None),
        tuple(row for row, port in enumerate(switch.ports) if port.linked),
    )


@lru_cache(maxsize=2048)
def layout(shape: Shape) -> Layout:
    """The layout of a shape; made once."""
    entries = [Entry(ber.key(*oid), make, None, -1) for oid, make in (*SCALARS, *ENTITY_SCALARS)]
    columns = {entry.key[:-4] for entry in entries}
    for table, rows in (
        (PORT_COLUMNS, range(shape.ports)),
        (MODULE_COLUMNS, shape.modules),
        (NEIGHBOUR_COLUMNS, shape.linked),
    ):
        for column in table:
            columns.add(ber.key(*column.oid))
            entries.extend(Entry(ber.key(*column.oid, *column.index(row + 1)), None, column.make, row) for row in rows)
    return Layout(entries, columns)


class SwitchView:
    """The :class:`simulator.agent.View` of a switch. All values of one reply are of one moment."""

    def __init__(self, switch: Switch, network: Network, community: Secret, clock: Callable[[], float]) -> None:
        self._switch = switch
        self._network = network
        self._community = community.reveal().encode()
        self._clock = clock
        self._now_s = 0.0
        self._layout: Layout | None = None

    def open(self, community: bytes) -> SwitchView | None:
        """The view as of now; None for a wrong community, and where the switch does not answer."""
        if community != self._community:
            return None
        self._now_s = now_s = self._clock()
        self._network.advance(now_s)
        return self if self._network.answers(self._switch, now_s) else None

    def get(self, name: bytes) -> bytes | None:
        """See :class:`simulator.agent.View`."""
        return self._objects().get(self._switch, name, self._now_s)

    def walk(self, name: bytes) -> Iterator[tuple[bytes, bytes]]:
        """See :class:`simulator.agent.View`."""
        return self._objects().walk(self._switch, name, self._now_s)

    def knows_column(self, name: bytes) -> bool:
        """See :class:`simulator.agent.View`."""
        return self._objects().knows_column(name)

    def _objects(self) -> Layout:
        """Made when first asked: a city is ready before its thousand switches are looked at."""
        if self._layout is None:
            self._layout = layout(shape_of(self._switch))
        return self._layout
