"""Calls to the identity provider: to hosts of the settings only, resolved once, no redirect, a size and a time.

What an address leads to is decided when it is resolved, and that address is the one connected to: a name that changes
its mind in between (DNS rebinding) gains nothing. Loopback, link-local (where clouds keep their credentials) and the
IPv6 forms of IPv4 addresses are refused, unless the settings name loopback themselves. Private networks are not: that
is where a city's provider stands.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rainbow.kernel.errors import SignInError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 512 * 1024
TIMEOUT_S = 8.0
_NAT64 = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48"))
Place = tuple[int, tuple[str | int | bytes, ...]]
"""Family and address, as the resolver gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """The way to one provider. ``hosts`` are those it may be asked at; ``is_local``: the settings say loopback."""

    hosts: frozenset[str]
    ca_file: str = ""
    is_local: bool = False

    def ask(
        self, url: str, *, method: str = "GET", body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request.

        Raises:
            SignInError: the address is not one of ours, leads where it may not, or gives no answer.
        """
        parts = urlsplit(url)
        self.require(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            connection = self._connected(host, port, is_tls=parts.scheme == "https")
        except (OSError, ValueError) as error:
            raise _away(host, error) from None
        try:
            connection.request(method, path, body=body, headers={"accept": "application/json", **(headers or {})})
            return _answer(connection, host)
        except (OSError, http.client.HTTPException) as error:
            raise _away(host, error) from None
        finally:
            connection.close()

    def require(self, url: str) -> None:
        """Refuse an address that is not one of the provider's.

        Raises:
            SignInError: another host, another scheme, a name and password in it.
        """
        try:
            parts = urlsplit(url)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            raise SignInError(_("the provider names {url!r}, which is no address").format(url=url)) from None
        schemes = {"https", "http"} if self.is_local else {"https"}
        if parts.scheme not in schemes or parts.username is not None or not host.isascii():
            raise SignInError(_("the provider names {url!r}, which is not asked").format(url=url))
        if host not in self.hosts:
            raise SignInError(
                _("the provider names {url!r}, which is none of its hosts").format(url=url),
                cure=_("if it is right, add the host to hosts in [access.oidc]"),
            )

    def _connected(self, host: str, port: int, *, is_tls: bool) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        sock = _socket_to(self._resolved(host, port))
        try:
            connection.sock = _context(self.ca_file).wrap_socket(sock, server_hostname=host) if is_tls else sock
        except BaseException:
            sock.close()
            raise
        return connection

    def _resolved(self, host: str, port: int) -> list[Place]:
        """Every address of a host; where one may not be connected to, none is."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for _family, _kind, _proto, _name, address in found:
            if not may_be_asked(str(address[0]), is_local=self.is_local):
                raise SignInError(
                    _("{host} leads to {address}, which is never asked").format(host=host, address=address[0])
                )
        return [(family, tuple(address)) for family, _kind, _proto, _name, address in found]


def _socket_to(places: list[Place]) -> socket.socket:
    """A connection to the first that answers."""
    trouble: OSError = OSError("no address")
    for family, address in places:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(TIMEOUT_S)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            trouble = error
        else:
            return sock
    raise trouble


def may_be_asked(address: str, *, is_local: bool = False) -> bool:
    """Whether a resolved address may be connected to; with ``is_local`` loopback is what is meant, and nothing else."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if is_local:
        return ip.is_loopback
    if isinstance(ip, ipaddress.IPv6Address) and (
        ip.ipv4_mapped is not None
        or ip.sixtofour is not None
        or ip.teredo is not None
        or any(ip in network for network in _NAT64)
    ):
        return False
    return not (ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved)


def _context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _answer(connection: http.client.HTTPConnection, host: str) -> Answer:
    """The whole answer, within size and time; a redirect is an answer like any other, and not the one wanted."""
    answer = connection.getresponse()
    until, body = time.monotonic() + TIMEOUT_S, bytearray()
    while piece := answer.read1(65536):
        body += piece
        if len(body) > MOST_BYTES or time.monotonic() > until:
            raise SignInError(_("{host} sends more, or more slowly, than a provider does").format(host=host))
    return Answer(status=answer.status, body=bytes(body))


def _away(host: str, error: Exception) -> SignInError:
    return SignInError(
        _("the identity provider {host} does not answer: {error}").format(host=host, error=error),
        cure=_("look at the provider, its certificate and the way to it"),
    )
