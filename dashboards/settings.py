"""Settings of the table ``[dashboards]`` in city.toml."""

from __future__ import annotations

from dataclasses import dataclass

from rainbow.kernel.texts import _


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardSettings:
    """What the generated dashboards need to know of their surroundings."""

    folder: str = "RAINBOW"
    """Grafana's folder the dashboards stand in."""
    page_url: str = "http://127.0.0.1:8021"
    """Where the planner's page is reached from a reader of Grafana; panels link to it."""
    datasource_uid: str = "rainbow-influxdb"
    """Identifier of the InfluxDB data source (InfluxQL)."""

    def __post_init__(self) -> None:
        if not self.page_url.startswith(("http://", "https://")):
            raise ValueError(
                _("page_url {value!r} does not begin with http:// or https://").format(value=self.page_url)
            )
