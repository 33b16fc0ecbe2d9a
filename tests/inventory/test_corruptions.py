"""Over a hundred seeded corruptions of cities in order: each is named with record and cure, none crashes."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from plant_damages import DAMAGES, Damage, Hurt

from inventory.sources.city_folder import inspect, write_plant
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

SEEDS = range(1, 6 if os.environ.get("RAINBOW_SLOW") else 2)


@pytest.fixture(scope="module")
def cities(glass_plant: Plant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cities")
    write_plant(glass_plant, folder / "glass")
    shutil.copytree(ROOT / "cities" / "lautern", folder / "lautern", ignore=shutil.ignore_patterns("state"))
    return folder


def test_there_are_more_than_a_hundred_kinds() -> None:
    assert len({damage.what for damage in DAMAGES}) == len(DAMAGES) > 130


@pytest.mark.parametrize("name", ["lautern", "glass"])
def test_the_cities_are_in_order(cities: Path, name: str) -> None:
    assert [str(item) for item in inspect(cities / name)[1] if item.severity is not Severity.INFO] == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("damage", DAMAGES, ids=[item.what for item in DAMAGES])
def test_a_corruption_is_named(cities: Path, tmp_path: Path, damage: Damage, seed: int) -> None:
    shutil.copytree(cities / damage.city, tmp_path / damage.city)
    city = Hurt(tmp_path / damage.city, random.Random(f"{damage.what}/{seed}"))
    record = damage.hurt(city)
    findings = inspect(city.folder)[1]
    elsewhere = city.codes(damage.shows_in) if damage.shows_in else []
    hits = [item for item in findings if item.record in {record, *elsewhere}]
    assert hits, [str(item) for item in findings]
    assert all(item.severity is not Severity.INFO for item in hits[:1])
    assert all(item.where and item.message and item.cure for item in findings)
