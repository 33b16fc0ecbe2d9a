"""The engine: polls in, incidents out. A pure step from one frozen state to the next.

Young incidents are judged anew at every step and may merge, split and change their mind; after ``settle_intervals``
the verdict stands, and only the end can correct it (:mod:`incidents.lifecycle`). The state holds all that is
remembered, so a process that is killed goes on where its last saved state ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from incidents.beliefs import Beliefs, hear
from incidents.belonging import holders_of, owner, part_of
from incidents.diagnosis import LATE_INTERVALS, Finding, Scene
from incidents.evidence import Onset, suspected_links
from incidents.ground import CUT_KINDS
from incidents.harm import damage_of, down_links, harm_of, outages
from incidents.hypotheses import is_blind
from incidents.incident import CAUSE_TITLES, Cause, Incident, Status, Verdict
from incidents.lifecycle import Nurse, noted, percent
from incidents.single_signs import faint_links, fresh_boots, is_same_restart, restart, with_restart
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from incidents.ground import Ground
    from incidents.readings import DeviceHeard
    from incidents.settings import IncidentSettings
    from inventory.entities import Code

_ALWAYS_OPEN_TO_DOUBT = {Cause.SILENT}
_HALF = 0.5
_WORTH_A_LOOK = 0.01
"""Share from which on planned work on what another explanation names is why."""
_PERSUASIVE = 0.8
"""Share from which on another explanation replaces the one told first: a wrong reading must not turn a verdict."""


class What(StrEnum):
    """What became of an incident in a step."""

    OPENED = "opened"
    CHANGED = "changed"
    REOPENED = "reopened"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change to tell; ``incident`` is as it is after the step."""

    what: What
    incident: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Planned work: faults of these objects between these times are maintenance. ``codes`` are of any kind."""

    codes: tuple[Code, ...]
    begins_s: float
    ends_s: float
    note: str = ""

    def covers(self, at_s: float) -> bool:
        """Whether the work goes on at that time."""
        return self.begins_s <= at_s <= self.ends_s


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that is remembered. ``incidents`` are the live ones and the closed ones of the flap window."""

    incidents: tuple[Incident, ...] = ()
    beliefs: Beliefs = field(default_factory=Beliefs)
    next_number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A city's engine. It holds nothing that moves: see :meth:`step`."""

    ground: Ground
    settings: IncidentSettings
    interval_s: float

    def step(
        self, state: State, heard: Iterable[DeviceHeard], now_s: float, windows: Sequence[Window] = ()
    ) -> tuple[State, tuple[Change, ...]]:
        """The state after these polls, and what changed. Cost: linear in what is heard and what is wrong."""
        beliefs = hear(state.beliefs, heard, self.settings)
        return _Step(self, state, beliefs, now_s, windows).run()

    @property
    def settle_s(self) -> float:
        """How long an incident may change its mind."""
        return self.settings.settle_intervals * self.interval_s + self.settings.late_s


