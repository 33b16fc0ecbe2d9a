"""Invented cities: valid at every size, the same for the same seed, and with exactly the faults that were planted."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from conftest import ROOT

from inventory.entities import Code, SiteKind
from inventory.sources.city_folder import inspect
from rainbow.city import open_city
from rainbow.cli.simulate import simulate
from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.findings import Severity
from simulator.city import generate
from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.report import report

if TYPE_CHECKING:
    from pathlib import Path

    from rainbow.kernel.samples import UnixNs
    from simulator.city import GeneratedCity

SHIPPED = ROOT / "cities" / "lautern"
SHIPPED_SEED = 2021


@lru_cache(maxsize=4)
def generated(seed: int = SHIPPED_SEED, switches: int = 40) -> GeneratedCity:
    return generate(seed, switches)


def new_city(folder: Path, *arguments: str) -> str:
    return CliRunner().invoke(simulate, ["new-city", str(folder), *arguments], catch_exceptions=False).output


@pytest.mark.parametrize("switches", [1, 2, 3, 4, 7, 8, 12, 40, 300])
def test_a_city_of_any_size_is_valid(tmp_path: Path, switches: int) -> None:
    said = new_city(tmp_path / "city", "--seed", "7", "--switches", str(switches))
    plant, findings = inspect(tmp_path / "city")
    assert len(plant.devices) == switches
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []
    assert len(findings) <= (switches == 1)  # one switch alone has no uplink, and that is said
    assert f"{len(plant.links)} links" in said
    assert open_city(tmp_path / "city").plant == plant


@pytest.mark.parametrize(
    ("seed", "switches"),
    [
        (SHIPPED_SEED, 40),
        (1, 2),
        (2, 5),
        (3, 7),
        (4, 9),
        (5, 25),
        (6, 40),
        (7, 40),
        (8, 41),
        (9, 60),
        (10, 150),
    ],
)
def test_the_analysis_finds_exactly_what_was_planted(seed: int, switches: int) -> None:
    made = generated(seed, switches)
    index = CutIndex.of(made.plant)
    hubs = {site.code for site in made.plant.hubs}
    for kind, planted in (
        (GroupKind.TRENCH, made.planted.trenches),
        (GroupKind.CABLE, made.planted.cables),
        (GroupKind.NODE, made.planted.nodes),
    ):
        found = {cut.code: cut for cut in index.singles(kind)}
        assert set(found) - hubs == set(planted)
        assert all(found[hub].hub_made for hub in hubs & set(found))
        for code, places in planted.items():
            loss = index.lost([code])
            assert {*loss.sites, *loss.structures} - {code} == set(places), code


@pytest.mark.parametrize("seed", [SHIPPED_SEED, 6, 8])
def test_false_claims_of_diversity_are_the_planted_ones(seed: int) -> None:
    made = generated(seed, 40)
    now: UnixNs = 1_700_000_000_000_000_000  # type: ignore[assignment] # any time
    claims = report(CutIndex.of(made.plant), now=now).claims
    assert {claim.site for claim in claims} == set(made.planted.only_claimed_diverse)


def test_the_shipped_city_is_what_its_command_makes(tmp_path: Path) -> None:
    new_city(tmp_path / "lautern", "--seed", str(SHIPPED_SEED), "--switches", "40")

    def content(folder: Path) -> dict[str, bytes]:
        files = (path for path in folder.rglob("*") if path.is_file())
        named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        return {name: data for name, data in named.items() if not name.startswith("state/")}

    made, shipped = content(tmp_path / "lautern"), content(SHIPPED)
    assert sorted(made) == sorted(shipped)
    assert [name for name in made if made[name] != shipped[name]] == []


def test_the_shipped_city_is_the_one_the_demo_promises() -> None:
    plant, findings = inspect(SHIPPED)
    assert findings == ()
    kinds = Counter(site.kind for site in plant.sites)
    assert kinds == {
        SiteKind.TOWN_HALL: 1,
        SiteKind.POP: 1,
        SiteKind.SCHOOL: 11,
        SiteKind.FIRE_STATION: 1,
        SiteKind.OFFICE: 1,
    }
    assert sum(structure.has_siren for structure in plant.structures) == 24
    assert len(plant.devices) == 40
    assert [site.name for site in plant.hubs] == ["Rathaus"]
    planted = generated().planted
    assert len(planted.only_claimed_diverse) == 3
    by_a_trench = {place for places in planted.trenches.values() for place in places}
    by_a_node = {place for places in planted.nodes.values() for place in places}
    assert len(by_a_node - by_a_trench) == 1  # the building whose two ways meet in one handhole


def test_every_user_group_of_the_shipped_city_has_light_of_its_own_colours() -> None:
    plant, _findings = inspect(SHIPPED)
    colours = {
        group.code: {channel.wavelength_nm for channel in plant.channels if channel.user_group == group.code}
        for group in plant.user_groups
    }
    assert len(colours) == 5
    assert all(len(found) == 2 for found in colours.values())
    assert len(set.union(*colours.values())) == 10


def test_another_seed_is_another_city_and_ports_can_be_asked_for() -> None:
    assert generated(1, 12).plant != generated(2, 12).plant
    plant = generate(1, 12, port=20_000, least_ports=48).plant
    assert {device.port for device in plant.devices} == {20_000}
    ports = Counter(interface.device for interface in plant.interfaces)
    assert set(ports.values()) == {48}
    assert len({device.address for device in generate(1, 300).plant.devices}) == 300


@pytest.mark.parametrize("switches", [0, -1, 2001])
def test_impossible_sizes_are_refused(switches: int) -> None:
    with pytest.raises(SimulatorError, match=rf"1 to 2000 switches, not {switches}"):
        generate(1, switches)


def test_a_city_is_never_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SimulatorError, match="is not empty"):
        new_city(tmp_path, "--switches", "3")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_ledger_counts_what_hangs_on_what() -> None:
    """A district behind its own node: the node's building takes all of it, and its lamps, down."""
    made = generated(10, 150)
    first_of_second_district = Code("KL-ST-16")
    lost = made.planted.nodes[first_of_second_district]
    assert {f"KL-ST-{number}" for number in range(17, 30)} <= set(lost)
    assert first_of_second_district not in lost
    lamps = {code for code in lost if "-LA-" in code}
    assert len(lamps) > 13
