"""The report for people: one self-contained HTML page, and a PDF, from the same first page, map and tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from rainbow.kernel.texts import _, current, figure, ngettext
from topology.grades import Grade
from topology.graph import GroupKind
from topology.report_json import person_time
from topology.report_map import legend, map_svg
from topology.report_tables import alike, change_lines, names, tables
from topology.report_words import label

if TYPE_CHECKING:
    from inventory.plant import Plant
    from topology.report_tables import Table
    from topology.report_values import Report, SinglePoint

MOST_ROWS = 300
"""Rows of one table on paper; the JSON has them all."""
WORST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What both forms show. ``figures`` are (number, what it counts), ``worst`` the most dangerous trenches."""

    title: str
    subtitle: str
    verdict: str
    figures: tuple[tuple[str, str], ...]
    worst: tuple[tuple[str, str], ...]
    change: tuple[str, ...]
    map: str
    tables: tuple[Table, ...]


def page(plant: Plant, report: Report) -> Page:
    """The first page and all tables, in the language in force."""
    counts = report.counts
    avoidable = [point for point in report.single_points if point.kind is GroupKind.TRENCH and not point.hub_made]
    graded = [facts.diversity.graded for facts in report.sites if facts.diversity is not None]
    apart = sum(each.is_proven and each.grade >= Grade.APART for each in graded)
    hanging = {code for point in avoidable if point.loss for code in point.loss.sites}
    return Page(
        title=_("{city}: redundancy of the fibre network").format(city=report.city),
        subtitle=_("as of {time}, seen from {core}").format(
            time=person_time(report.time_ns), core=", ".join(label(report.names, code) for code in report.core)
        ),
        verdict=ngettext(
            "{count} site of {all} hangs on one trench: a single excavator takes it off the network.",
            "{count} sites of {all} hang on one trench each: a single excavator takes them off the network.",
            len(hanging),
        ).format(count=len(hanging), all=counts.sites),
        figures=(
            (figure(counts.single_cuts), _("trenches whose cut takes a site down")),
            (figure(counts.double_cuts), _("pairs of trenches dangerous together")),
            (figure(apart), _("sites whose two ways keep 20 m apart (grade 3 or better)")),
            (figure(counts.sirens), _("sirens")),
            (figure(len(report.claims)), _("claims of diversity broken or not proven")),
            (figure(len(report.unproven)), _("cables whose route is not documented")),
        ),
        worst=tuple(_worst(report, same) for same in list(alike(avoidable))[:WORST]),
        change=tuple(change_lines(report)),
        map=map_svg(plant, report),
        tables=tuple(tables(report)),
    )


def _worst(report: Report, same: list[SinglePoint]) -> tuple[str, str]:
    point = same[0]
    lost = point.loss.sites if point.loss else ()
    head = names(report, [each.code for each in same]) + (f", {point.place}" if len(same) == 1 else "")
    sirens = ngettext("{count} siren", "{count} sirens", point.sirens).format(count=point.sirens)
    return head, _("takes down {what}").format(what=", ".join(part for part in (names(report, lost), sirens) if part))


def render_html(plant: Plant, report: Report) -> str:
    """One file without any link to elsewhere: style, map and tables inside."""
    environment = Environment(
        loader=PackageLoader("topology", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made = page(plant, report)
    return environment.get_template("report.html").render(
        page=made,
        map=Markup(made.map),  # noqa: S704 - drawn by us, every text in it escaped
        legend=legend(),
        language=current(),
        most=MOST_ROWS,
        _=_,
    )


def render_pdf(plant: Plant, report: Report) -> bytes:
    """The same as PDF on A4, set by Typst; needs no browser and no network."""
    import typst  # noqa: PLC0415 - the typesetter is loaded by those who want paper

    made = page(plant, report)
    document = {
        "title": made.title,
        "subtitle": made.subtitle,
        "verdict": made.verdict,
        "figures": made.figures,
        "worst": made.worst,
        "change": made.change,
        "map": made.map,
        "legend": legend(),
        "language": current(),
        "tables": [_paper(table) for table in made.tables],
        "words": {
            "worst": _("The most dangerous trenches"),
            "map": _("Map of the trenches"),
            "page": _("page"),
            "hub": _("hub"),
            "site": _("site"),
            "exposed": _("site that hangs on one trench"),
        },
    }
    source = files("topology").joinpath("templates", "report.typ").read_bytes()
    made_pdf = typst.compile(source, format="pdf", sys_inputs={"report": json.dumps(document)})
    return bytes(made_pdf)


def _paper(table: Table) -> dict[str, object]:
    more = len(table.rows) - MOST_ROWS
    return {
        "title": table.title,
        "note": table.note,
        "headers": table.headers,
        "rows": table.rows[:MOST_ROWS],
        "numbers": table.numbers,
        "empty": table.empty,
        "more": _("... and {count} more; the JSON report lists them").format(count=more) if more > 0 else "",
    }
