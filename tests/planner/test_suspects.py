"""Which trenches explain the links that are down."""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from inventory.entities import Code
from planner.suspects import Explanation, Links, explain
from topology.states import LinkState

if TYPE_CHECKING:
    from inventory.plant import Plant

UP, DOWN, UNKNOWN = LinkState.UP, LinkState.DOWN, LinkState.UNKNOWN


def c(text: str) -> Code:
    return Code(text)


def trenches(**links: str) -> dict[Code, tuple[Code, ...]]:
    return {Code(name): tuple(Code(link) for link in inside) for name, inside in links.items()}


def states(down: str = "", up: str = "", unknown: str = "") -> dict[Code, LinkState]:
    found = {Code(link): DOWN for link in down} | {Code(link): UP for link in up}
    return found | {Code(link): UNKNOWN for link in unknown}


def looked_at(found: Explanation) -> list[tuple[str, ...]]:
    return [suspect.sections for suspect in found.suspects]


def test_nothing_down_needs_no_explanation() -> None:
    assert explain(trenches(t="a"), states(up="a")) == Explanation()


def test_the_trench_that_holds_exactly_the_down_links_is_taken() -> None:
    found = explain(trenches(t1="ab", t2="a", t3="abc"), states(down="ab", up="c"))
    assert looked_at(found) == [("t1",)]
    assert found.suspects[0].is_certain


def test_trenches_in_a_row_cannot_be_told_apart() -> None:
    found = explain(trenches(t1="ab", t2="ab", t3="abc"), states(down="ab", up="c"))
    assert looked_at(found) == [("t1", "t2")]
    assert not found.suspects[0].is_certain


def test_a_link_that_is_up_clears_its_trench() -> None:
    found = explain(trenches(t1="ab"), states(down="a", up="b"))
    assert found.suspects == ()
    assert found.unexplained == {"a"}


def test_a_link_nobody_could_ask_speaks_for_nothing() -> None:
    assert looked_at(explain(trenches(t1="ab"), states(down="a", unknown="b"))) == [("t1",)]
    assert looked_at(explain(trenches(t1="ab"), states(down="a"))) == [("t1",)]
    assert explain(trenches(t1="b"), states(unknown="b")) == Explanation()


def test_one_cut_is_preferred_to_two() -> None:
    assert looked_at(explain(trenches(t1="a", t2="b", t3="ab"), states(down="ab"))) == [("t3",)]


def test_two_cuts_are_both_found_and_the_rest_is_named() -> None:
    found = explain(trenches(t1="ab", t2="cd"), states(down="abcdz"))
    assert sorted(looked_at(found)) == [("t1",), ("t2",)]
    assert found.unexplained == {"z"}


def test_what_greed_took_too_much_is_given_back() -> None:
    # "bcde" is taken first because it is the largest, but "abc" and "def" explain it all without it
    found = explain(trenches(t1="bcde", t2="abc", t3="def"), states(down="abcdef"))
    assert sorted(looked_at(found)) == [("t2",), ("t3",)]


def test_a_reported_cut_clears_those_that_look_like_it() -> None:
    found = explain(trenches(t1="ab", t2="ab"), states(down="ab"), reported={c("t2")})
    assert looked_at(found) == [("t2",)]
    assert found.suspects[0].alike == ("t1", "t2")
    assert found.suspects[0].is_certain


def test_a_reported_cut_is_named_even_where_another_explains_it() -> None:
    found = explain(trenches(t1="a", t2="ab"), states(down="ab"), reported={c("t1")})
    assert looked_at(found) == [("t1",), ("t2",)]
    assert explain(trenches(t1="a"), states(up="a"), reported={c("t1")}) == Explanation()


def test_a_section_belongs_to_its_suspect() -> None:
    found = explain(trenches(t1="ab", t2="ab", t3="z"), states(down="ab", up="z"))
    assert found.suspect_of(c("t2")) is found.suspects[0]
    assert found.suspect_of(c("t3")) is None


@pytest.mark.parametrize("seed", range(40))
def test_against_all_subsets(seed: int) -> None:
    """Brute force over all sets of trenches: the cover is as complete as any, and nothing in it can be left out."""
    draw = random.Random(seed)
    links = "abcdef"
    links_in = {Code(f"t{n}"): tuple(map(Code, draw.sample(links, draw.randint(1, 4)))) for n in range(7)}
    known = {Code(link): draw.choice((DOWN, DOWN, UP, UNKNOWN)) for link in links}
    down = {link for link, state in known.items() if state is DOWN}
    able = {t: down & set(inside) for t, inside in links_in.items() if all(known[link] is not UP for link in inside)}
    coverable = set().union(*able.values()) if able else set()
    fewest = min(
        (n for n in range(8) for some in combinations(able.values(), n) if set().union(*some) == coverable), default=0
    )
    found = explain(links_in, known)
    taken: Links = frozenset().union(*(suspect.links for suspect in found.suspects))
    assert taken == coverable
    assert found.unexplained == down - coverable
    assert len(found.suspects) <= fewest + 1
    if fewest == 1:
        assert len(found.suspects) == 1
    for suspect in found.suspects:
        assert {able[section] == suspect.links for section in suspect.alike} == {True}
        assert {t for t, inside in able.items() if inside == suspect.links} == set(suspect.alike)
        others = frozenset().union(*(other.links for other in found.suspects if other is not suspect))
        assert not suspect.links <= others


def test_every_single_cut_of_a_city_is_among_its_suspects(plant: Plant) -> None:
    links_in = plant.links_in
    everything = {link.code for link in plant.links}
    for section, inside in links_in.items():
        found = explain(links_in, {link: DOWN if link in inside else UP for link in everything})
        assert len(found.suspects) == 1
        assert section in found.suspects[0].alike
        assert {frozenset(links_in[other]) for other in found.suspects[0].alike} == {frozenset(inside)}
