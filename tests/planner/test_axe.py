"""axe-core finds no serious fault on any page, light and dark; none scrolls sideways, narrow or with large text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from planner_browser import Served, worst
from planner_incidents import Told
from planner_scene import START_NS, Scene

from rainbow.kernel.samples import UnixNs
from rainbow.kernel.texts import use
from topology.cut_index import CutIndex
from topology.report import report
from topology.report_page import render_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Page, ViewportSize

    from inventory.plant import Plant

pytestmark = pytest.mark.real

AXE = Path(__file__).parent / "assets" / "axe.min.js"
SERIOUS = {"serious", "critical"}
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 640}
"""What is left of 1280 pixels at 400 percent (WCAG 2.2, 1.4.10)."""
SETTLE_MS, LOOK_MS = 2000, 100
SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"
TOO_WIDE = """
() => [...document.querySelectorAll("body *")]
  .filter((one) => !one.closest(".wide, .leaflet-container, .skip, .chart, #graph"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.tagName} ${one.className} ${Math.round(one.getBoundingClientRect().right)}`)
  .slice(0, 5)
"""
RUN = "async (rules) => (await axe.run(document, {resultTypes: ['violations'], ...rules})).violations"
COLOURS = {"runOnly": ["color-contrast"]}
"""All that the dark scheme changes."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_fault(tmp_path: Path, plant: Plant, browser: Browser, scheme: str) -> None:
    scene = Scene(tmp_path, plant)
    code = worst(scene)
    link = next(link for link in scene.plant.links if link.user_group)
    port = scene.plant.interface[link.a]
    scene.ground.cut([code])
    scene.poll(after_s=scene.interval_s)
    paths = (
        f"/?trench={code}",
        f"/?site={scene.plant.sites[1].code}",
        "/?incident=3",
        f"/?cable={scene.plant.cables[0].code}&layer=use",
        "/?layer=grade",
        "/?dig=80000",
        f"/?whatif=1&cut={scene.plant.sections[0].code}&cut={scene.plant.sites[2].code}",
        f"/port/{port.device}/{port.if_name}",
        "/compare",
        "/logical",
        "/accessibility",
        "/nowhere",
    )
    with Served(scene, Told(scene).app()) as served:
        found = list(opened(browser, served, scheme, paths))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_redundancy_report_has_none(plant: Plant, browser: Browser, language: str) -> None:
    with use(language):
        made = render_html(plant, report(CutIndex.of(plant), now=UnixNs(START_NS)))
    page = browser.new_page(viewport=WIDE)
    page.set_content(made)
    found = list(faults(page, "report"))
    page.close()
    assert not found, "\n".join(found)


def opened(browser: Browser, served: Served, scheme: str, paths: Sequence[str]) -> Iterator[str]:
    """The faults of pages."""
    context = browser.new_context(
        viewport=WIDE,
        color_scheme=scheme,  # type: ignore[arg-type] # light or dark
        bypass_csp=True,  # axe measures contrast with styles of its own
    )
    page = context.new_page()
    for path in paths:
        page.set_viewport_size(WIDE)
        page.goto(served.address + path)
        if path != "/nowhere":
            page.wait_for_selector("[data-ready=true]")
        yield from faults(page, path) if scheme == "light" else serious(page, path, COLOURS)
    context.close()


def serious(page: Page, path: str, rules: dict[str, list[str]]) -> Iterator[str]:
    """The serious faults of a page with where they are."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for fault in page.evaluate(RUN, rules):
        if fault["impact"] in SERIOUS:
            for node in fault["nodes"]:
                yield f"{path}: {fault['id']}: {node['target']} {node.get('failureSummary', '')}"


def faults(page: Page, path: str) -> Iterator[str]:
    """The serious faults of a page, and what sticks out where it is narrow or the text is large."""
    yield from serious(page, path, {})
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    if sticks_out(page):
        yield f"{path}: large text sticks out: {page.evaluate(TOO_WIDE)}"
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    page.set_viewport_size(NARROW)
    if sticks_out(page):
        yield f"{path}: 320 pixels are too few for {page.evaluate(TOO_WIDE)}"


def sticks_out(page: Page) -> bool:
    """Whether something still does once charts and maps have been drawn anew."""
    for _look in range(SETTLE_MS // LOOK_MS):
        if page.evaluate(SIDEWAYS) <= 0:
            return False
        page.wait_for_timeout(LOOK_MS)
    return True


def test_a_fault_would_be_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><title>t</title><main><button></button><p style="color:#ddd">pale</p></main></html>'
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {fault["id"] for fault in page.evaluate(RUN, {}) if fault["impact"] in SERIOUS}
    page.close()
    assert {"button-name", "color-contrast"} <= found
