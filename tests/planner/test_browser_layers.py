"""Layers, search and saved what-ifs in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from planner_browser import worst
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner_browser import Served, Visit
    from playwright.sync_api import Page

pytestmark = pytest.mark.real


def colour_of(page: Page, code: str) -> str:
    script = "(code) => document.getElementById('map').cityMap.sections.get(code).layer.options.color"
    return str(page.evaluate(script, code))


def test_trenches_take_the_colours_of_a_layer_and_give_them_back(served: Served, visit: Callable[..., Visit]) -> None:
    code = worst(served.scene)
    page = visit().open("/?layer=risk")
    by_state = page.evaluate("document.getElementById('map').cityMap.colour('--trench')")
    expect(page.locator(".scale li")).to_have_count(5)
    steps = [page.evaluate(f"document.getElementById('map').cityMap.colour('--scale-{n}')") for n in range(5)]
    assert colour_of(page, code) in steps[1:]
    page.locator("#layer").select_option("group")
    group = served.scene.plant.user_groups[0]
    page.locator("#group").select_option(group.code)
    expect(page.locator(".scale li")).to_have_text(group.label)
    carried = {link.code for link in served.scene.plant.links if link.user_group == group.code}
    own = next(code for code, links in served.scene.plant.links_in.items() if carried & set(links))
    assert colour_of(page, own) == group.display
    page.locator("#layer").select_option("state")
    assert colour_of(page, own) == by_state


def test_cables_and_strands_by_search(served: Served, visit: Callable[..., Visit]) -> None:
    cable = served.scene.plant.cables[0]
    page = visit().open()
    page.locator("#find").fill(cable.code)
    page.locator("#hit-1").click()
    expect(page.locator("#panel .kicker")).to_have_text("Cable")
    swatch = page.locator("#panel .swatch").first
    assert swatch.evaluate("(element) => getComputedStyle(element).backgroundColor") != "rgba(0, 0, 0, 0)"
    page.locator(".layers summary").click()
    page.get_by_label("Cables", exact=True).check()
    drawn = "document.getElementById('map').cityMap.cables?.getLayers().length > 0"
    for _look in range(200):  # Playwright's own waiting is an eval, which the page's policy forbids
        if page.evaluate(drawn):
            break
        page.wait_for_timeout(50)
    assert page.evaluate(drawn)
    page.get_by_label("Sites", exact=True).uncheck()
    expect(page.locator("#map .site-marker")).to_have_count(0)
    page.get_by_label("Sites", exact=True).check()
    expect(page.locator("#map .site-marker.is-fine")).to_have_count(len(served.scene.plant.sites))


def test_saved_compared_and_deleted(served: Served, visit: Callable[..., Visit]) -> None:
    first, second = (section.code for section in served.scene.plant.sections[:2])
    page = visit().open(f"/?whatif=1&cut={first}")
    for name, code in (("First", first), ("Second", second)):
        page.goto(f"{served.address}/?whatif=1&cut={code}")
        page.wait_for_selector("[data-ready=true]")
        page.locator("#save-name").fill(name)
        page.locator("#save-button").click()
        expect(page.locator("#saved")).to_contain_text("/scenario/")
    page.locator("#list-scenarios > summary").click()
    expect(page.locator("#rows-scenarios li")).to_have_count(2)
    page.get_by_label("Compare First").check()
    page.get_by_label("Compare Second").check()
    page.get_by_role("button", name="Compare the two that are ticked").click()
    page.wait_for_selector("[data-ready=true]")
    expect(page.locator(".side-of-two h2")).to_have_text(["Second", "First"])
    page.go_back()
    page.wait_for_selector("[data-ready=true]")
    page.locator("#list-scenarios > summary").click()
    page.get_by_label("Delete First").click()
    expect(page.locator("#rows-scenarios li")).to_have_count(1)
    page.get_by_label("Rename Second", exact=True).click()
    page.get_by_label("New name of Second").fill("Renamed")
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(page.locator("#rows-scenarios li a").first).to_have_text("Renamed")
