"""Mistakes put into good dashboards and rules on purpose, one at a time: each is named, and nothing else is."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
import yaml
from grafana_like import DEFAULTS, Json, boards, panels_of, yaml_files

from dashboards.lint import lint_boards, lint_rules

if TYPE_CHECKING:
    from collections.abc import Callable

UID = DEFAULTS.settings.datasource_uid
GOOD = boards()
RULES = yaml.safe_load(yaml_files()["provisioning/alerting/rainbow.yaml"])


def codes(found: list[Json]) -> set[str]:
    return {finding.code for finding in lint_boards(found, datasource_uid=UID)}


def first(found: list[Json], kind: str, board: str = "rainbow-port") -> Json:
    (wanted,) = [item for item in found if item["uid"] == board]
    return next(panel for panel in panels_of(wanted) if panel["type"] == kind)


def named(found: list[Json], uid: str) -> Json:
    return next(item for item in found if item["uid"] == uid)


def test_the_dashboards_as_generated_are_clean() -> None:
    assert lint_boards(GOOD, datasource_uid=UID) == []
    assert lint_rules(RULES, GOOD, datasource_uid=UID) == []


def _unknown_type(found: list[Json]) -> None:
    first(found, "timeseries")["type"] = "graph"


def _bad_unit(found: list[Json]) -> None:
    first(found, "timeseries")["fieldConfig"]["defaults"]["unit"] = "dbm"


def _bad_unit_of_a_column(found: list[Json]) -> None:
    table = first(found, "table", "rainbow-network")
    units = [item for one in table["fieldConfig"]["overrides"] for item in one["properties"] if item["id"] == "unit"]
    units[0]["value"] = "Mbit"


def _duplicate_id(found: list[Json]) -> None:
    named(found, "rainbow-site")["panels"][3]["id"] = 1


def _missing_id(found: list[Json]) -> None:
    del named(found, "rainbow-site")["panels"][3]["id"]


def _overlap(found: list[Json]) -> None:
    first(found, "timeseries")["gridPos"]["w"] += 1


def _outside_the_grid(found: list[Json]) -> None:
    panels_of(named(found, "rainbow-collector"))[-1]["gridPos"]["x"] = 1


def _undefined_variable_in_a_query(found: list[Json]) -> None:
    target = first(found, "timeseries")["targets"][0]
    target["query"] = target["query"].replace("${device:regex}", "${switch:regex}")


def _undefined_variable_in_a_title(found: list[Json]) -> None:
    first(found, "stat")["title"] = "State of $host"


def _variable_before_its_definition(found: list[Json]) -> None:
    named(found, "rainbow-port")["templating"]["list"].reverse()


def _variable_removed(found: list[Json]) -> None:
    del named(found, "rainbow-switch")["templating"]["list"][1]


def _dead_dashboard_link(found: list[Json]) -> None:
    named(found, "rainbow-network")["links"][0]["url"] = "/d/rainbow-sites"


def _dead_data_link(found: list[Json]) -> None:
    table = first(found, "table", "rainbow-site")
    links = [item for one in table["fieldConfig"]["overrides"] for item in one["properties"] if item["id"] == "links"]
    links[0]["value"][0]["url"] = "/d/rainbow-gone?${__url_time_range}"


def _link_sets_a_variable_that_is_not_there(found: list[Json]) -> None:
    table = first(found, "table", "rainbow-site")
    links = [item for one in table["fieldConfig"]["overrides"] for item in one["properties"] if item["id"] == "links"]
    links[0]["value"][0]["url"] = "/d/rainbow-site?${__url_time_range}&var-building=1"


def _wrong_source_of_a_panel(found: list[Json]) -> None:
    first(found, "timeseries")["datasource"]["uid"] = "influxdb"


def _no_source_of_a_query(found: list[Json]) -> None:
    del first(found, "timeseries")["targets"][0]["datasource"]


def _wrong_source_of_a_variable(found: list[Json]) -> None:
    named(found, "rainbow-site")["templating"]["list"][0]["datasource"]["type"] = "prometheus"


def _wrong_source_of_an_annotation(found: list[Json]) -> None:
    named(found, "rainbow-site")["annotations"]["list"][0]["datasource"] = {"type": "grafana", "uid": "-- Grafana --"}


def _no_title(found: list[Json]) -> None:
    first(found, "timeseries")["title"] = " "


def _no_description(found: list[Json]) -> None:
    del first(found, "timeseries")["description"]


def _no_unit(found: list[Json]) -> None:
    del first(found, "timeseries")["fieldConfig"]["defaults"]["unit"]


def _no_title_of_the_dashboard(found: list[Json]) -> None:
    named(found, "rainbow-site")["title"] = ""


def _junk_option(found: list[Json]) -> None:
    first(found, "timeseries")["options"]["colour"] = "red"


def _junk_option_deep_inside(found: list[Json]) -> None:
    first(found, "timeseries")["options"]["legend"]["postion"] = "bottom"


def _junk_field_option(found: list[Json]) -> None:
    first(found, "timeseries")["fieldConfig"]["defaults"]["custom"]["lineWitdh"] = 2


def _junk_override(found: list[Json]) -> None:
    first(found, "timeseries")["fieldConfig"]["overrides"][0]["properties"][0]["id"] = "custom.colour"


def _junk_on_the_panel(found: list[Json]) -> None:
    first(found, "timeseries")["heigth"] = 9


def _junk_on_the_dashboard(found: list[Json]) -> None:
    named(found, "rainbow-site")["style"] = "dark"


def _uid_twice(found: list[Json]) -> None:
    found.append(copy.deepcopy(found[0]))


def _no_query(found: list[Json]) -> None:
    first(found, "timeseries", "rainbow-network")["targets"] = []
    first(found, "timeseries", "rainbow-network")["fieldConfig"]["overrides"] = []


def _query_without_time(found: list[Json]) -> None:
    target = first(found, "timeseries")["targets"][0]
    target["query"] = target["query"].replace(" AND $timeFilter", "")


def _query_in_flux(found: list[Json]) -> None:
    first(found, "stat")["targets"][0]["query"] = 'from(bucket: "rainbow") |> range(start: -1h)'


def _query_by_the_builder(found: list[Json]) -> None:
    first(found, "stat")["targets"][0]["rawQuery"] = False


def _ref_id_twice(found: list[Json]) -> None:
    target = copy.deepcopy(first(found, "timeseries")["targets"][0])
    first(found, "timeseries")["targets"].append(target)


def _override_of_a_missing_query(found: list[Json]) -> None:
    first(found, "timeseries")["fieldConfig"]["overrides"][0]["matcher"]["options"] = "Z"


MISTAKES: dict[str, tuple[Callable[[list[Json]], None], ...]] = {
    "RB-G001": (_unknown_type,),
    "RB-G002": (_bad_unit, _bad_unit_of_a_column),
    "RB-G003": (_duplicate_id, _missing_id),
    "RB-G004": (_overlap, _outside_the_grid),
    "RB-G005": (
        _undefined_variable_in_a_query,
        _undefined_variable_in_a_title,
        _variable_before_its_definition,
    ),
    "RB-G006": (_dead_dashboard_link, _dead_data_link, _link_sets_a_variable_that_is_not_there),
    "RB-G007": (
        _wrong_source_of_a_panel,
        _no_source_of_a_query,
        _wrong_source_of_a_variable,
        _wrong_source_of_an_annotation,
    ),
    "RB-G008": (_no_title, _no_description, _no_unit, _no_title_of_the_dashboard),
    "RB-G009": (
        _junk_option,
        _junk_option_deep_inside,
        _junk_field_option,
        _junk_override,
        _junk_on_the_panel,
        _junk_on_the_dashboard,
    ),
    "RB-G010": (_uid_twice,),
    "RB-G011": (_no_query, _query_without_time, _query_in_flux, _query_by_the_builder),
    "RB-G012": (_ref_id_twice, _override_of_a_missing_query),
}


@pytest.mark.parametrize(
    ("code", "mistake"),
    [
        pytest.param(code, mistake, id=mistake.__name__.strip("_"))
        for code, mistakes in MISTAKES.items()
        for mistake in mistakes
    ],
)
def test_a_mistake_is_named_and_nothing_else(code: str, mistake: Callable[[list[Json]], None]) -> None:
    found = copy.deepcopy(GOOD)
    mistake(found)
    assert codes(found) == {code}


def test_a_missing_variable_is_named_where_it_is_used_and_where_links_set_it() -> None:
    found = copy.deepcopy(GOOD)
    _variable_removed(found)
    assert codes(found) == {"RB-G005", "RB-G006"}


def _rule_uid_twice(rules: list[Json]) -> None:
    rules[1]["uid"] = rules[0]["uid"]


def _rule_uid_too_long(rules: list[Json]) -> None:
    rules[1]["uid"] = "x" * 41


def _rule_points_nowhere(rules: list[Json]) -> None:
    rules[0]["panelId"] = 999


def _rule_without_words(rules: list[Json]) -> None:
    del rules[0]["annotations"]["summary"]


def _rule_without_condition(rules: list[Json]) -> None:
    rules[0]["condition"] = "D"


def _rule_reads_a_missing_step(rules: list[Json]) -> None:
    rules[0]["data"][2]["model"]["expression"] = "X"


def _rule_asks_elsewhere(rules: list[Json]) -> None:
    rules[0]["data"][0]["datasourceUid"] = "prometheus"


def _rule_looks_at_no_time(rules: list[Json]) -> None:
    rules[0]["data"][0]["relativeTimeRange"]["from"] = 0


def _rule_with_a_crippled_limit(rules: list[Json]) -> None:
    rules[0]["data"][2]["model"]["conditions"][0]["evaluator"]["params"] = [0.5]


@pytest.mark.parametrize(
    ("code", "mistake"),
    [
        ("RB-G020", _rule_uid_twice),
        ("RB-G020", _rule_uid_too_long),
        ("RB-G021", _rule_points_nowhere),
        ("RB-G008", _rule_without_words),
        ("RB-G022", _rule_without_condition),
        ("RB-G022", _rule_reads_a_missing_step),
        ("RB-G007", _rule_asks_elsewhere),
        ("RB-G011", _rule_looks_at_no_time),
        ("RB-G023", _rule_with_a_crippled_limit),
    ],
)
def test_a_mistake_in_a_rule_is_named(code: str, mistake: Callable[[list[Json]], None]) -> None:
    file = copy.deepcopy(RULES)
    mistake(file["groups"][0]["rules"])
    assert {finding.code for finding in lint_rules(file, GOOD, datasource_uid=UID)} == {code}


@pytest.mark.parametrize(
    "junk",
    [{}, {"panels": None}, {"panels": [1, {"type": 3, "gridPos": []}]}, {"uid": 7, "templating": {"list": "x"}}],
)
def test_a_file_that_is_no_dashboard_gets_findings_not_a_traceback(junk: Json) -> None:
    found = lint_boards([junk], datasource_uid=UID)
    assert found
    assert all(finding.message and finding.cure for finding in found)
