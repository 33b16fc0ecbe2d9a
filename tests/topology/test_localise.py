"""Which event explains these links: on cases made by hand, and every single cut of random plants read back."""

from __future__ import annotations

import random

from topology_brute import links_of
from topology_plants import a_plant, a_section, a_site, cs, random_plant, ring_city, way

from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.localise import explain


def test_a_cut_ring_trench_is_named_alone() -> None:
    index = CutIndex.of(ring_city())
    best = explain(index, cs("L1 L3"))[0]
    assert (best.kind, best.codes, best.is_exact) == (GroupKind.TRENCH, cs("E"), True)
    assert best.explains == cs("L1 L3")


def test_trenches_in_a_row_cannot_be_told_apart() -> None:
    plant = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A"), a_site("B")],
        sections=[a_section("T1", "HUB", "A"), a_section("T2", "HUB", "A"), a_section("T3", "A", "B")],
        ways=[way("L1", "HUB", "A", "T2 T1"), way("L2", "A", "B", "T3")],
    )
    found = explain(CutIndex.of(plant), cs("L1"))
    assert found[0].codes == cs("T1 T2")
    assert found[0].kind is GroupKind.TRENCH
    assert [each.kind for each in found if each.is_exact] == [GroupKind.TRENCH, GroupKind.CABLE, GroupKind.NODE]
    nodes = {each.codes: each.contradicted for each in found if each.kind is GroupKind.NODE}
    assert nodes == {cs("HUB"): (), cs("A"): cs("L2")}


def test_a_link_that_is_up_contradicts_and_an_unknown_one_does_not() -> None:
    index = CutIndex.of(ring_city())
    entry = next(each for each in explain(index, cs("L1")) if each.codes == cs("E"))
    assert entry.contradicted == cs("L3")
    doubtful = next(each for each in explain(index, cs("L1"), cs("L3")) if "E" in each.codes)
    assert doubtful.is_exact
    assert doubtful.codes == cs("E T1")


def test_what_a_single_event_cannot_explain_is_said() -> None:
    best = explain(CutIndex.of(ring_city()), cs("L1 L3 L5"))[0]
    assert best.codes == cs("E")
    assert best.unexplained == cs("L5")


def test_links_out_of_service_and_no_links_at_all_are_no_evidence() -> None:
    index = CutIndex.of(ring_city())
    assert explain(index, ()) == ()
    assert explain(index, cs("NO-SUCH-LINK")) == ()


def test_every_single_cut_is_read_back_from_the_links_it_takes() -> None:
    read = 0
    for seed in range(150):
        plant = random_plant(seed, nodes=10, links=16)
        index = CutIndex.of(plant)
        chance = random.Random(seed)
        for code in plant.section:
            down = links_of(plant, code)
            if not down:
                continue
            silent = {link for link in plant.link if link not in down and chance.random() < 0.1}
            exact = [each for each in explain(index, down, silent) if each.is_exact]
            assert any(code in each.codes for each in exact if each.kind is GroupKind.TRENCH), (seed, code)
            for each in exact:
                for other in each.codes:
                    assert links_of(plant, other) - silent == down
            read += 1
    assert read > 300
