"""The page behind its sign-in, in a real browser: what each role finds, changes with and without scripts, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from door_scene import DoorScene
from planner_browser import INTERVAL_S, Served, Visit, click_on_map, worst

from planner.settings import PageSettings
from trust.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from inventory.plant import Plant

pytestmark = pytest.mark.real


class Account:
    """An account whose password is right, whatever is typed; ``role`` is what the test wants it to be."""

    name = "notfall"
    role = Role.ENGINEER

    def proved(self, name: str, password: str, code: str) -> bool:
        return bool(name and password and code)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, plant: Plant) -> Iterator[tuple[DoorScene, Served]]:
    folder: Path = tmp_path_factory.mktemp("door")
    page = PageSettings(public_url="http://127.0.0.1:8021")
    made = DoorScene(folder, plant, page=page, account=Account())
    made.scene.interval_s = INTERVAL_S
    made.scene.poll()
    with Served(made.scene, made.app) as served:
        yield made, served


def let_in(browser: Browser, door: tuple[DoorScene, Served], role: Role, onward: str, **settings: object) -> Visit:
    """Sign in by the form, as a person does."""
    scene, served = door
    scene.forget()
    scene.account.role = role
    visit = Visit(browser, served, **settings)
    visit.page.goto(f"{served.address}/sign-in?next={quote(onward)}")
    if not visit.page.is_visible("#sign-in-name"):
        visit.page.click("main summary")
    for field in ("name", "password", "code"):
        visit.page.fill(f"#sign-in-{field}", scene.account.name)
    visit.page.click(".sign-in-form button")
    visit.page.wait_for_url(f"{served.address}{onward}")
    return visit


def test_the_map_says_who_opened_it_and_hinders_nobody(browser: Browser, door: tuple[DoorScene, Served]) -> None:
    code = worst(door[0].scene)
    visit = let_in(browser, door, Role.VIEWER, "/")
    page = visit.page
    page.wait_for_selector("[data-ready=true]")
    marks = page.locator(".mark span")
    assert marks.count() == 9
    name, opened, request = marks.first.inner_text().split("\n")
    assert name == "notfall"
    assert "2026" in opened
    assert request
    click_on_map(page, code)
    page.wait_for_selector(f"#panel :text('{code}')")
    visit.end()


def test_an_engineer_cuts_and_repairs_and_signs_out(browser: Browser, door: tuple[DoorScene, Served]) -> None:
    scene, _served = door
    code = worst(scene.scene)
    visit = let_in(browser, door, Role.ENGINEER, f"/?trench={code}")
    page = visit.page
    page.wait_for_selector("[data-ready=true]")
    page.click("#panel form.control button")
    page.wait_for_selector("#panel form.control[action*=repair]")
    assert scene.scene.ground.cuts() == (code,)
    page.click("#panel form.control button")
    page.wait_for_selector("#panel form.control[action*='/cut/']")
    assert scene.scene.ground.cuts() == ()
    page.click("nav >> text=notfall")
    page.wait_for_selector(".account")
    page.click("text=Sign out")
    page.wait_for_selector("text=You are signed out.")
    assert page.goto(visit.served.address + "/logical").url.endswith("/sign-in?next=%2Flogical")
    visit.end()


def test_a_viewer_finds_nothing_that_is_shut(browser: Browser, door: tuple[DoorScene, Served]) -> None:
    visit = let_in(browser, door, Role.VIEWER, f"/?trench={worst(door[0].scene)}")
    page = visit.page
    page.wait_for_selector("[data-ready=true]")
    assert page.query_selector("form.control") is None
    assert not page.is_visible("#tool-whatif")
    assert not page.is_visible("#tool-dig")
    visit.end()


def test_a_change_works_without_scripts(browser: Browser, door: tuple[DoorScene, Served]) -> None:
    scene, _served = door
    code = worst(scene.scene)
    visit = let_in(browser, door, Role.ENGINEER, f"/?trench={code}", java_script_enabled=False)
    visit.page.click("#panel form.control button")
    visit.page.wait_for_load_state()
    assert scene.scene.ground.cuts() == (code,)
    visit.page.context.close()
