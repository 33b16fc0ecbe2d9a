"""Switches with the software once made by Radlan.

Cisco Small Business and Catalyst 1200/1300, Eltex MES23xx/33xx, Linksys and others: the same tables below two roots.
"""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import (
    MICRO,
    MILLI,
    MILLI_DBM,
    Kind,
    Table,
    amp,
    bias,
    module_temp,
    of,
    rpm,
    rx,
    state,
    temp,
    tx,
    volt,
    watt,
)

_ENV = {1: "normal", 2: "warning", 3: "critical", 4: "shutdown", 5: "notPresent", 6: "notFunctioning"}
_PART = {
    2: ("rlPhdUnitEnvParamMainPSStatus", "main power supply"),
    3: ("rlPhdUnitEnvParamRedundantPSStatus", "redundant power supply"),
    16: ("rlPhdUnitEnvParamTempSensorStatus", "temperature status"),
    **{column: (f"rlPhdUnitEnvParamFan{column - 3}Status", f"fan {column - 3}") for column in range(4, 10)},
}


def radlan(root: str, *, stacked: bool = True) -> tuple[Table, ...]:
    """The tables below one root: 1.3.6.1.4.1.89, or Cisco's copy."""
    unit = () if not stacked else _units(root)
    return (
        Table(
            mib="RADLAN-PHY-MIB",
            root=f"{root}.90.1.2.1",
            if_index_at=0,
            columns=(
                module_temp("3", "rlPhyTestGetResult(transceiverTemp)", where=((1, 5),)),
                volt("3", "rlPhyTestGetResult(transceiverSupply)", MICRO, "module voltage", where=((1, 6),)),
                bias("3", "rlPhyTestGetResult(txBias)", MICRO, where=((1, 7),)),
                tx("3", "rlPhyTestGetResult(txOutput)", MILLI_DBM, where=((1, 8),)),
                rx("3", "rlPhyTestGetResult(rxOpticalPower)", MILLI_DBM, where=((1, 9),)),
            ),
        ),
        Table(
            mib="RADLAN-POE-MIB",
            root=f"{root}.108.1.1",
            if_index_at=1,
            columns=(
                volt("3", "rlPethPsePortOutputVoltage", MILLI, "PoE voltage"),
                amp("4", "rlPethPsePortOutputCurrent", MILLI, "PoE current"),
                watt("5", "rlPethPsePortOutputPower", MILLI, "PoE power", limits=("2", "", "", "")),
            ),
        ),
        Table(
            mib="RADLAN-rlInterfaces",
            root=f"{root}.43.1.1",
            if_index_at=0,
            columns=(state("24", "swIfOperSuspendedStatus", "suspended", {1: "true", 2: "false"}),),
        ),
        *_environment(root),
        *unit,
    )


def _environment(root: str) -> tuple[Table, ...]:
    """Fans and power supplies."""
    return (
        Table(
            mib="RADLAN-HWENVIROMENT",
            root=f"{root}.83.1.1.1",
            words="fan",
            names=("2",),
            columns=(state("3", "rlEnvMonFanState", "", _ENV),),
        ),
        Table(
            mib="RADLAN-HWENVIROMENT",
            root=f"{root}.83.1.2.1",
            words="power supply",
            names=("2",),
            columns=(state("3", "rlEnvMonSupplyState", "", _ENV),),
        ),
        Table(
            mib="RADLAN-HWENVIROMENT",
            root=f"{root}.83.5.1.1",
            columns=(
                temp("2", "rlEnvFanDataTemp", label="fan sensor temperature", none=frozenset({0})),
                rpm("3", "rlEnvFanDataSpeed"),
            ),
        ),
    )


def _units(root: str) -> tuple[Table, ...]:
    return (
        Table(
            mib="RADLAN-Physicaldescription-MIB",
            root=f"{root}.53.15.1",
            words="unit",
            columns=(
                temp("10", "rlPhdUnitEnvParamTempSensorValue", limits=("13", "12", "", "")),
                *(state(str(column), name, label, _ENV) for column, (name, label) in _PART.items()),
            ),
        ),
        Table(
            mib="RADLAN-Physicaldescription-MIB",
            root=f"{root}.53",
            columns=(of(Kind.COUNT, "8", "rlPhdNumberOfUnits", label="units in the stack"),),
        ),
    )


CISCO_SB = Family(
    vendor="Cisco Small Business",
    tables=radlan("1.3.6.1.4.1.9.6.1.101"),
    model=("1.3.6.1.4.1.9.6.1.101.53.14.1.11",),
)
RADLAN = radlan("1.3.6.1.4.1.89")
PLAIN = Family(vendor="Radlan", tables=RADLAN)
LINKSYS = Family(vendor="Linksys", tables=(*radlan("1.3.6.1.4.1.3955.89"), *RADLAN))
