"""What a contestant is, and how its values are held against those of net-snmp."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from benchmarks.collectors.columns import COLUMNS, Values
from benchmarks.collectors.farm import AUTH, AUTH_PHRASE, COMMUNITY, PRIV, PRIV_PHRASE, USER, address, is_dead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Farm:
    """The switches a contest is about."""

    devices: int
    port: int
    delay_ms: float = 0.0
    dead: float = 0.0
    bad: int = 0
    """So many of them, the first ones, are slow, lie, have no end, or are dead."""
    in_flight: int = 200
    """Devices that RAINBOW asks at the same time."""
    is_frozen: bool = False
    """Counters stand still, and agents cost next to nothing: to see how many devices a second there can be."""
    is_v3: bool = False
    """SNMPv3 with SHA-256 and AES-128 instead of version 2c."""

    @property
    def alive(self) -> list[int]:
        """The devices that answer."""
        return [number for number in range(self.devices) if not is_dead(number, self.dead)]

    @property
    def samples(self) -> list[int]:
        """Devices whose values are compared: the first, the middle one, the last."""
        alive = self.alive
        return sorted({alive[0], alive[len(alive) // 2], alive[-1]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """CPU seconds for 1,000 devices and round; ``values`` what was read of ``Farm.samples``, None if it keeps none."""

    cpu_s: float
    wall_s: float
    values: Mapping[int, Values] | None
    note: str = ""


class Contestant(Protocol):
    """A poller: measured over whole rounds of all devices, after a first one that is not counted."""

    name: str

    def missing(self, farm: Farm) -> str:
        """Why it cannot be measured with this farm, or an empty text."""

    def run(self, farm: Farm, rounds: int, folder: Path) -> Result:
        """Poll and measure."""


def _net_snmp(farm: Farm) -> list[str]:
    """How net-snmp's tools are let in. The secrets are of invented agents, on loopback."""
    if not farm.is_v3:
        return ["-v2c", "-c", COMMUNITY]
    return ["-v3", "-l", "authPriv", "-u", USER, "-a", AUTH, "-A", AUTH_PHRASE, "-x", PRIV, "-X", PRIV_PHRASE]


def served(farm: Farm) -> dict[int, Values]:
    """What the sampled switches serve right now, asked by net-snmp's own tools."""
    found: dict[int, Values] = {}
    for number in farm.samples:
        values: Values = {}
        for column in COLUMNS:
            target = f"{address(number)}:{farm.port}"
            said = subprocess.run(
                ["/usr/bin/snmpbulkwalk", *_net_snmp(farm), "-Onqet", target, column.oid],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            for line in said.splitlines():
                oid, _space, value = line.partition(" ")
                values[column.name, int(oid.rpartition(".")[2])] = int(value)
        found[number] = values
    return found


def differences(
    before: Mapping[int, Values], read: Mapping[int, Values], after: Mapping[int, Values], *, names: set[str]
) -> list[str]:
    """Values that cannot be what the switches served in between: counters out of bounds, states unequal, gaps."""
    wrong: list[str] = []
    counting = {column.name for column in COLUMNS if column.counts}
    for number, values in before.items():
        for key, low in values.items():
            if key[0] not in names:
                continue
            got, high = read.get(number, {}).get(key), after[number][key]
            fits = got is not None and (low <= got <= high if key[0] in counting else got == low)
            if not fits:
                wrong.append(f"device {number}, {key[0]}.{key[1]}: {got}, served {low} to {high}")
    return wrong
