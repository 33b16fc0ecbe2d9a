"""What generated files need to know of their surroundings: the data source, the page, how often is measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

from dashboards.sdk import common
from dashboards.settings import DashboardSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Of one set of dashboards. ``interval_s`` is how often a device is polled.

    ``slow_interval_s`` is how often the slowest of what moves slowly is written: power, differences, a backup's age.
    """

    settings: DashboardSettings = field(default_factory=DashboardSettings)
    interval_s: float = 60.0
    slow_interval_s: float = 300.0
    database: str = "rainbow"
    influx_version: int = 2
    incidents: bool = True
    """Whether a collector looks for the causes behind what is down."""

    @property
    def source(self) -> common.DataSourceRef:
        """The data source of every panel."""
        return common.DataSourceRef(type_val="influxdb", uid=self.settings.datasource_uid)

    @property
    def least_interval(self) -> str:
        """Narrower buckets than the poll interval would be empty ones."""
        return f"{ceil(self.interval_s)}s"

    @property
    def refresh(self) -> str:
        """How often an open dashboard asks again: no oftener than something new can be there."""
        steps = ((10, "10s"), (30, "30s"), (60, "1m"))
        return next((text for step_s, text in steps if self.interval_s <= step_s), "5m")

    @property
    def longest_gap_ms(self) -> int:
        """A line is drawn over one missed reading, not over two in a row."""
        return ceil(self.interval_s * 2500)

    @property
    def now_window(self) -> str:
        """How far back a panel of the present looks: past it, a silent thing shows nothing rather than old news."""
        return f"{max(5, ceil(self.interval_s * 5 / 60))}m"

    @property
    def slow_window(self) -> str:
        """The same for what moves slowly: two readings may be lost."""
        return f"{max(5, ceil(self.slow_interval_s * 3 / 60))}m"
