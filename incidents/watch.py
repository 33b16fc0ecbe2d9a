"""The engine at work beside a collector: after each round what was heard becomes incidents, samples and messages."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from incidents.engine import State, What
from incidents.incident import Cause, Status
from incidents.journal import with_ack
from incidents.messages import Wording
from incidents.notify import Memory, due, forget
from incidents.planned import conflicts, soon
from incidents.recording import Step
from incidents.rising import with_fades
from rainbow.kernel.metrics import EVENT, INCIDENT
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.texts import _, use

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from incidents.daily import Daily
    from incidents.engine import Change, Engine, Window
    from incidents.fading.fade import Fade
    from incidents.feed import Feed
    from incidents.incident import Incident
    from incidents.journal import Journal
    from incidents.notify import NotifySettings
    from incidents.readings import DeviceHeard
    from incidents.recording import Recording
    from incidents.sending import Sender
    from rainbow.kernel.samples import SampleWriter

log = logging.getLogger("rainbow.incidents")

MOST_TRIES = 20
_NS = 1_000_000_000
_DAY_S = 86_400.0
_STATUS = {Status.OPEN: 2, Status.CLEARING: 1}
_ERROR, _INFORMATION = 2, 0
"""Numbers of ``EVENT.severity``."""
_NO_HARM, _NOBODY_YET, _LAST_PATH = 0, 1, 2
"""Numbers of ``INCIDENT.harm``; a criticality without service stands above them, the lowest next."""
_QUIET = {Cause.MAINTENANCE, Cause.DEGRADATION}
"""Nobody is called for what was planned, and what rises slowly has a rule of its own."""


class Deputies(Protocol):
    """The collectors that stand by for this one."""

    def may_act(self) -> bool:
        """Whether this collector may judge and tell people right now: nobody else can be doing it."""

    def saved(self, changed: Collection[int]) -> None:
        """A step is in the journal, these incidents among it; nobody has been told of it yet. Does not raise."""

    def sent(self) -> None:
        """A message was handed over. Does not raise."""


@dataclass(slots=True, kw_only=True)
class Watch:
    """One city's watch. ``step`` is called after every round, from one thread."""

    engine: Engine
    feed: Feed
    journal: Journal
    writer: SampleWriter
    notify: NotifySettings
    sender: Sender | None
    language: str
    daily: Daily | None = None
    recording: Recording | None = None
    deputies: Deputies | None = None
    _fades: tuple[Fade, ...] | None = None
    _state: State = field(default_factory=State)
    _memory: Memory = field(default_factory=Memory)
    _heard: list[DeviceHeard] = field(default_factory=list)
    _loaded: bool = False
    _announced: set[Window] = field(default_factory=set)

    def step(self, now_ns: UnixNs) -> tuple[Change, ...]:
        """Judge what was heard, save it, write its samples and send what is due.

        Raises:
            StoreError: the step could not be saved; what was heard is judged with the next one.
        """
        if not self._may_act():
            return ()
        if not self._loaded:
            self._state, self._memory = self.journal.load()
            self.engine.ground.prepare()
            self._loaded = True
        now_s = now_ns / _NS
        self._heard += self.feed.heard()
        windows = self._windows()
        with use(self.language):  # the story is written down as it happens
            state, changes = self.engine.step(self._state, self._heard, now_s, windows)
            state, slow = self._rising(state, now_s)
        changes += slow
        taken = self.journal.acknowledgements()
        state = replace(state, incidents=tuple(with_ack(item, taken) for item in state.incidents))
        messages, memory = due(
            self.notify,
            state.incidents,
            self._memory,
            now_s,
            interval_s=self.engine.interval_s,
            settle_s=self.engine.settle_s,
        )
        gone = {item.number for item in self._state.incidents} - {item.number for item in state.incidents}
        memory = forget(memory, gone)
        self.journal.save(state, memory, messages, now_s=now_s, keep_s=self.engine.settings.keep_days * _DAY_S)
        if self.deputies is not None:
            self.deputies.saved({item.number for item in (*self._state.incidents, *state.incidents)})
        step = Step(now_s=now_s, heard=tuple(self._heard), windows=windows, fades=self._fades)
        before, self._state, self._memory, self._heard, self._fades = self._state, state, memory, [], None
        try:
            self.send()  # people first: dashboards can wait
        finally:
            self._write(changes, now_ns)
        if self.recording is not None:
            self.recording.note(step, before)
        return changes

    def _rising(self, state: State, now_s: float) -> tuple[State, tuple[Change, ...]]:
        """With what the daily look found, if it found anything since the last saved step."""
        newest = self.daily.newest() if self.daily is not None else None
        self._fades = newest if newest is not None else self._fades
        if self._fades is None:
            return state, ()
        return with_fades(state, self._fades, now_s, self.engine.ground)

    def _windows(self) -> tuple[Window, ...]:
        return tuple(item.window() for item in self.notify.windows.values())

    def _write(self, changes: Sequence[Change], now_ns: UnixNs) -> None:
        with use(self.language):
            words = Wording(self.engine.ground)
            ended = [item.incident for item in changes if not item.incident.is_live]
            live = [item for item in self._state.incidents if item.is_live]
            samples = [incident_sample(item, words, now_ns) for item in [*live, *ended]]
            samples += [event_sample(change, words, now_ns) for change in changes]
            begun = [window for window in self._windows() if window.covers(now_ns / _NS)]
            samples += [window_sample(window) for window in begun if window not in self._announced]
            for change in changes:
                log.info(_("incident %d %s: %s"), change.incident.number, change.what, words.title(change.incident))
        if samples:
            self.writer.write(samples)
        self._announced.update(begun)

    def send(self) -> None:
        """Send what waits; a channel that fails is tried again at the next step.

        Raises:
            StoreError: the outbox cannot be read or written.
        """
        if self.sender is None:
            return
        for number, channel, incident in self.journal.to_send():
            if not self._may_act():
                return
            known = self.notify.channels.get(channel)
            done = True
            if known is not None:
                with use(known.language):
                    words = Wording(self.engine.ground)
                    planned = conflicts(self.engine.ground, (incident,), soon(self._windows(), incident.changed_s))
                    done = self.sender.send(channel, words.title(incident), words.body(incident, planned))
            if not done:
                why = self.sender.why(channel) or _("nobody knows why")
                log.warning(_("channel %s took no message; it is tried again: %s"), channel, why)
            self.journal.sent(number, done=done, most_tries=MOST_TRIES)
            if self.deputies is not None:
                self.deputies.sent()

    def _may_act(self) -> bool:
        return self.deputies is None or self.deputies.may_act()


