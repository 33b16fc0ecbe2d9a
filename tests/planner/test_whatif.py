"""What if these were cut: who loses service and why, what stands in, with and without what is planned."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
from planner_scene import Scene
from starlette.testclient import TestClient

from inventory.entities import Code, Status
from planner.desk import Desk
from planner.network import Network
from planner.picture import draw
from planner.planned import with_planned
from planner.readings import Readings
from planner.reasons import reasons
from planner.reroutes import reroutes
from planner.whatif import Base, Question, answer
from rainbow.kernel.samples import UnixNs
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant


@pytest.fixture(scope="module")
def network(plant: Plant) -> Network:
    return Network(plant)


def ring_pair(plant: Plant) -> tuple[Code, Code]:
    """Two trenches that do harm only together."""
    index = CutIndex.of(plant)
    harmless = [section.code for section in plant.sections if not index.lost([section.code])]
    return next((a, b) for a, b in combinations(harmless, 2) if index.lost([a, b]).sites)


def half_built(plant: Plant) -> tuple[Plant, Code, Code]:
    """The plant with a trench's links still to be built, another trench, and a site that this one takes till then."""
    later = CutIndex.of(plant)
    for missing in plant.links_in.values():
        links = tuple(replace(link, status=Status.PLANNED) if link.code in missing else link for link in plant.links)
        rest = replace(plant, links=links)
        now = CutIndex.of(rest)
        for section in plant.sections if not now.dark else ():
            saved = set(now.lost([section.code]).sites) - set(later.lost([section.code]).sites)
            if saved:
                return rest, section.code, saved.pop()
    raise AssertionError("no trench of the city matters")


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_one_alone_is_named_before_several_together(plant: Plant, network: Network) -> None:
    pair = ring_pair(plant)
    alone = next(code for code in network.single_cuts if code not in pair)
    index = network.require_index()
    cuts = (*pair, alone)
    loss = index.lost(cuts)
    found = reasons(index, cuts, (), (*loss.sites, *loss.structures))
    assert found.keys() == {*loss.sites, *loss.structures}
    for node, enough in found.items():
        takes = [{*lost.sites, *lost.structures} for lost in (index.lost([cut]) for cut in cuts)]
        singles = [cut for cut, taken in zip(cuts, takes, strict=True) if node in taken]
        if singles:
            assert enough == (singles[0],)
        else:
            taken = index.lost(enough)
            assert node in (*taken.sites, *taken.structures)
            assert len(enough) > 1
    assert pair in found.values()
    assert (alone,) in found.values()


def test_no_cut_of_a_reason_can_be_left_out(plant: Plant, network: Network) -> None:
    pair = ring_pair(plant)
    index = network.require_index()
    bystanders = [code for code in plant.section if not index.lost([*pair[:1], code]) and code not in pair][:6]
    cuts = (*bystanders, *pair)
    loss = index.lost(cuts)
    found = reasons(index, cuts, (), loss.sites)
    first = found[loss.sites[0]]
    assert all(loss.sites[0] not in index.lost([c for c in first if c != cut]).sites for cut in first)


def test_a_question_survives_its_address() -> None:
    question = Question.of(["A/1", "B&C", "A/1", ""], Base.ALL_WELL, planned=True)
    assert question.cuts == ("A/1", "B&C")
    assert question.query == "cut=A%2F1&cut=B%26C&base=all_well&planned=true"
    assert question.with_cut(Code("D")).without_cut(Code("A/1")).cuts == ("B&C", "D")
    assert Question().query == ""


def test_the_panel_tells_by_criticality_with_reasons(scene: Scene, client: TestClient) -> None:
    scene.poll()
    pair = ring_pair(scene.plant)
    panel = text(client.get("/parts/whatif", params={"cut": list(pair)}).text)
    loss = CutIndex.of(scene.plant).lost(pair)
    assert "Without service: " in panel
    for node in (*loss.sites, *loss.structures):
        assert scene.plant.nodes[node].label in panel
    assert f"by {pair[0]}, {pair[1]} together" in panel
    order = [scene.plant.nodes[node].criticality for node in (*loss.sites, *loss.structures)]  # type: ignore[union-attr]
    titles = [title for title in ("Vital", "Important", "Normal", "Low") if re.search(rf"{title} \d", panel)]
    assert len(titles) == len(set(order))


def ends_of(network: Network, link: Code) -> str:
    found = network.plant.link[link]
    return " to ".join(network.label(network.plant.node_of(end)) for end in (found.a, found.b))


def test_the_ways_that_are_left_are_real_ways(plant: Plant, network: Network) -> None:
    picture = draw(network, Readings(taken_ns=UnixNs(1)))
    index = network.require_index()
    told = 0
    for section in plant.sections:
        broken = index.links_of([section.code])
        loss = index.lost([section.code])
        lost = {*loss.sites, *loss.structures}
        for found in reroutes(network, picture, broken, set(broken), lost):
            told += 1
            ends = [{plant.node_of(link.a), plant.node_of(link.b)} for link in network.links if link.code not in broken]
            near, far = next(
                (plant.node_of(plant.link[code].a), plant.node_of(plant.link[code].b))
                for code in broken
                if found.ends == ends_of(network, code)
            )
            walk = [near, *found.via, far]
            assert all({a, b} in ends for a, b in pairwise(walk))
            assert not lost & set(walk)
    assert told > 20


