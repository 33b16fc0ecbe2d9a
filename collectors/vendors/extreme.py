"""Extreme Networks: EXOS, VOSS (Avaya, Nortel Rapid City), ERS/BOSS."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import MICROWATT, MILLI, MILLI_DBM, Table, amp, rpm, rx, state, temp, tx, volt, watt

_RC = "1.3.6.1.4.1.2272.1"
_UP = {1: "unknown", 2: "up", 3: "down", 4: "notpresent"}
_SUPPLY = {1: "unknown", 2: "empty", 3: "up", 4: "down"}
VOSS = Family(
    vendor="Extreme Networks",
    tables=(
        Table(
            mib="RAPID-CITY",
            root=f"{_RC}.4.8.1.1",
            words="power supply",
            columns=(state("2", "rcChasPowerSupplyOperStatus", "", _SUPPLY),),
        ),
        Table(
            mib="RAPID-CITY",
            root=f"{_RC}.4.7.1.1",
            words="fan",
            columns=(state("2", "rcChasFanOperStatus", "", {1: "unknown", 2: "up", 3: "down"}),),
        ),
        Table(
            mib="RAPID-CITY",
            root=f"{_RC}.101.1.1.4.1",
            words="fan",
            columns=(
                state("4", "rcVossSystemFanInfoOperStatus", "", _UP),
                rpm("5", "rcVossSystemFanInfoOperSpeedRpm", label="speed", none=frozenset({0})),
            ),
        ),
        Table(
            mib="RAPID-CITY",
            root=f"{_RC}.101.1.1.2.1",
            names=("2",),
            columns=(temp("3", "rcVossSystemTemperatureTemperature"),),
        ),
        Table(
            mib="RAPID-CITY",
            root=f"{_RC}.212",
            columns=(
                temp("1", "rcSingleCpSystemTempCpuTemperature", label="CPU temperature"),
                temp("2", "rcSingleCpSystemTempMacTemperature", label="MAC temperature"),
                temp("3", "rcSingleCpSystemTempPhy1Temperature", label="PHY 1 temperature", none=frozenset({0})),
                temp("4", "rcSingleCpSystemTempPhy2Temperature", label="PHY 2 temperature", none=frozenset({0})),
                temp("5", "rcSingleCpSystemTempMac2Temperature", label="MAC 2 temperature", none=frozenset({0})),
            ),
        ),
        Table(
            mib="RAPID-CITY",
            root=f"{_RC}.71.1.1",
            if_index_at=0,
            columns=(
                tx("32", "rcPlugOptModTxPower", MICROWATT, signed_scale=MILLI_DBM),
                rx("37", "rcPlugOptModRxPower", MICROWATT, signed_scale=MILLI_DBM),
            ),
        ),
    ),
)
_EXTREME = "1.3.6.1.4.1.1916.1"
EXOS = Family(
    vendor="Extreme Networks",
    tables=(
        Table(
            mib="EXTREME-SYSTEM-MIB",
            root=f"{_EXTREME}.1.1",
            columns=(
                temp("8", "extremeCurrentTemperature", label="system temperature"),
                state("7", "extremeOverTemperatureAlarm", "over temperature", {1: "true", 2: "false"}),
                watt("1.40.1", "extremeSystemPowerUsageValue", MILLI, "power usage"),
            ),
        ),
        Table(
            mib="EXTREME-SYSTEM-MIB",
            root=f"{_EXTREME}.1.1.9.1",
            words="fan",
            columns=(
                state("2", "extremeFanOperational", "operational", {1: "true", 2: "false"}),
                rpm("4", "extremeFanSpeed", label="speed"),
            ),
        ),
        Table(
            mib="EXTREME-SYSTEM-MIB",
            root=f"{_EXTREME}.1.1.27.1",
            words="power supply",
            columns=(
                state(
                    "2",
                    "extremePowerSupplyStatus",
                    "",
                    {1: "notPresent", 2: "presentOK", 3: "presentNotOK", 4: "presentPowerOff"},
                ),
                watt("9", "extremePowerSupplyInputPowerUsage", MILLI, "input power", none=frozenset({0})),
            ),
        ),
        Table(
            mib="EXTREME-SYSTEM-MIB",
            root=f"{_EXTREME}.1.1.38.1.1",
            words="power supply output",
            columns=(
                volt("3", "extremePowerSupplyOutputVoltage", MILLI),
                amp("4", "extremePowerSupplyOutputCurrent", MILLI),
            ),
        ),
        Table(
            mib="EXTREME-STACKING-MIB",
            root=f"{_EXTREME}.33.2.1",
            words="stack member",
            columns=(
                state("3", "extremeStackMemberOperStatus", "", {1: "up", 2: "down", 3: "mismatch"}),
                temp("7", "extremeStackMemberCurrentTemperature"),
            ),
        ),
        Table(
            mib="EXTREME-POE-MIB",
            root=f"{_EXTREME}.27.2.1.1",
            if_index_at=1,
            columns=(watt("6", "extremePethPortMeasuredPower", MILLI, "PoE power"),),
        ),
    ),
)
ERS = Family(
    vendor="Extreme Networks",
    tables=(
        Table(
            mib="S5-CHASSIS-MIB",
            root="1.3.6.1.4.1.45.1.6.3.7.1.1",
            words="temperature sensor",
            columns=(temp("5", "s5ChasTmpSnrTmpValue", 0.5),),
        ),
        Table(
            mib="S5-CHASSIS-MIB",
            root="1.3.6.1.4.1.45.1.6.3.3.1.1",
            names=("5",),
            columns=(
                state(
                    "10",
                    "s5ChasComOperState",
                    "",
                    {
                        1: "other",
                        2: "notAvail",
                        3: "removed",
                        4: "disabled",
                        5: "normal",
                        6: "resetInProg",
                        7: "testing",
                        8: "warning",
                        9: "nonFatalErr",
                        10: "fatalErr",
                        11: "notConfig",
                        12: "obsoleted",
                    },
                ),
            ),
        ),
    ),
)
SHARED = Family(vendor="Extreme Networks", tables=(*EXOS.tables, *VOSS.tables))
"""EXOS and VOSS switches share their product numbers: which software runs, only its tables tell."""
