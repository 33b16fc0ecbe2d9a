"""What changed between two rounds, as events: links that went down or came back, devices that fell silent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.flaps import Flaps, Verdict
from collectors.totals import LINK_DOWN, LINK_UNKNOWN
from rainbow.kernel.metrics import EVENT
from rainbow.kernel.samples import Sample
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.reading import DeviceReading
    from inventory.entities import Code
    from inventory.plant import Plant
    from rainbow.kernel.samples import UnixNs

INFORMATION, WARNING, ERROR = 0, 1, 2
"""Numbers of ``EVENT.severity``."""
MOST = 20
"""Events of one kind a round; more are told as one: forty lines over a graph hide what they explain."""
NAMED = 5
"""Objects a counting event names."""
FLAP_WINDOW_S = 60.0
"""Shortest time in which a link may go up and down often enough to be called flapping."""


@dataclass(frozen=True, slots=True)
class _Change:
    kind: str
    object: Code
    severity: int
    text: str


class Changes:
    """Remembers how things were last known and tells what became different.

    The first round after a start tells nothing: what was before is not known. A link nobody could be asked about keeps
    its last known state, for silence is no change of the link. One that flaps is told of when it begins and when it is
    calm again, not in between.
    """

    def __init__(self, plant: Plant, *, flap_window_s: float = FLAP_WINDOW_S) -> None:
        self._plant = plant
        self._flaps = Flaps(window_s=max(FLAP_WINDOW_S, flap_window_s))
        self._links: dict[Code, int] = {}
        self._answers: dict[Code, bool] = {}

    @property
    def held(self) -> int:
        """Links that flap right now and are not told of."""
        return len(self._flaps.held)

    def events(
        self, link_states: Mapping[Code, int], readings: Mapping[Code, DeviceReading | None], *, time_ns: UnixNs
    ) -> list[Sample]:
        """EVENT samples of what is different from the last call. Cost: one pass over links and devices."""
        found = [*self._link_changes(link_states, time_ns), *self._device_changes(readings)]
        return [_sample(change, time_ns) for change in _condensed(found)]

    def _link_changes(self, states: Mapping[Code, int], time_ns: UnixNs) -> list[_Change]:
        known = {code: state for code, state in states.items() if state != LINK_UNKNOWN}
        changed = [code for code, state in known.items() if self._links.get(code, state) != state]
        self._links.update(known)
        told: list[_Change] = []
        for code in changed:
            match self._flaps.changed(code, time_ns):
                case Verdict.TELL:
                    told.append(self._link(code, is_down=known[code] == LINK_DOWN))
                case Verdict.BEGINS:
                    told.append(self._flapping(code))
                case Verdict.HOLD:
                    pass
        return told + [self._calm(code) for code in self._flaps.calmed(time_ns)]

    def _flapping(self, code: Code) -> _Change:
        text = _("Link {link} flaps: {a} - {b}; it is told of again once it is calm").format(**self._place(code))
        return _Change("link_flaps", code, WARNING, text)

    def _calm(self, code: Code) -> _Change:
        if self._links[code] == LINK_DOWN:
            text = _("Link {link} does not flap any more, it is down: {a} - {b}")
            return _Change("link_down", code, ERROR, text.format(**self._place(code)))
        text = _("Link {link} does not flap any more, it is up: {a} - {b}")
        return _Change("link_up", code, INFORMATION, text.format(**self._place(code)))

    def _place(self, code: Code) -> dict[str, str]:
        link = self._plant.link[code]
        return {"link": code, "a": self._label(link.a), "b": self._label(link.b)}

    def _link(self, code: Code, *, is_down: bool) -> _Change:
        place = self._place(code)
        if is_down:
            return _Change("link_down", code, ERROR, _("Link {link} is down: {a} - {b}").format(**place))
        return _Change("link_up", code, INFORMATION, _("Link {link} is up again: {a} - {b}").format(**place))

    def _label(self, interface: Code) -> str:
        return self._plant.nodes[self._plant.node_of(interface)].label

    def _device_changes(self, readings: Mapping[Code, DeviceReading | None]) -> list[_Change]:
        answers = {code: reading is not None for code, reading in readings.items()}
        changed = [code for code, up in answers.items() if self._answers.get(code, up) != up]
        self._answers.update(answers)
        return [self._device(code, is_up=answers[code]) for code in changed]

    def _device(self, code: Code, *, is_up: bool) -> _Change:
        place = {"device": code, "site": self._plant.nodes[self._plant.device[code].node].label}
        if is_up:
            return _Change("device_back", code, INFORMATION, _("{device} at {site} answers again").format(**place))
        return _Change("device_silent", code, ERROR, _("{device} at {site} does not answer").format(**place))


def _condensed(changes: Sequence[_Change]) -> list[_Change]:
    kinds = dict.fromkeys(change.kind for change in changes)
    told: list[_Change] = []
    for kind in kinds:
        same = [change for change in changes if change.kind == kind]
        told += same if len(same) <= MOST else [_counted(kind, same)]
    return told


def _counted(kind: str, same: Sequence[_Change]) -> _Change:
    names = ", ".join(change.object for change in same[:NAMED])
    words = {
        "link_down": ngettext("{count} link is down: {names}", "{count} links are down: {names}", len(same)),
        "link_flaps": ngettext("{count} link flaps: {names}", "{count} links flap: {names}", len(same)),
        "link_up": ngettext("{count} link is up again: {names}", "{count} links are up again: {names}", len(same)),
        "device_silent": ngettext(
            "{count} device is silent: {names}", "{count} devices are silent: {names}", len(same)
        ),
        "device_back": ngettext(
            "{count} device answers again: {names}", "{count} devices answer again: {names}", len(same)
        ),
    }
    text = words[kind].format(count=len(same), names=f"{names}, ...")
    return _Change(kind, same[0].object, same[0].severity, text)


def _sample(change: _Change, time_ns: UnixNs) -> Sample:
    series = EVENT.series(kind=change.kind, object=change.object)
    return Sample(series, time_ns, {EVENT.text: change.text, EVENT.severity: change.severity})
