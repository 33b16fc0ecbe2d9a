"""One incident for others: as a document for machines, as a report for insurance and authority. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from incidents.incident import CAUSE_TITLES, STATUS_TITLES
from incidents.lifecycle import percent
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from incidents.fading.fade import Fade
    from incidents.incident import Incident, Verdict
    from incidents.messages import Wording
    from incidents.past import Past
    from inventory.entities import Code


def document(item: Incident, words: Wording, *, now_s: float | None = None) -> dict[str, object]:
    """An incident as plain values; times are ISO 8601 in UTC. ``minutes`` without an end count until ``now_s``."""
    ended_s = item.closed_s if item.closed_s is not None else now_s
    return {
        "number": item.number,
        "status": str(item.status),
        "title": words.title(item),
        "message": words.body(item),
        "cause": str(item.cause),
        "codes": list(item.verdict.codes),
        "sure": round(item.verdict.share, 3),
        "alternatives": [_verdict(other, words) for other in item.alternatives],
        "began_between": [_iso(item.good_s), _iso(item.bad_s)],
        "opened": _iso(item.opened_s),
        "closed": _iso(item.closed_s),
        "minutes": round((ended_s - item.bad_s) / 60, 1) if ended_s is not None else None,
        "links": list(item.links),
        "restored": list(item.restored),
        "devices": list(item.devices),
        "unreachable_behind": list(item.behind),
        "lost": {
            "sites": list(item.worst.sites),
            "structures": list(item.worst.structures),
            "sirens": list(item.worst.sirens),
            "user_groups": list(item.worst.user_groups),
            "services": list(item.worst.services),
        },
        "last_path": list(item.worst.last_path),
        "must_hold": list(item.harm.must_hold),
        "lost_minutes": {
            code: round(minutes, 1) for code, minutes in lost_minutes(item, ended_s or item.changed_s).items()
        },
        "lost_minutes_by_user_group": {
            code: round(minutes, 1) for code, minutes in group_minutes(item, words, ended_s or item.changed_s).items()
        },
        "acknowledged_by": item.acknowledged_by or None,
        "times_down": item.times_down,
        "rising": _rising(item.fade) if item.fade is not None else None,
        "timeline": [{"time": _iso(note.at_s), "kind": note.kind, "text": note.text} for note in item.notes],
    }


def _rising(fade: Fade) -> dict[str, object]:
    """Bounds, rounded to what daily means can tell."""
    return {
        "extent": str(fade.extent),
        "links": list(fade.links),
        "since": _iso(fade.from_s),
        "db_a_day": [round(fade.least_db, 4), round(fade.most_db, 4)],
        "db_by_now": round(fade.gained_db, 1),
        "natures": {str(nature): str(fit) for nature, fit in fade.natures.items()},
    }


def _verdict(item: Verdict, words: Wording) -> dict[str, object]:
    return {
        "cause": str(item.cause),
        "codes": list(item.codes),
        "share": round(item.share, 3),
        "title": words.verdict(item),
    }


def to_text(item: Incident, words: Wording, *, now_s: float | None = None) -> str:
    """The same for people; with ``now_s`` as a report with minutes lost by site and user group."""
    lines = [
        _("Incident {number}, {status}").format(number=item.number, status=_(STATUS_TITLES[item.status])),
        "",
        words.body(item),
        "",
        _("Cause: {cause}, {share} sure").format(cause=_(CAUSE_TITLES[item.cause]), share=percent(item.verdict.share)),
        *(
            _("  or {what}: {share}").format(what=words.verdict(other), share=percent(other.share))
            for other in item.alternatives
        ),
        _("Began between {good} and {bad}").format(good=_iso(item.good_s), bad=_iso(item.bad_s)),
        _("Evidence: {links} links, {devices} silent devices, {behind} only out of reach behind it").format(
            links=len(item.links), devices=len(item.devices), behind=len(item.behind)
        ),
    ]
    if places := words.place(item.dig or item.verdict):
        lines += ["", _("Place (WGS 84):"), *(f"  {place}" for place in places), *map("  {}".format, words.along(item))]
    if item.harm.must_hold:
        codes = ", ".join(item.harm.must_hold)
        lines += ["", _("Must not fail now, or sites on their last path go: {codes}").format(codes=codes)]
    if now_s is not None:
        lines += ["", *_minutes(item, words, now_s)]
    lines += ["", _("Timeline (UTC)"), *(f"  {_iso(note.at_s)}  {note.text}" for note in item.notes)]
    return "\n".join(lines)


def _minutes(item: Incident, words: Wording, now_s: float) -> list[str]:
    """Minutes without service by site, structure and user group."""
    lost = lost_minutes(item, now_s)
    lines = [_("Minutes without service, by the polls' times:")]
    lines += [f"  {minutes:8.1f}  {words.label(code)}" for code, minutes in lost.items()] or [_("  nobody")]
    if groups := group_minutes(item, words, now_s):
        lines.append(_("The same by user group, added over its sites:"))
        lines += [f"  {minutes:8.1f}  {words.group(code)}" for code, minutes in groups.items()]
    return lines


def group_minutes(item: Incident, words: Wording, now_s: float) -> dict[Code, float]:
    """Site minutes each user group was without service by this incident, the most first."""
    found: dict[Code, float] = {}
    for node, minutes in lost_minutes(item, now_s).items():
        for group in words.groups_at(node):
            found[group] = found.get(group, 0.0) + minutes
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def past_text(found: Past, words: Wording) -> str:
    """What the past teaches, for people."""
    lines = [
        _("{years:.2f} years watched, {km:.1f} km of trench with links: {cuts} cuts").format(
            years=found.years, km=found.km, cuts=found.cuts
        ),
        _("cuts per 1,000 km and year: {rate:.1f}, the shipped figure moved by what was seen").format(rate=found.rate),
        _(
            "for [topology] of city.toml, on top of what stands there: tickets_cuts {cuts}, tickets_km_years {km:.1f}"
        ).format(cuts=found.cuts, km=found.km_years),
    ]
    if found.repair_h is not None:
        lines.append(_("hours from cut to light, on average: {hours:.1f}").format(hours=found.repair_h))
    lines += ["", _("Minutes without service: by all causes, by cuts, predicted for cuts")]
    lines += [
        f"{item.lost_min:10.1f} {item.by_cuts_min:10.1f} {item.least_min:10.1f} - {item.most_min:.1f}  "
        f"{words.label(item.node)}"
        for item in found.nodes
    ]
    return "\n".join(lines)


def lost_minutes(item: Incident, now_s: float) -> dict[Code, float]:
    """Minutes each node was without service by this incident, the longest first."""
    found: dict[Code, float] = {}
    for outage in item.outages:
        to_s = outage.to_s if outage.to_s is not None else now_s
        found[outage.code] = found.get(outage.code, 0.0) + (to_s - outage.from_s) / 60
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _iso(at_s: float | None) -> str | None:
    if at_s is None:
        return None
    return datetime.fromtimestamp(at_s, tz=UTC).isoformat(timespec="seconds")
