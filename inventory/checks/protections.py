"""Protection classes: one for an object, with reasons that somebody else can follow."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from inventory.checks.references import PROTECTED_KINDS
from inventory.checks.report import fault
from inventory.protection import ProtectionCase, class_of
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Code, Record
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on protection classes."""
    first: dict[Code, ProtectionCase] = {}
    named = {case.object for case in plant.protections}
    records = {
        record.code: (kind, record)
        for kind in (PROTECTED_KINDS if named else ())
        for record in getattr(plant, kind)
        if record.code in named
    }
    for case in plant.protections:
        if first.setdefault(case.object, case) is not case:
            yield fault(
                plant,
                case,
                "RB-8001",
                message=_("{object} has a class by {other} already").format(
                    object=case.object, other=first[case.object].code
                ),
                cure=_("leave one of the two"),
            )
        yield from _reasons(plant, case)
        if case.object in records:
            yield from _lowered(plant, case, *records[case.object])


def _reasons(plant: Plant, case: ProtectionCase) -> Iterator[Finding]:
    lacks = list(case.lacks)
    if case.decided and not _is_date(case.decided):
        lacks.append("decided")
    if lacks:
        yield fault(
            plant,
            case,
            "RB-8002",
            message=_("{object} lacks {fields}").format(object=case.object, fields=", ".join(lacks)),
            cure=_("name facts of this very object that can be checked, where they are shown, who judged it and when"),
        )


def _lowered(plant: Plant, case: ProtectionCase, kind: str, record: Record) -> Iterator[Finding]:
    usual = class_of(kind, record, None)
    if case.protection < usual:
        yield fault(
            plant,
            case,
            "RB-8003",
            message=_("{object} is {found}, its kind is {usual}").format(
                object=case.object, found=case.protection.name.lower(), usual=usual.name.lower()
            ),
            cure=_("see whether everybody may know it; a class of its own goes before that of the kind"),
        )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
