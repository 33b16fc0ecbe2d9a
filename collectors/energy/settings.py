"""Settings of the table ``[energy]`` in city.toml; each with its unit and why it is what it is."""

from __future__ import annotations

from dataclasses import dataclass

from rainbow.kernel.texts import _


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergySettings:
    """How often power is read, and what a kilowatt-hour stands for."""

    co2_g_per_kwh: float = 363.0
    """Grams of CO2 for a kilowatt-hour: Germany's mix of 2024 by its Umweltbundesamt; set your supplier's."""
    interval_s: float = 300.0
    """How often the running collector reads the devices' meters; 0 for never. Power moves slowly."""

    def __post_init__(self) -> None:
        if self.co2_g_per_kwh < 0:
            raise ValueError(_("co2_g_per_kwh {value} g is below zero").format(value=self.co2_g_per_kwh))
        if self.interval_s < 0:
            raise ValueError(_("interval_s {value} s is below zero").format(value=self.interval_s))
