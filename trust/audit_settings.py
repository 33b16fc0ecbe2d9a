"""Settings of the table ``[audit]`` in city.toml."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import _

FORMS = ("rfc5424", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiemSettings:
    """Where records are sent as they come, over TCP with frames by octet counts (RFC 6587).

    ``tls`` may be false on loopback only, for an agent on this machine. ``ca_file`` is for a private authority,
    ``cert_file`` and ``cert_key_file`` (PEM) for a server that asks who is sending (RFC 5425, 4.2).
    """

    host: str
    port: int = 6514
    tls: bool = True
    ca_file: NamedFile = NO_FILE
    cert_file: NamedFile = NO_FILE
    cert_key_file: NamedFile = NO_FILE
    form: str = "rfc5424"

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(_("form {value!r} is not one of {known}").format(value=self.form, known=", ".join(FORMS)))
        if bool(self.cert_file) != bool(self.cert_key_file):
            raise ValueError(_("cert_file and cert_key_file go together"))
        if not self.tls and not _is_loopback(self.host):
            raise ValueError(_("without TLS records are sent to this machine itself only"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """How long the audit log keeps what, who signs its anchors, who gets it.

    The key signs a line each day (Ed25519, as PEM); where none is named one is made in ``state/secrets``. ``syslog`` is
    the datagram socket of a log service (``/dev/log``) that gets each anchor, so that it lies on another machine too.
    """

    keep_audit_days: int = 365
    keep_access_days: int = 90
    key: SecretRef = SecretRef()
    syslog: str = ""
    siem: SiemSettings | None = None

    def __post_init__(self) -> None:
        for name in ("keep_audit_days", "keep_access_days"):
            if getattr(self, name) < 1:
                raise ValueError(_("{name} {value} is less than a day").format(name=name, value=getattr(self, name)))

    def days(self) -> dict[str, int]:
        """Days by retention class."""
        return {"audit": self.keep_audit_days, "access": self.keep_access_days}


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
