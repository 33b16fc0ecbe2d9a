"""The report as text for a tired person: the verdict first, then what to mend, then what it rests on."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rainbow.kernel.texts import _, ngettext
from topology.graph import KIND_TITLES, GroupKind
from topology.report_json import person_time
from topology.report_tables import (
    change_lines,
    diversity_table,
    group_table,
    pair_table,
    rate_table,
    service_table,
    site_table,
)
from topology.report_words import CRITICALITIES, ROUTES, certificate_text, claim_text, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.entities import Code
    from topology.loss import Loss
    from topology.report_tables import Table
    from topology.report_values import Named, Report, SinglePoint

WIDTH = 100
_FIRST, _SHORT = 34, 16
"""Columns of a table's first cell, and of a cell that is no paragraph."""
MOST_SHOWN = 200
"""Entries of one list a person is shown; the JSON has them all."""


def render_text(report: Report) -> str:
    """The whole report, in the language in force, at most ``WIDTH`` columns wide where words allow."""
    lines = [
        _("{city}: what one cut takes down").format(city=report.city),
        _("as of {time}, seen from {core}").format(
            time=person_time(report.time_ns), core=", ".join(label(report.names, code) for code in report.core)
        ),
        "",
        *_summary(report),
        *_change(report),
        *_points(report),
        *_table(pair_table(report)),
        *_claims(report),
        *_dark(report),
        *_unproven(report),
        *_table(site_table(report)),
        *_table(diversity_table(report)),
        *_table(service_table(report)),
        *_table(group_table(report)),
        *_table(rate_table(report)),
        *_certificate(report),
    ]
    return "\n".join(lines) + "\n"


def _summary(report: Report) -> list[str]:
    counts = report.counts
    trench = counts.kinds[GroupKind.TRENCH]
    verdict = ngettext(
        "{count} trench alone takes a site down if it is cut.",
        "{count} trenches each take a site down if they are cut.",
        counts.single_cuts,
    ).format(count=counts.single_cuts)
    split = _("Of {harmful} that take anything down, {avoidable} are avoidable and {hub} are at the hub.").format(
        harmful=trench.harmful, avoidable=trench.avoidable, hub=trench.hub_made
    )
    lines = [
        *wrapped(f"{verdict} {split}", indent="", further=""),
        "",
        _("{kind:<8} {groups:>8} {harmful:>8} {avoidable:>10} {hub:>8} {sites:>12}").format(
            kind="",
            groups=_("in all"),
            harmful=_("harmful"),
            avoidable=_("avoidable"),
            hub=_("at hub"),
            sites=_("take a site"),
        ),
    ]
    for kind, found in counts.kinds.items():
        if not found.groups:
            continue
        lines.append(
            f"{_(KIND_TITLES[kind]):<8} {found.groups:>8} {found.harmful:>8} {found.avoidable:>10} "
            f"{found.hub_made:>8} {found.take_a_site:>12}"
        )
    return [*lines, ""]


def _points(report: Report) -> list[str]:
    avoidable = [point for point in report.single_points if not point.hub_made]
    hub_made = [point for point in report.single_points if point.hub_made]
    lines = _heading(_("Avoidable single points of failure, the worst first"))
    lines += _entries(report, avoidable) or [_("  none: no single cut takes anything down but at the hub")]
    lines += ["", *_heading(_("At the hub: unavoidable while the core stands in one building"))]
    return [*lines, *(_entries(report, hub_made) or [_("  none")]), ""]


def _heading(text: str) -> list[str]:
    return [text, "-" * len(text)]


def _entries(report: Report, points: Sequence[SinglePoint]) -> list[str]:
    """One entry for all points of a kind that take the same down: trenches in a row are one thing to a person."""
    alike: dict[tuple[object, ...], list[SinglePoint]] = {}
    for point in points:
        what = (point.code,) if point.loss is None else (_others(point, point.loss.sites + point.loss.structures),)
        alike.setdefault((point.kind, point.weight, *what), []).append(point)
    lines: list[str] = []
    for number, same in enumerate(alike.values()):
        if number == MOST_SHOWN:
            return [*lines, _("  ... and {count} more; --format json lists them").format(count=len(alike) - number)]
        lines += _entry(report, same)
    return lines


def _others(point: SinglePoint, lost: Iterable[Code]) -> tuple[Code, ...]:
    """What is lost but the point itself, which a node that is cut is too."""
    return tuple(code for code in lost if code != point.code)


def _entry(report: Report, same: Sequence[SinglePoint]) -> list[str]:
    point = same[0]
    codes = ", ".join(label(report.names, each.code) + (f" [{each.place}]" if each.place else "") for each in same)
    lines = wrapped(f"{_(KIND_TITLES[point.kind])} {codes}", indent="  ", further="      ")
    size = _("takes down {sites}, {others} and {sirens}").format(
        sites=ngettext("{count} site", "{count} sites", point.sites).format(count=point.sites),
        others=ngettext("{count} lamp or cabinet", "{count} lamps or cabinets", point.structures).format(
            count=point.structures
        ),
        sirens=ngettext("{count} siren", "{count} sirens", point.sirens).format(count=point.sirens),
    )
    if len(same) > 1:
        size = _("each {what}").format(what=size)
    return [*lines, f"      {size}", *(loss_lines(report.names, point.loss, but=point.code) if point.loss else [])]


