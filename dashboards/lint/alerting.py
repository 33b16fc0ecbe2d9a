"""Checks of the alert rules' provisioning file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dashboards.influxql import TIME_FILTER
from dashboards.lint.plain import fault, number, part, parts, text
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashboards.lint.plain import Json
    from rainbow.kernel.findings import Finding

_NAMED = re.compile(r"\$(\w+)")
EVALUATORS = {"gt": 1, "lt": 1, "within_range": 2, "outside_range": 2}
"""Grafana's limits and how many numbers each takes."""
UID_LENGTH = 40
"""Grafana refuses longer ones."""


def lint_rules(file: Json, boards: Sequence[Json], *, datasource_uid: str) -> list[Finding]:
    """All faults of a file of alert rules against the dashboards it points to."""
    panels = {(text(board, "uid"), number(panel, "id")) for board in boards for panel in parts(board, "panels")}
    rules = [rule for group in parts(file, "groups") for rule in parts(group, "rules")]
    found: list[Finding] = []
    seen: set[str] = set()
    for rule in rules:
        uid = text(rule, "uid")
        if uid in seen or not 0 < len(uid) <= UID_LENGTH:
            message = _("rule uid {uid!r} stands twice, is missing or too long").format(uid=uid)
            found.append(fault("RB-G020", "alerting", uid, message, _("give each rule a short uid of its own")))
        seen.add(uid)
        found += _pointing(rule, panels)
        found += _asking(rule, datasource_uid)
    return found


def _pointing(rule: Json, panels: set[tuple[str, int]]) -> Iterator[Finding]:
    seen_on = (text(rule, "dashboardUid"), number(rule, "panelId"))
    if seen_on not in panels:
        message = _("rule points to panel {panel} of {board}, which is not there").format(
            panel=seen_on[1], board=seen_on[0]
        )
        yield fault("RB-G021", "alerting", text(rule, "uid"), message, _("point to a panel that shows the fault"))
    for key in ("title", "for"):
        if not text(rule, key):
            message = _("rule has no {key}").format(key=key)
            yield fault("RB-G008", "alerting", text(rule, "uid"), message, _("add it"))
    for key in ("summary", "description"):
        if not text(part(rule, "annotations"), key):
            message = _("rule has no {key}").format(key=key)
            yield fault("RB-G008", "alerting", text(rule, "uid"), message, _("say what happened and what to do"))


def _asking(rule: Json, datasource_uid: str) -> Iterator[Finding]:
    uid = text(rule, "uid")
    steps = {text(step, "refId"): step for step in parts(rule, "data")}
    if text(rule, "condition") not in steps:
        message = _("condition {name} is no step of the rule").format(name=text(rule, "condition"))
        yield fault("RB-G022", "alerting", uid, message, _("name the last step"))
    for name, step in steps.items():
        model = part(step, "model")
        source = text(step, "datasourceUid")
        if source == "__expr__":
            yield from _expression(model, uid, name, set(steps))
        elif source != datasource_uid:
            message = _("data source is {uid!r}").format(uid=source)
            yield fault("RB-G007", "alerting", uid, message, _("take {uid}").format(uid=datasource_uid))
        elif TIME_FILTER not in text(model, "query") or number(part(step, "relativeTimeRange"), "from") < 1:
            message = _("query {name} does not look at a time range").format(name=name)
            yield fault("RB-G011", "alerting", uid, message, _("filter by $timeFilter and name a range"))


def _expression(model: Json, uid: str, name: str, steps: set[str]) -> Iterator[Finding]:
    named = set(_NAMED.findall(text(model, "expression"))) or {text(model, "expression")}
    if not named <= steps - {name}:
        message = _("step {name} reads {other!r}, which is not there").format(
            name=name, other=text(model, "expression")
        )
        yield fault("RB-G022", "alerting", uid, message, _("name an earlier step"))
    for condition in parts(model, "conditions"):
        evaluator = part(condition, "evaluator")
        params = evaluator.get("params")
        count = len(params) if isinstance(params, list) else 0
        if EVALUATORS.get(text(evaluator, "type")) != count:
            message = _("limit {kind!r} with {count} numbers").format(kind=text(evaluator, "type"), count=count)
            yield fault("RB-G023", "alerting", uid, message, _("use gt, lt, within_range or outside_range"))
