"""How an incident ends, and what its end teaches: a switch that came back unrestarted never lost its power. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from incidents.beliefs import reading_nats
from incidents.incident import Cause, Note, Status, Verdict
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from incidents.beliefs import Beliefs
    from incidents.ground import Ground
    from incidents.incident import Incident
    from incidents.settings import IncidentSettings
    from inventory.entities import Code

_MOST_NOTES = 60
_SURE = 0.99
_NOT_ONE_READING = 1.5
_CAN_BE_OFF = {Cause.CUT, Cause.PATH, Cause.PATCH, Cause.POWER, Cause.SILENT, Cause.COLLECTOR, Cause.MODULE}
_CLEAR_FLAPPING = 5
_BOOT_SLACK_S = 5.0
"""How far a start may seem to lie before the last good reading: clocks differ."""


def noted(incident: Incident, at_s: float, kind: str, text: str) -> Incident:
    """The incident with one more line in its story; of very long ones the middle is dropped."""
    notes = (*incident.notes, Note(at_s=at_s, kind=kind, text=text))
    if len(notes) > _MOST_NOTES:
        notes = (*notes[: _MOST_NOTES // 2], *notes[-_MOST_NOTES // 2 :])
    return replace(incident, notes=notes, changed_s=at_s)


def percent(share: float) -> str:
    """A probability for people: no model is surer than 99 %."""
    return _("over 99 %") if share > _SURE else f"{share:.0%}"


class Nurse:
    """Follows incidents to their end, and those just over until they are forgotten."""

    def __init__(self, ground: Ground, beliefs: Beliefs, settings: IncidentSettings, interval_s: float) -> None:
        self._ground = ground
        self._beliefs = beliefs
        self._settings = settings
        self._interval_s = interval_s
        self._least = _NOT_ONE_READING * reading_nats(settings)

    def is_down(self, link: Code) -> bool:
        """Whether the newest readings of a link are bad, one single bad reading aside."""
        tables = (self._beliefs.ports, self._beliefs.lights, self._beliefs.faint)
        held = (table.get(end) for end in self._ground.ends[link] for table in tables)
        return sum(item.score for item in held if item is not None and item.is_bad) > self._least

    def follow(self, incident: Incident, now_s: float) -> Incident:
        """The incident after this poll: links back, all well, over, or down again.

        One that is over stays in mind while its links show signs, be they too few for an incident.
        """
        if not incident.is_live:
            again = incident.status is Status.CLOSED and any(self.is_down(link) for link in incident.links)
            return replace(incident, changed_s=now_s) if again else incident
        back = tuple(link for link in incident.links if not self.is_down(link))
        quiet = [device for device in incident.devices if device in self._beliefs.silent]
        incident = replace(incident, restored=back)
        if len(back) < len(incident.links) or quiet:
            if incident.status is Status.CLEARING and len(back) < len(incident.links):
                incident = replace(incident, times_down=incident.times_down + 1)
            return self._flapping(replace(incident, status=Status.OPEN, well_since_s=None), now_s)
        if incident.status is Status.OPEN:
            return replace(incident, status=Status.CLEARING, well_since_s=now_s)
        patience = _CLEAR_FLAPPING if incident.cause is Cause.FLAPPING else self._settings.clear_intervals
        if now_s - (incident.well_since_s or now_s) < patience * self._interval_s * 0.9:
            return incident
        return self._close(incident, now_s)

    def _flapping(self, incident: Incident, now_s: float) -> Incident:
        settled = {Cause.FLAPPING, Cause.MAINTENANCE}
        if incident.times_down < self._settings.flaps or incident.cause in settled or not incident.links:
            return incident  # without a link nothing flaps: switches that restart again and again restart
        verdict = replace(incident.verdict, cause=Cause.FLAPPING, codes=incident.links)
        incident = replace(incident, verdict=verdict, alternatives=(incident.verdict, *incident.alternatives))
        return noted(incident, now_s, "flapping", _("down for the {count}th time").format(count=incident.times_down))

    def _close(self, incident: Incident, now_s: float) -> Incident:
        ended_s = incident.well_since_s or now_s
        verdict, why = self._final(incident)
        if verdict.cause is not incident.cause:
            incident = replace(incident, verdict=verdict, alternatives=(incident.verdict, *incident.alternatives))
            incident = noted(incident, now_s, "verdict", why)
        outages = tuple(replace(item, to_s=ended_s) if item.to_s is None else item for item in incident.outages)
        incident = replace(incident, status=Status.CLOSED, closed_s=ended_s, outages=outages)
        return noted(incident, now_s, "closed", _("all is well again"))

    def _final(self, incident: Incident) -> tuple[Verdict, str]:
        """What the uptimes say once everybody answers again."""
        if incident.cause not in _CAN_BE_OFF:
            return incident.verdict, ""
        started = self.restarted(incident)
        if started and self._ground.links_of_devices(started).issuperset(incident.links):
            back_s = max(self._beliefs.boots[item].newest_s for item in started)
            lasted_s = back_s - (incident.good_s + incident.bad_s) / 2
            cause = Cause.REBOOT if lasted_s <= self._settings.reboot_s else Cause.POWER
            if incident.cause is cause:
                return incident.verdict, ""
            codes = incident.verdict.codes if incident.cause is Cause.POWER else started
            return replace(incident.verdict, cause=cause, codes=codes), _(
                "{devices} started anew meanwhile: it was off for {minutes:.0f} min"
            ).format(devices=", ".join(started), minutes=lasted_s / 60)
        if incident.cause is Cause.POWER and self._all_known(incident):
            other = next((item for item in incident.alternatives if item.cause in _PATHS), None)
            if other is not None:
                return other, _("the switch ran on all the time: its power was there, its light was not")
        return incident.verdict, ""

    def _all_known(self, incident: Incident) -> bool:
        return all(device in self._beliefs.boots for device in incident.devices)

    def restarted(self, incident: Incident) -> tuple[Code, ...]:
        """Devices that can have caused the incident by being off, and started during it."""
        since_s = incident.good_s - _BOOT_SLACK_S
        suspects = [item for item in incident.devices if item not in incident.behind]
        if incident.cause not in {Cause.SILENT, Cause.COLLECTOR, Cause.POWER}:
            suspects = [
                item for item in self._ends(incident) if item in incident.devices or self._took_all(incident, item)
            ]
        boots = self._beliefs.boots
        return tuple(item for item in suspects if item in boots and boots[item].newest_s > since_s)

    def _ends(self, incident: Incident) -> list[Code]:
        ends = (end for link in incident.links for end in self._ground.ends[link])
        return list(dict.fromkeys(self._ground.device_of[end] for end in ends))

    def _took_all(self, incident: Incident, device: Code) -> bool:
        return {link for link, _far in self._ground.far_ends[device]} <= set(incident.links)


_PATHS = {Cause.CUT, Cause.PATH, Cause.PATCH, Cause.MODULE}
