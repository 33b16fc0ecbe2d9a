"""Rings and uplinks, against taking each connection out."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from inventory.entities import Code
from planner.logical import bridges, logical_links, steps_to_hub
from planner.network import Network
from planner.picture import draw
from planner.readings import Readings
from rainbow.kernel.samples import UnixNs
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner_browser import Visit
    from planner_scene import Scene
    from starlette.testclient import TestClient

    from inventory.plant import Plant


def reached(pairs: list[tuple[Code, Code]], start: Code) -> set[Code]:
    found, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for pair in pairs:
            if here in pair:
                there = pair[0] if pair[1] == here else pair[1]
                if there not in found:
                    found.add(there)
                    todo.append(there)
    return found


@pytest.mark.parametrize("seed", range(40))
def test_a_bridge_is_what_nothing_else_joins(seed: int) -> None:
    chance = random.Random(seed)
    nodes = [Code(f"n{n}") for n in range(9)]
    pairs = list({tuple(sorted(chance.sample(nodes, 2))) for _n in range(11)})
    found = bridges(pairs, ())  # type: ignore[arg-type] # pairs of two
    for pair in pairs:
        rest = [other for other in pairs if other != pair]
        assert (pair in found) == (pair[1] not in reached(rest, pair[0]))  # type: ignore[arg-type]


def test_two_hubs_are_one() -> None:
    a, b, hub, other = (Code(code) for code in ("a", "b", "h1", "h2"))
    way = [(hub, a), (a, b), (b, other)]
    assert bridges(way, {hub, other}) == frozenset()
    assert bridges(way, {hub}) == set(way)


def test_a_spur_takes_somebody_down_and_a_ring_takes_nobody(plant: Plant) -> None:
    network = Network(plant)
    links = logical_links(network, draw(network, Readings(taken_ns=UnixNs(1))))
    index = CutIndex.of(plant)
    assert {code for link in links for code in link.codes} == {
        link.code for link in network.links if plant.node_of(link.a) != plant.node_of(link.b)
    }
    for link in links:
        assert link.is_spur == bool(index.lost((), down_links=link.codes)), link.ends
    assert {link.is_spur for link in links} == {True, False}


def test_the_drawing_and_the_table_hold_the_same(scene: Scene, client: TestClient) -> None:
    scene.poll()
    document = client.get("/api/v1/logical").json()
    assert {node["code"] for node in document["nodes"]} == set(scene.plant.devices_at)
    steps = steps_to_hub(Network(scene.plant))
    assert {node["code"]: node["steps"] for node in document["nodes"]} == steps
    assert min(steps.values()) == 0
    page = client.get("/logical").text
    for link in document["links"]:
        assert f"/?site={link['far']}" in page
    assert not [word for word in (" style=", "<style") if word in page]


def ring_trench(plant: Plant, number: int) -> Code:
    """A trench of the first ring that holds links of rings alone."""
    rings = {link for group in plant.link_groups for link in group.links}
    link = plant.link[plant.link_groups[0].links[number]]
    return next(code for code in plant.sections_of(link) if rings.issuperset(plant.links_in[code]))


def test_rings_as_they_stand_now(scene: Scene, client: TestClient) -> None:
    group = scene.plant.link_groups[0]
    scene.poll()
    whole = client.get("/api/v1/logical").json()["groups"]
    assert {one["state"] for one in whole} == {"whole"}
    assert next(one for one in whole if one["code"] == group.code)["blocked"] == [group.blocked]
    assert "blocked: " in client.get("/logical").text
    scene.ground.cut([ring_trench(scene.plant, 0)])
    scene.wait(scene.interval_s)
    scene.poll()
    one = next(one for one in client.get("/api/v1/logical").json()["groups"] if one["code"] == group.code)
    assert (one["state"], one["blocked"]) == ("protecting", [])
    assert set(one["down"]) <= set(group.links)
    page = client.get("/logical").text
    assert "open, blocked when whole: " in page
    assert page.index(f">{group.code}<") < page.index(f">{scene.plant.link_groups[-1].code}<"), "the worst first"
    site = scene.plant.node_of(scene.plant.link[group.links[0]].b)
    assert "G.8032 ring " in client.get(f"/parts/site/{site}").text
    scene.ground.cut([ring_trench(scene.plant, -1)])
    scene.wait(scene.interval_s)
    scene.poll()
    states = {one["code"]: one["state"] for one in client.get("/api/v1/logical").json()["groups"]}
    assert states[group.code] == "broken"


@pytest.mark.real
def test_the_drawing_in_a_browser(scene: Scene, visit: Callable[..., Visit]) -> None:
    page = visit().open("/logical")
    count = "document.getElementById('graph').graph.nodes().length"
    assert page.evaluate(count) == len(scene.plant.sites)
    page.get_by_label("with lamps and cabinets").check()
    assert page.evaluate(count) == len(scene.plant.devices_at)
    group = page.locator("#groups button").first
    group.focus()
    page.keyboard.press("Enter")
    shown = "document.getElementById('graph').graph.edges('.shown').length"
    assert page.evaluate(shown) == len(set(scene.plant.link_groups[0].links))
    assert page.evaluate("document.getElementById('graph').graph.edges('[?blocked]').length") > 0
    page.keyboard.press("Enter")
    assert page.evaluate(shown) == 0
