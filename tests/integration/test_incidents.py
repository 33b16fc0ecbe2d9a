"""The whole chain on a simulated city over real SNMP: cut to notification, killed in the middle, repaired, over."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, free_port
from running import Running, rainbow, wait_until
from telephone import ringing

from incidents.incident import Cause
from rainbow.city import open_city
from rainbow.wiring import journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from telephone import Telephone

    from incidents.incident import Incident

INTERVAL_S = 2.0


@pytest.fixture
def phone() -> Iterator[Telephone]:
    with ringing() as telephone:
        yield telephone


@pytest.fixture
def city(tmp_path: Path, phone: Telephone) -> Path:
    folder = tmp_path / "lautern"
    shutil.copytree(ROOT / "cities/lautern", folder, ignore=shutil.ignore_patterns("state"))
    devices = folder / "plant/devices.csv"
    port = free_port(socket.SOCK_DGRAM)
    devices.write_text(devices.read_text(encoding="utf-8").replace(",16100,", f",{port},"), encoding="utf-8")
    settings = folder / "city.toml"
    text = settings.read_text(encoding="utf-8").replace("interval_s = 5.0", f"interval_s = {INTERVAL_S}")
    text = text.replace("deadline_s = 4.0", "deadline_s = 1.9")
    text += "\n[incidents]\nlate_s = 2.0\nrecord_mb = 5\n"
    text += '\n[notify.channels.night]\nurl_file = "state/secrets/night"\nlanguage = "en"\n'
    settings.write_text(text, encoding="utf-8")
    (folder / "state/secrets").mkdir(parents=True)
    (folder / "state/secrets/night").write_text(phone.url, encoding="utf-8")
    return folder


def live(city: Path) -> list[Incident]:
    return journal(open_city(city), read_only=True).incidents(live_only=True)


def test_a_cut_is_one_incident_through_kill_and_repair(city: Path, phone: Telephone) -> None:
    messages = phone.messages
    plant = open_city(city).plant
    trench = max(plant.links_in, key=lambda code: len(plant.links_in[code]))
    with Running(city.parent, "simulate", "run", str(city)) as simulator:
        simulator.wait_for("ready:")
        with Running(city.parent, "collect", "run", str(city)) as collector:
            collector.wait_for("round in", count=2)
            rainbow("simulate", "cut", str(city), trench)
            wait_until(lambda: bool(messages), "a message", collector)
            (incident,) = live(city)
            assert incident.cause is Cause.CUT
            assert trench in incident.verdict.codes
            assert trench in messages[0]["message"]
            assert "Without service" in messages[0]["message"]
            planned = rainbow("incidents", "planned", str(city))
            assert (planned.returncode, "has to wait" in planned.stdout) == (0, True)
            assert rainbow("incidents", "planned", str(city), "KL-TR-NONE").returncode == 2
            os.kill(collector.process.pid, signal.SIGKILL)
        assert rainbow("incidents", "ack", str(city), str(incident.number), "--by", "KL").returncode == 0
        with Running(city.parent, "collect", "run", str(city)) as collector:
            collector.wait_for("round in", count=3)
            (still,) = live(city)
            assert (still.number, still.acknowledged_by, len(messages)) == (incident.number, "KL", 1)
            rainbow("simulate", "repair", str(city))
            wait_until(lambda: len(messages) == 2, "the end", collector)
            assert live(city) == []
    assert "closed   Over: " in rainbow("incidents", "replay", str(city)).stdout
    report = json.loads(rainbow("incidents", "export", str(city), str(incident.number), "--format", "json").stdout)
    assert (report["status"], report["cause"], len(messages)) == ("closed", "cut", 2)
    assert report["lost_minutes"].keys() == {*report["lost"]["sites"], *report["lost"]["structures"]}


def test_what_cannot_be_done_is_said(city: Path) -> None:
    unknown = rainbow("incidents", "show", str(city), "9")
    assert (unknown.returncode, "there is no incident 9" in unknown.stderr) == (2, True)
    assert rainbow("incidents", "list", str(city)).stdout == "No incident is open.\n"
    tried = rainbow("incidents", "test-notification", str(city))
    assert (tried.returncode, tried.stdout) == (0, "night: handed over\n")
    assert rainbow("incidents", "test-notification", str(city), "--channel", "day").returncode == 2