def incident_sample(item: Incident, words: Wording, now_ns: UnixNs) -> Sample:
    """An incident as it stands, for dashboards."""
    return Sample(
        INCIDENT.series(incident=str(item.number)),
        now_ns,
        {
            INCIDENT.status: _STATUS.get(item.status, 0),
            INCIDENT.links_down: len(item.links) - len(item.restored),
            INCIDENT.devices_silent: len({*item.devices, *item.behind}) if item.is_live else 0,
            INCIDENT.sites_lost: len(item.harm.sites) if item.is_live else 0,
            INCIDENT.sirens_lost: len(item.harm.sirens) if item.is_live else 0,
            INCIDENT.last_path: len(item.harm.last_path) if item.is_live else 0,
            INCIDENT.harm: _harm(item),
            INCIDENT.what: words.title(item),
        },
    )


def _harm(item: Incident) -> int:
    """The number of ``INCIDENT.harm``: it goes by whom an alert would be for."""
    if item.status is not Status.OPEN or item.cause in _QUIET:
        return _NO_HARM
    if item.harm.criticality:
        return _LAST_PATH + item.harm.criticality
    return _LAST_PATH if item.harm.last_path else _NOBODY_YET


def window_sample(window: Window) -> Sample:
    """Planned work as an annotation from its beginning to its end; written again after a restart it is the same one."""
    text = _("Planned work: {note}").format(note=window.note or ", ".join(window.codes))
    return Sample(
        EVENT.series(kind="maintenance", object=" ".join(window.codes)),
        UnixNs(int(window.begins_s * _NS)),
        {EVENT.text: text, EVENT.severity: _INFORMATION, EVENT.until_ms: int(window.ends_s * 1000)},
    )


def event_sample(change: Change, words: Wording, now_ns: UnixNs) -> Sample:
    """A change as an annotation."""
    severity = _ERROR if change.what in {What.OPENED, What.REOPENED} else _INFORMATION
    return Sample(
        EVENT.series(kind=f"incident_{change.what}", object=str(change.incident.number)),
        now_ns,
        {EVENT.text: words.title(change.incident), EVENT.severity: severity},
    )
