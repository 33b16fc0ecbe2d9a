"""Answers to questions about one network, as text for a person and as JSON: what if, where to dig, which two ways."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rainbow.kernel.texts import _, ngettext
from topology.impact import impact_document, render_impact
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
    from topology.whatif import WhatIf


def render_what_if(plant: Plant, found: WhatIf) -> str:
    """Yes, no with names, or not before something is repaired."""
    names = names_of(plant)
    lines = [_verdict(names, found), "", render_impact(found.impact).rstrip()]
    if found.colours:
        lines += ["", _("Colours that go dark:")]
        lines += [
            _("  {link}: {nm} nm, {group}").format(link=link, nm=nm, group=label(names, group))
            for link, nm, group in found.colours
        ]
    if found.rerouted:
        lines += ["", _("Sites that take a longer way:")]
    for each in found.rerouted:
        text = _(
            "{site}: {hops} hops, {metres:.0f} m of fibre, {us:.1f} µs one way; room {most} Mbit/s of {before} before"
        ).format(
            site=label(names, each.site),
            hops=each.hops,
            metres=each.route_m,
            us=each.latency_us,
            most=each.most_mbps,
            before=each.before_mbps,
        )
        lines += wrapped(text, indent="  ", further="      ")
    return "\n".join(lines) + "\n"


def _verdict(names: Mapping[Code, Named], found: WhatIf) -> str:
    if found.allowed:
        return _("YES: nothing loses its way to the hub.")
    lost = (*found.impact.loss.sites, *found.impact.loss.structures)
    who = ", ".join(label(names, code) for code in lost)
    if set(found.only_together) == set(lost):
        down = ", ".join(label(names, link) for link in found.down_links)
        return _(
            "NOT NOW: {down} is down, and with this {who} would be alone. Yes as soon as that is repaired."
        ).format(down=down, who=who)
    return _("NO: {who} would be cut off.").format(who=who)


def what_if_to_json(plant: Plant, found: WhatIf) -> str:
    """The answer as JSON."""
    document = impact_document(found.impact) | {
        "allowed": found.allowed,
        "down_links": list(found.down_links),
        "only_together_with_what_is_down": list(found.only_together),
        "colours": [
            {"link": link, "wavelength_nm": nm, "user_group": group, "name": plant.user_group[group].name}
            for link, nm, group in found.colours
        ],
        "rerouted": [asdict(each) | {"latency_us": each.latency_us} for each in found.rerouted],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


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
