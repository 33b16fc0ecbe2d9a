"""Incidents on the page: in the banner, in the list, and the story of one."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from planner_incidents import Told
from starlette.testclient import TestClient

from incidents.incident import Cause, Status
from planner.app import create_app

if TYPE_CHECKING:
    from planner_scene import Scene


@pytest.fixture
def told(scene: Scene) -> Told:
    scene.ground.cut([Told(scene).trench])
    scene.poll()
    return Told(scene)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_banner_tells_of_the_incident_and_not_of_its_links_again(told: Told) -> None:
    banner = told.client().get("/parts/banner").text
    assert f"{told.trench} cut between" in text(banner)
    assert re.search(r"near \w+.*\. Since \d\d:\d\d:\d\d\.", text(banner))
    assert 'href="/?incident=3"' in banner
    assert f"Trench {told.trench} cut: " not in text(banner)


def test_a_cut_no_incident_tells_of_yet_stands_beside_it(told: Told) -> None:
    told.write(replace(told.cut, links=told.cut.links[:-1]))
    banner = text(told.client().get("/parts/banner").text)
    assert f"{told.trench} cut between" in banner
    assert f"Trench {told.trench} cut: " in banner


def test_what_is_not_urgent_stands_in_the_list_only(told: Told) -> None:
    told.scene.ground.repair([])
    told.scene.poll(after_s=30)
    told.write(replace(told.cut, verdict=replace(told.cut.verdict, cause=Cause.DEGRADATION)))
    client = told.client()
    assert text(client.get("/parts/banner").text) == ""
    assert "Loss ris" in text(client.get("/parts/list/incidents").text)


def test_the_list_begins_with_what_is_open_and_most_critical(told: Told) -> None:
    lesser = replace(told.cut, number=4, harm=replace(told.cut.harm, criticality=1))
    told.write(told.restart, told.over, told.cut, lesser)
    rows = told.client().get("/parts/list/incidents").text
    assert re.findall(r'href="/\?incident=(\d)"', rows) == ["3", "4", "2", "1"]
    assert "open since" in text(rows)
    assert "over" in text(rows)


def test_the_story_of_one(told: Told) -> None:
    plant = told.scene.plant
    panel = told.client().get("/parts/incident/3").text
    said = text(panel)
    assert "Without service: 1 school." in said
    assert plant.nodes[told.school].label in said
    assert f"On their last path: {plant.nodes[told.office].label}" in said
    assert f"Look at trench: {told.trench}" in said
    assert re.search(r"cut, 97 % sure\. Or: Patch unplugged or broken: .* \(3 %\)", said)
    story = re.findall(r"<time>[^<]+</time> <span>([^<]+)", panel)
    links = len(told.cut.links)
    assert story == [
        "last good reading",
        f"first bad reading, {links} links",
        "without service: 1\N{NO-BREAK SPACE}school",
        "four links went together",
    ]
    assert f'data-sections="[&#34;{told.trench}&#34;]"' in panel
    assert "Repair (simulation)" in said


def test_what_is_over_says_so_and_cannot_be_taken(told: Told) -> None:
    said = text(told.client().get("/parts/incident/2").text)
    assert "Without service meanwhile: 1 school." in said
    assert "Take it" not in said
    assert re.search(r"over \d\d:\d\d:\d\d to \d\d:\d\d:\d\d, 5 min", said)


def test_watched_light_is_no_alarm_any_more(told: Told) -> None:
    told.scene.ground.repair([])
    told.scene.poll(after_s=30)
    told.write(replace(told.cut, status=Status.CLEARING, restored=told.cut.links))
    banner = told.client().get("/parts/banner").text
    assert "Light is back, it is being watched." in text(banner)


def test_taking_it_from_the_page(told: Told) -> None:
    client = told.client()
    answer = client.post("/parts/incident/3/take", data={"name": "Control room"}, headers={"hx-request": "true"})
    assert "Taken by Control room." in text(answer.text)
    assert "Taken by Control room." in text(client.get("/parts/banner").text)
    plain = client.post("/parts/incident/3/take", data={"name": "Control room"}, follow_redirects=False)
    assert (plain.status_code, plain.headers["location"]) == (303, "/?incident=3")
    assert client.post("/parts/incident/3/take", data={"name": " "}).status_code == 422
    refused = client.post("/parts/incident/9/take", data={"name": "x"}, headers={"hx-request": "true"})
    assert refused.status_code == 404
    assert "<html" not in refused.text
    assert "<html" in client.post("/parts/incident/9/take", data={"name": "x"}).text


def test_repairing_from_the_story_stays_in_the_story(told: Told) -> None:
    client = told.client()
    url = f"/parts/control/repair/{told.trench}?incident=3"
    assert 'data-incident="3"' in client.post(url, headers={"hx-request": "true"}).text
    assert told.scene.ground.cuts() == ()


def test_the_report_is_plain_text(told: Told) -> None:
    answer = told.client().get("/incident/2/report")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Minutes without service" in answer.text


def test_a_deep_link_opens_it_or_says_that_it_is_not_there(told: Told) -> None:
    client = told.client()
    assert 'data-incident="3"' in client.get("/?incident=3").text
    assert "there is no incident 9" in text(client.get("/?incident=9").text)


def test_a_broken_journal_leaves_the_rest_of_the_page(told: Told) -> None:
    told.path.write_bytes(b"no database" * 100)
    page = text(told.client().get("/").text)
    assert "incident file" in page
    assert f"Trench {told.trench} cut: " in page


def test_without_a_journal_the_list_is_empty(scene: Scene) -> None:
    with TestClient(create_app(scene.services()), base_url="http://127.0.0.1:8021") as client:
        assert "None yet." in text(client.get("/parts/list/incidents").text)
