"""Users of SNMPv3 as gufo-snmp wants them: nobody first, to learn a device's engine, then the one of the profile."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from gufo.snmp import User
from gufo.snmp import user as keys
from gufo.snmp._fast import SnmpV3ClientSocket

if TYPE_CHECKING:
    from collectors.client import V3

_AUTH = {
    "SHA": keys.Sha1Key,
    "SHA-224": keys.Sha224Key,
    "SHA-256": keys.Sha256Key,
    "SHA-384": keys.Sha384Key,
    "SHA-512": keys.Sha512Key,
}
_PRIV = {
    "AES": (keys.Aes128Key, keys.KeyExpansion.Blumenthal),
    "AES-192": (keys.Aes192Key, keys.KeyExpansion.Blumenthal),
    "AES-256": (keys.Aes256Key, keys.KeyExpansion.Blumenthal),
    "AES-192-C": (keys.Aes192Key, keys.KeyExpansion.Cisco),
    "AES-256-C": (keys.Aes256Key, keys.KeyExpansion.Cisco),
}
_STATS = b"\x2b\x06\x01\x06\x03\x0f\x01\x01"
"""1.3.6.1.6.3.15.1.1, usmStats, as it stands in a datagram."""


class Complaint(IntEnum):
    """What an engine counts a message under that it does not take (usmStats, RFC 3414)."""

    LEVEL = 1
    TIME = 2
    USER = 3
    ENGINE = 4
    DIGEST = 5
    DECRYPTION = 6


def complaint_in(datagram: bytes) -> Complaint | None:
    """The reason in a report, which is never encrypted."""
    at = datagram.rfind(_STATS) + len(_STATS)
    if at < len(_STATS) or at >= len(datagram) or datagram[at] not in set(Complaint):
        return None
    return Complaint(datagram[at])


def anonymous_socket(target: str) -> SnmpV3ClientSocket:
    """A socket that knows neither engine nor keys yet."""
    anyone = User.default()
    auth, privacy = (anyone.get_auth_alg(), anyone.get_auth_key()), (anyone.get_priv_alg(), anyone.get_priv_key())
    return SnmpV3ClientSocket(target, b"", anyone.name, *auth, *privacy, 0, 0, 0, 0)


def set_user(socket: SnmpV3ClientSocket, credentials: V3) -> None:
    """Make the keys for the engine the socket has learned: 2 ms of hashing."""
    privacy, expansion = _PRIV[credentials.priv]
    user = User(
        credentials.user,
        auth_key=_AUTH[credentials.auth](credentials.auth_key.reveal().encode()),
        priv_key=privacy(credentials.priv_key.reveal().encode()),
        key_expansion=expansion,
    )
    auth, private = (user.get_auth_alg(), user.get_auth_key()), (user.get_priv_alg(), user.get_priv_key())
    socket.set_keys(user.name, *auth, *private)
