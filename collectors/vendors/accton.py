"""Switches with Accton's software: Edgecore, and brands of it such as FS and Planet.

The tables are the same, each model has its own root. Units stand in the value: "-5.01 dBm normal".
"""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import (
    DBM,
    Kind,
    Table,
    bias,
    module_temp,
    of,
    rpm,
    rx,
    state,
    temp,
    tx,
    volt,
)

_POWER = {1: "internalPower", 2: "redundantPower", 3: "internalAndRedundantPower"}
_FAN = {1: "ok", 2: "failure"}
_OPER = {1: "other", 2: "unknown", 3: "ok", 4: "noncritical", 5: "critical", 6: "nonrecoverable"}
_LIGHT = {1: "notPresent", 2: "green", 3: "red"}


def accton(root: str, mib: str) -> tuple[Table, ...]:
    """The tables below a model's root."""
    return (
        Table(
            mib=mib,
            root=f"{root}.1.2.11.1",
            if_index_at=0,
            columns=(
                module_temp("2", "portOpticalMonitoringInfoTemperature"),
                volt("3", "portOpticalMonitoringInfoVcc", label="module voltage"),
                bias("4", "portOpticalMonitoringInfoTxBias", 1e-3),
                tx("5", "portOpticalMonitoringInfoTxPower", DBM),
                rx("6", "portOpticalMonitoringInfoRxPower", DBM),
            ),
        ),
        Table(
            mib=mib,
            root=f"{root}.1.1.11.1",
            words="temperature sensor",
            columns=(temp("3", "switchThermalTempValue", label=""),),
        ),
        Table(
            mib=mib,
            root=f"{root}.1.1.9.1",
            words="fan",
            columns=(
                state("3", "switchFanStatus", "status", _FAN),
                rpm("6", "switchFanOperSpeed", label="speed"),
            ),
        ),
        Table(
            mib=mib,
            root=f"{root}.1.1",
            columns=(
                state("3.1.8", "swPowerStatus", "power status", _POWER),
                state("6.1.3", "swIndivPowerStatus", "power unit", _LIGHT),
                state("4", "switchOperState", "switch state", _OPER),
            ),
        ),
        Table(
            mib=mib,
            root=f"{root}.1.39",
            columns=(of(Kind.PERCENT, "2.1", "cpuCurrentUti", label="CPU"),),
        ),
    )


_EDGECORE = (
    "6.10.94",
    "8.1.11",
    "10.1.5",
    "10.1.22",
    "10.1.24",
    "10.1.27",
    "10.1.39",
    "10.1.42",
    "10.1.43",
    "10.1.45",
    "10.1.46",
)
"""Places of models' roots below Accton's number 259, as their MIBs (ES3510MA-MIB, ECS4120-MIB, ...) say."""
FS_S3900 = Family(vendor="FS", tables=accton("1.3.6.1.4.1.52642.2.1.45", "FS-MIB"))
EDGECORE = {
    f"259.{place}": Family(vendor="Edgecore", tables=accton(f"1.3.6.1.4.1.259.{place}", "ECS4120-MIB and kin"))
    for place in _EDGECORE
}
