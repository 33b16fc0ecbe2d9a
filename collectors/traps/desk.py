"""From a notification to the poll it wakes, and the mark it leaves."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from collectors.traps.damper import Damper
from collectors.traps.notification import Kind
from rainbow.kernel.metrics import EVENT
from rainbow.kernel.samples import Sample
from rainbow.kernel.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.clock import Clock
    from collectors.traps.notification import Notification
    from inventory.entities import Code
    from inventory.plant import Plant

log = logging.getLogger("rainbow.collectors.traps")

MARK_EVERY_S = 60.0
"""One mark a device and kind so often: a mark says when something began, not how often it happened."""
_SAID = {
    Kind.LINK_DOWN: N_("{device} reports: a port went down"),
    Kind.LINK_UP: N_("{device} reports: a port came up"),
    Kind.RESTART: N_("{device} reports: it restarted"),
    Kind.OPTICS: N_("{device} reports: an alarm of light"),
    Kind.POWER: N_("{device} reports: its power goes"),
    Kind.OTHER: N_("{device} sent a notification: {trap_oid}"),
}


class Wakes(Protocol):
    """Whoever asks a device out of turn."""

    def __call__(self, device: Code, if_index: int | None = None) -> None:
        """Ask it soon."""


class TrapDesk:
    """Knows whose address it is. A trap is a hint: nothing of it is stored as a reading."""

    def __init__(self, plant: Plant, *, wake: Wakes, put: Callable[[Sequence[Sample]], None], clock: Clock) -> None:
        self._devices: dict[str, list[Code]] = {}
        for device in plant.devices:
            self._devices.setdefault(device.address, []).append(device.code)
        self._wake = wake
        self._put = put
        self._clock = clock
        self._marks = Damper(most_per_s=1 / MARK_EVERY_S, burst=1)
        self._strangers: set[str] = set()

    def told(self, notification: Notification) -> None:
        """Wake whoever it comes from."""
        devices = self._devices.get(notification.source) or self._devices.get(notification.origin, [])
        if not devices:
            self._tell_of_stranger(notification.source)
        for device in devices:
            self._wake(device, notification.if_index)
            if self._marks.allows(f"{device}/{notification.kind}", self._clock.monotonic_s()):
                self._put([self._mark(device, notification)])

    def _mark(self, device: Code, notification: Notification) -> Sample:
        text = _(_SAID[notification.kind]).format(device=device, trap_oid=notification.trap_oid)
        series = EVENT.series(kind=f"trap_{notification.kind}", object=device)
        return Sample(series, self._clock.time_ns(), {EVENT.text: text, EVENT.severity: 0})

    def _tell_of_stranger(self, source: str) -> None:
        """Once an address; a thousand of them are told of as well as all."""
        if source not in self._strangers and len(self._strangers) < 1000:  # noqa: PLR2004 - said above
            self._strangers.add(source)
            log.warning(_("a trap came from %s, which is no device's address of this city"), source)
