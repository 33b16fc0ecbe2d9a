"""From the collector's samples to what the engine hears, gathered as they pass on their way to the store."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from incidents.readings import DeviceHeard, EndReading
from inventory.loss import optics_at
from rainbow.kernel.metrics import COLLECTOR_ROUND, DEVICE, ENERGY, EVENT, INTERFACE, LINK, OPTICS
from rainbow.kernel.samples import Sheet, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from inventory.entities import Code
    from inventory.optics_classes import OpticsClass
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Heading, Record, Sample, SampleWriter, Value

_UP, _ADMIN_DOWN = 1, 2
"""ifOperStatus up(1), ifAdminStatus down(2)."""
FAINT_DB = 1.0
"""Light less than this above the receiver's sensitivity is faint."""
DIM_DB = 2.0
"""A laser this far below its class's least power is dim; modules measure their own light to 3 dB at worst."""
_NS = 1e9

Values = dict["Field", "Value"]
GASP = "trap_power_lost"
"""The kind of an event by which a switch or its battery says that the power goes."""
_GLANCED: Values = {DEVICE.up: 1}
"""Between rounds only ports are read: whoever tells of them has answered."""


class Feed:
    """A writer of samples that hands them on and remembers those of the ports that links end at.

    Who wants to know when there is something to judge says so by :meth:`after_round`: a round of the collector has
    been written, or, between rounds, links that are not as they were.
    """

    def __init__(self, plant: Plant, writer: SampleWriter) -> None:
        self._writer = writer
        self._on_round: Callable[[], object] | None = None
        ends = {end for link in plant.links for end in (link.a, link.b)}
        self._code = {(item.device, item.if_name): item.code for item in plant.interfaces if item.code in ends}
        self._class = {code: optics_at(plant, code) for code in ends}
        self._known = {device.code for device in plant.devices}
        self._lock = threading.Lock()
        self._places: WeakKeyDictionary[Heading, list[tuple[int, Code]]] = WeakKeyDictionary()
        self._devices: dict[tuple[str, int], Values] = {}
        self._ports: dict[tuple[str, int], dict[Code, Values]] = {}
        self._light: dict[tuple[str, int], dict[Code, list[Mapping[Field, Value]]]] = {}
        self._gasps: list[DeviceHeard] = []
        self._devices_at = plant.devices_at
        self._node_of = {device.code: device.node for device in plant.devices}

    def write(self, samples: Sequence[Record]) -> None:
        """Make the samples durable, then take note of them.

        Raises:
            StoreError: nothing of this call was stored, or noted.
        """
        self._writer.write(samples)
        self.note(samples)

    def note(self, samples: Sequence[Record]) -> None:
        """Take note of samples that are durable."""
        over = False
        with self._lock:
            for record in samples:
                if isinstance(record, Sheet):
                    self._note_sheet(record)
                    continue
                sample = record
                over = over or sample.series.metric in {COLLECTOR_ROUND, LINK}
                if sample.series.metric in {DEVICE, INTERFACE, OPTICS}:
                    self._note(sample)
                elif sample.series.metric in {EVENT, ENERGY}:
                    self._note_power(sample)
        if over and self._on_round is not None:
            self._on_round()

    def after_round(self, call: Callable[[], object]) -> None:
        """Call this after each round and when links changed, in the writer's thread."""
        self._on_round = call

    def _note(self, sample: Sample) -> None:
        tags = dict(sample.series.tags)
        key = (tags.get("device", ""), sample.time_ns)
        if sample.series.metric is DEVICE:
            self._devices[key] = dict(sample.values)
            return
        code = self._code.get((key[0], tags.get("if_name", "")))  # type: ignore[arg-type] # a tag's text is a code
        if code is None:
            return
        if sample.series.metric is INTERFACE:
            self._ports.setdefault(key, {})[code] = dict(sample.values)
        else:
            self._light.setdefault(key, {}).setdefault(code, []).append(sample.values)

    def _note_power(self, sample: Sample) -> None:
        """Last words, and batteries at work: they feed all that stands at their site."""
        series = sample.series
        is_said = series.metric is EVENT and series.tag("kind") == GASP
        if not is_said and not (series.metric is ENERGY and sample.values.get(ENERGY.on_battery)):
            return
        node = self._node_of.get(series.tag("object" if is_said else "device"))  # type: ignore[call-overload] # a tag's text is a code
        for device in self._devices_at.get(node, ()):
            self._gasps.append(DeviceHeard(device=device.code, at_s=sample.time_ns / _NS, answers=True, gasps=True))

    def _note_sheet(self, sheet: Sheet) -> None:
        """Ports, of which a few have a link: which ones is found out once for all sheets of a heading."""
        heading = sheet.heading
        if (places := self._places.get(heading)) is None:
            tags = [dict(series.tags) for series in heading.series]
            codes = [self._code.get((item.get("device", ""), item.get("if_name", ""))) for item in tags]  # type: ignore[arg-type] # a tag's text is a code
            places = [(row, code) for row, code in enumerate(codes) if code is not None]
            self._places[heading] = places
        key = (heading.series[0].tag("device"), sheet.time_ns)
        for row, code in places:
            self._ports.setdefault(key, {})[code] = named(heading.fields, sheet.rows[row])

    def heard(self) -> list[DeviceHeard]:
        """All polls that came in since the last call."""
        with self._lock:
            devices, self._devices = self._devices, {}
            ports, self._ports = self._ports, {}
            light, self._light = self._light, {}
            gasps, self._gasps = self._gasps, []
        return gasps + [
            self._device(key, devices.get(key, _GLANCED), ports.get(key, {}), light.get(key, {}))
            for key in (*devices, *(key for key in ports if key not in devices))
            if key[0] in self._known
        ]

    def _device(
        self,
        key: tuple[str, int],
        values: Values,
        ports: Mapping[Code, Values],
        light: Mapping[Code, list[Mapping[Field, Value]]],
    ) -> DeviceHeard:
        uptime_s = values.get(DEVICE.uptime_s)
        return DeviceHeard(
            device=key[0],  # type: ignore[arg-type] # the code of a device of the plant
            at_s=key[1] / _NS,
            answers=bool(values.get(DEVICE.up)),
            uptime_s=float(uptime_s) if isinstance(uptime_s, int | float) else None,
            ends=tuple(end_reading(code, ports[code], light.get(code, []), self._class[code]) for code in ports),
        )


def end_reading(
    code: Code, port: Mapping[Field, Value], lanes: Sequence[Mapping[Field, Value]], optics: OpticsClass | None
) -> EndReading:
    """A port's reading; of several lanes the weakest counts, one dark lane is a dark receiver."""
    oper, admin = port.get(INTERFACE.oper_state), port.get(INTERFACE.admin_state)
    lit = [bool(lane[OPTICS.light]) for lane in lanes if OPTICS.light in lane]
    return EndReading(
        interface=code,
        up=oper == _UP if oper is not None else None,
        closed=admin == _ADMIN_DOWN if admin is not None else None,
        lit=all(lit) if lit else None,
        faint=_below(lanes, OPTICS.rx_dbm, optics.sensitivity_dbm + FAINT_DB if optics else None),
        dim=_below(lanes, OPTICS.tx_dbm, optics.tx_min_dbm - DIM_DB if optics else None),
    )


def _below(lanes: Sequence[Mapping[Field, Value]], field: Field, limit_dbm: float | None) -> bool | None:
    levels = [float(lane[field]) for lane in lanes if field in lane]
    return min(levels) < limit_dbm if levels and limit_dbm is not None else None
