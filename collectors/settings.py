"""Settings of the table ``[collect]`` in city.toml; each with its unit and why it is what it is."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from collectors.traps.settings import TrapSettings  # noqa: TC001 - rainbow.settings reads the annotations
from rainbow.kernel.texts import _

POSITIVE = (
    "interval_s",
    "links_interval_s",
    "device_deadline_s",
    "timeout_s",
    "starts_per_s",
    "discovery_interval_s",
    "breaker_pause_s",
    "breaker_max_pause_s",
)
AT_LEAST_ONE = (
    "max_in_flight",
    "max_kept_sessions",
    "breaker_failures",
    "walk_repetitions",
    "walk_max_rows",
    "walk_max_bytes",
    "batch_samples",
)
LEAST_OIDS = 16
"""One port's columns and the time stamp must fit into one request."""
MOST_OIDS = 120
"""More would leave the client's send buffer; switches answer "too big" long before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectSettings:
    """How devices are asked, how often, and when to give up on one."""

    name: str = "collector"
    """Tag of this collector's own health series; two collectors of one city need two names."""
    interval_s: float = 60.0
    """A device is polled so often. Cut and repair show within one interval; 60 s is what switches bear easily."""
    links_interval_s: float = 15.0
    """States of links' ports and light are looked at so often, by one or two small requests; all else once an
    interval. A longer time than the interval says: only then."""
    device_deadline_s: float = 20.0
    """All requests of one poll of one device, repeats included. Past it, the poll counts as failed."""
    timeout_s: float = 1.0
    """Wait for one answer. A switch answers within 0.2 s; busy ones within 1 s."""
    retries: int = 2
    """Repeats of an unanswered request: at 1 % loss one poll of 12 requests in 80,000 fails by loss alone."""
    max_in_flight: int = 200
    """Devices asked at the same time; each holds one socket. Keep it below half of ``ulimit -n``."""
    starts_per_s: float = 100.0
    """Polls begun per second: spreads the load of a round; never over more than half the interval."""
    max_kept_sessions: int = 500
    """SNMPv3 sessions kept between polls (one socket each); making one costs two exchanges and 2 ms of hashing."""
    oids_per_request: int = 53
    """Values asked at once: four ports of twelve columns, marks and time; the answer fits one 1,472-byte datagram."""
    walk_repetitions: int = 20
    """Rows an agent may send at once while a table is walked."""
    walk_max_rows: int = 20_000
    """Rows of one walk; a table longer than that is not a switch's."""
    walk_max_bytes: int = 4_000_000
    """Text of one walk in bytes; guards memory against a device that sends long strings for ever."""
    discovery_interval_s: float = 3600.0
    """Names, sensors and neighbours are read again so often, and at once when a device says they changed."""
    breaker_failures: int = 5
    """Failed polls in a row after which polls of the device are spaced out."""
    breaker_pause_s: float = 60.0
    """First pause; doubled with each further failure."""
    breaker_max_pause_s: float = 600.0
    """Longest pause: a repaired device is back within ten minutes at the latest."""
    batch_samples: int = 5000
    """Samples handed to the store at once; one transaction each."""
    management_prefixes: tuple[str, ...] = ()
    """Networks in which switches are asked (``10.20.0.0/16``); a device elsewhere keeps the collector from starting.
    Empty: wherever the inventory says."""
    traps: TrapSettings | None = None
    """Where traps and informs are heard; without the table [collect.traps] nothing listens."""

    def __post_init__(self) -> None:
        for name in POSITIVE:
            if getattr(self, name) <= 0:
                raise ValueError(_("{name} {value} is not above zero").format(name=name, value=getattr(self, name)))
        for name in AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise ValueError(_("{name} {value} is below 1").format(name=name, value=getattr(self, name)))
        _require_networks(self.management_prefixes)
        if self.retries < 0:
            raise ValueError(_("retries {value} is below 0").format(value=self.retries))
        if not LEAST_OIDS <= self.oids_per_request <= MOST_OIDS:
            raise ValueError(
                _("oids_per_request {value} is not between {least} and {most}").format(
                    value=self.oids_per_request, least=LEAST_OIDS, most=MOST_OIDS
                )
            )
        if self.device_deadline_s < self.timeout_s:
            raise ValueError(
                _("device_deadline_s {deadline} s is shorter than timeout_s {timeout} s").format(
                    deadline=self.device_deadline_s, timeout=self.timeout_s
                )
            )

    @property
    def retry_budget_s(self) -> float:
        """How long a silent device takes to be given up."""
        return self.timeout_s * (self.retries + 1)


def _require_networks(texts: tuple[str, ...]) -> None:
    for text in texts:
        try:
            ipaddress.ip_network(text)
        except ValueError:
            raise ValueError(_("management prefix {value!r} is no network").format(value=text)) from None
