"""Whom a city's collector asks, and by what: addresses of the management network alone, and no old version unnamed.

By BSI IT-Grundschutz NET.1.2.A10: insecure SNMP versions only where it cannot be helped, and then written down with a
reason, somebody who answers for it and an end. On loopback (a simulated city) neither is asked for.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from rainbow.kernel.errors import SettingsError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from inventory.entities import Device
    from rainbow.settings import Settings

MOST_NAMED = 20


def require(settings: Settings, devices: Sequence[Device]) -> None:
    """Refuse to ask devices that may not be asked, or not so.

    Raises:
        SettingsError: an address lies outside the management prefixes, or a version is in use without being named as
            an exception; all of them are in ``findings``.
    """
    found = [*_outside(settings, devices), *_unnamed(settings, devices)]
    if found:
        raise SettingsError(
            _("{count} devices or profiles may not be asked as they are").format(count=len(found)),
            findings=found[:MOST_NAMED],
            cure=_("mend what each finding names"),
        )


def expired(settings: Settings, today: date) -> Iterator[Finding]:
    """Exceptions whose end has come. The devices are still asked: nobody wants to be blind at midnight."""
    for name, profile in settings.snmp.items():
        if profile.version == "2c" and profile.expires and profile.expires < today.isoformat():
            yield _finding(
                "RB-S011",
                f"snmp.{name}",
                _("the exception for version {version} ended on {day}; {owner} answers for it").format(
                    version=profile.version, day=profile.expires, owner=profile.owner
                ),
                _("set these devices to version 3, or decide anew and set another end"),
                severity=Severity.WARNING,
            )


def _outside(settings: Settings, devices: Sequence[Device]) -> Iterator[Finding]:
    prefixes = [ipaddress.ip_network(text) for text in settings.collect.management_prefixes]
    if not prefixes:
        return
    for device in devices:
        ip = _address(device)
        if ip is None or not any(ip in prefix for prefix in prefixes):
            yield _finding(
                "RB-S009",
                device.code,
                _("{address} lies outside the management prefixes").format(address=device.address),
                _("mend the address, or add its network to management_prefixes in [collect]"),
            )


def _unnamed(settings: Settings, devices: Sequence[Device]) -> Iterator[Finding]:
    beyond = {device.snmp for device in devices if (ip := _address(device)) is None or not ip.is_loopback}
    for name, profile in settings.snmp.items():
        lacks = [field for field in ("reason", "owner", "expires") if not getattr(profile, field)]
        if name in beyond and profile.version == "2c" and lacks:
            yield _finding(
                "RB-S010",
                f"snmp.{name}",
                _("version 2c crosses the network in clear text, and {fields} of the exception are missing").format(
                    fields=", ".join(lacks)
                ),
                _("use version 3, or write down reason, owner and expires in [snmp.{name}]").format(name=name),
            )


def _address(device: Device) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(device.address)
    except ValueError:
        return None


def _finding(code: str, record: str, message: str, cure: str, *, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code=code, severity=severity, where="city.toml", record=record, message=message, cure=cure)
