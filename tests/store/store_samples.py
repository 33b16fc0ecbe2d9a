"""Samples for store tests: short to write, plain to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.metrics import DEVICE, INTERFACE
from rainbow.kernel.samples import Sample, UnixNs

if TYPE_CHECKING:
    from rainbow.kernel.samples import Value

NS = 1_000_000_000
HOUR = 3600 * NS
MINUTE = 60 * NS
START = 1_700_000_400 * NS // HOUR * HOUR
"""Some full hour."""


def port(at_ns: int, if_name: str = "ge1", **values: Value) -> Sample:
    """A sample of INTERFACE; ``values`` by field name."""
    fields = {item.name: item for item in INTERFACE.fields}
    return Sample(
        INTERFACE.series(site="S", device="D", if_name=if_name),
        UnixNs(at_ns),
        {fields[name]: value for name, value in values.items()},
    )


def poll(at_ns: int, device: str = "D", poll_s: float = 0.5) -> Sample:
    return Sample(DEVICE.series(site="S", device=device), UnixNs(at_ns), {DEVICE.up: 1, DEVICE.poll_s: poll_s})


def many(count: int, start_ns: int = START, step_ns: int = NS) -> list[Sample]:
    return [poll(start_ns + number * step_ns) for number in range(count)]
