"""What a city sets about its NetBox."""

from __future__ import annotations

from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import _

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PUSH, PULL, OFF = "push", "pull", "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetBoxDirections:
    """Who leads, for each kind of thing: ``push`` RAINBOW, ``pull`` NetBox, ``off`` neither is touched."""

    sites: str = PUSH
    structures: str = PUSH
    user_groups: str = PUSH
    devices: str = PUSH
    interfaces: str = PUSH
    """Ports and the modules in them."""
    cables: str = PUSH
    glass: str = PUSH
    """Panels, closures, filters and splitters, their ports and all patch cords and splices."""
    links: str = PUSH
    """Links and their colours."""
    services: str = PUSH
    risk_groups: str = PUSH

    def __post_init__(self) -> None:
        for item in fields(self):
            if (value := getattr(self, item.name)) not in {PUSH, PULL, OFF}:
                raise ValueError(_("{name}: {value!r} is not push, pull or off").format(name=item.name, value=value))

    def of(self, kind: str) -> str:
        """The direction of a kind."""
        return str(getattr(self, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class NetBoxSettings:
    """The NetBox of a city. The token is one of NetBox 4.5 and later (``nbt_...``) or an older one."""

    url: str
    token: SecretRef = SecretRef()
    ca_file: NamedFile = NO_FILE
    """Private certificate authority; the system's are used where empty."""
    timeout_s: float = 60.0
    """Longest wait for one answer; five times that where NetBox has to write."""
    retries: int = 3
    """How often a question is asked again where NetBox was busy or away."""
    clients: int = 4
    """Questions at a time."""
    chunk: int = 100
    """Objects in one writing request."""
    free_ports: bool = False
    """Whether ports of panels and filters that nobody uses are made too: a frame has hundreds."""
    direction: NetBoxDirections = NetBoxDirections()

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(_("url {value!r} does not begin with http:// or https://").format(value=self.url))
        if "@" in parts.netloc:
            raise ValueError(_("url holds a user or password: name the secret in token_env or token_file"))
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError(_("url {value!r} would send the token in clear: write https://").format(value=self.url))
        if not self.token:
            raise ValueError(_("[netbox] needs token_env or token_file"))
        for name, least, most in (("timeout_s", 1, 3600), ("retries", 0, 20), ("clients", 1, 8), ("chunk", 1, 1000)):
            if not least <= getattr(self, name) <= most:
                raise ValueError(
                    _("{name} is not between {least} and {most}").format(name=name, least=least, most=most)
                )
