"""The benchmark runs and its results are equal to its peers' on a small city; its figures are not judged here."""

from __future__ import annotations

import json
import subprocess
import sys

from conftest import ROOT


def test_the_benchmark_prints_what_it_promises() -> None:
    command = [sys.executable, "-m", "benchmarks.topology", "--trenches", "300", "--json"]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = json.loads(ran.stdout)
    assert found["equal"] is True
    assert set(found["peers"]) == {"igraph_singles_s", "networkx_singles_s"}
    assert set(found["extrapolated"]) <= set(found["peers"])
    assert found["singles_s"] > 0
    assert found["doubles_proved_s"] > 0
    assert found["peak_rss_mb"] > 10
