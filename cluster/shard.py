"""Which devices of a site this poller asks, and when. Pure: time, view and its age are arguments.

Every poller works it out alone from the same members: a device belongs to the member with the highest hash of both
names (rendezvous hashing), so one that comes or goes moves its own share only. A device is due at the same moment of
every round whoever asks it.

- **Catch-up.** Who gains devices of one that died asks at once what was due since it last certainly lived.
- **Handover.** A member that joins says from when on it polls; until then the owners before it go on.
- **Hold.** While the coordinator is away all goes on as it was for ``hold_s``; then nothing is asked.
- **Freeze.** Who slept asks nothing before a renewal begun after it woke (an infinite age says so).
- **Wipe.** Who had to join again counts those it knew as present for two beats: they will come back too.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cluster.heart import View

_WHOLE = 1 << 64


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def phase(device: str) -> float:
    """The device's place in every round, 0 to 1."""
    return _hash(device) / _WHOLE


def owner(device: str, members: Iterable[str]) -> str:
    """Whose the device is among these members, at least one.

    Reference: Thaler and Ravishankar, "A name-based mapping scheme for rendezvous", 1996.
    """
    return max(members, key=lambda name: (_hash(f"{name}\0{device}"), name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times in seconds: a round, the life of a lease, between renewals, how long an assignment outlives them."""

    round_s: float
    ttl_s: float
    beat_s: float
    hold_s: float

    @property
    def settle_s(self) -> float:
        """How long after a wipe members may take to come back."""
        return 2 * self.beat_s


class Shard:
    """One poller's share of a site's devices."""

    def __init__(self, me: str, devices: Sequence[str], pace: Pace) -> None:
        self._me = me
        self._devices = sorted((phase(device), device) for device in devices)
        self._pace = pace
        self._scores: dict[str, list[int]] = {}
        self._present: frozenset[str] = frozenset()
        self._mine: list[tuple[float, str]] = []
        self._names: frozenset[str] = frozenset()
        self._met_s: dict[str, float] = {}
        self._seen_s: dict[str, float] = {}
        self._owed_s: float | None = None

    @property
    def mine(self) -> frozenset[str]:
        """The devices that are mine as of the last :meth:`due`."""
        return self._names

    @property
    def present(self) -> frozenset[str]:
        """Who shares the devices as of the last :meth:`due`; empty while I may ask nothing."""
        return self._present

    def due(self, t0_s: float, t1_s: float, *, view: View | None, age_s: float) -> list[str]:
        """Devices to ask now, each at most once. ``t0_s`` is ``t1_s`` of the call before (unix time).

        ``age_s`` is the age of the view, infinite where it must not be trusted.
        """
        if view is None or age_s > self._pace.hold_s or age_s == float("inf"):
            self._owed_s = t0_s if self._owed_s is None else self._owed_s
            self._take(frozenset(), [])
            self._met_s.clear()
            self._seen_s.clear()
            return []
        owed_s, self._owed_s = (t0_s if self._owed_s is None else self._owed_s), None
        now_s = view.asked_s + age_s
        present, edge_s = self._now_present(view, t1_s, now_s)
        if present == self._present:
            if self._me not in present:
                self._owed_s = owed_s
            return self._within(self._mine, owed_s, t1_s)
        before, was_in = self._mine, self._me in self._present
        gone = self._present - present
        self._take(present, self._share(present))
        if self._me not in present:
            self._owed_s = owed_s
            return []
        if not was_in:
            return self._within(self._mine, max(owed_s, edge_s), t1_s)
        kept = set(before) & set(self._mine)
        gained = sorted(set(self._mine) - kept)
        lost = sorted(set(before) - kept)
        since_s = min([owed_s, *(self._alive_s(name) - now_s + t1_s for name in gone)])
        return [
            *self._within(sorted(kept), owed_s, t1_s),
            *self._within(gained, since_s, t1_s),
            *self._within(lost, owed_s, min(edge_s, t1_s)),
        ]

    def _take(self, present: frozenset[str], mine: list[tuple[float, str]]) -> None:
        self._present, self._mine = present, mine
        self._names = frozenset(device for _phase, device in mine)

    def _alive_s(self, name: str) -> float:
        """Since boot: until when the member certainly lived. Its lease, renewed then, ran still when I last saw it."""
        return self._seen_s[name] - self._pace.ttl_s

    def _now_present(self, view: View, t1_s: float, now_s: float) -> tuple[frozenset[str], float]:
        """Who shares the devices now, and when the latest of those that came began."""
        names: set[str] = set()
        edge_s = 0.0
        for member in view.members:
            met_s = self._met_s.setdefault(member.name, now_s)
            self._seen_s[member.name] = view.asked_s
            if member.name in self._present:
                names.add(member.name)
            elif t1_s >= member.begins_s or now_s - met_s > self._pace.settle_s:  # or its clock is wrong
                names.add(member.name)
                edge_s = max(edge_s, min(member.begins_s, t1_s))
        if now_s - view.joined_s < self._pace.settle_s:
            names |= self._present
        self._met_s = {name: met_s for name, met_s in self._met_s.items() if name in {m.name for m in view.members}}
        return frozenset(names), edge_s

    def _share(self, present: frozenset[str]) -> list[tuple[float, str]]:
        """What is mine among these, by phase. Cost: a hash for each device and each member never seen before."""
        if self._me not in present:
            return []
        for name in present - self._scores.keys():
            self._scores[name] = [_hash(f"{name}\0{device}") for _phase, device in self._devices]
        others = [(name, self._scores[name]) for name in present if name != self._me]
        own = self._scores[self._me]
        return [
            item
            for place, item in enumerate(self._devices)
            if all((own[place], self._me) > (scores[place], name) for name, scores in others)
        ]

    def _within(self, devices: list[tuple[float, str]], a_s: float, b_s: float) -> list[str]:
        """Those due after ``a_s`` and until ``b_s``, by phase; each once however long that is."""
        round_s = self._pace.round_s
        if b_s <= a_s:
            return []
        if b_s - a_s >= round_s:
            return [device for _phase, device in devices]
        first, last = a_s % round_s / round_s, b_s % round_s / round_s
        after = bisect_right(devices, first, key=lambda item: item[0])
        until = bisect_right(devices, last, key=lambda item: item[0])
        found = devices[after:until] if first <= last else devices[after:] + devices[:until]
        return [device for _phase, device in found]
