"""SNMPv3 before an agent: the user-based security model of RFC 3414, with SHA-2 (RFC 7860) and AES (RFC 3826).

The agent behind knows nothing of it: what is authentic is handed to it as a version 2c request and wrapped again.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _
from simulator import ber

if TYPE_CHECKING:
    from collections.abc import Callable

    from rainbow.kernel.secret import Secret
    from simulator.agent import Agent

AUTH = {"SHA": ("sha1", 12), "SHA-224": ("sha224", 16), "SHA-256": ("sha256", 24), "SHA-384": ("sha384", 32)} | {
    "SHA-512": ("sha512", 48)
}
"""Hash and length of the digest in bytes."""
PRIV = frozenset({"AES"})
ROOM = 160
"""Bytes that version 3 may put around an answer, more than version 2c does."""
WINDOW_S = 150
"""RFC 3414, 2.2.3: a message older than that is none."""
_VERSION, _SECURITY_MODEL = 3, 3
_IS_AUTH, _IS_PRIV = 1, 2
_REPORT = 0xA8
_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
_LEVEL, _TIME, _USER, _ENGINE, _DIGEST, _DECRYPTION = range(1, 7)
"""usmStatsUnsupportedSecLevels, ...NotInTimeWindows, ...UnknownUserNames, ...UnknownEngineIDs, ...WrongDigests,
...DecryptionErrors."""
_KEY_BYTES = 16
_EXPANDED = 1 << 20
"""RFC 3414, A.2: a pass phrase is repeated to so many bytes before it is hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who may read, always with authentication and privacy.

    Raises:
        SimulatorError: a protocol that simulated switches do not speak.
    """

    name: str
    auth: str
    auth_key: Secret
    priv: str
    priv_key: Secret

    def __post_init__(self) -> None:
        for name, known in ((self.auth, AUTH), (self.priv, PRIV)):
            if name not in known:
                raise SimulatorError(
                    _("SNMP user {user}: simulated switches do not speak {name}").format(user=self.name, name=name),
                    cure=_("choose one of {known}").format(known=", ".join(sorted(known))),
                )


class _Message(NamedTuple):
    """A message's head, and where in it the digest stands."""

    identifier: int
    flags: int
    engine: bytes
    boots: int
    time_s: int
    user: bytes
    digest: bytes
    digest_at: int
    salt: bytes
    data_tag: int
    data: bytes


