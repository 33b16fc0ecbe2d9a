"""The alert rules: what fires, how bad it is, and what to do about it. Uids never change."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from dashboards.influxql import average, last, steady_count
from dashboards.links import Uid
from rainbow.kernel.metrics import COLLECTOR_ROUND, DEVICE, ENERGY, INCIDENT, LINK, OPTICS, OUTBOX, REDUNDANCY
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.surroundings import Surroundings

HOUR_S = 3600
DAY_S = 24 * HOUR_S
MONTH_S = 30 * DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """When a value fires: ``kind`` is Grafana's evaluator, with one or two numbers."""

    kind: str
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; each series its query returns is an alert of its own. ``seen_on`` is the panel that shows it.

    ``placed_by`` is the tag that names the site to show on the map. With ``earlier_s`` the
    value of so long ago less that of now is held against the limit. A rule that sees nothing keeps its state: silence
    is no repair.
    """

    uid: str
    title: str
    query: str
    limit: Limit
    window_s: int
    wait: str
    severity: str
    summary: str
    description: str
    seen_on: tuple[Uid, str]
    placed_by: str = ""
    fires_without_data: bool = False
    earlier_s: int = 0


def label(name: str) -> str:
    """Grafana's placeholder of a tag in the text of an alert."""
    return f"{{{{ $labels.{name} }}}}"


def rules(around: Surroundings) -> list[Rule]:
    """All rules, in the order of how much they matter.

    Where incidents are looked for, one rule tells of each cause; the links and switches it takes along tell nothing.
    """
    down = [_incident()] if around.incidents else [_link_down(around), _device_silent(around)]
    return [
        *down,
        _last_path(around),
        _on_battery(),
        _low_margin(around),
        _drift(around),
        _temperature(around),
        _collector_silent(around),
        _outbox_age(around),
    ]


def _recent_s(around: Surroundings) -> int:
    """Three rounds: one may be late, one may be lost."""
    return max(600, ceil(around.interval_s * 3))


def _link_down(around: Surroundings) -> Rule:
    return Rule(
        uid="rainbow-link-down",
        title=_("Link down"),
        query=last(LINK, LINK.state, by=("link", "site_a", "site_b", "user_group")),
        limit=Limit(kind="within_range", numbers=(-0.5, 0.5)),
        window_s=_recent_s(around),
        wait="2m",
        severity="critical",
        summary=_("Link {link} is down: {site_a} - {site_b}").format(
            link=label("link"), site_a=label("site_a"), site_b=label("site_b")
        ),
        description=_(
            "At least one end reports the port as not up. Look at the light of both ends: none at both is a cut, none "
            "at one is a strand or a module. User group: {user_group}."
        ).format(user_group=label("user_group")),
        seen_on=(Uid.OPTICS, "state"),
        placed_by="site_a",
    )


def _device_silent(around: Surroundings) -> Rule:
    return Rule(
        uid="rainbow-device-silent",
        title=_("Switch silent"),
        query=last(DEVICE, DEVICE.up, by=("site", "device")),
        limit=Limit(kind="lt", numbers=(0.5,)),
        window_s=_recent_s(around),
        wait="3m",
        severity="critical",
        summary=_("Switch {device} at {site} does not answer").format(device=label("device"), site=label("site")),
        description=_("No answer by SNMP. Is its power on, is its link up, are address and credentials right?"),
        seen_on=(Uid.SWITCH, "up"),
        placed_by="site",
    )


def _low_margin(around: Surroundings) -> Rule:
    limit_db = around.settings.alert_margin_db
    return Rule(
        uid="rainbow-low-margin",
        title=_("Light margin low"),
        query=last(LINK, LINK.margin_db, by=("link", "site_a", "site_b")),
        limit=Limit(kind="lt", numbers=(limit_db,)),
        window_s=_recent_s(around),
        wait="15m",
        severity="warning",
        summary=_("Link {link} has less than {limit} dB of light to spare").format(
            link=label("link"), limit=f"{limit_db:g}"
        ),
        description=_("Clean connectors and look for a bend between {site_a} and {site_b} before it goes down.").format(
            site_a=label("site_a"), site_b=label("site_b")
        ),
        seen_on=(Uid.OPTICS, "margin"),
        placed_by="site_a",
    )


def _collector_silent(around: Surroundings) -> Rule:
    """Counts of two neighbouring buckets: the last one may just have begun, so it alone proves nothing."""
    bucket_s = max(300, ceil(around.interval_s * 3))
    return Rule(
        uid="rainbow-collector-silent",
        title=_("Collector silent"),
        query=steady_count(COLLECTOR_ROUND, COLLECTOR_ROUND.devices, bucket_s=bucket_s, by=("collector",)),
        limit=Limit(kind="lt", numbers=(0.1,)),
        window_s=DAY_S,
        wait="0s",
        severity="critical",
        summary=_("No round of collector {collector} has arrived").format(collector=label("collector")),
        description=_("Nothing else can be seen while this lasts. Does the collector run, does it reach InfluxDB?"),
        seen_on=(Uid.COLLECTOR, "duration"),
        fires_without_data=True,
    )


