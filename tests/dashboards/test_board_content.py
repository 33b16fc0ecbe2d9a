"""What a reader of the dashboards finds: every metric somewhere, names for states, ways from overview to port."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from grafana_like import DEFAULTS, Json, boards, panels_of, yaml_files

from dashboards import palette
from dashboards.addresses import Uid
from dashboards.boards import BOARDS
from dashboards.layout import Section, Tile, place
from dashboards.sdk import dashboard
from dashboards.settings import DashboardSettings
from dashboards.surroundings import Surroundings
from rainbow.kernel.errors import DashboardError
from rainbow.kernel.metrics import CATALOGUE, DEVICE, EVENT, INTERFACE, NEIGHBOUR, Field, Kind
from rainbow.kernel.texts import LANGUAGES

MADE = {board["uid"]: board for board in boards()}
RAW_COUNTERS = {field for field in INTERFACE.fields if field.help.startswith("Counter ")}
"""Read for rates; as numbers of their own they say nothing to a person."""
UNSHOWN = RAW_COUNTERS


def queries() -> list[str]:
    return [target["query"] for board in MADE.values() for panel in panels_of(board) for target in panel["targets"]]


def annotated() -> list[str]:
    return [item["target"]["query"] for board in MADE.values() for item in board["annotations"]["list"]]


def test_there_is_a_dashboard_for_every_uid_and_no_other() -> None:
    assert set(MADE) == {uid.value for uid in Uid}
    assert len(BOARDS) == len(Uid)


def test_every_field_of_the_catalogue_is_on_some_panel_or_annotation() -> None:
    asked = "\n".join([*queries(), *annotated()])
    for metric in CATALOGUE:
        for field in set(metric.fields) - UNSHOWN:
            shown = re.search(rf'"{field.name}"[^\n]* FROM "{metric.name}" ', asked)
            assert shown, f"{metric.name}.{field.name} is measured and shown nowhere"


def test_every_state_has_a_colour_for_each_name_and_no_two_meanings_share_one() -> None:
    for metric in CATALOGUE:
        for field in metric.fields:
            if field.kind is Kind.STATE:
                assert len(palette.STATE_COLOURS[field]) == len(field.states), field.name
                assert palette.state_mapping(field)


def test_a_state_without_colours_is_refused() -> None:
    stray = Field(name="stray", kind=Kind.STATE, help="", states=((0, "no"), (1, "yes")))
    with pytest.raises(DashboardError, match=r"stray has 2 names and 0 colours"):
        palette.state_mapping(stray)


def test_colours_are_those_the_colour_blind_can_tell_apart() -> None:
    okabe_ito = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
    used = {found.upper() for board in MADE.values() for found in re.findall(r'"(#\w+)"', json.dumps(board))}
    assert used <= okabe_ito | {palette.GREY}
    assert {palette.GOOD, palette.BAD} <= used


def test_states_are_shown_by_name_wherever_they_are_asked() -> None:
    states = {field.name for metric in CATALOGUE for field in metric.fields if field.kind is Kind.STATE}
    for board in MADE.values():
        for panel in panels_of(board):
            for name in asked_fields(panel):
                if name in states and (panel["type"] != "stat" or shown_by(panel) == name):
                    assert _names(panel, name), f"{panel['title']}: {name} as a bare number"


def asked_fields(panel: Json) -> list[str]:
    """The fields a panel asks for, each query's by its columns."""
    columns = "".join(target["query"].partition(" FROM ")[0] for target in panel["targets"])
    return re.findall(r'"(\w+)"', columns)


def shown_by(panel: Json) -> str:
    """The one field a number shows; the other it asks for only tells how old a point may be."""
    return panel["options"]["reduceOptions"]["fields"].strip("/^$")


def test_a_number_shows_one_of_the_fields_it_asks_for() -> None:
    for board in MADE.values():
        for panel in panels_of(board):
            if panel["type"] == "stat":
                assert shown_by(panel) in asked_fields(panel), panel["title"]


