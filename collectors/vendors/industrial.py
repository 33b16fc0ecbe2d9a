"""Industrial and field switches: Moxa, Microsens, Advantech, Hirschmann, Siemens and Ruggedcom, Westermo."""

from __future__ import annotations

from functools import partial

from collectors.vendors.family import Family, Own
from collectors.vendors.row import (
    DBM,
    MILLI,
    TENTH_MICROWATT,
    Table,
    amp,
    bias,
    module_temp,
    rx,
    state,
    temp,
    tx,
    volt,
    watt,
)

_PRESENT = {0: "notPresent", 1: "present"}
_CHAIN = {1: "disabled", 2: "linkdown", 3: "blocking", 4: "forwarding", 5: "learning"}
_PROTOCOL = {1: "spanning tree", 2: "TurboRing", 3: "TurboRingV2", 4: "TurboChain", 5: "MSTP"}


def moxa(root: str, mib: str) -> tuple[Table, ...]:
    """EtherDevice switches: each model's MIB has the same tables below its own root."""
    return (
        Table(
            mib=mib,
            root=f"{root}.1.10.11.1",
            if_index_at=0,
            columns=(
                volt("4", "fiberVoltage", label="module voltage"),
                module_temp("5", "fiberTemperature"),
                tx("7", "fiberTxPower", DBM),
                rx("9", "fiberRxPower", DBM),
            ),
        ),
        Table(
            mib=mib,
            root=f"{root}.1",
            columns=(
                state("10.1", "power1InputStatus", "power input 1", _PRESENT),
                state("10.2", "power2InputStatus", "power input 2", _PRESENT),
                watt("10.8", "monitorPowerConsumption", label="power consumption"),
                state("16.4", "activeProtocolOfRedundancy", "redundancy protocol", _PROTOCOL),
                state("16.6.1", "turboChainRole", "TurboChain role", {0: "none", 1: "head", 2: "member", 3: "tail"}),
                state("16.6.4", "turboChainPort1Status", "TurboChain port 1", _CHAIN),
                state("16.6.5", "turboChainPort2Status", "TurboChain port 2", _CHAIN),
            ),
        ),
        Table(
            mib=mib,
            root=f"{root}.1.40.6.1",
            if_index_at=0,
            columns=(watt("2", "poePortConsumption", label="PoE power"),),
        ),
    )


MOXA = Family(
    vendor="Moxa",
    own=(Own(pattern=r"(8691\.7\.\d+)", root=r"\1", tables=partial(moxa, mib="MOXA-IKS6728A-MIB and kin")),),
)

_G6 = "1.3.6.1.4.1.3181.10.6.1"
_SUPPLY = {0: "ok", 1: "low", 2: "high", 3: "defective", 4: "notApplicable"}
_CLIMATE = {0: "lowAlarm", 1: "lowWarning", 2: "cool", 3: "normal", 4: "highWarning", 5: "highAlarm"}
MICROSENS = Family(
    vendor="Microsens",
    tables=(
        Table(
            mib="MICROSENS-G6-MIB",
            root=f"{_G6}.34.100.1",
            words="SFP",
            columns=(
                tx("18", "informationTxPower", DBM),
                rx("19", "informationRxPower", DBM),
                module_temp("20", "informationTemperature"),
            ),
        ),
        Table(
            mib="MICROSENS-G6-MIB",
            root=_G6,
            columns=(
                temp("30.104", "systemTemperature"),
                state("30.105", "systemClimateLevel", "climate", _CLIMATE),
                state("31.100", "hardwarePowerSupply1Status", "power supply 1", _SUPPLY),
                state("31.101", "hardwarePowerSupply2Status", "power supply 2", _SUPPLY),
                state("31.103", "hardwareFanStatus", "fan", {0: "unused", 1: "ok", 2: "defective"}),
                state("31.104", "hardwareSdCardStatus", "SD card", {0: "empty", 1: "writable", 2: "readOnly"}),
                watt("33.100", "poeTotalPower", MILLI, "PoE power in use"),
            ),
        ),
        Table(
            mib="MICROSENS-G6-MIB",
            root=f"{_G6}.33.101.1",
            words="PoE port",
            columns=(
                state(
                    "2",
                    "statusCondition",
                    "condition",
                    {0: "disabled", 1: "powerOff", 2: "searching", 3: "powered", 4: "overload"},
                ),
                state("3", "statusDeterminedClass", "class"),
                amp("4", "statusCurrent", MILLI, none=frozenset({0})),
                volt("5", "statusVoltage", MILLI, none=frozenset({0})),
                watt("6", "statusWattage", MILLI, none=frozenset({0})),
            ),
        ),
    ),
)


def advantech(root: str, mib: str) -> tuple[Table, ...]:
    """EKI switches: each series' MIB below its own root."""
    return (
        Table(
            mib=mib,
            root=f"{root}.2.5.2.1",
            words="SFP",
            columns=(
                module_temp("2", "sfpDdmTemperature"),
                volt("3", "sfpDdmVoltage", label="module voltage"),
                bias("4", "sfpDdmTxBias", MILLI),
                tx("5", "sfpDdmTxPower", DBM),
                rx("6", "sfpDdmRxPower", DBM),
            ),
        ),
        Table(
            mib=mib,
            root=f"{root}.7.3.3.1",
            if_index_at=0,
            columns=(
                amp("2", "poePortCurrent", MILLI, "PoE current"),
                volt("3", "poePortVoltage", label="PoE voltage"),
                watt("4", "poePortPower", label="PoE power"),
                temp("5", "poePortTemperature", label="PoE temperature"),
            ),
        ),
        Table(
            mib=mib,
            root=f"{root}.7.3.1",
            columns=(watt("3", "poeTotalPower", label="PoE power in use"),),
        ),
    )


