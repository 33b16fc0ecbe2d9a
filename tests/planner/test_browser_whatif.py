"""Asking "what if" in a real Chromium: by click, by drawing, by keyboard; undo, planned, two bases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from planner_browser import INTERVAL_S, Served, Visit, click_on_map, longest_harmful, lost_names, point_on_map
from planner_scene import Scene
from playwright.sync_api import expect
from test_whatif import half_built, ring_pair

from planner import digging

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from inventory.plant import Plant

pytestmark = pytest.mark.real


def cuts(page: Page) -> list[str]:
    return list(json.loads(page.locator("#panel [data-cuts]").get_attribute("data-cuts") or "[]"))


def expect_cuts(page: Page, *codes: str) -> None:
    expect(page.locator("#panel [data-cuts]")).to_have_attribute(
        "data-cuts", json.dumps(list(codes)).replace("'", "&#39;")
    )


def test_by_click_undo_redo_and_a_link_that_can_be_sent(served: Served, visit: Callable[..., Visit]) -> None:
    scene = served.scene
    page = visit().open()
    page.locator("#tool-whatif").click()
    expect(page.locator("#panel h2")).to_have_text("What if this is cut?")
    first = longest_harmful(scene)
    click_on_map(page, first)
    expect_cuts(page, first)
    for name in lost_names(scene, first):
        expect(page.locator("#panel")).to_contain_text(name)
    second = next(
        code
        for code in sorted(scene.plant.section, key=lambda code: -scene.plant.section[code].length_m)
        if code != first
    )
    click_on_map(page, second)
    expect_cuts(page, first, second)
    assert page.url.endswith(f"/?whatif=1&cut={first}&cut={second}")
    expect(page.locator("#map .whatif-mark")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect_cuts(page, first)
    page.keyboard.press("Control+z")
    expect_cuts(page)
    page.get_by_role("button", name="Redo").click()
    expect_cuts(page, first)
    page.keyboard.press("Control+y")
    expect_cuts(page, first, second)
    click_on_map(page, first)
    expect_cuts(page, second)
    page.get_by_role("button", name="Undo").click()
    expect_cuts(page, first, second)
    other = visit().open(page.url.removeprefix(served.address))
    expect_cuts(other, first, second)
    page.get_by_role("button", name="Clear").click()
    expect_cuts(page)
    expect(page.locator("#map .whatif-mark")).to_have_count(0)
    page.locator("#tool-whatif").click()
    expect(page.locator("#panel")).to_contain_text("What hangs on it?")
    click_on_map(page, first)
    expect(page.locator("#panel .kicker")).to_have_text("Trench")
    assert scene.ground.cuts() == (), "nothing was really cut"


def test_a_line_and_a_circle_cut_what_they_touch(served: Served, visit: Callable[..., Visit]) -> None:
    page = visit().open("/?whatif=1")
    code = longest_harmful(served.scene)
    x, y = point_on_map(page, code)
    page.get_by_role("button", name="Line").click()
    page.mouse.move(x - 14, y - 14)
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.mouse.move(x + 14, y + 14, steps=4)
    page.mouse.up()
    expect(page.locator("#panel .cuts")).to_contain_text(code)
    by_line = cuts(page)
    page.get_by_role("button", name="Clear").click()
    expect_cuts(page)
    page.get_by_role("button", name="Circle").click()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    expect(page.locator("#panel .cuts")).to_contain_text(code)
    assert len(cuts(page)) > len(by_line)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Pick")).to_have_attribute("aria-pressed", "true")


def test_all_of_it_by_keyboard(served: Served, visit: Callable[..., Visit]) -> None:
    pair = ring_pair(served.scene.plant)
    page = visit().open("/?whatif=1")
    page.locator("#whatif-search").focus()
    for code in pair:
        page.keyboard.type(code)
        expect(page.locator(f"#add-{code}")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator(f"#add-{code}")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#whatif-search")).to_be_focused()
        expect(page.locator("#panel .cuts")).to_contain_text(code)
    expect(page.locator("#panel .verdict")).to_contain_text("Without service: ")
    expect(page.locator("#panel .lost").first).to_contain_text(f"by {pair[0]}, {pair[1]} together")
    page.locator("#drop-1").focus()
    page.keyboard.press("Enter")
    expect_cuts(page, pair[1])
    expect(page.locator("#panel .verdict")).to_contain_text("Nothing loses service")
    served.scene.ground.cut([pair[0]])
    served.scene.poll(after_s=INTERVAL_S)
    expect(page.locator("#panel .verdict")).to_contain_text("Without service: ", timeout=10_000)
    page.locator("#base-now").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel .verdict")).to_contain_text("Nothing loses service")
    expect(page.locator("#base-well")).to_be_focused()


def test_where_to_dig_is_planned_and_drawn(visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digging, "MOST_CANDIDATES", 6)  # each costs an index
    page = visit().open()
    page.get_by_role("link", name="Where to dig").click()
    page.get_by_label("Budget in €").fill("100000")
    with page.expect_response("**/parts/dig-plan?dig=100000"):  # not the plan that is there already
        page.get_by_role("button", name="Plan").click()
    steps = page.locator("#panel .steps li")
    expect(steps.first).to_be_visible(timeout=15_000)
    expect(page.locator("#map .cost-label")).to_have_count(steps.count())
    expect(page.locator("#map .cost-label").first).to_contain_text("€")
    page.locator("#panel-close").click()
    expect(page.locator("#map .cost-label")).to_have_count(0)


def test_what_is_planned_on_and_off(tmp_path: Path, plant: Plant, browser: Browser) -> None:
    rest, code, site = half_built(plant)
    scene = Scene(tmp_path, rest)
    scene.poll()
    with Served(scene) as served:
        visit = Visit(browser, served)
        page = visit.open(f"/?whatif=1&cut={code}&base=all_well")
        lost = page.locator(f'#panel .lost a[href="/?site={site}"]')
        expect(lost).to_have_count(1)
        page.get_by_label("with what is planned").check()
        expect(lost).to_have_count(0)
        expect(page.get_by_label("with what is planned")).to_be_checked()
        page.get_by_label("with what is planned").uncheck()
        expect(lost).to_have_count(1)
        visit.end()
