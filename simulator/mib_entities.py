"""What a simulated switch tells about its parts: ENTITY-MIB (RFC 6933) and the sensors of its modules (RFC 3433).

A sensor is contained in its module, the module in its port, the port in the chassis; the port's alias is its ifIndex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator import ber
from simulator.layout import Column
from simulator.mib import IF_TABLE, description, fixed, ticks

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.layout import Cell, Scalar
    from simulator.light import Module
    from simulator.parts import Port, Switch

_ENTITY = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
_ENT_ALIAS = (1, 3, 6, 1, 2, 1, 47, 1, 3, 2, 1, 2)
_ENT_LAST_CHANGE = (1, 3, 6, 1, 2, 1, 47, 1, 4, 1, 0)
_SENSOR = (1, 3, 6, 1, 2, 1, 99, 1, 1, 1)
_CHASSIS, _SENSOR_CLASS, _MODULE, _PORT = 3, 8, 9, 10  # PhysicalClass
_CHASSIS_INDEX = 1
_AMPERES, _WATTS, _CELSIUS = 5, 6, 8  # EntitySensorDataType
_NANO, _MILLI, _UNITS = 6, 8, 9  # EntitySensorDataScale
_TRUE, _FALSE = fixed(ber.integer(1)), fixed(ber.integer(2))


def _serial(identity: str) -> str:
    return identity.replace("-", "")[:10].upper()


CHASSIS_CELLS: dict[int, Scalar] = {
    2: lambda switch, _t: ber.octets(description(switch)),  # entPhysicalDescr
    4: fixed(ber.integer(0)),  # entPhysicalContainedIn
    5: fixed(ber.integer(_CHASSIS)),  # entPhysicalClass
    6: fixed(ber.integer(-1)),  # entPhysicalParentRelPos
    7: lambda switch, _t: ber.octets(switch.device.code),  # entPhysicalName
    11: lambda switch, _t: ber.octets(_serial(switch.device.id)),  # entPhysicalSerialNum
    12: lambda switch, _t: ber.octets(switch.device.vendor),  # entPhysicalMfgName
    13: lambda switch, _t: ber.octets(switch.device.model),  # entPhysicalModelName
    16: _TRUE,  # entPhysicalIsFRU
}
ENTITY_SCALARS: tuple[tuple[tuple[int, ...], Scalar], ...] = (
    (_ENT_LAST_CHANGE, fixed(ticks(0))),
    *(((*_ENTITY, column, _CHASSIS_INDEX), make) for column, make in CHASSIS_CELLS.items()),
)


def _entity_index(port: int, part: int) -> int:
    """The entPhysicalIndex of a port (part 0), its module (1) and the module's sensors (2 to 5)."""
    return 1000 + 10 * port + part


def _with_module(make: Callable[[Module, Port, float], bytes]) -> Cell:
    def cell(_switch: Switch, port: Port, now_s: float) -> bytes | None:
        return make(port.module, port, now_s) if port.module is not None else None

    return cell


def _rx(module: Module, port: Port, now_s: float) -> int:
    return module.rx_nanowatts(now_s) if port.lit else 0


def _tx(module: Module, port: Port, now_s: float) -> int:
    return module.tx_nanowatts(now_s) if port.laser else 0


def _bias(module: Module, port: Port, _now_s: float) -> int:
    return round(module.bias_ma * 100) if port.laser else 0


def _temperature(module: Module, _port: Port, now_s: float) -> int:
    return round(module.temperature_c(now_s) * 10)


class _Sensor(NamedTuple):
    """A kind of sensor: what it is called, how its numbers are meant, and how one is made."""

    name: str
    unit: str
    kind: int
    scale: int
    precision: int
    reading: Callable[[Module, Port, float], int]


_SENSORS = (
    _Sensor("receive power", "nW", _WATTS, _NANO, 0, _rx),
    _Sensor("transmit power", "nW", _WATTS, _NANO, 0, _tx),
    _Sensor("bias current", "mA", _AMPERES, _MILLI, 2, _bias),
    _Sensor("temperature", "°C", _CELSIUS, _UNITS, 1, _temperature),
)
"""The sensors of a module. In nanowatts a receiver without light reads 0, as real ones do: that is no reading."""


def _entity_rows(part: int, cells: dict[int, Cell]) -> list[Column]:
    return [
        Column((*_ENTITY, number), make, lambda port: (_entity_index(port, part),)) for number, make in cells.items()
    ]


def _sensor_columns(number: int) -> list[Column]:
    """Both tables' rows of one kind of sensor."""
    name, unit, kind, scale, precision, reading = _SENSORS[number]
    part = number + 2
    cells: dict[int, Cell] = {
        1: fixed(ber.integer(kind)),  # entPhySensorType
        2: fixed(ber.integer(scale)),  # entPhySensorScale
        3: fixed(ber.integer(precision)),  # entPhySensorPrecision
        4: _with_module(lambda module, port, now_s: ber.integer(reading(module, port, now_s))),  # entPhySensorValue
        5: fixed(ber.integer(1)),  # entPhySensorOperStatus: ok
        6: fixed(ber.octets(unit)),  # entPhySensorUnitsDisplay
        7: lambda switch, _port, now_s: ticks(now_s - switch.booted_s),  # entPhySensorValueTimeStamp
        8: fixed(ber.integer(1000, ber.GAUGE32)),  # entPhySensorValueUpdateRate, ms
    }
    return [
        *_entity_rows(
            part,
            {
                2: fixed(ber.octets(name)),
                4: lambda _s, port, _t: ber.integer(_entity_index(port.index, 1)),
                5: fixed(ber.integer(_SENSOR_CLASS)),
                6: fixed(ber.integer(number + 1)),
                7: lambda _s, port, _t: ber.octets(f"{port.interface.if_name} {name}"),
                16: _FALSE,
            },
        ),
        *(
            Column((*_SENSOR, column), make, lambda port: (_entity_index(port, part),))
            for column, make in cells.items()
        ),
    ]


MODULE_COLUMNS = (
    *_entity_rows(
        0,
        {
            2: fixed(ber.octets("port")),
            4: fixed(ber.integer(_CHASSIS_INDEX)),
            5: fixed(ber.integer(_PORT)),
            6: lambda _s, port, _t: ber.integer(port.index),
            7: lambda _s, port, _t: ber.octets(port.interface.if_name),
            16: _FALSE,
        },
    ),
    *_entity_rows(
        1,
        {
            2: _with_module(lambda module, _p, _t: ber.octets(f"transceiver {module.name}")),
            4: lambda _s, port, _t: ber.integer(_entity_index(port.index, 0)),
            5: fixed(ber.integer(_MODULE)),
            6: fixed(ber.integer(1)),
            7: lambda _s, port, _t: ber.octets(f"{port.interface.if_name} transceiver"),
            11: lambda _s, port, _t: ber.octets(_serial(port.interface.id)),
            13: _with_module(lambda module, _p, _t: ber.octets(module.name)),
            16: _TRUE,
        },
    ),
    *(column for number in range(len(_SENSORS)) for column in _sensor_columns(number)),
    Column(  # entAliasMappingIdentifier: the port's row in ifTable
        _ENT_ALIAS,
        lambda _s, port, _t: ber.tlv(ber.OID, ber.name_of(ber.key(*IF_TABLE, 1, port.index))),
        lambda port: (_entity_index(port, 0), 0),
    ),
)
