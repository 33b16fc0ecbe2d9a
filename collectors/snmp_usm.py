"""Users of SNMPv3 as gufo-snmp wants them: nobody first, to learn a device's engine, then the one of the profile."""

from __future__ import annotations

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
