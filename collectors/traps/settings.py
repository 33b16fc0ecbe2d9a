"""Settings of the table ``[collect.traps]`` in city.toml; without the table nothing listens."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from rainbow.kernel.texts import _

PORT_MAX = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapSettings:
    """Where traps and informs are heard, from whom, and how many."""

    address: str = "127.0.0.1"
    """The address of the management network's interface; of no other, for traps are answered."""
    port: int = 1162
    """The standard's 162 takes root's rights: let the system send it here (nftables: redirect), or grant the right."""
    profiles: tuple[str, ...] = ()
    """SNMP profiles whose user or community is let in; all of the city's where none is named."""
    most_per_s: float = 2.0
    """Traps a second from one address that are looked at in the long run; the rest is counted and dropped."""
    burst: int = 50
    """Traps from one address that are looked at in a row: a switch that restarts sends one for each port."""

    def __post_init__(self) -> None:
        try:
            ip_address(self.address)
        except ValueError:
            raise ValueError(_("address {value!r} is no IP address").format(value=self.address)) from None
        if not 0 < self.port <= PORT_MAX:
            raise ValueError(_("port {value} is not between 1 and 65535").format(value=self.port))
        if self.most_per_s <= 0 or self.burst < 1:
            raise ValueError(_("most_per_s and burst must be above zero"))
