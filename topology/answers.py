"""Answers to questions about one network, as text for a person and as JSON: where to dig, which two ways."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rainbow.kernel.texts import _, ngettext
from topology.report import names_of
from topology.report_text import wrapped
from topology.report_words import label
from topology.stretches import stretches, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.entities import Code
    from inventory.plant import Plant
    from topology.dig import Plan, Step
    from topology.diversity import BestPair, Way
    from topology.report_values import Named


def render_plan(plant: Plant, plan: Plan) -> str:
    """What to dig, in order, and what each trench buys."""
    names = names_of(plant)
    lines = [
        ngettext(
            "Today {count} site hangs on one trench; sites lose {minutes:.1f} minutes a year by single cuts.",
            "Today {count} sites hang on one trench; sites lose {minutes:.1f} minutes a year by single cuts.",
            plan.before.exposed_sites,
        ).format(count=plan.before.exposed_sites, minutes=plan.before.site_minutes),
        "",
    ]
    if not plan.steps:
        return "\n".join([*lines, _("No candidate within the budget helps.")]) + "\n"
    for number, step in enumerate(plan.steps, start=1):
        lines += wrapped(f"{number}. {_step(names, step)}", indent="", further="   ")
    return "\n".join(lines) + "\n"


def _step(names: Mapping[Code, Named], step: Step) -> str:
    found = step.candidate
    text = _("{near} to {far}, {metres:.0f} m, {cost:,.0f} EUR (in all {spent:,.0f} EUR)").format(
        near=label(names, found.near),
        far=label(names, found.far),
        metres=found.metres,
        cost=step.cost_eur,
        spent=step.spent_eur,
    )
    freed = ", ".join(label(names, code) for code in step.freed) or _("no site alone")
    left = _("frees {freed}; {count} sites and {minutes:.1f} minutes a year are left").format(
        freed=freed, count=step.after.exposed_sites, minutes=step.after.site_minutes
    )
    return f"{text}: {left}"


def plan_to_json(plan: Plan) -> str:
    """The plan as JSON."""
    return json.dumps(asdict(plan), indent=2, ensure_ascii=False)


def render_pair(plant: Plant, pair: BestPair) -> str:
    """Two ways and what they share."""
    names = names_of(plant)
    lines = [_("Two ways for {site}:").format(site=label(names, pair.site)), *_way(pair.first)]
    if pair.second is None:
        lines.append(_("There is no second way that repeats no link."))
        return "\n".join(lines) + "\n"
    lines += _way(pair.second)
    if pair.shared:
        text = "; ".join(told(plant, stretch) for stretch in stretches(plant, pair.shared))
        lines += wrapped(_("They share {what}.").format(what=text), indent="", further="  ")
    else:
        lines.append(_("They share no trench."))
    lines.append(
        _("No pair shares less: proved.")
        if pair.is_best
        else _("Not proved the best: {metres:.0f} m are shared by any two ways.").format(metres=pair.unavoidable_m)
    )
    if not pair.is_proven:
        lines.append(_("Not proven diverse: a cable of theirs has no documented route."))
    return "\n".join(lines) + "\n"


def _way(way: Way) -> list[str]:
    text = _("{metres:.0f} m over {links}").format(metres=way.metres, links=", ".join(way.links))
    return wrapped(text, indent="  ", further="      ")


def pair_to_json(pair: BestPair) -> str:
    """The pair as JSON."""

    def shown(way: Way | None) -> dict[str, object] | None:
        if way is None:
            return None
        return {"links": way.links, "trenches": sorted(way.trenches), "metres": way.metres}

    document = asdict(pair) | {"first": shown(pair.first), "second": shown(pair.second)}
    return json.dumps(document, indent=2, ensure_ascii=False)
