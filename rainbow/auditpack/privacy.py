"""Parts 13, 15 and 16: fields that may name people, the federal atlas, accessibility."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from inventory.protection import Protection, ProtectionCase
from inventory.visibility import classes
from rainbow.auditpack.pieces import Document, Table
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Row

PRIVACY, ATLAS, ACCESSIBILITY = "13_privacy.csv", "15_infrastrukturatlas.csv", "16_accessibility.json"
PROTOCOL = "accessibility.json"
"""Beside ``city.toml``: what somebody tested by hand, and when."""


def privacy(ground: Ground) -> Table:
    """What may name a person, where it lies, how long, and what it is for: for the record of Article 30 GDPR."""
    settings, days = ground.city.settings, ground.city.settings.audit.days()
    readings = _("{count:g} years").format(count=settings.store.hours_years)
    kept = (
        (
            _("audit log: who, from where, what"),
            "state/audit",
            _days(days["audit"]),
            _("proof of changes"),
            "auditor",
        ),
        (
            _("audit log: reading and signing in"),
            "state/audit",
            _days(days["access"]),
            _("proof of access"),
            "auditor",
        ),
        (
            _("incidents: who took it"),
            "state/incidents.sqlite",
            _days(settings.incidents.keep_days),
            _("on duty"),
            "all roles",
        ),
        (_("tokens: owner"), settings.page.tokens_file or None, _("until revoked"), _("who answers for it"), "admin"),
        (
            _("sessions: name, address, groups"),
            "state/sessions.sqlite",
            _("{count:g} hours").format(count=settings.access.session_hours),
            _("sign-in"),
            "admin",
        ),
        (
            _("neighbours heard by LLDP: system name, port description"),
            "state/rainbow.sqlite",
            readings,
            _("target and actual"),
            "engineer",
        ),
        (
            _("device name, port description (sysName, ifAlias)"),
            "state/rainbow.sqlite",
            readings,
            _("assignment of readings"),
            "engineer",
        ),
        (
            _("plant: names and addresses of sites"),
            "plant/",
            _("as long as the plant"),
            _("operation"),
            "by protection class",
        ),
        (_("what-ifs: who saved it"), "state/what-ifs.json", _("until deleted"), _("planning"), "planner"),
    )
    columns = ("field", "place", "kept", "purpose", "seen_by")
    rows: list[Row] = [dict(zip(columns, item, strict=True)) for item in kept]
    return Table.of(PRIVACY, _("Fields that may name people"), columns, rows)


def _days(count: float) -> str:
    return _("{count:g} days").format(count=count)


def atlas(ground: Ground) -> Table:
    """Each object with a class or an exemption of its own, and how many have that of their kind."""
    plant = ground.city.plant
    rows: list[Row] = [_case(case) for case in plant.protections]
    counted = Counter(classes(plant).values())
    own = Counter(case.protection for case in plant.protections)
    rows += [
        {
            "object": "(all others)",
            "protection": item.name.lower(),
            "count": counted[item] - own[item],
            "source": "by kind",
        }
        for item in Protection
        if counted[item] - own[item] > 0
    ]
    columns = (
        "object",
        "protection",
        "count",
        "source",
        "ground_79_3",
        "facts",
        "evidence",
        "author",
        "decided",
        "decision",
        "lacks",
    )
    return Table.of(ATLAS, _("Protection classes and exemptions from the federal atlas"), columns, rows)


def _case(case: ProtectionCase) -> Row:
    return {
        "object": case.object,
        "protection": case.protection.name.lower(),
        "count": 1,
        "source": case.code,
        "ground_79_3": case.ground,
        "facts": case.facts,
        "evidence": case.evidence,
        "author": case.author,
        "decided": case.decided,
        "decision": str(case.decision) if case.ground else None,
        "lacks": ", ".join(case.lacks) or None,
    }


def accessibility(ground: Ground) -> Document:
    """What was tested by hand and by tool, as somebody wrote it down; empty where nobody did."""
    path = ground.city.folder / PROTOCOL
    try:
        protocol = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        protocol = None
    stated = ground.city.settings.page.accessibility
    value = {
        "protocol": protocol,
        "statement": {"operator": stated.operator, "contact": stated.contact, "assessed": stated.assessed}
        if stated.operator or stated.assessed
        else None,
    }
    return Document(name=ACCESSIBILITY, title=_("Accessibility"), value=value)
