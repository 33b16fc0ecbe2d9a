"""Huawei: VRP switches and routers, YunShan, and the SMU power systems."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    CENTI_DBM,
    MICRO,
    MICROWATT,
    MILLI,
    TENTH,
    Kind,
    Scale,
    Table,
    amp,
    bias,
    module_temp,
    of,
    rx,
    state,
    temp,
    tx,
    volt,
    watt,
)

_EXT = "1.3.6.1.4.1.2011.5.25.31.1.1"
_NONE = frozenset({-1, -255})
"""HUAWEI-ENTITY-EXTENT-MIB: -1, and -255 for temperatures, where a module is absent or does not measure."""
_THRESHOLD = {1: "normal", 2: "minor", 3: "major", 4: "fatal"}
_NORMAL = {1: "normal", 2: "abnormal"}
_POWER = {1: "supply", 2: "notSupply", 3: "sleep", 4: "unknown"}
_NOTHING_LIKE_THAT = frozenset({0, -1, -255, 2147483647})
ENTITY_EXTENT = (
    Table(
        mib="HUAWEI-ENTITY-EXTENT-MIB",
        root=f"{_EXT}.3.1",
        entity_at=0,
        names=("58",),
        columns=(
            # before the whole microwatts of columns 8 and 9: at -27 dBm one of those is 2 dB
            rx("32", "hwEntityOpticalLaneRxPower", CENTI_DBM, "Rx power of lanes", several=True, none=_NONE),
            tx("33", "hwEntityOpticalLaneTxPower", CENTI_DBM, "Tx power of lanes", several=True, none=_NONE),
            module_temp("5", "hwEntityOpticalTemperature", none=_NONE),
            volt("6", "hwEntityOpticalVoltage", MILLI, "module voltage", none=_NONE),
            bias("7", "hwEntityOpticalBiasCurrent", MICRO, none=_NONE, signed_scale=Scale(MILLI)),
            rx("8", "hwEntityOpticalRxPower", MICROWATT, none=_NONE, signed_scale=CENTI_DBM),
            tx("9", "hwEntityOpticalTxPower", MICROWATT, none=_NONE, signed_scale=CENTI_DBM),
        ),
    ),
    Table(
        mib="HUAWEI-ENTITY-EXTENT-MIB",
        root=f"{_EXT}.1.1",
        entity_at=0,
        columns=(
            temp("11", "hwEntityTemperature", none=_NOTHING_LIKE_THAT),
            volt("13", "hwEntityVoltage", MILLI, none=_NOTHING_LIKE_THAT),
        ),
    ),
    Table(
        mib="HUAWEI-ENTITY-EXTENT-MIB",
        root=f"{_EXT}.8.1",
        columns=(
            state("5", "hwEntityTempStatus", "temperature status", _THRESHOLD),
            temp("6", "hwEntityTempValue", label="temperature sensor"),
        ),
    ),
    Table(
        mib="HUAWEI-ENTITY-EXTENT-MIB",
        root=f"{_EXT}.9.1",
        columns=(
            state("5", "hwEntityVolStatus", "voltage status", _THRESHOLD),
            volt("7", "hwEntityVolCurValue", MILLI, "voltage sensor"),
        ),
    ),
    Table(
        mib="HUAWEI-ENTITY-EXTENT-MIB",
        root=f"{_EXT}.10.1",
        words="fan",
        columns=(
            of(Kind.PERCENT, "5", "hwEntityFanSpeed", label="speed"),
            state("7", "hwEntityFanState", "", _NORMAL),
        ),
    ),
    Table(
        mib="HUAWEI-ENTITY-EXTENT-MIB",
        root=f"{_EXT}.18.1",
        words="power supply",
        columns=(
            state("6", "hwEntityPwrState", "", _POWER),
            amp("7", "hwEntityPwrCurrent", MILLI, none=_NOTHING_LIKE_THAT),
            volt("8", "hwEntityPwrVoltage", MILLI, none=_NOTHING_LIKE_THAT),
        ),
    ),
    Table(
        mib="HUAWEI-ENERGYMNGT-MIB",
        root="1.3.6.1.4.1.2011.6.157",
        columns=(
            watt("1.3", "hwAveragePower", MILLI, "average power"),
            watt("1.6", "hwCurrentPower", MILLI, "power"),
        ),
    ),
    Table(
        mib="HUAWEI-ENERGYMNGT-MIB",
        root="1.3.6.1.4.1.2011.6.157.2.1.1",
        names=("3",),
        columns=(watt("4", "hwBoardCurrentPower", MILLI),),
    ),
    Table(
        mib="HUAWEI-POE-MIB",
        root="1.3.6.1.4.1.2011.5.25.195.3.1",
        if_index_at=0,
        columns=(
            watt("10", "hwPoePortConsumingPower", MILLI, "PoE power"),
            volt("14", "hwPoePortVoltage", MILLI, "PoE voltage"),
            amp("15", "hwPoePortCurrent", MILLI, "PoE current"),
        ),
    ),
)
VRP = Family(
    vendor="Huawei",
    tables=ENTITY_EXTENT,
    modules=(
        ModuleTable(
            mib="HUAWEI-ENTITY-EXTENT-MIB",
            root=f"{_EXT}.3.1",
            entity=True,
            columns={
                "wavelength_nm": "2",
                "distance_m": "3",
                "serial": "4",
                "vendor": "24",
                "model": "25",
                "type": "42",
                "connector": "43",
            },
        ),
    ),
)

_SMU = "1.3.6.1.4.1.2011.6.164.1"
SMU = Family(
    vendor="Huawei",
    tables=(
        Table(
            mib="HUAWEI-SITE-MONITOR-MIB",
            root=_SMU,
            columns=(
                of(Kind.COUNT, "5.1.4", "hwAcsTotalQuantity", label="AC inputs"),
                of(Kind.COUNT, "4.1.3", "hwBattsTotalQuantity", label="batteries"),
                of(Kind.COUNT, "6.1.6", "hwDcsTotalQuantity", label="DC outputs"),
                of(Kind.COUNT, "3.1.4", "hwRectsTotalQuantity", label="rectifiers"),
                amp("4.2.1", "hwBattsTotalCurrent", label="battery current"),
                amp("6.1.4", "hwDcTotalCurrent", label="DC total current"),
                amp("3.1.3", "hwRectsTotalCurrent", label="rectifier current"),
                volt("6.1.3", "hwDcTotalVoltage", TENTH, "DC total voltage"),
                volt("3.1.5", "hwRectsRatedVoltage", TENTH, "rectifier rated voltage"),
                volt("3.1.6", "hwRectsAdjustedVoltage", TENTH, "rectifier adjusted voltage"),
                state(
                    "4.2.3",
                    "hwBattsChargeStatus",
                    "battery charging",
                    {1: "floatCharge", 2: "equalizedCharge", 3: "discharge", 4: "hibernation"},
                ),
                state("4.2.4", "hwBattsCurrLimitStatus", "battery current limit", {1: "unlimit", 2: "limit"}),
                state("3.1.7", "hwSetRectsRedundEnable", "rectifier sleep", {1: "disable", 2: "enable"}),
                state("3.1.8", "hwCtrlRectsAllOnOff", "rectifiers", {1: "on", 2: "off"}),
            ),
        ),
        Table(
            mib="HUAWEI-SITE-MONITOR-MIB",
            root=f"{_SMU}.2.2.1.1",
            words="monitor",
            columns=(
                state("11", "hwSetMonEquipCtrlState", "control", {1: "manualMode", 2: "autoMode"}),
                state("99", "hwMonitorOperStatus", "status", {1: "normal", 2: "alarm", 3: "offline"}),
            ),
        ),
        Table(
            mib="HUAWEI-SITE-MONITOR-MIB",
            root=f"{_SMU}.4.4.2.1",
            words="battery string",
            columns=(of(Kind.CHARGE, "3", "hwBattStringRemainCapacity", TENTH, "remaining capacity"),),
        ),
        Table(
            mib="HUAWEI-SITE-MONITOR-MIB",
            root=f"{_SMU}.5.2.1.1",
            words="AC input",
            columns=(
                volt("4", "hwApOrAblVoltage", TENTH, "voltage A"),
                volt("5", "hwBpOrBclVoltage", TENTH, "voltage B"),
                volt("6", "hwCpOrCalVoltage", TENTH, "voltage C"),
            ),
        ),
        Table(
            mib="HUAWEI-SITE-MONITOR-MIB",
            root=f"{_SMU}.6.2.1.1",
            words="DC output",
            columns=(volt("4", "hwDcOutputVoltage", TENTH), amp("5", "hwDcOutputCurrent")),
        ),
        Table(
            mib="HUAWEI-SITE-MONITOR-MIB",
            root=f"{_SMU}.7.2.1.1",
            words="disconnect",
            columns=(volt("5", "hwSetBlvdVoltage", TENTH, "voltage"),),
        ),
    ),
)
