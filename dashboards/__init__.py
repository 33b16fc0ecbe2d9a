"""Grafana dashboards, alert rules and provisioning files, built from the metric catalogue."""
