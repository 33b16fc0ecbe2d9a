"""Optical access networks: ZTE, Calix, DASAN, V-SOL, BDCOM."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    DBM,
    MICRO,
    MILLI,
    MILLI_DBM,
    TENTH_DBM,
    TENTH_MICROWATT,
    Table,
    bias,
    light,
    module_temp,
    rx,
    temp,
    tx,
    volt,
)

_ZERO = frozenset({0})
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

_VSOL = "1.3.6.1.4.1.37950.1.1.5"
VSOL = Family(
    vendor="V-SOL",
    tables=(
        Table(
            mib="V1600D-MIB",
            root=f"{_VSOL}.10.13.1.1",
            words="PON port",
            columns=(
                module_temp("2", "ponTransceiverTemperature (column by its text)"),
                volt("3", "ponTransceiverVoltage (column by its text)", label="module voltage"),
                bias("4", "ponTransceiverBias (column by its text)", MILLI),
                tx("5", "ponTransceiverTxPower (column by its text)", DBM),
            ),
        ),
        Table(
            mib="V1600D-MIB",
            root=f"{_VSOL}.12.2.1.8.1",
            words="ONU",
            columns=(
                module_temp("3", "onuOpticalTemperature (column by its text)"),
                volt("4", "onuOpticalVoltage (column by its text)", label="module voltage"),
                bias("5", "onuOpticalBias (column by its text)", MILLI),
                tx("6", "onuOpticalTxPower (column by its text)", DBM),
                rx("7", "onuOpticalRxPower (column by its text)", DBM),
            ),
        ),
        Table(
            mib="V1600D-MIB",
            root=f"{_VSOL}.10.12.5",
            columns=(temp("9", "systemTemperature", label="system temperature"),),
        ),
    ),
)
BDCOM = Family(
    vendor="BDCOM",
    tables=(
        Table(
            mib="NMS-IF-MIB",
            root="1.3.6.1.4.1.3320.9.63.1.7.1",
            if_index_at=0,
            columns=(
                tx("2", "txPower1", TENTH_DBM, none=frozenset({65535, -65535})),
                rx("3", "rxPower1", TENTH_DBM, none=frozenset({65535, -65535})),
            ),
        ),
        Table(
            mib="NMS-OPTICAL-PORT-MIB",
            root="1.3.6.1.4.1.3320.9.183.1.1",
            if_index_at=0,
            columns=(
                module_temp("13", "opIfTemperature", 1 / 256, none=frozenset({65535, -65535})),
                volt("14", "opIfVolt", 1e-4, "module voltage", none=frozenset({65535, -65535})),
                bias("15", "opIfCurrent", 2e-6, none=frozenset({65535, -65535})),
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
