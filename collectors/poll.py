"""One device, polled again and again: what is asked, and what is remembered between polls."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from collectors.client import Question
from collectors.discovery import PORT_MARKS, WATCHED, Layout, discover
from collectors.optics.sensors import light_values
from collectors.port_block import FIELDS, PortBlock
from collectors.ports import Port
from collectors.rates import TICKS_PER_S, UPTIME_TICKS
from collectors.reading import DeviceReading, Light
from collectors.tables import ADMIN, COLUMNS, IF_NAME, IF_TABLE_LAST_CHANGE, OPER, instance
from rainbow.kernel.errors import BadReply
from rainbow.kernel.metrics import INTERFACE, NEIGHBOUR, OPTICS, PORT
from rainbow.kernel.samples import Heading, Sample, Sheet
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from collectors.client import Answer, SnmpClient, SnmpValue
    from collectors.clock import Clock
    from collectors.reading import PortState
    from collectors.settings import CollectSettings
    from inventory.entities import Device
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Numbers, Record, Series, UnixNs, Value

EARLIER, CRC_MOST = 0.5, 1 << 32
"""The second discovery comes up to so much of the interval earlier, each device at its own time: all devices of a city
that were found at its start would be discovered again in one round, which then does not end in time."""
AGAIN_S = 30.0
"""After a discovery that missed a part the next one comes so soon, then after twice as long, and so on. All switches
are asked at once when a collector starts: on a busy machine some light levels would else be missed for an hour."""
PART_SHARE = 0.25
"""Share of a device's deadline that sensors, and neighbours, may each take in a discovery."""
WRAP_TICKS = 60_000
"""sysUpTime this close to its end has wrapped when it is small next time: 10 minutes."""
SETTLED_S = 300.0
"""Modules and neighbours that come and go bring a new discovery so often at most; ports do at once."""
MOST_LOOKS = 3
"""Tries at a device whose ports change while they are read."""
BITS_PER_MEGABIT = 1_000_000


class _Renumbered(Exception):  # noqa: N818 - a signal inside this module
    """The layout at hand is not the device's any more."""


class _LinkBlock(NamedTuple):
    """Ports of which only the state is asked for: oper and admin, port by port."""

    ports: tuple[Port, ...]
    oids: tuple[str, ...]

    @classmethod
    def of(cls, ports: Sequence[Port]) -> _LinkBlock:
        return cls(tuple(ports), tuple(instance(column.oid, port.index) for port in ports for column in (OPER, ADMIN)))


Block = TypeVar("Block", bound=PortBlock | _LinkBlock)


class _Group(NamedTuple, Generic[Block]):
    """What is asked for in one request, in this order: columns of ports, change marks, names of the ports."""

    question: Question
    block: Block
    marks: tuple[str, ...]
    names: tuple[SnmpValue | None, ...]
    """What the ports' names were when the ports were found; empty where the marks tell of changes."""


