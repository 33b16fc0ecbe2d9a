"""Alert rules as Grafana's provisioning file holds them: query, last value, limit. Uids never change."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from dashboards.boards.pieces import LOW_MARGIN_DB
from dashboards.influxql import Shape, last, steady_count
from dashboards.links import Uid, site_on_page
from dashboards.notify import told
from rainbow.kernel.metrics import COLLECTOR_ROUND, DEVICE, LINK, OUTBOX
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboards.surroundings import Surroundings
    from dashboards.yaml_text import Plain

GROUP = "rainbow"
DAY_S = 24 * 3600
EXPRESSIONS = "__expr__"
"""Grafana's built-in data source for what is computed from other queries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """When a value fires: ``kind`` is Grafana's evaluator, with one or two numbers."""

    kind: str
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; each series its query returns is an alert of its own. ``seen_on`` is the panel that shows it.

    ``placed_by`` is the tag that names the site to show on the map. A rule that sees nothing keeps its
    state: silence is no repair.
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


def label(name: str) -> str:
    """Grafana's placeholder of a tag in the text of an alert."""
    return f"{{{{ $labels.{name} }}}}"


def rules(around: Surroundings) -> list[Rule]:
    """All rules, in the order of how much they matter."""
    return [
        _link_down(around),
        _device_silent(around),
        _low_margin(around),
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
    return Rule(
        uid="rainbow-low-margin",
        title=_("Light margin low"),
        query=last(LINK, LINK.margin_db, by=("link", "site_a", "site_b")),
        limit=Limit(kind="lt", numbers=(LOW_MARGIN_DB,)),
        window_s=_recent_s(around),
        wait="15m",
        severity="warning",
        summary=_("Link {link} has less than {limit} dB of light to spare").format(
            link=label("link"), limit=f"{LOW_MARGIN_DB:g}"
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


def rule_file(around: Surroundings, numbers: Mapping[Uid, Mapping[str, int]]) -> dict[str, Plain]:
    """The provisioning file of all rules. ``numbers`` are the panels of each dashboard by key."""
    made = [_rule(rule, around, numbers) for rule in rules(around)]
    return {
        "apiVersion": 1,
        "groups": [
            {"orgId": 1, "name": GROUP, "folder": around.settings.folder, "interval": "1m", "rules": made},
        ],
    }


def _rule(rule: Rule, around: Surroundings, numbers: Mapping[Uid, Mapping[str, int]]) -> Plain:
    uid, key = rule.seen_on
    return {
        "uid": rule.uid,
        "title": rule.title,
        "condition": "C",
        "dashboardUid": uid.value,
        "panelId": numbers[uid][key],
        "data": [_query(rule, around), *_judged(rule)],
        "noDataState": "Alerting" if rule.fires_without_data else "KeepLast",
        "execErrState": "Error",
        "for": rule.wait,
        "annotations": {"summary": rule.summary, "description": rule.description, **_map(rule, around)},
        "labels": {"severity": rule.severity, "source": GROUP},
        "isPaused": False,
        **told(around, rule.severity),
    }


def _map(rule: Rule, around: Surroundings) -> dict[str, Plain]:
    """The address of what the alert is about on the planner's page."""
    if not rule.placed_by:
        return {}
    return {"map": site_on_page(around.settings.page_url, label(rule.placed_by)).url}


def _query(rule: Rule, around: Surroundings) -> Plain:
    uid = around.settings.datasource_uid
    model: dict[str, Plain] = {
        "refId": "A",
        "datasource": {"type": "influxdb", "uid": uid},
        "query": rule.query,
        "rawQuery": True,
        "resultFormat": Shape.SERIES.value,
        "intervalMs": 60_000,
        "maxDataPoints": 1000,
    }
    return {
        "refId": "A",
        "relativeTimeRange": {"from": rule.window_s, "to": 0},
        "datasourceUid": uid,
        "model": model,
    }


def _judged(rule: Rule) -> Sequence[Plain]:
    """The last value of each series (B), held against the limit (C)."""
    source: Plain = {"type": EXPRESSIONS, "uid": EXPRESSIONS}
    reduced: Plain = {
        "refId": "B",
        "datasource": source,
        "type": "reduce",
        "expression": "A",
        "reducer": "last",
        "settings": {"mode": "dropNN"},
    }
    evaluator: Plain = {"type": rule.limit.kind, "params": list(rule.limit.numbers)}
    held: Plain = {
        "refId": "C",
        "datasource": source,
        "type": "threshold",
        "expression": "B",
        "conditions": [{"type": "query", "evaluator": evaluator}],
    }
    return [_expression("B", reduced), _expression("C", held)]


def _expression(ref_id: str, model: Plain) -> Plain:
    return {
        "refId": ref_id,
        "relativeTimeRange": {"from": 0, "to": 0},
        "datasourceUid": EXPRESSIONS,
        "model": model,
    }
