"""Switches with Accton's software: Edgecore, and brands of it such as FS and Planet.

The tables are the same, each model has its own root. Units stand in the value: "-5.01 dBm normal".
"""

from __future__ import annotations

from functools import partial

from collectors.vendors.family import Family, Own
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


_FS = r"(52642\.2\.1\.\d+)\."
_EDGECORE = r"(259(?:\.\d+){3})\.\d+$"
"""sysObjectID is one arc below the root of the model's MIB: ECS4120 is 259.10.1.45.x, ES3510 259.6.10.94.x."""
FS_S3900 = Family(vendor="FS", own=(Own(pattern=_FS, root=r"\1", tables=partial(accton, mib="FS-MIB")),))
EDGECORE = Family(
    vendor="Edgecore",
    own=(Own(pattern=_EDGECORE, root=r"\1", tables=partial(accton, mib="ECS4120-MIB and kin")),),
)
