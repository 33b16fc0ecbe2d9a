"""UPS, rectifiers and environment: APC, Eaton (XUPS, MG), Eltek; all beside the standard UPS-MIB."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import CENTI, TENTH, Kind, Table, amp, of, state, temp, volt, watt

_NO = {1: "yes", 2: "no"}
_MG = "1.3.6.1.4.1.705.1"
_XUPS = "1.3.6.1.4.1.534.1"
XUPS = (
    Table(
        mib="XUPS-MIB",
        root=_XUPS,
        columns=(
            of(Kind.DELAY, "2.1", "xupsBatTimeRemaining", label="battery time remaining"),
            volt("2.2", "xupsBatVoltage", label="battery voltage"),
            amp("2.3", "xupsBatCurrent", label="battery current"),
            of(Kind.CHARGE, "2.4", "xupsBatCapacity", label="battery charge"),
            state(
                "2.5",
                "xupsBatteryAbmStatus",
                "battery",
                {
                    1: "batteryCharging",
                    2: "batteryDischarging",
                    3: "batteryFloating",
                    4: "batteryResting",
                    5: "unknown",
                },
            ),
            of(Kind.FREQUENCY, "3.1", "xupsInputFrequency", TENTH, "input frequency"),
            of(Kind.LOAD, "4.1", "xupsOutputLoad", label="output load"),
            of(Kind.FREQUENCY, "4.2", "xupsOutputFrequency", TENTH, "output frequency"),
            state(
                "4.5",
                "xupsOutputSource",
                "output source",
                {
                    1: "other",
                    2: "none",
                    3: "normal",
                    4: "bypass",
                    5: "battery",
                    6: "booster",
                    7: "reducer",
                    8: "parallelCapacity",
                    9: "parallelRedundant",
                    10: "highEfficiencyMode",
                },
            ),
            temp("6.1", "xupsEnvAmbientTemp", label="ambient temperature"),
            of(Kind.HUMIDITY, "6.2", "xupsEnvAmbientHumidity", label="ambient humidity", none=frozenset({0})),
            state("7.1", "xupsAlarms", "alarms", {0: "none"}),
        ),
    ),
    Table(
        mib="XUPS-MIB",
        root=f"{_XUPS}.3.4.1",
        words="input phase",
        columns=(volt("2", "xupsInputVoltage"), amp("3", "xupsInputCurrent"), watt("4", "xupsInputWatts")),
    ),
    Table(
        mib="XUPS-MIB",
        root=f"{_XUPS}.4.4.1",
        words="output phase",
        columns=(volt("2", "xupsOutputVoltage"), amp("3", "xupsOutputCurrent"), watt("4", "xupsOutputWatts")),
    ),
)
MGE = (
    Table(
        mib="MG-SNMP-UPS-MIB",
        root=_MG,
        columns=(
            of(Kind.DELAY, "5.1", "upsmgBatteryRemainingTime", label="battery time remaining"),
            of(Kind.CHARGE, "5.2", "upsmgBatteryLevel", label="battery charge"),
            volt("5.5", "upsmgBatteryVoltage", TENTH, "battery voltage"),
            amp("5.6", "upsmgBatteryCurrent", TENTH, "battery current"),
            temp("5.7", "upsmgBatteryTemperature", label="battery temperature"),
            state("5.9", "upsmgBatteryFaultBattery", "battery fault", _NO),
            state("5.11", "upsmgBatteryReplacement", "battery to be replaced", _NO),
            state("5.14", "upsmgBatteryLowBattery", "battery low", _NO),
            state("5.15", "upsmgBatteryChargerFault", "charger fault", _NO),
            state("5.16", "upsmgBatteryLowCondition", "battery in low condition", _NO),
            state("6.3", "upsmgInputBadStatus", "input bad", _NO),
            state(
                "6.4",
                "upsmgInputLineFailCause",
                "cause of input failure",
                {1: "no", 2: "outoftolvolt", 3: "outoftolfreq", 4: "utilityoff"},
            ),
            state("7.3", "upsmgOutputOnBattery", "on battery", _NO),
            state("7.4", "upsmgOutputOnByPass", "on bypass", _NO),
            state("7.7", "upsmgOutputUtilityOff", "utility off", _NO),
            state("7.9", "upsmgOutputInverterOff", "inverter off", _NO),
            state("7.10", "upsmgOutputOverLoad", "overload", _NO),
            state("7.11", "upsmgOutputOverTemp", "over temperature", _NO),
        ),
    ),
    Table(
        mib="MG-SNMP-UPS-MIB",
        root=f"{_MG}.6.2.1",
        words="input phase",
        columns=(
            volt("2", "mginputVoltage", TENTH),
            of(Kind.FREQUENCY, "3", "mginputFrequency", TENTH),
            amp("6", "mginputCurrent", TENTH),
        ),
    ),
    Table(
        mib="MG-SNMP-UPS-MIB",
        root=f"{_MG}.7.2.1",
        words="output phase",
        columns=(
            volt("2", "mgoutputVoltage", TENTH),
            of(Kind.FREQUENCY, "3", "mgoutputFrequency", TENTH),
            of(Kind.LOAD, "4", "mgoutputLoadPerPhase", label="load"),
            amp("5", "mgoutputCurrent", TENTH),
        ),
    ),
)
EATON = Family(vendor="Eaton", tables=(*MGE, *XUPS))

_APC = "1.3.6.1.4.1.318.1.1"
_NORMAL = {1: "memNormal", 2: "memInformational", 3: "memWarning", 4: "memCritical"}
APC_EMS = (
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.10.3.13.1.1",
        names=("2",),
        columns=(
            temp("3", "emsProbeStatusProbeTemperature", limits=("12", "4", "5", "13")),
            of(Kind.HUMIDITY, "6", "emsProbeStatusProbeHumidity", none=frozenset({-1}), limits=("14", "7", "8", "15")),
        ),
    ),
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.10.3.2.1.1",
        names=("2",),
        columns=(
            state(
                "3",
                "emsOutputRelayControlOutputRelayCommand",
                "relay",
                {1: "immediateCloseEMS", 2: "immediateOpenEMS"},
            ),
        ),
    ),
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.10.3.3.1.1",
        names=("2",),
        columns=(state("3", "emsOutletControlOutletCommand", "outlet", {1: "immediateOnEMS", 2: "immediateOffEMS"}),),
    ),
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.10.4.2.3.1",
        names=("3",),
        columns=(
            temp("5", "memSensorsTemperature", none=frozenset({-1})),
            of(Kind.HUMIDITY, "6", "memSensorsHumidity", none=frozenset({-1})),
            state(
                "7",
                "memSensorsCommStatus",
                "communication",
                {1: "notInstalled", 2: "commsOK", 3: "commsLost"},
            ),
            state("8", "memSensorsAlarmStatus", "alarm", _NORMAL),
        ),
    ),
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.10.4.3",
        names=(),
        columns=(
            state(
                "2.1.7",
                "memInputsAlarmStatus",
                "input alarm",
                {1: "normal", 2: "warning", 3: "critical", 4: "noStatus"},
            ),
            state("4.1.7", "memInputNormalState", "input normal state", {1: "closed", 2: "open", 4: "unknown"}),
        ),
    ),
)
_UPS_STATUS = {
    1: "unknown",
    2: "onLine",
    3: "onBattery",
    4: "onSmartBoost",
    5: "timedSleeping",
    6: "softwareBypass",
    7: "off",
    8: "rebooting",
    9: "switchedBypass",
    10: "hardwareFailureBypass",
    11: "sleepingUntilPowerReturn",
    12: "onSmartTrim",
    13: "ecoMode",
    14: "hotStandby",
    15: "onBatteryTest",
    16: "emergencyStaticBypass",
    17: "staticBypassStandby",
    18: "powerSavingMode",
    19: "spotMode",
    20: "eConversion",
}
APC_UPS = (
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.1.1",
        columns=(
            state(
                "2.1.1",
                "upsBasicBatteryStatus",
                "battery",
                {1: "unknown", 2: "batteryNormal", 3: "batteryLow", 4: "batteryInFaultCondition"},
            ),
            of(Kind.CHARGE, "2.3.1", "upsHighPrecBatteryCapacity", TENTH, "battery charge"),
            temp("2.3.2", "upsHighPrecBatteryTemperature", TENTH, "battery temperature"),
            volt("2.3.4", "upsHighPrecBatteryActualVoltage", TENTH, "battery voltage"),
            of(Kind.RUNTIME, "2.2.3", "upsAdvBatteryRunTimeRemaining", 1 / 6000, "battery time remaining"),
            state(
                "2.2.4",
                "upsAdvBatteryReplaceIndicator",
                "battery to be replaced",
                {1: "noBatteryNeedsReplacing", 2: "batteryNeedsReplacing"},
            ),
            volt("3.3.1", "upsHighPrecInputLineVoltage", TENTH, "input voltage"),
            of(Kind.FREQUENCY, "3.3.4", "upsHighPrecInputFrequency", TENTH, "input frequency"),
            state("4.1.1", "upsBasicOutputStatus", "output", _UPS_STATUS),
            volt("4.3.1", "upsHighPrecOutputVoltage", TENTH, "output voltage"),
            of(Kind.FREQUENCY, "4.3.2", "upsHighPrecOutputFrequency", TENTH, "output frequency"),
            of(Kind.LOAD, "4.3.3", "upsHighPrecOutputLoad", TENTH, "output load"),
            amp("4.3.4", "upsHighPrecOutputCurrent", TENTH, "output current"),
            watt("4.2.8", "upsAdvOutputActivePower", label="output power"),
            state(
                "7.2.3",
                "upsAdvTestDiagnosticsResults",
                "last self test",
                {1: "ok", 2: "failed", 3: "invalidTest", 4: "testInProgress"},
            ),
        ),
    ),
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.12.2.3.1.1",
        words="PDU phase or bank",
        columns=(
            amp("2", "rPDULoadStatusLoad", TENTH),
            state(
                "3",
                "rPDULoadStatusLoadState",
                "load state",
                {1: "phaseLoadNormal", 2: "phaseLoadLow", 3: "phaseLoadNearOverload", 4: "phaseLoadOverload"},
            ),
        ),
    ),
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.25.1.2.1",
        words="sensor",
        names=("3",),
        columns=(
            temp("6", "uioSensorStatusTemperatureDegC", none=frozenset({-1})),
            of(Kind.HUMIDITY, "7", "uioSensorStatusHumidity", none=frozenset({-1})),
        ),
    ),
)
APC_PDU = (
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.26.4.3.1",
        names=("3",),
        columns=(watt("5", "rPDU2DeviceStatusPower", 10.0),),
    ),
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.26.6.3.1",
        words="PDU phase",
        columns=(
            amp("5", "rPDU2PhaseStatusCurrent", TENTH),
            volt("6", "rPDU2PhaseStatusVoltage"),
            watt("7", "rPDU2PhaseStatusPower", 10.0),
        ),
    ),
    Table(
        mib="PowerNet-MIB",
        root=f"{_APC}.26.8.3.1",
        words="PDU bank",
        columns=(amp("5", "rPDU2BankStatusCurrent", TENTH),),
    ),
)
APC = Family(vendor="APC", tables=(*APC_UPS, *APC_PDU, *APC_EMS))

_ELTEK = "1.3.6.1.4.1.12148.10"
_PART = {
    0: "error",
    1: "normal",
    2: "minorAlarm",
    3: "majorAlarm",
    4: "disabled",
    5: "disconnected",
    6: "notPresent",
    7: "minorAndMajor",
    8: "majorLow",
    9: "minorLow",
    10: "majorHigh",
    11: "minorHigh",
    12: "event",
    13: "valueVolt",
    14: "valueAmp",
    15: "valueTemp",
    16: "valueUnit",
    17: "valuePerCent",
    18: "critical",
    19: "warning",
}
WEBPOWER = Family(
    vendor="Eltek",
    tables=(
        Table(
            mib="ELTEK-DISTRIBUTED-MIB",
            root="1.3.6.1.4.1.12148.9.3",
            words="battery",
            columns=(
                volt("2", "batteryVoltage", CENTI),
                amp("3", "batteryCurrent"),
                temp("4", "batteryTemp"),
            ),
        ),
    ),
)
ENEXUS = Family(
    vendor="Eltek",
    tables=(
        Table(
            mib="SP2-MIB",
            root=_ELTEK,
            columns=(
                state("2.1", "powerSystemStatus", "system", _PART),
                state("2.3", "powerSystemMode", "mode"),
                state("3.1", "mainsStatus", "mains", _PART),
                state("3.2.1", "mainsMainsFailureStatus", "mains failure", _PART),
                of(Kind.COUNT, "3.3", "mainsNumberOfPhases", label="mains phases"),
                volt("3.4.1.6", "mainsVoltageValue", label="mains voltage"),
                amp("5.2.5", "rectifiersCurrentValue", TENTH, "rectifier output current"),
                amp("9.2.5", "loadCurrentValue", label="load current"),
                state("9.3", "loadFusesStatus", "load fuses", _PART),
                state("9.7.1.1", "loadFuseStatus", "load fuse", _PART),
                state("10.1", "batteryStatus", "battery", _PART),
                volt("10.5.5", "batteryVoltageValue", CENTI, "battery voltage"),
                amp("10.6.5", "batteryCurrentsValue", TENTH, "battery current"),
                temp("10.7.5", "batteryTemperaturesValue", label="battery temperature"),
                of(Kind.RUNTIME, "10.8.5", "batteryTimeLeftValue", label="battery time left"),
                of(Kind.COUNT, "10.9.5", "batteryRemainingCapacityValue", label="battery remaining capacity (Ah)"),
                of(Kind.COUNT, "10.10.5", "batteryUsedCapacityValue", label="battery used capacity (Ah)"),
                of(Kind.COUNT, "10.11.5", "batteryTotalCapacityValue", label="battery total capacity (Ah)"),
                of(Kind.LOAD, "10.12.5", "batteryQualityValue", label="battery quality"),
                of(Kind.COUNT, "10.16.3", "batteryTestNumberOfResults", label="battery test results"),
                of(Kind.COUNT, "10.18.1", "batteryBankNumberOfBanks", label="battery banks"),
                of(Kind.COUNT, "10.23.5", "batteryAhChargedValue", CENTI, "charged (Ah)"),
                state("10.18.2.1.2", "batteryBankStatus", "battery bank", _PART),
                temp("10.18.3.1.6", "batteryBankTemperatureValue", label="battery bank temperature"),
                amp("10.18.4.1.6", "batteryBankCurrentValue", TENTH, "battery bank current"),
                state("10.18.5.1.2", "batteryBankFuseStatus", "battery fuse", _PART),
                volt("10.19.6.1.7", "batteryBlockVoltageValue", CENTI, "battery block voltage"),
                state(
                    "12.2.1.2",
                    "outputStatus",
                    "output",
                    {1: "energized", 2: "deenergized", 3: "connected", 4: "disconnected"},
                ),
            ),
        ),
        Table(
            mib="SP2-MIB",
            root=f"{_ELTEK}.5.6.1",
            words="rectifier",
            names=("8",),
            columns=(
                state("2", "rectifierStatus", "", _PART),
                amp("3", "rectifierOutputCurrentValue", TENTH, "output current"),
                volt("4", "rectifierInputVoltageValue", label="input voltage"),
                temp("6", "rectifierTemperatureValue"),
            ),
        ),
    ),
)
