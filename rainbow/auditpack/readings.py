"""What the store says, for parts of the pack; a city without a store says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import DEVICE
from rainbow.wiring import store_reader

if TYPE_CHECKING:
    from rainbow.city import City
    from rainbow.kernel.metrics import Metric
    from rainbow.kernel.samples import Sample


def newest(city: City, metric: Metric) -> list[Sample]:
    """The newest sample of each series; none where there is no store, or it cannot be read."""
    if not city.database.is_file():
        return []
    try:
        with store_reader(city) as reader:
            return reader.latest(metric)
    except StoreError:
        return []


def newest_of_devices(city: City) -> dict[str, int]:
    """When each device was last found to answer."""
    return {
        dict(sample.series.tags).get("device", ""): sample.time_ns
        for sample in newest(city, DEVICE)
        if sample.values.get(DEVICE.up) == 1
    }
