"""The pictures of ``docs/images``, taken anew: the demo city runs, Chromium looks, somebody cuts and repairs.

Usage: ``python -m benchmarks.pictures [FOLDER]``. Needs Chromium.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
PORT = 8399
ADDRESS = f"http://127.0.0.1:{PORT}"
COLOURED = "KL-CA-0001"
"""A cable of the demo city of which one strand carries several links by colour."""
READY_S, SETTLE_MS, STORY_MS = 120.0, 1500, 60_000
WIDE, TABLET, PHONE = ({"width": width, "height": height} for width, height in ((1400, 900), (820, 1180), (390, 844)))


@contextmanager
def demo(more: str = "") -> Iterator[None]:
    """The demo city from its first round on; ``more`` is added to its settings."""
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "lautern"
        shutil.copytree(ROOT / "cities" / "lautern", city, ignore=shutil.ignore_patterns("state"))
        with (city / "city.toml").open("a", encoding="utf-8") as settings:
            settings.write(more)
        devices = city / "plant" / "devices.csv"  # addresses of its own, beside a demo that may run
        devices.write_text(devices.read_text(encoding="utf-8").replace("127.21.", "127.99."), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "rainbow", "demo", str(city), "--port", str(PORT)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            said = process.stdout.readline()  # the page's address, once there is something to see
            if ADDRESS not in said:
                raise SystemExit(f"the demo did not start: {said}")
            yield
        finally:
            process.terminate()
            process.wait(READY_S)


def opened(browser: Browser, path: str, **settings: object) -> Page:
    """A page as a visitor sees it once it is ready."""
    context = browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **settings})  # type: ignore[arg-type] # Playwright's own names
    page = context.new_page()
    page.goto(ADDRESS + path)
    page.wait_for_selector("[data-ready=true]")
    page.wait_for_timeout(SETTLE_MS)
    return page


def story(browser: Browser, folder: Path) -> None:
    """One cut from the press to its end, with nobody touching anything in between."""
    page = opened(browser, "/")
    page.screenshot(path=folder / "story-1-well.png")
    page.locator("#control-button").click()
    page.wait_for_selector("#panel .incident", timeout=STORY_MS)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=folder / "story-2-cut.png")
    for name, settings in (
        ("map-dark", {"color_scheme": "dark"}),
        ("map-german", {"locale": "de-DE"}),
        ("map-tablet", {"viewport": TABLET}),
    ):
        other = opened(browser, page.url.removeprefix(ADDRESS), **settings)
        other.screenshot(path=folder / f"{name}.png")
        other.context.close()
    page.locator("#control-button").click()
    page.wait_for_selector("#panel .incident .state-fine", timeout=STORY_MS)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=folder / "story-3-over.png")
    page.context.close()


def asked(path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    """What the API answers; with a body to a POST."""
    data = json.dumps(body).encode() if body is not None else None
    request = Request(f"{ADDRESS}/api/v1/{path}", data, {"content-type": "application/json"})  # noqa: S310 - our own page
    with urlopen(request) as answer:  # noqa: S310 - same
        return json.load(answer)


def worst() -> list[str]:
    """The trenches whose cut takes most."""
    found = [feature["properties"] for feature in asked("plant/sections")["features"]]
    return [one["code"] for one in sorted(found, key=lambda one: (-one["takes"], one["code"]))]


def questions(browser: Browser, folder: Path) -> None:
    """What a planner asks."""
    first, second, *_more = worst()
    port = next(port for port in asked("devices/KL-SW-01/ports") if port["light"])
    saved = [asked("scenarios", {"name": code, "codes": [code]})["id"] for code in (first, second)]
    for name, path in (
        ("map-trench", f"/?trench={first}"),
        ("port", f"/port/{port['device']}/{port['if_name']}?hours=1"),
        ("strands", f"/?cable={COLOURED}&layer=use"),
        ("compare", f"/compare?with={saved[0]}&with={saved[1]}"),
        ("what-if", f"/?whatif=1&cut={first}&cut={second}"),
        ("rings", "/logical"),
        ("grades", "/?layer=grade"),
    ):
        page = opened(browser, path)
        page.screenshot(path=folder / f"{name}.png")
        page.context.close()
    on_site(browser, folder, first)
    page = opened(browser, "/?dig=200000")
    page.wait_for_selector(".steps", timeout=STORY_MS)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=folder / "dig.png")
    page.context.close()


def on_site(browser: Browser, folder: Path, code: str) -> None:
    """An engineer with a phone asks about a trench."""
    page = opened(browser, "/", viewport=PHONE, has_touch=True, device_scale_factor=2)
    page.locator("#find").fill(code)
    page.locator("#hit-1").click()
    page.wait_for_selector("#opening")
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=folder / "phone.png")
    page.context.close()


def main() -> None:
    """Take all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    with demo(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        story(browser, folder)
        questions(browser, folder)
        browser.close()


if __name__ == "__main__":
    main()
