"""Switches with WebStaX, the software of Vitesse (Microchip) chips: Lantronix (Transition Networks) and others."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import MILLI, MILLIWATT, Table, bias, module_temp, rx, tx, volt


def webstax(root: str, mib: str) -> tuple[Table, ...]:
    """VTSS-DDMI-MIB of Vitesse's (Microchip's) WebStaX: text without units, which the MIB gives (C, V, mA, mW)."""
    return (
        Table(
            mib=mib,
            root=f"{root}.3.2.1",
            if_index_at=0,
            columns=(
                module_temp("1003", "DdmiStatusInterfaceA2CurrentTemperature", limits=("1004", "1006", "1007", "1005")),
                volt(
                    "1008",
                    "DdmiStatusInterfaceA2CurrentVoltage",
                    label="module voltage",
                    limits=("1009", "1011", "1012", "1010"),
                ),
                bias("1013", "DdmiStatusInterfaceA2CurrentTxBias", MILLI, limits=("1014", "1016", "1017", "1015")),
                tx("1018", "DdmiStatusInterfaceA2CurrentTxPower", MILLIWATT, limits=("1019", "1021", "1022", "1020")),
                rx("1023", "DdmiStatusInterfaceA2CurrentRxPower", MILLIWATT, limits=("1024", "1026", "1027", "1025")),
            ),
        ),
    )


LANTRONIX = Family(vendor="Lantronix", tables=webstax("1.3.6.1.4.1.868.2.5.152.1", "TN-DDMI-MIB"))
