"""The adapter of pysnmp: hears traps and informs of versions 2c and 3, lets in who may, and acknowledges informs.

What a storm sends is dropped before it is decoded: pysnmp takes milliseconds over one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from pyasn1.codec.ber import decoder
from pyasn1.error import PyAsn1Error
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import ntfrcv
from pysnmp.proto.api import decodeMessageVersion
from pysnmp.proto.error import ProtocolError
from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message
from pysnmp.proto.rfc1902 import OctetString
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters

from collectors.client import V3, V2c
from collectors.traps.counts import TrapCounts
from collectors.traps.damper import Damper
from collectors.traps.notification import understood
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from collectors.client import Credentials
    from collectors.traps.notification import Notification
    from collectors.traps.settings import TrapSettings

log = logging.getLogger("rainbow.collectors.traps")

NOTED_S = 60.0
"""How often the counts are written."""
SAID_S = 60.0
"""The log tells of damped and refused traps so often at most."""
MOST_ENGINES = 5000
"""Engines whose users are kept; a city has one for each device."""
_AUTH = {
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "SHA-224": config.USM_AUTH_HMAC128_SHA224,
    "SHA-256": config.USM_AUTH_HMAC192_SHA256,
    "SHA-384": config.USM_AUTH_HMAC256_SHA384,
    "SHA-512": config.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    "AES": config.USM_PRIV_CFB128_AES,
    "AES-192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES-256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES-192-C": config.USM_PRIV_CFB192_AES,
    "AES-256-C": config.USM_PRIV_CFB256_AES,
}
_VERSION_3 = 3
_USM = 3
_AUTH_PRIV = 3
"""Numbers of SNMP-FRAMEWORK-MIB: the user-based security model, and its highest level."""
_REASONS = (
    ("__SNMPv2-MIB", "snmpInBadCommunityNames", "wrong community"),
    ("__SNMPv2-MIB", "snmpInBadVersions", "unknown version"),
    ("__SNMPv2-MIB", "snmpInASNParseErrs", "not SNMP"),
    ("__SNMP-USER-BASED-SM-MIB", "usmStatsUnknownUserNames", "unknown user"),
    ("__SNMP-USER-BASED-SM-MIB", "usmStatsWrongDigests", "wrong authentication key or protocol"),
    ("__SNMP-USER-BASED-SM-MIB", "usmStatsDecryptionErrors", "wrong privacy key or protocol"),
    ("__SNMP-USER-BASED-SM-MIB", "usmStatsUnsupportedSecLevels", "security level not offered"),
    ("__SNMP-USER-BASED-SM-MIB", "usmStatsNotInTimeWindows", "outside the time window"),
)
"""Counters of SNMPv2-MIB and SNMP-USER-BASED-SM-MIB, and what each means."""


class TrapListener:
    """Hears while its block runs. ``told`` is called in the event loop for each notification let in.

    ``note`` is given the counts every minute and at the end.
    """

    def __init__(
        self,
        settings: TrapSettings,
        credentials: Mapping[str, Credentials],
        told: Callable[[Notification], None],
        note: Callable[[TrapCounts], None] | None = None,
    ) -> None:
        self.counts = TrapCounts()
        self._settings = settings
        self._credentials = credentials
        self._told = told
        self._note = note
        self._damper = Damper(most_per_s=settings.most_per_s, burst=settings.burst)
        self._users = {known.user: known for known in credentials.values() if isinstance(known, V3)}
        self._engines: set[tuple[bytes, str]] = set()
        self._reasons: dict[str, int] = {}
        self._said_s = -SAID_S

    @contextlib.asynccontextmanager
    async def hearing(self) -> AsyncIterator[None]:
        """Open the port while the block runs.

        Raises:
            SettingsError: the port cannot be opened, or no credentials would let anybody in.
        """
        if not self._credentials:
            raise SettingsError(
                _("[collect.traps] lets nobody in: there is no SNMP profile"),
                cure=_("add the [snmp.NAME] whose user or community the devices send traps with"),
            )
        snmp = engine.SnmpEngine()
        for number, known in enumerate(self._credentials.values()):
            if isinstance(known, V2c):
                config.add_v1_system(snmp, f"area-{number}", known.community.reveal())
        for user in self._users.values():
            _let_in(snmp, user, engine_id=None)
        sender = _Sender()
        snmp.observer.register_observer(sender.note, "rfc3412.receiveMessage:request")
        ntfrcv.NotificationReceiver(snmp, lambda *said: self._hear(sender, said[4]))
        transport = await self._opened(snmp)
        noting = asyncio.create_task(self._noting()) if self._note is not None else None
        try:
            yield
        finally:
            if noting is not None:
                noting.cancel()
            snmp.transport_dispatcher.job_finished(1)
            transport.close_transport()
            snmp.close_dispatcher()

    async def _noting(self) -> None:
        """Hand on the counts again and again, and once more when cancelled."""
        assert self._note is not None  # noqa: S101 - only started with one
        try:
            while True:
                self._note(self.counts)
                await asyncio.sleep(NOTED_S)
        finally:
            self._note(self.counts)

    async def _opened(self, snmp: engine.SnmpEngine) -> udp.UdpAsyncioTransport:
        kind, domain = (
            (udp6.Udp6Transport, udp6.DOMAIN_NAME)
            if ":" in self._settings.address
            else (
                udp.UdpTransport,
                udp.DOMAIN_NAME,
            )
        )
        place = (self._settings.address, self._settings.port)
        transport = kind().open_server_mode(place)
        transport.datagram_received = lambda data, sender: self._sift(snmp, transport, data, sender)
        try:
            await transport._lport  # noqa: SLF001 - the one place that tells whether the port is ours
        except OSError as error:
            raise SettingsError(
                _("traps cannot be heard on {address} port {port}: {error}").format(
                    address=place[0], port=place[1], error=error.strerror or error
                ),
                cure=_("another program listens there, or the right for ports below 1024 is missing"),
            ) from None
        config.add_transport(snmp, domain, transport)
        snmp.transport_dispatcher.job_started(1)
        return transport

    def _sift(
        self,
        snmp: engine.SnmpEngine,
        transport: udp.UdpAsyncioTransport,
        data: bytes,
        sender: tuple[str, int],
    ) -> None:
        """A datagram before it is decoded; after it, what pysnmp refused is looked up."""
        if not self._damper.allows(sender[0], asyncio.get_running_loop().time()):
            self.counts.damped += 1
            self._say(sender[0], _("too many"))
            return
        try:
            self._learn_engine(snmp, data)
            transport._callback_function(transport, sender, data)  # noqa: SLF001 - pysnmp would call it unguarded
        except Exception:  # noqa: BLE001 - pyasn1 meets damage it does not foresee, and then raises anything
            self.counts.refused += 1
            self._say(sender[0], "not SNMP")
        self._look_for_refusals(snmp, sender[0])

    def _learn_engine(self, snmp: engine.SnmpEngine, data: bytes) -> None:
        """A trap's keys are made for its sender's engine (RFC 3414, 2.6), which is known only when it comes."""
        found = _engine_and_user(data)
        if found is None or found in self._engines or len(self._engines) >= MOST_ENGINES:
            return
        engine_id, user = found
        if user in self._users and engine_id and engine_id != bytes(snmp.snmpEngineID):
            self._engines.add(found)
            _let_in(snmp, self._users[user], engine_id=engine_id)

    def _look_for_refusals(self, snmp: engine.SnmpEngine, source: str) -> None:
        builder = snmp.get_mib_builder()
        for module, name, reason in _REASONS:
            (counter,) = builder.import_symbols(module, name)
            count = int(counter.syntax)
            if count > self._reasons.get(name, 0):
                self.counts.refused += count - self._reasons.get(name, 0)
                self._reasons[name] = count
                self._say(source, reason)

    def _hear(self, sender: _Sender, binds: object) -> None:
        if not sender.is_trusted:
            self.counts.refused += 1
            self._say(sender.address, _("a user without authentication and privacy"))
            return
        try:
            texts = [(str(name), value.prettyPrint()) for name, value in binds]  # type: ignore[attr-defined] # pysnmp's
            notification = understood(sender.address, texts)
            self.counts.heard[notification.kind] += 1
            self._told(notification)
        except Exception:  # one odd trap must not end the listening
            log.exception(_("a trap of %s met something unforeseen"), sender.address)

    def _say(self, source: str, reason: str) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._said_s >= SAID_S:
            self._said_s = now_s
            log.warning(
                _("traps not looked at: %s (the last from %s); so far %d refused, %d dropped as too many"),
                reason,
                source,
                self.counts.refused,
                self.counts.damped,
            )


class _Sender:
    """Who sent what is handled right now; pysnmp says so to observers only."""

    def __init__(self) -> None:
        self.address = ""
        self.is_trusted = False

    def note(self, _engine: object, _point: object, seen: Mapping[str, object], _context: object) -> None:
        """Called by pysnmp before it hands over a notification."""
        self.address = str(seen["transportAddress"][0])  # type: ignore[index] # a socket's address
        self.is_trusted = seen["securityModel"] != _USM or seen["securityLevel"] == _AUTH_PRIV


def _let_in(snmp: engine.SnmpEngine, known: V3, *, engine_id: bytes | None) -> None:
    """A user of an engine; None is our own, which informs are sent to."""
    config.add_v3_user(
        snmp,
        known.user,
        _AUTH[known.auth],
        known.auth_key.reveal(),
        _PRIV[known.priv],
        known.priv_key.reveal(),
        securityEngineId=OctetString(engine_id) if engine_id is not None else None,
    )


def _engine_and_user(data: bytes) -> tuple[bytes, str] | None:
    """Whose keys a message of version 3 is made with; None of other messages."""
    try:
        if int(decodeMessageVersion(data)) != _VERSION_3:
            return None
        message, _rest = decoder.decode(data, asn1Spec=SNMPv3Message())
        inner, _rest = decoder.decode(message.getComponentByPosition(2), asn1Spec=UsmSecurityParameters())
    except (PyAsn1Error, ProtocolError):
        return None
    return bytes(inner.getComponentByPosition(0)), bytes(inner.getComponentByPosition(3)).decode("utf-8", "replace")
