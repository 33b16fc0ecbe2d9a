"""Who is told what and when: routing, quiet hours, escalation, one message for one incident and real change. Pure.

A message is due when an incident has lasted long enough for its criticality and its verdict has settled, once more
when it turned into something else or somebody more lost service, and once when it is over. What was told is
remembered by channel, in a frozen value that is saved with the incidents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from incidents.engine import Window
from incidents.incident import Cause, Status
from inventory.entities import Criticality
from rainbow.kernel.secret import SecretRef  # noqa: TC001 - annotations are read at run time
from rainbow.kernel.texts import LANGUAGES, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from incidents.incident import Incident

_LEVELS = {level.name.lower(): int(level) for level in Criticality}
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_HOLD_INTERVALS = {int(Criticality.VITAL): 0.0, int(Criticality.HIGH): 0.0, int(Criticality.NORMAL): 1.0}
"""Intervals an incident must last before it is told; less critical ones wait two."""
_PATIENT = {Cause.SILENT, Cause.COLLECTOR, Cause.DEGRADATION, Cause.REBOOT}
_NEVER = {Cause.MAINTENANCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """One way to tell people: ``[notify.channels.NAME]``. ``url`` is Apprise's address of it, a secret.

    ``from_criticality``: low, normal, high or vital, the least that is told. ``user_groups``: only these, all if empty.
    ``quiet``: hours like ``22:00-06:00`` in which less than ``quiet_from`` waits until they are over.
    ``after_min``: told only where nobody has acknowledged for so long (escalation).
    """

    url: SecretRef
    language: str = "en"
    from_criticality: str = "low"
    user_groups: tuple[str, ...] = ()
    quiet: str = ""
    quiet_from: str = "high"
    after_min: float = 0.0

    def __post_init__(self) -> None:
        for name in ("from_criticality", "quiet_from"):
            if getattr(self, name) not in _LEVELS:
                raise ValueError(
                    _("{name} {value!r} is none of {known}").format(
                        name=name, value=getattr(self, name), known=", ".join(_LEVELS)
                    )
                )
        if self.language not in LANGUAGES:
            raise ValueError(_("language {value!r} is not one of {known}").format(value=self.language, known=LANGUAGES))
        if self.quiet and not _HOURS.fullmatch(self.quiet):
            raise ValueError(_("quiet {value!r} is no time like 22:00-06:00").format(value=self.quiet))
        if self.after_min < 0:
            raise ValueError(_("after_min {value} is negative").format(value=self.after_min))


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSettings:
    """Planned work: ``[notify.windows.NAME]``. Faults of ``codes`` between two ISO times are maintenance, not told."""

    codes: tuple[str, ...]
    begins: str
    ends: str
    note: str = ""

    def __post_init__(self) -> None:
        if _moment(self.begins) >= _moment(self.ends):
            raise ValueError(_("begins {begins} is not before ends {ends}").format(begins=self.begins, ends=self.ends))

    def window(self) -> Window:
        """The same for the engine."""
        return Window(
            codes=self.codes,  # type: ignore[arg-type] # texts of a file; unknown ones match nothing
            begins_s=_moment(self.begins),
            ends_s=_moment(self.ends),
            note=self.note,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """The table ``[notify]``: channels and planned work."""

    channels: dict[str, ChannelSettings] = field(default_factory=dict)
    windows: dict[str, WindowSettings] = field(default_factory=dict)


def _moment(text: str) -> float:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("{value!r} is no time like 2026-05-04T08:00+02:00").format(value=text)) from None
    return (found if found.tzinfo is not None else found.astimezone()).timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one channel knows of one incident."""

    cause: Cause
    codes: tuple[str, ...]
    lost: tuple[str, ...]
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All that was told, by ``CHANNEL/NUMBER``."""

    told: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A message to send: to which channel, about what."""

    channel: str
    incident: Incident


def due(
    settings: NotifySettings,
    incidents: Iterable[Incident],
    memory: Memory,
    now_s: float,
    *,
    interval_s: float,
    settle_s: float,
    zone: tzinfo | None = None,
) -> tuple[tuple[Due, ...], Memory]:
    """The messages due now, and the memory once they are on their way."""
    told = dict(memory.told)
    messages: list[Due] = []
    for incident in incidents:
        for name, channel in settings.channels.items():
            key = f"{name}/{incident.number}"
            if incident.status is Status.MERGED:
                told.pop(key, None)
                continue
            knows = told.get(key)
            if _is_due(channel, incident, knows, now_s, interval_s=interval_s, settle_s=settle_s) and not (
                _is_quiet(channel, incident, now_s, zone)
            ):
                messages.append(Due(channel=name, incident=incident))
                told[key] = _known(incident)
    return tuple(messages), replace(memory, told=told)


def forget(memory: Memory, numbers: Iterable[int]) -> Memory:
    """The memory without what was told of incidents that are long over."""
    gone = {str(number) for number in numbers}
    return replace(memory, told={key: item for key, item in memory.told.items() if key.rpartition("/")[2] not in gone})


def _known(incident: Incident) -> Told:
    return Told(
        cause=incident.cause,
        codes=incident.verdict.codes,
        lost=(*incident.harm.sites, *incident.harm.sirens),
        closed=incident.status is Status.CLOSED,
    )


def _is_due(
    channel: ChannelSettings,
    incident: Incident,
    knows: Told | None,
    now_s: float,
    *,
    interval_s: float,
    settle_s: float,
) -> bool:
    if knows is None:
        return _is_worth(channel, incident) and _is_first_due(channel, incident, now_s, interval_s, settle_s)
    if incident.status is Status.CLOSED:
        return not knows.closed
    if knows.closed:
        return False  # down again within the flap window: the end of that is told, not every turn
    if incident.status is Status.CLEARING or now_s - incident.bad_s < settle_s:
        return False
    worse = {*incident.harm.sites, *incident.harm.sirens} - set(knows.lost)
    return incident.cause is not knows.cause or bool(set(incident.verdict.codes) - set(knows.codes)) or bool(worse)


def _is_first_due(
    channel: ChannelSettings, incident: Incident, now_s: float, interval_s: float, settle_s: float
) -> bool:
    if incident.status is not Status.OPEN or (channel.after_min and incident.acknowledged_by):
        return False
    hold_s = _HOLD_INTERVALS.get(incident.harm.criticality, 2.0) * interval_s
    if incident.cause in _PATIENT:
        hold_s = max(hold_s, settle_s)
    return now_s - incident.opened_s >= max(hold_s, channel.after_min * 60.0)


def _is_worth(channel: ChannelSettings, incident: Incident) -> bool:
    if incident.cause in _NEVER:
        return False
    criticality = max(incident.harm.criticality, int(Criticality.LOW))
    if criticality < _LEVELS[channel.from_criticality]:
        return False
    return not channel.user_groups or bool(set(channel.user_groups).intersection(incident.harm.user_groups))


def _is_quiet(channel: ChannelSettings, incident: Incident, now_s: float, zone: tzinfo | None) -> bool:
    found = _HOURS.fullmatch(channel.quiet)
    if found is None or incident.harm.criticality >= _LEVELS[channel.quiet_from]:
        return False
    begin, end = (time(int(found[n]) % 24, int(found[n + 1]) % 60) for n in (1, 3))
    here = datetime.fromtimestamp(now_s, tz=UTC).astimezone(zone).time()
    return begin <= here < end if begin <= end else here >= begin or here < end
