"""A metric or field renamed in the catalogue, and nowhere else, is renamed everywhere it is written.

Done on a copy of the code in a process of its own, as a person would do it: one edit, then the commands.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rainbow", "inventory", "store", "collectors", "topology", "dashboards", "planner", "simulator")
CATALOGUE = Path("rainbow/kernel/metrics.py")

PROGRAM = """
import inspect, sys
from pathlib import Path

sys.path.insert(0, {copy!r})
import rainbow.kernel.metrics as metrics
assert inspect.getfile(metrics).startswith({copy!r}), inspect.getfile(metrics)

from collectors.link_states import Ends, link_samples, link_series, link_states
from dashboards.build import files, write
from dashboards.surroundings import Surroundings
from inventory.loss import expected_light
from rainbow.generate import metrics_page
from rainbow.kernel.samples import UnixNs
from simulator.city import generate
from store.line_protocol import lines

write(files(Surroundings(), "en"), Path({copy!r}, "grafana"))
Path({copy!r}, "metrics.md").write_text(metrics_page())

plant = generate(7, 4).plant
unheard = Ends(plant, {{}})
made = link_samples(
    plant,
    link_states(plant, unheard),
    unheard,
    {{link.code: expected_light(plant, link) for link in plant.links}},
    {{link.code: link_series(plant, link) for link in plant.links}},
    time_ns=UnixNs(1),
)
Path({copy!r}, "lines.txt").write_text("\\n".join(lines(made)))
"""


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("renamed")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    path = copy / CATALOGUE
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ('_level("rx_dbm"', '_level("light_in_dbm"'),
        ('"margin_db", N_(', '"reserve_db", N_('),
        ('"expected_loss_db", N_(', '"way_loss_db", N_('),
        ('name="link",\n    tags', 'name="fibre_link",\n    tags'),
    ):
        assert text.count(old) == 1, f"the catalogue no longer says {old}: mend this test"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(copy=str(copy))],
        cwd=copy,
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert ended.returncode == 0, ended.stderr
    return copy


def written(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((folder / "grafana").rglob("*.*")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('\\"rx_dbm\\"', '\\"light_in_dbm\\"'),
        ('\\"margin_db\\"', '\\"reserve_db\\"'),
        ('\\"expected_loss_db\\"', '\\"way_loss_db\\"'),
        ('FROM \\"link\\"', 'FROM \\"fibre_link\\"'),
        ('"rx_dbm"', '"light_in_dbm"'),
        ('"margin_db"', '"reserve_db"'),
    ],
)
def test_dashboards_and_rules_speak_the_new_name_only(renamed: Path, old: str, new: str) -> None:
    after = written(renamed)
    before = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "deploy/grafana").rglob("*.*")))
    assert old in before
    assert before.count(old) == after.count(new)
    assert old not in after


def test_what_collectors_make_goes_out_under_the_new_name(renamed: Path) -> None:
    lines = (renamed / "lines.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        assert line.startswith("fibre_link,link=")
        assert ",way_loss_db=" in line
        assert "expected_loss_db" not in line


def test_the_page_of_metrics_says_the_new_name(renamed: Path) -> None:
    page = (renamed / "metrics.md").read_text(encoding="utf-8")
    assert "`light_in_dbm`" in page
    assert "`reserve_db`" in page
    assert "`rx_dbm`" not in page
    assert "`margin_db`" not in page
    assert "## fibre_link" in page
