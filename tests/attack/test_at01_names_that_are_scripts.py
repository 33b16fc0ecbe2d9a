"""AT01: every name a person or a device gives is a script. No page, fragment, map label, report or message runs it."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from conftest import require_real
from hostile import ALL, SCRIPTS, hostile_plant
from inline import Inline
from planner_browser import ARGUMENTS, CHROMIUM, INTERVAL_S, Served, Visit
from planner_scene import Scene
from playwright.sync_api import sync_playwright
from post_office import post_office
from running import rainbow

from benchmarks.incident_world import World
from collectors.cleaning import text
from incidents.engine import Engine, State
from incidents.ground import Ground
from incidents.messages import Wording
from incidents.sending import AppriseSender
from incidents.settings import IncidentSettings
from inventory.sources.city_folder import write_plant
from planner.permissions import RULES
from rainbow.kernel.metrics import EVENT, NEIGHBOUR
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.secret import Secret
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner_browser import Visit as Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]
HANDLERS = "document.querySelectorAll('[onerror],[onload],[onmouseover],iframe,base').length"
MOST_OF_A_KIND = 3
"""Objects each route with one in its path is asked for."""


def hostile_scene(folder: Path) -> Scene:
    """A store in which devices told scripts; cleaning did not take them out, for they are printable."""
    scene = Scene(folder, hostile_plant(), interval_s=INTERVAL_S)
    scene.poll()
    told = [text(script) for script in SCRIPTS]
    samples = []
    for number, port in enumerate(scene.plant.interfaces):
        tags = {"site": scene.plant.node_of(port.code), "device": port.device, "if_name": port.if_name}
        said = {NEIGHBOUR.remote_device: told[number % len(told)], NEIGHBOUR.remote_port: told[-1 - number % len(told)]}
        samples.append(Sample(NEIGHBOUR.series(**tags, link=""), UnixNs(scene.now_ns), {**said, NEIGHBOUR.matches: 0}))
    for number, script in enumerate(told):
        device = scene.plant.devices[number % len(scene.plant.devices)]
        series = EVENT.series(kind="trap", object=device.code)
        samples.append(Sample(series, UnixNs(scene.now_ns + number), {EVENT.text: script}))
    with SqliteStore(scene.database, StoreSettings()) as store:
        store.write(samples)
    return scene


def paths(scene: Scene) -> Iterator[str]:
    """Every page and fragment there is to be got, with objects of the city in its path."""
    plant = scene.plant
    records = (*plant.sections[:MOST_OF_A_KIND], *plant.sites[:MOST_OF_A_KIND], *plant.cables[:MOST_OF_A_KIND])
    known = {
        "device": [port.device for port in plant.interfaces[:MOST_OF_A_KIND]],
        "if_name": [port.if_name for port in plant.interfaces[:MOST_OF_A_KIND]],
        "code": [record.code for record in records],
        "name": ["sites", "cables", "trenches"],
        "number": ["1"],
        "wanted": ["1"],
        "scenario": ["1"],
    }
    for method, path in RULES:
        if method != "GET":
            continue
        names = re.findall(r"{(\w+)}", path)
        for turn in range(max((len(known[name]) for name in names), default=1)):
            filled = path
            for name in names:
                filled = filled.replace(f"{{{name}}}", known[name][turn % len(known[name])])
            yield filled


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    require_real("chromium")
    scene = hostile_scene(tmp_path_factory.mktemp("hostile"))
    with sync_playwright() as playwright, Served(scene) as served:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        made = Visit(browser, served)
        made.page.add_init_script("window.alert = (said) => { throw new Error('a script ran: ' + said); }")
        yield made
        browser.close()


def test_at01_no_page_runs_a_name(visit: Visitor) -> None:
    seen = 0
    for path in sorted(set(paths(visit.served.scene))):
        answer = visit.page.request.get(visit.served.address + path)
        assert answer.status < 500, path
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        visit.page.goto(visit.served.address + path)
        visit.page.wait_for_load_state("load")
        seen += 1
        ran = [error for error in visit.errors if "a script ran" in error]
        assert not ran, (path, ran)
        assert visit.page.evaluate("window.violations") == [], path
        assert visit.page.evaluate(HANDLERS) == 0, path
        assert visit.page.evaluate("[...document.links].every((a) => !a.href.startsWith('javascript:'))"), path
    assert seen > 20, "most routes are pages"
    assert visit.hosts == {f"127.0.0.1:{visit.served.port}"}, "nothing was asked of another host"


def test_at01_a_person_at_work_meets_no_script(visit: Visitor) -> None:
    """What scripts of the page itself build: labels on the map, popups, lists, search, a cut and its story."""
    page = visit.open("/")
    page.fill("input[type=search]", "alert")
    page.wait_for_timeout(600)
    scene = visit.served.scene
    for section in scene.plant.sections[:2]:
        scene.ground.cut([section.code])
    scene.wait(INTERVAL_S)
    scene.poll()
    page.wait_for_timeout(300)
    visit.open("/")
    for path in ("/compare", "/logical", "/redundancy", "/incidents"):
        if page.request.get(visit.served.address + path).ok:
            page.goto(visit.served.address + path)
            page.wait_for_timeout(300)
    assert not [error for error in visit.errors if "a script ran" in error]
    assert page.evaluate("window.violations") == []


def test_at01_no_report_runs_a_name(visit: Visitor, tmp_path: Path) -> None:
    """The report is a page of its own, in both languages: opened from a file, it has no policy but what it brings."""
    write_plant(hostile_plant(), tmp_path)
    (tmp_path / "city.toml").write_text('[city]\nname = "Lautern"\n', encoding="utf-8")
    for language in ("en", "de"):
        page, said = tmp_path / f"report-{language}.html", []
        done = rainbow(
            "topology", "report", str(tmp_path), "--format", "html", "--lang", language, "--output", str(page)
        )
        assert page.exists(), done.stderr
        opened = visit.page.context.new_page()
        opened.on("dialog", lambda dialog, told=said: told.append(dialog.message))
        opened.on("request", lambda request, told=said: told.append(request.url))
        opened.goto(page.as_uri())
        assert opened.evaluate(HANDLERS) == 0
        assert said == [page.as_uri()], "nothing runs, and nothing is asked of another place"
        opened.close()


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by the library that sends, in Python 3.11
def test_at01_mail_is_text_or_escaped() -> None:
    """What goes out by mail, as its reader's program gets it: names of an incident's places are scripts."""
    ground = Ground(CutIndex.of(hostile_plant((*SCRIPTS, "a\r\nBcc: x@y.example"))))
    world = World(ground, random.Random(3), in_band=True, spoilt=False)
    engine, state = Engine(ground=ground, settings=IncidentSettings(), interval_s=60.0), State()
    trench = max(ground.plant.links_in, key=lambda code: len(ground.lost(ground.plant.links_in[code])))
    for number in range(6):
        world.truth.cuts = {trench} if number >= 2 else set()
        state, _changes = engine.step(state, world.round(number * 60.0, number * 60.0 + 60.0), number * 60.0 + 60.0)
    assert state.incidents
    with post_office() as office:
        address = f"mailto://127.0.0.1:{office.port}?from=rainbow@city.example&to=duty@city.example"
        sender = AppriseSender({"mail": Secret(address)})
        for incident in state.incidents:
            assert sender.send("mail", Wording(ground).title(incident), Wording(ground).body(incident))
        assert sender.send("mail", "names", "\n".join(SCRIPTS))
    assert office.mails
    for mail in office.mails:
        assert mail["bcc"] is None
        assert "\n" not in str(mail["subject"])
        for part in mail.walk():
            if part.get_content_type() == "text/html":
                page = Inline()
                page.feed(part.get_content())
                assert not page.found


@pytest.mark.parametrize("said", ALL, ids=range(len(ALL)))
def test_at01_what_a_device_says_is_one_short_line_of_text(said: str) -> None:
    clean = text(said.encode("utf-8", "surrogatepass"))
    assert clean.isprintable()
    assert len(clean) <= 255
    assert text(clean) == clean
