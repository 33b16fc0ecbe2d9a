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
    influx_url: str = "http://influxdb:8086"
    """Where Grafana reaches InfluxDB: inside Docker Compose by its service name."""
    influx_user: str = ""
    """InfluxDB 1.x only: a user that may read; empty where the database asks for none."""
    influx_secret_file: str = "/run/secrets/influxdb_read_token"  # noqa: S105 - a path, not a secret
    """File on Grafana's machine with the read token (password for 1.x). Only its path stands in generated files."""
    dashboards_path: str = "/var/lib/grafana/dashboards/rainbow"
    """Folder on Grafana's machine the dashboard files are put into."""
    alert_webhook: str = ""
    """Address that is told of alerts. Empty: Grafana's own default policy decides."""
    alert_outbox_age_s: float = 600.0
    """An alert when InfluxDB is further behind than this: ten minutes are more than any restart takes."""

    def __post_init__(self) -> None:
        for name in ("page_url", "influx_url", "alert_webhook"):
            value = getattr(self, name)
            if not value.startswith(("http://", "https://")) and (value or name != "alert_webhook"):
                raise ValueError(
                    _("{name} {value!r} does not begin with http:// or https://").format(name=name, value=value)
                )
        if self.alert_outbox_age_s <= 0:
            raise ValueError(_("{name} must be above 0").format(name="alert_outbox_age_s"))
