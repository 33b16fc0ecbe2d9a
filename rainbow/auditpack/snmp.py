"""Parts 01: how each device is asked, and what the settings give away."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from collectors.audit import audit
from rainbow.auditpack.accepted import accepted_for
from rainbow.auditpack.ground import utc
from rainbow.auditpack.pieces import Table
from rainbow.auditpack.readings import newest_of_devices
from rainbow.kernel.texts import _
from rainbow.snmp_profiles import audited_profiles

if TYPE_CHECKING:
    from inventory.entities import Device
    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Row
    from rainbow.kernel.secret import SecretRef
    from rainbow.settings import SnmpProfile

NAME, FINDINGS = "01_snmp.csv", "01_snmp_findings.csv"
CONTROL = "NET.1.2.A10"
_DAY_S = 86400.0


def tables(ground: Ground) -> list[Table]:
    """Devices with their protocol, and the findings of ``rainbow collect audit``."""
    city = ground.city
    used = Counter(device.snmp for device in city.plant.devices)
    heard = newest_of_devices(city)
    rows = (_device(ground, device, used[device.snmp], heard.get(device.code)) for device in city.plant.devices)
    columns = (
        *("device", "address", "profile", "version", "security_level", "auth", "priv", "last_answer"),
        *("credential_age_days", "devices_with_this_credential"),
        *("exception", "exception_reason", "exception_owner", "exception_until"),
    )
    found = audit(audited_profiles(city), city.plant.devices)
    findings = (
        {
            "severity": str(item.severity),
            "code": item.code,
            "record": item.record,
            "finding": item.message,
            "cure": item.cure,
        }
        for item in found
    )
    return [
        Table.of(NAME, _("How each device is asked"), columns, rows, note=_("the plant has no devices")),
        Table.of(
            FINDINGS,
            _("What the SNMP settings give away (rainbow collect audit)"),
            ("severity", "code", "record", "finding", "cure"),
            findings,
            note=_("nothing was found"),
        ),
    ]


def _device(ground: Ground, device: Device, sharing: int, heard_ns: int | None) -> Row:
    profile = ground.city.settings.snmp.get(device.snmp)
    accepted = accepted_for(ground, CONTROL, device.code, f"snmp.{device.snmp}")
    return {
        "device": device.code,
        "address": device.address,
        "profile": device.snmp,
        "version": profile.version if profile else None,
        "security_level": level(profile) if profile else None,
        "auth": profile.auth if profile and profile.version == "3" else None,
        "priv": profile.priv if profile and profile.version == "3" else None,
        "last_answer": utc(heard_ns),
        "credential_age_days": _age(ground, profile),
        "devices_with_this_credential": sharing,
        "exception": accepted.name if accepted else None,
        "exception_reason": accepted.reason if accepted else None,
        "exception_owner": accepted.owner if accepted else None,
        "exception_until": accepted.until if accepted else None,
    }


def level(profile: SnmpProfile) -> str:
    """The security level by RFC 3411: noAuthNoPriv, authNoPriv or authPriv."""
    if profile.version != "3" or profile.auth.lower() in {"", "none"}:
        return "noAuthNoPriv"
    return "authNoPriv" if profile.priv.lower() in {"", "none"} else "authPriv"


def _age(ground: Ground, profile: SnmpProfile | None) -> int | None:
    """Days since the file of a secret was written; a secret of the environment has no age."""
    refs: tuple[SecretRef, ...] = (profile.community, profile.auth_key, profile.priv_key) if profile else ()
    paths = [ground.city.folder / ref.file for ref in refs if ref.file]
    ages = [ground.now_ns / 1e9 - path.stat().st_mtime for path in paths if path.is_file()]
    return int(max(ages) / _DAY_S) if ages else None
