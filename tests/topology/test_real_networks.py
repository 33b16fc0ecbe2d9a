"""Real networks against an oracle computed elsewhere, and simulated cities against what was planted in them."""

from __future__ import annotations

import json

import pytest
from conftest import shared_data

from inventory.sources.foreign import read_foreign
from simulator.city import generate
from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.report import report
from topology.report_values import Verdict

NOW = 1_700_000_000_000_000_000


def test_single_cuts_of_real_networks_are_the_bridges_of_the_oracle() -> None:
    folder = shared_data("topologies")
    seen = 0
    for known in json.loads((folder / "oracle.json").read_text(encoding="utf-8")):
        index = CutIndex.of(read_foreign(folder / known["file"]))
        if known["components"] == 1:
            found = [cut for cut in index.singles(GroupKind.TRENCH) if cut.sites]
            assert len(found) == known["bridges"], known["file"]
            assert not index.dark
            seen += 1
        assert len(index.net.links) == known["edges"], "a parallel edge or a loop is missing"
    assert seen > 20


@pytest.mark.parametrize(("seed", "switches"), [(1, 40), (2, 40), (3, 120), (4, 9)])
def test_exactly_what_was_planted_in_a_city_is_found(seed: int, switches: int) -> None:
    city = generate(seed, switches)
    index = CutIndex.of(city.plant)
    planted = {
        GroupKind.TRENCH: city.planted.trenches,
        GroupKind.CABLE: city.planted.cables,
        GroupKind.NODE: city.planted.nodes,
    }
    for kind, wanted in planted.items():
        found = {cut.code for cut in index.singles(kind) if not (cut.hub_made and kind is GroupKind.NODE)}
        assert found == set(wanted), kind
        for code, places in wanted.items():
            loss = index.lost([code])
            assert {*loss.sites, *loss.structures} - {code} == set(places)


def test_claims_that_are_only_claimed_are_found() -> None:
    city = generate(1, 40)
    claims = report(CutIndex.of(city.plant), now=NOW).claims
    broken = {claim.site for claim in claims if claim.verdict is Verdict.BROKEN}
    assert broken == set(city.planted.only_claimed_diverse)
    assert broken
