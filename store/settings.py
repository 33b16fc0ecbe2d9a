"""What a city sets about its store and about the InfluxDB it feeds."""

from __future__ import annotations

from dataclasses import dataclass

from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import _


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Keeping times and bounds. Disk is a budget: ``rainbow config check`` says what these take for a city."""

    raw_h: float = 48.0
    """Hours that readings are kept as they were read."""
    five_minutes_days: float = 90.0
    """Days that five-minute means are kept."""
    hours_years: float = 3.0
    """Years that hourly means are kept."""
    outbox_max_mb: float = 8192.0
    """Space for points that wait for InfluxDB; the oldest are dropped beyond it, counted. A day of 1,000 switches of 48
    ports that carry traffic takes two thirds of it."""
    outbox_max_age_h: float = 168.0
    """Points older than this are dropped from the outbox, counted: a week bridges a holiday."""

    def __post_init__(self) -> None:
        for name in ("raw_h", "five_minutes_days", "hours_years", "outbox_max_mb", "outbox_max_age_h"):
            if getattr(self, name) <= 0:
                raise ValueError(_("{name} must be above 0").format(name=name))


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluxSettings:
    """The InfluxDB the outbox delivers to. Version 1 takes user and password, 2 and 3 a token.

    ``reads``: the language it is asked in, "influxql", or "metricsql" for VictoriaMetrics: that one is written to as
    version 1, through its ``/write``. ``reads_path``: where a cluster of it has its questions answered.
    """

    url: str
    version: int = 2
    database: str = "rainbow"
    """Database (1.x) or bucket (2.x, 3)."""
    org: str = "rainbow"
    user: str = ""
    password: SecretRef = SecretRef()
    token: SecretRef = SecretRef()
    reads: str = "influxql"
    reads_path: str = ""
    timeout_s: float = 10.0
    ca_file: NamedFile = NO_FILE
    """Private certificate authority; the system's are used where empty."""

    def __post_init__(self) -> None:
        if self.version not in {1, 2, 3}:
            raise ValueError(_("version {value} is not 1, 2 or 3").format(value=self.version))
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(_("url {value!r} does not begin with http:// or https://").format(value=self.url))
        if "@" in self.url:
            raise ValueError(_("url holds a user or password: name them in user, password_env or token_env"))
        if self.reads not in {"influxql", "metricsql"}:
            raise ValueError(_("reads {value!r} is not influxql or metricsql").format(value=self.reads))
        if self.reads == "metricsql" and self.version != 1:
            raise ValueError(
                _("VictoriaMetrics is written to as version 1: on any other path its series lack the database's name")
            )
