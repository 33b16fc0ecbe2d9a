"""HPE: ProCurve and ArubaOS-Switch, ArubaOS-CX, Comware (H3C) with 3Com's copy."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    CENTI_DBM,
    MICRO,
    MILLI,
    MILLI_DBM,
    MILLIWATT,
    TENTH_MICROWATT,
    Table,
    bias,
    module_temp,
    rpm,
    rx,
    state,
    temp,
    tx,
    volt,
    watt,
)

_CX = "1.3.6.1.4.1.47196.4.1.1.3"
_ICF = "1.3.6.1.4.1.11.2.14.11"
_PSU_CX = {
    1: "ok",
    2: "faultAbsent",
    3: "faultInput",
    4: "faultOutput",
    5: "faultPOE",
    6: "faultNoRecov",
    7: "alert",
    8: "unknown",
    9: "warning",
    10: "init",
}
_SENSOR = {1: "ok", 2: "unavailable", 3: "nonoperational"}
CX = (
    Table(
        mib="ARUBAWIRED-PM-MIB",
        root=f"{_CX}.27.1.2.1.1",
        if_index_at=0,
        columns=(
            module_temp("2", "arubaWiredPmXcvrTemperature", limits=("3", "7", "9", "5")),
            volt("11", "arubaWiredPmXcvrVoltage", label="module voltage", limits=("12", "16", "18", "14")),
        ),
    ),
    Table(
        mib="ARUBAWIRED-PM-MIB",
        root=f"{_CX}.27.1.2.2.1",
        if_index_at=0,
        lane_at=1,
        columns=(
            bias("2", "arubaWiredPmLaneTxBias", MILLI),
            tx("7", "arubaWiredPmLaneTxPower", MILLIWATT),
            rx("12", "arubaWiredPmLaneRxPower", MILLIWATT),
        ),
    ),
    Table(
        mib="ARUBAWIRED-TEMPSENSOR-MIB",
        root=f"{_CX}.11.3.1.1",
        names=("5",),
        columns=(temp("7", "arubaWiredTempSensorTemperature", MILLI),),
    ),
    Table(
        mib="ARUBAWIRED-POWERSUPPLY-MIB",
        root=f"{_CX}.11.2.1.1",
        words="power supply",
        names=("3",),
        columns=(
            watt("7", "arubaWiredPSUInstantaneousPower", limits=("8", "", "", "")),
            state("11", "arubaWiredPSUStateEnum", "", _PSU_CX),
        ),
    ),
    Table(
        mib="ARUBAWIRED-FAN-MIB",
        root=f"{_CX}.11.5.1.1",
        words="fan",
        names=("4",),
        columns=(rpm("8", "arubaWiredFanRPM"),),
    ),
    Table(
        mib="ARUBAWIRED-VSX-MIB",
        root=f"{_CX}.7.2.1",
        columns=(
            state(
                "1",
                "arubaWiredVsxIslOperState",
                "inter-switch link",
                {1: "waitingForPeer", 2: "peerEstablished", 3: "inSync", 4: "outOfSync"},
            ),
        ),
    ),
    Table(
        mib="ENTITY-SENSOR-MIB",
        root="1.3.6.1.2.1.99.1.1.1",
        entity_at=0,
        columns=(state("5", "entPhySensorOperStatus", "status", _SENSOR, when=("1", frozenset({6}))),),
    ),
)
ARUBA_CX = Family(vendor="HPE Aruba Networking", tables=CX)

_FAN_ICF = {0: "failed", 1: "removed", 2: "off", 3: "underspeed", 4: "overspeed", 5: "ok", 6: "maxstate"}
_PS_ICF = {
    1: "psNotPresent",
    2: "psNotPlugged",
    3: "psPowered",
    4: "psFailed",
    5: "psPermFailure",
    6: "psMax",
    7: "psAuxFailure",
    8: "psNotPowered",
    9: "psAuxNotPowered",
}
_CHASSIS = {1: "unknown", 2: "bad", 3: "warning", 4: "good", 5: "notPresent"}
PROCURVE = Family(
    vendor="HPE ProCurve",
    tables=(
        Table(
            mib="HP-ICF-TRANSCEIVER-MIB",
            root=f"{_ICF}.5.1.82.1.1.1.1",
            if_index_at=0,
            columns=(
                module_temp("11", "hpicfXcvrTemp", MILLI, limits=("18", "20", "21", "19")),
                volt("12", "hpicfXcvrVoltage", 1e-4, "module voltage", limits=("22", "24", "25", "23")),
                bias("13", "hpicfXcvrBias", MICRO, limits=("26", "28", "29", "27")),
                tx("14", "hpicfXcvrTxPower", MILLI_DBM, limits=("30", "32", "33", "31"), limit_scale=TENTH_MICROWATT),
                rx("15", "hpicfXcvrRxPower", MILLI_DBM, limits=("34", "36", "37", "35"), limit_scale=TENTH_MICROWATT),
            ),
        ),
        Table(
            mib="HP-ICF-CHASSIS",
            root=f"{_ICF}.1.2.6.1",
            names=("7",),
            columns=(state("4", "hpicfSensorStatus", "", _CHASSIS),),
        ),
        Table(
            mib="FAN-MIB",
            root=f"{_ICF}.5.1.54.2.1.1",
            words="fan",
            columns=(state("4", "hpicfFanState", "", _FAN_ICF),),
        ),
        Table(
            mib="POWERSUPPLY-MIB",
            root=f"{_ICF}.5.1.55.1.1.1",
            words="power supply",
            columns=(
                state("2", "hpicfPsState", "", _PS_ICF),
                temp("4", "hpicfPsTemp", none=frozenset({0})),
                watt("6", "hpicfPsWattageCur", limits=("7", "", "", "")),
            ),
        ),
        Table(
            mib="HP-ICF-POE-MIB",
            root=f"{_ICF}.1.9.1.6.1",
            words="PoE slot",
            columns=(
                watt("4", "hpicfPseAvailablePower", label="available power"),
                watt("5", "hpicfPseUsedPower", label="power in use"),
            ),
        ),
        Table(
            mib="HP-ICF-POE-MIB",
            root=f"{_ICF}.1.9.1.1.1",
            if_index_at=1,
            columns=(watt("8", "hpicfPoePethPsePortActualPower", MILLI, "PoE power"),),
        ),
        Table(
            mib="HP-STACK-MIB",
            root=f"{_ICF}.5.1.69.1.1",
            columns=(
                state(
                    "2",
                    "hpStackOperStatus",
                    "stack",
                    {0: "unAvailable", 1: "disabled", 2: "active", 3: "fragmentInactive", 4: "fragmentActive"},
                ),
            ),
        ),
    ),
    modules=(
        ModuleTable(
            mib="HP-ICF-TRANSCEIVER-MIB",
            root=f"{_ICF}.5.1.82.1.1.1.1",
            columns={"model": "3", "serial": "4", "type": "5", "connector": "6"},
        ),
    ),
)

_MANAGED = {1: "active", 2: "deactive", 3: "not-install", 4: "unsupport"}


def comware(root: str, mib: str) -> tuple[Table, ...]:
    """The tables below hh3c (25506), 3Com's copy (43.45.1.2... ) or Huawei's old root (2011.10)."""
    return (
        Table(
            mib=f"{mib}-TRANSCEIVER-INFO-MIB",
            root=f"{root}.2.70.1.1.1",
            if_index_at=0,
            columns=(
                tx(
                    "9",
                    "hh3cTransceiverCurTXPower",
                    CENTI_DBM,
                    limits=("30", "32", "33", "31"),
                    limit_scale=TENTH_MICROWATT,
                ),
                rx(
                    "12",
                    "hh3cTransceiverCurRXPower",
                    CENTI_DBM,
                    limits=("34", "36", "37", "35"),
                    limit_scale=TENTH_MICROWATT,
                ),
                module_temp("15", "hh3cTransceiverTemperature"),
                volt("16", "hh3cTransceiverVoltage", 0.01, "module voltage"),
                bias("17", "hh3cTransceiverBiasCurrent", 1e-5),
            ),
        ),
        Table(
            mib=f"{mib}-TRANSCEIVER-INFO-MIB",
            root=f"{root}.2.70.1.2.1",
            if_index_at=0,
            lane_at=1,
            columns=(
                tx("2", "hh3cTransceiverChannelCurTXPower", CENTI_DBM),
                rx("3", "hh3cTransceiverChannelCurRXPower", CENTI_DBM),
                module_temp("4", "hh3cTransceiverChannelTemperature"),
                bias("5", "hh3cTransceiverChannelBiasCurrent", 1e-5),
            ),
        ),
        *_comware_parts(root, mib),
    )


def _comware_parts(root: str, mib: str) -> tuple[Table, ...]:
    """Temperatures, fans and power supplies."""
    return (
        Table(
            mib=f"{mib}-ENTITY-EXT-MIB",
            root=f"{root}.2.6.1.1.1.1",
            entity_at=0,
            columns=(
                temp("12", "hh3cEntityExtTemperature", none=frozenset({65535}), limits=("13", "", "", "")),
                volt("14", "hh3cEntityExtVoltage", MILLI, none=frozenset({0, 65535})),
            ),
        ),
        Table(
            mib=f"{mib}-LswDEVM-MIB",
            root=f"{root}.8.35.9.1.1.1",
            words="fan",
            columns=(state("2", "hh3cDevMFanStatus", "", _MANAGED),),
        ),
        Table(
            mib=f"{mib}-LswDEVM-MIB",
            root=f"{root}.8.35.9.1.2.1",
            words="power supply",
            columns=(state("2", "hh3cDevMPowerStatus", "", _MANAGED),),
        ),
    )


COMWARE = Family(
    vendor="HPE Comware",
    tables=comware("1.3.6.1.4.1.25506", "HH3C"),
    modules=(
        ModuleTable(
            mib="HH3C-TRANSCEIVER-INFO-MIB",
            root="1.3.6.1.4.1.25506.2.70.1.1.1",
            columns={
                "type": "2",
                "wavelength_nm": "3",
                "vendor": "4",
                "serial": "5",
                "distance_m": "7",
            },
        ),
    ),
)
THREECOM = Family(vendor="3Com", tables=comware("1.3.6.1.4.1.43.45.1.10", "A3COM-HUAWEI"))
