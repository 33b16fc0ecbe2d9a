"""The newest readings of the store as the page needs them. What is too old is no reading any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.entities import Code
from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import DEVICE, LINK, NETWORK_TOTAL, Field
from topology.states import LinkState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.services import PlannerServices
    from rainbow.kernel.samples import Sample, UnixNs, Value

STALE_ROUNDS = 3
"""A reading older than so many rounds is stale: shown as such and believed no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReading:
    """A link as last read. ``state`` is unknown when stale; levels and margin are then still the last known."""

    state: LinkState
    time_ns: UnixNs
    is_stale: bool
    rx_a_dbm: float | None
    rx_b_dbm: float | None
    margin_db: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReading:
    """A switch as last met. ``answers`` is None when stale."""

    answers: bool | None
    time_ns: UnixNs
    is_stale: bool
    uptime_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """One look at the store. ``newest_ns`` is None before the first round; ``trouble`` says why nothing can be read.

    ``ailment`` says what keeps the collector from giving readings, while they are stale and as far as it is known.
    """

    taken_ns: UnixNs
    newest_ns: UnixNs | None = None
    is_stale: bool = False
    sites_dark: int | None = None
    links: Mapping[Code, LinkReading] = field(default_factory=dict)
    devices: Mapping[Code, DeviceReading] = field(default_factory=dict)
    trouble: str = ""
    ailment: str = ""

    @property
    def age_s(self) -> float | None:
        """How old the newest reading is, in seconds."""
        return None if self.newest_ns is None else max(0.0, (self.taken_ns - self.newest_ns) / 1e9)


def stale_before_ns(services: PlannerServices, now_ns: UnixNs) -> int:
    """Readings from before this time are stale."""
    return now_ns - int(STALE_ROUNDS * services.interval_s * 1e9)


def take_readings(services: PlannerServices) -> Readings:
    """Look at the store; a store that is not there yet is no error but a state of affairs."""
    now_ns = services.clock()
    limit_ns = stale_before_ns(services, now_ns)
    try:
        with services.reader() as reader:
            links, devices, totals = reader.latest(LINK), reader.latest(DEVICE), reader.latest(NETWORK_TOTAL)
    except StoreError as error:
        return Readings(taken_ns=now_ns, trouble=error.message)
    newest_ns = max((sample.time_ns for sample in (*totals, *devices, *links)), default=None)
    is_stale = newest_ns is not None and newest_ns < limit_ns
    newest_total = max(totals, key=lambda sample: sample.time_ns, default=None)
    return Readings(
        taken_ns=now_ns,
        newest_ns=newest_ns,
        is_stale=is_stale,
        ailment=services.ailment() if is_stale else "",
        sites_dark=_whole(newest_total.values.get(NETWORK_TOTAL.sites_dark)) if newest_total is not None else None,
        links={Code(sample.series.tag("link")): _link(sample, limit_ns) for sample in links},
        devices={Code(sample.series.tag("device")): _device(sample, limit_ns) for sample in devices},
    )


def _link(sample: Sample, limit_ns: int) -> LinkReading:
    is_stale = sample.time_ns < limit_ns
    known = _whole(sample.values.get(LINK.state))
    return LinkReading(
        state=LinkState.UNKNOWN if is_stale or known is None else LinkState(known),
        time_ns=sample.time_ns,
        is_stale=is_stale,
        rx_a_dbm=number(sample, LINK.rx_a_dbm),
        rx_b_dbm=number(sample, LINK.rx_b_dbm),
        margin_db=number(sample, LINK.margin_db),
    )


def _device(sample: Sample, limit_ns: int) -> DeviceReading:
    is_stale = sample.time_ns < limit_ns
    answered = _whole(sample.values.get(DEVICE.up))
    return DeviceReading(
        answers=None if is_stale or answered is None else bool(answered),
        time_ns=sample.time_ns,
        is_stale=is_stale,
        uptime_s=number(sample, DEVICE.uptime_s),
    )


def number(sample: Sample, wanted: Field) -> float | None:
    """A number of a sample, or None where it was not read."""
    value = sample.values.get(wanted)
    return None if value is None or isinstance(value, str) else float(value)


def _whole(value: Value | None) -> int | None:
    return None if value is None or isinstance(value, str) else int(value)
