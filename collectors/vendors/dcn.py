"""Switches with DCN's software: DCN, SNR, QTECH and others, each below a number of its own."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import DBM, Table, bias, module_temp, rx, state, temp, tx, volt


def dcn(root: str, mib: str) -> tuple[Table, ...]:
    """DCN's table of pluggable modules; SNR, QTECH and others have it below a number of their own."""
    return (
        Table(
            mib=mib,
            root=f"{root}.30.1.1",
            if_index_at=0,
            columns=(
                module_temp("2", "ddmDiagnosisTemperature"),
                volt("7", "ddmDiagnosisVoltage", label="module voltage"),
                bias("12", "ddmDiagnosisBias", 1.0, unit="mA"),
                rx("17", "ddmDiagnosisRXPower", DBM),
                tx("22", "ddmDiagnosisTXPower", DBM),
            ),
        ),
    )


DCN = Family(vendor="DCN", tables=dcn("1.3.6.1.4.1.6339.100", "DCN-MIB"))
_SNR = "1.3.6.1.4.1.40418.7.100"
SNR = Family(
    vendor="SNR",
    tables=(
        *dcn(_SNR, "NAG-MIB"),
        Table(
            mib="NAG-MIB",
            root=f"{_SNR}.1",
            columns=(
                temp("8.1.10", "sysTemperature"),
                state(
                    "12.1.4",
                    "sysFanSpeed",
                    "fan speed",
                    {0: "none", 1: "low", 2: "medium-low", 3: "medium", 4: "medium-high", 5: "high"},
                ),
                state("16", "showSwitchStartUpStatus", "start-up", {1: "failed", 2: "success"}),
            ),
        ),
    ),
)
