"""MikroTik RouterOS and SwOS."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    CENTI,
    MILLI,
    MILLI_DBM,
    TENTH,
    Kind,
    Table,
    amp,
    bias,
    module_temp,
    of,
    rpm,
    rx,
    state,
    temp,
    tx,
    volt,
    watt,
)

_MTXR = "1.3.6.1.4.1.14988.1.1"
_NO = {0: "no", 1: "yes"}
_GAUGE = f"{_MTXR}.3.100.1"
MIKROTIK = Family(
    vendor="MikroTik",
    tables=(
        Table(
            mib="MIKROTIK-MIB",
            root=f"{_MTXR}.19.1.1",
            if_index_at=0,
            port_name="2",
            columns=(
                module_temp("6", "mtxrOpticalTemperature"),
                volt("7", "mtxrOpticalSupplyVoltage", MILLI, "module voltage"),
                bias("8", "mtxrOpticalTxBiasCurrent", MILLI),
                tx("9", "mtxrOpticalTxPower", MILLI_DBM),
                rx("10", "mtxrOpticalRxPower", MILLI_DBM),
                state("3", "mtxrOpticalRxLoss", "Rx loss", _NO),
                state("4", "mtxrOpticalTxFault", "Tx fault", _NO),
            ),
        ),
        Table(
            mib="MIKROTIK-MIB",
            root=f"{_MTXR}.15.1.1",
            if_index_at=0,
            columns=(
                state(
                    "3",
                    "mtxrPOEStatus",
                    "PoE",
                    {
                        1: "disabled",
                        2: "waitingForLoad",
                        3: "poweredOn",
                        4: "overload",
                        5: "shortCircuit",
                        6: "voltageTooLow",
                        7: "currentTooLow",
                        8: "powerCycle",
                        9: "voltageTooHigh",
                        10: "controllerError",
                    },
                ),
                volt("4", "mtxrPOEVoltage", TENTH, "PoE voltage"),
                amp("5", "mtxrPOECurrent", MILLI, "PoE current"),
                watt("6", "mtxrPOEPower", TENTH, "PoE power"),
            ),
        ),
        Table(
            mib="MIKROTIK-MIB",
            root=f"{_MTXR}.3",
            columns=(
                volt("8", "mtxrHlVoltage", TENTH),
                temp("10", "mtxrHlTemperature", TENTH),
                temp("11", "mtxrHlProcessorTemperature", TENTH, "processor temperature"),
                watt("12", "mtxrHlPower", TENTH),
                amp("13", "mtxrHlCurrent", MILLI),
                rpm("17", "mtxrHlFanSpeed1", label="fan 1"),
                rpm("18", "mtxrHlFanSpeed2", label="fan 2"),
                state("15", "mtxrHlPowerSupplyState", "power supply", {0: "false", 1: "true"}),
                state("16", "mtxrHlBackupPowerSupplyState", "backup power supply", {0: "false", 1: "true"}),
            ),
        ),
        Table(
            mib="MIKROTIK-MIB",
            root=_GAUGE,
            names=("2",),
            columns=(
                temp("3", "mtxrGaugeValue(celsius)", label="", when=("4", frozenset({1}))),
                rpm("3", "mtxrGaugeValue(rpm)", label="", when=("4", frozenset({2}))),
                volt("3", "mtxrGaugeValue(dV)", TENTH, "", when=("4", frozenset({3}))),
                amp("3", "mtxrGaugeValue(dA)", TENTH, "", when=("4", frozenset({4}))),
                watt("3", "mtxrGaugeValue(dW)", TENTH, "", when=("4", frozenset({5}))),
                state("3", "mtxrGaugeValue(status)", "", {0: "ok", 1: "fail"}, when=("4", frozenset({6}))),
            ),
        ),
        Table(
            mib="MIKROTIK-MIB",
            root=_GAUGE,
            columns=(
                watt("3", "mtxrGaugeValue(16 of SwOS)", TENTH, "power consumption", where=((0, 16),)),
                temp("3", "mtxrGaugeValue(52 of SwOS)", label="CPU temperature", where=((0, 52),)),
                volt("3", "mtxrGaugeValue(7201 of SwOS)", CENTI, "power supply 1 voltage", where=((0, 7201),)),
                volt("3", "mtxrGaugeValue(7202 of SwOS)", CENTI, "power supply 2 voltage", where=((0, 7202),)),
                amp("3", "mtxrGaugeValue(7301 of SwOS)", MILLI, "power supply 1 current", where=((0, 7301),)),
                amp("3", "mtxrGaugeValue(7302 of SwOS)", MILLI, "power supply 2 current", where=((0, 7302),)),
            ),
        ),
        Table(
            mib="MIKROTIK-MIB",
            root=f"{_MTXR}.6",
            columns=(of(Kind.COUNT, "1", "mtxrDHCPLeaseCount", label="DHCP leases"),),
        ),
    ),
    modules=(
        ModuleTable(
            mib="MIKROTIK-MIB",
            root=f"{_MTXR}.19.1.1",
            columns={"type": "2", "vendor": "11", "serial": "12", "wavelength_nm": "5"},
            wavelength_factor=0.01,
        ),
    ),
)
