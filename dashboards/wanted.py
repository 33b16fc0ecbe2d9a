"""What a Grafana should hold, in the shapes of its HTTP API. Pure: nothing is asked, nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboards.alerts import GROUP, rule_file
from dashboards.build import drawn, refuse_faults
from dashboards.lint.plain import parts
from dashboards.notify import mute_timings, receivers
from dashboards.provisioning import data_source
from rainbow.kernel.texts import use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboards.lint.plain import Json
    from dashboards.surroundings import Surroundings
    from dashboards.yaml_text import Plain
    from rainbow.kernel.secret import Secret

FOLDER_UID = "rainbow"
FILE_ONLY = frozenset({"orgId", "editable", "secureJsonData"})
RULE_INTERVAL_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """All that is pushed. ``secrets`` go with the data source and are never given back by Grafana."""

    folder: str
    data_source: Json
    boards: tuple[Json, ...]
    contact_points: tuple[Json, ...]
    mute_timings: tuple[Json, ...]
    rules: tuple[Json, ...]
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    token_header: bool = False

    @property
    def secret_values(self) -> dict[str, str]:
        """The secrets in the clear, for the one request that carries them."""
        prefix = "Token " if self.token_header else ""
        return {name: prefix + secret.reveal() for name, secret in self.secrets.items()}


def wanted(around: Surroundings, language: str, influx_read: Secret | None) -> Wanted:
    """What should be there, by settings and catalogue.

    Raises:
        DashboardError: the lint found a fault in what was made.
    """
    boards = drawn(around, language)
    with use(language):
        rules = rule_file(around, {board.uid: board.numbers for board in boards})
        refuse_faults(boards, rules, around)
        source = parts(data_source(around), "datasources")[0]
        (group,) = parts(rules, "groups")
        return Wanted(
            folder=around.settings.folder,
            data_source={key: value for key, value in source.items() if key not in FILE_ONLY},
            boards=tuple(board.json for board in boards),
            contact_points=tuple(
                _contact_point(name, receiver) for name, all_of in receivers(around).items() for receiver in all_of
            ),
            mute_timings=tuple(mute_timings(around)),
            rules=tuple(_rule(rule) for rule in parts(group, "rules")),
            secrets=_secrets(around, influx_read),
            token_header=around.influx_version > 1,
        )


def _secrets(around: Surroundings, influx_read: Secret | None) -> dict[str, Secret]:
    if influx_read is None:
        return {}
    return {"httpHeaderValue1" if around.influx_version > 1 else "password": influx_read}


def _contact_point(name: str, receiver: Plain) -> Json:
    return {"name": name, **(receiver if isinstance(receiver, dict) else {})}


def _rule(rule: Json) -> Json:
    """A rule of a provisioning file as the HTTP API takes it: the panel it points to stands in its annotations."""
    said = rule["annotations"]
    pointed = {"__dashboardUid__": str(rule["dashboardUid"]), "__panelId__": str(rule["panelId"])}
    plain = {key: value for key, value in rule.items() if key not in {"dashboardUid", "panelId"}}
    return {
        **plain,
        "annotations": {**(said if isinstance(said, dict) else {}), **pointed},
        "orgID": 1,  # Grafana puts in the organisation of the token
        "ruleGroup": GROUP,
    }
