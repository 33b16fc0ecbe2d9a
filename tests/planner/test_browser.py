"""The page in a real Chromium: what people see and press, and that nothing leaves the host."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from planner_browser import INTERVAL_S, Visit, click_on_map, longest_harmful, lost_names, shown, worst
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner_browser import Served
    from playwright.sync_api import Page

pytestmark = pytest.mark.real


def test_a_trench_pressed_on_the_map_says_what_hangs_on_it(served: Served, visit: Callable[..., Visit]) -> None:
    page = visit().open()
    code = longest_harmful(served.scene)
    click_on_map(page, code)
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text(code)
    expect(panel.locator(".verdict")).to_contain_text("If this is cut, these lose service")
    for name in lost_names(served.scene, code):
        expect(panel).to_contain_text(name)
    assert page.url.endswith(f"/?trench={code}")
    page.go_back()
    page.wait_for_selector("[data-ready=true]")
    expect(page.locator("#panel")).to_contain_text("What hangs on it?")


def test_a_cut_turns_red_and_names_the_lost_within_a_round(served: Served, visit: Callable[..., Visit]) -> None:
    scene = served.scene
    code = worst(scene)
    page = visit().open(f"/?trench={code}")
    assert shown(page, code) == "fine"
    page.get_by_role("button", name="Cut it for real (simulation)").click()
    expect(page.get_by_role("button", name="Repair (simulation)")).to_be_visible()
    scene.poll(after_s=INTERVAL_S)
    polled = time.monotonic()
    expect(page.locator(".banner-cut")).to_contain_text(f"Trench {code} cut: ", timeout=int(INTERVAL_S * 1000))
    assert time.monotonic() - polled < INTERVAL_S
    assert shown(page, code) == "cut"
    expect(page.locator("#map .cut-mark")).to_have_count(1)
    for name in lost_names(scene, code):
        expect(page.locator(".banner")).to_contain_text(name)
    assert page.locator("#map .site-marker.is-lost").count() == sum(
        1 for site in scene.plant.sites if site.label in lost_names(scene, code)
    )
    expect(page.locator("#panel .suspicion")).to_contain_text("the switches confirm it")
    page.get_by_role("button", name="Repair (simulation)").click()
    expect(page.get_by_role("button", name="Cut it for real (simulation)")).to_be_visible()
    scene.poll(after_s=INTERVAL_S)
    expect(page.locator(".banner")).to_have_count(0, timeout=int(INTERVAL_S * 1000))
    assert shown(page, code) == "fine"


def test_a_lost_server_and_stale_readings_are_said(served: Served, visit: Callable[..., Visit]) -> None:
    page = visit().open()
    served.scene.wait(600)
    expect(page.locator("#head")).to_contain_text("stale", timeout=10_000)
    expect(page.locator("#map.is-stale")).to_have_count(1)
    expect(page.locator("#rows-switches .dot-fine")).to_have_count(0)
    other = Visit(page.context.browser, served)  # type: ignore[arg-type] # the page has one
    lonely = other.open()
    lonely.route("**/api/v1/status", lambda route: route.abort())
    expect(lonely.locator(".offline")).to_be_visible(timeout=10_000)
    lonely.unroute("**/api/v1/status")
    expect(lonely.locator(".offline")).to_be_hidden(timeout=10_000)
    other.page.context.close()


def test_german_and_the_switch_keeps_the_place(served: Served, visit: Callable[..., Visit]) -> None:
    page = visit(locale="de-DE").open()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    click_on_map(page, longest_harmful(served.scene))
    expect(page.locator("#panel h2")).to_have_text(longest_harmful(served.scene))
    page.get_by_role("link", name="English").click()
    page.wait_for_selector("[data-ready=true]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#panel h2")).to_have_text(longest_harmful(served.scene))


def test_dark_where_the_reader_wants_it_dark(visit: Callable[..., Visit]) -> None:
    def brightness(page: Page) -> int:
        return int(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]"))

    dark, light = visit(color_scheme="dark").open(), visit(color_scheme="light").open()
    assert brightness(dark) < 50
    assert brightness(light) > 200
    light.emulate_media(color_scheme="dark")
    assert brightness(light) < 50


def test_on_a_tablet_all_of_it_fits_and_can_be_pressed(served: Served, visit: Callable[..., Visit]) -> None:
    page = visit(viewport={"width": 820, "height": 1180}, has_touch=True).open(f"/?trench={worst(served.scene)}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    button = page.get_by_role("button", name="Cut it for real (simulation)").bounding_box()
    assert button is not None
    assert button["height"] >= 44
    map_box, panel = page.locator("#map").bounding_box(), page.locator("#panel").bounding_box()
    assert map_box is not None
    assert panel is not None
    assert panel["y"] >= map_box["y"] + map_box["height"]


def test_all_of_it_by_keyboard(served: Served, visit: Callable[..., Visit]) -> None:
    code = worst(served.scene)
    page = visit().open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.locator("#list-trenches > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(code)
    expect(page.locator("#rows-trenches li")).to_have_count(1)
    page.keyboard.press("Tab")
    link = page.locator(f"#trench-{code}")
    expect(link).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(code)
    page.locator("#control-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#control-button")).to_have_text("Repair (simulation)")
    link.focus()
    served.scene.poll(after_s=INTERVAL_S)
    expect(page.locator(".banner")).to_be_visible(timeout=10_000)
    expect(page.locator("#rows-trenches li .dot-cut")).to_have_count(1)
    expect(page.locator(f"#trench-{code}")).to_be_focused()


def test_the_course_of_a_port_is_drawn(served: Served, visit: Callable[..., Visit]) -> None:
    scene = served.scene
    for _round in range(5):
        scene.poll(after_s=INTERVAL_S)
    link = next(link for link in scene.plant.links if link.user_group)
    port = scene.plant.interface[link.a]
    page = visit().open(f"/port/{port.device}/{port.if_name}")
    for chart in ("#traffic", "#light"):
        drawn = page.evaluate(
            """(chart) => {
              const canvas = document.querySelector(`${chart} canvas`);
              const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
              const inks = new Set();
              for (let n = 0; n < pixels.length; n += 4) if (pixels[n + 3]) inks.add(pixels.slice(n, n + 3).join());
              return inks.size;
            }""",
            chart,
        )
        assert drawn > 10
    expect(page.locator("#light .u-legend")).to_contain_text("expected")
