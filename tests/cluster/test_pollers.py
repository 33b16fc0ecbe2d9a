"""A centre and its pollers on the invented city over real SNMP: shares, a killed poller, a centre that is away.

Opt-in (``RAINBOW_SLOW=1``): seven servers and programs, about a minute.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, free_port, require_real
from real_influx import RealInflux
from running import Running, rainbow, wait_until
from telephone import ringing

from benchmarks.cluster.coordinator import Coordinator
from rainbow.city import open_city
from rainbow.kernel.metrics import DEVICE, LINK, NETWORK_TOTAL
from rainbow.wiring import journal, store_reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    from rainbow.kernel.metrics import Metric
    from rainbow.kernel.samples import Sample

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.environ.get("RAINBOW_SLOW") != "1", reason="RAINBOW_SLOW=1 runs a centre and its pollers"),
]
INTERVAL_S = 5.0
SECRETS = {"snmp_community": "lautern", "key": "k" * 32}


class Region:
    """A centre, pollers p0 and p1, and what they need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.coordinator = Coordinator("etcd", folder)
        self.influx = RealInflux(folder)
        self.running: dict[str, Running] = {}
        self._centre_port = free_port()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.phone = self._stack.enter_context(ringing())
        for server in (self.coordinator, self.influx):
            self._stack.callback(server.stop)
            server.start()
        self._write()
        simulator = self._stack.enter_context(Running(self.folder, "simulate", "run", str(self.folder / "sim")))
        simulator.wait_for("ready:")
        for name in ("centre", "p0", "p1"):
            self.start(name)
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def start(self, name: str) -> None:
        self.running[name] = self._stack.enter_context(Running(self.folder, "collect", "run", str(self.folder / name)))

    def _write(self) -> None:
        port = free_port(socket.SOCK_DGRAM)
        for name in ("sim", "centre", "p0", "p1"):
            city = self.folder / name
            ignored = ("state", "plant") if name.startswith("p") else ("state",)
            shutil.copytree(ROOT / "cities/lautern", city, ignore=shutil.ignore_patterns(*ignored))
            if name in {"sim", "centre"}:
                devices = city / "plant/devices.csv"
                text = devices.read_text(encoding="utf-8").replace(",16100,", f",{port},")
                devices.write_text(text, encoding="utf-8")
            secrets = city / "state/secrets"
            secrets.mkdir(parents=True)
            for file, text in {**SECRETS, "night": self.phone.url}.items():
                (secrets / file).write_text(text, encoding="utf-8")
            settings = city / "city.toml"
            text = settings.read_text(encoding="utf-8").replace("[collect]\n", f'[collect]\nname = "{name}"\n')
            settings.write_text(text + self._more(name), encoding="utf-8")

    def _more(self, name: str) -> str:
        lines = ["[influx]", f'url = "{self.influx.url}"', "version = 1", "[incidents]", "late_s = 2.0"]
        lines += ["[notify.channels.night]", 'url_file = "state/secrets/night"']
        if name == "sim":
            return "\n".join(lines) + "\n"
        lines += ["[cluster]", 'key_file = "state/secrets/key"', f'name = "{name}"']
        if name == "centre":
            lines += ['role = "centre"', f'listen = "127.0.0.1:{self._centre_port}"']
        else:
            lines += ['role = "poller"', f'centre = "127.0.0.1:{self._centre_port}"', "ttl_s = 3", "hold_s = 20"]
            lines += [f'url = "{self.coordinator.url}"', f'listen = "127.0.0.1:{free_port()}"']
        return "\n".join(lines) + "\n"

    def latest(self, metric: Metric) -> list[Sample]:
        with store_reader(open_city(self.folder / "centre")) as reader:
            return reader.latest(metric)

    def polls(self, name: str) -> set[tuple[str, int]]:
        """Devices and times of the polls in somebody's store that were answered."""
        asked = "SELECT s.tags, r.time_ns FROM raw_device r JOIN series s ON s.id = r.series WHERE r.up = 1"
        return {(str(tags), int(time_ns)) for tags, time_ns in self.rows(name, asked)}

    def rows(self, name: str, asked: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / name / "state/rainbow.sqlite")) as kept:
            return kept.execute(asked).fetchall()

    def waiting(self, name: str) -> int:
        """Rows of facts a poller still has."""
        return int(str(self.rows(name, "SELECT count(*) FROM outbox WHERE sink = 'centre'")[0][0]))


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    require_real("etcd")
    with Region(tmp_path) as region:
        yield region


def up(region: Region) -> float:
    rows = region.latest(NETWORK_TOTAL)
    return float(rows[0].values.get(NETWORK_TOTAL.devices_up, 0)) if rows else 0.0


def shared_out(region: Region) -> bool:
    """Whether in the last interval each device was asked by one of both, and each of both had some."""
    asked = {name: region.polls(name) for name in ("p0", "p1")}
    since_ns = max(time_ns for polls in asked.values() for _device, time_ns in polls) - 0.9 * INTERVAL_S * 1e9
    p0, p1 = ({device for device, time_ns in polls if time_ns > since_ns} for polls in asked.values())
    return bool(p0 and p1) and not p0 & p1 and len(p0 | p1) > 0.8 * 40


def test_a_region_is_judged_by_what_its_pollers_tell(region: Region) -> None:
    centre = region.running["centre"]
    wait_until(lambda: "pollers told of 40 devices, 0 failed" in centre.said(), "all devices", centre)
    wait_until(lambda: up(region) == 40, "totals", centre)
    assert {sample.values[LINK.state] for sample in region.latest(LINK)} == {1}
    wait_until(lambda: shared_out(region), "two shares, no device in both", centre)

    region.running["p0"].kill()
    plant = open_city(region.folder / "sim").plant
    trench = max(plant.links_in, key=lambda code: len(plant.links_in[code]))
    rainbow("simulate", "cut", str(region.folder / "sim"), trench)
    wait_until(lambda: bool(region.phone.messages), "a message", centre)
    (incident,) = journal(open_city(region.folder / "centre"), read_only=True).incidents(live_only=True)
    assert trench in incident.verdict.codes
    rainbow("simulate", "repair", str(region.folder / "sim"))
    wait_until(lambda: len(region.phone.messages) == 2, "the end", centre)
    assert len({device for device, _at in region.polls("p1")}) == 40, "the other poller has them all"

    centre.process.send_signal(signal.SIGTERM)
    centre.process.wait()
    before = len(region.polls("p1"))
    region.running["p1"].wait_for("facts wait for the centre")
    wait_until(lambda: len(region.polls("p1")) >= before + 80, "two more rounds", region.running["p1"])
    region.start("centre")
    region.running["p1"].wait_for("the centre takes facts again")
    wait_until(lambda: region.waiting("p1") <= 1, "all facts carried", region.running["p1"])
    region.running["p1"].process.send_signal(signal.SIGTERM)
    region.running["p1"].process.wait()
    newest = max(time_ns for _device, time_ns in region.polls("p1"))
    missing = region.polls("p1") - region.polls("centre")
    assert all(time_ns > newest - 2 * INTERVAL_S * 1e9 for _device, time_ns in missing), "only the last may still wait"
    assert {sample.values[DEVICE.up] for sample in region.latest(DEVICE)} == {1}
