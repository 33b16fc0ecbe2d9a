"""Statements are made of the catalogue; what is not in it is refused while they are made."""

from __future__ import annotations

import pytest

from dashboards.influxql import (
    at_least,
    below,
    differs,
    either,
    equals,
    last,
    latest_rows,
    matches,
    name,
    newest,
    over_time,
    risen,
    steady_count,
    values_of,
)
from rainbow.kernel.errors import DashboardError
from rainbow.kernel.metrics import EVENT, INTERFACE, LINK, OUTBOX


def test_a_series_over_time() -> None:
    made = over_time(INTERFACE, INTERFACE.in_bps, where=[matches(INTERFACE, "device", "device")], by=["if_name"])
    assert made == (
        'SELECT mean("in_bps") AS "in_bps" FROM "interface" WHERE "device" =~ /^${device:regex}$/ AND $timeFilter '
        'GROUP BY time($__interval), "if_name" fill(null)'
    )


def test_the_newest_reading_of_each_thing() -> None:
    condition = either(matches(LINK, "site_a", "site"), matches(LINK, "site_b", "site"))
    assert newest(LINK, [LINK.state, LINK.margin_db], where=[condition], by=["link"]) == (
        'SELECT "state", "margin_db" FROM "link" '
        'WHERE ("site_a" =~ /^${site:regex}$/ OR "site_b" =~ /^${site:regex}$/) AND $timeFilter '
        'GROUP BY "link" ORDER BY time DESC LIMIT 1'
    )
    assert newest(LINK, [LINK.state, LINK.state]) == (
        'SELECT "state" FROM "link" WHERE $timeFilter ORDER BY time DESC LIMIT 1'
    )
    assert last(LINK, LINK.state, by=["link"]) == (
        'SELECT last("state") AS "state" FROM "link" WHERE $timeFilter GROUP BY "link"'
    )


def test_events_and_tag_values() -> None:
    assert latest_rows(EVENT, [EVENT.text], ["kind"], most=5) == (
        'SELECT "text", "kind" FROM "event" WHERE $timeFilter ORDER BY time DESC LIMIT 5'
    )
    assert values_of(LINK, "link") == 'SHOW TAG VALUES FROM "link" WITH KEY = "link"'


def test_a_field_of_another_metric_is_refused() -> None:
    with pytest.raises(DashboardError, match="metric link has no field in_bps"):
        newest(LINK, [INTERFACE.in_bps])
    with pytest.raises(DashboardError, match="metric event has no field state"):
        latest_rows(EVENT, [LINK.state], [], most=1)
    with pytest.raises(DashboardError, match="has no field"):
        steady_count(EVENT, LINK.state, bucket_s=300, by=["kind"])


def test_a_tag_the_metric_does_not_have_is_refused_with_those_it_has() -> None:
    for make in (
        lambda: over_time(LINK, LINK.state, by=["device"]),
        lambda: matches(LINK, "device", "device"),
        lambda: values_of(LINK, "device"),
    ):
        with pytest.raises(DashboardError, match=r"no tag device(.|\n)*link, site_a, site_b, user_group"):
            make()


def test_names_are_quoted_so_that_they_end_where_they_should() -> None:
    assert name('a"b\\c') == '"a\\"b\\\\c"'


def test_conditions_on_tags_and_numbers() -> None:
    assert equals(EVENT, "kind", "it's a \\ cut") == "\"kind\" = 'it\\'s a \\\\ cut'"
    assert differs(INTERFACE, "link", "") == "\"link\" != ''"
    assert at_least(LINK, LINK.criticality, 3) == '"criticality" >= 3'
    assert below(LINK, LINK.criticality, 3) == '"criticality" < 3'
    for make in (lambda: equals(LINK, "kind", "x"), lambda: below(LINK, EVENT.severity, 1)):
        with pytest.raises(DashboardError, match="metric link has no"):
            make()


def test_by_how_much_a_count_grew() -> None:
    assert risen(OUTBOX, OUTBOX.dropped, by=["sink"]) == (
        'SELECT spread("dropped") AS "dropped" FROM "outbox" WHERE $timeFilter GROUP BY "sink"'
    )
