"""Settings of the table ``[page]`` in city.toml."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.texts import _


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibilitySettings:
    """What the page's statement on accessibility names; the operator writes it and answers for it.

    ``operator`` is whose page it is, ``contact`` where barriers are reported (a mail address or https://), ``assessed``
    when somebody last tested it (2026-11-25), ``enforcement`` whom to turn to when no answer comes, with an address.
    """

    operator: str = ""
    contact: str = ""
    assessed: str = ""
    enforcement: str = ""

    def __post_init__(self) -> None:
        is_mail = self.contact.count("@") == 1 and not set(self.contact) & set(" <>?&:/")
        if self.contact and not is_mail and not self.contact.startswith("https://"):
            raise ValueError(_("contact {value!r} is neither a mail address nor https://").format(value=self.contact))
        if self.assessed:
            try:
                date.fromisoformat(self.assessed)
            except ValueError:
                raise ValueError(
                    _("assessed {value!r} is no day like 2026-11-25").format(value=self.assessed)
                ) from None

    @property
    def contact_link(self) -> str:
        """The contact as a link leads to it; empty without one."""
        is_mail = "@" in self.contact and not self.contact.startswith("https://")
        return f"mailto:{self.contact}" if is_mail else self.contact


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSettings:
    """Where the planner's page listens: on loopback; beyond it only with TLS and a sign-in (``[access]``).

    TLS is the page's own (``tls_certificate`` and ``tls_key``, PEM files relative to the city folder, or credentials of
    systemd of the same name), or that of one of ``proxies``, networks or addresses whose X-Forwarded-For and
    X-Forwarded-Proto are believed. ``tokens_file``: tokens of the API; see docs/api.md.
    """

    host: str = "127.0.0.1"
    port: int = 8021
    public_url: str = ""
    """Where people reach the page: ``https://rainbow.example``. It is never guessed from a request."""
    tls_certificate: NamedFile = NO_FILE
    tls_key: NamedFile = NO_FILE
    proxies: tuple[str, ...] = ()
    tokens_file: str = ""
    """Tokens of the API, relative to the city folder; empty: everybody at this machine may use it."""
    accessibility: AccessibilitySettings = field(default_factory=AccessibilitySettings)

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:  # noqa: PLR2004 - ports of TCP
            raise ValueError(_("port {value} is not between 1 and 65535").format(value=self.port))
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError(_("tls_certificate and tls_key go together"))
        self._check_proxies()
        self._check_public_url()
        if self.host != "localhost" and not _is_address(self.host):
            raise ValueError(_("host {value!r} is no address to listen on").format(value=self.host))
        if not self.is_local and not (self.tls_certificate or self.proxies):
            raise ValueError(
                _(
                    "host {value!r} is not a loopback address, so it needs TLS: name tls_certificate and tls_key, "
                    "or proxies that have it"
                ).format(value=self.host)
            )

    def _check_proxies(self) -> None:
        for text in self.proxies:
            try:
                network = ipaddress.ip_network(text)
            except ValueError:
                raise ValueError(_("proxy {value!r} is no address or network").format(value=text)) from None
            if not network.prefixlen:
                raise ValueError(_("proxy {value!r} is everybody").format(value=text))

    def _check_public_url(self) -> None:
        if not self.public_url:
            return
        parts = urlsplit(self.public_url)
        is_plain = parts.hostname and parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
        if not is_plain or parts.scheme not in {"https", "http"}:
            raise ValueError(
                _("public_url {value!r} is not like https://rainbow.example").format(value=self.public_url)
            )
        if parts.scheme == "http" and not (parts.hostname == "localhost" or _is_loopback(parts.hostname or "")):
            raise ValueError(_("public_url {value!r} does not begin with https://").format(value=self.public_url))

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host == "localhost" or _is_loopback(self.host)

    @property
    def origin(self) -> str:
        """Scheme, host and port of ``public_url``, as browsers write an origin; empty without one."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}" if self.public_url else ""

    @property
    def public_host(self) -> str:
        """The host of ``public_url``; empty without one."""
        return urlsplit(self.public_url).hostname or ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(text: str) -> bool:
    """One of IPv4 that is written as IPv6 is none: Python knows it for one from 3.13 on only."""
    if not _is_address(text):
        return False
    ip = ipaddress.ip_address(text)
    return ip.is_loopback and getattr(ip, "ipv4_mapped", None) is None
