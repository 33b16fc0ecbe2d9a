"""The systemd units, judged by systemd itself without running them."""

from __future__ import annotations

import re
import subprocess
from configparser import RawConfigParser
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, require_real

if TYPE_CHECKING:
    from pathlib import Path

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
EXPOSED_AT_MOST = 2.5
each_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)


def values(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.real
@each_unit
def test_little_is_exposed(unit: Path) -> None:
    require_real("systemd-analyze")
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (level,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert float(level) < EXPOSED_AT_MOST, said


@pytest.mark.real
@each_unit
def test_systemd_understands_each_line(unit: Path, tmp_path: Path) -> None:
    require_real("systemd-analyze")
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text(encoding="utf-8").replace("/opt/rainbow/venv/bin/rainbow", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert unit.name.replace("@", "@i") not in done.stderr
    assert str(copy) not in done.stderr


@each_unit
def test_it_writes_only_into_state_and_backups(unit: Path) -> None:
    assert values(unit, "ProtectSystem") == ["strict"]
    (writable,) = values(unit, "ReadWritePaths")
    assert set(writable.split()) <= {"/var/lib/rainbow/%i/state", "/var/backups/rainbow"}


@each_unit
def test_no_secret_stands_in_it_and_nothing_listens_for_all(unit: Path) -> None:
    assert not values(unit, "Environment")
    assert values(unit, "IPAddressDeny") == ["any"]


def test_every_command_is_one_of_ours() -> None:
    from rainbow.cli import COMMANDS  # noqa: PLC0415 - this test only

    for unit in UNITS:
        (line,) = values(unit, "ExecStart")
        assert line.split()[0] == "/opt/rainbow/venv/bin/rainbow"
        assert line.split()[1] in COMMANDS


def test_a_timer_has_its_service() -> None:
    for timer in (ROOT / "deploy" / "systemd").glob("*.timer"):
        parser = RawConfigParser(strict=False)
        parser.read(timer)
        assert timer.with_suffix(".service") in UNITS
        assert parser["Install"]["WantedBy"] == "timers.target"
