"""An honest switch and a hostile one beside it, asked by the real collector over real SNMP."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hostile import raw
from hostile_agent import HostileAgent, honest
from polled_city import Polled, PolledCity

from collectors.tables import (
    COUNTERS,
    DISCONTINUITY,
    HIGH_SPEED,
    IF_DESCR,
    IF_NAME,
    IF_TYPE,
    STATES,
    SYS_DESCR,
    SYS_NAME,
)
from rainbow import service
from rainbow.city import open_city
from simulator import ber
from store.reader import StoreReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rainbow.city import City
    from rainbow.kernel.metrics import Metric
    from rainbow.kernel.samples import Sample
    from rainbow.service import OneRound

    Answering = Callable[[bytes], Iterable[bytes]]

HONEST_PORTS = ("ge1", "ge2", "ge3")
IF_ALIAS = "1.3.6.1.2.1.31.1.1.1.18"
LLDP_LOCAL, LLDP_REMOTE = "1.0.8802.1.1.2.1.3.7.1", "1.0.8802.1.1.2.1.4.1.1"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"


def octets(text: str) -> bytes:
    return ber.tlv(ber.OCTETS, raw(text)[:60_000])


def switch(names: Sequence[str], *, said: Sequence[str] = ("a switch",)) -> dict[str, bytes]:
    """A switch's objects: ports of these names; every free text it has is one of ``said``, in turn."""
    texts = [octets(text) for text in said]

    def told(number: int) -> bytes:
        return texts[number % len(texts)]

    found = {
        SYS_DESCR: told(0),
        "1.3.6.1.2.1.1.2.0": ber.tlv(ber.OID, ber.name_of(ber.parse_oid("1.3.6.1.4.1.99999.1"))),
        "1.3.6.1.2.1.1.3.0": ber.integer(4711, ber.TIME_TICKS),
        "1.3.6.1.2.1.1.4.0": told(1),
        SYS_NAME: told(2),
        "1.3.6.1.2.1.1.6.0": told(3),
    }
    for index, name in enumerate(names, 1):
        found |= {
            f"{IF_TYPE}.{index}": ber.integer(6),
            f"{IF_NAME}.{index}": octets(name),
            f"{IF_DESCR}.{index}": octets(name),
            f"{IF_ALIAS}.{index}": told(index),
            f"{HIGH_SPEED.oid}.{index}": ber.integer(1000, ber.GAUGE32),
            f"{DISCONTINUITY}.{index}": ber.integer(0, ber.TIME_TICKS),
            f"{LLDP_LOCAL}.2.{index}": ber.integer(5),
            f"{LLDP_LOCAL}.3.{index}": octets(name),
            f"{LLDP_REMOTE}.4.0.{index}.1": ber.integer(7),
            f"{LLDP_REMOTE}.5.0.{index}.1": told(index + 1),
            f"{LLDP_REMOTE}.6.0.{index}.1": ber.integer(5),
            f"{LLDP_REMOTE}.7.0.{index}.1": told(index + 2),
            f"{LLDP_REMOTE}.8.0.{index}.1": told(index + 3),
            f"{LLDP_REMOTE}.9.0.{index}.1": told(index + 4),
            f"{LLDP_REMOTE}.10.0.{index}.1": told(index + 5),
            f"{ENTITY}.2.{index}": told(index + 6),
            f"{ENTITY}.7.{index}": told(index + 7),
            f"{ENTITY}.11.{index}": told(index + 8),
        }
        for place, column in enumerate(COUNTERS):
            kind = ber.COUNTER64 if column.wide.bits == 64 else ber.COUNTER32
            found[f"{column.oid}.{index}"] = ber.integer(1000 + place, kind)
        for column in STATES:
            found[f"{column.oid}.{index}"] = ber.integer(1)
    return found


@dataclass(frozen=True, kw_only=True)
class Attacked:
    """The city, opened; ``once`` asks everybody one time."""

    city: PolledCity
    opened: City
    evil: HostileAgent

    def once(self) -> OneRound:
        return service.once(self.opened)

    def latest(self, metric: Metric) -> list[Sample]:
        with StoreReader(self.city.database) as reader:
            return reader.latest(metric)


@contextmanager
def attacked(
    folder: Path,
    hostile: Answering,
    *,
    ports: Sequence[str] = HONEST_PORTS,
    collect: Mapping[str, float | int | str] | None = None,
    influx: dict[str, object] | None = None,
) -> Iterator[Attacked]:
    """A city of GOOD and EVIL; ``hostile`` answers for EVIL, whose ``ports`` the plant knows."""
    well = honest(switch(HONEST_PORTS))
    with ExitStack() as stack:
        good = stack.enter_context(HostileAgent(lambda request: [well(request)]))
        evil = stack.enter_context(HostileAgent(hostile))
        devices = [
            Polled(code="GOOD", port=good.port, community="public", ports=HONEST_PORTS),
            Polled(code="EVIL", port=evil.port, community="public", ports=tuple(ports)),
        ]
        city = PolledCity(folder=folder, devices=devices, collect=dict(collect or {}), influx=influx).write()
        yield Attacked(city=city, opened=open_city(folder), evil=evil)


def of(samples: Iterable[Sample], device: str) -> list[Sample]:
    """Those of a device."""
    return [sample for sample in samples if sample.series.tag("device") == device]
