"""Campus switches: Allied Telesis, Alcatel-Lucent Enterprise."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import (
    MICRO,
    MILLI,
    MILLI_DBM,
    TENTH_MICROWATT,
    Table,
    bias,
    module_temp,
    rpm,
    rx,
    state,
    temp,
    tx,
    volt,
)

_AT = "1.3.6.1.4.1.207.8.4.4.3"
_AT_LIMITS = ("5", "8", "9", "6")
_AT_GOOD = {1: "failed", 2: "good"}
_AT_RANGE = {1: "outOfRange", 2: "inRange"}
_STACK = {
    1: "normalOperation",
    2: "operatingInFailoverState",
    3: "standaloneUnit",
    4: "ringTopologyBroken",
    5: "vcsDisabled",
    6: "allStkPortsNotUp",
}
_STACK_ROLE = {
    1: "leaving",
    2: "discovering",
    3: "synchronizing",
    4: "backupMember",
    5: "pendingMaster",
    6: "disabledMaster",
    7: "fallbackMaster",
    8: "activeMaster",
}
_STACK_PORT = {1: "down", 2: "neighbourIncompatible", 3: "discoveringNeighbour", 4: "learntNeighbour"}
_STACK_LINK = {1: "configured", 2: "successful", 3: "failed", 4: "notConfigured", 5: "stopped"}


def vcstack(root: str) -> tuple[Table, ...]:
    """Stacks of switches."""
    return (
        Table(
            mib="AT-VCSTACK-MIB",
            root=root,
            columns=(state("1", "vcstackStatus", "stack", _STACK),),
        ),
        Table(
            mib="AT-VCSTACK-MIB",
            root=f"{root}.5.1",
            words="stack member",
            names=("7",),
            columns=(
                state("5", "vcstackRole", "role", _STACK_ROLE),
                state("12", "vcstackResiliencyLinkStatus", "resiliency link", _STACK_LINK),
                state("15", "vcstackStkPort1Status", "stack port 1", _STACK_PORT),
                state("17", "vcstackStkPort2Status", "stack port 2", _STACK_PORT),
            ),
        ),
    )


ALLIED = Family(
    vendor="Allied Telesis",
    tables=(
        *(
            Table(
                mib="AT-PLUGGABLE-DIAGNOSTICS-MIB",
                root=f"{_AT}.28.1.{table}.1",
                if_index_at=0,
                lane_at=1,
                columns=(column,),
            )
            for table, column in (
                (1, module_temp("3", "atPluggableDiagTempStatusReading", MILLI, limits=_AT_LIMITS)),
                (2, volt("3", "atPluggableDiagVccStatusReading", 1e-4, "module voltage", limits=_AT_LIMITS)),
                (3, bias("3", "atPluggableDiagTxBiasStatusReading", MICRO, limits=_AT_LIMITS)),
                (4, tx("3", "atPluggableDiagTxPowerStatusReading", TENTH_MICROWATT, limits=_AT_LIMITS)),
                (5, rx("3", "atPluggableDiagRxPowerStatusReading", TENTH_MICROWATT, limits=_AT_LIMITS)),
            )
        ),
        Table(
            mib="AT-ENVMONv2-MIB",
            root=f"{_AT}.12.1.1",
            names=("4",),
            columns=(
                rpm("5", "atEnvMonv2FanCurrentSpeed", label="", limits=("", "", "", "6")),
                state("7", "atEnvMonv2FanStatus", "", _AT_GOOD),
            ),
        ),
        Table(
            mib="AT-ENVMONv2-MIB",
            root=f"{_AT}.12.2.1",
            names=("4",),
            columns=(
                volt("5", "atEnvMonv2VoltageCurrent", MILLI, "", limits=("6", "", "", "7")),
                state("8", "atEnvMonv2VoltageStatus", "", _AT_RANGE),
            ),
        ),
        Table(
            mib="AT-ENVMONv2-MIB",
            root=f"{_AT}.12.3.1",
            names=("4",),
            columns=(
                temp(
                    "5", "atEnvMonv2TemperatureCurrent", label="", none=frozenset({128, -128}), limits=("6", "", "", "")
                ),
                state("7", "atEnvMonv2TemperatureStatus", "", _AT_RANGE),
            ),
        ),
        Table(
            mib="AT-ENVMONv2-MIB",
            root=f"{_AT}.12.4.2.1",
            names=("5",),
            columns=(state("6", "atEnvMonv2PsbSensorStatus", "", {1: "failed", 2: "good", 3: "notPowered"}),),
        ),
        *vcstack(f"{_AT}.13"),
    ),
)

_ENTITY_STATE = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "secondary",
    6: "notPresent",
    7: "unpowered",
    8: "master",
    9: "idle",
    10: "pwrsave",
}
_NO_DDM = frozenset({-200000})


def omniswitch(root: str) -> tuple[Table, ...]:
    """AOS 6 (6486.800) and AOS 7/8 (6486.801)."""
    return (
        Table(
            mib="ALCATEL-IND1-PORT-MIB",
            root=f"{root}.1.2.1.5.1.1.2.5.1",
            if_index_at=0,
            columns=(
                module_temp("1", "ddmTemperature", MILLI, none=_NO_DDM, limits=("5", "4", "2", "3")),
                volt("6", "ddmSupplyVoltage", MILLI, "module voltage", none=_NO_DDM, limits=("10", "9", "7", "8")),
                bias("11", "ddmTxBiasCurrent", MICRO, none=_NO_DDM, limits=("15", "14", "12", "13")),
                tx("16", "ddmTxOutputPower", MILLI_DBM, none=_NO_DDM, limits=("20", "19", "17", "18")),
                rx("21", "ddmRxOpticalPower", MILLI_DBM, none=_NO_DDM, limits=("25", "24", "22", "23")),
            ),
        ),
        Table(
            mib="ALCATEL-IND1-PORT-MIB",
            root=f"{root}.1.2.1.5.1.1.2.6.1",
            if_index_at=0,
            lane_at=1,
            columns=(
                module_temp("2", "ddmPortTemperature", MILLI, none=_NO_DDM, limits=("6", "5", "3", "4")),
                volt("7", "ddmPortSupplyVoltage", MILLI, "module voltage", none=_NO_DDM, limits=("11", "10", "8", "9")),
                bias("12", "ddmPortTxBiasCurrent", MICRO, none=_NO_DDM, limits=("16", "15", "13", "14")),
                tx("17", "ddmPortTxOutputPower", MILLI_DBM, none=_NO_DDM, limits=("21", "20", "18", "19")),
                rx("22", "ddmPortRxOpticalPower", MILLI_DBM, none=_NO_DDM, limits=("26", "25", "23", "24")),
            ),
        ),
        Table(
            mib="ALCATEL-IND1-CHASSIS-MIB",
            root=f"{root}.1.1.1.1.1.1.1",
            entity_at=0,
            columns=(state("2", "chasEntPhysOperStatus", "", _ENTITY_STATE),),
        ),
        Table(
            mib="ALCATEL-IND1-CHASSIS-MIB",
            root=f"{root}.1.1.1.3.1.1.11.1",
            words="fan",
            columns=(
                state(
                    "2",
                    "alaChasEntPhysFanStatus",
                    "",
                    {0: "noStatus", 1: "notRunning", 2: "running"},
                ),
            ),
        ),
    )


_AOS6 = "1.3.6.1.4.1.6486.800"
_AOS7 = "1.3.6.1.4.1.6486.801"
_CHASSIS_ROLE = {0: "unassigned", 1: "master", 2: "slave", 3: "inconsistent", 4: "startuperror"}
_CHASSIS_STATUS = {
    0: "init",
    1: "running",
    2: "invalidChassisId",
    3: "helloDown",
    4: "duplicateChassisId",
    5: "mismatchImage",
    6: "mismatchChassisType",
    7: "mismatchHelloInterval",
    8: "mismatchControlVlan",
    9: "mismatchGroup",
    10: "mismatchLicenseConfig",
    11: "invalidLicense",
    12: "splitTopology",
    13: "commandShutdown",
    14: "failureShutdown",
}
AOS6 = Family(
    vendor="Alcatel-Lucent Enterprise",
    tables=(
        *omniswitch(_AOS6),
        Table(
            mib="ALCATEL-IND1-CHASSIS-MIB",
            root=f"{_AOS6}.1.1.1.3.1.1.3.1",
            entity_at=0,
            columns=(
                temp("4", "chasHardwareBoardTemp", none=frozenset({0})),
                temp("5", "chasHardwareCpuTemp", label="CPU temperature", none=frozenset({0})),
            ),
        ),
    ),
)
AOS7 = Family(
    vendor="Alcatel-Lucent Enterprise",
    tables=(
        *omniswitch(_AOS7),
        Table(
            mib="ALCATEL-IND1-VIRTUAL-CHASSIS-MIB",
            root=f"{_AOS7}.1.2.1.69.1.1.2.1",
            words="virtual chassis",
            columns=(
                state("3", "virtualChassisRole", "role", _CHASSIS_ROLE),
                state("5", "virtualChassisStatus", "status", _CHASSIS_STATUS),
            ),
        ),
        Table(
            mib="ALCATEL-IND1-CHASSIS-MIB",
            root=f"{_AOS7}.1.1.1.1.1.2.1",
            entity_at=0,
            columns=(temp("1", "chasEntTempCurrent", none=frozenset({0})),),
        ),
    ),
)
