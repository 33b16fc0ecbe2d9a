"""Settings of the table ``[incidents]`` in city.toml: how patient the engine is, and how far it trusts a reading."""

from __future__ import annotations

from dataclasses import dataclass

from rainbow.kernel.texts import _

_POSITIVE = ("settle_intervals", "clear_intervals", "reboot_s", "flap_window_s", "keep_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSettings:
    """All times follow the interval of the polls, so that a demo and a city behave alike."""

    enabled: bool = True
    wrong_share: float = 0.005
    """Readings that say the contrary of what is: an engineering judgement, raise it for bad switches."""
    missing_share: float = 0.05
    """Polls that go unanswered although the device is well."""
    late_s: float = 30.0
    """A reading may come in so long after it was taken."""
    settle_intervals: float = 3.0
    """Polls, after the first sign, in which an incident may still change its mind, merge and split."""
    clear_intervals: float = 1.0
    """Polls for which everything must be well before an incident is over."""
    reboot_s: float = 300.0
    """A device that came back within this time restarted; one that took longer had no power."""
    flap_window_s: float = 900.0
    """The same links down again within this time are the same incident."""
    flaps: int = 3
    """Times down within one incident from which on it is called flapping."""
    in_band: bool = True
    """Whether the collector reaches devices over the city's own links, so that what lies behind a cut is silent."""
    keep_days: float = 730.0
    """Closed incidents are kept so long."""
    record_mb: float = 0.0
    """Space for a recording of all that is heard, twice, for ``rainbow incidents replay``; 0 for none."""

    def __post_init__(self) -> None:
        for name in ("wrong_share", "missing_share"):
            if not 0 < getattr(self, name) < 0.5:  # noqa: PLR2004 - a half is a coin, no reading
                raise ValueError(
                    _("{name} {value} is not between 0 and 0.5").format(name=name, value=getattr(self, name))
                )
        for name in _POSITIVE:
            if getattr(self, name) <= 0:
                raise ValueError(_("{name} {value} is not above zero").format(name=name, value=getattr(self, name)))
        if self.late_s < 0 or self.record_mb < 0 or self.flaps < 1:
            raise ValueError(_("late_s and record_mb must not be negative, flaps not below 1"))
