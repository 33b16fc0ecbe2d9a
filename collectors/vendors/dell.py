"""Dell Networking: OS9 (FTOS), N-series and PowerConnect (FASTPATH), OS10."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    DBM,
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

_FORCE10 = "1.3.6.1.4.1.6027.3"
_UP = {1: "up", 2: "down", 3: "absent"}
OS9 = Family(
    vendor="Dell",
    tables=(
        Table(
            mib="DELL-NETWORKING-IF-EXTENSION-MIB",
            root=f"{_FORCE10}.11.1.3.1.1",
            if_index_at=0,
            names=("2",),
            columns=(
                tx("8", "dellNetIfTransceiverTxPowerLane1", DBM, lane="1"),
                tx("9", "dellNetIfTransceiverTxPowerLane2", DBM, lane="2"),
                tx("10", "dellNetIfTransceiverTxPowerLane3", DBM, lane="3"),
                tx("11", "dellNetIfTransceiverTxPowerLane4", DBM, lane="4"),
                rx("12", "dellNetIfTransceiverRxPowerLane1", DBM, lane="1"),
                rx("13", "dellNetIfTransceiverRxPowerLane2", DBM, lane="2"),
                rx("14", "dellNetIfTransceiverRxPowerLane3", DBM, lane="3"),
                rx("15", "dellNetIfTransceiverRxPowerLane4", DBM, lane="4"),
                module_temp("16", "dellNetIfTransceiverTemperature"),
                volt("17", "dellNetIfTransceiverVoltage", label="module voltage"),
                bias("18", "dellNetIfTransceiverBiasCurrentLane1", 1.0, unit="mA", lane="1"),
                bias("19", "dellNetIfTransceiverBiasCurrentLane2", 1.0, unit="mA", lane="2"),
                bias("20", "dellNetIfTransceiverBiasCurrentLane3", 1.0, unit="mA", lane="3"),
                bias("21", "dellNetIfTransceiverBiasCurrentLane4", 1.0, unit="mA", lane="4"),
            ),
        ),
        Table(
            mib="DELL-NETWORKING-CHASSIS-MIB",
            root=f"{_FORCE10}.26.1.3.4.1",
            words="stack unit",
            columns=(temp("13", "dellNetStackUnitTemp"),),
        ),
        Table(
            mib="DELL-NETWORKING-CHASSIS-MIB",
            root=f"{_FORCE10}.26.1.4.7.1",
            words="fan tray",
            columns=(state("4", "dellNetFanTrayOperStatus", "", _UP),),
        ),
        Table(
            mib="DELL-NETWORKING-CHASSIS-MIB",
            root=f"{_FORCE10}.26.1.4.6.1",
            words="power supply",
            columns=(
                state("4", "dellNetPowerSupplyOperStatus", "", _UP),
                watt("10", "dellNetPowerSupplyUsage", label="power"),
            ),
        ),
        Table(
            mib="F10-S-SERIES-CHASSIS-MIB",
            root=f"{_FORCE10}.10.1.2.2.1",
            words="stack unit",
            columns=(temp("14", "chStackUnitTemp"),),
        ),
        Table(
            mib="F10-C-SERIES-CHASSIS-MIB",
            root=f"{_FORCE10}.8.1.2.1.1",
            words="card",
            columns=(temp("5", "chSysCardTemp"),),
        ),
    ),
    modules=(
        ModuleTable(
            mib="DELL-NETWORKING-IF-EXTENSION-MIB",
            root=f"{_FORCE10}.11.1.3.1.1",
            columns={"type": "4", "vendor": "5", "model": "6", "serial": "7"},
        ),
    ),
)

_N = "1.3.6.1.4.1.674.10895.5000.2.6132.1.1"
_TEMP_STATE = {
    0: "low",
    1: "normal",
    2: "warning",
    3: "critical",
    4: "shutdown",
    5: "notpresent",
    6: "notoperational",
}
_BOX_STATE = {
    1: "notpresent",
    2: "operational",
    3: "failed",
    4: "powering",
    5: "nopower",
    6: "notpowering",
    7: "incompatible",
}


def fastpath(root: str, mib: str, optics: str) -> tuple[Table, ...]:
    """FASTPATH-BOXSERVICES-PRIVATE-MIB and FASTPATH-ISDP below a brand's root."""
    return (
        Table(
            mib=f"{mib}-BOXSERVICES-PRIVATE-MIB",
            root=f"{root}.43.1.6.1",
            words="fan",
            columns=(
                state("3", "boxServicesFanItemState", "", _BOX_STATE),
                rpm("4", "boxServicesFanSpeed", label="speed"),
                of(Kind.PERCENT, "5", "boxServicesFanDutyLevel", label="duty"),
            ),
        ),
        Table(
            mib=f"{mib}-BOXSERVICES-PRIVATE-MIB",
            root=f"{root}.43.1.7.1",
            words="power supply",
            columns=(state("3", "boxServicesPowSupplyItemState", "", _BOX_STATE),),
        ),
        Table(
            mib=f"{mib}-BOXSERVICES-PRIVATE-MIB",
            root=f"{root}.43.1.8.1",
            words="sensor",
            columns=(
                temp("5", "boxServicesTempSensorTemperature"),
                state(
                    "4",
                    "boxServicesTempSensorState",
                    "state",
                    _TEMP_STATE,
                ),
            ),
        ),
        *_fastpath_ports(root, mib, optics),
    )