def _names(panel: Json, name: str) -> list[Json]:
    if panel["type"] != "table":
        return panel["fieldConfig"]["defaults"]["mappings"]
    return [
        item
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"]["options"] == name
        for item in override["properties"]
        if item["id"] == "mappings"
    ]


def test_levels_of_light_are_in_dbm_and_losses_in_db() -> None:
    for board in MADE.values():
        for panel in panels_of(board):
            unit = panel["fieldConfig"]["defaults"]["unit"]
            shown = [shown_by(panel)] if panel["type"] == "stat" else asked_fields(panel)
            for name in shown:
                if panel["type"] != "table" and name.endswith("_dbm"):
                    assert unit == "dBm", panel["title"]
                elif panel["type"] != "table" and name.endswith("_db"):
                    assert unit == "dB", panel["title"]


def test_both_directions_of_traffic_stand_in_one_panel_and_errors_beside_it() -> None:
    panels = panels_of(MADE["rainbow-port"])
    traffic = next(panel for panel in panels if INTERFACE.in_bps.name in panel["targets"][0]["query"])
    assert INTERFACE.out_bps.name in traffic["targets"][1]["query"]
    downward = [
        override["matcher"]["options"]
        for override in traffic["fieldConfig"]["overrides"]
        for item in override["properties"]
        if (item["id"], item["value"]) == ("custom.transform", "negative-Y")
    ]
    assert downward == ["B"]
    errors = next(panel for panel in panels if INTERFACE.in_errors_ps.name in panel["targets"][0]["query"])
    assert errors["gridPos"]["y"] == traffic["gridPos"]["y"]


def links_of(value: object) -> set[str]:
    return set(re.findall(r"/d/([\w-]+)\?", json.dumps(value)))


def test_a_click_leads_from_the_overview_to_the_port_and_keeps_time_and_choice() -> None:
    way = ["rainbow-network", "rainbow-site", "rainbow-switch", "rainbow-port"]
    for here, there in pairwise(way):
        shown = json.dumps(panels_of(MADE[here]))
        urls = re.findall(rf'"(/d/{there}\?[^"]*)"', shown)
        assert urls, f"no way from {here} to {there}"
        assert all("${__url_time_range}" in url and "&var-" in url for url in urls)
    assert all(link["keepTime"] and link["includeVars"] for link in MADE["rainbow-port"]["links"][:-1])


def test_links_and_events_stand_in_the_open() -> None:
    for board in MADE.values():
        assert len(board["links"]) == len(Uid)
        assert all("placement" not in item for item in [*board["links"], *board["annotations"]["list"]])


def test_the_page_is_linked_where_the_settings_say_it_is() -> None:
    around = replace(DEFAULTS, settings=DashboardSettings(page_url="https://rainbow.example/karte/"))
    text = json.dumps(boards(around=around)) + "".join(yaml_files(around).values())
    assert "https://rainbow.example/karte/?site=" in text
    assert "https://rainbow.example/karte/port/" in text
    assert "127.0.0.1" not in text


def test_no_panel_adds_up_series() -> None:
    assert not [query for query in queries() if "sum(" in query.lower() or re.search(r"\(SELECT (?!last\()", query)]


def test_what_is_asked_of_every_link_switch_or_site_asks_few_fields() -> None:
    """Each field costs as much as the first: of a thousand links, four are what half a second allows."""
    of_all = [query for query in queries() if "GROUP BY" in query and not re.search(r"=~ /\^\$\{(?!user_group)", query)]
    many = re.compile(r' FROM "(?:link|device|site_total|structure|energy)" ')
    now = [query for query in of_all if "LIMIT 1" in query and many.search(query)]
    assert len(now) >= 3
    for query in now:
        assert len(re.findall(r'"\w+"', query.partition(" FROM ")[0])) <= 4, query


def test_a_line_for_each_port_has_no_more_points_than_a_screen_shows() -> None:
    drawn = [panel for board in MADE.values() for panel in panels_of(board) if panel["type"] != "table"]
    many = [panel for panel in drawn if any('"if_name"' in by_of(target["query"]) for target in panel["targets"])]
    assert len(many) >= 3
    assert {panel["maxDataPoints"] for panel in many} == {96}