ADVANTECH = Family(
    vendor="Advantech",
    own=(Own(pattern=r"(10297\.202\.\d+)", root=r"\1", tables=partial(advantech, mib="ADVANTECH-EKI-MIB")),),
)

_HM = "1.3.6.1.4.1.248.14"
_HM2 = "1.3.6.1.4.1.248.11"
HIRSCHMANN = Family(
    vendor="Hirschmann",
    tables=(
        Table(
            mib="HMPRIV-MGMT-SNMP-MIB",
            root=f"{_HM}.2.5.1",
            columns=(temp("1", "hmTemperature"),),
        ),
        Table(
            mib="HMPRIV-MGMT-SNMP-MIB",
            root=f"{_HM}.1.1.13.1",
            port_is_index=True,
            words="SFP",
            columns=(
                module_temp("12", "hmSfpTemperature"),
                tx("13", "hmSfpTxPower", DBM, unit_in_text=True),
                rx("14", "hmSfpRxPower", DBM, unit_in_text=True),
            ),
        ),
        Table(
            mib="HMPRIV-MGMT-SNMP-MIB",
            root=f"{_HM}.1.2.1",
            words="power supply",
            columns=(state("3", "hmPSState", "", {1: "ok", 2: "failed", 3: "notInstalled", 4: "unknown"}),),
        ),
        Table(
            mib="HMPRIV-MGMT-SNMP-MIB",
            root=f"{_HM}.1.3.1",
            words="fan",
            columns=(state("3", "hmFanState", "", {1: "ok", 2: "failed"}),),
        ),
        Table(
            mib="HM2-PWRMGMT-MIB",
            root=f"{_HM2}.11.1.1.1.1",
            words="power supply",
            columns=(state("2", "hm2PSState", "", {1: "present", 2: "defective", 3: "notInstalled", 4: "unknown"}),),
        ),
        Table(
            mib="HM2-DEVMGMT-MIB",
            root=f"{_HM2}.10.1.7.2.1",
            if_index_at=0,
            columns=(
                module_temp("2", "hm2SfpCurrentTemperature"),
                tx("3", "hm2SfpCurrentTxPower", TENTH_MICROWATT),
                rx("4", "hm2SfpCurrentRxPower", TENTH_MICROWATT),
                tx("5", "hm2SfpCurrentTxPowerdBm", DBM, "Tx power (as text)"),
                rx("6", "hm2SfpCurrentRxPowerdBm", DBM, "Rx power (as text)"),
            ),
        ),
        Table(
            mib="HM2-FAN-MIB",
            root=f"{_HM2}.13.1.1.3.1",
            words="fan",
            columns=(
                state(
                    "2",
                    "hm2FanStatus",
                    "",
                    {1: "not-available", 2: "available-and-ok", 3: "available-but-failure"},
                ),
            ),
        ),
        Table(
            mib="HM2-DEVMGMT-MIB",
            root=f"{_HM2}.10.1.5",
            columns=(temp("1", "hm2DevMgmtTemperature"),),
        ),
    ),
)
RUGGEDCOM = Family(
    vendor="Siemens Ruggedcom",
    tables=(
        Table(
            mib="RUGGEDCOM-SYS-INFO-MIB",
            root="1.3.6.1.4.1.15004.4.2.2",
            columns=(
                temp("3", "rcDeviceStsTemperature"),
                state(
                    "4",
                    "rcDeviceStsPowerSupply1",
                    "power supply 1",
                    {1: "functional", 2: "notFunctional", 3: "notConnected"},
                ),
                state(
                    "5",
                    "rcDeviceStsPowerSupply2",
                    "power supply 2",
                    {1: "functional", 2: "notFunctional", 3: "notConnected"},
                ),
            ),
        ),
    ),
)
_MSPS = "1.3.6.1.4.1.4329.20.1.1.1.1"
_MSPS_LINE = {1: "inactive", 2: "active"}
SCALANCE = Family(
    vendor="Siemens",
    tables=(
        Table(
            mib="SN-MSPS-SCX200-MIB",
            root=f"{_MSPS}.79.7.1",
            names=("7",),
            columns=(
                temp(
                    "16",
                    "snMspsDiagnosticsTemperatureValue",
                    label="",
                    when=("4", frozenset({1})),
                    limits=("40", "37", "43", "46"),
                ),
            ),
        ),
        Table(
            mib="SN-MSPS-SCX200-MIB",
            root=f"{_MSPS}.28",
            columns=(
                state("1", "snMspsFaultState", "fault", {1: "noFault", 2: "fault"}),
                state("4", "snMspsPowerSupply1State", "power line 1", _MSPS_LINE),
                state("5", "snMspsPowerSupply2State", "power line 2", _MSPS_LINE),
                state("9", "snMspsPowerSupply3State", "power line 3 (PoE)", _MSPS_LINE),
            ),
        ),
        Table(
            mib="SN-MSPS-SCX200-MIB",
            root=f"{_MSPS}.38.1.1",
            columns=(
                watt("15", "snMspsPoePsePortPower", MILLI, "PoE power"),
                volt("16", "snMspsPoePsePortVoltage", label="PoE voltage"),
                amp("17", "snMspsPoePsePortCurrent", MILLI, "PoE current"),
            ),
        ),
    ),
)
