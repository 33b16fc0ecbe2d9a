"""Settings of the table ``[cluster]`` in city.toml; without it a city is one machine's."""

from __future__ import annotations

import math
import os
import socket
from dataclasses import dataclass

from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import _

SHORTEST_TTL_S = 2
"""etcd gives no shorter lease."""
SCHEMES = ("etcd3+http", "etcd3+https", "redis", "rediss")
ROLES = ("collector", "poller", "centre")
BEATS = 3
"""Renewals within the life of a lease: two may be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    """Who works together, over which engine, and how patiently."""

    key: SecretRef
    """What members prove to each other that they belong together: one long random text, the same for all."""
    url: str = ""
    """The coordinator: ``etcd3+http://HOST:2379``, ``etcd3+https://...``, ``redis://HOST:6379`` (Valkey too) or
    ``rediss://...`` for it over TLS. A centre needs none."""
    name: str = ""
    """This member's name; where empty RAINBOW_MEMBER of the environment, else the machine's. Devices are shared out by
    it: it has to stay."""
    role: str = "collector"
    """``collector``: one leads, the others stand by. ``poller``: asks its share of the devices. ``centre``: asks none,
    judges what pollers tell."""
    site: str = "main"
    """Pollers of one site share its devices; a cut between sites moves none."""
    devices: tuple[str, ...] = ("*",)
    """The site's devices by their codes, with ``*`` and ``?``: ``["W-*"]``."""
    listen: str = "127.0.0.1:8024"
    """Where the other members reach this one: a leader hands its incidents over, pollers their facts."""
    centre: str = ""
    """Pollers only: where the centre listens, ``HOST:PORT``."""
    user: str = ""
    """User at Redis, where it has any."""
    password: SecretRef = SecretRef()
    """Password at Redis."""
    ca_file: NamedFile = NO_FILE
    """Certificate authority of the coordinator."""
    cert_file: NamedFile = NO_FILE
    """Client certificate: how etcd knows its users here."""
    cert_key_file: NamedFile = NO_FILE
    ttl_s: int = 18
    """A member that is silent for so long is gone. Whole seconds: etcd knows no others."""
    hold_s: float = 120.0
    """While the coordinator is away, all go on as they were for so long. ``inf``: for ever, in doubt twice."""

    def __post_init__(self) -> None:
        if self.url or self.role != "centre":
            _check_url(self.url)
        if self.role not in ROLES:
            raise ValueError(_("role {value!r} is none of {known}").format(value=self.role, known=", ".join(ROLES)))
        if self.ttl_s < SHORTEST_TTL_S:
            raise ValueError(_("ttl_s {value} is below {least}").format(value=self.ttl_s, least=SHORTEST_TTL_S))
        if not self.hold_s >= self.ttl_s:
            raise ValueError(_("hold_s {value} is below ttl_s").format(value=self.hold_s))
        if self.role == "poller" and not self.centre:
            raise ValueError(_("a poller needs centre"))
        if not self.key:
            raise ValueError(_("key_env or key_file is missing"))
        for address in filter(None, (self.listen, self.centre)):
            split_address(address)

    @property
    def beat_s(self) -> float:
        """How often a member says that it is there."""
        return self.ttl_s / BEATS

    @property
    def member(self) -> str:
        """The name in the group."""
        return self.name or os.environ.get("RAINBOW_MEMBER", "") or socket.gethostname()

    @property
    def holds_for_ever(self) -> bool:
        """Whether an assignment outlives every absence of the coordinator."""
        return math.isinf(self.hold_s)


def _check_url(url: str) -> None:
    scheme, divider, _rest = url.partition("://")
    if not divider or scheme not in SCHEMES:
        raise ValueError(_("url {value!r} begins with none of {known}").format(value=url, known=", ".join(SCHEMES)))
    if "@" in url:
        raise ValueError(_("url holds a user or password: name them in user, password_env or password_file"))


def split_address(text: str) -> tuple[str, int]:
    """``HOST:PORT`` as two; an IPv6 address stands in brackets.

    Raises:
        ValueError: it is none.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:  # noqa: PLR2004 - ports end there
        raise ValueError(_("{value!r} is no HOST:PORT").format(value=text))
    return host.strip("[]"), int(port)
