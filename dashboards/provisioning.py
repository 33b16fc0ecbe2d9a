"""Grafana's provisioning files: the data source, and where dashboards lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.alerts import GROUP

if TYPE_CHECKING:
    from dashboards.surroundings import Surroundings
    from dashboards.yaml_text import Plain


def data_source(around: Surroundings) -> Plain:
    """InfluxDB asked in InfluxQL. The secret stays in its file: Grafana reads it by itself."""
    settings = around.settings
    options: dict[str, Plain] = {
        "version": "InfluxQL",
        "dbName": around.database,
        "httpMode": "POST",
        "timeInterval": around.least_interval,
    }
    secret = f"$__file{{{settings.influx_secret_file}}}"
    access: dict[str, Plain] = {"jsonData": options}
    if around.influx_version == 1:
        if settings.influx_user:
            access |= {"user": settings.influx_user, "secureJsonData": {"password": secret}}
    else:
        options["httpHeaderName1"] = "Authorization"
        access["secureJsonData"] = {"httpHeaderValue1": f"Token {secret}"}
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "RAINBOW InfluxDB",
                "uid": settings.datasource_uid,
                "type": "influxdb",
                "access": "proxy",
                "orgId": 1,
                "url": settings.influx_url,
                **access,
                "editable": False,
            }
        ],
    }


def dashboard_provider(around: Surroundings) -> Plain:
    """Where Grafana finds the dashboards. Changed files are read again within half a minute."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": GROUP,
                "orgId": 1,
                "folder": around.settings.folder,
                "type": "file",
                "disableDeletion": False,
                "allowUiUpdates": False,
                "updateIntervalSeconds": 30,
                "options": {"path": around.settings.dashboards_path},
            }
        ],
    }
