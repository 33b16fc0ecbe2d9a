"""Transceiver classes: what a module sends and what its receiver needs and bears.

Levels are the class limits in dBm over temperature and life; a module's own sheet overrules them. Sources and how sure
they are stand beside each row: a standard's clause, or the vendor sheet the numbers were read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class OpticsClass:
    """One class. ``nominal_nm`` is what it sends, None where the module's colour decides (CWDM, DWDM: ``coloured``).

    ``expects_nm`` is what it wants to receive: another wavelength than it sends makes it a module for one strand.
    """

    name: str
    speed_mbps: int
    tx_min_dbm: float
    tx_max_dbm: float
    sensitivity_dbm: float
    overload_dbm: float
    nominal_nm: int | None
    source: str
    expects_nm: int | None = None
    coloured: bool = False

    @property
    def tx_typical_dbm(self) -> float:
        """Middle of the class's launch powers in dBm: what a healthy module sends, give or take 2 dB."""
        return (self.tx_min_dbm + self.tx_max_dbm) / 2

    @property
    def single_strand(self) -> bool:
        """Whether it sends and receives on one strand (BiDi)."""
        return self.expects_nm is not None

    @property
    def budget_db(self) -> float:
        """Loss that the weakest sender of the class still bridges."""
        return self.tx_min_dbm - self.sensitivity_dbm


_CLAUSE_59 = "IEEE 802.3 clause 59"
_CLAUSE_52 = "IEEE 802.3 clause 52"
_MERCHANT = "merchant modules' sheets"
_BIDI_10G = "10G BiDi SFP+ sheets 1270/1330"
_LUCENT = "Lucent Metropolis AMU manual, STM-16 CWDM"


def _row(
    name: str,
    speed_mbps: int,
    tx: tuple[float, float],
    rx: tuple[float, float],
    source: str,
    *,
    nm: int | None,
    expects_nm: int | None = None,
) -> OpticsClass:
    return OpticsClass(
        name=name,
        speed_mbps=speed_mbps,
        tx_min_dbm=tx[0],
        tx_max_dbm=tx[1],
        sensitivity_dbm=rx[0],
        overload_dbm=rx[1],
        nominal_nm=nm,
        expects_nm=expects_nm,
        source=source,
        coloured=nm is None,
    )


def _pair(
    name: str,
    speed_mbps: int,
    tx: tuple[float, float],
    rx: tuple[float, float],
    source: str,
    *,
    nm: tuple[int, int],
) -> tuple[OpticsClass, OpticsClass]:
    """Both sides of a module pair for one strand: D sends the first wavelength, U the second."""
    down, up = nm
    return (
        _row(f"{name}-D", speed_mbps, tx, rx, source, nm=down, expects_nm=up),
        _row(f"{name}-U", speed_mbps, tx, rx, source, nm=up, expects_nm=down),
    )


_TABLE: tuple[OpticsClass, ...] = (
    _row("1000BASE-LX", 1_000, (-11.0, -3.0), (-19.0, -3.0), "ZTE ZXA10 S300 manual", nm=1310),
    _row("1000BASE-LX10", 1_000, (-9.0, -3.0), (-19.5, -3.0), _CLAUSE_59, nm=1310),
    *_pair("1000BASE-BX10", 1_000, (-9.0, -3.0), (-19.5, -3.0), _CLAUSE_59, nm=(1490, 1310)),
    *_pair("1000BASE-BX40", 1_000, (-3.0, 3.0), (-23.0, -3.0), "Avaya VSP 4000 manual", nm=(1490, 1310)),
    _row("1000BASE-ZX", 1_000, (0.0, 5.0), (-23.0, -3.0), "Cisco SFP data; levels by merchant sheets", nm=1550),
    _row("1000BASE-ZX120", 1_000, (0.0, 5.0), (-30.0, -9.0), "Avaya VSP 4000 manual", nm=1550),
    _row("CWDM-1G-40", 1_000, (-5.0, 0.0), (-23.0, -3.0), _MERCHANT, nm=None),
    _row("CWDM-1G-80", 1_000, (0.0, 5.0), (-23.0, -3.0), _MERCHANT, nm=None),
    _row("CWDM-2G5-40", 2_500, (0.0, 5.0), (-18.5, 0.0), _LUCENT, nm=None),
    _row("CWDM-2G5-80", 2_500, (0.0, 5.0), (-28.0, -8.0), _LUCENT, nm=None),
    _row("10GBASE-LR", 10_000, (-8.2, 0.5), (-14.4, 0.5), _CLAUSE_52, nm=1310),
    _row("10GBASE-ER", 10_000, (-4.7, 4.0), (-15.8, -1.0), _CLAUSE_52, nm=1550),
    _row("10GBASE-ZR", 10_000, (0.0, 4.0), (-24.0, -7.0), "10GBASE-ZR multi-source agreement", nm=1550),
    _row("CWDM-10G-40", 10_000, (-1.0, 4.0), (-15.0, 0.0), "10G CWDM SFP+ sheet, 40 km", nm=None),
    _row("CWDM-10G-80", 10_000, (0.0, 4.0), (-23.0, -7.0), _MERCHANT, nm=None),
    _row("DWDM-1G-80", 1_000, (0.0, 4.0), (-24.0, -9.0), _MERCHANT, nm=None),
    _row("DWDM-10G-40", 10_000, (-1.0, 3.0), (-16.0, -1.0), _MERCHANT, nm=None),
    _row("DWDM-10G-80", 10_000, (-1.0, 3.0), (-23.0, -7.0), _MERCHANT, nm=None),
    *_pair("10GBASE-BX10", 10_000, (-5.0, 0.0), (-14.0, 0.5), _BIDI_10G, nm=(1330, 1270)),
    *_pair("10GBASE-BX20", 10_000, (-2.0, 3.0), (-14.0, 0.5), _BIDI_10G, nm=(1330, 1270)),
    *_pair("10GBASE-BX40", 10_000, (1.0, 5.0), (-17.0, 0.5), _BIDI_10G, nm=(1330, 1270)),
    *_pair("10GBASE-BX60", 10_000, (1.0, 6.0), (-20.0, 0.5), _BIDI_10G, nm=(1330, 1270)),
)

CLASSES: Mapping[str, OpticsClass] = MappingProxyType({item.name: item for item in _TABLE})
"""All classes by the name that :attr:`inventory.entities.Interface.optics` uses."""

CWDM_NM = tuple(range(1271, 1612, 20))
"""ITU-T G.694.2: 18 nominal wavelengths, 20 nm apart."""

GREY_NM = (1270, 1310, 1330, 1490, 1550, 1577, 1625)
"""Wavelengths of modules without colour that stand beside the grid."""


def canonical_nm(wavelength_nm: int) -> int:
    """The grid's number of a wavelength: trade names are 1 nm short (1310 and 1311 are one channel).

    A wavelength that is not on the grid is returned as it is.
    """
    above = wavelength_nm + 1
    return above if above in CWDM_NM else wavelength_nm


def known_nm(wavelength_nm: int) -> bool:
    """Whether a wavelength is a CWDM channel or one that modules without colour use."""
    return canonical_nm(wavelength_nm) in CWDM_NM or wavelength_nm in GREY_NM
