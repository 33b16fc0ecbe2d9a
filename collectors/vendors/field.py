"""Raisecom, Ciena SAOS, Westermo, Netgear, Ubiquiti."""

from __future__ import annotations

from collectors.vendors.dell import fastpath
from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    CENTI_DBM,
    MICRO,
    MICROWATT,
    MILLI,
    MILLI_DBM,
    TENTH_MILLI_DBM,
    Kind,
    Table,
    amp,
    bias,
    light,
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

_RC = "1.3.6.1.4.1.8886"
_RC_LIMITS = ("3", "4", "6", "5")
_RC_NONE = frozenset({-1000000})
_RC_VOLTAGES = ((6, "5 V"), (7, "3.3 V"), (8, "1.8 V"), (9, "-5.2 V"), (10, "APD bias"))


def raisecom_modules(root: str, mib: str, name: str) -> Table:
    """Pluggable modules by port and OpticalParameterType; ROS of two ages."""
    return Table(
        mib=mib,
        root=root,
        if_index_at=0,
        columns=(
            module_temp("2", f"{name}(1)", MILLI, where=((1, 1),), none=_RC_NONE, limits=_RC_LIMITS),
            bias("2", f"{name}(2)", MICRO, where=((1, 2),), none=_RC_NONE, limits=_RC_LIMITS),
            tx("2", f"{name}(3)", MILLI_DBM, where=((1, 3),), none=_RC_NONE, limits=_RC_LIMITS),
            rx("2", f"{name}(4)", MILLI_DBM, where=((1, 4),), none=_RC_NONE, limits=_RC_LIMITS),
            temp("2", f"{name}(5)", MILLI, "laser temperature", where=((1, 5),), none=_RC_NONE, limits=_RC_LIMITS),
            *(
                volt(
                    "2",
                    f"{name}({kind})",
                    MILLI,
                    f"{words} voltage",
                    where=((1, kind),),
                    none=_RC_NONE,
                    limits=_RC_LIMITS,
                )
                for kind, words in _RC_VOLTAGES
            ),
        ),
    )


RAISECOM = Family(
    vendor="Raisecom",
    tables=(
        raisecom_modules(
            f"{_RC}.1.18.2.2.1.1", "RAISECOM-OPTICAL-TRANSCEIVER-MIB", "raisecomOpticalTransceiverParameterValue"
        ),
        raisecom_modules(
            f"{_RC}.60.18.1.2.2.1.1", "ROSMGMT-OPTICAL-TRANSCEIVER-MIB", "rosMgmtOpticalTransceiverParameterValue"
        ),
        Table(
            mib="RAISECOM-SYSTEM-MIB",
            root=f"{_RC}.1.1.4.2",
            columns=(temp("1", "raisecomTemperatureValue"),),
        ),
        Table(
            mib="RAISECOM-SYSTEM-MIB",
            root=f"{_RC}.1.1.4.3.1.1",
            words="voltage",
            columns=(volt("3", "raisecomVoltValue", MILLI, ""),),
        ),
        Table(
            mib="RAISECOM-POWERMONITOR-MIB",
            root=f"{_RC}.1.24.2.1.1",
            words="power supply",
            columns=(state("6", "raisecomPowerStatus", "", {1: "offline", 2: "online", 3: "power-on"}),),
        ),
        Table(
            mib="RAISECOM-FANMONITOR-MIB",
            root=f"{_RC}.1.1.5.2.2.1",
            words="fan",
            columns=(
                rpm("2", "raisecomFanSpeedValue", label="speed"),
                state("3", "raisecomFanWorkState", "", {1: "normal", 2: "abnormal"}),
            ),
        ),
    ),
    modules=(
        ModuleTable(
            mib="RAISECOM-OPTICAL-TRANSCEIVER-MIB",
            root=f"{_RC}.1.18.2.1.1.1",
            columns={
                "vendor": "3",
                "model": "4",
                "serial": "5",
                "distance_m": "7",
                "revision": "12",
                "wavelength_nm": "16",
            },
            wavelength_factor=0.001,
        ),
    ),
)

