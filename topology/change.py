"""What has changed since an earlier report, read from its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.entities import Code
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _
from topology.report_values import Change
from topology.risk_groups import GroupKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from topology.report_values import Report

LEAST_MIN = 0.1
LEAST_SHARE = 0.1
"""A site has changed if its minutes a year did by this much and by this share."""


def change_since(earlier: Mapping[str, object], report: Report) -> Change:
    """The difference to an earlier report of the same city, given as parsed JSON.

    Raises:
        InputError: it is no report, or one of another city.
    """
    if not {"city", "time", "single_points", "sites", "certificate"} <= set(earlier):
        raise InputError(
            _("the earlier report is none of RAINBOW's"),
            cure=_("name a file written by rainbow topology report CITY --format json"),
        )
    if earlier["city"] != report.city:
        raise InputError(
            _("the earlier report is of {other}, not of {city}").format(other=earlier["city"], city=report.city),
            cure=_("name a report of the same city"),
        )
    before = set(_points(earlier))
    now = {(point.kind, point.code) for point in report.single_points}
    minutes = dict(_minutes(earlier))
    moved = {
        facts.site: facts.most_min - minutes[facts.site]
        for facts in report.sites
        if facts.most_min is not None and facts.site in minutes
    }
    large = {site: by for site, by in moved.items() if abs(by) >= LEAST_MIN and abs(by) >= LEAST_SHARE * minutes[site]}
    grades = dict(_grades(earlier))
    steps = {
        facts.site: facts.diversity.graded.grade - grades[facts.site]
        for facts in report.sites
        if facts.diversity is not None and facts.site in grades
    }
    certificate = earlier["certificate"]
    return Change(
        since=str(earlier["time"]),
        new_points=tuple(sorted(now - before)),
        gone_points=tuple(sorted(before - now)),
        worse=tuple(sorted((site for site, by in large.items() if by > 0), key=lambda site: -large[site])),
        better=tuple(sorted((site for site, by in large.items() if by < 0), key=lambda site: large[site])),
        lower=tuple(sorted((site for site, step in steps.items() if step < 0), key=lambda site: (steps[site], site))),
        higher=tuple(sorted((site for site, step in steps.items() if step > 0), key=lambda site: (-steps[site], site))),
        same_model=isinstance(certificate, dict) and certificate.get("model_sha256") == report.certificate.model_sha256,
    )


def _records(earlier: Mapping[str, object], key: str) -> Iterator[Mapping[str, object]]:
    found = earlier[key]
    if not isinstance(found, list):
        raise InputError(_("the earlier report's {key} is no list").format(key=key))
    yield from (record for record in found if isinstance(record, dict))


def _points(earlier: Mapping[str, object]) -> Iterator[tuple[GroupKind, Code]]:
    known = {str(kind) for kind in GroupKind}
    for point in _records(earlier, "single_points"):
        if point.get("kind") in known:
            yield GroupKind(str(point["kind"])), Code(str(point.get("code")))


def _minutes(earlier: Mapping[str, object]) -> Iterator[tuple[Code, float]]:
    for site in _records(earlier, "sites"):
        bounds = site.get("minutes_a_year")
        most = bounds.get("most") if isinstance(bounds, dict) else None
        if isinstance(most, (int, float)):
            yield Code(str(site.get("code"))), float(most)


def _grades(earlier: Mapping[str, object]) -> Iterator[tuple[Code, int]]:
    for site in _records(earlier, "sites"):
        diversity = site.get("diversity")
        grade = diversity.get("grade") if isinstance(diversity, dict) else None
        if isinstance(grade, int):
            yield Code(str(site.get("code"))), grade
