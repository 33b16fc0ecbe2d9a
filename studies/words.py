"""Answers for people: the question again, the figures with their units and how sure they are, and the method."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rainbow.kernel.texts import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Row = dict[str, object]

MOST_ROWS = 12
"""Sites or zones told; the JSON has all."""

TITLES = {
    "failures": N_("Several trenches of one zone at once"),
    "availability": N_("Minutes without service, with what fails together"),
    "digs": N_("Where to dig: the best two trenches"),
    "year": N_("A whole year, with crews that are few"),
}
"""The studies as people call them; translate where they are shown."""


def told(document: Row) -> str:
    """An answer as text."""
    name = cast("str", document["study"])
    lines = [_("{title}: {city}").format(title=_(TITLES[name]), city=document["city"]), ""]
    return "\n".join([*lines, *_TELLERS[name](document), "", *_basis(document)]) + "\n"


def _number(row: Row, name: str) -> float:
    return float(cast("float", row[name]))


def _rows(row: Row, name: str) -> list[Row]:
    return cast("list[Row]", row[name])


def _names(row: Row, name: str) -> str:
    return ", ".join(cast("list[str]", row[name]))


def _basis(document: Row) -> list[str]:
    """What the figures rest on."""
    lines = [
        _("Looked at: {scenarios:,.0f} of {all:,.0f} scenarios; seed {seed}, model {model}.").format(
            scenarios=_number(document, "scenarios"),
            all=_number(document, "scenarios_in_all"),
            seed=document["seed"],
            model=str(document["model_sha256"])[:12],
        )
    ]
    if document["chunks"] != document["chunks_in_all"]:
        lines.append(_("This is what was looked at until it was stopped: resume the study for the rest."))
    return lines


def _failures(document: Row) -> list[str]:
    together = document["together"]
    lines = []
    for zone in _rows(document, "zones")[:MOST_ROWS]:
        lines.append(
            _(
                "{name} ({zone}): {trenches} trenches, {scenarios:,.0f} of {combinations:,.0f} combinations, {how}"
            ).format(
                name=zone["name"],
                zone=zone["zone"],
                trenches=zone["trenches"],
                scenarios=_number(zone, "scenarios"),
                combinations=_number(zone, "combinations"),
                how=_("all of them") if zone["is_exact"] else _("a sample, intervals of 95 %"),
            )
        )
        lines.append(
            _("    somebody loses service in {harmful}; only because of all {together} at once in {only}").format(
                harmful=_share(zone, "harmful"), only=_share(zone, "only_together"), together=together
            )
        )
        lines += [_worst(_("    worst"), each) for each in _rows(zone, "worst")[:1]]
        lines += [
            _worst(_("    worst that needs all {together}").format(together=together), each)
            for each in _rows(zone, "worst_only_together")[:1]
        ]
    lines += _more(len(_rows(document, "zones")))
    if small := int(_number(document, "zones_too_small")):
        lines.append(
            ngettext(
                "{count} zone has fewer trenches than that and is left out.",
                "{count} zones have fewer trenches than that and are left out.",
                small,
            ).format(count=small)
        )
    return [
        *lines,
        "",
        _("Method: what each combination takes down is exact (union of what holds), none is estimated."),
    ]


def _share(zone: Row, name: str) -> str:
    share = cast("Row", zone[name])
    mean, low, high = (_number(share, end) for end in ("share", "low", "high"))
    if low == high:
        return _("{share:.2%} of them").format(share=mean)
    return _("{share:.2%} of them ({low:.2%} to {high:.2%})").format(share=mean, low=low, high=high)


def _worst(title: str, each: Row) -> str:
    return _("{title}: {trenches}: {sites} sites, {sirens} sirens lost").format(
        title=title, trenches=_names(each, "trenches"), sites=each["sites"], sirens=each["sirens"]
    )


def _availability(document: Row) -> list[str]:
    lines = [
        _("All sites together lose {minutes:.1f} site minutes a year.").format(
            minutes=_number(document, "site_minutes")
        ),
        _together(document),
        "",
        _("How often many are lost at once:"),
    ]
    lines += [
        _("  {sites} sites and more: {minutes:.4g} minutes a year ({low:.4g} to {high:.4g})").format(
            sites=each["sites"],
            minutes=_number(each, "minutes"),
            low=_number(each, "low"),
            high=_number(each, "high"),
        )
        for each in _rows(document, "at_once")
        if _number(each, "high") > 0
    ]
    return [
        *lines,
        "",
        *_sites(_rows(document, "sites")),
        "",
        _(
            "Method: one trench alone is added up exactly; of the {share:.2e} of the time in which a hazard or several "
            "things are down, moments are drawn at random, and the loss of each is exact. Intervals of 95 % (Wilson)."
        ).format(share=_number(document, "sampled_share_of_time")),
    ]


def _together(document: Row) -> str:
    hazards = _names(document, "hazards")
    if not hazards and not document["has_season"]:
        return _("Nothing is known to fail together: name hazards in city.toml, [studies.hazards.NAME].")
    season = _("; trenches are cut more often in the digger season") if document["has_season"] else ""
    return _("What fails together: {hazards}{season}.").format(hazards=hazards or "-", season=season)


def _sites(rows: Sequence[Row]) -> list[str]:
    lines = [_("Sites, minutes a year:")]
    lines += [
        _("  {name} ({site}): {minutes:.2f} ({low:.2f} to {high:.2f})").format(
            name=each["name"],
            site=each["site"],
            minutes=_number(each, "minutes"),
            low=_number(each, "low"),
            high=_number(each, "high"),
        )
        for each in rows[:MOST_ROWS]
    ]
    return lines + _more(len(rows))


def _more(count: int) -> list[str]:
    return [_(" ... and {count} more").format(count=count - MOST_ROWS)] if count > MOST_ROWS else []


def _digs(document: Row) -> list[str]:
    lines = [
        _("{pairs} pairs of {candidates} new trenches within {budget:,.0f} EUR; today: {harm:.1f}.").format(
            pairs=document["pairs"],
            candidates=document["candidates"],
            budget=_number(document, "budget_eur"),
            harm=_number(document, "harm_before"),
        )
    ]
    best = _rows(document, "best")
    if not best:
        lines.append(_("No pair helps."))
    for place, each in enumerate(best, start=1):
        ends = "; ".join(
            _("{near} to {far}, {metres:.0f} m").format(
                near=trench["near_name"], far=trench["far_name"], metres=_number(trench, "metres")
            )
            for trench in _rows(each, "trenches")
        )
        lines.append(
            _("{place}. {ends}: {eur:,.0f} EUR, {harm:.1f} left").format(
                place=place, ends=ends, eur=_number(each, "eur"), harm=_number(each, "harm")
            )
        )
    greedy = cast("Row | None", document["greedy"])
    if greedy is not None:
        lines.append(
            _(
                "Taking the best for its money first, then the best beside it, leaves {harm:.1f} for {eur:,.0f} EUR."
            ).format(harm=_number(greedy, "harm"), eur=_number(greedy, "eur"))
        )
    return [
        *lines,
        "",
        _(
            "Method: every pair that can be paid is put into the network and all single cuts are decided anew, "
            "exactly. The figure is minutes a year by avoidable cuts of one trench, weighted by criticality; the best "
            "pair was checked by an index made anew. Lengths are straight lines times 1.3."
        ),
    ]


def _year(document: Row) -> list[str]:
    lines = [
        _("{years:,.0f} years, {jobs:.2f} repairs a year of {hours:.1f} h on average.").format(
            years=_number(document, "years"),
            jobs=_number(document, "repairs_a_year"),
            hours=_number(document, "repair_h"),
        ),
        _together(document),
        "",
    ]
    lines += [line for row in _rows(document, "crews") for line in _crews(row)]
    first = _rows(document, "crews")[:1]
    return [
        *lines,
        "",
        *[line for row in first for line in _sites(_rows(row, "sites"))],
        "",
        _(
            "Method: years are lived event by event; repairs take log-normal times, and all numbers of crews get the "
            "same events. Intervals of 95 % of the mean. Sites are those of the first number of crews."
        ),
    ]


def _crews(row: Row) -> list[str]:
    """What the years were like with so many crews."""
    minutes = cast("Row", row["site_minutes"])
    crews = int(_number(row, "crews"))
    return [
        _(
            "{crews}: {mean:.1f} site minutes a year ({low:.1f} to {high:.1f}), one year in 20 more than {bad:.0f}"
        ).format(
            crews=ngettext("{count} crew", "{count} crews", crews).format(count=crews) if crews else _("any number"),
            mean=_number(minutes, "mean"),
            low=_number(minutes, "low"),
            high=_number(minutes, "high"),
            bad=_number(minutes, "one_year_in_20"),
        ),
        _(
            "    worst year {worst:.0f}; {quiet:.1%} of the years without any loss; {waited:.2%} of the repairs "
            "waited for a crew, {longest:.1f} h at most"
        ).format(
            worst=_number(minutes, "worst"),
            quiet=_number(row, "years_without_loss"),
            waited=_number(row, "waited_share"),
            longest=_number(row, "waited_h_longest"),
        ),
    ]


_TELLERS: dict[str, Callable[[Row], list[str]]] = {
    "failures": _failures,
    "availability": _availability,
    "digs": _digs,
    "year": _year,
}
