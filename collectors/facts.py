"""Facts: what a poll gave, as much of it as the centre needs to judge links, neighbours and incidents. Pure.

One line of JSON a poll. Counters and everything else a poll reads stay with the poller and go from there to InfluxDB.
Traffic has nine digits here, as on its way to InfluxDB.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from collectors.reading import DeviceReading, Heard, Identity, Light, PortState
from inventory.entities import Code
from rainbow.kernel.errors import BadReply
from rainbow.kernel.metrics import DEVICE, INTERFACE, NEIGHBOUR, OPTICS
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Collection

    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Record, Series, Value

PORT_FIELDS = (INTERFACE.admin_state, INTERFACE.oper_state, INTERFACE.in_bps, INTERFACE.out_bps)
_OPTICS = {field.name: field for field in OPTICS.fields}


class Said(TypedDict, total=False):
    """A line as JSON has it; lists stand for the records of :mod:`collectors.reading`. A port has a row of states."""

    device: str
    time_ns: int
    uptime_s: float | None
    ports: list[str]
    states: list[tuple[int | None, int | None, float | None, float | None]]
    light: dict[str, float | None]
    lanes: list[tuple[str, str, dict[str, float]]]
    names: list[str]
    port_names: dict[str, str]
    heard: list[tuple[str, str, str, str, str]]
    glance: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One poll of one device; ``reading`` is None where it gave none. ``time_ns`` is the poller's clock."""

    device: Code
    time_ns: UnixNs
    reading: DeviceReading | None


class _Lasting(NamedTuple):
    """What a device says the same way in every poll until it is discovered again, and how a line says it."""

    identity: Identity
    ports: tuple[str, ...]
    words: str


class FactLines:
    """Makes lines of facts. What lasts is put into words once a device; used from one thread."""

    def __init__(self) -> None:
        self._lasting: dict[Code, _Lasting] = {}

    def line(self, fact: Fact) -> str:
        """A fact as one line."""
        said: dict[str, object] = {"device": fact.device, "time_ns": fact.time_ns}
        if (reading := fact.reading) is None:
            return _json(said)
        said |= {
            "uptime_s": reading.uptime_s,
            "light": {name: light.rx_dbm for name, light in reading.light.items()},
            "lanes": [_lane(record) for record in reading.samples if _is_lane(record)],
            "glance": not any(isinstance(record, Sheet) for record in reading.samples),
        }
        if reading.heard is not None:
            said["heard"] = [list(item) for item in reading.heard]
        return f'{_json(said)[:-1]},{self._lasting_words(reading)},"states":{_states(reading.ports.values())}}}'

    def _lasting_words(self, reading: DeviceReading) -> str:
        ports, known = tuple(reading.ports), self._lasting.get(reading.device)
        if known is None or known.identity is not reading.identity or known.ports != ports:
            said = {"names": sorted(reading.identity.names), "port_names": dict(reading.identity.ports), "ports": ports}
            known = self._lasting[reading.device] = _Lasting(reading.identity, ports, _json(said)[1:-1])
        return known.words


def _json(said: object) -> str:
    return json.dumps(said, separators=(",", ":"))


def _states(ports: Collection[PortState]) -> str:
    try:
        return _form(len(ports)) % tuple(chain.from_iterable(ports))
    except TypeError:  # something was not read
        return _json(list(ports))


@lru_cache(maxsize=1000)
def _form(ports: int) -> str:
    return f"[{','.join(['[%d,%d,%.8e,%.8e]'] * ports)}]"


def _is_lane(record: Record) -> bool:
    return isinstance(record, Sample) and record.series.metric is OPTICS


def _lane(record: Record) -> list[object]:
    assert isinstance(record, Sample)  # noqa: S101 - asked right before
    values = {field.name: value for field, value in record.values.items()}
    return [record.series.tag("if_name"), record.series.tag("lane"), values]


