"""The dense grid beside the coarse one: colours are nm on the CWDM grid, GHz on the DWDM grid. Pure.

ITU-T G.694.1 counts from 193.1 THz in steps of 100 or 50 GHz. In the C band the trade calls 190.0 THz + n x 100 GHz
channel n: C31 is 193.1 THz (1552.52 nm), H31 lies 50 GHz above it. A whole number below :data:`LEAST_GHZ` is nm, any
other GHz; the two never meet. A CWDM colour is a band 13 nm wide: a filter for 1531 or 1551 nm passes the DWDM colours
within it, and what shines there as CWDM shines over them.
"""

from __future__ import annotations

import re

from inventory.optics_classes import canonical_nm, known_nm

LIGHT_NM_GHZ = 299_792_458
"""Speed of light in m/s, which is nm times GHz."""
LEAST_GHZ = 100_000
ANCHOR_GHZ = 190_000
DWDM_100_GHZ = tuple(range(191_300, 196_101, 100))
DWDM_50_GHZ = tuple(range(191_350, 196_101, 100))
"""The channels in between, H13 to H60."""
DWDM_GHZ = tuple(sorted(DWDM_100_GHZ + DWDM_50_GHZ))
"""The C band, channels 13 to 61: 1567.1 to 1528.8 nm."""
HALF_BAND_NM = 6.5
"""A CWDM filter passes 13 nm around its wavelength."""
_NAME = re.compile(r"([CH])(\d\d)", re.IGNORECASE)


def is_dense(colour: int) -> bool:
    """Whether a colour is a frequency of the DWDM grid."""
    return colour >= LEAST_GHZ


def exact_nm(colour: int) -> float:
    """The wavelength of a colour in vacuum."""
    return LIGHT_NM_GHZ / colour if is_dense(colour) else float(colour)


def nearest_nm(colour: int) -> int:
    """The wavelength of a colour to reckon losses with."""
    return round(exact_nm(colour))


def known_colour(colour: int) -> bool:
    """Whether a colour is a channel of either grid, or one that modules without colour use."""
    return colour in _DENSE if is_dense(colour) else known_nm(colour)


_DENSE = frozenset(DWDM_GHZ)


def channel_name(colour: int) -> str:
    """What a filter's port of a colour is called: ``1471``, ``C31``, ``H31``; GHz where the grid has no number."""
    if colour not in _DENSE:
        return str(colour)
    number, rest = divmod(colour - ANCHOR_GHZ, 100)
    return f"{'H' if rest else 'C'}{number}"


def channel_named(name: str) -> int | None:
    """The frequency of a C-band channel by its name; None where it is no such name."""
    found = _NAME.fullmatch(name.strip())
    ghz = ANCHOR_GHZ + int(found[2]) * 100 + (50 if found[1].upper() == "H" else 0) if found else 0
    return ghz if ghz in _DENSE else None


def colour_text(colour: int) -> str:
    """A colour for people: ``1471 nm``, or ``C31 193.10 THz 1552.52 nm``."""
    if not is_dense(colour):
        return f"{colour} nm"
    name = f"{channel_name(colour)} " if colour in _DENSE else ""
    return f"{name}{colour / 1000:.2f} THz {exact_nm(colour):.2f} nm"


def passes(port: int, colour: int) -> bool:
    """Whether a filter's port of one colour passes light of another: its own, or a dense one within its band."""
    if is_dense(port) or not is_dense(colour):
        return canonical_nm(port) == canonical_nm(colour)
    return abs(exact_nm(colour) - canonical_nm(port)) <= HALF_BAND_NM


def clash(one: int, other: int) -> bool:
    """Whether two colours cannot shine on one strand: the same, or a coarse one over a dense one."""
    return passes(one, other) or passes(other, one)
