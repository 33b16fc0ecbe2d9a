"""Grafana's files and a pushed Grafana, made from a city: by hand through ``rainbow dashboards``, or by the service."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from rainbow.city import secret_in
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _
from rainbow.settings import FILE, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dashboards.grafana import Grafana
    from dashboards.settings import DashboardSettings
    from dashboards.surroundings import Surroundings
    from dashboards.wanted import Wanted
    from rainbow.settings import Settings

log = logging.getLogger("rainbow.provisioning")

SLOWEST_S = 300.0
"""How often differences and the age of backups are written; power as the settings say."""
CHECK_S = 60.0
"""How often a running collector looks whether settings or plant changed."""


def surroundings(settings: Settings) -> Surroundings:
    """What a city's settings say about the surroundings of its dashboards."""
    from dashboards.surroundings import Surroundings  # noqa: PLC0415 - Grafana's classes take a while to load

    influx = settings.influx
    plain = Surroundings(
        settings=settings.dashboards,
        interval_s=settings.collect.interval_s,
        slow_interval_s=max(SLOWEST_S, settings.energy.interval_s),
        incidents=settings.incidents.enabled,
    )
    return plain if influx is None else replace(plain, database=influx.database, influx_version=influx.version)


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
    return Grafana(settings.grafana_url, token, ca_file=settings.ca_file)


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


def files_folder(folder: Path) -> Path:
    """Where a city's own files for Grafana lie."""
    return folder / "state" / "grafana"


def write_files(folder: Path, settings: Settings) -> None:
    """Bring a city's files for Grafana up to date; none without an InfluxDB to ask, or where settings want none.

    Raises:
        DashboardError: the lint found a fault in what was made, or a file cannot be written.
    """
    if not settings.dashboards.keep_files or settings.influx is None:
        return
    from dashboards.build import files, write  # noqa: PLC0415 - Grafana's classes take a while to load

    changes = write(files(surroundings(settings), settings.city.language), files_folder(folder))
    for path in (*changes.new, *changes.changed, *changes.gone):
        log.info(_("Grafana's file %s was brought up to date"), path)


class Keeper:
    """Keeps a city's files and its Grafana as settings, plant and this version of RAINBOW want them.

    Called again and again it does nothing until a file of the city changed; what failed is done again the next time.
    """

    def __init__(self, folder: Path, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._folder = folder
        self._pause = pause
        self._done: frozenset[tuple[str, int, int]] | None = None

    def __call__(self) -> None:
        """Bring up to date what the settings name.

        Raises:
            SettingsError: the settings were changed and are bad now, or a secret is missing.
            DashboardError: the lint found a fault in what was made, or a file cannot be written.
            GrafanaError: Grafana stays away or refuses us.
        """
        seen = self._signature()
        if seen == self._done:
            return
        settings = read_settings(self._folder)
        write_files(self._folder, settings)
        if settings.dashboards.grafana_url:
            self._push(settings)
        self._done = seen

    def _push(self, settings: Settings) -> None:
        from dashboards.push import push  # noqa: PLC0415 - an HTTP client only a push needs

        target = grafana(self._folder, settings.dashboards)
        done = push(target, wanted_of(self._folder, settings), pause=self._pause)
        for what in done.written:
            log.info(_("written to %s: %s"), target.url, what)

    def _signature(self) -> frozenset[tuple[str, int, int]]:
        """What tells a changed city from an unchanged one without reading it."""
        paths = [self._folder / FILE, *(self._folder / "plant").glob("*")]
        found = [(path.name, path.stat()) for path in paths if path.is_file()]
        return frozenset((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)
