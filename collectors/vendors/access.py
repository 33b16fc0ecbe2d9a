"""Access switches and OLTs: Zyxel, D-Link, TP-Link, FS, SNR, Eltex, V-SOL."""

from __future__ import annotations

from functools import partial

from collectors.vendors.aricent import ISS
from collectors.vendors.family import Family, Own
from collectors.vendors.radlan import RADLAN
from collectors.vendors.row import (
    CENTI,
    CENTI_DBM,
    DBM,
    MILLI,
    MILLI_DBM,
    MILLIWATT,
    TENTH,
    TENTH_MICROWATT,
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
    watt,
)

_ZY = "1.3.6.1.4.1.890.1.15.3"
_DDM = ("2", "4", "5", "3")
"""zyTransceiverDdmiEntry: high alarm 2, low alarm 3, high warning 4, low warning 5, current 6; index: port, kind."""
ZYXEL = Family(
    vendor="Zyxel",
    slot_ports="swp",
    tables=(
        Table(
            mib="ZYXEL-TRANSCEIVER-MIB",
            root=f"{_ZY}.84.1.2.1",
            if_index_at=0,
            columns=(
                module_temp("6", "zyTransceiverDdmiCurrent(temperature)", CENTI, where=((1, 1),), limits=_DDM),
                volt("6", "zyTransceiverDdmiCurrent(voltage)", CENTI, "module voltage", where=((1, 2),), limits=_DDM),
                bias("6", "zyTransceiverDdmiCurrent(txBias)", 1e-5, where=((1, 3),), limits=_DDM),
                tx("6", "zyTransceiverDdmiCurrent(txPower)", CENTI_DBM, where=((1, 4),), limits=_DDM),
                rx("6", "zyTransceiverDdmiCurrent(rxPower)", CENTI_DBM, where=((1, 5),), limits=_DDM),
            ),
        ),
        Table(
            mib="ZYXEL-HW-MONITOR-MIB",
            root=f"{_ZY}.26.1.1.1",
            names=("2",),
            columns=(rpm("3", "zyHwMonitorFANRpmCurrent", label="", limits=("", "", "6", "")),),
        ),
        Table(
            mib="ZYXEL-HW-MONITOR-MIB",
            root=f"{_ZY}.26.1.2.1",
            names=("2",),
            columns=(temp("3", "zyHwMonitorTemperatureCurrent", label="", limits=("", "6", "", "")),),
        ),
        Table(
            mib="ZYXEL-HW-MONITOR-MIB",
            root=f"{_ZY}.26.1.3.1",
            names=("2",),
            columns=(volt("3", "zyHwMonitorVoltageCurrent", MILLI, "", limits=("", "", "7", "")),),
        ),
        Table(
            mib="ZYXEL-STACKING-MIB",
            root=f"{_ZY}.97.2",
            columns=(
                state("2.1.5", "zyStackingSlotChannelInfoNeighbor", "stacking neighbour", {0: "none"}),
                state("3", "zyStackingTopology", "stacking topology", {0: "none", 1: "chain", 2: "ring"}),
            ),
        ),
    ),
)


def dlink(root: str, mib: str) -> tuple[Table, ...]:
    """DGS-1250 and kin: D-Link's common tables below a model's root."""
    return (
        Table(
            mib=f"{mib} (dDdmIfInfoTable)",
            root=f"{root}.72.1.4.1.1",
            if_index_at=0,
            columns=(
                module_temp("1", "dDdmIfInfoCurrentTemperature", MILLI, limits=("3", "4", "5", "6")),
                state("2", "dDdmIfInfoTemperatureState", "temperature state", _DDM_STATE),
                volt("7", "dDdmIfInfoCurrentVoltage", CENTI, "module voltage", limits=("9", "10", "11", "12")),
                state("8", "dDdmIfInfoVoltageState", "voltage state", _DDM_STATE),
                bias("13", "dDdmIfInfoCurrentBias", MILLI, limits=("15", "16", "17", "18")),
                state("14", "dDdmIfInfoBiasState", "bias state", _DDM_STATE),
                tx("19", "dDdmIfInfoCurrentTxPower", TENTH_MICROWATT, limits=("21", "22", "23", "24")),
                state("20", "dDdmIfInfoTxPowerState", "Tx power state", _DDM_STATE),
                rx("25", "dDdmIfInfoCurrentRxPower", TENTH_MICROWATT, limits=("27", "28", "29", "30")),
                state("26", "dDdmIfInfoRxPowerState", "Rx power state", _DDM_STATE),
            ),
        ),
        Table(
            mib=f"{mib} (dEntityExt)",
            root=f"{root}.5.1.1",
            columns=(
                temp("1.1.4", "dEntityExtEnvTempCurrent"),
                state("1.1.7", "dEntityExtEnvTempStatus", "temperature", {1: "ok", 2: "abnormal"}),
                state("2.1.4", "dEntityExtEnvFanStatus", "fan", {1: "ok", 2: "fault"}),
                state(
                    "3.1.6",
                    "dEntityExtEnvPowerStatus",
                    "power",
                    {1: "inOperation", 2: "failed", 3: "empty"},
                ),
            ),
        ),
    )


