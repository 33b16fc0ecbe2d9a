"""Cisco IOS, IOS-XE, IOS-XR and NX-OS, beside CISCO-ENTITY-SENSOR-MIB, which is read as a sensor table."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import MILLI, Kind, Table, of, state, temp, volt, watt

_CISCO = "1.3.6.1.4.1.9.9"
_ENV = {1: "normal", 2: "warning", 3: "critical", 4: "shutdown", 5: "notPresent", 6: "notFunctioning"}
_POWER = {
    1: "offEnvOther",
    2: "on",
    3: "offAdmin",
    4: "offDenied",
    5: "offEnvPower",
    6: "offEnvTemp",
    7: "offEnvFan",
    8: "failed",
    9: "onButFanFail",
    10: "offCooling",
    11: "offConnectorRating",
    12: "onButInlinePowerFail",
}
_FAN = {1: "unknown", 2: "up", 3: "down", 4: "warning"}
_UNIT = {
    1: "notKnown",
    2: "disabled",
    3: "initialization",
    4: "negotiation",
    5: "standbyCold",
    6: "standbyColdConfig",
    7: "standbyColdFileSys",
    8: "standbyColdBulk",
    9: "standbyHot",
    10: "activeFast",
    11: "activeDrain",
    12: "activePreconfig",
    13: "activePostconfig",
    14: "active",
    15: "activeExtraload",
    16: "activeHandback",
}
_REDUNDANCY = {
    1: "nonRedundant",
    2: "staticLoadShareNonRedundant",
    3: "dynamicLoadShareNonRedundant",
    4: "staticLoadShareRedundant",
    5: "dynamicLoadShareRedundant",
    6: "coldStandbyRedundant",
    7: "warmStandbyRedundant",
    8: "hotStandbyRedundant",
}
_ROLE = {1: "master", 2: "member", 3: "notMember", 4: "standby"}
_SWITCH = {
    1: "waiting",
    2: "progressing",
    3: "added",
    4: "ready",
    5: "sdmMismatch",
    6: "verMismatch",
    7: "featureMismatch",
    8: "newMasterInit",
    9: "provisioned",
    10: "invalid",
    11: "removed",
}

ENVMON = (
    Table(
        mib="CISCO-ENVMON-MIB",
        root=f"{_CISCO}.13.1.3.1",
        names=("2",),
        columns=(
            temp("3", "ciscoEnvMonTemperatureStatusValue", label=""),
            state("6", "ciscoEnvMonTemperatureState", "", _ENV),
        ),
    ),
    Table(
        mib="CISCO-ENVMON-MIB",
        root=f"{_CISCO}.13.1.2.1",
        names=("2",),
        columns=(
            volt("3", "ciscoEnvMonVoltageStatusValue", MILLI, label="", limits=("5", "", "", "4")),
            state("7", "ciscoEnvMonVoltageState", "", _ENV),
        ),
    ),
    Table(
        mib="CISCO-ENVMON-MIB",
        root=f"{_CISCO}.13.1.4.1",
        names=("2",),
        columns=(state("3", "ciscoEnvMonFanState", "", _ENV),),
    ),
    Table(
        mib="CISCO-ENVMON-MIB",
        root=f"{_CISCO}.13.1.5.1",
        names=("2",),
        columns=(state("3", "ciscoEnvMonSupplyState", "", _ENV),),
    ),
)
_FRU = (
    Table(
        mib="CISCO-ENTITY-FRU-CONTROL-MIB",
        root=f"{_CISCO}.117.1.1.2.1",
        entity_at=0,
        columns=(state("2", "cefcFRUPowerOperStatus", "", _POWER),),
    ),
    Table(
        mib="CISCO-ENTITY-FRU-CONTROL-MIB",
        root=f"{_CISCO}.117.1.4.1.1",
        entity_at=0,
        columns=(state("1", "cefcFanTrayOperStatus", "", _FAN),),
    ),
)
_REDUNDANT = (
    Table(
        mib="CISCO-RF-MIB",
        root=f"{_CISCO}.176.1",
        columns=(
            state("1.2", "cRFStatusUnitState", "redundancy unit", _UNIT),
            state("1.4", "cRFStatusPeerUnitState", "redundancy peer", _UNIT),
            state("2.16", "cRFCfgRedundancyOperMode", "redundancy mode", _REDUNDANCY),
        ),
    ),
    Table(
        mib="CISCO-STACKWISE-MIB",
        root=f"{_CISCO}.500.1",
        columns=(state("1.3", "cswRingRedundant", "stack ring redundant", {1: "true", 2: "false"}),),
    ),
    Table(
        mib="CISCO-STACKWISE-MIB",
        root=f"{_CISCO}.500.1.2.1.1",
        entity_at=0,
        columns=(
            state("3", "cswSwitchRole", "stack role", _ROLE),
            state("6", "cswSwitchState", "stack state", _SWITCH),
        ),
    ),
    Table(
        mib="CISCO-STACKWISE-MIB",
        root=f"{_CISCO}.500.1.2.2.1",
        if_index_at=0,
        columns=(state("1", "cswStackPortOperStatus", "stack port", {1: "up", 2: "down", 3: "forcedDown"}),),
    ),
)
_POE = (
    Table(
        mib="CISCO-POWER-ETHERNET-EXT-MIB",
        root=f"{_CISCO}.402.1.2.1",
        columns=(watt("9", "cpeExtPsePortPwrConsumption", MILLI, "PoE power"),),
    ),
    Table(
        mib="CISCO-POWER-ETHERNET-EXT-MIB",
        root=f"{_CISCO}.402.1.4",
        columns=(of(Kind.COUNT, "1", "cpeExtPdStatsTotalDevices", label="PoE devices connected"),),
    ),
)


CISCO = Family(vendor="Cisco", tables=(*ENVMON, *_FRU, *_REDUNDANT, *_POE), cisco_sensors=True)
