"""Wavelengths and demarcation: Infinera XTM, Smartoptics, PacketLight, MRV, Accedian."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    DBM,
    MICRO,
    MILLI,
    MILLI_DBM,
    TENTH,
    TENTH_DBM,
    TENTH_MICROWATT,
    Kind,
    Table,
    bias,
    light,
    module_temp,
    of,
    rx,
    state,
    temp,
    tx,
    volt,
)

_NOTHING = frozenset({0})
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
        Table(
            mib="MSERIES-ENVMON-MIB",
            root=f"{_SMARTOPTICS}.1.4.1.1.1",
            names=("2",),
            columns=(temp("3", "smartEnvMonTemperatureValue", label=""),),
        ),
        Table(
            mib="DCP-LINKVIEW-MIB",
            root=f"{_SMARTOPTICS}.2.2.3.1.1.1",
            if_index_at=0,
            names=("3",),
            columns=(
                light("5", "dcpLinkviewLocalPower", TENTH_DBM, "power of all wavelengths"),
                of(Kind.LOSS, "6", "dcpLinkviewFiberLoss", TENTH, "fibre loss"),
            ),
        ),
    ),
)

_SITELIGHT = "1.3.6.1.4.1.4515.1"
PACKETLIGHT = Family(
    vendor="PacketLight",
    tables=(
        Table(
            mib="SL-SFP-MIB",
            root=f"{_SITELIGHT}.10.2.1.1",
            if_index_at=0,
            columns=(
                module_temp("34", "sfpDiagModuleTemperature", 1 / 256, offset=-128.0, none=_NOTHING),
                volt("35", "sfpDiagSupplyVoltage", 1e-4, "module voltage", none=_NOTHING),
                bias("36", "sfpDiagTxBias", 2e-6),
                tx("37", "sfpDiagTxOutputPower", TENTH_MICROWATT),
                rx("38", "sfpDiagRxInputPower", TENTH_MICROWATT),
            ),
        ),
        Table(
            mib="SL-MAIN-MIB",
            root=f"{_SITELIGHT}.3.1",
            columns=(temp("43", "slmSysTemperature"),),
        ),
    ),
    modules=(
        ModuleTable(
            mib="SL-SFP-MIB",
            root=f"{_SITELIGHT}.10.1.1.1",
            columns={"vendor": "22", "model": "25", "revision": "26", "serial": "31", "date": "32"},
        ),
    ),
)

_NBS = "1.3.6.1.4.1.629.200"
_NBS_LEVEL = {1: "notSupported", 2: "lowAlarm", 3: "lowWarning", 4: "ok", 5: "highWarning", 6: "highAlarm"}
MRV = Family(
    vendor="MRV (Adtran)",
    tables=(
        Table(
            mib="NBS-CMMC-MIB",
            root=f"{_NBS}.8.1.1",
            port_is_index=True,
            columns=(
                module_temp("30", "nbsCmmcPortTemperature"),
                tx("31", "nbsCmmcPortTxPower", MILLI_DBM),
                rx("32", "nbsCmmcPortRxPower", MILLI_DBM),
                bias("33", "nbsCmmcPortBiasAmps", MICRO, none=frozenset({-1})),
                volt("34", "nbsCmmcPortSupplyVolts", MILLI, "module voltage", none=frozenset({-1})),
                state("64", "nbsCmmcPortTemperatureLevel", "temperature level", _NBS_LEVEL),
                state("65", "nbsCmmcPortTxPowerLevel", "Tx power level", _NBS_LEVEL),
                state("66", "nbsCmmcPortRxPowerLevel", "Rx power level", _NBS_LEVEL),
            ),
        ),
    ),
)
