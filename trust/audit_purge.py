"""Retention: bodies past their time go, the run writes itself down first, and what is held by law stays.

A purged record keeps its head, so the chain is whole; who it named is gone, from the table, its free pages and the
lines. A record of a retention run, a hold or a release is never purged: the log has to explain its own gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import AuditError
from rainbow.kernel.texts import _
from trust.audit_file import records
from trust.audit_record import SYSTEM, Act

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trust.audit import AuditLog
    from trust.audit_file import Kept
    from trust.audit_record import Actor, Head

PURGE, HOLD, RELEASE = "audit.purge", "audit.hold", "audit.release"
_NEVER = frozenset({PURGE, HOLD, RELEASE})
DAY_NS = 86_400_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What may not be purged: records from a time to another, for a reason. ``n`` is the record that says so."""

    n: int
    since_ns: int
    until_ns: int
    reason: str

    def covers(self, head: Head) -> bool:
        """Whether a record is held."""
        return self.since_ns <= head.at_ns < self.until_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """One class of one retention run: ``count`` records up to number ``upto`` that were older than ``days``."""

    kept: str
    days: int
    upto: int
    count: int

    def values(self) -> dict[str, object]:
        """As it stands in the record."""
        return {"kept": self.kept, "days": self.days, "upto": self.upto, "count": self.count}

    @staticmethod
    def of(after: object) -> list[Purge]:
        """Those of a record; none where it does not read like one."""
        try:
            return [
                Purge(kept=str(run["kept"]), days=int(run["days"]), upto=int(run["upto"]), count=int(run["count"]))
                for run in after["runs"]  # type: ignore[index] # whatever is no table is answered below
            ]
        except (TypeError, KeyError, ValueError):
            return []

    def covers(self, head: Head, at_ns: int) -> bool:
        """Whether a run of this time was right to empty a record: of its class, within its reach, past its days."""
        return head.kept == self.kept and head.n <= self.upto and head.at_ns + self.days * DAY_NS <= at_ns


def holds(log: AuditLog) -> list[Hold]:
    """Holds in force."""
    found: dict[int, Hold] = {}
    for entry in log.entries() if log.is_there() else ():
        after = entry.body.get("after")
        if entry.text("action") == HOLD and isinstance(after, dict):
            found[entry.head.n] = Hold(
                n=entry.head.n,
                since_ns=int(after["since_ns"]),
                until_ns=int(after["until_ns"]),
                reason=entry.text("reason"),
            )
        elif entry.text("action") == RELEASE and isinstance(after, dict):
            found.pop(int(after["hold"]), None)
    return list(found.values())


def hold(log: AuditLog, since_ns: int, until_ns: int, reason: str, by: Actor) -> int:
    """Keep all records of a time, whatever their class; the number names the hold."""
    return log.note(Act(action=HOLD, reason=reason, after={"since_ns": since_ns, "until_ns": until_ns}), by)


def release(log: AuditLog, number: int, reason: str, by: Actor) -> None:
    """End a hold.

    Raises:
        AuditError: there is none of this number in force.
    """
    if all(item.n != number for item in holds(log)):
        raise AuditError(
            _("there is no hold {number} in force").format(number=number), cure=_("see: rainbow audit holds CITY")
        )
    log.note(Act(action=RELEASE, reason=reason, after={"hold": number}), by)


def purge(log: AuditLog, days: Mapping[str, int], now_ns: int) -> int:
    """Empty what is past its days and not held; the run is a record of its own. Returns how many were emptied.

    Raises:
        AuditError: the log cannot be written; nothing was purged.
    """
    held = holds(log)
    with log.file.writing(anew=True) as connection:
        past = [item.head for item in records(connection) if _is_past(item, days, now_ns, held)]
        if not past:
            return 0
        runs = [_run(kept, days[kept], [head.n for head in past if head.kept == kept]).values() for kept in days]
        act = Act(action=PURGE, after={"runs": [run for run in runs if run["count"]], "emptied": len(past)})
        number = log.append(connection, act, SYSTEM)
        connection.executemany("INSERT INTO purged VALUES (?, ?)", [(head.n, number) for head in past])
        connection.executemany("DELETE FROM body WHERE n = ?", [(head.n,) for head in past])
    return len(past)


def _is_past(item: Kept, days: Mapping[str, int], now_ns: int, held: Iterable[Hold]) -> bool:
    head = item.head
    if item.body is None or head.kept not in days or item.values().get("action") in _NEVER:
        return False
    return head.at_ns + days[head.kept] * DAY_NS <= now_ns and not any(hold.covers(head) for hold in held)


def _run(kept: str, days: int, numbers: Sequence[int]) -> Purge:
    return Purge(kept=kept, days=days, upto=max(numbers, default=0), count=len(numbers))
