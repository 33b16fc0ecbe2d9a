"""States of trenches, sites and links by what the store says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.desk import Desk
from planner.picture import LinkCondition, NodeState, SectionState
from topology.graph import GroupKind

if TYPE_CHECKING:
    from planner_scene import Scene

    from planner.picture import Picture


def look(scene: Scene) -> Picture:
    return Desk.of(scene.services()).picture()


def red(picture: Picture) -> set[str]:
    return {code for code, state in picture.sections.items() if state in {SectionState.CUT, SectionState.SUSPECT}}


def test_before_the_first_round_nothing_is_known_and_nothing_is_green(scene: Scene) -> None:
    picture = look(scene)
    assert not picture.has_readings
    assert picture.readings.trouble
    assert set(picture.nodes.values()) == {NodeState.UNKNOWN}
    assert SectionState.FINE not in picture.sections.values()


def test_all_well(scene: Scene) -> None:
    scene.poll()
    picture = look(scene)
    assert set(picture.nodes.values()) == {NodeState.FINE}
    assert set(picture.sections.values()) <= {SectionState.FINE, SectionState.EMPTY}
    assert not picture.loss


def test_a_cut_turns_its_trench_red_and_no_other(scene: Scene) -> None:
    desk = Desk.of(scene.services())
    code = next(iter(desk.network.single_cuts))
    scene.poll()
    scene.ground.cut([code])
    scene.wait(scene.interval_s)
    scene.poll()
    picture = desk.picture()
    assert red(picture) == {code}
    assert picture.sections[code] is SectionState.CUT
    lost = desk.network.require_index().lost([code])
    assert picture.loss.sites == lost.sites
    assert {n for n, state in picture.nodes.items() if state is NodeState.LOST} == {*lost.sites, *lost.structures}


def test_without_word_of_the_simulation_those_in_a_row_are_suspected_together(scene: Scene) -> None:
    links_in = scene.plant.links_in
    alike = {frozenset(links): [s for s in links_in if set(links_in[s]) == set(links)] for links in links_in.values()}
    row = max(alike.values(), key=len)
    assert len(row) > 3
    scene.ground.cut([row[1]])
    scene.poll()
    scene.ground.listens = False
    picture = look(scene)
    assert red(picture) == set(row)
    assert {picture.sections[code] for code in row} == {SectionState.SUSPECT}


def test_old_readings_are_believed_no_more(scene: Scene) -> None:
    scene.poll()
    scene.wait(3 * scene.interval_s + 1)
    picture = look(scene)
    assert picture.readings.is_stale
    assert set(picture.nodes.values()) == {NodeState.UNKNOWN}
    assert set(picture.links.values()) == {LinkCondition.UNKNOWN}
    assert SectionState.FINE not in picture.sections.values()


def test_a_silent_switch_is_silent_and_no_trench_with_other_links_is_blamed(scene: Scene) -> None:
    site = next(site for site in scene.plant.sites if not site.is_hub)
    (device,) = scene.plant.devices_at[site.code]
    scene.poll(silent={device.code})
    picture = look(scene)
    assert picture.nodes[site.code] in {NodeState.SILENT, NodeState.LOST}
    for code in red(picture):
        assert all(picture.links[link] is not LinkCondition.UP for link in scene.plant.links_in[code])


def test_little_light_makes_a_trench_amber_and_names_no_cut(scene: Scene) -> None:
    link = next(link for link in scene.plant.links if link.strands and link.user_group)
    scene.poll(dim={link.code})
    picture = look(scene)
    assert picture.links[link.code] is LinkCondition.WEAK
    assert {picture.sections[s] for s in scene.plant.sections_of(link)} == {SectionState.WEAK}
    assert not red(picture)


def test_a_down_link_beside_live_ones_is_a_fault_of_its_ends(scene: Scene) -> None:
    shared = next(links for links in scene.plant.links_in.values() if len(links) > 1)
    scene.poll(down={shared[0]})
    picture = look(scene)
    row = [s for s, links in scene.plant.links_in.items() if shared[0] in links]
    if all(set(scene.plant.links_in[s]) != {shared[0]} for s in row):
        assert picture.explanation.unexplained == {shared[0]}
        assert {picture.sections[s] for s in row} == {SectionState.WEAK}


def test_the_revision_follows_states_not_times(scene: Scene) -> None:
    desk = Desk.of(scene.services())
    scene.poll()
    first = desk.picture()
    scene.wait(scene.interval_s)
    scene.poll()
    again = desk.picture()
    assert again.readings.newest_ns != first.readings.newest_ns
    assert again.revision == first.revision
    scene.ground.cut([scene.plant.sections[0].code])
    scene.wait(scene.interval_s)
    scene.poll()
    assert desk.picture().revision != first.revision


def test_the_store_is_asked_once_a_second_at_most(scene: Scene) -> None:
    desk = Desk.of(scene.services())
    scene.poll()
    assert desk.picture() is desk.picture()
    scene.wait(1.5)
    scene.poll()
    assert desk.picture().readings.taken_ns == scene.now_ns


def test_what_a_site_hangs_on_is_what_the_index_says_of_every_trench(scene: Scene) -> None:
    network = Desk.of(scene.services()).network
    takers = network.require_index().takers(GroupKind.TRENCH, list(scene.plant.devices_at))
    hanging = {node: network.hangs_on(node) for node in scene.plant.devices_at}
    assert {node: set(found) for node, found in hanging.items() if found} == {n: set(t) for n, t in takers.items()}
    assert any(len(found) > 3 for found in hanging.values())
    assert any(not found for found in hanging.values())
