"""Grafana's files and a pushed Grafana, made from a city: by hand through ``rainbow dashboards``, or by the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.surroundings import Surroundings
from rainbow.city import secret_in
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from dashboards.grafana import Grafana
    from dashboards.settings import DashboardSettings
    from dashboards.wanted import Wanted
    from rainbow.settings import Settings


def surroundings(settings: Settings) -> Surroundings:
    """What a city's settings say about the surroundings of its dashboards."""
    influx = settings.influx
    plain = Surroundings(settings=settings.dashboards, interval_s=settings.collect.interval_s)
    if influx is None:
        return plain
    return Surroundings(
        settings=settings.dashboards,
        interval_s=settings.collect.interval_s,
        database=influx.database,
        influx_version=influx.version,
    )


def grafana(folder: Path, settings: DashboardSettings) -> Grafana:
    """The Grafana a city is pushed to.

    Raises:
        SettingsError: the settings name none, or its token is missing.
    """
    from dashboards.grafana import Grafana  # noqa: PLC0415 - an HTTP client only a push needs

    if not settings.grafana_url:
        raise SettingsError(
            _("{folder}: no Grafana to push to").format(folder=folder),
            cure=_("set grafana_url and token_file (or token_env) in the table [dashboards] of city.toml"),
        )
    token = secret_in(folder, settings.token, what="dashboards.token")
    ca_file = str(folder / settings.ca_file) if settings.ca_file else ""
    return Grafana(settings.grafana_url, token, ca_file=ca_file)


def wanted_of(folder: Path, settings: Settings, language: str = "") -> Wanted:
    """What a city's Grafana should hold.

    Raises:
        SettingsError: a secret is missing.
        DashboardError: the lint found a fault in what was made.
    """
    from dashboards.wanted import wanted  # noqa: PLC0415 - loaded by a push only

    ref = settings.dashboards.influx_read
    influx_read = secret_in(folder, ref, what="dashboards.influx_read") if ref else None
    return wanted(surroundings(settings), language or settings.city.language, influx_read)
