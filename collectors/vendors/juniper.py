"""Juniper Junos."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import (
    CENTI_DBM,
    MILLI,
    TENTH,
    Kind,
    Table,
    bias,
    module_temp,
    of,
    rx,
    state,
    temp,
    tx,
    watt,
)

_JNX = "1.3.6.1.4.1.2636.3"
_PICO = 1e-12
_FRU = {
    1: "unknown",
    2: "empty",
    3: "present",
    4: "ready",
    5: "announceOnline",
    6: "online",
    7: "anounceOffline",
    8: "offline",
    9: "diagnostic",
    10: "standby",
}
_ALARM = {1: "other", 2: "off", 3: "on"}
JUNOS = Family(
    vendor="Juniper",
    model=(f"{_JNX}.1.2",),
    tables=(
        Table(
            mib="JUNIPER-DOM-MIB",
            root=f"{_JNX}.60.1.1.1.1",
            if_index_at=0,
            columns=(
                rx("5", "jnxDomCurrentRxLaserPower", CENTI_DBM, limits=("10", "12", "13", "11")),
                bias("6", "jnxDomCurrentTxLaserBiasCurrent", 1e-6, limits=("14", "16", "17", "15")),
                tx("7", "jnxDomCurrentTxLaserOutputPower", CENTI_DBM, limits=("18", "20", "21", "19")),
                module_temp("8", "jnxDomCurrentModuleTemperature", limits=("22", "24", "25", "23")),
            ),
        ),
        Table(
            mib="JUNIPER-DOM-MIB",
            root=f"{_JNX}.60.1.2.1.1",
            if_index_at=0,
            lane_at=1,
            columns=(
                rx("6", "jnxDomCurrentLaneRxLaserPower", CENTI_DBM),
                bias("7", "jnxDomCurrentLaneTxLaserBiasCurrent", 1e-6),
                tx("8", "jnxDomCurrentLaneTxLaserOutputPower", CENTI_DBM),
            ),
        ),
        Table(
            mib="JUNIPER-IFOPTICS-MIB",
            root=f"{_JNX}.71.1.2.1.1",
            if_index_at=0,
            columns=(
                of(Kind.CHROMATIC_DISPERSION, "1", "jnxPMCurCD", label="chromatic dispersion"),
                of(Kind.DELAY, "2", "jnxPMCurDGD", _PICO, "differential group delay"),
                of(Kind.QUALITY_FACTOR, "5", "jnxPMCurQ", TENTH, "Q2 factor"),
                of(Kind.SNR, "6", "jnxPMCurSNR", TENTH, "SNR"),
                tx("7", "jnxPMCurTxOutputPower", CENTI_DBM),
                rx("8", "jnxPMCurRxInputPower", CENTI_DBM),
                bias("35", "jnxPMCurTxLaserBiasCurrent", MILLI),
                module_temp("39", "jnxPMCurTemperature"),
                of(Kind.FREQUENCY, "43", "jnxPMCurCarFreqOffset", 1e6, "carrier frequency offset"),
            ),
        ),
        Table(
            mib="JUNIPER-IFOTN-MIB",
            root=f"{_JNX}.73.1.3.3.8.1",
            if_index_at=0,
            columns=(of(Kind.BER, "5", "jnxPMCurFecBERMantissa(1e-9)", 1e-9, "pre-FEC bit error rate"),),
        ),
        Table(
            mib="JUNIPER-MIB",
            root=f"{_JNX}.1.13.1",
            names=("5",),
            columns=(temp("7", "jnxOperatingTemp", none=frozenset({0})),),
        ),
        Table(
            mib="JUNIPER-MIB",
            root=f"{_JNX}.1.15.1",
            names=("5",),
            columns=(state("8", "jnxFruState", "", _FRU),),
        ),
        Table(
            mib="JUNIPER-ALARM-MIB",
            root=f"{_JNX}.4.2",
            columns=(
                state("2.1", "jnxYellowAlarmState", "yellow alarm", _ALARM),
                state("3.1", "jnxRedAlarmState", "red alarm", _ALARM),
            ),
        ),
        Table(
            mib="JUNIPER-SRX5000-SPU-MONITORING-MIB",
            root=f"{_JNX}.39.1.12.1.1.1",
            columns=(of(Kind.COUNT, "6", "jnxJsSPUMonitoringCurrentFlowSession", label="flow sessions"),),
        ),
        Table(
            mib="JUNIPER-POWER-SUPPLY-UNIT-MIB",
            root=f"{_JNX}.58.1.2.1",
            columns=(watt("9", "jnxPsuChassisPowerConsumed", label="chassis power"),),
        ),
    ),
)
