"""Aricent's (Future Software's) Intelligent Switch Solution: it stands at its own number, whoever sells the switch."""

from __future__ import annotations

from collectors.vendors.row import Table, temp, volt

ISS = (
    Table(
        mib="ARICENT-ISS-MIB",
        root="1.3.6.1.4.1.2076.81.1",
        columns=(
            temp("66", "issSwitchCurrentTemperature", label="chassis temperature"),
            volt("71", "issSwitchCurrentPowerSupply", label="main power supply"),
        ),
    ),
)
