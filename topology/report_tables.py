"""The report as tables of texts: what the page, the PDF and the plain text show alike, in the language in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.texts import N_, _, figure, ngettext
from topology.graph import KIND_TITLES
from topology.rates import SURE_TITLES
from topology.report_words import CRITICALITIES, ROUTES, certificate_text, claim_text, label
from topology.ways import LEVEL_TITLES, MANY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inventory.entities import Code
    from topology.report_values import DangerousPair, Report, SinglePoint, SiteFacts
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
        _points(report, N_("Avoidable single points of failure, the worst first"), hub_made=False),
        _points(report, N_("At the hub: unavoidable while the core stands in one building"), hub_made=True),
        pair_table(report),
        site_table(report),
        _claims(report),
        _dark(report),
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
    lines = [_("Since the report of {since}:").format(since=change.since)]
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
    for text, sites in ((_("longer without a way"), change.worse), (_("shorter without a way"), change.better)):
        if sites:
            lines.append(f"{text}: {names(report, sites)}")
    return lines if len(lines) > 1 else [*lines, _("nothing that takes anything down has changed.")]


def _certificate(report: Report) -> Table:
    return Table(title=_("What this rests on"), note=certificate_text(report))
