"""For everybody: on a phone, by keyboard, without motion; what is drawn stands in words too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from planner_browser import Served, Visit, worst
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.real


def test_the_answer_comes_into_view_on_a_phone(served: Served, visit: Callable[..., Visit]) -> None:
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True).open()
    code = worst(served.scene)
    page.locator("#find").fill(code)
    page.locator("#hit-1").click()
    expect(page.locator("#opening .may")).to_be_in_viewport()


def test_whoever_tabs_sees_where_they_are(visit: Callable[..., Visit]) -> None:
    page = visit().open()
    seen = set()
    for _step in range(25):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "() => { const one = document.activeElement, style = getComputedStyle(one);"
            " return [one.id || one.textContent.trim(), `${style.outlineStyle} ${parseFloat(style.outlineWidth)}`]; }"
        )
        assert outline == "solid 3", name
        seen.add(name)
    assert {"map", "find"} <= seen


def test_nothing_moves_for_those_who_want_none(visit: Callable[..., Visit]) -> None:
    page = visit(reduced_motion="reduce").open()
    assert page.evaluate("document.getElementById('map').cityMap.map.options.zoomAnimation") is False
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate("document.getElementById('map').cityMap.map._animatingZoom") is None
    moving = visit().open()
    assert moving.evaluate("document.getElementById('map').cityMap.map.options.zoomAnimation") is True


def test_a_chart_stands_in_a_table_too(served: Served, visit: Callable[..., Visit]) -> None:
    link = served.scene.plant.links[0]
    port = served.scene.plant.interface[link.a]
    page = visit().open(f"/port/{port.device}/{port.if_name}?hours=1")
    page.get_by_text("As a table").first.click()
    row = page.locator("#traffic-table tbody tr").first
    expect(row.locator("td")).to_have_count(2)
    expect(row).to_contain_text("bit/s")
    expect(page.locator("#light-table tbody td").first).to_contain_text("dBm")
