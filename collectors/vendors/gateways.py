"""Firewalls, routers and other boxes beside the switches: Fortinet, LANCOM, Lenovo."""

from __future__ import annotations

import re

from collectors.vendors.family import Family
from collectors.vendors.row import Table, rpm, state, temp, volt

_FG_TEMPERATURE = re.compile(r"temp|dts|lm75|^t[drs]\d|^cpu \d+ core \d+$", re.IGNORECASE)
_FG_FAN = re.compile(r"\bfan ?\d*$", re.IGNORECASE)
_FG_VOLTAGE = re.compile(r"\dv|v(in|out|cc|dd|tt|pp|core)", re.IGNORECASE)
_FG_SENSOR = "fgHwSensorEntValue (kind by its name)"
FORTIGATE = Family(
    vendor="Fortinet",
    tables=(
        Table(
            mib="FORTINET-FORTIGATE-MIB",
            root="1.3.6.1.4.1.12356.101.4.3.2.1",
            names=("2",),
            columns=(
                temp("3", _FG_SENSOR, label="", named=("2", _FG_TEMPERATURE), none=frozenset({-1})),
                rpm("3", _FG_SENSOR, label="", named=("2", _FG_FAN)),
                volt("3", _FG_SENSOR, label="", named=("2", _FG_VOLTAGE)),
                state("4", "fgHwSensorEntAlarmStatus", "alarm", {0: "false", 1: "true"}),
            ),
        ),
    ),
)

_LENOVO = "1.3.6.1.4.1.19046.2.3.11.1"
LENOVO = Family(
    vendor="Lenovo",
    tables=(
        Table(
            mib="LENOVO-ENV-MIB",
            root=f"{_LENOVO}.1.1",
            names=("4",),
            columns=(
                state(
                    "5",
                    "lenovoEnvMibPowerSupplyState",
                    "power supply",
                    {0: "off", 1: "on", 2: "absent", 3: "outputFault"},
                ),
            ),
        ),
        Table(
            mib="LENOVO-ENV-MIB",
            root=f"{_LENOVO}.2.1",
            names=("4",),
            columns=(
                state("5", "lenovoEnvMibFanState", "fan", {0: "ok", 1: "absent", 2: "fault"}),
                rpm("8", "lenovoEnvMibFanSpeedRPM"),
            ),
        ),
        Table(
            mib="LENOVO-ENV-MIB",
            root=f"{_LENOVO}.3.1",
            names=("4",),
            columns=(temp("6", "lenovoEnvMibTempSensorTemperature"),),
        ),
    ),
)

LANCOM = Family(
    vendor="LANCOM",
    tables=(
        Table(
            mib="LCOS-MIB",
            root="1.3.6.1.4.1.2356.11.1.47",
            columns=(temp("20", "lcsStatusHardwareInfoTemperatureDegrees"),),
        ),
    ),
)