class _Step:
    """One step's working copy."""

    def __init__(self, engine: Engine, state: State, beliefs: Beliefs, now_s: float, windows: Sequence[Window]) -> None:
        self._engine = engine
        self._ground = engine.ground
        self._beliefs = beliefs
        self._now_s = now_s
        self._windows = [window for window in windows if window.covers(now_s)]
        self._old_boots = state.beliefs.boots
        self._before = {item.number: item for item in state.incidents}
        self._incidents = dict(self._before)
        self._next = state.next_number
        self._whats: dict[int, What] = {}

    def run(self) -> tuple[State, tuple[Change, ...]]:
        self._see_again()
        self._attach_late()
        self._judge()
        self._join()
        self._faint()
        nurse = Nurse(self._ground, self._beliefs, self._engine.settings, self._engine.interval_s)
        for item in [*self._incidents.values()]:
            if item.fade is None:
                self._incidents[item.number] = nurse.follow(item, self._now_s)
        self._restarted()
        self._harm()
        self._forgive()
        changes = tuple(
            Change(what=what, incident=item)
            for item in self._incidents.values()
            if (what := self._what(item)) is not None
        )
        oldest_s = self._now_s - self._engine.settings.flap_window_s
        kept = tuple(item for item in self._incidents.values() if item.is_live or item.changed_s >= oldest_s)
        return State(incidents=kept, beliefs=self._beliefs, next_number=self._next), changes

    def _live(self) -> list[Incident]:
        """Those judged poll by poll; what rises slowly has its own life (:mod:`incidents.rising`)."""
        return [item for item in self._incidents.values() if item.is_live and item.fade is None]

    def _is_settled(self, item: Incident) -> bool:
        since_s = max(item.bad_s, item.opened_s - self._engine.interval_s)  # what was found late is young all the same
        return self._now_s - since_s > self._engine.settle_s and item.cause not in _ALWAYS_OPEN_TO_DOUBT

    def _see_again(self) -> None:
        """Where most of what the collector could not see answers again, the rest starts with a clean record."""
        for item in self._live():
            quiet = {device for device in item.devices if device in self._beliefs.silent}
            if item.cause is not Cause.COLLECTOR or not quiet or len(quiet) > _HALF * len(item.devices):
                continue
            silent = {code: held for code, held in self._beliefs.silent.items() if code not in quiet}
            self._beliefs = replace(self._beliefs, silent=silent)

    def _attach_late(self) -> None:
        """What a settled event would have taken, and is first heard of now, belongs to it."""
        settled = [item for item in self._live() if self._is_settled(item)]
        suspected = suspected_links(self._beliefs, self._ground) if settled else {}
        slack_s = LATE_INTERVALS * self._engine.interval_s
        for item in settled:
            onset = Onset(good_s=item.good_s, bad_s=item.bad_s)
            taken = self._taken_by(item)
            late = [
                link
                for link, suspect in suspected.items()
                if link in taken and link not in item.links and onset.reaches(suspect.onset, slack_s)
            ]
            if late:
                self._incidents[item.number] = replace(item, links=(*item.links, *sorted(late)))

    def _taken_by(self, item: Incident) -> set[Code]:
        if item.cause is Cause.POWER:
            return self._ground.links_of_devices(set(item.devices) - set(item.behind))
        if item.cause is not Cause.CUT:
            return set()
        groups = ((kind, code) for code in item.verdict.codes for kind in CUT_KINDS)
        return {link for group in groups for link in self._ground.members(group)}

    def _judge(self) -> None:
        """Find what explains all that no settled incident explains, and match it with the young incidents."""
        settled = [item for item in self._live() if self._is_settled(item)]
        scene = Scene(
            beliefs=self._beliefs,
            ground=self._ground,
            settings=self._engine.settings,
            interval_s=self._engine.interval_s,
        )
        young = [item for item in self._live() if not self._is_settled(item)]
        findings = scene.findings(
            told=[{*item.links, *item.devices} for item in young],
            but_links={link for item in settled for link in item.links},
            but_devices=self._beliefs.silent.keys()
            if any(is_blind(item.verdict) and self._is_settled(item) for item in self._live())
            else {device for item in settled for device in item.devices},
        )
        holders = holders_of((item, ()) for item in young)
        updated: set[int] = set()
        for finding in sorted(findings, key=lambda found: -(len(found.links) + len(found.devices))):
            number = owner(finding, holders, updated)
            if number is None:
                self._open(finding)
            else:
                updated.add(number)
                self._update(self._incidents[number], finding)

    def _join(self) -> None:
        """What holds nothing that another does not hold is part of it."""
        holders = holders_of((item, item.behind) for item in self._live())
        for item in self._live():
            others = holders[(*item.links, *item.devices)[0]]
            live = (other for other in others if self._incidents[other.number].is_live)
            whole = part_of(item, live, self._ground)
            if whole is not None:
                self._merge(item, whole)

    def _update(self, item: Incident, finding: Finding) -> None:
        gone = len(set(item.links) - finding.links) + len(set(item.devices) - finding.devices)
        if gone > _HALF * (len(item.links) + len(item.devices)) or item.times_down > 1:
            return  # it is ending or flapping: what is left says little about what it was
        verdict, alternatives = self._in_window(finding), finding.alternatives
        if verdict.share < _PERSUASIVE and (kept := _kept(item, alternatives)) is not None:
            alternatives = (verdict, *(other for other in alternatives if other is not kept))
            verdict = kept
        new = replace(
            item,
            verdict=verdict,
            alternatives=alternatives,
            links=tuple(sorted(finding.links)),
            devices=tuple(sorted(finding.devices | set(item.devices))),
            good_s=finding.onset.good_s,
            bad_s=finding.onset.bad_s,
        )
        if (verdict.cause, verdict.codes) != (item.cause, item.verdict.codes):
            new = noted(new, self._now_s, "verdict", self._why(finding, verdict))
        self._incidents[item.number] = new

    def _open(self, finding: Finding) -> None:
        again = self._again(finding)
        if again is not None:
            flaps = again.times_down + 1
            new = replace(again, status=Status.OPEN, closed_s=None, well_since_s=None, times_down=flaps, restored=())
            self._incidents[again.number] = noted(new, self._now_s, "reopened", _("down again"))
            self._whats[again.number] = What.REOPENED
            return
        verdict = self._in_window(finding)
        item = Incident(
            number=self._next,
            status=Status.OPEN,
            verdict=verdict,
            opened_s=self._now_s,
            good_s=finding.onset.good_s,
            bad_s=finding.onset.bad_s,
            changed_s=self._now_s,
            alternatives=finding.alternatives,
            links=tuple(sorted(finding.links)),
            devices=tuple(sorted(finding.devices)),
        )
        self._incidents[item.number] = noted(item, self._now_s, "opened", self._why(finding, verdict))
        self._whats[item.number] = What.OPENED
        self._next += 1

    def _again(self, finding: Finding) -> Incident | None:
        """The incident that was over and is not."""
        for item in reversed(self._incidents.values()):
            same = finding.links.intersection(item.links) or (
                not finding.links and not item.links and finding.devices.intersection(item.devices)
            )
            fresh = self._now_s - item.changed_s <= self._engine.settings.flap_window_s
            if item.status is Status.CLOSED and same and fresh:
                return item
        return None

    def _merge(self, item: Incident, into: int) -> None:
        new = replace(item, status=Status.MERGED, merged_into=into, closed_s=self._now_s)
        text = _("part of incident {number}").format(number=into)
        self._incidents[item.number] = noted(new, self._now_s, "merged", text)
        self._whats[item.number] = What.MERGED

    def _in_window(self, finding: Finding) -> Verdict:
        """The verdict, or maintenance where somebody works on what it names."""
        verdict = finding.verdict
        ends = [end for link in finding.links for end in self._ground.ends[link]]
        devices = {*finding.devices, *(self._ground.device_of[end] for end in ends if len(finding.links) == 1)}
        touched = {*verdict.codes, *finding.devices}
        if len(finding.links) == 1:  # of one link alone no trench is named, and any on its way may be worked on
            touched |= finding.links | {code for link in finding.links for _kind, code in self._ground.groups_of(link)}
        touched |= {code for other in finding.alternatives if other.share >= _WORTH_A_LOOK for code in other.codes}
        touched |= {self._ground.node_of[code] for code in finding.devices} if verdict.cause is not Cause.CUT else set()
        if verdict.cause is Cause.MODULE:
            touched |= devices
        planned = any(touched.intersection(window.codes) for window in self._windows)
        return replace(verdict, cause=Cause.MAINTENANCE) if planned else verdict

    def _why(self, finding: Finding, verdict: Verdict) -> str:
        return _("{cause} of {codes}: {links} links, {devices} devices, {share} sure").format(
            cause=_(CAUSE_TITLES[verdict.cause]),
            codes=", ".join(verdict.codes) or "-",
            links=len(finding.links),
            devices=len(finding.devices),
            share=percent(finding.verdict.share),
        )

    def _faint(self) -> None:
        """Light that fades while the link still holds."""
        busy = {link for item in self._live() for link in item.links}
        for finding in faint_links(self._beliefs, self._ground, self._engine.settings, busy):
            self._open(finding)

    def _restarted(self) -> None:
        """Switches that started anew between two polls: no fault was seen, yet somebody wants to know, once."""
        slack_s = 2 * self._engine.interval_s
        for device, since_s in fresh_boots(self._old_boots, self._beliefs.boots):
            if any(self._touches(item, device, since_s) for item in self._incidents.values()):
                continue
            same = next((item for item in self._incidents.values() if is_same_restart(item, since_s, slack_s)), None)
            if same is not None:
                self._incidents[same.number] = with_restart(same, device, since_s)
            else:
                self._open(restart(device, since_s, self._engine.interval_s, self._engine.settings))

    def _touches(self, item: Incident, device: Code, at_s: float) -> bool:
        """Whether an incident is about this device at this time already."""
        ended_s = item.closed_s if item.closed_s is not None else self._now_s
        if not item.good_s - self._engine.interval_s <= at_s <= ended_s + self._engine.settle_s:
            return False
        ends = (end for link in item.links for end in self._ground.ends[link])
        return device in item.devices or any(self._ground.device_of[end] == device for end in ends)

    def _forgive(self) -> None:
        """A device that was out of reach and need not be any more starts with a clean record."""
        before = frozenset().union(*(down_links(self._ground, item) for item in self._before.values()))
        after = frozenset().union(*(down_links(self._ground, item) for item in self._live()))
        if before == after:
            return
        freed = self._ground.devices_at(self._ground.lost(before)) - self._ground.devices_at(self._ground.lost(after))
        known = self._beliefs.silent
        kept = {code: item for code, item in known.items() if code not in freed}
        if len(kept) < len(known):
            self._beliefs = replace(self._beliefs, silent=kept)

    def _harm(self) -> None:
        """Work out anew what changed incidents do to the city."""
        moved = [item for item in self._live() if self._is_moved(item)]
        damage = damage_of(self._ground, self._live() if moved else ())
        for item in moved:
            harm, behind = harm_of(self._ground, item, damage)
            self._incidents[item.number] = replace(
                item,
                harm=harm,
                worst=max(item.worst, harm, key=lambda one: one.weight),
                outages=outages(item, harm, self._now_s),
                behind=tuple(sorted(behind | set(item.behind))),
            )

    def _is_moved(self, item: Incident) -> bool:
        old = self._before.get(item.number)
        if old is None:
            return True
        before = (old.links, old.devices, old.restored, old.verdict)
        return before != (item.links, item.devices, item.restored, item.verdict)

    def _what(self, item: Incident) -> What | None:
        old = self._before.get(item.number)
        if old is not None and old.is_live and item.status is Status.CLOSED:
            return What.CLOSED
        if item.number in self._whats:
            return self._whats[item.number]
        if old is None or old == item:
            return None
        return What.CHANGED if item.status is not Status.CLEARING and _is_news(old, item) else None


def _kept(item: Incident, others: Sequence[Verdict]) -> Verdict | None:
    """Of these explanations the one told so far, with most of its codes if not with all."""
    told = set(item.verdict.codes)
    return next(
        (
            other
            for other in others
            if other.cause is item.cause and len(told.intersection(other.codes)) > _HALF * len(told)
        ),
        None,
    )


def _is_news(old: Incident, item: Incident) -> bool:
    """Whether a person would call it a change: another cause or place, or somebody more without service."""
    worse = {*item.harm.sites, *item.harm.sirens} - {*old.harm.sites, *old.harm.sirens}
    return item.cause is not old.cause or bool(set(item.verdict.codes) - set(old.verdict.codes)) or bool(worse)
