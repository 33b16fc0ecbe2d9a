"""A city of one machine loads nothing of what several machines need."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT

COMMANDS = ("rainbow.cli.collect", "rainbow.cli.demo", "rainbow.cli.serve", "rainbow.service")
FOREIGN = {"tooz", "redis", "etcd3gw", "oslo_utils", "stevedore", "futurist", "distributed", "dask"}
OURS = {"cluster", "cluster.settings"}
"""Of the room: what reads ``city.toml``."""


def test_commands_of_one_machine_load_no_cluster() -> None:
    asked = f"import sys, {', '.join(COMMANDS)}; print(*sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(said.stdout.split())
    assert loaded >= set(COMMANDS)
    assert not loaded & (FOREIGN | {"rainbow.several", "rainbow.clustered", "rainbow.polling"})
    assert {name for name in loaded if name.split(".")[0] == "cluster"} <= OURS


def test_a_collector_loads_no_classes_of_grafana() -> None:
    asked = "import sys, rainbow.cli.collect, rainbow.service; print(*sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not [name for name in said.stdout.split() if name.startswith(("grafana_foundation_sdk", "dashboards.sdk"))]