class FactReader:
    """Understands facts of a plant's devices, and makes the samples of them that the centre keeps."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._links = {
            (port.device, port.if_name): str(link.code)
            for port in plant.interfaces
            if (link := plant.link_at.get(port.code)) is not None
        }
        self._headings: dict[Code, Heading] = {}

    def fact(self, line: str) -> Fact | None:
        """The fact in a line; None where its device is none of the plant: the poller's copy may be older or newer.

        Raises:
            BadReply: it is no fact.
        """
        try:
            said = json.loads(line, parse_constant=_no_number)
            if (device := self._plant.device.get(Code(said["device"]))) is None:
                return None
            fact = Fact(device=device.code, time_ns=UnixNs(int(said["time_ns"])), reading=None)
            return fact if "ports" not in said else replace(fact, reading=self._reading(fact, said))
        except (ValueError, KeyError, TypeError) as error:
            raise BadReply(
                _("a poller says what is no fact: {error}").format(error=error),
                cure=_("pollers and centre have to be of one version"),
            ) from None

    def _reading(self, fact: Fact, said: Said) -> DeviceReading:
        lanes = [
            Sample(
                OPTICS.series(**self._tags(fact.device, if_name), lane=lane),
                fact.time_ns,
                {_OPTICS[name]: value for name, value in values.items()},
            )
            for if_name, lane, values in said["lanes"]
        ]
        heard = said.get("heard")
        return DeviceReading(
            device=fact.device,
            time_ns=fact.time_ns,
            uptime_s=said["uptime_s"],
            samples=tuple(lanes),
            ports={
                name: _port(*state, glanced=said["glance"])
                for name, state in zip(said["ports"], said["states"], strict=True)
            },
            light={name: Light(level) for name, level in said["light"].items()},
            identity=Identity(names=frozenset(said["names"]), ports=said["port_names"]),
            heard=tuple(Heard(*item) for item in heard) if heard is not None else None,
        )

    def samples(self, fact: Fact) -> list[Record]:
        """What the centre keeps of a fact: that the device answers, states and traffic of its ports, light."""
        reading = fact.reading
        values: dict[Field, Value] = {DEVICE.up: int(reading is not None)}
        if reading is not None and reading.uptime_s is not None:
            values[DEVICE.uptime_s] = reading.uptime_s
        device = self._plant.device[fact.device]
        own = Sample(DEVICE.series(site=device.node, device=device.code), fact.time_ns, values)
        if reading is None:
            return [own]
        rows = list(reading.ports.values())
        sheets = [Sheet(self._heading(device.code, reading), fact.time_ns, rows)] if rows else []
        return [own, *sheets, *reading.samples]

    def neighbour_series(self, fact: Fact) -> dict[str, Series]:
        """NEIGHBOUR series of the ports neighbours were heard on."""
        if fact.reading is None or fact.reading.heard is None:
            return {}
        return {name: NEIGHBOUR.series(**self._tags(fact.device, name)) for name in fact.reading.ports}

    def _heading(self, device: Code, reading: DeviceReading) -> Heading:
        """One object for all sheets of the same ports, as whoever stores them wants it."""
        series = tuple(INTERFACE.series(**self._tags(device, name)) for name in reading.ports)
        known = self._headings.get(device)
        if known is None or known.series != series:
            known = self._headings[device] = Heading(PORT_FIELDS, series)
        return known

    def _tags(self, device: Code, if_name: str) -> dict[str, str]:
        site, link = self._plant.device[device].node, self._links.get((device, if_name), "")
        return {"site": site, "device": device, "if_name": if_name, "link": link}


def _port(
    admin: int | None, oper: int | None, in_bps: float | None, out_bps: float | None, *, glanced: bool
) -> PortState:
    """Between polls only states are read: traffic is that of the poll before, and told already."""
    return PortState(admin, oper, None, None) if glanced else PortState(admin, oper, in_bps, out_bps)


def _no_number(text: str) -> float:
    raise ValueError(text)
