"""``POST /api/v1/may-open`` on the small city: yes, and yes if the repair comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from planner_scene import Scene


def test_a_ring_may_be_opened_and_once_it_is_open_the_repair_comes_first(scene: Scene, client: TestClient) -> None:
    plant = scene.plant
    group = plant.link_groups[0]
    rings = {link for each in plant.link_groups for link in each.links}
    first, second = (
        next(code for code in plant.sections_of(plant.link[link]) if rings.issuperset(plant.links_in[code]))
        for link in (group.links[0], group.links[-1])
    )
    scene.poll()
    yes = client.post("/api/v1/may-open", json={"codes": [first]}).json()
    assert (yes["answer"], yes["first"], yes["without_service"]) == ("yes", [], [])
    assert {"group": group.code, "state": "protecting"}.items() <= yes["protocols"][0].items()
    way = yes["ways"][0]
    assert way["delivered"]
    assert way["latency_us"] > 0
    assert way["room_mbps"] <= way["lit_mbps"]
    scene.ground.cut([second])
    scene.wait(scene.interval_s)
    scene.poll()
    later = client.post("/api/v1/may-open", json={"codes": [first]}).json()
    assert later["answer"] == "yes_if_first"
    assert later["first"][0]["kind"] == "repair"
    assert later["without_service"]
    well = client.post("/api/v1/may-open", json={"codes": [first], "on_top_of": "all_well"}).json()
    assert well["answer"] == "yes"
    assert client.post("/api/v1/may-open", json={"codes": ["NIL"]}).status_code == 422
