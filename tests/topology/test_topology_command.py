"""``rainbow topology``, called as an operator calls it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import shared_data

from inventory.sources.city_folder import write_plant
from rainbow.cli import main
from simulator.city import generate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plant(generate(1, 12).plant, tmp_path)
    (tmp_path / "city.toml").write_text('[city]\nname = "Lautern"\n', encoding="utf-8")
    return tmp_path


def test_a_generated_city_is_reported_as_text_and_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topology", "report", str(folder)]) == 1
    text = capsys.readouterr().out
    assert main(["topology", "report", str(folder), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert text.startswith("Lautern")
    worst = next(point for point in document["single_points"] if not point["hub_made"])
    assert worst["code"] in text
    assert document["counts"]["single_cuts"] == sum(
        point["kind"] == "trench" and point["counts"]["sites"] > 0 for point in document["single_points"]
    )


def test_the_worst_trench_of_the_report_takes_down_what_the_report_says(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["topology", "report", str(folder), "--format", "json"])
    points = json.loads(capsys.readouterr().out)["single_points"]
    worst = next(point for point in points if point["kind"] == "trench")
    assert main(["topology", "cut", str(folder), worst["code"], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["lost"] == worst["lost"]
    assert main(["topology", "cut", str(folder), worst["code"]]) == 0
    assert "LOST" in capsys.readouterr().out


def test_a_mistyped_trench_is_named_with_its_neighbours(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topology", "cut", str(folder), "KL-TR-O001"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert "KL-TR-O001" in err
    assert "did you mean KL-TR-" in err


def test_a_city_without_a_hub_is_refused_with_a_cure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant = generate(1, 12).plant
    write_plant(replace(plant, sites=tuple(replace(site, is_hub=False) for site in plant.sites)), tmp_path)
    (tmp_path / "city.toml").write_text('[city]\nname = "Lautern"\n', encoding="utf-8")
    assert main(["topology", "report", str(tmp_path)]) == 2
    assert "hub" in capsys.readouterr().err


def test_an_imported_network_is_counted_like_the_oracle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = shared_data("topologies")
    oracle = {known["file"]: known for known in json.loads((data / "oracle.json").read_text(encoding="utf-8"))}
    for name in ("topozoo-Syringa.graphml", "sndlib-zib54.xml"):
        city = tmp_path / name
        assert main(["inventory", "import", str(data / name), str(city)]) == 0
        capsys.readouterr()
        assert main(["topology", "report", str(city), "--format", "json"]) in {0, 1}
        counts = json.loads(capsys.readouterr().out)["counts"]
        assert counts["single_cuts"] == oracle[name]["bridges"]
        assert counts["double_cuts"] == oracle[name]["two_edge_cut_pairs"]
