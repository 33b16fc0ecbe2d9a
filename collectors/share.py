"""What a collector that asks only its share of the devices needs to know, and where what it hears goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.reading import DeviceReading
    from inventory.entities import Code
    from rainbow.kernel.samples import Record, Series, UnixNs


class Share(Protocol):
    """The devices that are this collector's, and when they are due."""

    def due(self) -> Sequence[Code]:
        """Those to ask now; asked for again and again."""

    def has(self, device: Code) -> bool:
        """Whether the device is this collector's, as of the last :meth:`due`."""


class Hearing(Protocol):
    """Whoever takes the readings: :class:`collectors.together.Together`, or who sends them there."""

    @property
    def links_held(self) -> int:
        """Links that flap and are not told of until they are calm."""

    def take(self, device: Code, reading: DeviceReading | None, neighbour_series: Mapping[str, Series]) -> bool:
        """Keep what a poll gave; whether it shows a link otherwise than it was last written."""

    def changed(self, *, time_ns: UnixNs) -> Sequence[Record]:
        """The links that are not as last written, with totals and events."""

    def all(self, *, time_ns: UnixNs) -> Sequence[Record]:
        """Every link, totals, events, and neighbours heard since the last call."""

    def far_devices(self, device: Code, if_name: str | None) -> set[Code]:
        """Who is at the other end of the link at a port; of all links of the device where none is named or known."""
