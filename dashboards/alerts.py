"""Alert rules as Grafana's provisioning file holds them: queries, last values, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.influxql import Shape
from dashboards.links import incident_on_page, site_on_page
from dashboards.notify import told
from dashboards.rule import label
from dashboards.rules import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboards.addresses import Uid
    from dashboards.rule import Rule
    from dashboards.surroundings import Surroundings
    from dashboards.yaml_text import Plain

GROUP = "rainbow"
EXPRESSIONS = "__expr__"
"""Grafana's built-in data source for what is computed from other queries."""
NOW, EARLIER = "A", "P"


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
        "data": [*_queries(rule, around), *_judged(rule)],
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
    on_page = incident_on_page if rule.placed_by == "incident" else site_on_page
    return {"map": on_page(around.settings.page_url, label(rule.placed_by)).url}


def _queries(rule: Rule, around: Surroundings) -> list[Plain]:
    asked = [_query(rule, around, NOW, 0)]
    return [*asked, _query(rule, around, EARLIER, rule.earlier_s)] if rule.earlier_s else asked


def _query(rule: Rule, around: Surroundings, ref_id: str, back_s: int) -> Plain:
    uid = around.settings.datasource_uid
    model: dict[str, Plain] = {
        "refId": ref_id,
        "datasource": {"type": "influxdb", "uid": uid},
        "query": rule.query,
        "rawQuery": True,
        "resultFormat": Shape.SERIES.value,
        "intervalMs": 60_000,
        "maxDataPoints": 1000,
    }
    return {
        "refId": ref_id,
        "relativeTimeRange": {"from": back_s + rule.window_s, "to": back_s},
        "datasourceUid": uid,
        "model": model,
    }


def _judged(rule: Rule) -> Sequence[Plain]:
    """The last value of each series (B), or what it lost since earlier (D), held against the limit (C)."""
    evaluator: Plain = {"type": rule.limit.kind, "params": list(rule.limit.numbers)}
    held = "D" if rule.earlier_s else "B"
    steps = [_reduced("B", NOW)]
    if rule.earlier_s:
        steps += [_reduced("Q", EARLIER), _expression("D", "math", "$Q - $B")]
    return [*steps, _expression("C", "threshold", held, conditions=[{"type": "query", "evaluator": evaluator}])]


def _reduced(ref_id: str, of: str) -> Plain:
    return _expression(ref_id, "reduce", of, reducer="last", settings={"mode": "dropNN"})


def _expression(ref_id: str, kind: str, expression: str, **more: Plain) -> Plain:
    source: Plain = {"type": EXPRESSIONS, "uid": EXPRESSIONS}
    model: dict[str, Plain] = {
        "refId": ref_id,
        "datasource": source,
        "type": kind,
        "expression": expression,
        **more,
    }
    return {
        "refId": ref_id,
        "relativeTimeRange": {"from": 0, "to": 0},
        "datasourceUid": EXPRESSIONS,
        "model": model,
    }
