"""What is in service rests on nothing that is not: no live cable in a planned trench, no switch in a closed site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.checks.references import KINDS, NEEDS, PORTS
from inventory.checks.report import fault
from inventory.entities import Code, Link, Status
from inventory.glass import RX, TX
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inventory.checks.references import Need
    from inventory.entities import Record
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

    Asleep = Mapping[str, Mapping[Code, Record]]

LIVELY = tuple(kind for kind in NEEDS if kind not in {"interfaces", "patches", "risk_groups"})
"""What is judged. Of ports and patch cords only those that a link's light passes matter, and the light tells of them;
what may fail together need not be built yet."""


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on records in service whose references lead to something that is not."""
    asleep: Asleep = {
        kind: {item.code: item for item in getattr(plant, kind) if item.status is not Status.IN_SERVICE}
        for kind in KINDS
    }
    if not any(asleep.values()):
        return
    for kind in LIVELY:
        for record in getattr(plant, kind):
            if record.status is Status.IN_SERVICE:
                for lower in dict.fromkeys(_lower(plant, asleep, record, kind)):
                    yield from resting(plant, record, lower)


def _lower(plant: Plant, asleep: Asleep, record: Record, kind: str) -> Iterator[Record]:
    for need in NEEDS[kind](record):
        for code in need.codes:
            yield from _found(asleep, need, code)
    if isinstance(record, Link):
        devices = (plant.interface[end].device for end in (record.a, record.b))
        yield from (asleep["devices"][device] for device in devices if device in asleep["devices"])


def _found(asleep: Asleep, need: Need, code: Code) -> Iterator[Record]:
    names: tuple[Code, ...] = (code,)
    if need.kinds is PORTS:
        names = (Code(code.removesuffix(TX).removesuffix(RX)), Code(code.rpartition(":")[0]))
    yield from (asleep[kind][name] for kind in need.kinds for name in names if name in asleep[kind])


def resting(plant: Plant, upper: Record, lower: Record) -> Iterator[Finding]:
    """A finding where ``upper`` is in service and what it needs is not."""
    if upper.status is Status.IN_SERVICE and lower.status is not Status.IN_SERVICE:
        yield fault(
            plant,
            upper,
            "RB-4009",
            message=_("it is in service, {other} is {status}").format(other=lower.code, status=lower.status),
            cure=_("mend the status of {other}, or that of {code}").format(other=lower.code, code=upper.code),
        )