def test_on_top_of_now_and_all_being_well(scene: Scene, client: TestClient) -> None:
    pair = ring_pair(scene.plant)
    scene.ground.cut([pair[0]])
    scene.poll()
    now = text(client.get("/parts/whatif", params={"cut": pair[1]}).text)
    assert "Without service: " in now
    assert "On top of " in now
    well = text(client.get("/parts/whatif", params={"cut": pair[1], "base": "all_well"}).text)
    assert "Nothing loses service by this cut." in well


def test_what_is_down_already_is_no_part_of_the_answer(scene: Scene) -> None:
    desk = Desk.of(scene.services())
    code, other = next(iter(desk.network.single_cuts)), scene.plant.sections[0].code
    scene.ground.cut([code])
    scene.poll()
    found = answer(desk.network, desk.picture(), Question(cuts=(other,)))
    lost = desk.network.require_index().lost([code])
    assert not set(found.lost) & {*lost.sites, *lost.structures}


def test_what_is_planned_can_be_supposed_built(tmp_path: Path, plant: Plant) -> None:
    rest, code, site = half_built(plant)
    assert with_planned(plant) is plant
    with TestClient(Scene(tmp_path, rest).app(), base_url="http://127.0.0.1") as client:

        def lost(**asked: object) -> str:
            panel = client.get("/parts/whatif", params={"cut": code, **asked}).text  # type: ignore[dict-item]
            assert "with what is planned" in panel
            return panel.split('class="aftermath"')[0]

        assert f"/parts/site/{site}" in lost()
        assert f"/parts/site/{site}" not in lost(planned="true")
        asked = {"codes": [code], "on_top_of": "all_well"}
        for planned in (False, True):
            found = client.post("/api/v1/cut", json={**asked, "planned": planned}).json()
            assert (site in [item["code"] for item in found["lost"]["sites"]]) is not planned


def test_a_code_that_is_gone_is_said_and_the_rest_is_answered(quiet_client: TestClient, plant: Plant) -> None:
    code = plant.sections[0].code
    panel = text(quiet_client.get("/parts/whatif", params={"cut": ["KL-TR-9999", code]}).text)
    assert "not in the plant" in panel
    assert "by this cut" in panel or "Without service" in panel
    assert quiet_client.get("/parts/whatif", params={"cut": ["<script>"]}).text.count("<script>") == 0


def test_the_address_follows_the_question(quiet_client: TestClient, plant: Plant) -> None:
    code = plant.sections[0].code
    made = quiet_client.get("/parts/whatif", params={"cut": code})
    assert made.headers["hx-push-url"] == f"/?whatif=1&cut={code}"
    there = {"hx-current-url": f"http://127.0.0.1:8021/?whatif=1&cut={code}"}
    assert "hx-push-url" not in quiet_client.get("/parts/whatif", params={"cut": code}, headers=there).headers
    page = quiet_client.get(f"/?whatif=1&cut={code}").text
    assert f'data-whatif="cut={code}"' in page
    assert "What if this is cut?" in page


def test_things_to_cut_are_found_by_name_and_code(quiet_client: TestClient, plant: Plant) -> None:
    site, cable, section = plant.sites[3], plant.cables[0], plant.sections[5]
    for query, code in ((site.name.upper(), site.code), (cable.code, cable.code), (section.code, section.code)):
        found = quiet_client.get("/parts/whatif-found", params={"q": query, "cut": plant.sections[1].code}).text
        assert f'data-add="{code}"' in found
        assert f"cut={plant.sections[1].code}&amp;cut={code}" in found
    cut = quiet_client.get("/parts/whatif-found", params={"q": section.code, "cut": section.code}).text
    assert "cut already" in cut
    assert "Nothing matches." in quiet_client.get("/parts/whatif-found", params={"q": "zzz"}).text


def test_the_answer_goes_into_a_gis(quiet_client: TestClient, network: Network) -> None:
    code = next(iter(network.single_cuts))
    made = quiet_client.get("/api/v1/cut", params={"cut": code})
    assert made.headers["content-type"] == "application/geo+json"
    assert "attachment" in made.headers["content-disposition"]
    features = made.json()["features"]
    roles = {
        role: [f["properties"]["code"] for f in features if f["properties"]["role"] == role] for role in ("cut", "lost")
    }
    loss = network.require_index().lost([code])
    assert roles == {"cut": [code], "lost": [*loss.sites, *loss.structures]}
    assert quiet_client.get("/api/v1/cut", params={"cut": "NOPE"}).status_code == 422


def test_a_line_over_a_trench_finds_it(quiet_client: TestClient, plant: Plant) -> None:
    section = max(plant.sections, key=lambda found: found.length_m)
    (x1, y1), (x2, y2) = section.line[0], section.line[-1]
    middle = [(x1 + x2) / 2, (y1 + y2) / 2]
    line = [
        [middle[0] - (y2 - y1) / 20, middle[1] + (x2 - x1) / 20],
        [middle[0] + (y2 - y1) / 20, middle[1] - (x2 - x1) / 20],
    ]
    found = quiet_client.post("/api/v1/within", json={"line": line, "metres": 1}).json()
    assert section.code in found["sections"]
    for wrong in (
        {"line": [], "metres": 1},
        {"line": [[7]], "metres": 1},
        {"line": [[7, 999]], "metres": 1},
        {"line": line, "metres": 0},
    ):
        assert quiet_client.post("/api/v1/within", json=wrong).status_code == 422
