"""Words all forms of the report share: names, criticalities, claims, the certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.entities import Criticality
from rainbow.kernel.texts import N_, _, figure
from topology.graph import KIND_TITLES
from topology.report_values import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.entities import Code
    from topology.report_values import Claim, Named, Report

CRITICALITIES = {
    Criticality.VITAL: N_("vital"),
    Criticality.HIGH: N_("high"),
    Criticality.NORMAL: N_("normal"),
    Criticality.LOW: N_("low"),
}
ROUTES = {"none": N_("route unknown"), "partial": N_("route known in part")}


def label(names: Mapping[Code, Named], code: Code) -> str:
    """A thing as a person reads it: name and code, or the code alone."""
    named = names.get(code)
    return f"{named.name} ({code})" if named and named.name and named.name != code else code


def claim_text(report: Report, claim: Claim) -> str:
    """A false or unproven claim as a sentence."""
    who = _("{site}: {service} claims separate ways ({claimed})").format(
        site=label(report.names, claim.site), service=label(report.names, claim.service), claimed=_(claim.claimed)
    )
    if claim.verdict is Verdict.NOT_PROVEN:
        return _("{who}, not proven: it rests on cables of unknown route").format(who=who)
    cuts = ", ".join(claim.shared) or ", ".join(label(report.names, code) for code in claim.cuts)
    if claim.hub_made:
        return _("{who}, but at the hub all ways share {cuts}").format(who=who, cuts=cuts)
    return _("{who}, but all ways share {cuts}").format(who=who, cuts=cuts)


def certificate_text(report: Report) -> str:
    """What was proved, how, and on which model."""
    proof = report.certificate
    text = _(
        "{scenarios} single cuts decided exactly: {bridges} of one link by the bridges, {labels} proved harmless by "
        "independent labels (seed {seed}), {swept} by the exact sweep. Model {vertices} nodes, {links} links, "
        "SHA-256 {model}."
    ).format(
        scenarios=proof.scenarios,
        bridges=proof.bridges_checked,
        labels=proof.harmless_by_labels,
        seed=proof.seed,
        swept=proof.swept,
        vertices=proof.vertices,
        links=proof.links,
        model=proof.model_sha256,
    )
    pairs = [
        _("{pairs} pairs of kind {kind}: {joint} do joint harm, all others are proved harmless (seed {seed}).").format(
            pairs=figure(each.pairs), kind=_(KIND_TITLES[each.kind]), joint=figure(each.joint), seed=each.seed
        )
        for each in proof.pairs
    ]
    return " ".join([text, *pairs])
