"""Two collectors on one invented city: simulated switches, a real coordinator, a telephone, a real InfluxDB."""

from __future__ import annotations

import os
import shutil
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

from conftest import ROOT, free_port
from real_influx import RealInflux
from running import Running, rainbow, wait_until
from telephone import ringing

from benchmarks.cluster.coordinator import Coordinator
from rainbow.city import open_city
from rainbow.wiring import journal

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from benchmarks.cluster.network import Network
    from incidents.incident import Incident

INTERVAL_S, TTL_S = 5.0, 3
TAKEOVER_S = 2 * INTERVAL_S


class TwoCollectors:
    """``a`` leads and ``b`` stands by, once this is entered. In a ``network`` each has a cable to the coordinator."""

    def __init__(self, folder: Path, kind: str, network: Network | None = None) -> None:
        self.folder = folder
        self.influx = RealInflux(folder)
        self.running: dict[str, Running] = {}
        self._stack = ExitStack()
        if network is None:
            self.coordinator = Coordinator(kind, folder)
            self._urls = dict.fromkeys("ab", self.coordinator.url)
        else:
            self.coordinator = Coordinator(kind, folder, network.address(1), prefix=network.prefix)
            self._urls = {name: self.coordinator.url_at(network.address(user)) for user, name in enumerate("ab")}

    def __enter__(self) -> Self:
        stack = self._stack
        try:
            self.phone = stack.enter_context(ringing())
            stack.callback(self.coordinator.stop)
            stack.callback(self.influx.stop)
            self.coordinator.start()
            self.influx.start()
            self._write()
            simulator = stack.enter_context(Running(self.folder, "simulate", "run", str(self.city("sim"))))
            simulator.wait_for("ready:")
            self.start("a").wait_for("leading")
            self.start("b").wait_for("standing by: a leads")
            self.running["a"].wait_for("round in", count=2)
        except BaseException:
            stack.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def city(self, name: str) -> Path:
        return self.folder / name

    def start(self, name: str) -> Running:
        program = Running(self.folder, "collect", "run", str(self.city(name)))
        self.running[name] = self._stack.enter_context(program)
        return program

    def _write(self) -> None:
        port = free_port(socket.SOCK_DGRAM)
        for name in ("sim", "a", "b"):
            city = self.city(name)
            shutil.copytree(ROOT / "cities/lautern", city, ignore=shutil.ignore_patterns("state"))
            devices = city / "plant/devices.csv"
            devices.write_text(devices.read_text(encoding="utf-8").replace(",16100,", f",{port},"), encoding="utf-8")
            secrets = city / "state/secrets"
            secrets.mkdir(parents=True)
            for file, text in {"snmp_community": "lautern", "key": "k" * 32, "night": self.phone.url}.items():
                (secrets / file).write_text(text, encoding="utf-8")
            settings = city / "city.toml"
            text = settings.read_text(encoding="utf-8").replace("[collect]\n", f'[collect]\nname = "{name}"\n')
            settings.write_text(text + self._more(name), encoding="utf-8")

    def _more(self, name: str) -> str:
        return "\n".join(
            [
                *["[incidents]", "late_s = 2.0", "[notify.channels.night]", 'url_file = "state/secrets/night"'],
                *["[influx]", f'url = "{self.influx.url}"', "version = 1"],
                *["[cluster]", f'url = "{self._urls.get(name, self.coordinator.url)}"', f'name = "{name}"'],
                f"ttl_s = {TTL_S}",
                *['key_file = "state/secrets/key"', f"hold_s = {4 * INTERVAL_S}"],
                f'listen = "127.0.0.1:{free_port()}"\n',
            ]
        )

    def live(self, name: str) -> list[Incident]:
        return journal(open_city(self.city(name)), read_only=True).incidents(live_only=True)

    def cut(self) -> str:
        """Cut the trench most links lie in; its code, once the telephone has rung."""
        plant = open_city(self.city("sim")).plant
        trench = max(plant.links_in, key=lambda code: len(plant.links_in[code]))
        rainbow("simulate", "cut", str(self.city("sim")), trench)
        wait_until(lambda: bool(self.phone.messages), "a message", self.running["a"])
        wait_until(lambda: bool(self.live("b")), "a copy of the incident", self.running["b"])
        return str(trench)

    def signal(self, name: str, number: int) -> None:
        os.kill(self.running[name].process.pid, number)

    def rounds_by(self) -> list[tuple[float, str]]:
        """When (unix time) a round ended and whose it was, as InfluxDB has it."""
        found = self.influx.query("SELECT duration_s FROM collector_round GROUP BY collector")
        return sorted(
            (int(str(row[0])) / 1e9, str(series["tags"]["collector"]))  # type: ignore[index] # as InfluxDB answers
            for series in found
            for row in series["values"]  # type: ignore[attr-defined] # same
        )