_DDM_STATE = {0: "normal", 1: "warning", 2: "alarm"}


def dgs1210(root: str) -> tuple[Table, ...]:
    """DGS-1210 and DES-1210: the model's MIB is its sysObjectID. Levels are in mW or dBm, as the switch is set."""
    return (
        Table(
            mib="DGS-1210-28ME and kin",
            root=f"{root}.105.2.1.1.1",
            if_index_at=0,
            columns=(
                module_temp("2", "ddmTemperature"),
                volt("3", "ddmVoltage", label="module voltage"),
                bias("4", "ddmBiasCurrent", MILLI),
                tx("5", "ddmTxPower", MILLIWATT, signed_scale=DBM),
                rx("6", "ddmRxPower", MILLIWATT, signed_scale=DBM),
            ),
        ),
    )


_EQUIPMENT_POWER = {
    0: "other",
    1: "lowVoltage",
    2: "overCurrent",
    3: "working",
    4: "fail",
    5: "connect",
    6: "disconnect",
}
_EQUIPMENT_FAN = {
    0: "other",
    1: "working",
    2: "fail",
    3: "speed-0",
    4: "speed-low",
    5: "speed-middle",
    6: "speed-high",
}
_DLINK = "1.3.6.1.4.1.171"
DLINK = Family(
    vendor="D-Link",
    own=(
        Own(pattern=r"171\.10\.(\d+)\.", root=r"171.11.\1.1000", tables=partial(dlink, mib="DGS-1250")),
        Own(pattern=r"(171\.10\.7[56]\.\d+\.\d+)", root=r"\1", tables=dgs1210),
    ),
    tables=(
        *dlink(f"{_DLINK}.14", "DLINKSW"),
        Table(
            mib="DDM-MGMT-MIB",
            root=f"{_DLINK}.12.72.2.1.1.1",
            if_index_at=0,
            columns=(
                module_temp("2", "swDdmTemperature"),
                volt("3", "swDdmVoltage", label="module voltage"),
                bias("4", "swDdmBiasCurrent", MILLI),
                tx("5", "swDdmTxPower", MILLIWATT, signed_scale=DBM),
                rx("6", "swDdmRxPower", MILLIWATT, signed_scale=DBM),
            ),
        ),
        Table(
            mib="EQUIPMENT-MIB",
            root=f"{_DLINK}.12.11.1",
            columns=(
                state(
                    "6.1.3",
                    "swPowerStatus",
                    "power",
                    {
                        0: "other",
                        1: "lowVoltage",
                        2: "overCurrent",
                        3: "working",
                        4: "fail",
                        5: "connect",
                        6: "disconnect",
                    },
                ),
                state(
                    "7.1.3",
                    "swFanStatus",
                    "fan",
                    {
                        0: "other",
                        1: "working",
                        2: "fail",
                        3: "speed-0",
                        4: "speed-low",
                        5: "speed-middle",
                        6: "speed-high",
                    },
                ),
                temp("8.1.2", "swTemperatureCurrent", none=frozenset({0})),
            ),
        ),
    ),
)

_TP = "1.3.6.1.4.1.11863.6"
TPLINK = Family(
    vendor="TP-Link",
    tables=(
        Table(
            mib="TPLINK-POWER-OVER-ETHERNET-MIB",
            root=f"{_TP}.56.1.1.2.1.1",
            if_index_at=0,
            columns=(
                watt("7", "tpPoePower", TENTH, "PoE power"),
                state(
                    "11",
                    "tpPoePowerStatus",
                    "PoE",
                    {
                        0: "off",
                        1: "turning-on",
                        2: "on",
                        3: "overload",
                        4: "short",
                        5: "nonstandard-pd",
                        6: "voltage-high",
                        7: "voltage-low",
                        8: "hardware-fault",
                        9: "overtemperature",
                    },
                ),
            ),
        ),
        Table(
            mib="TPLINK-POWER-OVER-ETHERNET-MIB",
            root=f"{_TP}.56.1.1.1",
            columns=(
                watt("1", "tpPoePowerLimit", TENTH, "PoE power limit"),
                watt("3", "tpPoePowerConsumption", TENTH, "PoE power in use"),
                watt("4", "tpPoePowerRemaining", TENTH, "PoE power remaining"),
            ),
        ),
        Table(
            mib="TPLINK-DDMSTATUS-MIB",
            root=f"{_TP}.96.1.7.1.1",
            port_name="1",
            names=("1",),
            columns=(
                module_temp("2", "ddmStatusTemperature"),
                volt("3", "ddmStatusVoltage", label="module voltage"),
                bias("4", "ddmStatusBiasCurrent", MILLI),
                tx("5", "ddmStatusTxPow", DBM),
                rx("6", "ddmStatusRxPow", DBM),
            ),
        ),
    ),
)

