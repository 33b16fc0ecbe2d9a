"""Grafana's provisioning files: data source, where dashboards lie, whom alerts are told."""

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


def contact_points(around: Surroundings) -> Plain:
    """The one receiver the rules name; only made when the settings give its address."""
    return {
        "apiVersion": 1,
        "contactPoints": [
            {
                "orgId": 1,
                "name": GROUP,
                "receivers": [
                    {
                        "uid": "rainbow-webhook",
                        "type": "webhook",
                        "settings": {"url": around.settings.alert_webhook, "httpMethod": "POST"},
                        "disableResolveMessage": False,
                    }
                ],
            }
        ],
    }
