"""May we open this: yes, no, or yes if a repair, free glass or something planned comes first."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from topology_plants import a_plant, a_ring, a_section, a_site, c, cs, ring_city, uid, way

from inventory.entities import Cable, Status, StrandRef
from inventory.history import built
from rainbow.kernel.errors import TopologyError
from topology.cut_index import CutIndex
from topology.may_open import Answer, FirstKind, may_open
from topology.whatif_answer import may_open_to_json, render_may_open

if TYPE_CHECKING:
    from inventory.plant import Plant
    from topology.may_open import MayOpen


def asked(plant: Plant, cuts: str, *, down: str = "") -> MayOpen:
    """What is planned is built; the plant itself is as it stands."""
    later = built(plant)
    return may_open(CutIndex.of(plant), cs(cuts), down=cs(down), planned=CutIndex.of(later))


def test_a_ring_may_be_opened_once_and_a_spur_never() -> None:
    assert asked(ring_city(), "T1").answer is Answer.YES
    assert render_may_open(asked(ring_city(), "T1")).startswith("YES: nothing loses its way")
    spur = asked(ring_city(), "T4")
    assert (spur.answer, spur.first) == (Answer.NO, ())
    assert spur.found.without_service == ("D", "LAMP")
    assert render_may_open(spur).startswith("NO: D, LAMP would be without service.")


def test_on_the_last_path_the_repair_has_to_come_first_and_no_more_than_is_needed() -> None:
    """T1 takes A's way to the hub: what is down beyond B does not matter, what lies between A and B does."""
    found = asked(ring_city(), "T1", down="T2 T5")
    assert found.answer is Answer.IF_FIRST
    assert [(first.kind, first.codes) for first in found.first] == [(FirstKind.REPAIR, ("T2",))]
    assert "1. Repair T2." in render_may_open(found)
    document = json.loads(may_open_to_json(found, ring_city()))
    assert document["answer"] == "yes_if_first"
    assert document["first"] == [{"kind": "repair", "codes": ["T2"], "joins": []}]
    assert document["lost"]["sites"] == [{"code": "A", "name": "", "criticality": "normal"}]


def test_what_was_without_service_before_is_no_reason_against_it() -> None:
    found = asked(ring_city(), "T1", down="T4")
    assert found.answer is Answer.YES, "D and the lamp are alone with or without the cut"
    assert not found.found.impact.loss


def test_two_repairs_of_which_either_would_do_are_not_both_asked_for() -> None:
    plant = ring_city()
    found = asked(plant, "T1", down="L2 L1")
    assert found.answer is Answer.YES, "A was alone already"
    parallel = a_plant(
        sites=[a_site("HUB", hub=True), a_site("A")],
        sections=[a_section(f"T{n}", "HUB", "A") for n in (1, 2, 3)],
        ways=[way(f"L{n}", "HUB", "A", f"T{n}") for n in (1, 2, 3)],
    )
    first = asked(parallel, "T1", down="L2 L3").first
    assert [(each.kind, each.codes) for each in first] == [(FirstKind.REPAIR, ("L3",))]


def planned_spur() -> Plant:
    """The ring city with a planned link from D to the hall, and another that does not help."""
    plant = a_plant(
        sites=[*ring_city().sites],
        structures=[*ring_city().structures],
        sections=[*ring_city().sections, a_section("T6", "D", "HALL"), a_section("T7", "A", "B")],
        ways=[
            way("L1", "HALL", "A", "E T1"),
            way("L2", "A", "B", "T2"),
            way("L3", "B", "HALL", "T3 E"),
            way("L4", "B", "LAMP", "T4"),
            way("L5", "LAMP", "D", "T5"),
            way("L6", "D", "HALL", "T6"),
            way("L7", "A", "B", "T7"),
        ],
    )
    links = (replace(each, status=Status.PLANNED) if each.code in {"L6", "L7"} else each for each in plant.links)
    cables = (replace(each, status=Status.PLANNED) if each.code in {"C-L6", "C-L7"} else each for each in plant.cables)
    return replace(plant, links=tuple(links), cables=tuple(cables))


