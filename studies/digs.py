"""Where to dig, two trenches at a time: every pair of candidates within a budget, each decided exactly.

The greedy plan takes one trench after the other and can miss two that only help together: the two halves of a ring.
Here every pair is tried, and every candidate alone. The harm is the greedy plan's: weighted minutes a year by avoidable
cuts of one trench.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rainbow.kernel.errors import StudyError
from rainbow.kernel.texts import _
from studies.model import network_arrays
from topology.dig import Candidate, candidates_near, section_of, standing, with_trench
from topology.labels import draw_labels
from topology.net import WEIGHT, Net, Rows
from topology.rates import MINUTES_PER_YEAR
from topology.risk_groups import GroupKind
from topology.singles import holds_all_ways_out, prove_singles
from topology.tree import spanning_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studies.arrays import Array, Arrays
    from studies.intervals import Floats
    from studies.model import Model
    from studies.question import Document, Ground
    from topology.cut_index import CutIndex
    from topology.net import Ints

SEED = 4202
"""Of the labels; no answer depends on it."""
LINKS, LEAST_LINKS = 200_000, 5_000
"""A chunk tries so many pairs that their networks have so many links together, small ones counted as ``LEAST_LINKS``
larger: some tenths of a second."""
TOLD = 10
CHECKED = 1
"""The best so many are worked out again by the plan's own code before they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digs:
    """Pairs of the first ``candidates`` new trenches that cost no more than ``budget_eur`` together."""

    name: ClassVar[str] = "digs"
    budget_eur: float = 100_000.0
    candidates: int = 60

    def __post_init__(self) -> None:
        if not (self.budget_eur > 0 and self.candidates > 0):
            raise StudyError(
                _("a budget of {budget} EUR for {count} candidates is no question").format(
                    budget=self.budget_eur, count=self.candidates
                )
            )

    def _offered(self, ground: Ground) -> tuple[Candidate, ...]:
        return candidates_near(ground.index, most=self.candidates)

    def arrays(self, ground: Ground) -> dict[str, Array]:
        """The network, candidates as links, and the pairs that can be paid."""
        index, offered = ground.index, self._offered(ground)
        costs = np.asarray([each.cost_eur(ground.eur_per_m) for each in offered], dtype=np.float64)
        one, other = np.triu_indices(len(offered))
        both = np.where(one == other, costs[one], costs[one] + costs[other])
        paid = both <= self.budget_eur
        if not paid.any():
            raise StudyError(
                _("no new trench costs {budget:,.0f} EUR or less").format(budget=self.budget_eur),
                cure=_("raise --budget-eur, or lower [topology.dig_eur_per_m] in city.toml"),
            )
        number = {code: place for place, code in enumerate(index.net.codes)}
        ends = [(number[each.near], number[each.far]) for each in offered]
        per_year = [ground.rates.per_year(section_of(index.plant, each)) for each in offered]
        sections, trenches = index.plant.section, index.net.groups[GroupKind.TRENCH].codes
        return network_arrays(index) | {
            "candidate_ends": np.asarray(ends, dtype=np.int64).reshape(-1, 2),
            "candidate_eur": costs,
            "candidate_down": np.asarray([ground.rates.down(each) for each in per_year], dtype=np.float64),
            "trench_down": np.asarray(
                [ground.rates.down(ground.rates.per_year(sections[code])) for code in trenches], dtype=np.float64
            ),
            "trench_at_hub": _at_a_hub(index),
            "pairs": np.stack((one[paid], other[paid]), axis=1).astype(np.int64),
        }

    def _at_once(self, model: Model) -> int:
        return max(1, LINKS // (LEAST_LINKS + len(model.ints("near"))))

    def chunks(self, model: Model) -> int:
        """Chunks of as many pairs as take some tenths of a second."""
        return -(-len(model.ints("pairs")) // self._at_once(model))

    def scenarios(self, model: Model, chunks: int) -> int:
        """Pairs of the first chunks."""
        return min(chunks * self._at_once(model), len(model.ints("pairs")))

    def work(self, model: Model, chunk: int, chance: np.random.Generator) -> dict[str, Array]:  # noqa: ARG002 - no chance
        """The harm that each pair leaves."""
        first = chunk * self._at_once(model)
        pairs = model.ints("pairs")[first : first + self._at_once(model)]
        return {"harm": np.asarray([harm_with(model, np.unique(pair)) for pair in pairs], dtype=np.float64)}

    def answer(self, ground: Ground, model: Model, parts: Sequence[Arrays]) -> Document:
        """The best pairs by the harm they leave, the best by harm a EUR, and the greedy plan beside them."""
        offered = self._offered(ground)
        harm = np.concatenate([np.asarray(part["harm"], dtype=np.float64) for part in parts])
        pairs = model.ints("pairs")[: len(harm)]
        cost = np.asarray([model.floats("candidate_eur")[np.unique(pair)].sum() for pair in pairs])
        order = np.lexsort((pairs[:, 1], pairs[:, 0], cost, harm))
        before = standing(ground.index, ground.rates)
        greedy = _greedy(pairs, harm, cost, before.harm)
        return {
            "budget_eur": self.budget_eur,
            "candidates": len(offered),
            "pairs": len(harm),
            "pairs_in_all": len(model.ints("pairs")),
            "harm_before": before.harm,
            "exposed_sites_before": before.exposed_sites,
            "greedy": None
            if greedy is None
            else {
                "harm": float(harm[greedy]),
                "eur": float(cost[greedy]),
                "trenches": [offered[each].code for each in np.unique(pairs[greedy])],
            },
            "best": [
                _told(
                    ground,
                    [offered[each] for each in np.unique(pairs[place])],
                    float(harm[place]),
                    float(cost[place]),
                    rank,
                )
                for rank, place in enumerate(order[:TOLD].tolist())
                if harm[place] < before.harm
            ],
        }


def _greedy(pairs: Ints, harm: Floats, cost: Floats, before: float) -> int | None:
    """The pair that one takes who takes the best for its money, and then the best beside it."""
    gain = before - harm
    useful = (gain > 0) & (pairs[:, 0] == pairs[:, 1])
    if not useful.any():
        return None
    best = int(np.argmax(np.where(useful, gain / cost, -np.inf)))
    first = pairs[best, 0]
    beside = (pairs == first).any(axis=1) & (gain > gain[best])
    if not beside.any():
        return best
    return int(np.argmax(np.where(beside, (gain - gain[best]) / np.maximum(cost - cost[best], 1e-9), -np.inf)))


def _told(ground: Ground, chosen: Sequence[Candidate], harm: float, eur: float, rank: int) -> dict[str, object]:
    """One pair. The first ``CHECKED`` are held against an index made anew.

    Raises:
        StudyError: that index says something else; a fault of this software.
    """
    plant = ground.index.plant
    told: dict[str, object] = {
        "trenches": [
            {
                "code": each.code,
                "near": each.near,
                "near_name": plant.nodes[each.near].label,
                "far": each.far,
                "far_name": plant.nodes[each.far].label,
                "metres": each.metres,
            }
            for each in chosen
        ],
        "eur": eur,
        "harm": harm,
        "is_checked": rank < CHECKED,
    }
    if rank < CHECKED:
        index = ground.index
        for each in chosen:
            index = with_trench(index, each)
        after = standing(index, ground.rates)
        if not np.isclose(after.harm, harm, rtol=1e-9, atol=1e-9):
            raise StudyError(
                _("{codes}: two ways to the same harm give {one} and {other}").format(
                    codes=", ".join(each.code for each in chosen), one=harm, other=after.harm
                ),
                cure=_("report this with the plant files; it is a fault of RAINBOW, not of the plant"),
            )
        told |= {"exposed_sites": after.exposed_sites, "site_minutes": after.site_minutes}
    return told


def _at_a_hub(index: CutIndex) -> Array:
    """Trenches that touch a hub's building."""
    hubs, sections = set(index.net.codes[: index.net.hubs]), index.plant.section
    codes = index.net.groups[GroupKind.TRENCH].codes
    return np.asarray([bool(hubs & {sections[code].from_node, sections[code].to_node}) for code in codes], np.bool_)


def harm_with(model: Model, chosen: Ints) -> float:
    """Weighted minutes a year that avoidable single cuts cost once these candidates are dug and lit. Exact."""
    net, trenches = model.net, model.trenches
    ends, links, more = model.ints("candidate_ends")[chosen], len(net.links), len(chosen)
    near, far = np.concatenate((net.near, ends[:, 0])), np.concatenate((net.far, ends[:, 1]))
    made = Net(
        codes=net.codes,
        hubs=net.hubs,
        links=(),
        near=near,
        far=far,
        tail=net.vertex(near),
        head=net.vertex(far),
        measures=net.measures,
        groups={},
    )
    rows = Rows(
        offsets=np.concatenate((trenches.offsets, trenches.offsets[-1] + np.arange(1, more + 1))),
        members=np.concatenate((trenches.members, np.arange(links, links + more))),
    )
    tree = spanning_tree(made)
    weight = prove_singles(made, tree, draw_labels(tree, SEED), rows).measures[:, WEIGHT]
    at_hub = np.concatenate((model.arrays["trench_at_hub"], (ends < net.hubs).any(axis=1)))
    down = np.concatenate((model.floats("trench_down"), model.floats("candidate_down")[chosen]))
    avoidable = ~holds_all_ways_out(made, rows, at_hub.astype(np.bool_))
    return float((down * weight * avoidable).sum()) * MINUTES_PER_YEAR
