"""Optical transport: Adva (Adtran), Ciena, Infinera, Pan Dacom, IP Infusion's OcNOS on open line cards."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.port_lists import PortList
from collectors.vendors.row import (
    CENTI,
    CENTI_DBM,
    DBM,
    MILLI,
    MILLI_DBM,
    TENTH_DBM,
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

_ADVA = "1.3.6.1.4.1.2544.1"
_CM_ADMIN = {1: "in-service", 2: "management", 3: "maintenance", 4: "disabled", 5: "unassigned", 6: "monitored"}
_CM_OPER = {1: "normal", 2: "outage"}
_CARDS = {
    "30": ("ethernetNTEGE101CardVoltage", "NTE card"),
    "31": ("ethernetNTEGE206CardVoltage", "NTE card"),
    "32": ("ethernetXG1SCCCardVoltage", "XG-1S-CC card"),
}
_ROLLOVER = ((4, 3),)
"""Of the intervals that end the index (15 minutes, a day, rollover) the one that runs on."""
FSP150 = Family(
    vendor="Adva (Adtran)",
    model=(f"{_ADVA}.12.3.1.1.1.6",),
    tables=(
        *(
            Table(
                mib="CM-PERFORMANCE-MIB",
                root=f"{_ADVA}.12",
                if_index_in=f"4.1.{port}.1.2",
                words=words,
                columns=(
                    bias(f"5.1.{stats}.1.32", f"{name}LBC", MILLI, where=_ROLLOVER),
                    tx(f"5.1.{stats}.1.33", f"{name}OPT", DBM, where=_ROLLOVER),
                    rx(f"5.1.{stats}.1.34", f"{name}OPR", DBM, where=_ROLLOVER),
                    module_temp(f"5.1.{stats}.1.{warmth}", f"{name}Temp", where=_ROLLOVER),
                ),
            )
            for words, name, port, stats, warmth in (
                ("access port", "cmEthernetAccPortStats", 1, 1, 39),
                ("network port", "cmEthernetNetPortStats", 7, 5, 40),
            )
        ),
        Table(
            mib="CM-ENTITY-MIB",
            root=f"{_ADVA}.12.3.1.4.1",
            words="power supply",
            columns=(
                state("2", "psuAdminState", "admin state", _CM_ADMIN),
                state("3", "psuOperationalState", "state", _CM_OPER),
            ),
        ),
        *(
            Table(
                mib="CM-ENTITY-MIB",
                root=f"{_ADVA}.12.3.1.{number}.1",
                words=words,
                columns=(volt("5", name, MILLI), temp("6", name.replace("Voltage", "Temperature"))),
            )
            for number, (name, words) in _CARDS.items()
        ),
        Table(
            mib="CM-ALARM-MIB",
            root=f"{_ADVA}.12.6.1.3.1",
            words="alarm",
            columns=(state("3", "cmSysAlmType", "type"),),
        ),
    ),
)
AOS = Family(
    vendor="Adva (Adtran)",
    tables=(
        Table(
            mib="ADVA-AOSCORE-PM-MIB",
            root=f"{_ADVA}.20.1.3.2.1.1",
            if_index_at=0,
            columns=(
                rx("1", "aosCoreFacCurrOpticalPowerRx", TENTH_DBM),
                tx("2", "aosCoreFacCurrOpticalPowerTx", TENTH_DBM),
            ),
        ),
        Table(
            mib="ADVA-AOSCORE-PM-MIB",
            root=f"{_ADVA}.20.1.5.2.5.1",
            if_index_at=0,
            columns=(
                of(Kind.CHROMATIC_DISPERSION, "1", "aosDomainOtnPmQualityCd", label="chromatic dispersion"),
                of(Kind.SNR, "3", "aosDomainOtnPmQualitySnr", label="SNR (device's own scale)"),
            ),
        ),
        Table(
            mib="ADVA-AOSCORE-CONDITION-MIB",
            root=f"{_ADVA}.20.1.2.1.1.1",
            names=("3",),
            columns=(state("2", "aosCoreConditionType", "condition"),),
        ),
    ),
)

FSP3000 = Family(
    vendor="Adva (Adtran)",
    tables=(
        Table(
            mib="ADVA-FSPR7-PM-MIB",
            root=f"{_ADVA}.11.7.7.2.3.1",
            words="facility",
            columns=(
                tx("1", "pmSnapshotCurrentOutputPower", TENTH_DBM),
                rx("2", "pmSnapshotCurrentInputPower", TENTH_DBM),
            ),
        ),
    ),
)

_WS = "1.3.6.1.4.1.1271.3"
_ALARM = {1: "active", 2: "ok"}
WAVESERVER = Family(
    vendor="Ciena",
    tables=(
        Table(
            mib="CIENA-WS-PLATFORM-PM-MIB",
            root=f"{_WS}.5.22.25.1",
            if_index_at=0,
            lane_at=1,
            names=("4", "3"),
            columns=(light("5", "pmOpticalPower24HrMonValue", DBM, "over 24 hours"),),
        ),
        Table(
            mib="CIENA-WS-ALARM-MIB",
            root=f"{_WS}.5.4.6.1",
            words="active alarms",
            columns=(of(Kind.COUNT, "4", "cwsAlarmsSeverityCount", label=""),),
        ),
        Table(
            mib="CIENA-WS-ALARM-MIB",
            root=f"{_WS}.5.4.5.1",
            names=("2",),
            columns=(state("4", "cwsAlarmsDefinedAlarmActive", "alarm", _ALARM),),
        ),
        Table(
            mib="CIENA-WS-MODULE-MIB",
            root=f"{_WS}.4.15.13.1",
            words="module",
            columns=(temp("2", "cwsModuleTemperature", none=frozenset({0})),),
        ),
    ),
)

_GROOVE = "1.3.6.1.4.1.42229.1.2"
_PICO = 1e-12
GROOVE = Family(
    vendor="Infinera",
    ports=(
        PortList(
            mib="CORIANT-GROOVE-MIB",
            root=f"{_GROOVE}.4.1.9.1.1",
            prefix="100gbe-",
            packed=True,
            admin="6",
            oper="7",
            speed_mbps=100_000,
            kind="ethernetCsmacd",
        ),
    ),
    tables=(
        Table(
            mib="CORIANT-GROOVE-MIB",
            root=f"{_GROOVE}.3.6.1.1",
            words="port",
            columns=(
                rx("4", "portRxOpticalPower", DBM),
                tx("5", "portTxOpticalPower", DBM),
                *(rx(str(6 + n), f"portRxOpticalPowerLane{n}", DBM, lane=str(n)) for n in range(1, 5)),
                *(tx(str(10 + n), f"portTxOpticalPowerLane{n}", DBM, lane=str(n)) for n in range(1, 5)),
            ),
        ),
        Table(
            mib="CORIANT-GROOVE-MIB",
            root=f"{_GROOVE}.4.1.19.1.1",
            words="och-os",
            columns=(
                of(Kind.DELAY, "22", "ochOsDgd", _PICO, "differential group delay"),
                of(Kind.CHROMATIC_DISPERSION, "23", "ochOsCd", label="chromatic dispersion"),
                of(Kind.SNR, "24", "ochOsOsnr", label="OSNR"),
                of(Kind.QUALITY_FACTOR, "25", "ochOsQFactor", label="Q factor"),
            ),
        ),
        Table(
            mib="CORIANT-GROOVE-MIB",
            root=f"{_GROOVE}.13",
            columns=(
                of(Kind.BER, "1.1.1.1", "bitErrorRatePreFecInstant", label="pre-FEC bit error rate"),
                of(Kind.BER, "2.1.1.1", "bitErrorRatePostFecInstant", label="post-FEC bit error rate"),
            ),
        ),
        Table(
            mib="CORIANT-GROOVE-MIB",
            root=f"{_GROOVE}.3.3.1.1",
            words="slot",
            columns=(
                of(Kind.LOAD, "7", "cardFanSpeedRate", label="fan speed"),
                temp("9", "cardTemperature"),
                state("10", "cardMode", "mode", {0: "notapplicable", 1: "normal", 2: "regen"}),
            ),
        ),
        Table(
            mib="CORIANT-GROOVE-MIB",
            root=f"{_GROOVE}.3.1.1.1",
            words="shelf",
            columns=(
                temp("3", "shelfInletTemperature", label="inlet temperature"),
                temp("4", "shelfOutletTemperature", label="outlet temperature"),
            ),
        ),
    ),
)

_PAN = "1.3.6.1.4.1.3652.3"
_PSU = {0: "not installed", 1: "fail", 2: "temperature warning", 3: "ok"}
PANDACOM = Family(
    vendor="Pan Dacom",
    tables=(
        Table(
            mib="SPEEDCARRIER-MIB",
            root=_PAN,
            columns=(
                state("1.1.7", "nmAAlarmState", "alarm A", {0: "off", 1: "on"}),
                state("2.1.3", "nmPSU1Status", "power supply 1", _PSU),
                state("2.1.4", "nmPSU2Status", "power supply 2", _PSU),
                state("2.1.5", "nmFanState", "fans", _PSU),
                state("2.1.12", "nmPSU3Status", "power supply 3", _PSU),
            ),
        ),
        Table(
            mib="SPEEDCARRIER-MIB",
            root=f"{_PAN}.3.3.7.1",
            if_index_at=0,
            words="port",
            columns=(
                rx("4", "speedDuallineFCPortXCVDMIRxLevel", CENTI_DBM),
                tx("5", "speedDuallineFCPortXCVDMITxLevel", CENTI_DBM),
                module_temp("7", "speedDuallineFCPortXCVDMITemp"),
            ),
        ),
        Table(
            mib="SPEEDCARRIER-MIB",
            root=f"{_PAN}.3.3.1.1",
            words="card",
            columns=(temp("7", "speedDuallineFCMTemperature"),),
        ),
        Table(
            mib="SPEEDCARRIER-MIB",
            root=f"{_PAN}.3.1.8.1",
            words="port",
            columns=(temp("9", "column 9", none=frozenset({0})),),
        ),
    ),
)

_OCNOS = "1.3.6.1.4.1.36673.100.1"
_ABSENT = frozenset({-100001, -100002})
OCNOS = Family(
    vendor="IP Infusion",
    tables=(
        Table(
            mib="IPI-CMM-CHASSIS-MIB",
            root=f"{_OCNOS}.2.3.1",
            words="transceiver",
            lane_at=2,
            columns=(
                module_temp("2", "cmmTransTemperature", CENTI, none=_ABSENT, limits=("4", "6", "5", "3")),
                volt("7", "cmmTransVoltage", MILLI, "module voltage", none=_ABSENT, limits=("9", "11", "10", "8")),
                bias("12", "cmmTransLaserBiasCurrent", MILLI, none=_ABSENT, unit="mA", limits=("14", "16", "15", "13")),
                tx("17", "cmmTransTxPower", MILLI_DBM, none=_ABSENT, limits=("19", "21", "20", "18")),
                rx("22", "cmmTransRxPower", MILLI_DBM, none=_ABSENT, limits=("24", "26", "25", "23")),
            ),
        ),
        Table(
            mib="IPI-CMM-CHASSIS-MIB",
            root=f"{_OCNOS}.5.1.1",
            names=("2",),
            columns=tuple(
                make("3", f"cmmSensorValue({unit})", MILLI, "", none=_ABSENT, when=("4", frozenset({unit})))
                for make, unit in (
                    (rpm, "RPM"),
                    (temp, "C"),
                    (temp, "Celsius"),
                    (temp, "degrees C"),
                    (volt, "V"),
                    (volt, "Volts"),
                    (amp, "A"),
                    (amp, "Amps"),
                    (watt, "W"),
                    (watt, "Watts"),
                )
            ),
        ),
    ),
)
