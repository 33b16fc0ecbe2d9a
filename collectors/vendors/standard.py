"""Standards that are tables of readings: UPS-MIB, POWER-ETHERNET-MIB, ENTITY-STATE-MIB, LM-SENSORS-MIB."""

from __future__ import annotations

from collectors.vendors.row import MILLI, TENTH, Kind, Table, amp, of, rpm, state, temp, volt, watt

_UPS = "1.3.6.1.2.1.33.1"
UPS = (
    Table(
        mib="UPS-MIB",
        root=_UPS,
        columns=(
            state(
                "2.1",
                "upsBatteryStatus",
                "battery",
                {1: "unknown", 2: "batteryNormal", 3: "batteryLow", 4: "batteryDepleted"},
            ),
            of(Kind.RUNTIME, "2.2", "upsSecondsOnBattery", 1 / 60, "time on battery"),
            of(Kind.RUNTIME, "2.3", "upsEstimatedMinutesRemaining", label="battery time remaining"),
            of(Kind.CHARGE, "2.4", "upsEstimatedChargeRemaining", label="battery charge"),
            volt("2.5", "upsBatteryVoltage", TENTH, "battery voltage"),
            amp("2.6", "upsBatteryCurrent", TENTH, "battery current"),
            temp("2.7", "upsBatteryTemperature", label="battery temperature"),
            state(
                "4.1",
                "upsOutputSource",
                "output source",
                {1: "other", 2: "none", 3: "normal", 4: "bypass", 5: "battery", 6: "booster", 7: "reducer"},
            ),
            of(Kind.FREQUENCY, "4.2", "upsOutputFrequency", TENTH, "output frequency"),
            of(Kind.FREQUENCY, "5.1", "upsBypassFrequency", TENTH, "bypass frequency"),
            of(Kind.COUNT, "6.1", "upsAlarmsPresent", label="alarms present"),
            state(
                "7.3",
                "upsTestResultsSummary",
                "last test",
                {
                    1: "donePass",
                    2: "doneWarning",
                    3: "doneError",
                    4: "aborted",
                    5: "inProgress",
                    6: "noTestsInitiated",
                },
            ),
        ),
    ),
    Table(
        mib="UPS-MIB",
        root=f"{_UPS}.3.3.1",
        words="input phase",
        columns=(
            of(Kind.FREQUENCY, "2", "upsInputFrequency", TENTH, "frequency"),
            volt("3", "upsInputVoltage"),
            amp("4", "upsInputCurrent", TENTH),
            watt("5", "upsInputTruePower"),
        ),
    ),
    Table(
        mib="UPS-MIB",
        root=f"{_UPS}.4.4.1",
        words="output phase",
        columns=(
            volt("2", "upsOutputVoltage"),
            amp("3", "upsOutputCurrent", TENTH),
            watt("4", "upsOutputPower"),
            of(Kind.LOAD, "5", "upsOutputPercentLoad", label="load"),
        ),
    ),
    Table(
        mib="UPS-MIB",
        root=f"{_UPS}.5.3.1",
        words="bypass phase",
        columns=(volt("2", "upsBypassVoltage"), amp("3", "upsBypassCurrent", TENTH), watt("4", "upsBypassPower")),
    ),
)
POE = (
    Table(
        mib="POWER-ETHERNET-MIB",
        root="1.3.6.1.2.1.105.1.3.1.1",
        words="PoE group",
        columns=(
            watt("2", "pethMainPsePower", label="power budget"),
            watt("4", "pethMainPseConsumptionPower", label="power in use", limits=("2", "", "", "")),
            state("3", "pethMainPseOperStatus", "supply", {1: "on", 2: "off", 3: "faulty"}),
        ),
    ),
)
ENTITY_STATE = (
    Table(
        mib="ENTITY-STATE-MIB",
        root="1.3.6.1.2.1.131.1.1.1",
        entity_at=0,
        columns=(state("3", "entStateOper", "", {1: "unknown", 2: "disabled", 3: "enabled", 4: "testing"}),),
    ),
)
_LM = "1.3.6.1.4.1.2021.13.16"
LM_SENSORS = tuple(
    Table(mib="LM-SENSORS-MIB", root=f"{_LM}.{place}.1", names=("2",), columns=(column,))
    for place, column in (
        (2, temp("3", "lmTempSensorsValue", MILLI, "")),
        (3, rpm("3", "lmFanSensorsValue", label="")),
        (4, volt("3", "lmVoltSensorsValue", MILLI, "")),
    )
)
"""Net-SNMP's sensors, on every box that runs Linux and lets them be seen."""
STANDARD_TABLES = (*UPS, *POE, *ENTITY_STATE, *LM_SENSORS)