def _fastpath_ports(root: str, mib: str, optics: str) -> tuple[Table, ...]:
    """Power over ports, unit temperatures, and pluggable modules below ``optics``."""
    return (
        Table(
            mib=f"{mib}-POWER-ETHERNET-MIB",
            root=f"{root}.15.1.1.1",
            if_index_at=1,
            columns=(
                watt("2", "agentPethOutputPower", 1e-3, "PoE power"),
                amp("3", "agentPethOutputCurrent", 1e-3, "PoE current"),
                volt("4", "agentPethOutputVolts", label="PoE voltage"),
            ),
        ),
        Table(
            mib=f"{mib}-BOXSERVICES-PRIVATE-MIB",
            root=f"{root}.43.1.15.1",
            words="unit",
            columns=(
                temp("3", "boxServicesTempUnitTemperature"),
                state("2", "boxServicesTempUnitState", "temperature state", _TEMP_STATE),
            ),
        ),
        Table(
            mib=f"{mib}-BOXSERVICES-PRIVATE-MIB",
            root=f"{root}.43.1.{optics}.1",
            if_index_at=0,
            columns=(
                module_temp("2", "boxServicesFiberPortOpticsTemperature", 0.1),
                volt("3", "boxServicesFiberPortOpticsVoltage", 1e-3, "module voltage"),
                bias("4", "boxServicesFiberPortOpticsCurrent", 1e-4),
                tx("5", "boxServicesFiberPortOpticsPowerOut", MILLI_DBM),
                rx("6", "boxServicesFiberPortOpticsPowerIn", MILLI_DBM),
            ),
        ),
    )


N_SERIES = Family(
    vendor="Dell",
    tables=(
        *fastpath(_N, "DNOS", optics="18"),
        Table(
            mib="Dell-Vendor-MIB",
            root="1.3.6.1.4.1.674.10895.3000.1.2.110.7.1.1",
            names=("2",),
            columns=(
                state(
                    "3",
                    "envMonFanState",
                    "",
                    {1: "normal", 2: "warning", 3: "critical", 4: "shutdown", 5: "notPresent", 6: "notFunctioning"},
                ),
            ),
        ),
        Table(
            mib="Dell-Vendor-MIB",
            root="1.3.6.1.4.1.674.10895.3000.1.2.110.7.2.1",
            names=("2",),
            columns=(
                state(
                    "3",
                    "envMonSupplyState",
                    "",
                    {1: "normal", 2: "warning", 3: "critical", 4: "shutdown", 5: "notPresent", 6: "notFunctioning"},
                ),
                watt("5", "envMonSupplyCurrentPower", label="power"),
                watt("6", "envMonSupplyAveragePower", label="average power"),
            ),
        ),
    ),
)
_OS10 = "1.3.6.1.4.1.674.11000.5000.100.4.1.1"
_OS10_STATE = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "notPresent",
    7: "lowerLayerDown",
    8: "failed",
}
OS10 = Family(
    vendor="Dell",
    tables=(
        Table(
            mib="DELLEMC-OS10-CHASSIS-MIB",
            root=f"{_OS10}.3.1",
            words="chassis",
            columns=(temp("11", "os10ChassisTemp"),),
        ),
        Table(
            mib="DELLEMC-OS10-CHASSIS-MIB",
            root=f"{_OS10}.4.1",
            words="card",
            columns=(
                state(
                    "4",
                    "os10CardStatus",
                    "",
                    {1: "ready", 2: "cardMisMatch", 3: "cardProblem", 4: "diagMode", 5: "cardAbsent", 6: "offline"},
                ),
                temp("5", "os10CardTemp"),
            ),
        ),
        Table(
            mib="DELLEMC-OS10-CHASSIS-MIB",
            root="1.3.6.1.4.1.674.11000.5000.100.4.1.2.1.1",
            words="power supply",
            columns=(state("4", "os10PowerSupplyOperStatus", "", _OS10_STATE),),
        ),
        Table(
            mib="DELLEMC-OS10-CHASSIS-MIB",
            root="1.3.6.1.4.1.674.11000.5000.100.4.1.2.2.1",
            words="fan tray",
            columns=(state("4", "os10FanTrayOperStatus", "", _OS10_STATE),),
        ),
    ),
)
QUANTA = Family(vendor="Quanta", tables=fastpath("1.3.6.1.4.1.4413.1.1", "QUANTA", optics="16"))
