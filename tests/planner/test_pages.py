"""The pages as text: what they say, in which language, and that what devices say stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape
from planner_scene import HOSTILE, Scene
from starlette.testclient import TestClient

from planner.aftermath import Aftermaths
from planner.desk import Desk
from planner.formats import bit_rate, clock_time, decimal, duration, listed
from planner.languages import preferred
from planner.may_open import quick_opening
from planner.templating import Templates
from planner.trench_panel import trench_panel
from rainbow.kernel.texts import use

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant


def worst(scene: Scene) -> str:
    return next(iter(Desk.of(scene.services()).network.single_cuts))


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_without_a_store_the_page_says_what_to_do(client: TestClient) -> None:
    page = text(client.get("/").text)
    assert "No reading yet: start the collector." in page
    assert "Trenches that take most with them" in page


def test_the_panel_answers_what_hangs_on_a_trench(scene: Scene, client: TestClient) -> None:
    scene.poll()
    panel = text(client.get(f"/parts/trench/{worst(scene)}").text)
    assert re.search(r"If this is cut, these lose service: .*\d+ lamps? with sirens?\. User groups: ", panel)
    lost = Desk.of(scene.services()).network.require_index().lost([worst(scene)])
    for site in lost.sites:
        assert scene.plant.nodes[site].label in panel
    assert "Cut it for real (simulation)" in panel
    assert re.search(r"Light on the ways that remain: margin \d+\.\d dB or more, measured\.", panel)


def test_a_cut_is_named_in_banner_and_panel(scene: Scene, client: TestClient) -> None:
    code = worst(scene)
    answer = client.post(f"/parts/control/cut/{code}", headers={"hx-request": "true"})
    assert "Cut in the simulation. The switches have not shown it yet." in text(answer.text)
    scene.poll()
    scene.wait(2)
    banner = text(client.get("/parts/banner").text)
    assert f"Trench {code} cut: " in banner
    lost = Desk.of(scene.services()).network.require_index().lost([code])
    for site in lost.sites:
        assert scene.plant.nodes[site].label in banner
    assert re.search(r"Without service: .*lamps? with sirens?\.", banner)
    panel = text(client.get(f"/?trench={code}").text)
    assert "the switches confirm it" in panel
    assert "Repair (simulation)" in panel
    client.post(f"/parts/control/repair/{code}")
    scene.wait(scene.interval_s)
    scene.poll()
    assert text(client.get("/parts/banner").text) == ""


def test_the_banner_says_since_when(scene: Scene, client: TestClient) -> None:
    code = worst(scene)
    for _round in range(3):
        scene.poll()
        scene.wait(scene.interval_s)
    scene.ground.cut([code])
    lost_ns = scene.now_ns
    for _round in range(3):
        scene.poll()
        scene.wait(scene.interval_s)
    with use("en"):
        said = clock_time(lost_ns, now_ns=scene.now_ns)
    assert f"Light lost {said}." in text(client.get("/parts/banner").text)


def test_what_was_never_seen_up_has_no_beginning(scene: Scene, client: TestClient) -> None:
    scene.ground.cut([worst(scene)])
    scene.poll()
    banner = text(client.get("/parts/banner").text)
    assert "cut: " in banner
    assert "Light lost" not in banner


def test_a_form_without_scripts_leads_back_to_the_trench(scene: Scene, client: TestClient) -> None:
    code = worst(scene)
    answer = client.post(f"/parts/control/cut/{code}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?trench={code}")


def test_over_a_real_network_nothing_can_be_cut(scene: Scene, client: TestClient) -> None:
    scene.ground.listens = False
    assert "for real" not in client.get(f"/parts/trench/{worst(scene)}").text
    refused = client.post(f"/parts/control/cut/{worst(scene)}", headers={"hx-request": "true"})
    assert refused.status_code == 409


def test_stale_readings_say_nothing_about_now(scene: Scene, client: TestClient) -> None:
    scene.ground.cut([worst(scene)])
    scene.ailment = "(writing failed: disk is full)"
    scene.poll()
    assert "disk is full" not in text(client.get("/").text)
    scene.wait(600)
    page = text(client.get("/").text)
    assert "Look at the collector. (writing failed: disk is full)" in page
    assert "stale, 10 min old" in page
    assert re.search(r"No reading since [\d:]+: all below is as it was then\.", page)
    assert "Without service: " not in page
    assert "answers" not in text(client.get("/parts/list/switches").text)


def test_what_devices_say_is_text(scene: Scene, client: TestClient) -> None:
    scene.poll()
    link = next(link for link in scene.plant.links if link.user_group)
    port = scene.plant.interface[link.a]
    for path in (f"/parts/site/{scene.plant.node_of(link.a)}", f"/port/{port.device}/{port.if_name}", "/"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        if path != "/":
            assert page.count(str(escape(f"{link.code} {HOSTILE}"))) == 1
    assert "Lautern &lt;test&gt;" in client.get("/").text


@pytest.mark.parametrize("path", ["/?trench=%3Cscript%3E", "/?site=%22%3E%3Cscript%3E", "/parts/trench/%3Cscript%3E"])
def test_what_the_address_says_is_text(quiet_client: TestClient, path: str) -> None:
    page = quiet_client.get(path).text
    assert "That did not work" in page
    assert "<script>" not in page


def test_nothing_stands_inline(scene: Scene, client: TestClient) -> None:
    scene.poll()
    link = next(link for link in scene.plant.links if link.user_group)
    port = scene.plant.interface[link.a]
    for path in ("/", f"/?trench={worst(scene)}", f"/port/{port.device}/{port.if_name}", "/nowhere"):
        page = client.get(path).text.replace(str(escape(HOSTILE)), "")
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


def test_a_site_says_its_switches_light_and_what_it_hangs_on(scene: Scene, client: TestClient) -> None:
    scene.poll()
    lost = Desk.of(scene.services()).network.require_index().lost([worst(scene)])
    panel = text(client.get(f"/parts/site/{lost.sites[0]}").text)
    assert re.search(r"Hangs on \d+ trenches?: ", panel)
    assert worst(scene) in panel
    assert re.search(r"Light −\d+\.\d dBm \(expected −\d+\.\d dBm, limits −\d+\.\d dBm to ", panel)
    (device,) = scene.plant.devices_at[lost.sites[0]]
    assert device.address in panel
    assert "not as documented" in panel
    assert re.search(r"Description: KL-LI-\d+ ", panel)


def test_lists_search_and_page(scene: Scene, client: TestClient) -> None:
    scene.poll()
    first = text(client.get("/parts/list/trenches").text)
    assert first.startswith(worst(scene))
    pages = -(-len(scene.plant.sections) // 50)
    assert f"Page 1 of {pages}" in first
    assert f"Page {pages} of {pages}" in text(client.get("/parts/list/trenches?page=99").text)
    assert "Nothing matches." in text(client.get("/parts/list/sites?q=zzz").text)
    site = scene.plant.sites[3]
    found = text(client.get("/parts/list/sites", params={"q": site.name.upper()}).text)
    assert site.name in found
    assert client.get("/parts/list/nonsense").status_code == 422
    address = scene.plant.devices[5].address
    assert scene.plant.devices[5].code in client.get("/parts/list/switches", params={"q": address}).text


def test_the_red_trench_leads_the_list(scene: Scene, client: TestClient) -> None:
    quiet = Desk.of(scene.services()).network
    code = next(
        s.code for s in scene.plant.sections if s.code not in quiet.single_cuts and s.code in scene.plant.links_in
    )
    scene.ground.cut([code])
    scene.poll()
    assert text(client.get("/parts/list/trenches").text).startswith(code)


def test_a_port_page_and_a_port_that_is_not_there(scene: Scene, client: TestClient) -> None:
    link = next(link for link in scene.plant.links if link.user_group)
    port = scene.plant.interface[link.a]
    before = text(client.get(f"/port/{port.device}/{port.if_name}").text)
    assert "no reading" in before
    scene.poll()
    scene.wait(2)
    page = text(client.get(f"/port/{port.device}/{port.if_name}?hours=6").text)
    assert f"Port {port.if_name}" in page
    assert "Receiver's limits" in page
    missing = client.get(f"/port/{port.device}/nope")
    assert missing.status_code == 404
    assert f"switch {port.device} has no port nope" in text(missing.text)


def test_a_plant_without_a_hub_is_still_shown(tmp_path: Path, plant: Plant) -> None:
    bare = replace(plant, sites=tuple(replace(site, is_hub=False) for site in plant.sites))
    with TestClient(Scene(tmp_path, bare).app(), base_url="http://127.0.0.1") as client:
        assert "names no hub" in text(client.get("/").text)
        assert client.get("/parts/trench/" + bare.sections[0].code).status_code == 422
        assert client.post("/api/v1/cut", json={"codes": [bare.sections[0].code]}).status_code == 422


def test_the_language_follows_address_then_choice_then_browser(scene: Scene) -> None:
    with TestClient(scene.app(), base_url="http://127.0.0.1") as client:
        assert '<html lang="en">' in client.get("/").text
        german = client.get("/", headers={"accept-language": "fr;q=0.9, de-DE;q=0.8, en;q=0.5"})
        assert '<html lang="de">' in german.text
        assert "Accept-Language" in german.headers["vary"]
        chosen = client.get("/?lang=de")
        assert "samesite=lax" in chosen.headers["set-cookie"].lower()
        assert '<html lang="de">' in client.get("/", headers={"accept-language": "en"}).text
        assert '<html lang="en">' in client.get("/?lang=en").text
        assert '<html lang="en">' in client.get("/?lang=xx").text


@pytest.mark.parametrize(
    ("accept", "language"),
    [("de", "de"), ("en;q=0.1, de;q=0.9", "de"), ("fr", ""), ("", ""), ("de;q=x", ""), ("de;q=0", ""), ("*", "")],
)
def test_what_a_browser_prefers(accept: str, language: str) -> None:
    assert preferred(accept) == language


def test_numbers_and_times_by_language() -> None:
    day_ns = 86_400 * 10**9
    with use("de"):
        assert decimal(-1234.56) == "−1.234,6"
        assert bit_rate(38_500_000.0) == "38,5\xa0Mbit/s"
    with use("en"):
        assert decimal(-1234.56) == "−1,234.6"
        assert (bit_rate(0.0), bit_rate(None), bit_rate(999.0)) == ("0\xa0bit/s", "–", "999\xa0bit/s")
        assert (duration(5.9), duration(119), duration(7200)) == ("5\xa0s", "119\xa0s", "2\xa0h")
        assert listed(["a", "b", "c"], most=2) == "a, b and 1 more"
        assert re.fullmatch(r"\d\d:\d\d:\d\d", clock_time(day_ns, now_ns=day_ns))
        assert "01/1970" in clock_time(day_ns, now_ns=9 * day_ns)


def test_in_a_large_city_the_verdict_comes_first(scene: Scene, client: TestClient) -> None:
    scene.poll()
    desk, code = Desk.of(scene.services()), worst(scene)
    picture = desk.picture()
    large = Aftermaths(desk.network, at_once_links=0)
    assert large.at_once(picture, (code,), ()) is None
    panel = trench_panel(desk.network, picture, code)
    context = {"panel": panel, "after": None, "can_cut": False, "cables": ()}
    context["opening"] = quick_opening(1, is_harmful=panel.is_harmful)
    first = bytes(Templates(title="").answer("parts/trench.html", context).body).decode()
    assert "If this is cut, these lose service" in text(first)
    assert "May it be opened? No Looking for what would have to come first" in text(first)
    assert f'hx-get="/parts/aftermath/{code}"' in first
    behind = large.of(picture, (code,), ())
    assert large.at_once(picture, (code,), ()) == behind
    told = (*behind.protocols, behind.weaker, behind.light, behind.opening.question, behind.opening.word)
    answer = client.get(f"/parts/aftermath/{code}").text
    assert text(answer).startswith(text(" ".join(told)))
    assert 'id="opening" class="opening is-no" hx-swap-oob="true"' in answer
