"""The report as JSON: stable keys, the same order every time."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.entities import Code
    from topology.loss import Loss
    from topology.report_values import DangerousPair, Named, Report, SinglePoint, SiteDiversity, SiteFacts

NS_PER_S = 1_000_000_000


def iso_time(time_ns: int) -> str:
    """The time as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(time_ns // NS_PER_S, tz=UTC).isoformat()


def person_time(time_ns: int) -> str:
    """The time as a person reads it: UTC, to the minute."""
    return datetime.fromtimestamp(time_ns // NS_PER_S, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def person_since(iso: str) -> str:
    """The time of an earlier report as a person reads it; as it stands where it is no time."""
    try:
        return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return iso


def to_json(report: Report) -> str:
    """The report as JSON text. ``lost`` of a single point is null where the report does not name what it takes."""
    counts = asdict(report.counts)
    kinds = counts.pop("kinds")
    document = {
        "city": report.city,
        "time": iso_time(report.time_ns),
        "core": _named(report.names, report.core),
        "counts": counts | {str(kind): values for kind, values in kinds.items()},
        "single_points": [_point(report, point) for point in report.single_points],
        "dark": _named(report.names, report.dark),
        "claims": [asdict(claim) | {"site": _named(report.names, [claim.site])[0]} for claim in report.claims],
        "pairs": [_pair(report, pair) for pair in report.pairs],
        "sites": [_site(report, facts) for facts in report.sites],
        "services": [
            {"code": each.service, "grade": each.grade, "site": each.site, "name": report.names[each.service].name}
            for each in report.services
        ],
        "link_groups": [asdict(group) for group in report.link_groups],
        "rates": [asdict(rate) for rate in report.rates],
        "not_proven": [asdict(cable) for cable in report.unproven],
        "certificate": asdict(report.certificate),
        "change": None if report.change is None else asdict(report.change),
    }
    return in_lines(document)


def in_lines(document: Mapping[str, object]) -> str:
    """JSON a person can search and a version control can compare: a line a key, a line an entry of a list."""
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            entries = ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            lines.append(f"{json.dumps(key)}: [\n  {entries}\n ]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n " + ",\n ".join(lines) + "\n}"


def _named(names: Mapping[Code, Named], codes: Iterable[Code]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for code in codes:
        named = names[code]
        entry: dict[str, object] = {"code": code, "name": named.name}
        if named.criticality is not None:
            entry["criticality"] = named.criticality.name.lower()
        found.append(entry)
    return found


def _point(report: Report, point: SinglePoint) -> dict[str, object]:
    return {
        "kind": str(point.kind),
        "code": point.code,
        "name": point.name,
        "place": point.place,
        "hub_made": point.hub_made,
        "weight": point.weight,
        "counts": {"sites": point.sites, "structures": point.structures, "sirens": point.sirens},
        "lost": None if point.loss is None else loss_document(report.names, point.loss),
    }


def _pair(report: Report, pair: DangerousPair) -> dict[str, object]:
    return {
        "first": list(pair.first),
        "second": list(pair.second),
        "weight": pair.weight,
        "counts": {"sites": pair.sites, "structures": pair.structures, "sirens": pair.sirens},
        "minutes_a_year": pair.minutes,
        "lost": _named(report.names, pair.lost),
    }


def _site(report: Report, facts: SiteFacts) -> dict[str, object]:
    """``ways``: the fewest things of each level whose failure cuts the site off; 3 groups mean 3 or more."""
    return {
        **_named(report.names, [facts.site])[0],
        "ways": {str(level): {"count": way.count, "witness": list(way.witness)} for level, way in facts.ways.items()},
        "minutes_a_year": {"least": facts.least_min, "most": facts.most_min, "single": facts.single_min},
        "diversity": None if facts.diversity is None else _diversity(facts.diversity),
    }


def _diversity(found: SiteDiversity) -> dict[str, object]:
    """``grade`` 0 to 5; ``protection`` is the way that stands in for the ``working`` one, null where there is none."""
    graded = found.graded
    return {
        "grade": int(graded.grade),
        "why": graded.why.name.lower(),
        "worst": found.worst,
        "things": list(graded.things),
        "common_m": round(graded.common_m, 1),
        "apart_m": None if graded.apart_m is None else round(graded.apart_m, 1),
        "minutes_a_year": graded.minutes,
        "proven": graded.is_proven,
        "best": graded.is_best,
        "working": asdict(found.working),
        "protection": None if found.protection is None else asdict(found.protection),
    }


def loss_document(names: Mapping[Code, Named], loss: Loss) -> dict[str, object]:
    """What is lost, with names, each list by criticality."""
    return {
        "weight": loss.weight,
        "sites": _named(names, loss.sites),
        "structures": _named(names, loss.structures),
        "sirens": list(loss.sirens),
        "user_groups": _named(names, loss.user_groups),
        "services": _named(names, loss.services),
        "links": list(loss.links),
    }
