"""Is a city's ``city.toml`` sane for its plant, and what disk will its store take?"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rainbow import snmp_policy
from rainbow.city import clock, secret
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.metrics import (
    COLLECTOR_ROUND,
    DEVICE,
    INTERFACE,
    LINK,
    NEIGHBOUR,
    NETWORK_TOTAL,
    OPTICS,
    OUTBOX,
    SITE_TOTAL,
)
from rainbow.kernel.texts import _
from rainbow.settings import FILE, named_files
from store.disk import budget, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.plant import Plant
    from rainbow.city import City
    from rainbow.kernel.metrics import Metric
    from rainbow.kernel.secret import SecretRef
    from store.disk import Share

DAY_S = 86_400.0
LOCAL = {"127.0.0.1", "::1", "localhost"}


def expected_series(plant: Plant) -> dict[Metric, int]:
    """Series a metric that a poll of the whole plant makes. Ports the plant does not list come on top."""
    ports = plant.interfaces
    return {
        INTERFACE: len(ports),
        OPTICS: sum(1 for port in ports if port.optics),
        LINK: len(plant.links),
        NEIGHBOUR: 2 * len(plant.links),
        DEVICE: len(plant.devices),
        SITE_TOTAL: len({device.node for device in plant.devices}),
        NETWORK_TOTAL: 1,
        COLLECTOR_ROUND: 1,
        OUTBOX: 1,
    }


def disk_shares(city: City) -> tuple[Share, ...]:
    """What the city's store takes once its keeping times are full, and its outbox while InfluxDB is away."""
    series, settings, interval_s = expected_series(city.plant), city.settings.store, city.settings.collect.interval_s
    shares = budget(series, settings, interval_s=interval_s)
    return shares if city.settings.influx is None else (*shares, waiting(series, settings, interval_s=interval_s))


def free_bytes(city: City) -> int:
    """Space left where the city's store lies or will lie."""
    return shutil.disk_usage(city.state if city.state.is_dir() else city.folder).free


def check(city: City, *, free: int) -> list[Finding]:
    """Everything doubtful about the settings, the worst first."""
    found = [
        *_profiles(city),
        *_secrets(city),
        *_files(city),
        *_policy(city),
        *_times(city),
        *_influx(city),
        *_disk(city, free),
    ]
    order = list(Severity)
    return sorted(found, key=lambda finding: order.index(finding.severity))


def _profiles(city: City) -> Iterator[Finding]:
    known = city.settings.snmp
    used: dict[str, list[str]] = {}
    for device in city.plant.devices:
        used.setdefault(device.snmp, []).append(device.code)
    for name, devices in used.items():
        if name not in known:
            yield _finding(
                "RB-S002",
                Severity.ERROR,
                f"snmp.{name}",
                _("{count} devices name this profile, {device} first; city.toml does not have it").format(
                    count=len(devices), device=devices[0]
                ),
                _("add [snmp.{name}] or correct the device's column snmp").format(name=name),
            )
    for name in known:
        if name not in used:
            yield _finding(
                "RB-S003", Severity.INFO, f"snmp.{name}", _("no device uses this profile"), _("remove it if it is old")
            )


def _secrets(city: City) -> Iterator[Finding]:
    for key, ref in _references(city):
        try:
            secret(city, ref, what=key)
        except SettingsError as error:
            yield _finding("RB-S004", Severity.ERROR, key, error.message, error.cure)


def _files(city: City) -> Iterator[Finding]:
    for key, file in named_files(city.settings):
        try:
            Path(file).read_bytes()
        except OSError as error:
            yield _finding(
                "RB-S012",
                Severity.ERROR,
                key,
                _("{path} cannot be read: {error}").format(path=file, error=error.strerror),
                _("put the file there, or name it from the folder of city.toml or by its whole path"),
            )


def _references(city: City) -> Iterator[tuple[str, SecretRef]]:
    for name, profile in city.settings.snmp.items():
        needed = ("community",) if profile.version == "2c" else ("auth_key", "priv_key")
        yield from ((f"snmp.{name}.{part}", getattr(profile, part)) for part in needed)
    influx = city.settings.influx
    if influx is not None:
        part = "password" if influx.version == 1 else "token"
        ref: SecretRef = getattr(influx, part)
        if ref or influx.version != 1 or influx.user:
            yield f"influx.{part}", ref


def _policy(city: City) -> Iterator[Finding]:
    """What would keep the collector from starting, and exceptions that are over."""
    try:
        snmp_policy.require(city.settings, city.plant.devices)
    except SettingsError as error:
        yield from error.findings
    yield from snmp_policy.expired(city.settings, datetime.fromtimestamp(clock() / 1e9, UTC).date())


def _times(city: City) -> Iterator[Finding]:
    collect = city.settings.collect
    if collect.device_deadline_s > collect.interval_s:
        yield _finding(
            "RB-S005",
            Severity.WARNING,
            "collect.device_deadline_s",
            _("a device may be asked for {deadline:g} s, a round begins every {interval:g} s").format(
                deadline=collect.device_deadline_s, interval=collect.interval_s
            ),
            _("make it shorter than interval_s, or poll less often"),
        )


def _influx(city: City) -> Iterator[Finding]:
    influx = city.settings.influx
    if influx is not None and urlsplit(influx.url).scheme == "http" and urlsplit(influx.url).hostname not in LOCAL:
        yield _finding(
            "RB-S006",
            Severity.WARNING,
            "influx.url",
            _("{url} is another host without TLS: token and readings can be read on the way").format(url=influx.url),
            _("use https://, with ca_file for a certificate authority of your own"),
        )


def _disk(city: City, free: int) -> Iterator[Finding]:
    taken = city.database.stat().st_size if city.database.is_file() else 0
    shares = disk_shares(city)
    needed = sum(share.size_bytes for share in shares) - taken
    bridged_s = min((share.kept_s for share in shares if share.name == "outbox"), default=DAY_S)
    if bridged_s < DAY_S:
        yield _finding(
            "RB-S008",
            Severity.WARNING,
            "store.outbox_max_mb",
            _("when InfluxDB is away for more than {hours:.1f} h, points are dropped").format(hours=bridged_s / 3600),
            _("raise outbox_max_mb, or outbox_max_age_h: a day should be bridged"),
        )
    if needed > free:
        yield _finding(
            "RB-S007",
            Severity.WARNING,
            "store",
            _("the store will take {needed:.1f} GB more, the disk has {free:.1f} GB left").format(
                needed=needed / 1e9, free=free / 1e9
            ),
            _("shorten raw_h, five_minutes_days or hours_years, or give it more disk"),
        )


def _finding(code: str, severity: Severity, key: str, message: str, cure: str) -> Finding:
    return Finding(code=code, severity=severity, where=FILE, record=key, message=message, cure=cure)