@lru_cache(maxsize=1000)
def _key(hash_name: str, phrase: str) -> bytes:
    said = phrase.encode()
    return _hash(hash_name, (said * (_EXPANDED // len(said) + 1))[:_EXPANDED])


def _hash(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data).digest()


@dataclass(slots=True, kw_only=True)
class SecureAgent:
    """Answers version 3 alone. ``clock`` gives the seconds since the engine booted, ``boots`` how often it has.

    ``community`` is what the agent behind knows us by.
    """

    behind: Agent
    community: bytes
    user: User
    engine: bytes
    clock: Callable[[], float]
    boots: int = 1
    reports: dict[int, int] = field(default_factory=dict)
    _salts: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def answer(self, datagram: bytes) -> bytes | None:
        """The reply, or None for what is no message of version 3."""
        try:
            message = _parse(datagram)
            if (complaint := self._complaint(message, datagram)) is not None:
                return self._report(message, complaint)
            return self._answer(message)
        except ber.Malformed:
            self.behind.counts.malformed += 1
            return None

    def _complaint(self, message: _Message, datagram: bytes) -> int | None:
        """Which counter of usmStats the message belongs to, None where all is well (RFC 3414, 3.2)."""
        if message.engine != self.engine:
            return _ENGINE
        if message.user != self.user.name.encode():
            return _USER
        if message.flags & (_IS_AUTH | _IS_PRIV) != _IS_AUTH | _IS_PRIV:
            return _LEVEL
        blank = bytes(len(message.digest))
        end = message.digest_at + len(blank)
        if not hmac.compare_digest(
            message.digest, self._digest(datagram[: message.digest_at] + blank + datagram[end:])
        ):
            return _DIGEST
        if message.boots != self.boots or abs(message.time_s - int(self.clock())) > WINDOW_S:
            return _TIME
        return None if message.data_tag == ber.OCTETS else _DECRYPTION

    def _answer(self, message: _Message) -> bytes | None:
        plain = self._crypt(message, message.data, encrypt=False)
        try:
            scoped = _scoped(plain)
        except ber.Malformed:
            return self._report(message, _DECRYPTION)
        head, pdu = scoped
        asked = ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.tlv(ber.OCTETS, self.community) + pdu)
        reply = self.behind.answer(asked)
        if reply is None:
            return None
        body = ber.read(reply, 0)[1]
        at = ber.read(body, ber.read(body, 0)[2])[2]
        return self._wrapped(message, ber.tlv(ber.SEQUENCE, head + body[at:]), flags=_IS_AUTH | _IS_PRIV)

    def _report(self, message: _Message, complaint: int) -> bytes:
        count = self.reports[complaint] = self.reports.get(complaint, 0) + 1
        name = ber.name_of(ber.key(*_STATS, complaint, 0))
        binds = ber.tlv(ber.SEQUENCE, ber.bind(name, ber.integer(count, ber.COUNTER32)))
        pdu = ber.tlv(_REPORT, ber.integer(0) * 3 + binds)
        head = ber.tlv(ber.OCTETS, self.engine) + ber.tlv(ber.OCTETS, b"")
        flags = _IS_AUTH if complaint == _TIME else 0  # who is out of time learns it from a time that is proven
        return self._wrapped(message, ber.tlv(ber.SEQUENCE, head + pdu), flags=flags)

    def _wrapped(self, message: _Message, scoped: bytes, *, flags: int) -> bytes:
        salt = next(self._salts).to_bytes(8, "big") if flags & _IS_PRIV else b""
        answer = message._replace(boots=self.boots, time_s=int(self.clock()), salt=salt)
        data = ber.tlv(ber.OCTETS, self._crypt(answer, scoped, encrypt=True)) if flags & _IS_PRIV else scoped
        digest = bytes(AUTH[self.user.auth][1] if flags & _IS_AUTH else 0)
        security = ber.tlv(ber.OCTETS, self.engine) + ber.integer(self.boots) + ber.integer(answer.time_s)
        security += ber.tlv(ber.OCTETS, message.user) + ber.tlv(ber.OCTETS, digest)
        after = ber.tlv(ber.OCTETS, salt)
        head = ber.integer(message.identifier) + ber.integer(65_507) + ber.tlv(ber.OCTETS, bytes((flags,)))
        head = ber.integer(_VERSION) + ber.tlv(ber.SEQUENCE, head + ber.integer(_SECURITY_MODEL))
        whole = ber.tlv(ber.SEQUENCE, head + ber.tlv(ber.OCTETS, ber.tlv(ber.SEQUENCE, security + after)) + data)
        if digest:
            at = len(whole) - len(data) - len(after) - len(digest)
            whole = whole[:at] + self._digest(whole) + whole[at + len(digest) :]
        return whole

    def _digest(self, whole: bytes) -> bytes:
        name, size = AUTH[self.user.auth]
        return hmac.digest(self._localised(self.user.auth_key), whole, name)[:size]

    def _crypt(self, message: _Message, data: bytes, *, encrypt: bool) -> bytes:
        start = message.boots.to_bytes(4, "big") + message.time_s.to_bytes(4, "big") + message.salt
        if len(start) != _KEY_BYTES:
            raise ber.Malformed("salt")
        cipher = Cipher(AES(self._localised(self.user.priv_key)[:_KEY_BYTES]), CFB(start))
        work = cipher.encryptor() if encrypt else cipher.decryptor()
        return work.update(data) + work.finalize()

    def _localised(self, phrase: Secret) -> bytes:
        """A pass phrase's key at this engine (RFC 3414, 2.6)."""
        return _localised(AUTH[self.user.auth][0], phrase.reveal(), self.engine)


@lru_cache(maxsize=10_000)
def _localised(hash_name: str, phrase: str, engine: bytes) -> bytes:
    key = _key(hash_name, phrase)
    return _hash(hash_name, key + engine + key)


def _parse(datagram: bytes) -> _Message:
    """The head of a message (RFC 3412, 6).

    Raises:
        Malformed: it is none.
    """
    whole, end = _part(datagram, 0, ber.SEQUENCE)
    shift = end - len(whole)
    version, at = _number(whole, 0)
    if version != _VERSION:
        raise ber.Malformed("version")
    head, at = _part(whole, at, ber.SEQUENCE)
    identifier, inner = _number(head, 0)
    _size, inner = _number(head, inner)
    flags, inner = _part(head, inner, ber.OCTETS)
    security, at = _part(whole, at, ber.OCTETS)
    shift += at - len(security)
    fields, end = _part(security, 0, ber.SEQUENCE)
    shift += end - len(fields)
    engine, inner = _part(fields, 0, ber.OCTETS)
    boots, inner = _number(fields, inner)
    time_s, inner = _number(fields, inner)
    user, inner = _part(fields, inner, ber.OCTETS)
    digest, inner = _part(fields, inner, ber.OCTETS)
    digest_at = shift + inner - len(digest)
    salt, inner = _part(fields, inner, ber.OCTETS)
    tag, data, _end = ber.read(whole, at)
    if len(flags) != 1 or min(boots, time_s) < 0:
        raise ber.Malformed("head")
    return _Message(identifier, flags[0], engine, boots, time_s, user, digest, digest_at, salt, tag, data)


def _scoped(plain: bytes) -> tuple[bytes, bytes]:
    """Context and PDU, both encoded. What was decrypted may have bytes behind it."""
    body, _end = _part(plain, 0, ber.SEQUENCE)
    _engine, at = _part(body, 0, ber.OCTETS)
    _name, at = _part(body, at, ber.OCTETS)
    return body[:at], body[at:]


def _part(data: bytes, at: int, tag: int) -> tuple[bytes, int]:
    found, body, end = ber.read(data, at)
    if found != tag:
        raise ber.Malformed(f"tag {found:#x} where {tag:#x} belongs")
    return body, end


def _number(data: bytes, at: int) -> tuple[int, int]:
    body, end = _part(data, at, ber.INTEGER)
    return int.from_bytes(body, "big", signed=True), end
