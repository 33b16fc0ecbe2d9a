"""The answers to "what if" and "may we open this", as text for a person and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rainbow.kernel.texts import _, ngettext
from topology.impact import impact_document, render_impact
from topology.light import WEAK_DB
from topology.may_open import Answer, FirstKind
from topology.protocols import PROTOCOL_TITLES, STATE_TITLES, GroupState
from topology.report_text import wrapped
from topology.report_words import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inventory.entities import Code
    from inventory.plant import Plant
    from topology.light import WayLight
    from topology.may_open import First, MayOpen
    from topology.protocols import Steered
    from topology.report_values import Named
    from topology.whatif import Rerouted, WhatIf

MOST_NAMED = 12
"""Names in one sentence; what follows lists them all."""


def render_what_if(found: WhatIf) -> str:
    """Yes, no with names, or not before something is repaired; then all it rests on."""
    return "\n".join([*wrapped(_verdict(found), indent="", further="  "), "", *_facts(found)]) + "\n"


def render_may_open(found: MayOpen) -> str:
    """Yes, no, or what has to come first; then all it rests on."""
    names = found.found.impact.names
    match found.answer:
        case Answer.YES:
            head = [_("YES: nothing loses its way to the hub.")]
        case Answer.NO:
            head = [_("NO: {who} would be without service.").format(who=_who(names, found.found.without_service))]
        case Answer.IF_FIRST:
            who = _who(names, found.found.without_service)
            head = [
                _("YES, IF SOMETHING COMES FIRST; as things stand, {who} would be without service.").format(who=who)
            ]
    lines = [line for text in head for line in wrapped(text, indent="", further="  ")]
    for number, first in enumerate(found.first, start=1):
        lines += wrapped(f"{number}. {_first(names, first)}", indent="  ", further="     ")
    return "\n".join([*lines, "", *_facts(found.found)]) + "\n"


def what_if_to_json(found: WhatIf, plant: Plant) -> str:
    """The answer as JSON."""
    return json.dumps(what_if_document(found, plant), indent=2, ensure_ascii=False)


def may_open_to_json(found: MayOpen, plant: Plant) -> str:
    """The answer as JSON: ``answer`` is yes, no or yes_if_first."""
    document: dict[str, object] = {
        "answer": str(found.answer),
        "first": [_first_document(item) for item in found.first],
    }
    return json.dumps(document | what_if_document(found.found, plant), indent=2, ensure_ascii=False)


def what_if_document(found: WhatIf, plant: Plant) -> dict[str, object]:
    """The answer as what JSON holds. ``protocols`` is null where the plant documents none."""
    names = found.impact.names
    protocols = {
        "groups": [asdict(each) | {"usual_s": each.usual_s} for each in found.steered],
        "isolated": [{"code": code, "name": names[code].name} for code in found.isolated],
    }
    return impact_document(found.impact) | {
        "allowed": found.allowed,
        "possible_by_light": found.is_possible,
        "down_links": list(found.down_links),
        "only_together_with_what_is_down": list(found.only_together),
        "protocols": protocols if found.is_documented else None,
        "colours": [
            {"link": link, "wavelength_nm": nm, "user_group": group, "name": plant.user_group[group].name}
            for link, nm, group in found.colours
        ],
        "rerouted": [_rerouted_document(each) for each in found.rerouted],
        "rerouted_in_all": found.rerouted_in_all,
    }


def _rerouted_document(each: Rerouted) -> dict[str, object]:
    return asdict(each) | {"hops": each.hops, "latency_us": round(each.latency_us, 3)}


def _first_document(first: First) -> dict[str, object]:
    return {
        "kind": str(first.kind),
        "codes": list(first.codes),
        "joins": [asdict(join) | {"strands": [str(strand) for strand in join.strands]} for join in first.joins],
    }


def _verdict(found: WhatIf) -> str:
    if found.allowed:
        return _("YES: nothing loses its way to the hub.")
    names = found.impact.names
    who = _who(names, found.without_service)
    if set(found.only_together) == set(found.without_service):
        down = _who(names, found.down_links)
        return _(
            "NOT NOW: {down} is down, and with this {who} would be alone. Yes as soon as that is repaired."
        ).format(down=down, who=who)
    if found.is_possible:
        return _("NO: light would still reach {who}, but no protocol takes that way.").format(who=who)
    return _("NO: {who} would be cut off.").format(who=who)


def _who(names: Mapping[Code, Named], codes: Sequence[Code]) -> str:
    shown = ", ".join(label(names, code) for code in codes[:MOST_NAMED])
    more = len(codes) - MOST_NAMED
    return shown if more <= 0 else shown + _(" ... and {count} more").format(count=more)


def _first(names: Mapping[Code, Named], first: First) -> str:
    match first.kind:
        case FirstKind.REPAIR:
            return _("Repair {what}.").format(what=_who(names, first.codes))
        case FirstKind.BUILD:
            return _("Build what is planned: {what}.").format(what=_who(names, first.codes))
        case FirstKind.JOIN:
            return " ".join(_joins(names, first))


def _joins(names: Mapping[Code, Named], first: First) -> Iterator[str]:
    for join in first.joins:
        text = _("Join free glass from {site} to {to}: {strands}, {metres:.0f} m").format(
            site=label(names, join.site),
            to=label(names, join.to),
            strands=", ".join(str(strand) for strand in join.strands),
            metres=join.metres,
        )
        at = _(", joined at {nodes}").format(nodes=_who(names, join.at)) if join.at else ""
        yield f"{text}{at}."


def _facts(found: WhatIf) -> list[str]:
    """Everything below the verdict."""
    names = found.impact.names
    lines = [render_impact(found.impact).rstrip(), "", *_protocols(found)]
    if found.colours:
        lines += ["", _("Colours that go dark:")]
        lines += [
            _("  {link}: {nm} nm, {group}").format(link=link, nm=nm, group=label(names, group))
            for link, nm, group in found.colours
        ]
    if found.rerouted:
        lines += ["", _("Sites whose way changes:")]
        for each in found.rerouted:
            lines += wrapped(_rerouted(names, each), indent="  ", further="      ")
        more = found.rerouted_in_all - len(found.rerouted)
        lines += [_(" ... and {count} more").format(count=more)] if more else []
    return lines


def _protocols(found: WhatIf) -> list[str]:
    if not found.is_documented:
        return wrapped(
            _("No protocol is documented (link_groups.csv): what the switches make of it is not known."),
            indent="",
            further="  ",
        )
    if not found.steered:
        return [_("No ring, tree or aggregation is touched.")]
    lines = [_("What the protocols do:")]
    alike: dict[tuple[object, ...], list[Steered]] = {}
    for each in found.steered:
        alike.setdefault((each.protocol, each.state, len(each.down), bool(each.opened)), []).append(each)
    for same in alike.values():
        lines += wrapped(_steered(same), indent="  ", further="      ")
    if found.isolated:
        who = _who(found.impact.names, found.isolated)
        text = _("Light still reaches {who}, but no protocol takes that way.").format(who=who)
        lines += wrapped(text, indent="  ", further="      ")
    return lines


def _steered(same: Sequence[Steered]) -> str:
    first = same[0]
    opened = ", ".join(link for each in same for link in each.opened)
    down = ngettext("{count} link down", "{count} links down", len(first.down)).format(count=len(first.down))
    text = _("{protocol} {groups}: {state}, {down}").format(
        protocol=_(PROTOCOL_TITLES[first.protocol]),
        groups=", ".join(each.group for each in same),
        state=_(STATE_TITLES[first.state]),
        down=down if len(same) == 1 else _("{down} each").format(down=down),
    )
    if opened:
        text += _("; opens {links}").format(links=opened)
    if first.state is GroupState.PROTECTING:
        text += _("; traffic usually stands still for {seconds:g} s").format(seconds=first.usual_s)
    return text


def _rerouted(names: Mapping[Code, Named], each: Rerouted) -> str:
    text = ngettext(
        "{site}: {hops} hop, {metres:.0f} m of glass, {us:.1f} µs one way",
        "{site}: {hops} hops, {metres:.0f} m of glass, {us:.1f} µs one way",
        each.hops,
    ).format(site=label(names, each.site), hops=each.hops, metres=each.route_m, us=each.latency_us)
    if each.before_m is not None:
        text += _(" ({metres:.0f} m before)").format(metres=each.before_m)
    if not each.is_delivered:
        return text + _("; no protocol takes this way")
    room = _("; room {most} Mbit/s of {before} before (by light alone {lit} of {lit_before})").format(
        most=each.delivered_mbps,
        before=each.delivered_before_mbps,
        lit=each.most_mbps,
        lit_before=each.before_mbps,
    )
    return text + room + light_text(each.light)


def light_text(light: WayLight) -> str:
    """The light of a way in words, with what is wrong about it."""
    if light.margin_db is None or light.overload_db is None:
        return _("; light unknown: no transceiver of the way is described")
    text = _("; light margin {margin:.1f} dB at {link}").format(margin=light.margin_db, link=light.weakest)
    if light.margin_db < 0:
        text += _(": TOO LITTLE LIGHT")
    elif light.margin_db < WEAK_DB:
        text += _(": little is left for repairs")
    if light.overload_db > 0:
        text += _("; TOO MUCH LIGHT by up to {db:.1f} dB at {link}: fit an attenuator").format(
            db=light.overload_db, link=light.strongest
        )
    if light.unknown:
        text += _("; unknown on {links}").format(links=", ".join(light.unknown))
    return text
