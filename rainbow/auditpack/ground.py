"""What all parts of a pack stand on: the city, the period, and what was read once for all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from rainbow.audited import audit_log
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _
from trust.anchors import AnchorFile
from trust.audit_verify import verify

if TYPE_CHECKING:
    from incidents.incident import Incident
    from rainbow.city import City
    from rainbow.kernel.samples import UnixNs
    from trust.audit import Entry
    from trust.audit_verify import Verified

_QUARTER, _MONTH = re.compile(r"(\d{4})-Q([1-4])"), re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_YEAR, _DAYS = re.compile(r"\d{4}"), re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
NS = 1_000_000_000
_DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the first day to the last, both included, UTC."""

    name: str
    first: date
    last: date

    @property
    def since_ns(self) -> int:
        """When it begins."""
        return _ns(self.first)

    @property
    def until_ns(self) -> int:
        """When it is over."""
        return _ns(self.last + timedelta(days=1))

    def holds(self, at_ns: float) -> bool:
        """Whether a moment is in it."""
        return self.since_ns <= at_ns < self.until_ns


def period(text: str) -> Period:
    """2026, 2026-Q4, 2026-11 or 2026-10-01..2026-11-15.

    Raises:
        UsageError: it is none of these.
    """
    try:
        days = _days(text)
    except ValueError:
        days = None
    if days is None or days[0] > days[1]:
        raise UsageError(
            _("{text!r} is no period").format(text=text),
            cure=_("write 2026-Q4, 2026-11, 2026 or 2026-10-01..2026-11-15"),
        )
    return Period(name=text, first=days[0], last=days[1])


def _days(text: str) -> tuple[date, date] | None:
    if found := _DAYS.fullmatch(text):
        return date.fromisoformat(found[1]), date.fromisoformat(found[2])
    if found := _QUARTER.fullmatch(text):
        return _months(int(found[1]), 3 * int(found[2]) - 2, 3)
    if found := _MONTH.fullmatch(text):
        return _months(int(found[1]), int(found[2]), 1)
    return _months(int(text), 1, 12) if _YEAR.fullmatch(text) else None


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    """The first day of a month and the last of as many."""
    after = first + count
    end = date(year + (after > _DECEMBER), (after - 1) % _DECEMBER + 1, 1)
    return date(year, first, 1), end - timedelta(days=1)


def _ns(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * NS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The city as it is ``now_ns``, and what happened in the period; ``verified`` is None without an audit log.

    ``asks``: whether others may be asked over the network (advisories, servers, what TLS agrees on).
    """

    city: City
    period: Period
    now_ns: UnixNs
    entries: tuple[Entry, ...]
    all_entries: tuple[Entry, ...]
    verified: Verified | None
    incidents: tuple[Incident, ...]
    asks: bool = True

    @property
    def today(self) -> date:
        """The day the pack is made on, UTC."""
        return datetime.fromtimestamp(self.now_ns / NS, UTC).date()

    @property
    def now_iso(self) -> str:
        """The moment the pack is made at."""
        return str(utc(self.now_ns))

    @property
    def since_iso(self) -> str:
        """When the period begins."""
        return str(utc(self.period.since_ns))

    @property
    def until_iso(self) -> str:
        """When the period is over."""
        return str(utc(self.period.until_ns))

    @staticmethod
    def days_between(earlier: str, later: str) -> float:
        """Days between two times of :func:`utc`."""
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() / 86400


def ground_of(city: City, wanted: Period, now_ns: UnixNs, *, asks: bool = True) -> Ground:
    """Read what all parts need.

    Raises:
        StoreError: incidents cannot be read.
        AuditError: the audit log cannot be read.
    """
    from rainbow import wiring  # noqa: PLC0415 - loads the collectors' rooms, which only this needs

    log = audit_log(city.folder)
    every = tuple(log.entries()) if log.is_there() else ()
    beside = AnchorFile(log.file.folder)
    journal = wiring.journal(city, read_only=True)
    happened = journal.incidents(most=1_000_000)
    return Ground(
        city=city,
        period=wanted,
        now_ns=now_ns,
        entries=tuple(entry for entry in every if wanted.holds(entry.head.at_ns)),
        all_entries=every,
        verified=verify(log.file, beside.all(), beside.keys()) if log.is_there() else None,
        incidents=tuple(item for item in happened if wanted.holds(item.opened_s * NS)),
        asks=asks,
    )


def utc(at_ns: float | None) -> str | None:
    """A time as ISO 8601 in UTC, to the second; None stays None."""
    if at_ns is None:
        return None
    return datetime.fromtimestamp(at_ns / NS, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
