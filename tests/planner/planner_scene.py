"""A small city with a real store, and somebody who cuts and polls: what the planner's tests stand on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from inventory.loss import expected_light, optics_at
from planner.app import create_app
from planner.services import PlannerServices
from planner.settings import PageSettings
from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.metrics import DEVICE, INTERFACE, LINK, NEIGHBOUR, NETWORK_TOTAL, OPTICS, PORT
from rainbow.kernel.samples import Sample, UnixNs
from simulator.city import generate
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from fastapi import FastAPI

    from inventory.entities import Code, Interface
    from inventory.plant import Plant

INTERVAL_S = 10.0
START_NS = 1_790_000_000 * 10**9
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Ground:
    """A simulated city's control: remembers cuts. It refuses unknown trenches as the real one does."""

    def __init__(self, plant: Plant, *, listens: bool = True) -> None:
        self._plant = plant
        self.listens = listens
        self.open: set[str] = set()

    def available(self) -> bool:
        return self.listens

    def cut(self, codes: Sequence[str]) -> None:
        self._check(codes)
        self.open |= set(codes)

    def repair(self, codes: Sequence[str]) -> None:
        self._check(codes)
        self.open -= set(codes) or set(self.open)

    def cuts(self) -> tuple[str, ...]:
        self._check(())
        return tuple(sorted(self.open))

    def _check(self, codes: Sequence[str]) -> None:
        if not self.listens:
            raise SimulatorError("no simulator runs", cure="start it")
        for code in codes:
            if code not in self._plant.section:
                raise SimulatorError(f"there is no trench {code}")


class Scene:
    """The city, its store and its clock. ``poll`` writes one round as a collector would see it."""

    def __init__(self, folder: Path, plant: Plant, *, language: str = "en", interval_s: float = INTERVAL_S) -> None:
        self.plant = plant
        self.now_ns = START_NS
        self._round_ns = UnixNs(START_NS)
        self.language = language
        self.interval_s = interval_s
        self.ailment = ""
        self.database = folder / "state" / "rainbow.sqlite"
        self.ground = Ground(plant)

    def clock(self) -> UnixNs:
        return UnixNs(self.now_ns)

    def services(self) -> PlannerServices:
        return PlannerServices(
            plant=self.plant,
            title="Lautern <test>",
            language=self.language,
            settings=PageSettings(),
            interval_s=self.interval_s,
            reader=lambda: StoreReader(self.database),
            control=self.ground,
            clock=self.clock,
            scenarios=self.database.with_name("what-ifs.json"),
            ailment=lambda: self.ailment,
        )

    def app(self) -> FastAPI:
        return create_app(self.services())

    def wait(self, seconds: float) -> None:
        self.now_ns += int(seconds * 1e9)

    def poll(
        self,
        *,
        after_s: float = 0.0,
        silent: Collection[Code] = (),
        dim: Collection[Code] = (),
        down: Collection[Code] = (),
    ) -> None:
        """One round: open trenches take their links, ``silent`` devices do not answer, ``dim`` links lack light.

        The clock goes on by ``after_s`` once the round is stored: whoever looks in between sees the one before.
        """
        self._round_ns = UnixNs(self.now_ns + int(after_s * 1e9))
        broken = {link for code in self.ground.open for link in self.plant.links_in.get(code, ())} | set(down)
        samples = [*self._devices(silent), *self._links(broken, silent, dim), *self._ports(broken, silent)]
        with SqliteStore(self.database, StoreSettings()) as store:
            store.write(samples)
        self.now_ns = self._round_ns

    def _devices(self, silent: Collection[Code]) -> list[Sample]:
        made = []
        for device in self.plant.devices:
            values = {DEVICE.up: int(device.code not in silent)}
            if device.code not in silent:
                values[DEVICE.uptime_s] = 86_400.0 * 3
            made.append(Sample(DEVICE.series(site=device.node, device=device.code), self._round_ns, values))
        dark = {d.node for d in self.plant.devices} - {d.node for d in self.plant.devices if d.code not in silent}
        total = {NETWORK_TOTAL.sites_dark: len(dark)}
        made.append(Sample(NETWORK_TOTAL.series(city=self.plant.city), self._round_ns, total))
        return made

    def _links(self, broken: Collection[Code], silent: Collection[Code], dim: Collection[Code]) -> list[Sample]:
        made = []
        for link in self.plant.links:
            asked = [end for end in (link.a, link.b) if self.plant.interface[end].device not in silent]
            state = -1 if not asked else int(link.code not in broken and len(asked) == 2)
            values: dict[object, object] = {LINK.state: state}
            if state == 1:
                light = expected_light(self.plant, link)
                less_db = 9.0 if link.code in dim else 0.4
                margins = [margin for margin in (light.margin_a_db, light.margin_b_db) if margin is not None]
                values[LINK.rx_a_dbm] = (light.rx_a_dbm or -10.0) - less_db
                values[LINK.rx_b_dbm] = (light.rx_b_dbm or -10.0) - less_db
                if margins:
                    values[LINK.margin_db] = min(margins) - less_db
            ends = {"site_a": self.plant.node_of(link.a), "site_b": self.plant.node_of(link.b)}
            series = LINK.series(link=link.code, user_group=link.user_group or "", **ends)
            made.append(Sample(series, self._round_ns, values))  # type: ignore[arg-type]
        return made

    def _ports(self, broken: Collection[Code], silent: Collection[Code]) -> list[Sample]:
        made = []
        for port in self.plant.interfaces:
            if port.device not in silent:
                made += self._port(port, broken)
        return made

    def _port(self, port: Interface, broken: Collection[Code]) -> list[Sample]:
        link = self.plant.link_at.get(port.code)
        up = link is not None and link.code not in broken
        tags = {
            "site": self.plant.node_of(port.code),
            "device": port.device,
            "if_name": port.if_name,
            "link": link.code if link is not None else "",
        }
        wave = 1 + math.sin(self._round_ns / 6e11)
        made = [
            Sample(
                INTERFACE.series(**tags),
                self._round_ns,
                {
                    INTERFACE.admin_state: 1,
                    INTERFACE.oper_state: 1 if up else 2,
                    INTERFACE.in_bps: 4e6 * wave if up else 0.0,
                    INTERFACE.out_bps: 2e7 * wave if up else 0.0,
                },
            )
        ]
        if link is None:
            return made
        optics = optics_at(self.plant, port.code)
        light = expected_light(self.plant, link)
        expected_dbm = light.rx_a_dbm if link.a == port.code else light.rx_b_dbm
        values: dict[object, object] = {OPTICS.light: int(up)}
        if optics is not None:
            values[OPTICS.tx_dbm] = optics.tx_typical_dbm
        if up and expected_dbm is not None:
            values[OPTICS.rx_dbm] = expected_dbm - 0.4
        made.append(Sample(OPTICS.series(**tags, lane="1"), self._round_ns, values))  # type: ignore[arg-type]
        said = {NEIGHBOUR.remote_device: HOSTILE, NEIGHBOUR.remote_port: "1/1", NEIGHBOUR.matches: 0}
        made.append(Sample(NEIGHBOUR.series(**tags), self._round_ns, said))
        made.append(Sample(PORT.series(**tags), self._round_ns, {PORT.description: f"{link.code} {HOSTILE}"}))
        return made


def small_plant() -> Plant:
    """A simulated city of 40 switches; the same every time."""
    return generate(1, 40).plant