class DevicePoll:
    """All that is known about one device. Not shared between tasks."""

    def __init__(self, plant: Plant, device: Device, settings: CollectSettings) -> None:
        self.device = device
        self._settings = settings
        self._plant_ports = {port.if_name: port for port in plant.ports_of.get(device.code, ())}
        self._links = {
            port.if_name: str(link.code)
            for port in self._plant_ports.values()
            if (link := plant.link_at.get(port.code)) is not None
        }
        self._layout: Layout | None = None
        self._found_at_s = 0.0
        self._again_s = AGAIN_S
        self._wait_s = 0.0
        self._ports: dict[str, Port] = {}
        self._series: dict[tuple[str, str], Series] = {}
        self._raw_names: dict[int, SnmpValue | None] = {}
        self._restless: set[str] = set()
        self._uptime_ticks: int | None = None
        self._plan: tuple[_Group[PortBlock], ...] = ()
        self._link_plan: tuple[_Group[_LinkBlock], ...] = ()
        self._last: DeviceReading | None = None
        self._heading = Heading(FIELDS, ())

    async def poll(self, client: SnmpClient, clock: Clock) -> DeviceReading:
        """Read the device once, its layout too where that is due or has changed.

        Raises:
            DeviceError: nothing of this poll is used.
        """
        time_ns = clock.time_ns()
        for _attempt in range(MOST_LOOKS):
            layout, is_new = await self._current_layout(client, clock)
            try:
                self._last = await self._read(client, clock, layout, time_ns, is_new=is_new)
            except _Renumbered:
                self._layout = None
            else:
                if is_new:
                    written = self._descriptions(layout, time_ns)
                    self._last = replace(self._last, samples=(*self._last.samples, *written))
                return self._last
        raise BadReply(
            _("{device}: ports change while they are read").format(device=self.device.code),
            cure=_("if it says so every time, report it to the vendor"),
        )

    @property
    def has_links(self) -> bool:
        """Whether a port of the device is one that a link of the plant ends at."""
        return bool(self._links)

    async def glance(self, client: SnmpClient, clock: Clock) -> DeviceReading:
        """Read states of links' ports and light; all of it where the device is not what it was at the last poll.

        The rest is as of that poll. Samples are what changed, and the light.

        Raises:
            DeviceError: nothing of this is used.
        """
        layout, last, time_ns = self._layout, self._last, clock.time_ns()
        if layout is None or last is None:
            return await self.poll(client, clock)
        ports = dict(last.ports)
        changed: list[Record] = []
        uptime: int | None = None
        linked = [port for port in self._ports.values() if port.if_name in self._links]
        self._link_plan = self._link_plan or self._groups(layout, linked, _LinkBlock.of, width=2)
        try:
            answers = await client.get_each([group.question for group in self._link_plan])
            for group, answer in zip(self._link_plan, answers, strict=True):
                self._check(layout, group, answer, at_s=clock.monotonic_s(), is_new=False)
                uptime = answer.uptime_ticks
                for place, port in enumerate(group.block.ports):
                    state = _state(answer.values[2 * place : 2 * place + 2])
                    if (known := ports[port.if_name]) != (now := known._replace(**state)):
                        ports[port.if_name] = now
                        fields = {INTERFACE.oper_state: now.oper, INTERFACE.admin_state: now.admin}
                        told = {field: value for field, value in fields.items() if value is not None}
                        changed.append(Sample(port.series, time_ns, told))
        except _Renumbered:
            self._layout = None
            return await self.poll(client, clock)
        self._uptime_ticks = uptime
        light, lanes = await self._read_light(client, layout, time_ns)
        self._last = replace(last, time_ns=time_ns, samples=(*changed, *lanes), ports=ports, light=light, heard=None)
        return self._last

    async def _current_layout(self, client: SnmpClient, clock: Clock) -> tuple[Layout, bool]:
        age_s = clock.monotonic_s() - self._found_at_s
        if self._layout is not None and age_s < self._wait_s:
            return self._layout, False
        self._layout = await discover(
            client, plant_ports=self._plant_ports, part_s=self._settings.device_deadline_s * PART_SHARE
        )
        self._wait_s = self._wait(self._layout, is_first=not self._found_at_s)
        self._found_at_s = clock.monotonic_s()
        self._uptime_ticks = None
        self._plan_anew()
        self._ports = {port.if_name: self._port(port.if_name, port.if_index) for port in self._layout.ports}
        self._raw_names = {port.if_index: port.raw_name for port in self._layout.ports}
        return self._layout, True

    def _wait(self, layout: Layout, *, is_first: bool) -> float:
        """Seconds to the next discovery."""
        full_s, earlier = self._settings.discovery_interval_s, 0.0
        if is_first or not layout.is_whole:
            earlier = EARLIER * zlib.crc32(self.device.code.encode()) / CRC_MOST
        if layout.is_whole:
            self._again_s = AGAIN_S
        else:
            full_s, self._again_s = min(full_s, self._again_s), 2.0 * self._again_s
        return full_s * (1.0 - earlier)

    def _port(self, if_name: str, index: int) -> Port:
        """The port as known, counters and all; a new one where its index changed: that interval is a gap."""
        known = self._ports.get(if_name)
        if known is not None and known.index == index:
            known.ask_again()
            return known
        plant_port = self._plant_ports.get(if_name)
        return Port(
            if_name=if_name,
            index=index,
            series=INTERFACE.series(**self._tags(if_name)),
            plant_bps=plant_port.speed_mbps * BITS_PER_MEGABIT if plant_port is not None else 0,
        )

    def _tags(self, if_name: str) -> dict[str, str]:
        link = self._links.get(if_name, "")
        return {"site": self.device.node, "device": self.device.code, "if_name": if_name, "link": link}

    async def _read(
        self, client: SnmpClient, clock: Clock, layout: Layout, time_ns: UnixNs, *, is_new: bool
    ) -> DeviceReading:
        states: dict[str, PortState] = {}
        series: list[Series] = []
        rows: list[Numbers] = []
        notes = list(layout.notes)
        uptime: int | None = None
        self._plan = self._plan or self._groups(layout, list(self._ports.values()), PortBlock, width=len(COLUMNS))
        answers = await client.get_each([group.question for group in self._plan])
        for group, answer in zip(self._plan, answers, strict=True):
            at_s = clock.monotonic_s() if answer.at_s is None else answer.at_s
            self._check(layout, group, answer, at_s=at_s, is_new=is_new)
            uptime = answer.uptime_ticks
            taken = group.block.take(answer.values, at_s=at_s, uptime_ticks=uptime)
            for port, found in zip(group.block.ports, taken, strict=True):
                if found is None:
                    notes.append(_("port {if_name} gave no values").format(if_name=port.if_name))
                    del self._ports[port.if_name]  # a row without columns: not missed at every poll
                else:
                    series.append(port.series)
                    row, states[port.if_name] = found
                    rows.append(row)
        if not all(group.block.is_settled for group in self._plan):
            self._plan_anew()
        self._uptime_ticks = uptime
        light, lanes = await self._read_light(client, layout, time_ns)
        return DeviceReading(
            device=self.device.code,
            time_ns=time_ns,
            uptime_s=uptime / TICKS_PER_S if uptime is not None else None,
            samples=(Sheet(self._headed(series), time_ns, rows), *lanes) if rows else tuple(lanes),
            ports=states,
            light=light,
            identity=layout.said.identity,
            heard=layout.said.heard if is_new else None,
            notes=tuple(notes),
        )

    def _descriptions(self, layout: Layout, time_ns: UnixNs) -> list[Sample]:
        """What is written at the ports, the empty ones too: a description that was taken away is gone."""
        return [
            Sample(PORT.series(**self._tags(if_name)), time_ns, {PORT.description: words})
            for if_name, words in layout.descriptions.items()
            if if_name in self._ports
        ]

    def _headed(self, series: list[Series]) -> Heading:
        """The heading of these ports' sheet: as before, unless they are others."""
        if self._heading.series != (wanted := tuple(series)):
            self._heading = Heading(FIELDS, wanted)
        return self._heading

    def _plan_anew(self) -> None:
        """Other things will be asked next time."""
        for group in self._plan:
            group.block.give_back()
        self._plan = ()
        self._link_plan = ()

    def _groups(
        self, layout: Layout, ports: Sequence[Port], block_of: Callable[[Sequence[Port]], Block], *, width: int
    ) -> tuple[_Group[Block], ...]:
        """Whole ports per request. The first carries the change marks; ports without them carry their names.

        ``width`` is how many columns of a port a block asks for.
        """
        marks = tuple(oid for oid in layout.watched if oid not in self._restless)
        verify = IF_TABLE_LAST_CHANGE not in marks
        room = self._settings.oids_per_request - 1
        groups: list[_Group[Block]] = []
        first = 0
        while first < len(ports) or not groups:
            here = marks if not groups else ()
            count = max(1, (room - len(here)) // (width + verify))
            block = block_of(ports[first : first + count])
            names = [instance(IF_NAME, port.index) for port in block.ports if verify]
            known = tuple(self._raw_names.get(port.index) for port in block.ports if verify)
            groups.append(_Group(Question((*block.oids, *here, *names)), block, here, known))
            first += count
        return tuple(groups)

    def _check(self, layout: Layout, group: _Group[Block], answer: Answer, *, at_s: float, is_new: bool) -> None:
        """Stop before a value is taken for another port's.

        A mark that moved even since the layout was read is one that never stands still (some agents put sysUpTime
        there): it is not trusted any more, and ports carry their names instead.

        Raises:
            _Renumbered: the device restarted, or its tables changed since the layout was read.
        """
        if rebooted(self._uptime_ticks, answer.uptime_ticks):
            raise _Renumbered
        width, end = len(group.block.oids), len(group.question.oids)
        marks = WATCHED if at_s - self._found_at_s >= SETTLED_S else PORT_MARKS
        for oid, said in zip(group.marks, answer.values[width:end], strict=False):
            if oid in marks and said not in {layout.watched[oid], None}:
                if is_new:
                    self._restless.add(oid)
                raise _Renumbered
        if not is_new and None in answer.values and _has_lost_a_port(group, answer):
            raise _Renumbered
        names = answer.values[width + len(group.marks) : end]
        if any(said not in {known, None} for said, known in zip(names, group.names, strict=True)):
            raise _Renumbered

    async def _read_light(
        self, client: SnmpClient, layout: Layout, time_ns: UnixNs
    ) -> tuple[dict[str, Light], list[Sample]]:
        """Each port's weakest lane, dark if one is, and all lanes as OPTICS samples."""
        light: dict[str, Light] = {}
        lanes: list[Sample] = []
        if not layout.sensors:
            return light, lanes
        oids = [oid for sensor in layout.sensors for oid in (sensor.value_oid, sensor.status_oid) if oid]
        values = (await client.get_many(oids)).values
        for (if_name, lane), fields in light_values(layout.sensors, values).items():
            if if_name in self._ports:
                lanes.append(Sample(self._optics_series(if_name, lane), time_ns, fields))
                if OPTICS.light in fields:
                    light[if_name] = _weaker(light.get(if_name), fields)
        return light, lanes

    def _optics_series(self, if_name: str, lane: str) -> Series:
        if (if_name, lane) not in self._series:
            self._series[if_name, lane] = OPTICS.series(**self._tags(if_name), lane=lane)
        return self._series[if_name, lane]

    def if_name(self, if_index: int) -> str | None:
        """The port behind an index as of the last discovery, None where it is not read."""
        return next((name for name, port in self._ports.items() if port.index == if_index), None)

    def neighbour_series(self) -> dict[str, Series]:
        """NEIGHBOUR series of all ports by if_name; asked for once a discovery."""
        return {if_name: NEIGHBOUR.series(**self._tags(if_name)) for if_name in self._ports}


def _has_lost_a_port(group: _Group[Block], answer: Answer) -> bool:
    said = {oid for oid, value in zip(group.block.oids, answer.values, strict=False) if value is not None}
    return any(said.isdisjoint(port.oids) for port in group.block.ports)


def _state(values: Sequence[SnmpValue | None]) -> dict[str, int]:
    """Oper and admin state, where the device said what the MIB allows."""
    return {
        name: value
        for name, column, value in zip(("oper", "admin"), (OPER, ADMIN), values, strict=True)
        if isinstance(value, int) and column.least <= value <= column.most
    }


def rebooted(before_ticks: int | None, after_ticks: int | None) -> bool:
    """Whether sysUpTime began anew; a wrap after 497 days is none."""
    if before_ticks is None or after_ticks is None:
        return False
    return after_ticks < before_ticks and not (before_ticks > UPTIME_TICKS - WRAP_TICKS and after_ticks < WRAP_TICKS)


def _weaker(known: Light | None, fields: Mapping[Field, Value]) -> Light:
    level = fields.get(OPTICS.rx_dbm)
    rx_dbm = level if isinstance(level, float) else None
    if known is None:
        return Light(rx_dbm)
    if known.rx_dbm is None or rx_dbm is None:
        return Light(None)
    return Light(min(known.rx_dbm, rx_dbm))
