"""What a collector would read from simulated switches, without the wire: the network's own state, minute by minute.

The simulator's network is a pure function of time, so a day takes as long as it takes to work it out. What all devices
say together (links, totals, rings, colours, events) is then the collector's own code.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from collectors.reading import DeviceReading, Light, PortState
from rainbow.kernel.metrics import DEVICE, INTERFACE, NEIGHBOUR, OPTICS, PORT
from rainbow.kernel.samples import Sample, UnixNs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Series, Value
    from simulator.network import Network
    from simulator.parts import Port, Switch

NS = 1_000_000_000
UP, DOWN = 1, 2
"""ifOperStatus and ifAdminStatus."""
SLOW_ROUNDS = 5
"""Rounds after which ports for users are measured anew; those that links end at are in each round."""
FULL = 0.08
"""Share of a port's speed from which on it discards."""
_MILLIWATT_NW = 1e6


class Reader:
    """Reads one network. ``dim_db`` is light that is lost at a port beyond what the plant says: dirt, a bend."""

    def __init__(self, plant: Plant, network: Network, dim_db: Mapping[Code, float]) -> None:
        self._plant = plant
        self._network = network
        self._dim_db = dim_db
        self._octets: dict[Code, tuple[float, float, float]] = {}
        self._round = 0
        self._switch = {switch.device.code: switch for switch in network.switches}
        self._ends = {switch.number: [port for port in switch.ports if port.linked] for switch in network.switches}
        self._ports: dict[int, dict[str, PortState]] = {switch.number: {} for switch in network.switches}
        self._series: dict[tuple[str, Code], Series] = {}

    def round(self, now_s: float, time_ns: UnixNs) -> dict[Code, DeviceReading | None]:
        """One reading of every switch; None for those that do not answer.

        A port for users is measured anew every few rounds: of forty thousand of them each minute would take all day.
        """
        self._network.advance(now_s)
        self._round += 1
        return {
            switch.device.code: self._reading(switch, now_s, time_ns) if self._network.answers(switch, now_s) else None
            for switch in self._network.switches
        }

    def switch(self, device: Code) -> Switch:
        """A switch by its code."""
        return self._switch[device]

    def _reading(self, switch: Switch, now_s: float, time_ns: UnixNs) -> DeviceReading:
        ports, ends = self._ports[switch.number], self._ends[switch.number]
        due = switch.ports if self._round % SLOW_ROUNDS == switch.number % SLOW_ROUNDS or not ports else ends
        ports |= {port.interface.if_name: self._state(port, now_s) for port in due}
        lit = {port.interface.if_name: Light(self._rx_dbm(port, now_s)) for port in ends if port.module}
        return DeviceReading(
            device=switch.device.code,
            time_ns=time_ns,
            uptime_s=now_s - switch.booted_s + 86_400.0 * (11 + switch.number % 90),
            samples=(),
            ports=ports,
            light=lit,
        )

    def _state(self, port: Port, now_s: float) -> PortState:
        code = port.interface.code
        now = (now_s, port.into.octets(now_s), port.out.octets(now_s))
        began_s, received, sent = self._octets.get(code, now)
        self._octets[code] = now
        if now_s == began_s:  # no rate before the second reading
            return PortState(UP if port.enabled else DOWN, UP if port.up else DOWN, None, None)
        received, sent = ((new - old) * 8 / (now_s - began_s) for new, old in ((now[1], received), (now[2], sent)))
        return PortState(UP if port.enabled else DOWN, UP if port.up else DOWN, received, sent)

    def _rx_dbm(self, port: Port, now_s: float) -> float | None:
        if not port.lit or port.module is None:
            return None
        return _dbm(port.module.rx_nanowatts(now_s)) - self._dim_db.get(port.interface.code, 0.0)

    def device_sample(self, switch: Switch, reading: DeviceReading | None, time_ns: UnixNs) -> Sample:
        """How a switch was met."""
        series = self._made("device", switch.device.code, lambda: DEVICE.series(**self._place(switch)))
        if reading is None:
            missed: dict[Field, Value] = {DEVICE.up: 0, DEVICE.retries: 2, DEVICE.errors: 1, DEVICE.breaker_open: 0}
            return Sample(series, time_ns, missed | {DEVICE.poll_s: 3.0, DEVICE.requests: 3})
        wave = math.sin(time_ns / 4e12 + switch.number)
        values: dict[Field, Value] = {
            DEVICE.up: 1,
            DEVICE.uptime_s: reading.uptime_s or 0.0,
            DEVICE.poll_s: (0.05 + 0.004 * len(switch.ports)) * (1.3 + 0.3 * wave) * (1 + switch.number % 7 / 3),
            DEVICE.requests: 2 + len(switch.ports) // 4,
            DEVICE.retries: 0,
            DEVICE.errors: 0,
            DEVICE.breaker_open: 0,
        }
        return Sample(series, time_ns, values)

    def port_samples(
        self, switch: Switch, reading: DeviceReading, now_s: float, *, linked_only: bool = False
    ) -> Iterator[Sample]:
        """What a switch that answers says of its ports and their neighbours; of ports that links end at, or of all."""
        for port in self._ends[switch.number] if linked_only else switch.ports:
            state = reading.ports[port.interface.if_name]
            yield Sample(self._port_series("interface", switch, port), reading.time_ns, self._port_values(port, state))
            if port.module is not None:
                values = self._optics_values(port, now_s)
                yield Sample(self._port_series("optics", switch, port), reading.time_ns, values)
            written: dict[Field, Value] = {PORT.description: port.interface.name}
            yield Sample(self._port_series("port", switch, port), reading.time_ns, written)
            if port.index in switch.neighbours:
                other, far = switch.neighbours[port.index]
                heard: dict[Field, Value] = {
                    NEIGHBOUR.remote_device: str(other.device.code),
                    NEIGHBOUR.remote_port: far.interface.if_name,
                    NEIGHBOUR.matches: 1,
                }
                yield Sample(self._port_series("neighbour", switch, port), reading.time_ns, heard)

    def _port_values(self, port: Port, state: PortState) -> dict[Field, Value]:
        received, sent = state.in_bps or 0.0, state.out_bps or 0.0
        dirt = self._dim_db.get(port.interface.code, 0.0)
        return {
            INTERFACE.admin_state: state.admin or DOWN,
            INTERFACE.oper_state: state.oper or DOWN,
            INTERFACE.speed_bps: port.interface.speed_mbps * 1_000_000,
            INTERFACE.in_bps: received,
            INTERFACE.out_bps: sent,
            INTERFACE.in_pps: received / 8 / port.into.flow.frame_octets,
            INTERFACE.out_pps: sent / 8 / port.out.flow.frame_octets,
            INTERFACE.in_errors_ps: dirt * received / 4e9,
            INTERFACE.out_errors_ps: 0.0,
            INTERFACE.in_discards_ps: 0.0,
            INTERFACE.out_discards_ps: max(0.0, sent / port.interface.speed_mbps / 1e6 - FULL) * 40,
        }

    def _optics_values(self, port: Port, now_s: float) -> dict[Field, Value]:
        rx_dbm, module = self._rx_dbm(port, now_s), port.module
        if module is None:
            return {}
        values: dict[Field, Value] = {
            OPTICS.tx_dbm: _dbm(module.tx_nanowatts(now_s)),
            OPTICS.bias_ma: module.bias_ma,
            OPTICS.temperature_c: module.temperature_c(now_s),
            OPTICS.light: int(rx_dbm is not None),
        }
        return values if rx_dbm is None else values | {OPTICS.rx_dbm: rx_dbm}

    def _port_series(self, metric: str, switch: Switch, port: Port) -> Series:
        """The series of a port in one of the metrics that ports have."""
        made = {"interface": INTERFACE, "optics": OPTICS, "neighbour": NEIGHBOUR, "port": PORT}[metric]
        link = self._plant.link_at.get(port.interface.code)
        tags = {**self._place(switch), "if_name": port.interface.if_name, "link": link.code if link else ""}
        lane = {"lane": "1"} if metric == "optics" else {}
        return self._made(metric, port.interface.code, lambda: made.series(**tags, **lane))

    def _made(self, metric: str, code: Code, make: Callable[[], Series]) -> Series:
        if (metric, code) not in self._series:
            self._series[metric, code] = make()
        return self._series[metric, code]

    @staticmethod
    def _place(switch: Switch) -> dict[str, str]:
        return {"site": str(switch.device.node), "device": str(switch.device.code)}


def _dbm(nanowatts: float) -> float:
    return round(10 * math.log10(max(nanowatts, 1) / _MILLIWATT_NW), 2)
