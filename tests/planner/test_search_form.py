"""Names found however they are typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.network import Network
from planner.search import find
from planner.search_form import forms, holds, words_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from inventory.plant import Plant

ALIKE = (
    ("Müller", "Mueller", "MULLER", "mu\u0308ller"),
    ("Đorđević", "Djordjevic", "Dordevic", "đorđević"),
    ("Große Straße", "grosse strasse", "GROSSE STRASSE"),
    ("Łódź", "Lodz"),
    ("Ærøskøbing", "Aeroeskoebing", "Aeroskobing"),
    ("Åland", "Aaland", "Aland"),
    ("Þórshöfn", "Thorshoefn", "Thorshofn"),
    ("İzmir Caddesi", "izmir caddesi"),
    ("O’Neill", "O'Neill", "ONeill"),
    ("Šćepan Ñuñez", "Scepan Nunez"),
    ("Ĳsselmonde", "Ijsselmonde"),
)


@pytest.mark.parametrize("names", ALIKE, ids=lambda names: names[0])
def test_each_spelling_finds_the_name_and_the_name_each_spelling(names: tuple[str, ...]) -> None:
    name, *_others = names
    for spelling in names:
        assert holds(f"Haus {name} 7", words_of(spelling)), spelling
        assert holds(f"Haus {spelling} 7", words_of(name)), spelling


@pytest.mark.parametrize(("asked", "written"), [("Müller", "Möller"), ("Meller", "Müller"), ("Dordic", "Đorđević")])
def test_other_names_are_not_found(asked: str, written: str) -> None:
    assert not holds(written, words_of(asked))


def test_nothing_typed_asks_for_nothing_and_marks_alone_neither() -> None:
    assert words_of("  ") == words_of("’ '") == ()
    assert forms("KL-TR-0001") == ("kl-tr-0001", "kl-tr-0001")


def test_the_page_finds_them(quiet_client: TestClient, plant: Plant) -> None:
    first, second, *rest = plant.sites
    sites = (replace(first, name="Đorđević-Haus"), replace(second, name="Kita Muellerstrasse"), *rest)
    network = Network(replace(plant, sites=sites))
    assert [hit.code for hit in find(network, "Djordjevic haus", most=3)] == [first.code]
    assert [hit.code for hit in find(network, "Müllerstraße", most=3)] == [second.code]
    assert find(network, "DORDEVIC-HAUS", most=3)[0].rank[0] == 0, "the whole name comes first"
    named = next(site for site in plant.sites if "ü" in site.name.lower())
    spelled = named.name.lower().replace("ü", "ue")
    assert named.code in quiet_client.get("/parts/search", params={"q": spelled}).text
    assert named.code in quiet_client.get("/parts/list/sites", params={"q": spelled}).text
