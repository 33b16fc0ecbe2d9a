"""N-k by zone: what so many trenches of one zone, cut at once, take down that fewer do not.

Every scenario is decided exactly. A zone with few combinations is enumerated, one with many is sampled, each
combination as likely as any other; a share then has its interval, and the worst seen need not be the worst there is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from inventory.entities import Code
from rainbow.kernel.errors import StudyError
from rainbow.kernel.texts import _
from studies.intervals import wilson
from studies.model import network_arrays
from studies.zones import zones_of
from topology.net import SIRENS, SITES, STRUCTURES, WEIGHT, Rows
from topology.sweep import lost_measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from studies.arrays import Array, Arrays
    from studies.model import Model
    from studies.question import Document, Ground
    from topology.net import Ints

CHUNK = 50_000
"""Scenarios of one chunk, of one zone or of several: some tenths of a second."""
KEPT = 5
"""The worst scenarios of each chunk that are remembered by name."""
MOST_TOGETHER = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """``together`` trenches at once, in squares of ``zone_m`` or in one circle; ``most`` scenarios a zone."""

    name: ClassVar[str] = "failures"
    together: int = 3
    zone_m: float = 1_000.0
    circle: tuple[float, ...] = ()
    most: int = 200_000

    def __post_init__(self) -> None:
        if not 2 <= self.together <= MOST_TOGETHER:  # noqa: PLR2004 - one alone is what the report is about
            raise StudyError(
                _("{count} trenches at once are no study").format(count=self.together),
                cure=_("name 2 to {most} with --together").format(most=MOST_TOGETHER),
            )

    def arrays(self, ground: Ground) -> dict[str, Array]:
        """The network, and the trenches of each zone that has enough of them."""
        zones = zones_of(ground.index, side_m=self.zone_m, circle=self.circle)
        held = [zone for zone in zones if len(zone.trenches) >= self.together]
        if not held:
            raise StudyError(
                _("no zone has {count} trenches that carry light").format(count=self.together),
                cure=_("take larger zones (--zone-m) or fewer trenches (--together)"),
            )
        return network_arrays(ground.index) | {
            "zones": np.asarray([zone.name for zone in held], dtype=np.str_),
            "zone_offsets": np.cumsum([0, *(len(zone.trenches) for zone in held)]),
            "zone_trenches": np.concatenate([np.asarray(zone.trenches, dtype=np.int64) for zone in held]),
            "zones_too_small": np.asarray([len(zones) - len(held)], dtype=np.int64),
        }

    def chunks(self, model: Model) -> int:
        """Chunks of ``CHUNK`` scenarios, the last one smaller."""
        return -(-sum(self._sizes(model)) // CHUNK)

    def scenarios(self, model: Model, chunks: int) -> int:
        """Scenarios of the first chunks."""
        return min(chunks * CHUNK, sum(self._sizes(model)))

    def _sizes(self, model: Model) -> list[int]:
        """Scenarios of each zone."""
        return [min(self._combinations(model, zone), self.most) for zone in range(len(model.arrays["zones"]))]

    def _combinations(self, model: Model, zone: int) -> int:
        return math.comb(len(_members(model, zone)), self.together)

    def work(self, model: Model, chunk: int, chance: np.random.Generator) -> dict[str, Array]:
        """Decide the scenarios of one chunk: those of a zone that fall into it, one zone after the other."""
        begin, end = chunk * CHUNK, (chunk + 1) * CHUNK
        found, before = [], 0
        for zone, size in enumerate(self._sizes(model)):
            first, last = max(begin - before, 0), min(end - before, size)
            if first < last:
                found.append(self._in_zone(model, zone, first, last - first, chance) | {"zone": np.asarray([zone])})
            before += size
        return {f"{place:05d}-{name}": value for place, part in enumerate(found) for name, value in part.items()}

    def _in_zone(
        self, model: Model, zone: int, first: int, count: int, chance: np.random.Generator
    ) -> dict[str, Array]:
        members = _members(model, zone)
        if self._combinations(model, zone) <= self.most:
            places = unranked(np.arange(first, first + count), len(members), self.together)
        else:
            places = drawn(chance, count, len(members), self.together)
        chosen = members[places]
        lost = _lost(model, chosen)
        harms = np.flatnonzero(lost[:, WEIGHT])
        only = harms[self._only_together(model, chosen[harms])]
        return {
            "scenarios": np.asarray([count], dtype=np.int64),
            "harmful": np.asarray([len(harms)], dtype=np.int64),
            "only": np.asarray([len(only)], dtype=np.int64),
            "lost": lost.sum(axis=0),
            "worst": _worst(chosen, lost, harms),
            "worst_only": _worst(chosen, lost, only),
        }

    def _only_together(self, model: Model, chosen: Ints) -> Ints:
        """Those of which no fewer do any harm."""
        left = np.arange(len(chosen))
        for size in range(1, self.together):
            for columns in combinations(range(self.together), size):
                distinct, which = np.unique(chosen[left][:, columns], axis=0, return_inverse=True)
                harmless = _lost(model, distinct)[:, WEIGHT] == 0
                left = left[harmless[which.ravel()]]
        return left

    def answer(self, ground: Ground, model: Model, parts: Sequence[Arrays]) -> Document:
        """A row a zone, the one with most that only happens together first."""
        by_zone: dict[int, list[Arrays]] = {}
        for part in parts:
            for found in _zones_in(part):
                by_zone.setdefault(int(found["zone"][0]), []).append(found)
        rows = [self._row(ground, model, zone, found) for zone, found in by_zone.items()]
        rows.sort(key=lambda row: row[0])
        return {
            "together": self.together,
            "zones_in_all": len(model.arrays["zones"]),
            "zones_too_small": int(model.ints("zones_too_small")[0]),
            "zones": [row for _place, row in rows],
        }

    def _row(
        self, ground: Ground, model: Model, zone: int, parts: Sequence[Arrays]
    ) -> tuple[tuple[float, float, Code], dict[str, object]]:
        """Its place, and what is told of the zone."""
        names = ("scenarios", "harmful", "only", "lost")
        total = {name: np.sum([part[name].astype(np.int64) for part in parts], axis=0) for name in names}
        count, all_there = int(total["scenarios"][0]), self._combinations(model, zone)
        whole = all_there if all_there <= self.most else None
        code = Code(str(model.arrays["zones"][zone]))
        only, lost = _share(int(total["only"][0]), count, whole), total["lost"] / count
        return (-only["share"], -float(lost[WEIGHT]), code), {
            "zone": code,
            "name": ground.index.plant.nodes[code].label,
            "trenches": len(_members(model, zone)),
            "combinations": all_there,
            "scenarios": count,
            "is_exact": count == all_there,
            "harmful": _share(int(total["harmful"][0]), count, whole),
            "only_together": only,
            "lost_weight_mean": float(lost[WEIGHT]),
            "lost_sites_mean": float(lost[SITES]),
            "worst": list(_told(model, self.together, [part["worst"] for part in parts])),
            "worst_only_together": list(_told(model, self.together, [part["worst_only"] for part in parts])),
        }


def _zones_in(part: Arrays) -> list[dict[str, Array]]:
    """What a chunk says of each of its zones."""
    found: dict[str, dict[str, Array]] = {}
    for key, value in sorted(part.items()):
        place, name = key.split("-")
        found.setdefault(place, {})[name] = value
    return list(found.values())


def _members(model: Model, zone: int) -> Ints:
    """The trenches of a zone."""
    offsets = model.ints("zone_offsets")
    return model.ints("zone_trenches")[offsets[zone] : offsets[zone + 1]]


def _lost(model: Model, chosen: Ints) -> Ints:
    """What the trenches of each row take down together."""
    rows = model.trenches.take(chosen.ravel())
    return lost_measures(
        model.net, Rows(offsets=rows.offsets[:: chosen.shape[1]], members=rows.members), model.tree.live
    )


def unranked(ranks: Ints, count: int, together: int) -> Ints:
    """Combinations of so many of ``0 .. count - 1`` by their rank (combinatorial number system), a row each."""
    found = np.empty((len(ranks), together), dtype=np.int64)
    left = ranks.copy()
    for size in range(together, 0, -1):
        table = np.asarray([math.comb(number, size) for number in range(count)], dtype=np.int64)
        found[:, size - 1] = np.searchsorted(table, left, side="right") - 1
        left -= table[found[:, size - 1]]
    return found


def drawn(chance: np.random.Generator, rows: int, count: int, together: int) -> Ints:
    """Combinations drawn with equal chances, a row each; rows that hold one twice are drawn again."""
    found = np.sort(chance.integers(count, size=(rows, together)), axis=1)
    while len(again := np.flatnonzero((np.diff(found, axis=1) == 0).any(axis=1))):
        found[again] = np.sort(chance.integers(count, size=(len(again), together)), axis=1)
    return found


def _worst(chosen: Ints, lost: Ints, among: Ints) -> Ints:
    """The heaviest of these scenarios: their trenches, then what they take down."""
    rows = np.concatenate((np.sort(chosen[among], axis=1), lost[among]), axis=1)
    return _first(rows, chosen.shape[1])


def _first(rows: Ints, together: int) -> Ints:
    """The heaviest rows, each once, ties by trench."""
    distinct = np.unique(rows, axis=0)
    return distinct[np.argsort(-distinct[:, together + WEIGHT], kind="stable")[:KEPT]]


def _told(model: Model, together: int, parts: Sequence[Array]) -> Iterator[dict[str, object]]:
    """The worst of all chunks by name."""
    for row in _first(np.concatenate(parts).astype(np.int64), together).tolist():
        lost = row[together:]
        yield {
            "trenches": [model.trenches.codes[number] for number in row[:together]],
            "weight": lost[WEIGHT],
            "sites": lost[SITES],
            "structures": lost[STRUCTURES],
            "sirens": lost[SIRENS],
        }


def _share(hits: int, count: int, whole: int | None) -> dict[str, float]:
    """The share of scenarios, and between what it surely lies (``whole`` are all there are) or very likely."""
    if whole is not None:
        low, high = hits / whole, (hits + whole - count) / whole
    else:
        low, high = (float(end[0]) for end in wilson(np.asarray([hits], dtype=np.float64), count))
    return {"share": hits / count, "low": low, "high": high}
