"""Numbers, times and lists as the reader's language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from rainbow.kernel.texts import _, current

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCALES = {"en": "en_GB", "de": "de_DE"}
"""The locale of each language; British English for its 24 hours."""
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400
BIT_UNITS = ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s")
THOUSAND = 1000


def _locale() -> str:
    return LOCALES[current()]


def decimal(value: float, digits: int = 1) -> str:
    """A number with so many digits behind the point, and a true minus sign."""
    shape = f"#,##0.{'0' * digits}" if digits else "#,##0"
    return format_decimal(value, format=shape, locale=_locale()).replace("-", "−")


def with_unit(value: float | None, unit: str, digits: int = 1) -> str:
    """A number with its unit, or a dash where there is no reading."""
    return "–" if value is None else f"{decimal(value, digits)}\N{NO-BREAK SPACE}{unit}"


def bit_rate(value_bps: float | None) -> str:
    """Traffic in the unit that leaves one to three digits before the point."""
    if value_bps is None:
        return "–"
    power = 0
    while value_bps >= THOUSAND and power < len(BIT_UNITS) - 1:
        value_bps /= THOUSAND
        power += 1
    return with_unit(value_bps, BIT_UNITS[power], 1 if power else 0)


def length(value_m: float) -> str:
    """A length in whole metres, from a kilometre on in kilometres."""
    return with_unit(value_m / THOUSAND, "km", 2) if value_m >= THOUSAND else with_unit(value_m, "m", 0)


def duration(seconds: float) -> str:
    """How long, in the one unit that matters."""
    for size, unit in ((DAY_S, _("d")), (HOUR_S, _("h")), (MINUTE_S, _("min"))):
        if seconds >= 2 * size:
            return with_unit(seconds // size, unit, 0)
    return with_unit(seconds // 1, "s", 0)


def clock_time(time_ns: int, *, now_ns: int) -> str:
    """A time of day of this host's zone; with the date where it was another day."""
    moment, now = (datetime.fromtimestamp(value / 1e9, UTC).astimezone() for value in (time_ns, now_ns))
    if moment.date() == now.date():
        return format_time(moment, "HH:mm:ss", locale=_locale())
    return format_datetime(moment, "short", locale=_locale())


def day(iso: str) -> str:
    """A day written in full: 25 November 2026."""
    return format_date(date.fromisoformat(iso), "long", locale=_locale())


def date_time(time_ns: int) -> str:
    """A day and a time of this host's zone, for paper."""
    moment = datetime.fromtimestamp(time_ns / 1e9, UTC).astimezone()
    return format_datetime(moment, "medium", locale=_locale())


def listed(parts: Iterable[str], *, most: int = 0) -> str:
    """Parts with commas; beyond ``most`` of them (0: all) only their number."""
    found = list(parts)
    if most and len(found) > most:
        return _("{shown} and {count} more").format(shown=", ".join(found[:most]), count=len(found) - most)
    return ", ".join(found)
