"""A year of light on an invented network, read as modules tell it: the truth behind the degradation benchmark.

30 links of two ways each over a random tree of trenches, a reading an hour rounded to 0.1 dB: constant errors of
+-2 dB, noise, daily swing, weather and season common to all but not equally, a random walk, lasers that age and
monitors that follow them imperfectly, one patch or cleaning a link and year, 2 % missing. An engineering model, not a
recording: thresholds have to be proved again on a network's own quiet months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from incidents.fading.ways import Way
from inventory.entities import Code

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DAYS, HOURS = 400, 24
LINKS, SECTIONS, MOST_SHARED = 30, 44, 13
ROUND_DB = 0.1
BX_SHARE = 0.3
"""Links that send 1490 one way and 1310 the other over one strand."""
BEND_PER_NM = 0.0075
"""Growth of a bend's loss with the wavelength: 1550 loses six times what 1310 loses, 1490 four times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What rises from a day on, dB a day at 1550 nm. ``nature``: dirt, bend or laser; a laser's way is ``links[0]``."""

    nature: str
    section: int
    from_day: int
    slope_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Links over sections of a tree; ``members``: the links of each section."""

    ways: tuple[Way, ...]
    members: tuple[frozenset[Code], ...]

    @property
    def codes_by_links(self) -> dict[frozenset[Code], tuple[Code, ...]]:
        """Sections that carry the same links, together."""
        found: dict[frozenset[Code], tuple[Code, ...]] = {}
        for number, links in enumerate(self.members):
            found[links] = (*found.get(links, ()), Code(f"S-{number}"))
        return found


def network(rng: random.Random) -> Network:
    """A tree with every section in use and none too much."""
    while True:
        parent = [0] + [
            max(0, rng.choice([node - 1, node - 2, rng.randrange(node)])) for node in range(1, SECTIONS + 1)
        ]
        parent[1:4] = [0, 0, 0]
        leaves = sorted(set(range(1, SECTIONS + 1)) - set(parent))
        if len(leaves) > LINKS:
            continue
        far = leaves + [rng.randint(1, SECTIONS) for _more in range(LINKS - len(leaves))]
        members: list[set[Code]] = [set() for _section in range(SECTIONS)]
        for number, node in enumerate(far):
            at = node
            while at:
                members[at - 1].add(Code(f"L-{number}"))
                at = parent[at]
        if max(map(len, members)) <= MOST_SHARED:
            return Network(ways=_ways(rng), members=tuple(frozenset(item) for item in members))


def _ways(rng: random.Random) -> tuple[Way, ...]:
    found = []
    for number in range(LINKS):
        there, back = (1490, 1310) if rng.random() < BX_SHARE else (1310, 1310)
        link, a, b = Code(f"L-{number}"), Code(f"P-{number}a"), Code(f"P-{number}b")
        found.append(Way(link=link, sender=a, receiver=b, wavelength_nm=there))
        found.append(Way(link=link, sender=b, receiver=a, wavelength_nm=back))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """Daily means by day and way, NaN where nothing was read."""

    sent_dbm: Floats
    loss_db: Floats


def _weather(rng: np.random.Generator, count: int) -> Floats:
    daily = np.zeros(DAYS)
    for day in range(1, DAYS):
        daily[day] = 0.8 * daily[day - 1] + rng.normal(0, 0.02)
    season = 0.08 * np.sin(2 * np.pi * (np.arange(DAYS) / 365 + rng.random()))
    gains = rng.uniform(0.6, 1.4, count)
    result: Floats = np.outer(daily, gains) + np.outer(season, rng.uniform(0.6, 1.4, count))
    return result


def _steps(rng: np.random.Generator, count: int) -> Floats:
    """Once a link and year somebody patches or cleans; mostly both ways."""
    found = np.zeros((DAYS, count))
    for link in range(count // 2):
        for day in np.flatnonzero(rng.random(DAYS) < 1 / 365):
            ways = (0, 1) if rng.random() < 0.6 else (int(rng.integers(2)),)
            for way in ways:
                found[day:, 2 * link + way] += rng.choice([-1, 1]) * rng.uniform(0.1, 0.6)
    return found


def _fault(rng: np.random.Generator, net: Network, fault: Fault | None) -> tuple[Floats, Floats]:
    """Loss on the path and power missing at the sender, by day and way."""
    count = len(net.ways)
    path, laser = np.zeros((DAYS, count)), np.zeros((DAYS, count))
    if fault is None:
        return path, laser
    ramp = np.maximum(0, np.arange(DAYS) - fault.from_day + 1) * fault.slope_db
    links = net.members[fault.section]
    strand = {link: max(0.3, rng.normal(1, 0.3)) for link in links}
    hit = [number for number, way in enumerate(net.ways) if way.link in links]
    if fault.nature == "laser":
        laser[:, hit[0]] = ramp
        return path, laser
    for number in hit:
        way = net.ways[number]
        one_strand = net.ways[number ^ 1].wavelength_nm != way.wavelength_nm
        own = strand[way.link] if one_strand else max(0.3, rng.normal(1, 0.3))
        bend = np.exp(BEND_PER_NM * ((way.wavelength_nm or 1310) - 1550)) if fault.nature == "bend" else 1.0
        path[:, number] = ramp * own * bend
    return path, laser


def year(net: Network, seed: int, fault: Fault | None = None) -> Year:
    """The readings, averaged by day."""
    rng = np.random.default_rng(seed)
    count = len(net.ways)
    path, laser = _fault(rng, net, fault)
    ageing = np.outer(np.arange(DAYS), rng.exponential(0.0007, count)) + laser
    walk = np.cumsum(rng.normal(0, 0.004, (DAYS, count)), axis=0)
    lost = path + walk + _weather(rng, count) + _steps(rng, count) + rng.uniform(2, 12, count)
    follows = rng.uniform(0.7, 1.0, count)
    hour = np.arange(HOURS) / HOURS
    swing = np.cos(2 * np.pi * (hour[None, :, None] + rng.random((1, 1, count))))
    sent = -ageing[:, None, :] * np.ones((1, HOURS, 1))
    sent_read = rng.uniform(-2, 2, count) + follows * sent + 0.08 * swing + rng.normal(0, 0.04, (DAYS, HOURS, count))
    got = sent - lost[:, None, :] + 0.15 * swing + rng.normal(0, 0.05, (DAYS, HOURS, count))
    received_read = rng.uniform(-2, 2, count) + got
    missing = rng.random((DAYS, HOURS, count)) < 0.02
    sent_dbm = _daily(sent_read, missing)
    return Year(sent_dbm=sent_dbm, loss_db=sent_dbm - _daily(received_read, missing))


def _daily(readings: Floats, missing: NDArray[np.bool_]) -> Floats:
    rounded = np.round(readings / ROUND_DB) * ROUND_DB
    rounded[missing] = np.nan
    means: Floats = np.nanmean(rounded, axis=1)
    return means
