"""Ruijie and the FS switches it makes, DCN, DASAN, ZTE, Lenovo, Fortinet, Accedian, Infinera, Smartoptics, Calix."""

from __future__ import annotations

import re

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    CENTI_DBM,
    DBM,
    MICRO,
    MILLI,
    MILLI_DBM,
    TENTH,
    TENTH_DBM,
    TENTH_MICROWATT,
    Table,
    bias,
    light,
    module_temp,
    rpm,
    rx,
    state,
    temp,
    tx,
    volt,
)

_PART = {
    1: "noexist",
    2: "existnopower",
    3: "existreadypower",
    4: "normal",
    5: "powerbutabnormal",
    6: "unknown",
}
_WITHOUT_DDM = frozenset({-10000})
_ZERO = frozenset({0})


def _rgos(root: str, prefix: str, word: str) -> tuple[Table, ...]:
    """RGOS: ``root`` is fsMgmt or ruijieMgmt; both makers' MIBs are the same."""
    module = f"{word}Fiber"
    system = f"{word}System"
    return (
        Table(
            mib=f"{prefix}-FIBER-MIB",
            root=f"{root}.105.1.1.1",
            if_index_at=0,
            columns=(
                module_temp("17", f"{module}Temp", none=_ZERO),
                volt("19", f"{module}Voltage", MILLI, "module voltage", none=_ZERO),
                bias("21", f"{module}Bias", MICRO, none=_ZERO),
                *(
                    bias(str(21 + 2 * lane), f"{module}Channel{lane}Bias", MICRO, lane=str(lane), none=_ZERO)
                    for lane in range(1, 5)
                ),
                rx("76", f"{module}RXpower", CENTI_DBM, none=_WITHOUT_DDM, limits=("94", "92", "91", "93")),
                *(
                    rx(
                        str(76 + lane),
                        f"{module}Channel{lane}RXpower",
                        CENTI_DBM,
                        lane=str(lane),
                        none=_WITHOUT_DDM,
                        limits=("94", "92", "91", "93"),
                    )
                    for lane in range(1, 5)
                ),
                tx("81", f"{module}TXpower", CENTI_DBM, none=_WITHOUT_DDM, limits=("98", "96", "95", "97")),
                *(
                    tx(
                        str(81 + lane),
                        f"{module}Channel{lane}TXpower",
                        CENTI_DBM,
                        lane=str(lane),
                        none=_WITHOUT_DDM,
                        limits=("98", "96", "95", "97"),
                    )
                    for lane in range(1, 5)
                ),
            ),
        ),
        Table(
            mib=f"{prefix}-SYSTEM-MIB",
            root=f"{root}.1.1.18.1",
            names=("3",),
            columns=(state("2", f"{system}ElectricalSourceIsNormal", "power supply", _PART),),
        ),
        Table(
            mib=f"{prefix}-SYSTEM-MIB",
            root=f"{root}.1.1.21.1",
            names=("3",),
            columns=(
                state("2", f"{system}FanIsNormal", "fan", _PART),
                rpm("4", f"{system}FanSpeed", label="fan speed", none=_ZERO),
            ),
        ),
        Table(
            mib=f"{prefix}-SYSTEM-MIB",
            root=f"{root}.1.1.23.1",
            names=("2",),
            columns=(temp("3", f"{system}TemperatureCurrent", none=_ZERO, limits=("5", "4", "", "")),),
        ),
    )


def _rgos_modules(root: str, prefix: str) -> tuple[ModuleTable, ...]:
    return (ModuleTable(mib=f"{prefix}-FIBER-MIB", root=f"{root}.105.1.1.1", columns={"serial": "16"}),)


_FS = "1.3.6.1.4.1.52642.1.1.10.2"
_RUIJIE = "1.3.6.1.4.1.4881.1.1.10.2"
FS_RGOS = Family(vendor="FS", tables=_rgos(_FS, "FS", "fs"), modules=_rgos_modules(_FS, "FS"))
RUIJIE = Family(vendor="Ruijie", tables=_rgos(_RUIJIE, "RUIJIE", "ruijie"), modules=_rgos_modules(_RUIJIE, "RUIJIE"))

DCN = Family(
    vendor="DCN",
    tables=(
        Table(
            mib="DCN-MIB",
            root="1.3.6.1.4.1.6339.100.30.1.1",
            if_index_at=0,
            columns=(
                module_temp("2", "ddmDiagnosisTemperature"),
                volt("7", "ddmDiagnosisVoltage", label="module voltage"),
                bias("12", "ddmDiagnosisBias", 1.0, unit="mA"),
                rx("17", "ddmDiagnosisRXPower", DBM),
                tx("22", "ddmDiagnosisTXPower", DBM),
            ),
        ),
    ),
)

