"""Anchors: a signed line that says which hash the audit log had at a moment (Ed25519, RFC 8032).

The chain shows that something within was changed; only an anchor shows that the end was cut off, or that all of it was
made anew. An anchor is worth most where the machine it tells of cannot reach it: send it to a log service.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rainbow.kernel.errors import AuditError
from rainbow.kernel.secret import Secret
from rainbow.kernel.texts import _
from trust.audit_file import ANCHORS
from trust.audit_record import canonical

if TYPE_CHECKING:
    from pathlib import Path

    from trust.audit_record import Head

_PUBLIC = "anchor-keys"
_AUTH_NOTICE = 10 * 8 + 5
"""RFC 5424: facility 10 (security), severity 5 (notice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The log's state at a moment; ``key`` names the public key by the start of its SHA-256."""

    at_ns: int
    n: int
    chained: str
    key: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return b"RAINBOW audit anchor\n" + canonical(
            {"at_ns": self.at_ns, "n": self.n, "hash": self.chained, "key": self.key}
        ).encode("ascii")

    def line(self) -> str:
        """One line of JSON."""
        values = {
            "at_ns": self.at_ns,
            "n": self.n,
            "hash": self.chained,
            "key": self.key,
            "signature": self.signature,
        }
        return canonical(values)

    @property
    def day(self) -> str:
        """The day it was signed on, UTC."""
        return day_of(self.at_ns)


def day_of(at_ns: int) -> str:
    """The day of a time, UTC, as an ISO date."""
    return datetime.fromtimestamp(at_ns / 1e9, UTC).date().isoformat()


class Signer:
    """A private key for anchors and audit packs. Its public half is what an auditor keeps elsewhere."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def of(cls, pem: Secret) -> Signer:
        """From a PEM text.

        Raises:
            AuditError: it is none, or no Ed25519 key.
        """
        try:
            key = serialization.load_pem_private_key(pem.reveal().encode(), password=None)
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise AuditError(
                _("the key that signs anchors is no Ed25519 key in PEM"),
                cure=_("make one with: openssl genpkey -algorithm ed25519"),
            )
        return cls(key)

    def sign(self, data: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._key.sign(data)

    def public_pem(self) -> str:
        """The public key as PEM."""
        return _pem(self._key.public_key())

    @property
    def name(self) -> str:
        """The name of the public key."""
        return key_name(self.public_pem())


def make_key_file(path: Path) -> Secret:
    """A new key in a file only its owner may read; never over one that is there.

    Raises:
        AuditError: the file cannot be made.
    """
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
            file.write(pem)
    except OSError as error:
        raise AuditError(
            _("key {path} cannot be made: {error}").format(path=path, error=error.strerror or error),
            cure=_("give this user the right to write there, or name a key in [audit] of city.toml"),
        ) from None
    return Secret(pem.decode("ascii"))


def key_name(public_pem: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a public key's PEM."""
    return hashlib.sha256(public_pem.encode("ascii")).hexdigest()[:16]


def is_signed(data: bytes, signature: bytes, public_pem: str) -> bool:
    """Whether a signature of a public key fits."""
    try:
        key = serialization.load_pem_public_key(public_pem.encode("ascii"))
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode("ascii")


class AnchorFile:
    """The anchors beside a log, and the public keys they were signed with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / ANCHORS

    def add(self, head: Head, at_ns: int, signer: Signer) -> Anchor:
        """Sign the state of the log and keep it.

        Raises:
            AuditError: it cannot be written.
        """
        bare = Anchor(at_ns=at_ns, n=head.n, chained=head.chained.hex(), key=signer.name)
        anchor = Anchor(
            at_ns=bare.at_ns,
            n=bare.n,
            chained=bare.chained,
            key=bare.key,
            signature=signer.sign(bare.signed_bytes()).hex(),
        )
        try:
            self._remember(signer)
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
                file.write(anchor.line() + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise AuditError(
                _("anchor {path} cannot be written: {error}").format(path=self.path, error=error.strerror or error),
                cure=_("look at free space and rights of that folder"),
            ) from None
        return anchor

    def _remember(self, signer: Signer) -> None:
        folder = self._folder / _PUBLIC
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{signer.name}.pem"
        if not path.is_file():
            path.write_text(signer.public_pem(), encoding="ascii")

    def keys(self) -> dict[str, str]:
        """Public keys by their names; a file whose name is not its key's is left out."""
        found = {}
        for path in sorted((self._folder / _PUBLIC).glob("*.pem")):
            pem = path.read_text(encoding="ascii", errors="replace")
            if key_name(pem.encode("ascii", "replace").decode("ascii")) == path.stem:
                found[path.stem] = pem
        return found

    def all(self) -> list[Anchor]:
        """Every anchor kept here, the oldest first.

        Raises:
            AuditError: a line is no anchor.
        """
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return []
        return anchors_of(text, str(self.path))


def anchors_of(text: str, where: str) -> list[Anchor]:
    """Anchors of a text with one in each line; what stands before the brace (a log service's stamp) is left out.

    Raises:
        AuditError: a line is no anchor.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line[line.index("{") :])
            found.append(
                Anchor(
                    at_ns=int(values["at_ns"]),
                    n=int(values["n"]),
                    chained=str(values["hash"]),
                    key=str(values["key"]),
                    signature=str(values["signature"]),
                )
            )
        except (ValueError, KeyError, TypeError):
            raise AuditError(
                _("{where}, line {number} is no anchor").format(where=where, number=number),
                cure=_("somebody wrote into that file; take the anchors of the log service that got them"),
            ) from None
    return found


def tell_syslog(anchor: Anchor, socket_path: str) -> None:
    """Send an anchor to the log service of this machine, which brings it to another.

    Raises:
        AuditError: nobody takes it.
    """
    message = f"<{_AUTH_NOTICE}>rainbow[{os.getpid()}]: audit anchor {anchor.line()}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.connect(socket_path)
            out.send(message.encode("ascii"))
    except OSError as error:
        raise AuditError(
            _("log service {path} takes no anchor: {error}").format(path=socket_path, error=error.strerror or error),
            cure=_("start it, or mend audit.syslog in city.toml; the anchor itself is kept"),
        ) from None