def by_of(query: str) -> str:
    return query.partition(" GROUP BY ")[2]


DRIFT = "90d"
"""The one panel that looks back further than its dashboard."""


def test_panels_of_the_present_look_back_only_so_far_that_silence_shows() -> None:
    slow = boards(around=Surroundings(interval_s=300.0, slow_interval_s=3600.0))
    windows = {panel["timeFrom"] for board in slow for panel in panels_of(board) if "timeFrom" in panel}
    assert windows == {"25m", "180m", DRIFT}
    assert {panel["timeFrom"] for board in MADE.values() for panel in panels_of(board) if "timeFrom" in panel} == {
        "5m",
        "15m",
        DRIFT,
    }


def test_what_is_not_there_is_grey_and_says_so_never_green() -> None:
    """Grafana paints no value in the colour of the lowest limit; a mapping of its own comes before that."""
    numbers = [panel for board in MADE.values() for panel in panels_of(board) if panel["type"] == "stat"]
    assert len(numbers) > 40
    assert all("timeFrom" in panel for panel in numbers), "a number may be old and look new"
    dressed = [panel["fieldConfig"]["defaults"]["mappings"] for panel in numbers]
    for board in MADE.values():
        for override in (item for panel in panels_of(board) for item in panel["fieldConfig"]["overrides"]):
            found = {one["id"]: one["value"] for one in override["properties"]}
            if "thresholds" in found or "mappings" in found:
                dressed.append(found["mappings"])
    for mappings in dressed:
        absent = mappings[-1]
        assert (absent["type"], absent["options"]["match"]) == ("special", "null+nan")
        assert absent["options"]["result"]["color"] in {palette.GREY, "transparent"}


@pytest.mark.parametrize(
    ("interval_s", "refresh"), [(1.0, "10s"), (10.0, "10s"), (30.0, "30s"), (60.0, "1m"), (61.0, "5m")]
)
def test_an_open_dashboard_asks_again_when_something_new_can_be_there(interval_s: float, refresh: str) -> None:
    assert {board["refresh"] for board in boards(around=Surroundings(interval_s=interval_s))} == {refresh}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_builds_and_differs_in_words_only(language: str) -> None:
    for board in boards(language):
        own = MADE[board["uid"]]
        asked = [target["query"] for panel in panels_of(board) for target in panel["targets"]]
        assert asked == [target["query"] for panel in panels_of(own) for target in panel["targets"]]
        assert [panel["gridPos"] for panel in board["panels"]] == [panel["gridPos"] for panel in own["panels"]]


def test_a_key_that_stands_twice_is_refused() -> None:
    tile = Tile(key="same", panel=dashboard.Panel(), width=6, height=4)
    with pytest.raises(DashboardError, match="same"):
        place([Section(title="", tiles=(tile, tile))])


def test_tiles_wrap_at_the_edge_of_the_grid_and_leave_room_for_the_highest() -> None:
    sizes = [(12, 4), (8, 6), (8, 3), (24, 2)]
    tiles = tuple(
        Tile(key=str(index), panel=dashboard.Panel(), width=width, height=height)
        for index, (width, height) in enumerate(sizes)
    )
    placed, numbers = place([Section(title="first", tiles=tiles), Section(title="second", tiles=())])
    spots = [(item.grid_pos.x, item.grid_pos.y) for item in placed if item.grid_pos is not None]
    assert spots == [(0, 0), (0, 1), (12, 1), (0, 7), (0, 10), (0, 12)]
    assert numbers == {"0": 2, "1": 3, "2": 4, "3": 5}


def test_every_port_and_switch_is_named_not_numbered() -> None:
    assert "if_index" not in json.dumps(list(MADE.values()))
    assert {"site", "device"} <= set(DEVICE.tags)
    assert EVENT.text.name in json.dumps(MADE["rainbow-network"])
    assert NEIGHBOUR.remote_device.name in json.dumps(MADE["rainbow-switch"])
