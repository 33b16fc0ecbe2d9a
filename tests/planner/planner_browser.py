"""A real Chromium before a real server: what the browser tests stand on."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import uvicorn
from conftest import free_port

from planner.desk import Desk

if TYPE_CHECKING:
    from fastapi import FastAPI
    from planner_scene import Scene
    from playwright.sync_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    "--disable-component-update",
)
WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
OPEN_S = 15_000
INTERVAL_S = 10.0


class Served:
    """A scene behind a real server."""

    def __init__(self, scene: Scene, app: FastAPI | None = None) -> None:
        self.scene = scene
        self.port = free_port()
        config = uvicorn.Config(app or scene.app(), host="127.0.0.1", port=self.port, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.thread.start()
        deadline = time.monotonic() + 10
        while not self.server.started:
            assert time.monotonic() < deadline, "the page did not start"
            threading.Event().wait(0.02)
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)


class Visit:
    """One visitor; what went wrong in the page or left the host is asked for at the end."""

    def __init__(self, browser: Browser, served: Served, **settings: Any) -> None:
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **settings})
        context.add_init_script(WATCH_POLICY)
        self.served = served
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(f"a script ran: {dialog.message}"))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.served.address + path)
        self.page.wait_for_selector("[data-ready=true]", timeout=OPEN_S)
        return self.page

    def end(self) -> None:
        assert self.page.evaluate("window.violations") == []
        assert self.errors == []
        assert self.hosts == {f"127.0.0.1:{self.served.port}"}
        self.page.context.close()


def worst(scene: Scene) -> str:
    return next(iter(Desk.of(scene.services()).network.single_cuts))


def lost_names(scene: Scene, code: str) -> list[str]:
    loss = Desk.of(scene.services()).network.require_index().lost([code])  # type: ignore[list-item]
    return [scene.plant.nodes[node].label for node in (*loss.sites, *loss.structures)]


def point_on_map(page: Page, code: str) -> tuple[float, float]:
    """The middle of a trench on the screen."""
    x, y = page.evaluate(
        """(code) => {
          const city = document.getElementById("map").cityMap;
          const { layer } = city.sections.get(code);
          const points = layer.getLatLngs().map((at) => city.map.latLngToContainerPoint(at));
          const box = document.getElementById("map").getBoundingClientRect();
          return [box.x + (points[0].x + points[1].x) / 2, box.y + (points[0].y + points[1].y) / 2];
        }""",
        code,
    )
    return x, y


def click_on_map(page: Page, code: str) -> None:
    """Press the middle of a trench, where a person would."""
    page.mouse.click(*point_on_map(page, code))


def shown(page: Page, code: str) -> str:
    return str(page.evaluate("(code) => document.getElementById('map').cityMap.sections.get(code).shown", code))


def longest_harmful(scene: Scene) -> str:
    """A trench of the single cuts that is long enough to be hit by a finger, and takes a site."""
    cuts = Desk.of(scene.services()).network.single_cuts
    return max((code for code, cut in cuts.items() if cut.sites), key=lambda code: scene.plant.section[code].length_m)
