"""The report as page and as paper, what has changed since another one, and the command that writes them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from topology_plants import cs, ring_city

from inventory.sources.city_folder import write_plant
from rainbow.cli import main
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import use
from simulator.city import generate
from topology.change import change_since
from topology.cut_index import CutIndex
from topology.graph import GroupKind
from topology.report import report, to_json
from topology.report_page import render_html, render_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant
    from topology.report import Report

NOW = 1_700_000_000_000_000_000


def reported(plant: Plant) -> Report:
    return report(CutIndex.of(plant), now=NOW)


def test_the_page_is_one_file_with_map_verdict_and_every_site() -> None:
    plant = generate(1, 40).plant
    made = reported(plant)
    html = render_html(plant, made)
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import|<script|<link", html)
    assert html.count("<svg") == 5
    for site in plant.sites:
        assert site.name in html
    harmful = [point.code for point in made.single_points if point.kind is GroupKind.TRENCH]
    assert html.count("<polyline") == len(plant.sections)
    assert html.count('stroke="#b9c2c9" stroke-width="1.2" stroke-linecap') == len(plant.sections) - len(harmful)


def test_names_from_the_files_are_never_markup() -> None:
    plant = ring_city()
    sites = tuple(replace(site, name=f"<b>&{site.code}</b>") for site in plant.sites)
    nasty = replace(plant, sites=sites, city="<i>Probe</i>")
    html = render_html(nasty, reported(nasty))
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;&amp;HALL" in html


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_paper_is_a_pdf_in_both_languages(language: str) -> None:
    plant = ring_city()
    with use(language):
        paper = render_pdf(plant, reported(plant))
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 10_000


def test_a_hub_alone_without_a_trench_has_a_page_too() -> None:
    whole = ring_city()
    devices = tuple(device for device in whole.devices if device.node != "LAMP")
    plant = replace(whole, sections=(), cables=(), links=(), interfaces=(), structures=(), devices=devices)
    made = reported(plant)
    assert "Map of the trenches" in render_html(plant, made)
    assert render_pdf(plant, made).startswith(b"%PDF-")


def test_what_changed_is_named_and_an_equal_network_is_called_equal() -> None:
    plant = ring_city()
    before = json.loads(to_json(reported(plant)))
    same = change_since(before, reported(plant))
    assert same.same_model
    assert (same.new_points, same.gone_points, same.worse, same.better) == ((), (), (), ())
    index = CutIndex.of(plant)
    opened = report(CutIndex.of_graph(index.without(cs("L2")).graph), now=NOW, earlier=before)
    assert opened.change is not None
    assert (GroupKind.TRENCH, "T1") in opened.change.new_points
    assert "A" in opened.change.worse
    assert not opened.change.same_model
    back = change_since(json.loads(to_json(opened)), reported(plant))
    assert back.gone_points == opened.change.new_points
    assert set(back.better) == set(opened.change.worse)


def test_what_is_no_report_of_this_city_is_refused() -> None:
    made = reported(ring_city())
    with pytest.raises(InputError, match="none of RAINBOW's"):
        change_since({"city": "Probe"}, made)
    other = json.loads(to_json(made)) | {"city": "Elsewhere"}
    with pytest.raises(InputError, match="of Elsewhere, not of Probe"):
        change_since(other, made)


def test_the_command_writes_files_and_tells_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = tmp_path / "city"
    city.mkdir()
    write_plant(generate(1, 12).plant, city)
    (city / "city.toml").write_text('[city]\nname = "Lautern"\nlanguage = "de"\n', encoding="utf-8")
    first = tmp_path / "first.json"
    assert main(["topology", "report", str(city), "--format", "json", "--output", str(first)]) == 1
    page = tmp_path / "report.html"
    assert (
        main(["topology", "report", str(city), "--format", "html", "--since", str(first), "--output", str(page)]) == 1
    )
    assert '<html lang="de">' in page.read_text(encoding="utf-8")
    paper = tmp_path / "report.pdf"
    assert main(["topology", "report", str(city), "--format", "pdf", "--output", str(paper)]) == 1
    assert paper.read_bytes().startswith(b"%PDF-")
    assert not capsys.readouterr().out
    first.write_text("[]", encoding="utf-8")
    assert main(["topology", "report", str(city), "--since", str(first)]) == 2
    assert str(first) in capsys.readouterr().err


def test_sites_come_with_ways_and_minutes_and_pairs_with_what_they_take() -> None:
    made = reported(ring_city())
    document = json.loads(to_json(made))
    facts = {site["code"]: site for site in document["sites"]}
    assert facts["A"]["ways"]["trench"] == {"count": 1, "witness": ["E"]}
    assert facts["A"]["ways"]["strand"]["count"] == 2
    assert 0 < facts["A"]["minutes_a_year"]["least"] <= facts["A"]["minutes_a_year"]["most"]
    assert facts["D"]["minutes_a_year"]["least"] > facts["A"]["minutes_a_year"]["most"]
    assert {site["code"] for pair in document["pairs"] for site in pair["lost"]} == {"A", "B", "LAMP", "D"}
    assert [rate["sure"] for rate in document["rates"]] == ["B", "D", "C"]