def loss_lines(names: Mapping[Code, Named], loss: Loss, *, but: str = "", indent: str = "      ") -> list[str]:
    """What is lost, a line a kind of thing, sites by criticality; ``but`` is left out."""
    lines: list[str] = []
    for level, title in CRITICALITIES.items():
        there = [code for code in loss.sites if names[code].criticality is level and code != but]
        lines += _line(names, _("sites ({level})").format(level=_(title)), there, indent)
    lines += _line(names, _("sirens"), [code for code in loss.sirens if code != but], indent)
    quiet = [code for code in loss.structures if code not in set(loss.sirens) and code != but]
    lines += _line(names, _("lamps and cabinets without siren"), quiet, indent)
    lines += _line(names, _("user groups"), loss.user_groups, indent)
    return lines


def _line(names: Mapping[Code, Named], title: str, codes: Sequence[Code], indent: str) -> list[str]:
    if not codes:
        return []
    shown = ", ".join(label(names, code) for code in codes[:MOST_SHOWN])
    more = "" if len(codes) <= MOST_SHOWN else _(" ... and {count} more").format(count=len(codes) - MOST_SHOWN)
    return wrapped(f"{title}: {shown}{more}", indent=indent, further=indent + "  ")


def wrapped(text: str, *, indent: str, further: str) -> list[str]:
    """Lines of at most ``WIDTH`` columns; codes are never broken."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def _claims(report: Report) -> list[str]:
    if not report.claims:
        return []
    lines = _heading(_("Services that are not as diverse as documented"))
    for claim in report.claims[:MOST_SHOWN]:
        lines += wrapped(claim_text(report, claim), indent="  ", further="      ")
    if len(report.claims) > MOST_SHOWN:
        lines.append(
            _("  ... and {count} more; --format json lists them").format(count=len(report.claims) - MOST_SHOWN)
        )
    return [*lines, ""]


def _dark(report: Report) -> list[str]:
    if not report.dark:
        return []
    lines = _heading(_("Dark with nothing cut: no link leads to the hub"))
    return [*lines, *_line(report.names, _("without a way"), report.dark, "  "), ""]


def _unproven(report: Report) -> list[str]:
    if not report.unproven:
        return []
    lines = _heading(_("Not proven: cables whose way through the ground is not documented"))
    for cable in report.unproven[:MOST_SHOWN]:
        text = _("{cable}: {why}; links {links}").format(
            cable=label(report.names, cable.cable), why=_(ROUTES[cable.route_known]), links=", ".join(cable.links)
        )
        lines += wrapped(text, indent="  ", further="      ")
    if len(report.unproven) > MOST_SHOWN:
        count = len(report.unproven) - MOST_SHOWN
        lines.append(_("  ... and {count} more; --format json lists them").format(count=count))
    return [*lines, ""]


def _certificate(report: Report) -> list[str]:
    return [*_heading(_("What this rests on")), *wrapped(certificate_text(report), indent="  ", further="  ")]


def _change(report: Report) -> list[str]:
    lines = [line for text in change_lines(report) for line in wrapped(text, indent="", further="  ")]
    return [*lines, ""] if lines else []


def _table(table: Table) -> list[str]:
    """A table for a terminal: a row of few short cells is a line, long cells come below."""
    if not table.rows:
        return []
    lines = [*_heading(table.title), *wrapped(table.note, indent="  ", further="  "), ""]
    shown = table.rows[:MOST_SHOWN]
    width = _fitting(table)
    short = {0, *width}
    for row in (table.headers, *shown):
        cells = [row[n].rjust(width[n]) if n in table.numbers else row[n].ljust(width[n]) for n in width]
        line = "  ".join(cells)
        lines += wrapped(row[0], indent="  ", further="      ") if len(row[0]) > _FIRST else []
        lines.append(f"  {'' if len(row[0]) > _FIRST else row[0]:<{_FIRST}}  {line}".rstrip())
        if row is not table.headers:
            below = [f"{table.headers[n]}: {text}" for n, text in enumerate(row) if n not in short]
            lines += wrapped("; ".join(below), indent="      ", further="        ") if below else []
    if len(table.rows) > MOST_SHOWN:
        count = len(table.rows) - MOST_SHOWN
        lines.append(_("  ... and {count} more; --format json lists them").format(count=count))
    return [*lines, ""]


def _fitting(table: Table) -> dict[int, int]:
    """The columns that stand in one line beside the first, with their widths; the others come below."""
    found: dict[int, int] = {}
    left = WIDTH - _FIRST - 2
    for column in range(1, len(table.headers)):
        wide = max(len(table.headers[column]), *(len(row[column]) for row in table.rows))
        if wide <= _SHORT and wide + 2 <= left:
            found[column] = wide
            left -= wide + 2
    return found
