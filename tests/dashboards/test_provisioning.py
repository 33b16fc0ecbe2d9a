"""Provisioning files: what Grafana is told about data source, folders, rules and receivers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml
from grafana_like import DEFAULTS, Json, yaml_files

from dashboards.settings import CRITICALITIES, ContactSettings, DashboardSettings, MuteSettings
from dashboards.surroundings import Surroundings
from rainbow.kernel.metrics import INCIDENT

if TYPE_CHECKING:
    from collections.abc import Callable


def loaded(around: Surroundings) -> dict[str, Json]:
    return {path: yaml.safe_load(text) for path, text in yaml_files(around).items()}


def source(around: Surroundings) -> Json:
    (found,) = loaded(around)["provisioning/datasources/rainbow.yaml"]["datasources"]
    return found


def rules(around: Surroundings) -> list[Json]:
    (group,) = loaded(around)["provisioning/alerting/rainbow.yaml"]["groups"]
    return group["rules"]


def test_a_token_is_named_by_its_file_and_never_written() -> None:
    for version in (2, 3):
        found = source(Surroundings(influx_version=version, database="city"))
        assert found["secureJsonData"] == {"httpHeaderValue1": "Token $__file{/run/secrets/influxdb_read_token}"}
        assert found["jsonData"]["httpHeaderName1"] == "Authorization"
        assert found["jsonData"]["dbName"] == "city"
        assert found["jsonData"]["version"] == "InfluxQL"


def test_influxdb_1_takes_user_and_password_or_neither() -> None:
    assert "secureJsonData" not in source(Surroundings(influx_version=1))
    settings = DashboardSettings(influx_user="reader", influx_secret_file="/run/secrets/reader")  # noqa: S106 - a path
    found = source(Surroundings(influx_version=1, settings=settings))
    assert (found["user"], found["secureJsonData"]) == ("reader", {"password": "$__file{/run/secrets/reader}"})
    assert "httpHeaderName1" not in found["jsonData"]


def test_buckets_are_never_narrower_than_the_poll_interval() -> None:
    assert source(Surroundings(interval_s=7.5))["jsonData"]["timeInterval"] == "8s"


def test_without_an_address_nobody_is_told_and_no_policy_of_others_is_touched() -> None:
    files = loaded(DEFAULTS)
    assert [path for path in files if "alerting" in path] == ["provisioning/alerting/rainbow.yaml"]
    assert all("notification_settings" not in rule for rule in rules(DEFAULTS))
    assert not [text for text in yaml_files(DEFAULTS).values() if "policies" in text or "@" in text]


def told(around: Surroundings) -> Json:
    return loaded(around)["provisioning/alerting/rainbow-contact.yaml"]


def test_with_an_address_every_rule_names_a_receiver_that_exists() -> None:
    around = replace(DEFAULTS, settings=DashboardSettings(alert_webhook="https://pager.example/rainbow"))
    points = told(around)["contactPoints"]
    assert {point["receivers"][0]["settings"]["url"] for point in points} == {"https://pager.example/rainbow"}
    assert {rule["notification_settings"]["receiver"] for rule in rules(around)} == {point["name"] for point in points}
    assert "muteTimes" not in told(around)


def test_people_are_told_by_how_bad_it_is_and_left_alone_when_they_asked_to_be() -> None:
    settings = DashboardSettings(
        contact={
            "duty": ContactSettings(kind="email", to="duty@city.example", severities=("critical",)),
            "desk": ContactSettings(to="https://desk.example/hook", severities=("critical",)),
        },
        mute={
            "night": MuteSettings(start="22:00", end="06:00", severities=("critical", "warning")),
            "weekend": MuteSettings(weekdays=("sunday", "saturday"), severities=("warning",)),
        },
        alert_repeat_h=1.5,
    )
    around = replace(DEFAULTS, settings=settings)
    (point,) = told(around)["contactPoints"]
    assert [receiver["type"] for receiver in point["receivers"]] == ["webhook", "email"]
    night, weekend = told(around)["muteTimes"]
    assert [tuple(span.values()) for span in night["time_intervals"][0]["times"]] == [
        ("22:00", "24:00"),
        ("00:00", "06:00"),
    ]
    assert weekend["time_intervals"][0]["weekdays"] == ["saturday", "sunday"]
    said = {rule["labels"]["severity"]: rule.get("notification_settings") for rule in rules(around)}
    assert said["warning"] is None, "nobody asked for warnings"
    assert said["critical"] == {
        "receiver": point["name"],
        "repeat_interval": "1h30m",
        "mute_time_intervals": [night["name"]],
    }


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: ContactSettings(to="desk.example"), "to"),
        (lambda: ContactSettings(kind="email", to="desk"), "mail address"),
        (lambda: ContactSettings(kind="pigeon", to="https://desk.example"), "pigeon"),
        (lambda: ContactSettings(to="https://desk.example", severities=("fatal",)), "fatal"),
        (lambda: MuteSettings(weekdays=("Samstag",)), "Samstag"),
        (lambda: MuteSettings(start="25:00"), "25:00"),
        (lambda: MuteSettings(start="06:00", end="06:00"), "06:00"),
        (lambda: DashboardSettings(grafana_url="https://admin:admin@grafana.example"), "token_env"),
    ],
)
def test_a_bad_contact_or_mute_is_named(make: Callable[[], object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        make()


ALWAYS = {
    "rainbow-last-path",
    "rainbow-on-battery",
    "rainbow-low-margin",
    "rainbow-drift",
    "rainbow-temperature",
    "rainbow-collector-silent",
    "rainbow-outbox-age",
    "rainbow-task-unwell",
    "rainbow-dropped",
    "rainbow-dead-letters",
    "rainbow-backup-old",
    "rainbow-restore-untested",
}
BY_CAUSE = {"rainbow-incident", "rainbow-incident-lesser", "rainbow-incident-harmless"}
BY_SYMPTOM = {"rainbow-link-down", "rainbow-link-down-lesser", "rainbow-device-silent"}


def test_what_people_are_woken_for_has_rules_with_fixed_uids() -> None:
    assert {rule["uid"] for rule in rules(DEFAULTS)} == ALWAYS | BY_CAUSE
    assert {rule["uid"] for rule in rules(replace(DEFAULTS, incidents=False))} == ALWAYS | BY_SYMPTOM


def limit_of(rule: Json) -> tuple[float, float]:
    low, high = rule["data"][-1]["model"]["conditions"][0]["evaluator"]["params"]
    return low, high


@pytest.mark.parametrize("criticality", CRITICALITIES)
def test_of_one_cause_one_rule_fires_and_of_no_harm_none(criticality: str) -> None:
    around = replace(DEFAULTS, settings=DashboardSettings(alert_critical_from=criticality))
    told = [rule for rule in rules(around) if 'FROM "incident"' in rule["data"][0]["model"]["query"]]
    for harm, name in INCIDENT.harm.states:
        fired = [rule for rule in told if limit_of(rule)[0] < harm < limit_of(rule)[1]]
        assert len(fired) == (harm > 0), f"{name}: {[rule['uid'] for rule in fired]}"
        if harm > len(INCIDENT.harm.states) - 1 - len(CRITICALITIES):
            weighs = name.split(":")[0]
            is_critical = CRITICALITIES.index(weighs) >= CRITICALITIES.index(criticality)
            assert fired[0]["labels"]["severity"] == ("critical" if is_critical else "warning")


def test_without_incidents_a_link_down_is_as_bad_as_the_link_matters() -> None:
    around = Surroundings(settings=DashboardSettings(alert_critical_from="vital"), incidents=False)
    down = {rule["labels"]["severity"]: rule for rule in rules(around) if rule["uid"].startswith("rainbow-link-down")}
    assert '"criticality" >= 4 AND' in down["critical"]["data"][0]["model"]["query"]
    assert '"criticality" < 4 AND' in down["warning"]["data"][0]["model"]["query"]


def test_drift_is_what_the_same_hours_lost_in_a_month() -> None:
    around = replace(DEFAULTS, settings=DashboardSettings(alert_drift_db_per_month=0.5))
    steps = {step["refId"]: step for step in next(r for r in rules(around) if r["uid"] == "rainbow-drift")["data"]}
    assert steps["A"]["model"]["query"] == steps["P"]["model"]["query"]
    now, earlier = (steps[name]["relativeTimeRange"] for name in "AP")
    assert {earlier[side] - now[side] for side in ("from", "to")} == {30 * 24 * 3600}
    assert (steps["D"]["model"]["type"], steps["D"]["model"]["expression"]) == ("math", "$Q - $B")
    assert (steps["B"]["model"]["expression"], steps["Q"]["model"]["expression"]) == ("A", "P")
    assert steps["C"]["model"]["expression"] == "D"
    assert steps["C"]["model"]["conditions"][0]["evaluator"] == {"type": "gt", "params": [0.5]}


@pytest.mark.parametrize(
    ("setting", "uid"),
    [
        ("alert_margin_db", "rainbow-low-margin"),
        ("alert_temperature_c", "rainbow-temperature"),
        ("alert_drift_db_per_month", "rainbow-drift"),
        ("alert_outbox_age_s", "rainbow-outbox-age"),
    ],
)
def test_a_limit_of_the_settings_is_that_of_the_rule_and_of_its_words(setting: str, uid: str) -> None:
    around = replace(DEFAULTS, settings=DashboardSettings(**{setting: 42.5}))  # type: ignore[arg-type]
    rule = next(rule for rule in rules(around) if rule["uid"] == uid)
    assert rule["data"][-1]["model"]["conditions"][0]["evaluator"]["params"] == [42.5]
    assert "42.5" in rule["annotations"]["summary"]


def test_only_a_silent_collector_fires_for_want_of_data_and_nothing_is_called_repaired_by_silence() -> None:
    states = {rule["uid"]: rule["noDataState"] for rule in rules(DEFAULTS)}
    assert states.pop("rainbow-collector-silent") == "Alerting"
    assert set(states.values()) == {"KeepLast"}


def test_slow_rounds_widen_what_a_rule_looks_at() -> None:
    slow = rules(Surroundings(interval_s=900.0))
    assert {rule["data"][0]["relativeTimeRange"]["from"] for rule in slow} == {900, 1800, 2700, 3600, 86400}
    collector = next(rule for rule in slow if rule["uid"] == "rainbow-collector-silent")
    assert "time(2700s)" in collector["data"][0]["model"]["query"]


@pytest.mark.parametrize(
    ("setting", "uid", "seconds"),
    [
        ("alert_backup_age_h", "rainbow-backup-old", 3600.0),
        ("alert_restore_test_d", "rainbow-restore-untested", 86_400.0),
    ],
)
def test_ages_of_the_settings_are_seconds_in_the_rule(setting: str, uid: str, seconds: float) -> None:
    around = replace(DEFAULTS, settings=DashboardSettings(**{setting: 7.0}))  # type: ignore[arg-type]
    rule = next(rule for rule in rules(around) if rule["uid"] == uid)
    assert rule["data"][-1]["model"]["conditions"][0]["evaluator"] == {"type": "gt", "params": [7.0 * seconds]}
    assert " 7 " in rule["annotations"]["summary"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("page_url", "rainbow.example"),
        ("page_url", ""),
        ("influx_url", "influxdb:8086"),
        ("alert_webhook", "mailto:somebody"),
        ("alert_outbox_age_s", 0.0),
        ("alert_repeat_h", 0.0),
        ("alert_backup_age_h", 0.0),
        ("alert_restore_test_d", -1.0),
        ("alert_critical_from", "grave"),
        ("grafana_url", "grafana:3000"),
    ],
)
def test_a_bad_setting_is_named(key: str, value: str | float) -> None:
    with pytest.raises(ValueError, match=key):
        DashboardSettings(**{key: value})  # type: ignore[arg-type]
