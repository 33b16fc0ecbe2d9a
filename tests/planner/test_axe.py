"""axe-core finds no serious fault on any page, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from planner_browser import Served, worst
from planner_incidents import Told
from planner_scene import Scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser

    from inventory.plant import Plant

pytestmark = pytest.mark.real

AXE = Path(__file__).parent / "assets" / "axe.min.js"
SERIOUS = {"serious", "critical"}
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


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
        f"/?whatif=1&cut={scene.plant.sections[0].code}&cut={scene.plant.sites[2].code}",
        f"/port/{port.device}/{port.if_name}",
        "/compare",
        "/logical",
        "/nowhere",
    )
    with Served(scene, Told(scene).app()) as served:
        found = faults(browser, served, scheme, paths)
    assert not found, "\n".join(found)


def faults(browser: Browser, served: Served, scheme: str, paths: Sequence[str]) -> list[str]:
    """The serious faults of pages, with where they are."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type] # light or dark
        bypass_csp=True,  # axe measures contrast with styles of its own
    )
    page = context.new_page()
    found = []
    for path in paths:
        page.goto(served.address + path)
        if path != "/nowhere":
            page.wait_for_selector("[data-ready=true]")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found += [
            f"{path}: {fault['id']}: {node['target']} {node.get('failureSummary', '')}"
            for fault in page.evaluate(RUN)
            if fault["impact"] in SERIOUS
            for node in fault["nodes"]
        ]
    context.close()
    return found


def test_a_fault_would_be_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><title>t</title><main><button></button><p style="color:#ddd">pale</p></main></html>'
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {fault["id"] for fault in page.evaluate(RUN) if fault["impact"] in SERIOUS}
    page.close()
    assert {"button-name", "color-contrast"} <= found
