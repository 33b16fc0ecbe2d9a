"""Grafana's own classes, imported in one place.

The SDK warns at import that a second dashboard format exists. Classic dashboards are what provisioning files hold and
what Grafana 12 and 13 both read, so the warning is silenced here and nowhere else.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.variants import Dataquery
    from grafana_foundation_sdk.models import common, dashboard, stat, statetimeline, table, timeseries, units

__all__ = ["Dataquery", "JSONEncoder", "common", "dashboard", "stat", "statetimeline", "table", "timeseries", "units"]
