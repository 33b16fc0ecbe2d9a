"""``rainbow topology``, called as an operator calls it."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
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


def test_may_this_be_opened_yes_no_and_where_a_circle_lies(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["topology", "report", str(folder), "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    worst = next(point for point in document["single_points"] if point["kind"] == "trench")
    assert main(["topology", "what-if", str(folder), worst["code"]]) == 1
    text = capsys.readouterr().out
    assert text.startswith("NO: ")
    assert worst["lost"]["structures"][0]["code"] in text
    assert main(["topology", "what-if", str(folder), worst["code"], "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["lost"] == worst["lost"]
    assert main(["topology", "what-if", str(folder), "--circle", "7.7689,49.4447,100000"]) == 1
    assert main(["topology", "what-if", str(folder), "--circle", "here"]) == 2
    assert main(["topology", "what-if", str(folder), "--down", "NO-LINK", worst["code"]]) == 2
    capsys.readouterr()
    assert main(["topology", "what-if", str(folder)]) == 2
    assert "nothing to cut" in capsys.readouterr().err


def test_may_it_be_opened_on_top_of_what_is_down_and_with_what_is_planned(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant = generate(1, 12).plant
    ring = plant.link_groups[0].links
    first, second = (plant.sections_of(plant.link[link])[0] for link in (ring[0], ring[-1]))
    ask = ["topology", "may-open", str(folder), first]
    assert main(ask) == 0
    assert capsys.readouterr().out.startswith("YES")
    assert main([*ask, "--down", second, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["answer"] == "yes_if_first"
    assert {"kind": "repair", "codes": [second], "joins": []} in found["first"]
    assert [group["state"] for group in found["protocols"]["groups"]] == ["broken"] * len(found["protocols"]["groups"])
    assert main([*ask, "--built", "all"]) == 0
    assert main([*ask, "--built", "KL-LI-0001"]) == 2
    assert "KL-LI-0001 is not planned" in capsys.readouterr().err


def test_two_ways_of_a_site_come_with_what_they_share(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["topology", "report", str(folder), "--format", "json"])
    site = json.loads(capsys.readouterr().out)["sites"][-1]["code"]
    assert main(["topology", "ways", str(folder), site]) == 0
    assert "m over KL-LI-" in capsys.readouterr().out
    assert main(["topology", "ways", str(folder), site, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["site"] == site
    assert found["is_best"] is True
    assert main(["topology", "ways", str(folder), "NOWHERE"]) == 2


def test_where_to_dig_from_a_file_of_candidates(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant = generate(1, 12).plant
    ends = [site.code for site in plant.sites][:3]
    file = folder / "candidates.csv"
    rows = [f"C{number},{near},{far},120,grass" for number, (near, far) in enumerate(pairwise(ends))]
    file.write_text("\n".join(["code,near,far,metres,surface", *rows]), encoding="utf-8")
    command = ["topology", "dig", str(folder), "--budget", "50000", "--candidates", str(file)]
    assert main([*command, "--format", "json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert all(step["spent_eur"] <= 50_000 for step in plan["steps"])
    assert main(command) == 0
    assert "minutes a year" in capsys.readouterr().out
    file.write_text("code,near,far,metres\nC1,KL-ST-01,KL-ST-02,far\n", encoding="utf-8")
    assert main(command) == 2
    assert "row 2" in capsys.readouterr().err
