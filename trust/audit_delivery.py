"""Records to a SIEM: over TLS, in order, from the record behind the last one it took. The log itself is the spool.

Sent is not taken: with TLS 1.3 a server refuses who we are after the handshake, some without a word, and what was sent
till then is thrown away. So it is listened to before the first record and after the last.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import AuditError
from rainbow.kernel.texts import _
from trust.audit_file import CURSOR
from trust.audit_messages import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trust.audit import AuditLog
    from trust.audit_settings import SiemSettings

_WAIT_S = 10.0
_REFUSES_S = 0.5
"""A server that does not want us has closed by then."""
_AT_ONCE = 1000
"""Records of one connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How far a delivery came: the newest record that was taken, and when."""

    n: int = 0
    at_ns: int = 0


def delivered(log: AuditLog) -> Delivered:
    """How far the deliveries came so far; nowhere where the note of it cannot be read: it is all sent again then."""
    try:
        values = json.loads((log.file.folder / CURSOR).read_text(encoding="utf-8"))
        return Delivered(n=int(values["n"]), at_ns=int(values["at_ns"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Delivered()


def deliver(log: AuditLog, siem: SiemSettings, now_ns: int) -> int:
    """Send what was not sent yet. Returns how many records went out; each goes out at least once.

    Raises:
        AuditError: nobody takes it; what was not sent waits.
    """
    waiting = log.entries(after=delivered(log).n)
    if not waiting:
        return 0
    form, host = FORMS[siem.form], socket.gethostname()
    try:
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            with _connected(siem) as out:
                out.sendall(b"".join(_framed(form(entry, host)) for entry in some))
            _remember(log, Delivered(n=some[-1].head.n, at_ns=now_ns))
    except OSError as error:
        raise AuditError(
            _("{host}:{port} takes no records: {error}").format(host=siem.host, port=siem.port, error=error),
            cure=_("look at that server and at audit.siem in city.toml; what is written here waits and is sent later"),
        ) from None
    return len(waiting)


@contextmanager
def _connected(siem: SiemSettings) -> Iterator[socket.socket]:
    with socket.create_connection((siem.host, siem.port), timeout=_WAIT_S) as plain:
        if not siem.tls:
            yield plain
            return
        trusted = ssl.create_default_context(cafile=siem.ca_file or None)
        trusted.minimum_version = ssl.TLSVersion.TLSv1_2
        if siem.cert_file:
            trusted.load_cert_chain(siem.cert_file, siem.cert_key_file)
        with trusted.wrap_socket(plain, server_hostname=siem.host) as secure:
            _require_welcome(secure)
            yield secure
            _take_leave(secure)


def _require_welcome(secure: ssl.SSLSocket) -> None:
    """Nothing is ever said to us, so whatever is heard is a no.

    Raises:
        OSError: it is.
    """
    secure.settimeout(_REFUSES_S)
    try:
        secure.recv(1)
    except TimeoutError:
        secure.settimeout(_WAIT_S)
    else:
        raise ConnectionError(_("it hangs up; does it want a certificate of ours, or another one?"))


def _take_leave(secure: ssl.SSLSocket) -> None:
    """Say that this is all (RFC 5425, 4.4) and hear what the other side has to say to it.

    Closing without would also throw away what it has not read yet: its session tickets would lie unread here. Silence
    is no word against it: servers close without one, having read to the end, or take their time.

    Raises:
        OSError: it did not want what it was sent.
    """
    try:
        secure.unwrap()
    except OSError as error:
        is_silence = isinstance(error, TimeoutError | ssl.SSLEOFError) or error.errno == 0
        if not is_silence:
            raise


def _framed(message: str) -> bytes:
    """With its length before it (RFC 5425, 4.3; RFC 6587, 3.4.1)."""
    data = message.encode("ascii")
    return b"%d %s" % (len(data), data)


def _remember(log: AuditLog, how_far: Delivered) -> None:
    path = log.file.folder / CURSOR
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"n": how_far.n, "at_ns": how_far.at_ns}, file)
    part.replace(path)
