"""A city of one machine loads nothing of what several machines need."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT

COMMANDS = ("rainbow.cli.collect", "rainbow.cli.demo", "rainbow.cli.serve", "rainbow.service")
FOREIGN = ("tooz", "redis", "etcd3gw", "oslo_utils", "stevedore", "futurist", "distributed", "dask")
OURS = ("cluster.tooz_membership", "cluster.heart", "cluster.peers", "cluster.shard", "rainbow.several")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_one_machine_load_no_cluster(command: str) -> None:
    asked = f"import sys, {command}; print(*sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(said.stdout.split())
    assert command in loaded
    assert loaded.isdisjoint({*FOREIGN, *OURS}), loaded & {*FOREIGN, *OURS}
    assert {name for name in loaded if name.split(".")[0] == "cluster"} <= {"cluster", "cluster.settings"}
