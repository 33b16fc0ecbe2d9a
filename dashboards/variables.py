"""What a reader picks at the top of a dashboard; each choice narrows the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards.influxql import values_of
from dashboards.sdk import dashboard
from rainbow.kernel.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.surroundings import Surroundings
    from rainbow.kernel.metrics import Metric

LABELS = {
    "site": N_("Site"),
    "device": N_("Switch"),
    "if_name": N_("Port"),
    "link": N_("Link"),
    "user_group": N_("User group"),
    "collector": N_("Collector"),
    "sink": N_("Sink"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A variable, named as the tag whose values it offers. ``several``: any number of them, all at first."""

    metric: Metric
    tag: str
    where: tuple[str, ...] = ()
    several: bool = False
    hidden: bool = False


def variables(around: Surroundings, choices: Sequence[Choice]) -> list[dashboard.VariableModel]:
    """The choices as Grafana's variables, in this order."""
    return [_variable(around, choice) for choice in choices]


def _variable(around: Surroundings, choice: Choice) -> dashboard.VariableModel:
    query = values_of(choice.metric, choice.tag, where=choice.where)
    return dashboard.VariableModel(
        type_val=dashboard.VariableType.QUERY,
        name=choice.tag,
        label=_(LABELS[choice.tag]),
        hide=dashboard.VariableHide.HIDE_VARIABLE if choice.hidden else dashboard.VariableHide.DONT_HIDE,
        query=query,
        datasource=around.source,
        refresh=dashboard.VariableRefresh.ON_DASHBOARD_LOAD,
        sort=dashboard.VariableSort.NATURAL_ASC,
        multi=choice.several,
        include_all=choice.several,
        all_value=".*" if choice.several else None,
        current=dashboard.VariableOption(text=[_("All")], value=["$__all"]) if choice.several else None,
        auto=None,
        auto_min=None,
        auto_count=None,
    )
