"""Where to dig next, for a budget: the plan that topology finds, in words, and as lines for the map."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.formats import decimal, length, listed
from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _, ngettext
from topology.dig import candidates_near, costs_of, where_to_dig
from topology.rates import rates_of

if TYPE_CHECKING:
    from planner.network import Network
    from topology.dig import Plan, Step
    from topology.settings import TopologySettings

MOST_LINKS = 1000
"""In a larger network a plan takes minutes: that is work for the command line."""
MOST_CANDIDATES = 24
"""So many new trenches are looked at, those for the most critical sites first."""
KEPT = 20
MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One trench of the plan: where, what it costs, whom it frees."""

    ends: str
    cost: str
    gain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigPanel:
    """The plan in words. ``lines`` are its trenches for the map, as JSON: two points and the cost of each."""

    before: str
    after: str
    steps: tuple[StepLine, ...]
    looked_at: str
    lines: str


class Digging:
    """Makes plans and remembers them. For any thread; one plan is made at a time."""

    def __init__(self, network: Network, settings: TopologySettings) -> None:
        self._network = network
        self._rates = rates_of(settings)
        self._eur_per_m = costs_of(settings)
        self._lock = threading.Lock()
        self._kept: dict[float, tuple[Plan, int, int]] = {}

    @property
    def is_quick(self) -> bool:
        """Whether somebody may wait for it."""
        return len(self._network.links) <= MOST_LINKS

    def panel(self, budget_eur: float) -> DigPanel:
        """The plan within this budget in words.

        Raises:
            TopologyError: no hub, no budget, or a network that is too large to be planned while somebody waits.
        """
        plan, tried, known = self.plan(budget_eur)
        standing = plan.steps[-1].after if plan.steps else plan.before
        return DigPanel(
            before=_sites(plan.before.exposed_sites, plan.before.site_minutes),
            after=_sites(standing.exposed_sites, standing.site_minutes),
            steps=tuple(self._line(step) for step in plan.steps),
            looked_at=_("{tried} of {known} new trenches were looked at; lengths are straight lines times 1.3.").format(
                tried=tried, known=known
            ),
            lines=json.dumps([self._drawn(step) for step in plan.steps], ensure_ascii=False),
        )

    def plan(self, budget_eur: float) -> tuple[Plan, int, int]:
        """The plan within this budget, how many new trenches were looked at, and how many there are.

        Raises:
            TopologyError: as above.
        """
        if not self.is_quick:
            raise TopologyError(
                _("This city has {count} links: a plan takes minutes.").format(count=len(self._network.links)),
                cure=_("run: rainbow topology dig CITY --budget {budget}").format(budget=f"{budget_eur:.0f}"),
            )
        with self._lock:
            found = self._kept.get(budget_eur)
            if found is None:
                while len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                index = self._network.require_index()
                candidates = candidates_near(index)
                offered = candidates[:MOST_CANDIDATES]
                plan = where_to_dig(index, offered, budget_eur=budget_eur, rates=self._rates, eur_per_m=self._eur_per_m)
                found = self._kept[budget_eur] = (plan, len(offered), len(candidates))
        return found

    def _line(self, step: Step) -> StepLine:
        near, far = (self._network.label(end) for end in (step.candidate.near, step.candidate.far))
        freed = listed((self._network.label(code) for code in step.freed), most=MOST_NAMED)
        return StepLine(
            ends=_("{near} to {far}").format(near=near, far=far),
            cost=listed((length(step.candidate.metres), _euro(step.cost_eur))),
            gain=_("No longer on one trench: {names}.").format(names=freed) if freed else "",
        )

    def _drawn(self, step: Step) -> dict[str, object]:
        nodes = self._network.plant.nodes
        line = [list(nodes[end].point) for end in (step.candidate.near, step.candidate.far)]
        return {"line": line, "label": _euro(step.cost_eur)}


def _euro(value: float) -> str:
    return f"{decimal(value, 0)}\N{NO-BREAK SPACE}€"


def _sites(count: int, minutes: float) -> str:
    return ngettext(
        "{count} site hangs on a single trench, {minutes} site minutes a year are lost",
        "{count} sites hang on a single trench, {minutes} site minutes a year are lost",
        count,
    ).format(count=count, minutes=decimal(minutes, 0))
