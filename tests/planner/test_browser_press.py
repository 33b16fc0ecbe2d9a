"""A press on the map is never lost, to a neighbour or to a refresh, and the map stays where its reader moved it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from planner_browser import Served, Visit, click_on_map, longest_harmful
from playwright.sync_api import expect
from running import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.real
BESIDE_JOINT_PX = 7
"""Within a finger's reach of every trench that meets there."""


def centre(page: Page) -> list[float]:
    found = page.evaluate(
        "(() => { const at = document.getElementById('map').cityMap.map.getCenter(); return [at.lat, at.lng]; })()"
    )
    return [round(value, 5) for value in found]


def move_away(page: Page) -> None:
    page.evaluate("void document.getElementById('map').cityMap.map.panBy([3000, 0], { animate: false })")


def test_the_map_is_not_pulled_back_to_what_was_pressed(served: Served, visit: Callable[..., Visit]) -> None:
    page = visit().open()
    code = longest_harmful(served.scene)
    click_on_map(page, code)
    move_away(page)
    away = centre(page)
    expect(page.locator(f"#panel [data-trench='{code}']")).to_have_count(1)
    with page.expect_response(f"**/parts/trench/{code}"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('rainbow:changed'))")
    expect(page.locator(f"#panel [data-trench='{code}']")).to_have_count(1)
    assert centre(page) == away
    page.locator("#list-trenches > summary").click()
    page.locator("#rows-trenches a").first.click()
    expect(page.locator(f"#panel [data-trench]:not([data-trench='{code}'])")).to_have_count(1)
    wait_until(lambda: centre(page) != away, "the map has gone to what the list names")


def test_where_trenches_meet_the_nearest_is_meant(served: Served, visit: Callable[..., Visit]) -> None:
    page = visit().open()
    plant = served.scene.plant
    ends = Counter(end for section in plant.sections for end in (section.from_node, section.to_node))
    joint = next(node for node, count in ends.most_common() if node not in plant.devices_at and count > 2)
    meeting = [section.code for section in plant.sections if joint in (section.from_node, section.to_node)]
    page.evaluate(
        """([code, x, y]) => {
          const city = document.getElementById("map").cityMap;
          city.map.setView([y, x], 18, { animate: false });
          return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))));
        }""",
        [meeting[0], *plant.nodes[joint].point],
    )
    for code in meeting:
        x, y = page.evaluate(
            """([code, x, y, beside]) => {
              const { map, sections } = document.getElementById("map").cityMap;
              const at = map.latLngToContainerPoint([y, x]);
              const ends = sections.get(code).layer.getLatLngs().map((end) => map.latLngToContainerPoint(end));
              const isFirst = at.distanceTo(ends[0]) < at.distanceTo(ends.at(-1));
              const next = isFirst ? ends[1] : ends.at(-2);
              const share = beside / at.distanceTo(next);
              const box = map.getContainer().getBoundingClientRect();
              return [box.x + at.x + (next.x - at.x) * share, box.y + at.y + (next.y - at.y) * share];
            }""",
            [code, *plant.nodes[joint].point, BESIDE_JOINT_PX],
        )
        page.mouse.click(x, y)
        expect(page.locator("#panel h2")).to_have_text(plant.section[code].label)


def test_a_late_refresh_does_not_undo_a_press(served: Served, visit: Callable[..., Visit]) -> None:
    trench, site = longest_harmful(served.scene), served.scene.plant.sites[-1].code
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page = visit().open(f"/?trench={trench}")
    page.route(f"**/parts/trench/{trench}", hold)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('rainbow:changed'))")
    page.locator("#list-sites > summary").click()
    page.locator(f"#rows-sites a[href='/?site={site}']").click()
    expect(page.locator(f"#panel [data-site={site}]")).to_have_count(1)
    assert len(held) == 1
    with page.expect_response(f"**/parts/trench/{trench}"):
        held[0].continue_()
    expect(page.locator(f"#panel [data-site={site}]")).to_have_count(1)