ZTE_ACCESS = Family(
    vendor="ZTE",
    tables=(
        Table(
            mib="ZTE-AN-OPTICAL-MODULE-MIB",
            root="1.3.6.1.4.1.3902.1082.30.40.2.4.1",
            if_index_at=0,
            columns=(
                rx("2", "zxAnOpticalIfRxPwrCurrValue", MILLI_DBM),
                tx("3", "zxAnOpticalIfTxPwrCurrValue", MILLI_DBM),
                bias("5", "zxAnOpticalBiasCurrent", MICRO, none=_ZERO),
                volt("6", "zxAnOpticalSupplyVoltage", MILLI, "module voltage", none=_ZERO),
                module_temp("8", "zxAnOpticalTemperature", MILLI),
            ),
        ),
    ),
    modules=(
        ModuleTable(
            mib="ZTE-AN-OPTICAL-MODULE-MIB",
            root="1.3.6.1.4.1.3902.1082.30.40.2.4.1",
            columns={"vendor": "12", "model": "11", "serial": "13", "type": "15", "date": "14", "wavelength_nm": "7"},
        ),
    ),
)

DASAN = Family(
    vendor="DASAN",
    tables=(
        Table(
            mib="SLE-DEVICE-MIB",
            root="1.3.6.1.4.1.6296.101.2.2.4.1",
            words="port",
            columns=(
                module_temp("2", "sleEthernetPortDMITemper", unit_in_text=True),
                volt("3", "sleEthernetPortDMIVoltage", label="module voltage", unit_in_text=True),
                bias("4", "sleEthernetPortDMITxBias", 1.0, unit_in_text=True),
                light("5", "sleEthernetPortDMITxPower", DBM, "Tx power", unit_in_text=True),
                light("6", "sleEthernetPortDMIRxPower", DBM, "Rx power", unit_in_text=True),
            ),
        ),
    ),
)

_FG_TEMPERATURE = re.compile(r"temp|dts|lm75|^t[drs]\d|^cpu \d+ core \d+$", re.IGNORECASE)
_FG_FAN = re.compile(r"\bfan ?\d*$", re.IGNORECASE)
_FG_VOLTAGE = re.compile(r"\dv|v(in|out|cc|dd|tt|pp|core)", re.IGNORECASE)
_FG_SENSOR = "fgHwSensorEntValue (kind by its name)"
FORTIGATE = Family(
    vendor="Fortinet",
    tables=(
        Table(
            mib="FORTINET-FORTIGATE-MIB",
            root="1.3.6.1.4.1.12356.101.4.3.2.1",
            names=("2",),
            columns=(
                temp("3", _FG_SENSOR, label="", named=("2", _FG_TEMPERATURE), none=frozenset({-1})),
                rpm("3", _FG_SENSOR, label="", named=("2", _FG_FAN)),
                volt("3", _FG_SENSOR, label="", named=("2", _FG_VOLTAGE)),
                state("4", "fgHwSensorEntAlarmStatus", "alarm", {0: "false", 1: "true"}),
            ),
        ),
    ),
)

_LENOVO = "1.3.6.1.4.1.19046.2.3.11.1"
LENOVO = Family(
    vendor="Lenovo",
    tables=(
        Table(
            mib="LENOVO-ENV-MIB",
            root=f"{_LENOVO}.1.1",
            names=("4",),
            columns=(
                state(
                    "5",
                    "lenovoEnvMibPowerSupplyState",
                    "power supply",
                    {0: "off", 1: "on", 2: "absent", 3: "outputFault"},
                ),
            ),
        ),
        Table(
            mib="LENOVO-ENV-MIB",
            root=f"{_LENOVO}.2.1",
            names=("4",),
            columns=(
                state("5", "lenovoEnvMibFanState", "fan", {0: "ok", 1: "absent", 2: "fault"}),
                rpm("8", "lenovoEnvMibFanSpeedRPM"),
            ),
        ),
        Table(
            mib="LENOVO-ENV-MIB",
            root=f"{_LENOVO}.3.1",
            names=("4",),
            columns=(temp("6", "lenovoEnvMibTempSensorTemperature"),),
        ),
    ),
)

ACCEDIAN = Family(
    vendor="Accedian",
    tables=(
        Table(
            mib="ACD-SFP-MIB",
            root="1.3.6.1.4.1.22420.2.4.2.1",
            words="SFP",
            columns=(
                volt("4", "acdSfpDiagVcc", 1e-4, "module voltage"),
                bias("5", "acdSfpDiagLbc", MICRO),
                tx("8", "acdSfpDiagTxPwrdBm", DBM),
                rx("9", "acdSfpDiagRxPwrdBm", DBM),
            ),
        ),
    ),
)

