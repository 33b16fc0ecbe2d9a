"""What the collector needs of an SNMP client, and what a client needs to be let in. No library here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.v2c_wire import Template
    from inventory.entities import Device
    from rainbow.kernel.secret import Secret

SnmpValue = int | str | bytes
"""Integers of all kinds, OIDs and addresses as text, octet strings as bytes."""

SYS_UP_TIME = "1.3.6.1.2.1.1.3.0"

AUTH = ("SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512")
"""RFC 3414 and RFC 7860. MD5 is broken and not offered."""
PRIV = ("AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C")
"""RFC 3826 is AES with 128 bits; the longer ones are vendors' drafts in two variants (-C is Cisco's). DES is broken."""
SHORTEST_KEY = 8
"""Characters of a pass phrase by RFC 3414, 11.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class V2c:
    """SNMP version 2c. The community crosses the network in clear text: for a management network of its own only."""

    community: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class V3:
    """SNMP version 3, always with authentication and privacy.

    Raises:
        SettingsError: a protocol that is unknown or broken, or a pass phrase that is too short.
    """

    user: str
    auth: str
    auth_key: Secret
    priv: str
    priv_key: Secret

    def __post_init__(self) -> None:
        for name, known in ((self.auth, AUTH), (self.priv, PRIV)):
            if name not in known:
                raise SettingsError(
                    _("SNMP user {user}: protocol {name} is not offered").format(user=self.user, name=name),
                    cure=_("choose one of {known}").format(known=", ".join(known)),
                )
        if min(len(self.auth_key.reveal()), len(self.priv_key.reveal())) < SHORTEST_KEY:
            raise SettingsError(
                _("SNMP user {user}: a pass phrase is shorter than {count} characters").format(
                    user=self.user, count=SHORTEST_KEY
                ),
                cure=_("set longer pass phrases at the device and in the secret"),
            )


Credentials = V2c | V3


class Fault(StrEnum):
    """What can be wrong with an answer that came; what did not come is a timeout."""

    UNREADABLE = "unreadable"
    """No SNMP, or not of this version or kind."""
    PANIC = "panic"
    """The library gave up over it."""
    SHORT = "short"
    """Values are missing: an error status, fewer bindings, other names."""
    REFUSED = "refused"
    """The credentials are not accepted."""
    ENDLESS = "endless"
    """A walk that repeats itself, leaves its table or does not end."""


@dataclass(slots=True)
class Traffic:
    """What a client sent and met. ``requests`` includes repeats and the exchanges that open an SNMPv3 session."""

    requests: int = 0
    retries: int = 0
    timeouts: int = 0
    faults: dict[Fault, int] = field(default_factory=dict)

    def note(self, fault: Fault) -> None:
        """Count a bad answer."""
        self.faults[fault] = self.faults.get(fault, 0) + 1

    @property
    def bad(self) -> int:
        """All bad answers."""
        return sum(self.faults.values())


class Question:
    """Instances asked for in one request, so that their values are of one moment. Made once, asked again and again."""

    __slots__ = ("asked", "is_plain", "oids", "template")

    def __init__(self, oids: Sequence[str]) -> None:
        self.oids = tuple(oids)
        self.asked = [*oids, SYS_UP_TIME]
        self.is_plain = True
        """Whether answers were numbers and nothing else so far."""
        self.template: Template | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Exactly what was asked: an OID absent from ``values`` does not exist at the device.

    ``uptime_ticks`` is sysUpTime as of the last datagram, None where the device hides it.
    """

    values: Mapping[str, SnmpValue]
    uptime_ticks: int | None

    def to(self, question: Question, at_s: float | None = None) -> Answer:
        """As the answer to a question."""
        return Answer(list(map(self.values.get, question.oids)), self.uptime_ticks, at_s)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a :class:`Question`: a value for each of its OIDs, None where the device has none.

    There may be more behind them. ``uptime_ticks`` is as of :class:`Reply`; ``at_s`` is when the answer came
    (monotonic), None where the client does not say: then it is now.
    """

    values: Sequence[SnmpValue | None]
    uptime_ticks: int | None
    at_s: float | None = None


class SnmpClient(Protocol):
    """A conversation with one device. Requests follow one another; the caller sets the deadline for the whole."""

    @property
    def traffic(self) -> Traffic:
        """What was sent so far, counted while it happens."""

    async def get_many(self, oids: Sequence[str]) -> Reply:
        """Ask for instances, in as many requests as it takes.

        Raises:
            DeviceSilent, AccessDenied, BadReply: there is no complete answer.
        """

    async def get_each(self, questions: Sequence[Question]) -> list[Answer]:
        """Ask one after the other; an answer for each. Of what type a value is, is looked at by who uses it.

        Raises:
            DeviceSilent, AccessDenied, BadReply: one has no complete answer; nothing of the others is given.
        """

    async def walk(self, root: str) -> dict[str, SnmpValue]:
        """All instances below ``root``, keyed by the rest of the OID, in the order of OIDs.

        Raises:
            DeviceSilent, AccessDenied, BadReply: not read to the end, or endless.
        """

    def close(self) -> None:
        """End the conversation. The client is not used after that."""


class ClientFactory(Protocol):
    """Whoever opens conversations."""

    def __call__(self, device: Device) -> SnmpClient:
        """A client for one poll of a device; nothing is sent yet.

        Raises:
            SettingsError: the device names a profile the settings do not have.
        """
