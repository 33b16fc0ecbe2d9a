"""What was drawn in the past, from what was kept: kilowatt-hours and CO2 of sites and the city."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from collectors.energy.balance import co2_kg, kwh
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NS_PER_HOUR = 3_600_000_000_000


class Used(NamedTuple):
    """A site's, or the city's, energy over a time. ``measured_h`` is for how much of it power is known at all."""

    name: str
    kwh: float
    co2_kg: float
    measured_h: float

    @property
    def mean_w(self) -> float:
        """Power while it is known."""
        return self.kwh * 1000.0 / self.measured_h if self.measured_h else 0.0


def used(name: str, rows: Sequence[tuple[int, float]], *, longest_ns: int, end_ns: int, co2_g_per_kwh: float) -> Used:
    """The energy below a course of power, each reading holding until the next, at most ``longest_ns`` long.

    What is not known is not guessed at: longer gaps count as not measured.
    """
    ends = [time_ns for time_ns, _watts in rows[1:]] + [end_ns] * bool(rows)
    energy, hours = 0.0, 0.0
    for (time_ns, watts), next_ns in zip(rows, ends, strict=True):
        lasts_h = min(max(0, next_ns - time_ns), longest_ns) / NS_PER_HOUR
        energy += kwh(watts, lasts_h)
        hours += lasts_h
    return Used(name, energy, co2_kg(energy * 1000.0, 1.0, co2_g_per_kwh=co2_g_per_kwh), hours)


def to_json(city: Used, sites: Sequence[Used], *, days: float, co2_g_per_kwh: float) -> str:
    """The whole report."""
    whole = {"days": days, "co2_g_per_kwh": co2_g_per_kwh} | _row(city) | {"sites": [_row(site) for site in sites]}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _row(one: Used) -> dict[str, object]:
    return {
        "name": one.name,
        "kwh": round(one.kwh, 3),
        "co2_kg": round(one.co2_kg, 3),
        "mean_w": round(one.mean_w, 1),
        "measured_h": round(one.measured_h, 2),
    }


def to_text(city: Used, sites: Sequence[Used], *, days: float, co2_g_per_kwh: float) -> str:
    """The report: the city, then its sites, the thirstiest first."""
    return "\n".join(_lines(city, sites, days, co2_g_per_kwh))


def _lines(city: Used, sites: Sequence[Used], days: float, co2_g_per_kwh: float) -> Iterator[str]:
    yield _("Energy of {city} in the last {days:g} days ({factor:g} g of CO2 a kWh)").format(
        city=city.name, days=days, factor=co2_g_per_kwh
    )
    if not city.measured_h:
        yield _("nothing is known: no device measured what it draws, or no collector ran")
        return
    yield _said(city)
    if city.measured_h < days * 24 - 1:
        yield _("power is known for {hours:.1f} of {all:g} hours").format(hours=city.measured_h, all=days * 24)
    yield from (f"  {_said(site)}" for site in sorted(sites, key=lambda site: -site.kwh))


def _said(one: Used) -> str:
    return _("{name}: {kwh:.1f} kWh, {co2:.1f} kg of CO2, {watts:.0f} W on average").format(
        name=one.name, kwh=one.kwh, co2=one.co2_kg, watts=one.mean_w
    )