_CENTEC = "1.3.6.1.4.1.52642.1.37.1"
FS_CENTEC = Family(
    vendor="FS",
    tables=(
        Table(
            mib="FS-SWITCH-MIB",
            root=f"{_CENTEC}.10",
            if_index_at=0,
            columns=(
                module_temp("2.1.5", "transceiverTemperatureCurrent"),
                volt("3.1.5", "transceiverVoltageCurrent", label="module voltage"),
                bias("4.1.5", "transceiverBiasCurrent", MILLI, several=True),
                tx("5.1.5", "transceiverTransmitPowerCurrent", DBM, several=True),
                rx("6.1.5", "transceiverReceivePowerCurrent", DBM, several=True),
            ),
        ),
        Table(
            mib="FS-SWITCH-MIB",
            root=f"{_CENTEC}.1.1.1",
            words="fan",
            columns=(
                state("4", "fanStatus", "status", {1: "active", 2: "deactive", 3: "notInstall"}),
                of(Kind.PERCENT, "5", "fanSpeedRate", label="speed"),
            ),
        ),
        Table(
            mib="FS-SWITCH-MIB",
            root=f"{_CENTEC}.2.1",
            words="power supply",
            columns=(state("7", "powerAlert", "alert", {1: "noAlert", 2: "alert"}),),
        ),
        Table(
            mib="FS-SWITCH-MIB",
            root=f"{_CENTEC}.3.1",
            words="temperature sensor",
            columns=(temp("4", "temperatureCurrent", label=""),),
        ),
    ),
)

_ELTEX = "1.3.6.1.4.1.35265"
_BATTERY_23 = {1: "normal", 2: "low", 3: "fault", 4: "notPresent"}
ELTEX_RADLAN = Family(
    vendor="Eltex",
    tables=(
        *RADLAN,
        Table(
            mib="ELTEX-MES-HWENVIROMENT-MIB",
            root=f"{_ELTEX}.1.23.11.1.1",
            columns=(
                state("2", "eltEnvMonBatteryState", "backup battery", _BATTERY_23),
                of(Kind.CHARGE, "3", "eltEnvMonBatteryStatusCharge", label="battery charge"),
            ),
        ),
    ),
)
ELTEX_ISS = Family(
    vendor="Eltex",
    tables=(
        Table(
            mib="ELTEX-PHY-MIB",
            root=f"{_ELTEX}.52.1.1.3.2.1",
            if_index_at=0,
            lane_at=2,
            columns=(
                module_temp("8", "eltexPhyTransceiverDiagnosticCurrentValue(temperature)", where=((1, 1),)),
                volt(
                    "8", "eltexPhyTransceiverDiagnosticCurrentValue(voltage)", label="module voltage", where=((1, 2),)
                ),
                bias("8", "eltexPhyTransceiverDiagnosticCurrentValue(bias)", MILLI, where=((1, 3),)),
                tx("8", "eltexPhyTransceiverDiagnosticCurrentValue(txPower)", MILLI_DBM, where=((1, 4),)),
                rx("8", "eltexPhyTransceiverDiagnosticCurrentValue(rxPower)", MILLI_DBM, where=((1, 5),)),
                state(
                    "8",
                    "eltexPhyTransceiverDiagnosticCurrentValue(los)",
                    "loss of signal",
                    {0: "false", 1: "true"},
                    where=((1, 6),),
                ),
            ),
        ),
        Table(
            mib="ELTEX-MES-ISS-ENV-MIB",
            root=f"{_ELTEX}.1.139.12.1.3.1.1",
            columns=(
                state("2", "eltMesIssEnvBatteryStatus", "backup battery"),
                of(Kind.CHARGE, "3", "eltMesIssEnvBatteryChargeLevel", label="battery charge"),
            ),
        ),
        *ISS,
    ),
)