def _outbox_age(around: Surroundings) -> Rule:
    limit_s = around.settings.alert_outbox_age_s
    return Rule(
        uid="rainbow-outbox-age",
        title=_("Deliveries behind"),
        query=last(OUTBOX, OUTBOX.age_s, by=("sink",)),
        limit=Limit(kind="gt", numbers=(limit_s,)),
        window_s=max(_recent_s(around), ceil(limit_s)),
        wait="5m",
        severity="warning",
        summary=_("Points for {sink} are more than {limit} s behind").format(sink=label("sink"), limit=f"{limit_s:g}"),
        description=_("InfluxDB was away or is slow; points wait in the outbox and none is lost while it has room."),
        seen_on=(Uid.COLLECTOR, "age"),
    )


def _incident() -> Rule:
    return Rule(
        uid="rainbow-incident",
        title=_("Incident"),
        query=last(INCIDENT, INCIDENT.status, by=("incident",)),
        limit=Limit(kind="within_range", numbers=(1.5, 2.5)),
        window_s=DAY_S,
        wait="0s",
        severity="critical",
        summary=_("Incident {incident} is open").format(incident=label("incident")),
        description=_(
            "One cause, however many links and switches tell of it. Where it is and whom it cuts off stands in the "
            "list of incidents and in: rainbow incidents show CITY {incident}."
        ).format(incident=label("incident")),
        seen_on=(Uid.NETWORK, "incidents"),
    )


def _last_path(around: Surroundings) -> Rule:
    return Rule(
        uid="rainbow-last-path",
        title=_("Site on its last path"),
        query=last(REDUNDANCY, REDUNDANCY.standing, by=("site",)),
        limit=Limit(kind="within_range", numbers=(0.5, 1.5)),
        window_s=_recent_s(around),
        wait="5m",
        severity="warning",
        summary=_("Site {site} lost its other way").format(site=label("site")),
        description=_("One more cut takes it down. Repair what is down before anybody digs near the way that is left."),
        seen_on=(Uid.REDUNDANCY, "sites"),
        placed_by="site",
    )


def _on_battery() -> Rule:
    return Rule(
        uid="rainbow-on-battery",
        title=_("UPS on battery"),
        query=last(ENERGY, ENERGY.on_battery, by=("site", "device")),
        limit=Limit(kind="gt", numbers=(0.5,)),
        window_s=HOUR_S,
        wait="0s",
        severity="critical",
        summary=_("{device} at {site} runs on its battery").format(device=label("device"), site=label("site")),
        description=_("Mains is away there. How long the battery lasts stands in the table of energy."),
        seen_on=(Uid.ENERGY, "devices"),
        placed_by="site",
    )


def _drift(around: Surroundings) -> Rule:
    """Half an hour now against the same one a month ago: temperature moves light with the time of day."""
    limit_db = around.settings.alert_drift_db_per_month
    return Rule(
        uid="rainbow-drift",
        title=_("Light drifts"),
        query=average(LINK, LINK.margin_db, by=("link", "site_a", "site_b")),
        limit=Limit(kind="gt", numbers=(limit_db,)),
        window_s=HOUR_S // 2,
        earlier_s=MONTH_S,
        wait="1h",
        severity="warning",
        summary=_("Link {link} lost more than {limit} dB of margin in a month").format(
            link=label("link"), limit=f"{limit_db:g}"
        ),
        description=_(
            "Dirt, a bend that tightens or an ageing laser between {site_a} and {site_b}: plan a visit before it fails."
        ).format(site_a=label("site_a"), site_b=label("site_b")),
        seen_on=(Uid.OPTICS, "months"),
        placed_by="site_a",
    )


def _temperature(around: Surroundings) -> Rule:
    limit_c = around.settings.alert_temperature_c
    return Rule(
        uid="rainbow-temperature",
        title=_("Module hot"),
        query=last(OPTICS, OPTICS.temperature_c, by=("site", "device", "if_name")),
        limit=Limit(kind="gt", numbers=(limit_c,)),
        window_s=_recent_s(around),
        wait="15m",
        severity="warning",
        summary=_("Module {if_name} of {device} is hotter than {limit} °C").format(
            if_name=label("if_name"), device=label("device"), limit=f"{limit_c:g}"
        ),
        description=_("Look at fans, filters and the cabinet at {site}; heat ages lasers.").format(site=label("site")),
        seen_on=(Uid.PORT, "temperature"),
        placed_by="site",
    )
