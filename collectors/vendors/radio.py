"""Point-to-point radios: SIAE, Ceragon. What they say of their pluggable modules and of themselves."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import MICRO, MICROWATT, MILLI, TENTH, Table, bias, module_temp, rx, temp, tx, volt

SIAE = Family(
    vendor="SIAE",
    tables=(
        Table(
            mib="SIAE-SFP-MIB",
            root="1.3.6.1.4.1.3373.1103.74",
            words="SFP",
            names=("2.1.19",),
            columns=(
                module_temp("7.1.6", "sfpTemperature", TENTH),
                volt("7.1.7", "sfpVoltage", MILLI, "module voltage"),
                bias("7.1.8", "sfpTxBias", MICRO),
                tx("7.1.9", "sfpTxPower", MICROWATT),
                rx("7.1.10", "sfpRxPower", MICROWATT),
            ),
        ),
    ),
)
CERAGON = Family(
    vendor="Ceragon",
    tables=(
        Table(
            mib="MWRM-UNIT-MIB",
            root="1.3.6.1.4.1.2281.10.1.1",
            columns=(
                temp("9", "genEquipUnitIduTemperature"),
                volt("10", "genEquipUnitIduVoltageInput", label="input voltage"),
            ),
        ),
    ),
)
