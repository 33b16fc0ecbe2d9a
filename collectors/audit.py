"""What the SNMP settings of a city give away: old versions, well-known communities, weak protocols, shared secrets.

By RFC 3414, RFC 7860 and BSI IT-Grundschutz NET.1.2.A10 (no insecure SNMP versions). A secret is looked at, never
shown.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collectors.client import SHORTEST_KEY, V2c
from rainbow.kernel.errors import DeviceError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.secret import Secret
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from collectors.client import ClientFactory, Credentials
    from inventory.entities import Device

WELL_KNOWN = frozenset(
    {
        *("public", "private", "community", "snmp", "snmpd", "read", "write", "readonly", "readwrite", "ro", "rw"),
        *("admin", "manager", "monitor", "network", "secret", "security", "system", "default", "test", "guest", "all"),
        *("cisco", "cable-docsis", "ilmi", "hp_admin", "openview", "tivoli", "orinoco", "netman", "proxy", "rmon"),
        *("0", "1234", "123456", "password", "switch", "router", "core", "agent", "mngt", "internal", "trap"),
    }
)
"""What scanners try first: makers' defaults and what people set in their place."""
ASKED = ("public", "private")
"""What devices are tried with, where that is wanted: makers' own defaults."""
SOUND_KEY = 16
"""Characters below which a pass phrase can be tried out from one datagram taken off the line."""
NONE = frozenset({"", "none", "noauth", "nopriv"})
MD5 = frozenset({"md5", "hmac-md5", "hmac-md5-96"})
DES = frozenset({"des", "3des", "3desede"})
SHA1 = frozenset({"sha", "sha1", "sha-1"})
WHERE = "city.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedProfile:
    """A profile as the settings have it, fit for use or not. A secret that is missing is None."""

    name: str
    version: str
    community: Secret | None = None
    auth: str = ""
    auth_key: Secret | None = None
    priv: str = ""
    priv_key: Secret | None = None


def audit(profiles: Sequence[AuditedProfile], devices: Sequence[Device]) -> list[Finding]:
    """What is to be found without asking anybody: the worst first."""
    used = Counter(device.snmp for device in devices)
    found = [finding for profile in profiles for finding in _profile(profile, used[profile.name])]
    found += _sharing(used)
    order = {severity: place for place, severity in enumerate(Severity)}
    return sorted(found, key=lambda finding: order[finding.severity])


def _profile(profile: AuditedProfile, devices: int) -> Iterator[Finding]:
    made = _Findings(f"snmp.{profile.name}")
    if not devices:
        yield made.info("RB-A010", _("no device uses this profile"), _("delete it, so that its secret can go too"))
    if profile.version == "3":
        yield from _protocols(made, profile)
        yield from _keys(made, profile)
        return
    if profile.version == "1":
        yield made.error("RB-A001", _("version 1: no protection, no 64-bit counters"), _("use version 3"))
    else:
        affected = ngettext("{count} device", "{count} devices", devices).format(count=devices)
        yield made.warning(
            "RB-A002",
            _("version 2c: the community of {devices} crosses the network in clear text").format(devices=affected),
            _("use version 3 with SHA-256 and AES; until then a management network of its own and an access list"),
        )
    if profile.community is not None and profile.community.reveal().casefold() in WELL_KNOWN:
        yield made.error(
            "RB-A003",
            _("the community is one that scanners try first"),
            _("set another one at devices and in the secret"),
        )


def _protocols(made: _Findings, profile: AuditedProfile) -> Iterator[Finding]:
    auth, priv = profile.auth.casefold(), profile.priv.casefold()
    if auth in NONE:
        yield made.error("RB-A004", _("no authentication: whoever knows the user's name may read"), _("use SHA-256"))
    if priv in NONE:
        yield made.error("RB-A005", _("no privacy: what devices say crosses the network in clear text"), _("use AES"))
    if auth in MD5:
        yield made.error("RB-A006", _("MD5 is broken, and is not offered by RAINBOW"), _("use SHA-256"))
    if priv in DES:
        yield made.error("RB-A007", _("DES is broken, and is not offered by RAINBOW"), _("use AES"))
    if auth in SHA1:
        yield made.info("RB-A008", _("SHA-1 is being retired"), _("use SHA-256 where the devices can (RFC 7860)"))


def _keys(made: _Findings, profile: AuditedProfile) -> Iterator[Finding]:
    keys = [key.reveal() for key in (profile.auth_key, profile.priv_key) if key is not None]
    if keys and min(map(len, keys)) < SHORTEST_KEY:
        yield made.error(
            "RB-A009",
            _("a pass phrase is shorter than {count} characters").format(count=SHORTEST_KEY),
            _("devices refuse it by RFC 3414, 11.2; set a longer one"),
        )
    elif keys and min(map(len, keys)) < SOUND_KEY:
        yield made.warning(
            "RB-A009",
            _("a pass phrase is shorter than {count} characters").format(count=SOUND_KEY),
            _("one datagram off the line is enough to try short ones out; set a longer one"),
        )
    if len(keys) > 1 and keys[0] == keys[1]:
        yield made.warning(
            "RB-A011", _("one pass phrase for authentication and privacy"), _("set two, so that one may become known")
        )


def _sharing(used: Counter[str]) -> Iterator[Finding]:
    if len(used) == 1 and used.total() > 1:
        (name,) = used
        yield _Findings(f"snmp.{name}").warning(
            "RB-A012",
            _("one profile for all {count} devices: who learns its secret reads the whole network").format(
                count=used.total()
            ),
            _("give at least each kind of place (core, buildings, street cabinets) a user of its own"),
        )


class _Findings:
    """Findings of one record."""

    def __init__(self, record: str, where: str = WHERE) -> None:
        self._record = record
        self._where = where

    def error(self, code: str, message: str, cure: str) -> Finding:
        return self._made(code, Severity.ERROR, message, cure)

    def warning(self, code: str, message: str, cure: str) -> Finding:
        return self._made(code, Severity.WARNING, message, cure)

    def info(self, code: str, message: str, cure: str) -> Finding:
        return self._made(code, Severity.INFO, message, cure)

    def _made(self, code: str, severity: Severity, message: str, cure: str) -> Finding:
        return Finding(code=code, severity=severity, where=self._where, record=self._record, message=message, cure=cure)


async def ask(
    devices: Iterable[Device], clients: Callable[[Credentials], ClientFactory], *, at_once: int
) -> list[Finding]:
    """Which devices answer to their maker's default communities, whatever profile they are polled with."""
    gate = asyncio.Semaphore(at_once)

    async def tried(device: Device) -> list[Finding]:
        async with gate:
            open_to = [word for word in ASKED if await _answers(clients(V2c(community=Secret(word))), device)]
        made = _Findings(device.code, where="plant/devices.csv")
        return [
            made.error(
                "RB-A020",
                _("{address} answers version 2c with the community {word!r}").format(address=device.address, word=word),
                _("remove that community at the device"),
            )
            for word in open_to
        ]

    return [finding for found in await asyncio.gather(*map(tried, devices)) for finding in found]


async def _answers(clients: ClientFactory, device: Device) -> bool:
    client = clients(replace(device, snmp=""))
    try:
        return (await client.get_many([])).uptime_ticks is not None
    except DeviceError:
        return False
    finally:
        client.close()
