"""Saved what-ifs: kept, listed, opened by link, compared, forgotten; and a file that was spoilt."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from test_whatif import ring_pair

from inventory.entities import Code
from planner.desk import Desk
from planner.scenarios import MOST_SCENARIOS, Scenarios
from planner.sketch import sketch
from planner.whatif import Base, Question, answer
from rainbow.kernel.errors import InputError, StoreError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from planner_scene import Scene
    from starlette.testclient import TestClient

NOW_NS = 1_790_000_000 * 10**9
QUESTION = Question(cuts=(Code("KL-TR-0001"), Code("KL/2")), base=Base.ALL_WELL, planned=True)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def book(tmp_path: Path) -> Scenarios:
    return Scenarios(tmp_path / "state" / "what-ifs.json")


def test_what_is_saved_is_read_back_the_newest_first(book: Scenarios, tmp_path: Path) -> None:
    assert book.all() == ()
    assert not (tmp_path / "state").exists()
    first = book.save("  Königstraße \n zu ", QUESTION, NOW_NS)
    second = book.save("Another", QUESTION.with_cut(Code("X")), NOW_NS + 10**9)
    assert first.name == "Königstraße zu"
    assert Scenarios(tmp_path / "state" / "what-ifs.json").all() == (second, first)
    assert book.get(first.id).question == QUESTION
    assert "Königstraße zu" in (tmp_path / "state" / "what-ifs.json").read_text(encoding="utf-8")


def test_the_same_name_replaces_and_what_is_deleted_is_gone(book: Scenarios) -> None:
    old = book.save("A", QUESTION, NOW_NS)
    new = book.save("A", QUESTION.without_cut(Code("KL/2")), NOW_NS)
    assert book.all() == (new,)
    with pytest.raises(InputError, match=old.id):
        book.get(old.id)
    book.delete(new.id)
    assert book.all() == ()
    with pytest.raises(InputError):
        book.delete(new.id)


@pytest.mark.parametrize(
    ("name", "question"), [("", QUESTION), ("  ", QUESTION), ("x" * 121, QUESTION), ("A", Question())]
)
def test_what_cannot_be_saved_is_refused(book: Scenarios, name: str, question: Question) -> None:
    with pytest.raises(UsageError):
        book.save(name, question, NOW_NS)
    assert book.all() == ()


def test_no_more_are_kept_than_fit(book: Scenarios, tmp_path: Path) -> None:
    book.save("one", QUESTION, NOW_NS)
    path = tmp_path / "state" / "what-ifs.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    (record,) = document["scenarios"]
    document["scenarios"] = [{**record, "id": f"{n:012x}", "name": f"n{n}"} for n in range(MOST_SCENARIOS)]
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UsageError, match=str(MOST_SCENARIOS)):
        book.save("one more", QUESTION, NOW_NS)
    book.save("n7", QUESTION, NOW_NS)
    assert len(book.all()) == MOST_SCENARIOS


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "[]",
        "{",
        '{"scenarios": [{}]}',
        '{"scenarios": [{"id": "a", "name": "b", "cuts": "c", "base": "now", "planned": 0, "saved": "2026-01-01"}]}',
    ],
)
def test_a_spoilt_file_is_named_and_not_overwritten(book: Scenarios, tmp_path: Path, spoilt: str) -> None:
    path = tmp_path / "state" / "what-ifs.json"
    path.parent.mkdir()
    path.write_text(spoilt, encoding="utf-8")
    with pytest.raises(StoreError, match=r"what-ifs\.json"):
        book.all()
    with pytest.raises(StoreError):
        book.save("A", QUESTION, NOW_NS)
    assert path.read_text(encoding="utf-8") == spoilt


def test_over_the_api(scene: Scene, client: TestClient) -> None:
    pair = ring_pair(scene.plant)
    asked = {"name": "Both", "codes": list(pair), "on_top_of": "all_well"}
    made = client.post("/api/v1/scenarios", json=asked)
    assert made.status_code == 201
    saved = made.json()
    assert {key: saved[key] for key in asked} == asked
    assert client.get(f"/api/v1/scenarios/{saved['id']}").json() == saved
    for name in ("Second", "Third"):
        client.post("/api/v1/scenarios", json={**asked, "name": name})
    page = client.get("/api/v1/scenarios", params={"limit": 2, "offset": 1}).json()
    assert (page["total"], [item["name"] for item in page["items"]]) == (3, ["Second", "Both"])
    renamed = client.patch(f"/api/v1/scenarios/{saved['id']}", json={"name": " Both  ends "})
    assert renamed.json() == {**saved, "name": "Both ends"}
    assert client.patch(f"/api/v1/scenarios/{saved['id']}", json={"name": "Second"}).status_code == 422
    assert client.patch(f"/api/v1/scenarios/{saved['id']}", json={"name": " "}).status_code == 422
    assert client.patch("/api/v1/scenarios/none", json={"name": "Any"}).status_code == 404
    assert [item["name"] for item in client.get("/api/v1/scenarios").json()["items"]] == [
        "Third",
        "Second",
        "Both ends",
    ]
    assert client.delete(f"/api/v1/scenarios/{saved['id']}").status_code == 204
    assert client.get(f"/api/v1/scenarios/{saved['id']}").status_code == 404
    assert client.delete(f"/api/v1/scenarios/{saved['id']}").status_code == 404
    assert client.post("/api/v1/scenarios", json={**asked, "name": " "}).status_code == 422
    assert client.post("/api/v1/scenarios", json={**asked, "name": "X", "codes": []}).status_code == 422


def test_on_the_page_saved_opened_by_link_and_deleted(scene: Scene, client: TestClient) -> None:
    pair = ring_pair(scene.plant)
    saved = client.post("/parts/scenarios", data={"name": "<b>Both</b>", "cut": list(pair), "base": "all_well"})
    assert saved.headers["hx-trigger"] == "rainbow:saved"
    (scenario,) = Desk.of(scene.services()).scenarios.all()
    assert f"/scenario/{scenario.id}" in saved.text
    page = client.get("/").text
    assert "&lt;b&gt;Both&lt;/b&gt;" in page
    link = client.get(f"/scenario/{scenario.id}", follow_redirects=False)
    assert link.headers["location"] == f"/?whatif=1&cut={pair[0]}&cut={pair[1]}&base=all_well"
    assert "None yet" in client.post(f"/parts/scenarios/{scenario.id}/delete").text
    assert client.get(f"/scenario/{scenario.id}").status_code == 404
    refused = client.post("/parts/scenarios", data={"name": "", "cut": list(pair)})
    assert "needs a name" in refused.text
    assert refused.status_code == 422


def test_another_site_can_neither_save_nor_delete(scene: Scene, client: TestClient) -> None:
    foreign = {"sec-fetch-site": "cross-site"}
    assert client.post("/parts/scenarios", data={"name": "A", "cut": "KL-TR-0001"}, headers=foreign).status_code == 403
    assert not scene.database.with_name("what-ifs.json").exists()


def test_two_side_by_side_say_what_only_one_takes(scene: Scene, client: TestClient) -> None:
    scene.poll()
    desk = Desk.of(scene.services())
    pair = ring_pair(scene.plant)
    single = next(iter(desk.network.single_cuts))
    ids = [
        client.post("/api/v1/scenarios", json={"name": name, "codes": codes}).json()["id"]
        for name, codes in (("Ring", list(pair)), ("Single", [single]))
    ]
    index = desk.network.require_index()
    losses = [index.lost(pair), index.lost([single])]
    lost = [{*loss.sites, *loss.structures} for loss in losses]
    page = client.get("/compare", params={"with": ids})
    assert page.status_code == 200
    ring, rest = page.text.split('aria-label="Single"')
    _single, both = rest.split("Loses service in both")
    only = ring.split("Loses service only here")[1]
    for node in scene.plant.devices_at:
        assert (f"/?site={node}" in only) == (node in lost[0] - lost[1])
        assert (f"/?site={node}" in both) == (node in lost[0] & lost[1])
    assert str(losses[0].weight) in text(ring)
    assert page.text.count("<svg") == 2
    assert not re.search(r"\sstyle=|<style", page.text)
    for wanted in ([], ids[:1], [*ids, ids[0]]):
        assert "Tick two of these" in client.get("/compare", params={"with": wanted}).text
    assert client.get("/compare", params={"with": [ids[0], "none"]}).status_code == 404


def test_a_spoilt_file_spoils_no_page(scene: Scene, client: TestClient) -> None:
    path = scene.database.with_name("what-ifs.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text("{", encoding="utf-8")
    page = client.get("/")
    assert page.status_code == 200
    assert "cannot be read" in text(page.text)
    assert client.get("/api/v1/scenarios").status_code == 503


def test_the_sketch_has_every_trench_and_marks_the_cut(scene: Scene) -> None:
    desk = Desk.of(scene.services())
    code = next(iter(desk.network.single_cuts))
    drawn = sketch(desk.network, answer(desk.network, desk.picture(), Question(cuts=(code,))))
    assert drawn is not None
    assert drawn.ground.count("M") == len(scene.plant.sections)
    assert drawn.cut.count("M") == 1
    assert len(drawn.lost) > 0
    numbers = [float(number) for number in re.findall(r"[\d.]+", drawn.ground)]
    assert 0 <= min(numbers) <= max(numbers) <= max(drawn.width, drawn.height)
