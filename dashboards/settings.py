"""Settings of the table ``[dashboards]`` in city.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rainbow.kernel.metrics import LINK
from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import _

SEVERITIES = ("critical", "warning")
"""What an alert rule may be."""
CONTACT_KINDS = ("webhook", "email")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CRITICALITIES = tuple(name for _number, name in LINK.criticality.states)
_ABOVE_ZERO = (
    "alert_outbox_age_s",
    "alert_repeat_h",
    "alert_drift_db_per_month",
    "alert_backup_age_h",
    "alert_restore_test_d",
)
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSettings:
    """Who is told of alerts: ``[dashboards.contact.NAME]``."""

    to: str
    """Address of the webhook, or mail addresses with semicolons between them."""
    kind: str = "webhook"
    """webhook or email; mail needs Grafana's own mail settings."""
    severities: tuple[str, ...] = SEVERITIES

    def __post_init__(self) -> None:
        _known("kind", (self.kind,), CONTACT_KINDS)
        _known("severities", self.severities, SEVERITIES)
        if self.kind == "webhook":
            _web_address("to", self.to)
        elif "@" not in self.to:
            raise ValueError(_("{name} {value!r} is no mail address").format(name="to", value=self.to))


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteSettings:
    """When nobody is told: ``[dashboards.mute.NAME]``. ``end`` before ``start`` means over midnight."""

    severities: tuple[str, ...] = ("warning",)
    weekdays: tuple[str, ...] = ()
    """Names such as saturday; every day where empty."""
    start: str = "00:00"
    end: str = "24:00"
    timezone: str = "Europe/Berlin"

    def __post_init__(self) -> None:
        _known("severities", self.severities, SEVERITIES)
        _known("weekdays", self.weekdays, WEEKDAYS)
        for name in ("start", "end"):
            if not _CLOCK.fullmatch(getattr(self, name)):
                raise ValueError(
                    _("{name} {value!r} is no time of day such as 22:00").format(name=name, value=getattr(self, name))
                )
        if self.start == self.end:
            raise ValueError(_("start and end are both {value}").format(value=self.start))


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardSettings:
    """What the generated dashboards need to know of their surroundings."""

    folder: str = "RAINBOW"
    """Grafana's folder the dashboards stand in."""
    page_url: str = "http://127.0.0.1:8021"
    """Where the planner's page is reached from a reader of Grafana; panels link to it."""
    datasource_uid: str = "rainbow-influxdb"
    """Identifier of the InfluxDB data source (InfluxQL)."""
    influx_url: str = "http://influxdb:8086"
    """Where Grafana reaches InfluxDB: inside Docker Compose by its service name."""
    influx_user: str = ""
    """InfluxDB 1.x only: a user that may read; empty where the database asks for none."""
    influx_secret_file: str = "/run/secrets/influxdb_read_token"  # noqa: S105 - a path, not a secret
    """File on Grafana's machine with the read token (password for 1.x). Only its path stands in generated files."""
    dashboards_path: str = "/var/lib/grafana/dashboards/rainbow"
    """Folder on Grafana's machine the dashboard files are put into."""
    keep_files: bool = True
    """Where there is an InfluxDB, ``collect run`` keeps the files in CITY/state/grafana up to date by itself."""

    open_url: str = ""
    """Where people reach Grafana: the planner's page links to it. Where empty, grafana_url."""
    grafana_url: str = ""
    """A Grafana that is pushed to over HTTP. With it, ``collect run`` pushes too when something changed."""
    token: SecretRef = SecretRef()
    """Token of a service account of that Grafana, role Admin (token_env, token_file)."""
    ca_file: NamedFile = NO_FILE
    """Private certificate authority of that Grafana; the system's are used where empty."""
    influx_read: SecretRef = SecretRef()
    """Read token (password for 1.x) of a pushed data source (influx_read_env, influx_read_file)."""

    alert_webhook: str = ""
    """Address that is told of all alerts, besides the contacts. Nobody at all: Grafana's own default policy decides."""
    contact: dict[str, ContactSettings] = field(default_factory=dict)
    mute: dict[str, MuteSettings] = field(default_factory=dict)
    alert_repeat_h: float = 4.0
    """Hours until people are told again of what still lasts."""
    alert_margin_db: float = 3.0
    """An alert when a link has less light to spare: a bent patch cord takes as much."""
    alert_drift_db_per_month: float = 1.0
    """An alert when a link's margin shrinks faster."""
    alert_temperature_c: float = 70.0
    """An alert when a module is hotter: commercial ones are made for 70 degrees."""
    alert_outbox_age_s: float = 600.0
    """An alert when InfluxDB is further behind than this: ten minutes are more than any restart takes."""
    alert_critical_from: str = "high"
    """Without service from this criticality on is critical, below it a warning: low, normal, high or vital."""
    alert_backup_age_h: float = 36.0
    """An alert when the last backup is older: a nightly one did not happen."""
    alert_restore_test_d: float = 40.0
    """An alert when no backup was restored for longer: the monthly test did not happen."""

    def __post_init__(self) -> None:
        for name in ("page_url", "influx_url"):
            _web_address(name, getattr(self, name))
        for name in ("alert_webhook", "grafana_url", "open_url"):
            if getattr(self, name):
                _web_address(name, getattr(self, name))
        if "@" in self.grafana_url:
            raise ValueError(_("grafana_url holds a user or password: name a token in token_env or token_file"))
        _known("alert_critical_from", (self.alert_critical_from,), CRITICALITIES)
        for name in _ABOVE_ZERO:
            if getattr(self, name) <= 0:
                raise ValueError(_("{name} must be above 0").format(name=name))

    @property
    def critical_from(self) -> int:
        """The number of that criticality."""
        return CRITICALITIES.index(self.alert_critical_from) + 1


def _web_address(name: str, value: str) -> None:
    if not value.startswith(("http://", "https://")):
        raise ValueError(_("{name} {value!r} does not begin with http:// or https://").format(name=name, value=value))


def _known(name: str, values: tuple[str, ...], known: tuple[str, ...]) -> None:
    for value in values:
        if value not in known:
            raise ValueError(
                _("{name} {value!r} is not one of {known}").format(name=name, value=value, known=", ".join(known))
            )
