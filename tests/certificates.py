"""A certificate authority of a test, and what it has issued for this machine; as RFC 5280 wants both."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

if TYPE_CHECKING:
    from pathlib import Path

HERE = "127.0.0.1"


class Authority:
    """Its certificate is the file ``path``; each pair it issues serves as server and as client of this machine."""

    def __init__(self, folder: Path, name: str = "authority of a test") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self.path = folder / "ca.pem"
        self.path.write_bytes(_pem(self._signed(self._name, self._key, is_authority=True)))

    def context(self) -> ssl.SSLContext:
        """A client that believes it."""
        return ssl.create_default_context(cafile=self.path)

    def server(self) -> ssl.SSLContext:
        """A server with a certificate of it."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(*self.issued("server"))
        return made

    def issued(self, name: str) -> tuple[Path, Path]:
        """A certificate and its key, each in a file."""
        key = ec.generate_private_key(ec.SECP256R1())
        public, private = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        public.write_bytes(_pem(self._signed(_named(name), key, is_authority=False)))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        private.chmod(0o600)
        return public, private

    def _signed(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *, is_authority: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        here = [x509.IPAddress(ipaddress.ip_address(HERE)), x509.DNSName("localhost")]
        serves = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        made = (
            x509.CertificateBuilder(issuer_name=self._name, subject_name=name, public_key=key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(_usage(is_authority=is_authority), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if not is_authority:
            made = made.add_extension(x509.SubjectAlternativeName(here), critical=False)
            made = made.add_extension(x509.ExtendedKeyUsage(serves), critical=False)
        return made.sign(self._key, hashes.SHA256())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