def test_what_is_planned_may_come_first_and_only_what_is_needed_of_it() -> None:
    found = asked(planned_spur(), "T4")
    assert found.answer is Answer.IF_FIRST
    assert [(each.kind, each.codes) for each in found.first] == [(FirstKind.BUILD, ("L6",))]
    assert "Build what is planned: L6." in render_may_open(found)
    assert may_open(CutIndex.of(built(planned_spur())), cs("T4")).answer is Answer.YES


def with_free_cable(plant: Plant, *route: str, ends: tuple[str, str]) -> Plant:
    spare = Cable(
        id=uid("SPARE"),
        code=c("SPARE"),
        from_node=c(ends[0]),
        to_node=c(ends[1]),
        strand_count=4,
        route=cs(" ".join(route)),
    )
    return replace(plant, cables=(*plant.cables, spare))


def test_free_glass_that_lies_elsewhere_may_be_joined_first() -> None:
    plant = replace(ring_city(), sections=(*ring_city().sections, a_section("T8", "D", "A", 240)))
    (first,) = asked(with_free_cable(plant, "T8", ends=("D", "A")), "T4").first
    (join,) = first.joins
    assert first.kind is FirstKind.JOIN
    assert (join.site, join.to, join.strands, join.metres) == ("D", "A", (StrandRef(c("SPARE"), 1),), 240.0)
    text = render_may_open(asked(with_free_cable(plant, "T8", ends=("D", "A")), "T4"))
    assert "Join free glass from D to A: SPARE/1, 240 m." in text
    through = with_free_cable(plant, "T8", "T1", ends=("D", "HOLE"))
    assert asked(through, "T4").answer is Answer.NO, "at the handhole stands nothing that could carry on"
    in_the_trench = with_free_cable(plant, "T5", "T4", ends=("D", "B"))
    assert asked(in_the_trench, "T4").answer is Answer.NO, "the free strand is cut with the others"


def test_free_glass_in_two_pieces_is_joined_at_the_handhole_between() -> None:
    plant = replace(
        ring_city(),
        sections=(*ring_city().sections, a_section("T8", "D", "HOLE", 240), a_section("T9", "HOLE", "A", 60)),
    )
    first_piece = with_free_cable(plant, "T8", ends=("HOLE", "D"))
    second = replace(first_piece.cables[-1], id=uid("MORE"), code=c("MORE"), to_node=c("A"), route=cs("T9"))
    (first,) = asked(replace(first_piece, cables=(*first_piece.cables, second)), "T4").first
    (join,) = first.joins
    assert [str(strand) for strand in join.strands] == ["SPARE/1", "MORE/1"]
    assert (join.site, join.to, join.at, join.metres) == ("D", "A", ("HOLE",), 300.0)


def test_a_ring_that_cannot_turn_twice_is_a_no_with_names_though_light_would_reach() -> None:
    plant = replace(planned_spur(), link_groups=(a_ring("RING", "L1 L2 L3", "L3"),))
    plant = built(plant)
    found = may_open(CutIndex.of(plant), cs("T1"), down=cs("T3"))
    assert found.answer is Answer.YES, "B turns to the lamp, D and the new link"
    broken = replace(plant, link_groups=(a_ring("RING", "L1 L2 L3", "L3"), a_ring("HUNG", "L4 L5 L6", "L4")))
    found = may_open(CutIndex.of(broken), cs("T1"), down=cs("T3"))
    assert found.answer is Answer.IF_FIRST
    assert found.found.is_possible
    assert found.found.isolated == ("B", "A")
    assert [(each.kind, each.codes) for each in found.first] == [(FirstKind.REPAIR, ("T3",)), (FirstKind.JOIN, ())]
    assert [(join.site, join.to) for join in found.first[1].joins] == [("B", "LAMP")], "beside the link kept closed"


def test_a_code_that_nothing_has_is_named() -> None:
    with pytest.raises(TopologyError, match="no trench, cable, node or risk group T99"):
        asked(ring_city(), "T1", down="T99")
