"""Fakes of the collector's neighbours: a device in memory, a clock that is set by hand, a writer that keeps all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.client import Answer, Question, Reply, SnmpClient, SnmpValue, Traffic
from collectors.snmp import SYS_UP_TIME
from rainbow.kernel.errors import DeviceError, StoreError
from rainbow.kernel.samples import UnixNs, samples_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inventory.entities import Device
    from rainbow.kernel.samples import Record, Sample

NS = 1_000_000_000


def oid_key(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


@dataclass
class FakeDevice:
    """Objects by OID. ``error`` is raised by each request, ``hangs`` never answers.

    ``hold`` keeps the answers of clients opened meanwhile back until it is set.
    """

    objects: dict[str, SnmpValue] = field(default_factory=dict)
    error: DeviceError | None = None
    hangs: bool = False
    hold: asyncio.Event | None = None
    walk_errors: dict[str, DeviceError] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    walked: list[str] = field(default_factory=list)

    def column(self, root: str, values: dict[int | str, SnmpValue]) -> None:
        self.objects.update({f"{root}.{index}": value for index, value in values.items()})


class FakeClient:
    def __init__(self, device: FakeDevice) -> None:
        self._device = device
        self.traffic = Traffic()
        self.closed = False
        self._hold = device.hold

    async def _answer(self) -> None:
        self.traffic.requests += 1
        if self._hold is not None:
            await self._hold.wait()
        if self._device.hangs:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        if self._device.error is not None:
            raise self._device.error

    async def get_many(self, oids: Sequence[str]) -> Reply:
        await self._answer()
        self._device.asked.append(list(oids))
        objects = self._device.objects
        uptime = objects.get(SYS_UP_TIME)
        return Reply({oid: objects[oid] for oid in oids if oid in objects}, uptime if isinstance(uptime, int) else None)

    async def get_each(self, questions: Sequence[Question]) -> list[Answer]:
        return [(await self.get_many(question.oids)).to(question) for question in questions]

    async def walk(self, root: str) -> dict[str, SnmpValue]:
        await self._answer()
        self._device.walked.append(root)
        if root in self._device.walk_errors:
            raise self._device.walk_errors[root]
        below = [oid for oid in self._device.objects if oid.startswith(f"{root}.")]
        return {oid[len(root) + 1 :]: self._device.objects[oid] for oid in sorted(below, key=oid_key)}

    def close(self) -> None:
        self.closed = True


class FakeClients:
    """Opens fakes by device code, and counts who is open."""

    def __init__(self, devices: dict[str, FakeDevice]) -> None:
        self.devices = devices
        self.opened: list[FakeClient] = []
        self.on_open: Callable[[], None] = lambda: None

    def __call__(self, device: Device) -> SnmpClient:
        client = FakeClient(self.devices[device.code])
        self.opened.append(client)
        self.on_open()
        return client


@dataclass
class FakeClock:
    """Set by hand: ``go`` moves both clocks, ``step`` the wall clock alone."""

    wall_ns: int = 1_700_000_000 * NS
    at_s: float = 1000.0

    def time_ns(self) -> UnixNs:
        return UnixNs(self.wall_ns)

    def monotonic_s(self) -> float:
        return self.at_s

    def cpu_s(self) -> float:
        return self.at_s / 10

    def go(self, seconds: float) -> None:
        self.at_s += seconds
        self.wall_ns += int(seconds * NS)

    def step(self, seconds: float) -> None:
        self.wall_ns += int(seconds * NS)


@dataclass
class FakeWriter:
    """Keeps samples. ``refuses`` says how many of the next writes fail."""

    samples: list[Sample] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    refuses: int = 0
    before_write: Callable[[], None] = lambda: None

    def write(self, samples: Sequence[Record]) -> None:
        self.before_write()
        if self.refuses:
            self.refuses -= 1
            raise StoreError("disk full")
        before = len(self.samples)
        self.samples.extend(samples_of(samples))
        self.batches.append(len(self.samples) - before)