SAOS = Family(
    vendor="Ciena",
    tables=(
        Table(
            mib="WWP-LEOS-PORT-XCVR-MIB",
            root="1.3.6.1.4.1.6141.2.60.4.1.1.1.1",
            port_is_index=True,
            columns=(
                module_temp("16", "wwpLeosPortXcvrTemperature"),
                bias("18", "wwpLeosPortXcvrBias", MILLI),
                rx("105", "wwpLeosPortXcvrRxDbmPower", TENTH_MILLI_DBM),
                tx("106", "wwpLeosPortXcvrTxDbmPower", TENTH_MILLI_DBM),
            ),
        ),
        Table(
            mib="CIENA-CES-PORT-XCVR-MIB",
            root="1.3.6.1.4.1.1271.2.1.9.1.1.1.1",
            port_name="40",
            port_is_index=True,
            columns=(
                module_temp("3", "cienaCesPortXcvrTemperature", limits=("7", "", "", "8")),
                volt("4", "cienaCesPortXcvrVcc", MILLI, "module voltage", limits=("9", "", "", "10")),
                bias("5", "cienaCesPortXcvrBias", MILLI, limits=("11", "", "", "12")),
                rx("6", "cienaCesPortXcvrRxPower", MICROWATT, limits=("15", "", "", "16")),
                tx("35", "cienaCesPortXcvrTxOutputPower", MICROWATT, limits=("13", "", "", "14")),
            ),
        ),
        Table(
            mib="WWP-LEOS-CHASSIS-MIB",
            root="1.3.6.1.4.1.6141.2.60.11.1.1",
            columns=(
                state(
                    "3.1.1.2",
                    "wwpLeosChassisPowerSupplyState",
                    "power supply",
                    {1: "online", 2: "faulted", 3: "offline", 4: "uninstalled"},
                ),
                rpm("4.1.1.4", "wwpLeosChassisFanAvgSpeed", label="fan"),
                temp("5.1.1.2", "wwpLeosChassisTempSensorValue", label="temperature sensor"),
            ),
        ),
    ),
)


def westermo(root: str, mib: str, prefix: str) -> Table:
    """WeOS' table of pluggable modules, of two ages."""
    return Table(
        mib=mib,
        root=root,
        if_index_at=0,
        columns=(
            volt("3", f"{prefix}Voltage", MILLI, "module voltage"),
            module_temp("4", f"{prefix}Temperature"),
            bias("5", f"{prefix}BiasCurrent", MILLI),
            tx("6", f"{prefix}TxPower", CENTI_DBM),
            rx("7", f"{prefix}RxPower", CENTI_DBM),
        ),
    )


WESTERMO = Family(
    vendor="Westermo",
    tables=(
        westermo("1.3.6.1.4.1.16177.2.2.1.1.1", "WESTERMO-DDM-MIB", "ddmPort"),
        westermo("1.3.6.1.4.1.16177.2.1.2.2.1.1", "WESTERMO-WEOS-MIB", "sfpDdmPort"),
    ),
)

_NETGEAR = "1.3.6.1.4.1.4526"
NETGEAR = Family(
    vendor="Netgear",
    tables=(*fastpath(f"{_NETGEAR}.10", "NETGEAR", optics="16"), *fastpath(f"{_NETGEAR}.11", "NG700", optics="16")),
)
_UBNT = "1.3.6.1.4.1.41112.1.5"
EDGEMAX = (
    Table(
        mib="UBNT-EdgeMAX-MIB",
        root=f"{_UBNT}.2.2.1",
        words="power output",
        columns=(
            volt("2", "ubntPowerOutVoltage", MILLI),
            amp("3", "ubntPowerOutCurrent", MILLI),
            watt("4", "ubntPowerOutPower", MILLI),
        ),
    ),
    Table(
        mib="UBNT-EdgeMAX-MIB",
        root=f"{_UBNT}.3.2.1",
        words="power supply",
        columns=(
            state("3", "ubntPsuStatus", "status", {0: "unknown", 1: "on", 2: "off", 3: "standby"}),
            state("4", "ubntPsuOperStatus", "oper status", {0: "down", 1: "up"}),
            volt("5", "ubntPsuVoltage", MILLI),
            temp("6", "ubntPsuTemperature", MILLI),
            state("7", "ubntPsuCharging", "charging", {0: "unknown", 1: "on", 2: "off"}),
            of(Kind.CHARGE, "9", "ubntPsuBatteryChargeLevel", label="battery charge"),
            of(Kind.RUNTIME, "10", "ubntPsuBatteryTimeRemaining", 1 / 6000, "battery time remaining"),
        ),
    ),
    Table(
        mib="UBNT-EdgeMAX-MIB",
        root=f"{_UBNT}.4.2.1",
        columns=(temp("3", "ubntThermTemperature", MILLI),),
    ),
    Table(
        mib="UBNT-EdgeMAX-MIB",
        root=f"{_UBNT}.5.2.1",
        columns=(rpm("3", "ubntFanRpm"),),
    ),
    Table(
        mib="UBNT-UFIBER-MIB",
        root=f"{_UBNT}.6.2.1",
        words="ONU",
        names=("2",),
        columns=(
            light("8", "ubntOnuTxPower", CENTI_DBM, "Tx power"),
            light("9", "ubntOnuRxPower", CENTI_DBM, "Rx power"),
        ),
    ),
)
UBIQUITI = Family(
    vendor="Ubiquiti",
    tables=(*fastpath("1.3.6.1.4.1.4413.1.1", "EdgeSwitch", optics="16"), *EDGEMAX),
    model=(f"{_UBNT}.1.1.0",),
)
