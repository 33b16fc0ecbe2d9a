"""RGOS: Ruijie's switches, and those FS sells of them. Both makers' MIBs are the same below another number."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.modules import ModuleTable
from collectors.vendors.row import (
    CENTI_DBM,
    MICRO,
    MILLI,
    Column,
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

_PART = {
    1: "noexist",
    2: "existnopower",
    3: "existreadypower",
    4: "normal",
    5: "powerbutabnormal",
    6: "unknown",
}
_WITHOUT_DDM = frozenset({-10000})
_ZERO = frozenset({0})
_RX_LIMITS, _TX_LIMITS = ("94", "92", "91", "93"), ("98", "96", "95", "97")


def _lane(module: str, lane: int) -> tuple[Column, ...]:
    """A lane's own columns: each kind has one for each of four lanes behind the one of the whole module."""
    name, number = f"{module}Channel{lane}", str(lane)
    return (
        bias(str(21 + 2 * lane), f"{name}Bias", MICRO, lane=number, none=_ZERO),
        rx(str(76 + lane), f"{name}RXpower", CENTI_DBM, lane=number, none=_WITHOUT_DDM, limits=_RX_LIMITS),
        tx(str(81 + lane), f"{name}TXpower", CENTI_DBM, lane=number, none=_WITHOUT_DDM, limits=_TX_LIMITS),
    )


def _fiber(root: str, prefix: str, module: str) -> Table:
    return Table(
        mib=f"{prefix}-FIBER-MIB",
        root=f"{root}.105.1.1.1",
        if_index_at=0,
        columns=(
            module_temp("17", f"{module}Temp", none=_ZERO),
            volt("19", f"{module}Voltage", MILLI, "module voltage", none=_ZERO),
            bias("21", f"{module}Bias", MICRO, none=_ZERO),
            rx("76", f"{module}RXpower", CENTI_DBM, none=_WITHOUT_DDM, limits=_RX_LIMITS),
            tx("81", f"{module}TXpower", CENTI_DBM, none=_WITHOUT_DDM, limits=_TX_LIMITS),
            *(column for lane in range(1, 5) for column in _lane(module, lane)),
        ),
    )


def rgos(root: str, prefix: str, word: str) -> tuple[Table, ...]:
    """``root`` is fsMgmt or ruijieMgmt, ``prefix`` and ``word`` begin the names of its MIBs and objects."""
    system = f"{word}System"
    mib = f"{prefix}-SYSTEM-MIB"
    return (
        _fiber(root, prefix, f"{word}Fiber"),
        Table(
            mib=mib,
            root=f"{root}.1.1.18.1",
            names=("3",),
            columns=(state("2", f"{system}ElectricalSourceIsNormal", "power supply", _PART),),
        ),
        Table(
            mib=mib,
            root=f"{root}.1.1.21.1",
            names=("3",),
            columns=(
                state("2", f"{system}FanIsNormal", "fan", _PART),
                rpm("4", f"{system}FanSpeed", label="fan speed", none=_ZERO),
            ),
        ),
        Table(
            mib=mib,
            root=f"{root}.1.1.23.1",
            names=("2",),
            columns=(temp("3", f"{system}TemperatureCurrent", none=_ZERO, limits=("5", "4", "", "")),),
        ),
    )


def _modules(root: str, prefix: str) -> tuple[ModuleTable, ...]:
    return (ModuleTable(mib=f"{prefix}-FIBER-MIB", root=f"{root}.105.1.1.1", columns={"serial": "16"}),)


_FS = "1.3.6.1.4.1.52642.1.1.10.2"
_RUIJIE = "1.3.6.1.4.1.4881.1.1.10.2"
FS_RGOS = Family(vendor="FS", tables=rgos(_FS, "FS", "fs"), modules=_modules(_FS, "FS"))
RUIJIE = Family(vendor="Ruijie", tables=rgos(_RUIJIE, "RUIJIE", "ruijie"), modules=_modules(_RUIJIE, "RUIJIE"))