_LUM = "1.3.6.1.4.1.8708.2"
_NOT_APPLICABLE = frozenset({2147483646})
INFINERA_XTM = Family(
    vendor="Infinera",
    tables=(
        Table(
            mib="LUM-IFOPTICAL-MIB",
            root=f"{_LUM}.48.2.2.1.1",
            port_name="2",
            names=("2",),
            columns=(
                rx("5", "ifOpticalTransSectionRxPowerLevel", TENTH_DBM, none=_NOT_APPLICABLE),
                tx("7", "ifOpticalTransSectionTxPowerLevel", TENTH_DBM, none=_NOT_APPLICABLE),
            ),
        ),
        Table(
            mib="LUM-IFPHYSICAL-MIB",
            root=f"{_LUM}.47.2.2.1.1",
            port_name="2",
            names=("2",),
            columns=(
                bias("4", "ifPhysicalTrxLaserBias", 1e-4, none=_NOT_APPLICABLE),
                module_temp("5", "ifPhysicalTrxLaserTemp", TENTH, "laser temperature", none=_NOT_APPLICABLE),
            ),
        ),
        Table(
            mib="LUM-WDM-MIB",
            root=f"{_LUM}.4.2.2.1.1",
            port_name="2",
            names=("2",),
            columns=(
                rx("11", "wdmIfPowerLevel", TENTH_DBM),
                tx("80", "wdmIfTxPowerLevel", TENTH_DBM, none=_NOT_APPLICABLE),
            ),
        ),
        Table(
            mib="LUM-OA-MIB",
            root=f"{_LUM}.19.2.2.1.1",
            port_name="2",
            names=("2",),
            columns=(
                tx("19", "oaIfTxPowerLevel", TENTH_DBM),
                rx("20", "oaIfRxPowerLevel", TENTH_DBM),
                bias("22", "oaIfLaserBias", 1e-4),
                module_temp("43", "oaIfActualLaserTemp", TENTH, "laser temperature"),
            ),
        ),
    ),
)

_SMARTOPTICS = "1.3.6.1.4.1.30826"
SMARTOPTICS = Family(
    vendor="Smartoptics",
    tables=(
        Table(
            mib="DCP-INTERFACE-MIB",
            root=f"{_SMARTOPTICS}.2.2.1.1.1.1",
            if_index_at=0,
            names=("2",),
            columns=(
                rx("3", "dcpInterfaceRxPower", TENTH_DBM),
                tx("4", "dcpInterfaceTxPower", TENTH_DBM),
            ),
        ),
        Table(
            mib="MSERIES-PORT-MIB",
            root=f"{_SMARTOPTICS}.1.3.1.2.1.1",
            if_index_at=0,
            names=("2",),
            columns=(
                light("5", "smartPortPower", TENTH_DBM, "power"),
                state(
                    "6",
                    "smartPortStatus",
                    "status",
                    {
                        1: "idle",
                        2: "down",
                        3: "up",
                        4: "high",
                        5: "low",
                        6: "eyeSafety",
                        7: "cd",
                        8: "ncd",
                    },
                ),
            ),
        ),
    ),
)
_CALIX = "1.3.6.1.4.1.6321.1.2"
CALIX = Family(
    vendor="Calix",
    tables=(
        Table(
            mib="Axos-Card-MIB",
            root=f"{_CALIX}.4.2.4.2.1",
            if_index_at=0,
            columns=(
                module_temp("4", "axosOltPonPortTemperature", MILLI),
                bias("5", "axosOltPonPortTxBias", MICRO),
                tx("6", "axosOltPonPortTxPower", TENTH_MICROWATT),
                rx("7", "axosOltPonPortRxPower", TENTH_MICROWATT),
                volt("8", "axosOltPonPortVoltage", MILLI, "module voltage"),
            ),
        ),
        Table(
            mib="E7-Calix-MIB",
            root=f"{_CALIX}.2.2.1.6.2.1",
            words="PON port",
            columns=(
                module_temp("5", "e7OltPonPortTemperature"),
                bias("6", "e7OltPonPortTxBias", MICRO),
                tx("7", "e7OltPonPortTxPower", TENTH_MICROWATT),
                rx("8", "e7OltPonPortRxPower", TENTH_MICROWATT),
                volt("9", "e7OltPonPortVoltage", MILLI, "module voltage"),
            ),
        ),
    ),
)
