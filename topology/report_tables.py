"""The report as tables of texts: what the page, the PDF and the plain text show alike, in the language in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.texts import N_, _, figure, ngettext
from topology.grades import GRADE_TITLES
from topology.graph import KIND_TITLES
from topology.light import WEAK_DB
from topology.protocols import PROTOCOL_TITLES
from topology.rates import SURE_TITLES
from topology.report_json import person_since
from topology.report_words import CRITICALITIES, ROUTES, certificate_text, claim_text, label
from topology.ways import LEVEL_TITLES, MANY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inventory.entities import Code
    from topology.group_facts import GroupFacts
    from topology.light import WayLight
    from topology.report_values import DangerousPair, Report, SinglePoint, SiteDiversity, SiteFacts
    from topology.ways import Ways

NAMES_SHOWN = 12
"""Names in one cell; the JSON has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A heading, a sentence under it, and rows. ``numbers`` are the columns that stand to the right."""

    title: str
    note: str = ""
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[int, ...] = ()
    empty: str = ""


def tables(report: Report) -> list[Table]:
    """Everything behind the first page, in order; what there is nothing to say about is left out."""
    found = [
        _claims(report),
        _dark(report),
        site_table(report),
        diversity_table(report),
        service_table(report),
        group_table(report),
        _points(report, N_("Avoidable single points of failure, the worst first"), hub_made=False),
        _points(report, N_("At the hub: unavoidable while the core stands in one building"), hub_made=True),
        pair_table(report),
        _unproven(report),
        rate_table(report),
        _certificate(report),
    ]
    return [table for table in found if table.rows or table.empty or table.note]


def names(report: Report, codes: Sequence[Code]) -> str:
    """Names and codes in one cell."""
    shown = ", ".join(label(report.names, code) for code in codes[:NAMES_SHOWN])
    more = len(codes) - NAMES_SHOWN
    return shown if more <= 0 else shown + _(" ... and {count} more").format(count=more)


def minutes(value: float | None) -> str:
    """Minutes a year as a person reads them: two digits that count."""
    if value is None:
        return _("always")
    if value == 0:
        return "0"
    if value < 0.01:  # noqa: PLR2004 - less than a second is no figure
        return "< " + figure(0.01, ".2f")
    return figure(value, ".0f" if value >= 100 else ".2g" if value < 1 else ".1f")  # noqa: PLR2004 - digits


def alike(points: Iterable[SinglePoint]) -> Iterator[list[SinglePoint]]:
    """Points of one kind that take the same down, together: trenches in a row are one thing to a person."""
    same: dict[tuple[object, ...], list[SinglePoint]] = {}
    for point in points:
        lost: tuple[object, ...] = (point.code,)
        if point.loss is not None:
            lost = tuple(code for code in point.loss.sites + point.loss.structures if code != point.code)
        same.setdefault((point.kind, point.weight, lost), []).append(point)
    yield from same.values()


def _points(report: Report, title: str, *, hub_made: bool) -> Table:
    rows = []
    for same in alike(point for point in report.single_points if point.hub_made is hub_made):
        point = same[0]
        codes = [each.code for each in same]
        where = point.place if len(same) == 1 else ""
        sites = [] if point.loss is None else [code for code in point.loss.sites if code not in codes]
        rows.append(
            (
                _(KIND_TITLES[point.kind]),
                names(report, codes) + (f" [{where}]" if where else ""),
                str(point.sites),
                str(point.sirens),
                names(report, sites) or "–",
                names(report, point.loss.user_groups) if point.loss else "–",
            )
        )
    return Table(
        title=_(title),
        headers=(_("kind"), _("what"), _("sites"), _("sirens"), _("takes down"), _("user groups")),
        rows=tuple(rows),
        numbers=(2, 3),
        empty=_("none"),
    )


def pair_table(report: Report) -> Table:
    """Dangerous pairs of trenches; the last column sets them against each other, for all are rare."""
    total = sum(pair.risk for pair in report.pairs)
    return Table(
        title=_("Dangerous pairs of trenches: harmless alone, not together"),
        note=_(
            "{count} pairs of trenches do harm together that neither does alone. The riskiest, by harm and rate:"
        ).format(count=figure(report.counts.double_cuts)),
        headers=(_("one of"), _("with one of"), _("sites"), _("sirens"), _("takes down"), _("share of the risk")),
        rows=tuple(_pair(report, pair, total) for pair in report.pairs),
        numbers=(2, 3, 5),
    )


def _pair(report: Report, pair: DangerousPair, total: float) -> tuple[str, ...]:
    return (
        names(report, pair.first),
        names(report, pair.second),
        str(pair.sites),
        str(pair.sirens),
        names(report, pair.lost),
        figure(pair.risk / total, ".1%") if total else "–",
    )


def site_table(report: Report) -> Table:
    """Every site with its separate ways and minutes."""
    levels = list(LEVEL_TITLES)
    return Table(
        title=_("Every site: separate ways, and minutes a year without any"),
        note=_(
            "Ways are counted by what must fail to cut the site off; {many}+ is {many} or more. Minutes are those of "
            "the ways through the ground, between proved bounds; equipment and power are not in them."
        ).format(many=MANY),
        headers=(
            _("site"),
            _("criticality"),
            *(_(LEVEL_TITLES[level]) for level in levels),
            _("minutes a year"),
            _("by one cut"),
            _("weakest at"),
        ),
        rows=tuple(_site(report, facts) for facts in report.sites),
        numbers=tuple(range(2, len(levels) + 4)),
    )


def _site(report: Report, facts: SiteFacts) -> tuple[str, ...]:
    criticality = report.names[facts.site].criticality
    least, most = minutes(facts.least_min), minutes(facts.most_min)
    weakest = min(list(facts.ways.values())[1:], key=lambda way: way.count)
    return (
        label(report.names, facts.site),
        _(CRITICALITIES[criticality]) if criticality is not None else "",
        *(_count(way, exact=number == 0) for number, way in enumerate(facts.ways.values())),
        least if least == most else _("{least} to {most}").format(least=least, most=most),
        minutes(facts.single_min),
        names(report, weakest.witness) or "–",
    )


def diversity_table(report: Report) -> Table:
    """The two best ways of every site: the grade, why it is no better, and the way that stands in."""
    graded = [(facts, facts.diversity) for facts in report.sites if facts.diversity is not None]
    graded.sort(key=lambda each: (each[1].graded.grade, -each[1].graded.minutes, each[0].site))
    missing = sum(facts.diversity is None and facts.most_min is not None for facts in report.sites)
    more = ngettext(
        "{count} more site is too far away to be graded.",
        "{count} more sites are too far away to be graded.",
        missing,
    ).format(count=missing)
    scale = "; ".join(f"{grade}: {_(title)}" for grade, title in GRADE_TITLES.items())
    return Table(
        title=_("Diversity: how separate the two best ways of each site are"),
        note=_(
            "Grades: {scale}. What both ways have in common costs these minutes a year. The protection path stands in "
            "for the shorter way; its light is that of its worst link, by the plant's loss."
        ).format(scale=scale)
        + (f" {more}" if missing else ""),
        headers=(
            _("site"),
            _("grade"),
            _("in common, m"),
            _("minutes a year"),
            _("protection path"),
            _("why no better"),
            _("its light"),
        ),
        rows=tuple(_diversity(report, facts, found) for facts, found in graded),
        numbers=(1, 2, 3),
    )


def _diversity(report: Report, facts: SiteFacts, found: SiteDiversity) -> tuple[str, ...]:
    graded, protection = found.graded, found.protection
    grade = (
        str(int(graded.grade)) if graded.is_proven else _("not proven, {grade} at best").format(grade=int(graded.grade))
    )
    way = light = "–"
    if protection is not None:
        way = _("{metres} m, {us} µs").format(
            metres=figure(protection.metres, ".0f"), us=figure(protection.latency_us, ".1f")
        )
        light = light_words(protection.light)
    return (
        label(report.names, facts.site),
        grade,
        figure(graded.common_m, ".0f"),
        minutes(graded.minutes),
        way,
        found.worst
        if graded.is_best
        else _("{worst} (not proved that no two ways share less)").format(worst=found.worst),
        light,
    )


def light_words(light: WayLight) -> str:
    """The light of a way in a cell."""
    if light.margin_db is None or light.overload_db is None:
        return _("not known")
    text = _("margin {margin} dB").format(margin=figure(light.margin_db, ".1f"))
    if light.margin_db < WEAK_DB:
        text += _(", too little at {link}").format(link=light.weakest)
    if light.overload_db > 0:
        text += _(", {db} dB too much at {link}").format(db=figure(light.overload_db, ".1f"), link=light.strongest)
    return text


def service_table(report: Report) -> Table:
    """Services by the grade of their worst site."""
    return Table(
        title=_("Services by the grade of their worst site"),
        headers=(_("service"), _("grade"), _("worst at")),
        rows=tuple(
            (
                label(report.names, each.service),
                "–" if each.grade is None else str(int(each.grade)),
                label(report.names, each.site),
            )
            for each in report.services
        ),
        numbers=(1,),
    )


def group_table(report: Report) -> Table:
    """Link groups with what is more than they can protect against; rings side by side in one row."""
    same: dict[tuple[object, ...], list[GroupFacts]] = {}
    for group in report.link_groups:
        key = (group.protocol, len(group.links), group.breaks_it, group.isolated, group.second)
        same.setdefault(key, []).append(group)
    return Table(
        title=_("Rings, trees and aggregations: what the protocols make of a break"),
        note=_(
            "Light may lead where the protocol does not go: a second break isolates what lies between on a ring, "
            "whatever else lies in the ground."
        )
        if report.link_groups
        else "",
        headers=(_("groups"), _("protocol"), _("links"), _("one trench breaks it"), _("isolated by a second break")),
        rows=tuple(_group(report, groups) for groups in same.values()),
        numbers=(2,),
    )


def _group(report: Report, groups: Sequence[GroupFacts]) -> tuple[str, ...]:
    first = groups[0]
    breaks = names(report, first.breaks_it) or _("none")
    if first.isolated:
        breaks += _("; isolated: {who}").format(who=names(report, first.isolated))
    second = _("not examined: too long") if first.second is None else names(report, first.second)
    return (
        names(report, [group.group for group in groups]),
        _(PROTOCOL_TITLES[first.protocol]),
        str(len(first.links)),
        breaks,
        second or _("nobody whom light still reaches"),
    )


def _count(way: Ways, *, exact: bool) -> str:
    return f"{way.count}+" if way.count >= MANY and not exact else str(way.count)


def _claims(report: Report) -> Table:
    rows = tuple((claim_text(report, claim),) for claim in report.claims)
    return Table(title=_("Services that are not as diverse as documented"), headers=(_("finding"),), rows=rows)


def _dark(report: Report) -> Table:
    rows = tuple((label(report.names, code),) for code in report.dark)
    return Table(title=_("Dark with nothing cut: no link leads to the hub"), headers=(_("site"),), rows=rows)


def _unproven(report: Report) -> Table:
    return Table(
        title=_("Not proven: cables whose way through the ground is not documented"),
        headers=(_("cable"), _("why"), _("links")),
        rows=tuple(
            (label(report.names, cable.cable), _(ROUTES[cable.route_known]), ", ".join(cable.links))
            for cable in report.unproven
        ),
    )


def rate_table(report: Report) -> Table:
    """The rates behind minutes, with source and mark."""
    return Table(
        title=_("Rates behind the minutes"),
        note=_("All can be set in city.toml, table [topology]; own tickets move the default."),
        headers=(_("figure"), _("value"), _("unit"), _("source"), _("how sure")),
        rows=tuple(
            (
                _(rate.name),
                figure(rate.value, "g"),
                _(rate.unit),
                _(rate.source),
                f"{rate.sure} – {_(SURE_TITLES[rate.sure])}",
            )
            for rate in report.rates
        ),
        numbers=(1,),
    )


def change_lines(report: Report) -> list[str]:
    """What is new since the earlier report, as sentences; none without one."""
    change = report.change
    if change is None:
        return []
    lines = [_("Since the report of {since}:").format(since=person_since(change.since))]
    if change.same_model:
        lines.append(_("the network is the same."))
    counted = (
        (
            ngettext(
                "{count} new single point of failure", "{count} new single points of failure", len(change.new_points)
            ),
            change.new_points,
        ),
        (
            ngettext(
                "{count} single point of failure less", "{count} single points of failure less", len(change.gone_points)
            ),
            change.gone_points,
        ),
    )
    for text, points in counted:
        if points:
            codes = names(report, [code for _kind, code in points])
            lines.append(f"{text.format(count=len(points))}: {codes}")
    for text, sites in (
        (_("longer without a way"), change.worse),
        (_("shorter without a way"), change.better),
        (_("lower grade of diversity"), change.lower),
        (_("higher grade of diversity"), change.higher),
    ):
        if sites:
            lines.append(f"{text}: {names(report, sites)}")
    return lines if len(lines) > 1 else [*lines, _("nothing that takes anything down has changed.")]


def _certificate(report: Report) -> Table:
    return Table(title=_("What this rests on"), note=certificate_text(report))
