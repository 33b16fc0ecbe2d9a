"""Part 02: every connection that is made or accepted, and what was seen of its protection when the pack was made."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509

from rainbow.auditpack.accepted import accepted_for
from rainbow.auditpack.pieces import Table
from rainbow.auditpack.snmp import level
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Row
    from rainbow.settings import Settings

NAME = "02_transport.csv"
CONTROL = "NET.1.2.A9"
_WAIT_S = 4.0
_COLUMNS = (
    *("connection", "direction", "peer", "protocol", "verified", "version", "cipher", "certificate_subject"),
    *("certificate_until", "seen", "verdict", "exception"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One connection by the settings."""

    name: str
    direction: str
    host: str
    port: int
    protocol: str
    ca_file: str = ""


def table(ground: Ground) -> Table:
    """All connections; those with TLS are opened once to see what is agreed."""
    rows = [_row(ground, way) for way in _ways(ground.city.settings)] + list(_snmp(ground))
    return Table.of(NAME, _("Connections and their protection"), _COLUMNS, rows)


def _ways(settings: Settings) -> Iterator[_Way]:
    page = settings.page
    protocol = "https" if page.tls_certificate else "http"
    yield _Way(name="page", direction="in", host=page.host, port=page.port, protocol=protocol)
    if settings.influx is not None:
        yield _by_url("influx", settings.influx.url, settings.influx.ca_file)
    if settings.netbox is not None:
        yield _by_url("netbox", settings.netbox.url, settings.netbox.ca_file)
    if settings.dashboards.grafana_url:
        yield _by_url("grafana", settings.dashboards.grafana_url, settings.dashboards.ca_file)
    if settings.access.oidc is not None:
        yield _by_url("sign-in", settings.access.oidc.issuer, settings.access.oidc.ca_file)
    if (siem := settings.audit.siem) is not None:
        protocol = "syslog+tls" if siem.tls else "syslog"
        yield _Way(
            name="siem", direction="out", host=siem.host, port=siem.port, protocol=protocol, ca_file=siem.ca_file
        )


def _by_url(name: str, url: str, ca_file: str) -> _Way:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return _Way(
        name=name, direction="out", host=parts.hostname or "", port=port, protocol=parts.scheme, ca_file=ca_file
    )


def _row(ground: Ground, way: _Way) -> Row:
    row: Row = {"connection": way.name, "direction": way.direction, "protocol": way.protocol}
    row["peer"] = f"{way.host}:{way.port}"
    accepted = accepted_for(ground, CONTROL, way.name)
    row["exception"] = accepted.name if accepted else None
    if way.protocol in {"https", "syslog+tls"}:
        row["verified"] = True
        return row | (_seen(way) if ground.asks else {"seen": "--offline"})
    row["verified"] = None
    row["verdict"] = "loopback" if is_loopback(way.host) else "clear text"
    return row


def is_loopback(host: str) -> bool:
    """Whether what is sent there never leaves this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _seen(way: _Way) -> Row:
    """What a connection agrees on now. A verdict is by TR-02102-2: TLS 1.3, or 1.2 until the end of 2031."""
    try:
        trusted = ssl.create_default_context(cafile=way.ca_file or None)
        with (
            socket.create_connection((way.host, way.port), timeout=_WAIT_S) as plain,
            trusted.wrap_socket(plain, server_hostname=way.host) as secure,
        ):
            version, suite = secure.version() or "", secure.cipher()
            certificate = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError) as error:
        return {"seen": f"not seen: {error}", "verdict": None}
    fine = {"TLSv1.3": "TLS 1.3", "TLSv1.2": "TLS 1.2, until 2031-12-31"}
    return {
        "version": version,
        "cipher": suite[0] if suite else None,
        "certificate_subject": certificate.subject.rfc4514_string(),
        "certificate_until": certificate.not_valid_after_utc.date().isoformat(),
        "seen": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": fine.get(version, f"outdated: {version}"),
    }


def _snmp(ground: Ground) -> Iterator[Row]:
    """One row a profile: version 3 protects itself, 2c does not."""
    used = {device.snmp: device.address for device in ground.city.plant.devices}
    for name, profile in ground.city.settings.snmp.items():
        if name not in used:
            continue
        local = all(is_loopback(item.address) for item in ground.city.plant.devices if item.snmp == name)
        accepted = accepted_for(ground, CONTROL, f"snmp.{name}")
        is_whole = level(profile) == "authPriv"
        yield {
            "connection": f"snmp.{name}",
            "direction": "out",
            "peer": "devices",
            "protocol": f"SNMP {profile.version}",
            "version": level(profile),
            "cipher": f"{profile.auth}/{profile.priv}" if profile.version == "3" else None,
            "verdict": "authPriv" if is_whole else "loopback" if local else "clear text",
            "exception": accepted.name if accepted else None,
        }
