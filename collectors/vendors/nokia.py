"""Nokia: SR OS (7750, 7705, 7210), 1830 PSS, ISAM."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.port_lists import PortList
from collectors.vendors.row import (
    CENTI,
    CENTI_DBM,
    DBM,
    MICRO,
    MILLI,
    MILLI_DBM,
    TENTH_MICROWATT,
    Table,
    amp,
    bias,
    module_temp,
    rx,
    state,
    temp,
    tx,
    volt,
    watt,
)

_TMNX = "1.3.6.1.4.1.6527.3.1.2"
_DDM = f"{_TMNX}.2.4.31.1"
_LED = {1: "off", 2: "red", 3: "amber", 4: "yellow", 5: "green", 6: "amberBlink", 7: "yellowBlink", 8: "greenBlink"}
_PER_DEGREE = 1 / 256
TIMOS = Family(
    vendor="Nokia",
    ports=(
        PortList(
            mib="TIMETRA-VRTR-MIB",
            root=f"{_TMNX}.3.4.1",
            name="4",
            admin="8",
            oper="9",
            speed=f"{_TMNX}.3.54.1.103",
            kind="ipForward",
        ),
    ),
    tables=(
        Table(
            mib="TIMETRA-PORT-MIB",
            root=_DDM,
            if_index_at=1,
            columns=(
                module_temp("1", "tmnxDDMTemperature", _PER_DEGREE, limits=("5", "3", "2", "4")),
                volt("6", "tmnxDDMSupplyVoltage", 1e-4, "module voltage", limits=("10", "8", "7", "9")),
                bias("11", "tmnxDDMTxBiasCurrent", 2 * MICRO, limits=("15", "13", "12", "14")),
                tx("16", "tmnxDDMTxOutputPower", TENTH_MICROWATT, limits=("20", "18", "17", "19")),
                rx("21", "tmnxDDMRxOpticalPower", TENTH_MICROWATT, limits=("25", "23", "22", "24")),
            ),
        ),
        Table(
            mib="TIMETRA-CHASSIS-MIB",
            root=f"{_TMNX}.2.1.3.1",
            words="chassis",
            columns=(
                state("12", "tmnxChassisCriticalLEDState", "critical LED", _LED),
                state("13", "tmnxChassisMajorLEDState", "major LED", _LED),
                state("14", "tmnxChassisMinorLEDState", "minor LED", _LED),
                state("24", "tmnxChassisOverTempState", "temperature", {1: "stateOk", 2: "stateOverTemp"}),
            ),
        ),
        Table(
            mib="TIMETRA-CHASSIS-MIB",
            root=f"{_TMNX}.2.1.8.1",
            names=("8",),
            columns=(
                temp("18", "tmnxHwTemperature", none=frozenset({-1, -128}), limits=("19", "", "", "")),
                state("24", "tmnxHwAlarmState", "alarm", {0: "unknown", 1: "alarmActive", 2: "alarmCleared"}),
            ),
        ),
    ),
)

_PSS = "1.3.6.1.4.1.7483.2.2"
_COLOUR = {
    1: "unknown",
    2: "off",
    3: "red",
    4: "green",
    5: "yellow",
    6: "blinkRed",
    7: "blinkGreen",
    8: "blinkYellow",
    9: "amber",
}
_UP_DOWN = {1: "up", 2: "down"}
PSS_1830 = Family(
    vendor="Nokia",
    tables=(
        Table(
            mib="TROPIC-SHELF-MIB / TROPIC-CARD-MIB",
            root=f"{_PSS}.3.1.2.1.2.1",
            words="card",
            columns=(
                temp("13", "tnCardTemperature", none=frozenset({0})),
                state("17", "tnCardStatusLEDColor", "LED", _COLOUR),
                watt("38", "tnCardPower", MILLI, none=frozenset({0})),
                amp("39", "tnCardCurrent", MILLI, none=frozenset({0})),
            ),
        ),
        Table(
            mib="TROPIC-CONTROLCARD-MIB",
            root=f"{_PSS}.3.3.2.2.1",
            words="control card",
            columns=(
                state(
                    "1",
                    "tnControlCardActivityState",
                    "activity",
                    {1: "init", 2: "active", 3: "inactive", 4: "notApplicable"},
                ),
            ),
        ),
        Table(
            mib="TROPIC-AMPLIFIER-MIB",
            root=f"{_PSS}.3.7.5.2.1",
            if_index_at=0,
            columns=(
                rx("2", "tnAmplifierPortPowerIn", CENTI_DBM),
                tx("3", "tnAmplifierPortPowerOut", CENTI_DBM),
            ),
        ),
        Table(
            mib="TROPIC-AMPLIFIER-MIB",
            root=f"{_PSS}.4.3.5.308.1",
            if_index_at=0,
            columns=(
                tx("19", "column 19", CENTI_DBM, "supervisory channel Tx input"),
                tx("20", "column 20", CENTI_DBM, "supervisory channel Tx power"),
                rx("21", "column 21", CENTI_DBM, "supervisory channel Rx power"),
                rx("23", "column 23", CENTI_DBM, "supervisory channel SFP Rx power"),
            ),
        ),
        Table(
            mib="TROPIC-SFP-MIB",
            root=f"{_PSS}.4.3.5.71.1",
            if_index_at=0,
            columns=(
                rx("1", "column 1", MILLI_DBM),
                tx("2", "column 2", MILLI_DBM),
                bias("3", "column 3", 1.0, unit="mA"),
                module_temp("4", "column 4"),
            ),
        ),
        Table(
            mib="TROPIC-AMPLIFIER-MIB",
            root=f"{_PSS}.4.3.4.76.1",
            if_index_at=0,
            columns=(temp("2", "column 2", CENTI),),
        ),
        Table(
            mib="TROPIC-CROSSCONNECT-MIB",
            root=f"{_PSS}.4.5.2.1.3.1",
            words="cross connection",
            columns=(state("14", "tnOchXcOperState", "", _UP_DOWN),),
        ),
        Table(
            mib="TROPIC-FAN-MIB",
            root=f"{_PSS}.5.1.2.1.2.1",
            words="fan unit",
            columns=(state("11", "tnFanUnitStatusLEDColor", "LED", _COLOUR),),
        ),
        Table(
            mib="TROPIC-USERPANEL-MIB",
            root=f"{_PSS}.5.3.2.1.3.1",
            words="user panel",
            columns=(
                state("10", "tnUserInterfacePanelNodeCriticalLEDColor", "critical LED", _COLOUR),
                state("12", "tnUserInterfacePanelNodeMajorLEDColor", "major LED", _COLOUR),
                state("14", "tnUserInterfacePanelNodeMinorLEDColor", "minor LED", _COLOUR),
                state("19", "tnUserInterfacePanelNodeWarningLEDColor", "warning LED", _COLOUR),
            ),
        ),
    ),
)

_ASAM = "1.3.6.1.4.1.637.61.1"
ISAM = Family(
    vendor="Nokia",
    tables=(
        Table(
            mib="SFP-MIB",
            root=f"{_ASAM}.56.5.1",
            words="SFP",
            columns=(
                tx("6", "sfpDiagTxPower", DBM),
                rx("7", "sfpDiagRxPower", DBM),
                bias("8", "sfpDiagTxBiasCurrent", MILLI),
                volt("9", "sfpDiagSupplyVoltage"),
                module_temp("10", "sfpDiagTemperature"),
            ),
        ),
        Table(
            mib="ASAM-EQUIP-MIB",
            root=f"{_ASAM}.23.3.1",
            words="board",
            names=("3",),
            columns=(state("7", "eqptBoardOperError", "", {1: "no-error", 2: "type-mismatch", 3: "board-missing"}),),
        ),
        Table(
            mib="ASAM-EQUIP-MIB",
            root=f"{_ASAM}.23.10.1",
            words="sensor",
            columns=(temp("2", "eqptBoardThermalSensorActualTemperature"),),
        ),
        Table(
            mib="ASAM-EQUIP-MIB",
            root=f"{_ASAM}.23.1",
            columns=(state("9", "eqptFanMode", "fan mode", {1: "default", 2: "eco", 3: "classic"}),),
        ),
    ),
)
