"""Wavelengths and demarcation: Infinera XTM, Smartoptics, Accedian."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import DBM, MICRO, TENTH, TENTH_DBM, Table, bias, light, module_temp, rx, state, tx, volt

ACCEDIAN = Family(
    vendor="Accedian",
    tables=(
        Table(
            mib="ACD-SFP-MIB",
            root="1.3.6.1.4.1.22420.2.4.2.1",
            words="SFP",
            columns=(
                volt("4", "acdSfpDiagVcc", 1e-4, "module voltage"),
                bias("5", "acdSfpDiagLbc", MICRO),
                tx("8", "acdSfpDiagTxPwrdBm", DBM),
                rx("9", "acdSfpDiagRxPwrdBm", DBM),
            ),
        ),
    ),
)

_LUM = "1.3.6.1.4.1.8708.2"
_NOT_APPLICABLE = frozenset({2147483646})
INFINERA_XTM = Family(
    vendor="Infinera",
    tables=(
        Table(
            mib="LUM-IFOPTICAL-MIB",
            root=f"{_LUM}.48.2.2.1.1",
            port_name="2",
            names=("2",),
            columns=(
                rx("5", "ifOpticalTransSectionRxPowerLevel", TENTH_DBM, none=_NOT_APPLICABLE),
                tx("7", "ifOpticalTransSectionTxPowerLevel", TENTH_DBM, none=_NOT_APPLICABLE),
            ),
        ),
        Table(
            mib="LUM-IFPHYSICAL-MIB",
            root=f"{_LUM}.47.2.2.1.1",
            port_name="2",
            names=("2",),
            columns=(
                bias("4", "ifPhysicalTrxLaserBias", 1e-4, none=_NOT_APPLICABLE),
                module_temp("5", "ifPhysicalTrxLaserTemp", TENTH, "laser temperature", none=_NOT_APPLICABLE),
            ),
        ),
        Table(
            mib="LUM-WDM-MIB",
            root=f"{_LUM}.4.2.2.1.1",
            port_name="2",
            names=("2",),
            columns=(
                rx("11", "wdmIfPowerLevel", TENTH_DBM),
                tx("80", "wdmIfTxPowerLevel", TENTH_DBM, none=_NOT_APPLICABLE),
            ),
        ),
        Table(
            mib="LUM-OA-MIB",
            root=f"{_LUM}.19.2.2.1.1",
            port_name="2",
            names=("2",),
            columns=(
                tx("19", "oaIfTxPowerLevel", TENTH_DBM),
                rx("20", "oaIfRxPowerLevel", TENTH_DBM),
                bias("22", "oaIfLaserBias", 1e-4),
                module_temp("43", "oaIfActualLaserTemp", TENTH, "laser temperature"),
            ),
        ),
    ),
)

_SMARTOPTICS = "1.3.6.1.4.1.30826"
SMARTOPTICS = Family(
    vendor="Smartoptics",
    tables=(
        Table(
            mib="DCP-INTERFACE-MIB",
            root=f"{_SMARTOPTICS}.2.2.1.1.1.1",
            if_index_at=0,
            names=("2",),
            columns=(
                rx("3", "dcpInterfaceRxPower", TENTH_DBM),
                tx("4", "dcpInterfaceTxPower", TENTH_DBM),
            ),
        ),
        Table(
            mib="MSERIES-PORT-MIB",
            root=f"{_SMARTOPTICS}.1.3.1.2.1.1",
            if_index_at=0,
            names=("2",),
            columns=(
                light("5", "smartPortPower", TENTH_DBM, "power"),
                state(
                    "6",
                    "smartPortStatus",
                    "status",
                    {
                        1: "idle",
                        2: "down",
                        3: "up",
                        4: "high",
                        5: "low",
                        6: "eyeSafety",
                        7: "cd",
                        8: "ncd",
                    },
                ),
            ),
        ),
    ),
)
