"""The whole way once: simulated switches, the collector, a real InfluxDB, and every question of every dashboard."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import free_port
from grafana_like import HOUR_MS, Json, Range, asked, boards, panels_of, yaml_files
from real_influx import RealInflux

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[2]
RAINBOW = Path(sys.executable).with_name("rainbow")
PATIENCE_S = 40.0
FIRST_HEARD = """SELECT last("remote_device") FROM "neighbour" WHERE "device" = 'KL-SW-01'"""
"""Of the switch whose port stands first among those with light: its neighbours are asked for below."""
LAST_STATES = 'SELECT last("state") FROM "link" GROUP BY "link"'


@contextlib.contextmanager
def running(*command: str, log: Path) -> Iterator[subprocess.Popen[str]]:
    with log.open("w") as errors:
        process = subprocess.Popen([str(RAINBOW), *command], stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def wait_for(influx: RealInflux, query: str) -> list[list[object]]:
    """The rows of a query, as soon as there is one."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if rows := influx.rows(query):
            return rows
        time.sleep(0.3)
    raise AssertionError(f"no answer in {PATIENCE_S:.0f} s: {query}")


NOT_SIMULATED = re.compile(r'FROM "(?:(?:site_|city_)?energy|port_power|drift|traps|backup)" ')
"""Simulated switches do not measure their power, send no traps and are cabled as drawn; nobody backs them up."""


def a_city(folder: Path, influx: RealInflux) -> Path:
    city = folder / "lautern"
    shutil.copytree(ROOT / "cities" / "lautern", city, ignore=shutil.ignore_patterns("state"))
    settings = (city / "city.toml").read_text(encoding="utf-8")
    assert "interval_s = 5.0" in settings
    faster = settings.replace("interval_s = 5.0", "interval_s = 1.0")
    (city / "city.toml").write_text(
        f'{faster}\n[influx]\nurl = "{influx.url}"\nversion = 1\ndatabase = "rainbow"\n', encoding="utf-8"
    )
    devices = city / "plant" / "devices.csv"
    known = devices.read_text(encoding="utf-8")
    assert ",16100," in known
    devices.write_text(known.replace(",16100,", f",{free_port(socket.SOCK_DGRAM)},"), encoding="utf-8")
    return city


def cut_something(city: Path, influx: RealInflux) -> str:
    """Cut trenches until a link goes down; the link."""
    sections = sorted((city / "plant").glob("trench*"))
    assert sections
    codes = sorted(set(_codes(sections[0].read_text(encoding="utf-8"))))
    for code in codes[:20]:
        subprocess.run([str(RAINBOW), "simulate", "cut", str(city), code], check=True, capture_output=True, timeout=20)
        end = time.monotonic() + 4
        while time.monotonic() < end:
            if rows := influx.query('SELECT last("text") FROM "event" WHERE "kind" = \'link_down\' GROUP BY "object"'):
                return str(rows[0]["tags"]["object"])  # type: ignore[index,call-overload]
            time.sleep(0.3)
    raise AssertionError("no cut took a link down")


def _codes(text: str) -> list[str]:
    return [word for word in text.replace('"', " ").replace(",", " ").split() if word.startswith("KL-TR-")]


def test_every_question_is_answered_from_what_the_simulator_produced(tmp_path: Path) -> None:
    influx = RealInflux(tmp_path)
    influx.start()
    try:
        influx.query("CREATE DATABASE rainbow")
        city = a_city(tmp_path, influx)
        with running("simulate", "run", str(city), log=tmp_path / "simulate.log") as simulator:
            assert simulator.stdout is not None
            assert simulator.stdout.readline().startswith("ready:")
            with running("collect", "run", str(city), log=tmp_path / "collect.log"):
                wait_for(influx, 'SELECT last("in_bps") FROM "network_total"')
                wait_for(influx, 'SELECT last("age_s") FROM "outbox"')
                wait_for(influx, FIRST_HEARD)
                link = cut_something(city, influx)
                wait_for(influx, 'SELECT last("standing") FROM "redundancy"')
                wait_for(influx, 'SELECT last("status") FROM "incident"')
                wait_for(influx, 'SELECT last("status") FROM "incident"')
                ask_everything(influx, link)
    finally:
        influx.stop()


def ask_everything(influx: RealInflux, cut_link: str) -> None:
    now_ms = int(time.time() * 1000)
    within = Range(now_ms - HOUR_MS, now_ms)
    (end, *_rest) = influx.query(f'SHOW TAG VALUES FROM "interface" WITH KEY = "if_name" WHERE "link" = \'{cut_link}\'')
    assert end["values"]
    port = influx.query('SELECT last("rx_dbm") FROM "optics" GROUP BY "site", "device", "if_name", "link"')[0]["tags"]
    assert isinstance(port, dict)
    chosen = {**port, "user_group": ".*", "collector": ".*", "sink": ".*"}
    for board in boards():
        for variable in board["templating"]["list"]:
            if not NOT_SIMULATED.search(variable["query"]):
                assert influx.rows(asked(variable["query"], within, chosen)), variable["name"]
        for panel in panels_of(board):
            ask_panel(influx, panel, within, chosen)
    for rule in yaml.safe_load(yaml_files()["provisioning/alerting/rainbow.yaml"])["groups"][0]["rules"]:
        if NOT_SIMULATED.search(rule["data"][0]["model"]["query"]):
            continue
        assert influx.rows(asked(rule["data"][0]["model"]["query"], within, {})), rule["uid"]
    last = {item["tags"]["link"]: item["values"][0][1] for item in influx.query(LAST_STATES)}  # type: ignore[index,call-overload]
    assert last[cut_link] == 0


def ask_panel(influx: RealInflux, panel: Json, within: Range, chosen: dict[str, str]) -> None:
    for target in panel["targets"]:
        if not NOT_SIMULATED.search(target["query"]):
            assert _numbers(influx, panel, target["query"], within, chosen), f"{panel['title']}: {target['query']}"


def _numbers(influx: RealInflux, panel: Json, query: str, within: Range, chosen: dict[str, str]) -> bool:
    own = within.last(panel["timeFrom"]) if "timeFrom" in panel else within
    series = influx.query(asked(query, own, chosen, panel.get("interval", "1s")))
    return any(value is not None for item in series for row in item["values"] for value in row[1:])  # type: ignore[attr-defined]
