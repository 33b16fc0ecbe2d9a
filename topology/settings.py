"""Settings of topology: the table ``[topology]`` of ``city.toml``."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from rainbow.kernel.texts import _


@dataclass(frozen=True, slots=True, kw_only=True)
class TopologySettings:
    """Rates behind availability. None leaves the shipped default with its source; a figure is the city's own word.

    ``cuts_per_1000_km_year`` of trench, ``aerial_cuts_per_1000_km_year`` of aerial cable, ``repair_h`` from cut to
    light. ``tickets_cuts`` seen in ``tickets_km_years`` move the default as far as they are evidence.

    ``dig_eur_per_m``: civil works a metre by surface, beside and instead of the shipped ones; ``default`` is for what
    has no surface named.
    """

    cuts_per_1000_km_year: float | None = None
    aerial_cuts_per_1000_km_year: float | None = None
    repair_h: float | None = None
    tickets_cuts: int = 0
    tickets_km_years: float = 0.0
    dig_eur_per_m: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("cuts_per_1000_km_year", "aerial_cuts_per_1000_km_year", "repair_h"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(_("{name} {value} is not positive").format(name=name, value=value))
        if self.tickets_cuts < 0 or not 0 <= self.tickets_km_years < math.inf:
            raise ValueError(_("tickets_cuts and tickets_km_years must not be negative"))
        for surface, value in self.dig_eur_per_m.items():
            if not (math.isfinite(value) and value > 0):
                raise ValueError(_("dig_eur_per_m.{name} {value} is not positive").format(name=surface, value=value))
