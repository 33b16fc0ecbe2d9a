"""What a rise may come from: each cause fits, contradicts, or cannot be told. Pure.

A bend takes far more of a long wavelength than of a short one, dirt takes the same of both: with ``r`` the rise at the
longer wavelength over that at the shorter, ``ln r / (longer - shorter)`` is a growth per nanometre. Its interval
against those of the causes gives the answer. One wavelength gives none, and a module's reading is too coarse for a
number: none is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean, median
from typing import TYPE_CHECKING

from rainbow.kernel.texts import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from incidents.fading.ways import Way

LEAST_RISE_DB = 0.3
"""At one wavelength at least; less drowns in the noise of the modules."""
LEAST_APART_NM = 100
_AGED_DB, _AGED_BIAS = 1.0, 1.2
_SAME_KELVIN = 3.0
_DEVIATIONS = 2.0
_BASE_DAYS, _NEWEST_DAYS = 14, 5
_SPREAD = 0.3
"""How differently strands suffer from one fault: two wavelengths over two strands tell less than over one."""


class Nature(StrEnum):
    """What makes a loss rise."""

    DIRT = "dirt"
    BEND = "bend"
    PRESSURE = "pressure"
    LASER = "laser"


NATURE_TITLES = {
    Nature.DIRT: N_("dirty or loose connector"),
    Nature.BEND: N_("bend"),
    Nature.PRESSURE: N_("pressure, ice or water in the cable"),
    Nature.LASER: N_("laser or receiver ageing"),
}


class Fit(StrEnum):
    """What readings say of an explanation."""

    FITS = "fits"
    UNKNOWN = "cannot_tell"
    CONTRADICTS = "contradicts"


FIT_TITLES = {Fit.FITS: N_("fits"), Fit.UNKNOWN: N_("cannot tell"), Fit.CONTRADICTS: N_("contradicts")}

GROWTH_PER_NM = {
    Nature.DIRT: (-0.001, 0.001),
    Nature.PRESSURE: (0.001, 0.0029),
    Nature.BEND: (0.0046, 0.02),
}
"""From r(1550/1310) of 0.8 to 1.3, 1.3 to 2 and 3 or more: engineering values, limits of cable sheets behind them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """An interval for the growth of the rise per nanometre, two deviations either way."""

    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Laser:
    """What a sender says of itself, by day: power, bias current, temperature; None where nothing was read."""

    sent_dbm: Sequence[float | None] = ()
    bias_ma: Sequence[float | None] = ()
    celsius: Sequence[float | None] = ()


def natures(rise_db: Mapping[Way, float], noise_db: float, *, aged: bool, alone: bool) -> dict[Nature, Fit]:
    """What each cause is worth. ``aged``: a sender says so itself; ``alone``: it rises on one way of one link only.

    ``noise_db``: how far the rise of one way may be off.
    """
    laser = Fit.FITS if aged else Fit.UNKNOWN if alone else Fit.CONTRADICTS
    return {**_fits(_growth(rise_db, noise_db)), Nature.LASER: laser}


def _fits(growth: Growth | None) -> dict[Nature, Fit]:
    """What an interval meets alone fits; what it meets among others cannot be told from them."""
    if growth is None:
        return dict.fromkeys(GROWTH_PER_NM, Fit.UNKNOWN)
    met = [name for name, (least, most) in GROWTH_PER_NM.items() if growth.most >= least and growth.least <= most]
    one = Fit.FITS if len(met) == 1 else Fit.UNKNOWN
    return {name: one if name in met else Fit.CONTRADICTS for name in GROWTH_PER_NM}


def _growth(rise_db: Mapping[Way, float], noise_db: float) -> Growth | None:
    """By links that have both wavelengths on one strand where there are such, else by all ways of two wavelengths."""
    if max(rise_db.values(), default=0.0) < LEAST_RISE_DB:
        return None
    pairs = []
    by_link: dict[object, list[tuple[int, float]]] = {}
    for way, rise in rise_db.items():
        if way.wavelength_nm is not None:
            by_link.setdefault(way.link, []).append((way.wavelength_nm, rise))
    for held in by_link.values():
        (short_nm, short_db), (long_nm, long_db) = min(held), max(held)
        if long_nm - short_nm >= LEAST_APART_NM:
            pairs.append(_pair(long_nm - short_nm, long_db, short_db, noise_db, spread=0.0))
    if not pairs:
        pairs = _across([item for held in by_link.values() for item in held], noise_db)
    known = [item for item in pairs if item is not None]
    if not known:
        return None
    return Growth(least=mean(item.least for item in known), most=mean(item.most for item in known))


def _across(ways: Sequence[tuple[int, float]], noise_db: float) -> list[Growth | None]:
    by_nm: dict[int, list[float]] = {}
    for nm, rise in ways:
        by_nm.setdefault(nm, []).append(rise)
    if not by_nm or max(by_nm) - min(by_nm) < LEAST_APART_NM:
        return []
    short, long = by_nm[min(by_nm)], by_nm[max(by_nm)]
    count = min(len(short), len(long))
    spread = _SPREAD * (2 / count) ** 0.5
    return [_pair(max(by_nm) - min(by_nm), mean(long), mean(short), noise_db / count**0.5, spread=spread)]


def _pair(apart_nm: int, long_db: float, short_db: float, noise_db: float, *, spread: float) -> Growth | None:
    """The interval of ``ln(long / short)`` a nanometre; a rise that drowns in noise bounds it on one side only."""
    if max(long_db, short_db) < LEAST_RISE_DB:
        return None
    off = _DEVIATIONS * noise_db
    least = math.log(max(long_db - off, off / 2) / max(short_db + off, off))
    most = math.log(max(long_db + off, off) / max(short_db - off, off / 2))
    return Growth(least=(least - _DEVIATIONS * spread) / apart_nm, most=(most + _DEVIATIONS * spread) / apart_nm)


def is_aged(laser: Laser) -> bool:
    """Whether a sender says that it ages: a decibel less power, or a fifth more current as warm as before."""
    return _fallen_db(laser.sent_dbm) >= _AGED_DB or _bias_grew(laser)


def _fallen_db(sent_dbm: Sequence[float | None]) -> float:
    known = [item for item in sent_dbm if item is not None]
    if len(known) < _BASE_DAYS + _NEWEST_DAYS:
        return 0.0
    return median(known[:_BASE_DAYS]) - median(known[-_NEWEST_DAYS:])


def _bias_grew(laser: Laser) -> bool:
    known = [
        (bias, warm) for bias, warm in zip(laser.bias_ma, laser.celsius, strict=False) if bias and warm is not None
    ]
    if len(known) < _BASE_DAYS + _NEWEST_DAYS:
        return False
    now_c = median(warm for _bias, warm in known[-_NEWEST_DAYS:])
    before = [bias for bias, warm in known[:_BASE_DAYS] if abs(warm - now_c) <= _SAME_KELVIN]
    return bool(before) and median(bias for bias, _warm in known[-_NEWEST_DAYS:]) >= _AGED_BIAS * median(before)
