"""The energy report: text for people, JSON for machines. Figures as measured; what follows from them is named so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from collectors.energy.balance import HOURS_PER_YEAR, co2_kg, kwh
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.energy.balance import DeviceEnergy, Ups
    from collectors.energy.survey import Surveyed

KILOGRAMS_PER_TONNE = 1000.0
MOST_PORTS = 20
"""Ports listed by name in text; JSON has all."""


def to_json(city: str, surveyed: Sequence[Surveyed], *, co2_g_per_kwh: float) -> str:
    """The whole report."""
    drawn_w = _drawn(surveyed)
    whole = {
        "city": city,
        "co2_g_per_kwh": co2_g_per_kwh,
        "drawn_w": drawn_w,
        "poe_w": _poe(surveyed),
        "kwh_per_year": round(kwh(drawn_w, HOURS_PER_YEAR)),
        "co2_kg_per_year": round(co2_kg(drawn_w, HOURS_PER_YEAR, co2_g_per_kwh=co2_g_per_kwh)),
        "devices": [_device(one) for one in surveyed],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _device(one: Surveyed) -> dict[str, object]:
    made: dict[str, object] = {"device": one.device.code, "site": one.device.node, "error": one.error}
    energy = one.energy
    if energy is None:
        return made
    ups = energy.ups
    return made | {
        "drawn_w": energy.drawn_w,
        "poe_w": energy.poe_w,
        "poe_budget_w": energy.poe_budget_w,
        "ports_w": dict(energy.ports_w),
        "idle_lit": list(energy.idle_lit),
        "ups": None
        if ups is None
        else {
            "output_w": ups.output_w,
            "load_percent": ups.load_percent,
            "charge_percent": ups.charge_percent,
            "runtime_min": ups.runtime_min,
            "on_battery": ups.on_battery,
        },
    }


def _drawn(surveyed: Sequence[Surveyed]) -> float:
    return sum(one.energy.drawn_w for one in surveyed if one.energy is not None and one.energy.drawn_w is not None)


def _poe(surveyed: Sequence[Surveyed]) -> float:
    return sum(one.energy.poe_w for one in surveyed if one.energy is not None and one.energy.poe_w is not None)


def to_text(city: str, surveyed: Sequence[Surveyed], *, co2_g_per_kwh: float) -> str:
    """The report: totals, sites, idle lit ports, who says nothing."""
    return "\n".join(_lines(city, surveyed, co2_g_per_kwh))


def _lines(city: str, surveyed: Sequence[Surveyed], co2_g_per_kwh: float) -> Iterator[str]:
    measured = [one for one in surveyed if one.energy is not None and one.energy.drawn_w is not None]
    drawn_w = _drawn(surveyed)
    yield _("Energy of {city}").format(city=city)
    count = len(measured)
    yield ngettext(
        "{count} of {all} devices measures what it draws: {watts:.0f} W",
        "{count} of {all} devices measure what they draw: {watts:.0f} W",
        count,
    ).format(count=count, all=len(surveyed), watts=drawn_w)
    yield _("at that, {kwh:.0f} kWh and {tonnes:.1f} t of CO2 a year ({factor:g} g/kWh)").format(
        kwh=kwh(drawn_w, HOURS_PER_YEAR),
        tonnes=co2_kg(drawn_w, HOURS_PER_YEAR, co2_g_per_kwh=co2_g_per_kwh) / KILOGRAMS_PER_TONNE,
        factor=co2_g_per_kwh,
    )
    yield _("of it given to others over ports (PoE): {watts:.0f} W").format(watts=_poe(surveyed))
    yield from _sites(surveyed)
    yield from _idle(surveyed)
    yield from _silent(surveyed)


def _sites(surveyed: Sequence[Surveyed]) -> Iterator[str]:
    for site in dict.fromkeys(str(one.device.node) for one in surveyed):
        here = [one for one in surveyed if str(one.device.node) == site]
        yield ""
        yield _("{site}: {watts:.0f} W").format(site=site, watts=_drawn(here))
        for one in here:
            if one.energy is not None:
                words = ", ".join(_words(one.energy)) or _("says nothing of its power")
                yield f"  {one.device.code}: {words}"


def _words(energy: DeviceEnergy) -> Iterator[str]:
    if energy.drawn_w is not None:
        yield _("draws {watts:.0f} W").format(watts=energy.drawn_w)
    if energy.poe_w is not None:
        ports = len(energy.ports_w)
        yield ngettext("gives {watts:.1f} W to {count} port", "gives {watts:.1f} W to {count} ports", ports).format(
            watts=energy.poe_w, count=ports
        )
    if energy.ups is not None:
        yield from _ups_words(energy.ups)


def _ups_words(ups: Ups) -> Iterator[str]:
    if ups.output_w is not None:
        yield _("UPS gives {watts:.0f} W").format(watts=ups.output_w)
    if ups.load_percent is not None:
        yield _("load {percent:.0f} %").format(percent=ups.load_percent)
    if ups.charge_percent is not None:
        yield _("battery {percent:.0f} %").format(percent=ups.charge_percent)
    if ups.runtime_min is not None:
        yield _("lasts {minutes:.0f} min").format(minutes=ups.runtime_min)
    if ups.on_battery:
        yield _("ON BATTERY")


def _idle(surveyed: Sequence[Surveyed]) -> Iterator[str]:
    idle = [f"{one.device.code}:{port}" for one in surveyed if one.energy is not None for port in one.energy.idle_lit]
    if idle:
        yield ""
        yield ngettext(
            "{count} port sends light to nobody: shut it down",
            "{count} ports send light to nobody: shut them down",
            len(idle),
        ).format(count=len(idle))
        yield from (f"  {port}" for port in idle[:MOST_PORTS])
        if len(idle) > MOST_PORTS:
            yield "  ..."


def _silent(surveyed: Sequence[Surveyed]) -> Iterator[str]:
    silent = [one for one in surveyed if one.error]
    if silent:
        yield ""
        yield _("Not measured")
        yield from (f"  {one.device.code}: {one.error}" for one in silent)
