"""A poller's own parts: what is due by its clock, what waits for the centre, what comes through a restart of either."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from cluster_fakes import ROUND_S, TTL_S, Engine, FakeMembership, HandClock, settings
from conftest import free_port
from polled_city import Polled, polled_plant

from cluster.heart import Heart
from cluster.peers import Listener, Peer
from collectors.facts import FactReader
from collectors.settings import CollectSettings
from inventory.entities import Code
from rainbow.city import City
from rainbow.fact_desk import FACTS, FactDesk
from rainbow.kernel.errors import PeerAway, StoreError
from rainbow.kernel.metrics import DEVICE
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.secret import Secret
from rainbow.polling import CENTRE, Courier, FactWriter, HeldShare, Telling
from rainbow.settings import CitySettings, Settings
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from cluster.settings import ClusterSettings
    from rainbow.kernel.samples import Record

KEY = Secret("k" * 32)
PLANT = polled_plant(
    [Polled(code=f"{side}-{number}", port=161, community="x") for side in "WE" for number in range(20)]
)


def city(folder: Path) -> City:
    wanted = Settings(city=CitySettings(name="Region"), collect=CollectSettings(interval_s=ROUND_S))
    return City(folder=folder, settings=wanted, plant=PLANT)


class Alone:
    """One poller whose clock is moved by hand."""

    def __init__(self, folder: Path, cluster: ClusterSettings) -> None:
        self.clock = HandClock()
        self.heart = Heart(FakeMembership(Engine(self.clock), cluster.member), cluster, self.clock)
        self.share = HeldShare(city(folder), cluster, self.heart, self.clock)

    def run(self, seconds: float) -> list[Code]:
        asked: list[Code] = []
        for second in range(int(seconds)):
            self.clock.at_s += 1
            if second % (TTL_S // 3) == 0:
                self.heart.beat()
            asked += self.share.due()
        return asked


def test_a_site_asks_its_own_devices_once_a_round(tmp_path: Path) -> None:
    alone = Alone(tmp_path, settings("a", devices=("W-*",)))
    alone.run(TTL_S)
    asked = alone.run(2 * ROUND_S)
    assert sorted(asked) == sorted(2 * [Code(f"W-{number}") for number in range(20)])
    assert alone.share.has(Code("W-3"))
    assert not alone.share.has(Code("E-3"))


@pytest.mark.parametrize("leap_s", [-3600.0, 3600.0])
def test_a_clock_that_leaps_neither_stops_nor_doubles(tmp_path: Path, leap_s: float) -> None:
    alone = Alone(tmp_path, settings("a"))
    alone.run(2 * TTL_S)
    unix_s = alone.clock.unix_s
    alone.clock.unix_s = lambda: unix_s() + leap_s  # type: ignore[method-assign] # the wall clock alone
    assert len(alone.run(1)) <= len(PLANT.devices)
    asked = alone.run(ROUND_S)
    assert {asked.count(device.code) for device in PLANT.devices} == {1}


class Refusing:
    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.refuses = True

    def write(self, samples: list[Record], *, mail: dict[str, list[str]] | None = None) -> None:
        if self.refuses:
            raise StoreError("full")
        self.store.write(samples, mail=mail)


def poll(number: int) -> Sample:
    return Sample(DEVICE.series(site="S", device="W-1"), UnixNs(time.time_ns() + number), {DEVICE.up: 0})


def test_facts_go_one_way_once_through_restarts_of_both_sides(tmp_path: Path) -> None:
    address, heard = f"127.0.0.1:{free_port()}", []
    with (
        SqliteStore(tmp_path / "p.sqlite", StoreSettings(), mailboxes=(CENTRE,)) as store,
        SqliteStore(tmp_path / "c.sqlite", StoreSettings()) as centre,
    ):
        telling, refusing = Telling(), Refusing(store)
        writer = FactWriter(refusing, telling)  # type: ignore[arg-type] # it writes as one
        telling.take(Code("W-1"), None, {})
        with pytest.raises(StoreError):
            writer.write([poll(1)])
        refusing.refuses = False
        writer.write([poll(1)])
        telling.take(Code("E-1"), None, {})
        writer.write([poll(2)])
        with pytest.raises(PeerAway):
            Courier(store, Peer(address, KEY, "p0", timeout_s=2.0)).turn()
        for _life in range(2):
            desk = FactDesk(centre, FactReader(PLANT), heard=heard.extend, noted=len)
            listener = Listener(address, KEY, {FACTS: desk.hear})
            listener.start()
            courier = Courier(store, Peer(address, KEY, "p0", timeout_s=5.0))
            while courier.turn():
                pass
            telling.take(Code("W-2"), None, {})
            writer.write([poll(3)])
            listener.stop()
    assert [fact.device for fact in heard] == ["W-1", "E-1", "W-2"]
