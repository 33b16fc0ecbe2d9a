"""Brocade and Ruckus IronWare (Foundry), and Brocade's Fibre Channel line, NOS and SLX-OS."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import DBM, MILLI, Kind, Table, bias, module_temp, of, rpm, rx, state, temp, tx, volt, watt

_SN = "1.3.6.1.4.1.1991.1.1"
_PART = {1: "other", 2: "normal", 3: "failure"}
_HALF = 0.5
IRONWARE = Family(
    vendor="Brocade / Ruckus",
    tables=(
        Table(
            mib="FOUNDRY-SN-SWITCH-GROUP-MIB",
            root=f"{_SN}.3.3.6.1",
            if_index_at=0,
            columns=(
                module_temp("1", "snIfOpticalMonitoringTemperature"),
                tx("2", "snIfOpticalMonitoringTxPower", DBM),
                rx("3", "snIfOpticalMonitoringRxPower", DBM),
                bias("4", "snIfOpticalMonitoringTxBiasCurrent", MILLI),
            ),
        ),
        Table(
            mib="FOUNDRY-SN-AGENT-MIB",
            root=f"{_SN}.1.3.1.1",
            names=("2",),
            columns=(state("3", "snChasFanOperStatus", "", _PART),),
        ),
        Table(
            mib="FOUNDRY-SN-AGENT-MIB",
            root=f"{_SN}.1.2.1.1",
            names=("2",),
            columns=(state("3", "snChasPwrSupplyOperStatus", "", _PART),),
        ),
        Table(
            mib="FOUNDRY-SN-AGENT-MIB",
            root=f"{_SN}.1.3.2.1",
            words="unit",
            names=("3",),
            columns=(state("4", "snChasFan2OperStatus", "", _PART),),
        ),
        Table(
            mib="FOUNDRY-SN-AGENT-MIB",
            root=f"{_SN}.1.2.2.1",
            words="unit",
            names=("3",),
            columns=(state("4", "snChasPwrSupply2OperStatus", "", _PART),),
        ),
        Table(
            mib="FOUNDRY-SN-AGENT-MIB",
            root=f"{_SN}.2.13.1.1",
            names=("3",),
            columns=(temp("4", "snAgentTempValue", _HALF, none=frozenset({0})),),
        ),
        Table(
            mib="FOUNDRY-SN-AGENT-MIB",
            root=f"{_SN}.2.13.3.1",
            names=("4",),
            columns=(temp("5", "snAgentTemp2Value", _HALF, none=frozenset({0})),),
        ),
        Table(
            mib="FOUNDRY-POE-MIB",
            root=f"{_SN}.2.14.1",
            columns=(
                watt("1", "snAgentPoeGblPowerCapacityTotal", MILLI, "PoE capacity"),
                watt("2", "snAgentPoeGblPowerCapacityFree", MILLI, "PoE capacity free"),
                of(Kind.COUNT, "3", "snAgentPoeGblPowerAllocationsRequestsHonored", label="PoE requests honoured"),
            ),
        ),
        Table(
            mib="FOUNDRY-POE-MIB",
            root=f"{_SN}.2.14.2.2.1",
            if_index_at=0,
            columns=(watt("6", "snAgentPoePortConsumed", MILLI, "PoE power"),),
        ),
        Table(
            mib="FOUNDRY-POE-MIB",
            root=f"{_SN}.2.14.4.1.1",
            words="PoE unit",
            columns=(
                watt("2", "snAgentPoeUnitPowerCapacityTotal", MILLI, "capacity"),
                watt("3", "snAgentPoeUnitPowerCapacityFree", MILLI, "capacity free"),
                of(Kind.COUNT, "4", "snAgentPoeUnitPowerAllocationsRequestsHonored", label="requests honoured"),
            ),
        ),
        Table(
            mib="FOUNDRY-SN-STACKING-MIB",
            root=f"{_SN}.3.31",
            columns=(
                state("1.1", "snStackingGlobalConfigState", "stacking", {0: "none", 1: "enabled", 2: "disabled"}),
                state(
                    "2.2.1.5",
                    "snStackingOperUnitState",
                    "stack unit",
                    {1: "local", 2: "remote", 3: "reserved", 4: "empty"},
                ),
                state("2.2.1.9", "snStackingOperUnitStackPort1State", "stack port 1", {1: "other", 2: "up", 3: "down"}),
                state(
                    "2.2.1.10", "snStackingOperUnitStackPort2State", "stack port 2", {1: "other", 2: "up", 3: "down"}
                ),
            ),
        ),
    ),
)
_SW = "1.3.6.1.4.1.1588.2.1.1.1"
_FC_STATE = {1: "unknown", 2: "faulty", 3: "below-min", 4: "nominal", 5: "above-max", 6: "absent"}
_OPTICAL = "1.3.6.1.4.1.1588.3.1.8.1"
FABRIC_OS = Family(
    vendor="Brocade",
    modules=(
        ModuleTable(
            mib="BROCADE-OPTICAL-MONITORING-MIB",
            root=f"{_OPTICAL}.3.1",
            columns={"type": "1", "vendor": "2", "revision": "3", "model": "4", "serial": "5"},
        ),
    ),
    tables=(
        Table(
            mib="BROCADE-OPTICAL-MONITORING-MIB",
            root=f"{_OPTICAL}.1.1",
            if_index_at=0,
            lane_at=1,
            columns=(
                module_temp("2", "bcsiOptMonLaneTemperature"),
                tx("4", "bcsiOptMonLaneTxPower", DBM),
                rx("7", "bcsiOptMonLaneRxPower", DBM),
                bias("9", "bcsiOptMonLaneTxBiasCurrent", MILLI),
            ),
        ),
        Table(
            mib="BROCADE-OPTICAL-MONITORING-MIB",
            root=f"{_OPTICAL}.2.1",
            if_index_at=0,
            columns=(
                module_temp("1", "bcsiOptMonTemperature"),
                tx("3", "bcsiOptMonTxPower", DBM),
                rx("6", "bcsiOptMonRxPower", DBM),
                bias("8", "bcsiOptMonTxBiasCurrent", MILLI),
            ),
        ),
        Table(
            mib="SW-MIB",
            root=f"{_SW}.1.22.1",
            names=("5",),
            columns=(
                temp("4", "swSensorValue", label="", when=("2", frozenset({1}))),
                rpm("4", "swSensorValue", label="", when=("2", frozenset({2}))),
                state("3", "swSensorStatus", "status", _FC_STATE),
            ),
        ),
        Table(
            mib="FA-EXT-MIB",
            root="1.3.6.1.4.1.1588.2.1.1.1.28.1.1",
            words="SFP",
            columns=(
                module_temp("1", "swSfpTemperature"),
                volt("2", "swSfpVoltage", MILLI, "module voltage"),
                bias("3", "swSfpCurrent", MILLI),
                rx("4", "swSfpRxPower", DBM),
                tx("5", "swSfpTxPower", DBM),
            ),
        ),
    ),
)
