"""What happens tells itself: the incident opens, the map goes there, and nobody's press is lost over it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from planner_browser import INTERVAL_S, Served, Visit
from planner_incidents import Told
from planner_scene import Scene
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from inventory.plant import Plant

pytestmark = pytest.mark.real
SOON_MS = 10_000


@pytest.fixture
def told(tmp_path: Path, plant: Plant) -> Told:
    scene = Scene(tmp_path, plant, interval_s=INTERVAL_S)
    scene.poll()
    return Told(scene)


@pytest.fixture
def visitor(browser: Browser, told: Told) -> Iterator[Visit]:
    told.path.unlink()
    told.write(told.over)
    with Served(told.scene, told.app()) as served:
        visit = Visit(browser, served)
        yield visit
        visit.end()


def in_view(page: Page, code: str) -> bool:
    return bool(
        page.evaluate(
            """(code) => {
              const city = document.getElementById("map").cityMap;
              return city.map.getBounds().contains(city.sections.get(code).layer.getBounds());
            }""",
            code,
        )
    )


def test_an_incident_opens_by_itself_and_the_map_goes_there(told: Told, visitor: Visit) -> None:
    page = visitor.open()
    zoom = "document.getElementById('map').cityMap.map.getZoom()"
    far = page.evaluate(zoom)
    told.scene.ground.cut([told.trench])
    told.write(told.cut)
    told.scene.poll(after_s=INTERVAL_S)
    expect(page.locator("#panel .incident h2")).to_contain_text(f"{told.trench} cut between", timeout=SOON_MS)
    expect(page.locator("#list-incidents .dot-lost")).to_be_visible()
    assert page.evaluate(zoom) > far
    assert in_view(page, told.trench)
    told.write(replace(told.over, number=3))
    told.scene.ground.repair([])
    told.scene.poll(after_s=INTERVAL_S)
    expect(page.locator("#rows-incidents .dot-lost")).to_have_count(0, timeout=SOON_MS)
    page.get_by_role("button", name="Show the whole city").click()
    assert page.evaluate(zoom) == far


def test_nobody_who_looks_at_something_else_is_disturbed(told: Told, visitor: Visit) -> None:
    page = visitor.open(f"/?site={told.office}")
    told.write(told.cut)
    told.scene.poll(after_s=INTERVAL_S)
    expect(page.locator("#rows-incidents .dot-lost")).to_be_visible(timeout=SOON_MS)
    expect(page.locator(f"#panel [data-site={told.office}]")).to_have_count(1)


def test_a_name_being_typed_is_not_taken_away(told: Told, visitor: Visit) -> None:
    told.write(told.cut)
    page = visitor.open("/?incident=3")
    page.get_by_label("Your name").fill("Control room")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('rainbow:incidents'))")
    told.scene.poll(after_s=INTERVAL_S)
    expect(page.locator("#rows-incidents .dot-lost")).to_be_visible(timeout=SOON_MS)
    expect(page.get_by_label("Your name")).to_have_value("Control room")
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("#panel")).to_contain_text("Taken by Control room.")
