"""More UPS and rectifiers, beside the standard UPS-MIB: Delta, Riello, Socomec, Vertiv, Tripp Lite, CyberPower."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import CENTI, MILLI, TENTH, Kind, Table, amp, of, state, temp, volt, watt

_DELTA = "1.3.6.1.4.1.2254.2.4"
DELTA = Family(
    vendor="Delta",
    tables=(
        Table(
            mib="DeltaUPS-MIB",
            root=_DELTA,
            columns=(
                of(Kind.FREQUENCY, "4.2", "dupsInputFrequency1", TENTH, "input frequency 1"),
                volt("4.3", "dupsInputVoltage1", TENTH, "input voltage 1"),
                state(
                    "5.1",
                    "dupsOutputSource",
                    "output source",
                    {
                        0: "normal",
                        1: "battery",
                        2: "bypass",
                        3: "reducing",
                        4: "boosting",
                        5: "manualBypass",
                        6: "other",
                        7: "none",
                    },
                ),
                of(Kind.FREQUENCY, "5.2", "dupsOutputFrequency", TENTH, "output frequency"),
                volt("5.4", "dupsOutputVoltage1", TENTH, "output voltage 1"),
                amp("5.5", "dupsOutputCurrent1", TENTH, "output current 1"),
                watt("5.6", "dupsOutputPower1", label="output power 1"),
                of(Kind.LOAD, "5.7", "dupsOutputLoad1", label="output load 1"),
                state("7.1", "dupsBatteryCondiction", "battery condition", {0: "good", 1: "weak", 2: "replace"}),
                state("7.2", "dupsBatteryStatus", "battery", {0: "ok", 1: "low", 2: "depleted"}),
                state(
                    "7.3",
                    "dupsBatteryCharge",
                    "battery charging",
                    {0: "floating", 1: "charging", 2: "resting", 3: "discharging"},
                ),
                of(Kind.RUNTIME, "7.5", "dupsBatteryEstimatedTime", label="battery time remaining"),
                volt("7.6", "dupsBatteryVoltage", TENTH, "battery voltage"),
                amp("7.7", "dupsBatteryCurrent", TENTH, "battery current"),
                of(Kind.CHARGE, "7.8", "dupsBatteryCapacity", label="battery charge"),
                temp("7.9", "dupsTemperature"),
                temp("10.1", "dupsEnvTemperature", label="ambient temperature"),
                of(Kind.HUMIDITY, "10.2", "dupsEnvHumidity", label="ambient humidity"),
            ),
        ),
    ),
)

_SOCOMEC = "1.3.6.1.4.1.4555.1.1"


def socomec(root: str) -> tuple[Table, ...]:
    """Net Vision cards: generation 1 below .1.1, later ones below .7.1."""
    return (
        Table(
            mib="SOCOMECUPS-MIB",
            root=root,
            columns=(
                of(Kind.RUNTIME, "2.3", "upsEstimatedMinutesRemaining", label="battery time remaining"),
                of(Kind.CHARGE, "2.4", "upsEstimatedChargeRemaining", label="battery charge"),
                volt("2.5", "upsBatteryVoltage", TENTH, "battery voltage"),
                of(Kind.FREQUENCY, "3.2", "upsInputFrequency", TENTH, "input frequency"),
                of(Kind.FREQUENCY, "4.2", "upsOutputFrequency", TENTH, "output frequency"),
            ),
        ),
        Table(
            mib="SOCOMECUPS-MIB",
            root=f"{root}.3.3.1",
            words="input phase",
            columns=(volt("2", "upsInputVoltage", TENTH), amp("3", "upsInputCurrent", TENTH)),
        ),
        Table(
            mib="SOCOMECUPS-MIB",
            root=f"{root}.4.4.1",
            words="output phase",
            columns=(
                volt("2", "upsOutputVoltage", TENTH),
                amp("3", "upsOutputCurrent", TENTH),
                of(Kind.LOAD, "4", "upsOutputPercentLoad", label="load"),
            ),
        ),
    )


SOCOMEC = Family(vendor="Socomec", tables=(*socomec(f"{_SOCOMEC}.1.1"), *socomec(f"{_SOCOMEC}.7.1")))

_LIEBERT = "1.3.6.1.4.1.476.1.42.3"
_FLEXIBLE = f"{_LIEBERT}.9.20.1"
LIEBERT = Family(
    vendor="Vertiv",
    tables=(
        Table(
            mib="LIEBERT-GP-ENVIRONMENTAL-MIB",
            root=f"{_LIEBERT}.4.1.3.3.1",
            columns=(temp("3", "lgpEnvTemperatureMeasurementDegC"),),
        ),
        Table(
            mib="LIEBERT-GP-FLEXIBLE-MIB",
            root=_FLEXIBLE,
            names=("10",),
            columns=tuple(
                of(kind, "20", f"lgpFlexibleEntryValue({unit})", factor, "", when=("30", frozenset({unit})))
                for kind, unit, factor in (
                    (Kind.TEMPERATURE, "deg C", 1.0),
                    (Kind.VOLTAGE, "VAC", 1.0),
                    (Kind.VOLTAGE, "VDC", 1.0),
                    (Kind.CURRENT, "A AC", 1.0),
                    (Kind.CURRENT, "A DC", 1.0),
                    (Kind.FREQUENCY, "Hz", 1.0),
                    (Kind.HUMIDITY, "% RH", 1.0),
                    (Kind.PERCENT, "%", 1.0),
                    (Kind.POWER, "W", 1.0),
                    (Kind.POWER, "kW", 1000.0),
                    (Kind.RUNTIME, "min", 1.0),
                )
            ),
        ),
    ),
)
_NETSURE = "1.3.6.1.4.1.6302.2.1.2"
NETSURE = Family(
    vendor="Vertiv",
    tables=(
        Table(
            mib="EES-POWER-MIB",
            root=_NETSURE,
            columns=(
                state(
                    "1",
                    "systemStatus",
                    "system",
                    {
                        1: "unknown",
                        2: "normal",
                        3: "warning",
                        4: "minor",
                        5: "major",
                        6: "critical",
                        7: "unmanaged",
                        8: "restricted",
                        9: "testing",
                        10: "disabled",
                    },
                ),
                volt("2", "systemVoltage", MILLI, "system voltage"),
                amp("3", "systemCurrent", MILLI, "system current"),
                of(Kind.PERCENT, "4", "systemUsedCapacity", label="used capacity"),
                volt("5.1", "psBatteryVoltage", MILLI, "battery voltage"),
                amp("5.2", "psTotalBatteryCurrent", MILLI, "battery current"),
                temp("7.1", "psTemperature1", MILLI, "temperature 1"),
                temp("7.2", "psTemperature2", MILLI, "temperature 2"),
            ),
        ),
    ),
)
TRIPPLITE = Family(
    vendor="Tripp Lite",
    tables=(
        Table(
            mib="TRIPPLITE-PRODUCTS",
            root="1.3.6.1.4.1.850.1.1.3.1.3.3.2.1",
            words="output phase",
            columns=(
                volt("2", "tlpUpsOutputLineVoltage", TENTH),
                amp("3", "tlpUpsOutputLineCurrent", TENTH),
            ),
        ),
    ),
)

_CYBER = "1.3.6.1.4.1.3808.1.1.1"
CYBERPOWER = Family(
    vendor="CyberPower",
    tables=(
        Table(
            mib="CPS-MIB",
            root=_CYBER,
            columns=(
                of(Kind.CHARGE, "2.2.1", "upsAdvanceBatteryCapacity", label="battery charge"),
                volt("2.2.2", "upsAdvanceBatteryVoltage", TENTH, "battery voltage"),
                temp("2.2.3", "upsAdvanceBatteryTemperature", label="battery temperature"),
                of(Kind.RUNTIME, "2.2.4", "upsAdvanceBatteryRunTimeRemaining", 1 / 6000, "battery time remaining"),
                volt("3.2.1", "upsAdvanceInputLineVoltage", TENTH, "input voltage"),
                of(Kind.FREQUENCY, "3.2.4", "upsAdvanceInputFrequency", TENTH, "input frequency"),
                volt("4.2.1", "upsAdvanceOutputVoltage", TENTH, "output voltage"),
                of(Kind.FREQUENCY, "4.2.2", "upsAdvanceOutputFrequency", TENTH, "output frequency"),
                of(Kind.LOAD, "4.2.3", "upsAdvanceOutputLoad", label="output load"),
                amp("4.2.4", "upsAdvanceOutputCurrent", TENTH, "output current"),
            ),
        ),
    ),
)

_RIELLO = "1.3.6.1.4.1.5491.10.1"
RIELLO = Family(
    vendor="Riello",
    model=(f"{_RIELLO}.1.2.0",),
    tables=(
        Table(
            mib="RIELLOUPS-MIB",
            root=_RIELLO,
            columns=(
                state(
                    "2.1",
                    "rupsBatteryStatus",
                    "battery",
                    {1: "unknown", 2: "batteryNormal", 3: "batteryLow", 4: "batteryDepleted"},
                ),
                of(Kind.RUNTIME, "2.3", "rupsEstimatedMinutesRemaining", label="battery time remaining"),
                of(Kind.CHARGE, "2.4", "rupsEstimatedChargeRemaining", label="battery charge"),
                volt("2.5", "rupsBatteryVoltage", TENTH, "battery voltage"),
                amp("2.6", "rupsBatteryCurrent", TENTH, "battery current"),
                temp("2.7", "rupsBatteryTemperature", label="battery temperature"),
                state(
                    "4.1",
                    "rupsOutputSource",
                    "output source",
                    {
                        1: "other",
                        2: "none",
                        3: "normal",
                        4: "bypass",
                        5: "battery",
                        6: "booster",
                        7: "reducer",
                    },
                ),
                of(Kind.FREQUENCY, "4.2", "rupsOutputFrequency", TENTH, "output frequency"),
            ),
        ),
        Table(
            mib="RIELLOUPS-MIB",
            root=f"{_RIELLO}.3.3.1",
            words="input",
            columns=(
                of(Kind.FREQUENCY, "2", "rupsInputFrequency", TENTH),
                volt("3", "rupsInputVoltage"),
                amp("4", "rupsInputCurrent", TENTH),
                watt("5", "rupsInputTruePower"),
            ),
        ),
        Table(
            mib="RIELLOUPS-MIB",
            root=f"{_RIELLO}.4.4.1",
            words="output",
            columns=(
                volt("2", "rupsOutputVoltage"),
                amp("3", "rupsOutputCurrent", TENTH),
                watt("4", "rupsOutputPower"),
                of(Kind.LOAD, "5", "rupsOutputPercentLoad"),
            ),
        ),
    ),
)

_ORION = "1.3.6.1.4.1.20246.2.3.1.1.1.2"
_ORION_NONE = frozenset({2147483647})
_ORION_CHARGE = {
    1: "float",
    2: "discharge",
    3: "equalize",
    4: "boost",
    5: "battTest",
    6: "recharge",
    7: "sepCharge",
    8: "evCtrlCharge",
}
_ORION_RECTIFIER = {
    1: "unknown",
    2: "on",
    3: "remoteOff",
    4: "off",
    5: "temporaryInternalOff",
    6: "latchedInternalOff",
    7: "error",
    8: "notAuthenticated",
}
DELTA_ORION = Family(
    vendor="Delta",
    tables=(
        Table(
            mib="ORION-BASE-MIB",
            root=_ORION,
            columns=(
                state("2.5", "dcMainsFailureAlarm", "mains failure", {1: "inactive", 2: "active"}),
                volt("3.1", "dcSystemVoltage", CENTI, "system voltage", none=_ORION_NONE),
                amp("3.2", "dcLoadCurrent", TENTH, "load current", none=_ORION_NONE),
                amp("3.3", "dcBatteryCurrent", TENTH, "battery current", none=_ORION_NONE),
                temp("3.4", "dcBatteryTemperature", TENTH, "battery temperature", none=_ORION_NONE),
                state("3.5", "dcChargeState", "charging", _ORION_CHARGE),
                state("3.6", "dcCurrentLimit", "current limit", {1: "inactive", 2: "active"}),
                amp("3.7", "dcRectifierCurrent", TENTH, "rectifier current", none=_ORION_NONE),
                watt("3.8", "dcSystemPower", label="system power", none=_ORION_NONE),
                of(Kind.COUNT, "4.1", "dcNumberRectifiers", label="rectifiers"),
                of(Kind.COUNT, "4.2", "dcNumberRectifiersFailure", label="rectifiers failed"),
            ),
        ),
        Table(
            mib="ORION-BASE-MIB",
            root=f"{_ORION}.4.4.1",
            names=("2",),
            columns=(
                state("4", "dcRectifierMainStatus", "rectifier", _ORION_RECTIFIER),
                amp("6", "dcRectifierIout", TENTH, "output current", none=_ORION_NONE),
                watt("7", "dcRectifierPout", label="output power", none=_ORION_NONE),
            ),
        ),
    ),
)
