"""The heart: renews the membership in a thread of its own and keeps what the last renewal said.

A renewal may hang for a minute in the engine's client. So nobody waits for one: whoever acts looks at the last view and
at its age by the machine's own clock, counted from when the renewal was *begun*.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cluster.guard import FreezeGuard
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from cluster.clock import Clock
    from cluster.membership import Member, Membership, Renewed
    from cluster.settings import ClusterSettings

log = logging.getLogger("rainbow.cluster")

STOP_S = 2.0
"""How long an end waits for the farewell."""
AGAIN_S = 0.2
"""After a lease that had lapsed, a second renewal follows so soon: a peer may just be striking us off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The group as a renewal saw it. ``asked_s`` is when it was begun (since boot).

    ``joined_s``: when I last had to join. ``leads``: I stand first, and nobody else can still think to. ``mark`` is
    what the owner wanted to know of the moment before the renewal.
    """

    me: Member
    members: frozenset[Member]
    asked_s: float
    joined_s: float
    leads: bool
    mark: int


class Heart:
    """One process's membership. ``view`` is the last one, None before the first.

    ``mark`` is called right before each renewal; its answer is in the view, so "before this, I was a member" can be
    told of something that is counted.
    """

    def __init__(
        self,
        membership: Membership,
        settings: ClusterSettings,
        clock: Clock,
        *,
        mark: Callable[[], int] = lambda: 0,
    ) -> None:
        self._membership = membership
        self._ttl_s = float(settings.ttl_s)
        self._beat_s = settings.beat_s
        self._clock = clock
        self._mark = mark
        self._away = False
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._seen: Callable[[View], object] | None = None
        self.guard = FreezeGuard(self._ttl_s / 2, clock.boot_s())
        self.view: View | None = None

    def start(self) -> None:
        """Beat until :meth:`stop`."""
        for work, name in ((self._run, "cluster-heart"), (self._pulse, "cluster-pulse")):
            thread = threading.Thread(target=work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Stop and say farewell; an engine that does not answer is not waited for."""
        self._stop.set()
        for thread in self._threads:
            thread.join(STOP_S)

    def on_view(self, call: Callable[[View], object]) -> None:
        """Call this with each new view, in the heart's thread."""
        self._seen = call

    def age_s(self) -> float:
        """How old the view is; infinite where there is none, or where this process slept since."""
        view, now_s = self.view, self._clock.boot_s()
        if view is None or not self.guard.trusts(view.asked_s, now_s):
            return float("inf")
        return now_s - view.asked_s

    def beat(self) -> bool:
        """Renew once; whether the engine answered."""
        before = self.view

        def lapsed() -> bool:
            return before is None or self._clock.boot_s() - before.asked_s > self._ttl_s

        try:
            mark, asked_s = self._mark(), self._clock.boot_s()
            said = self._membership.renew(lapsed=lapsed)
            if was_lapsed := lapsed():
                self._stop.wait(AGAIN_S)
                mark, asked_s = self._mark(), self._clock.boot_s()
                again = self._membership.renew(lapsed=lapsed)
                said = replace(again, joined=said.joined or again.joined)
        except RainbowError as error:  # a coordinator that is away, or a store that cannot say how far it is
            self._say(error)
            return False
        self._say(None)
        self.view = self._viewed(before, said, mark=mark, asked_s=asked_s, lapsed=was_lapsed)
        if self._seen is not None:
            self._seen(self.view)
        return True

    def _viewed(self, before: View | None, said: Renewed, *, mark: int, asked_s: float, lapsed: bool) -> View:
        joined_s = asked_s if said.joined or before is None else before.joined_s
        led = before is not None and before.leads and not lapsed
        return View(
            me=said.me,
            members=said.members,
            asked_s=asked_s,
            joined_s=joined_s,
            leads=min(said.members) == said.me and (led or asked_s - joined_s >= self._ttl_s),
            mark=mark,
        )

    def _run(self) -> None:
        while not self._stop.is_set():
            began_s = self._clock.boot_s()
            answered = self.beat()
            pause_s = self._beat_s if answered else self._beat_s / 2
            self._stop.wait(max(0.05, began_s + pause_s - self._clock.boot_s()))
        self.farewell()

    def farewell(self) -> None:
        """Act no more, then let the others know."""
        self.view = None
        self._membership.leave()

    def _pulse(self) -> None:
        """Notice a sleep even while nobody acts."""
        while not self._stop.wait(self._ttl_s / 12):
            self.guard.tick(self._clock.boot_s())

    def _say(self, error: RainbowError | None) -> None:
        """Once when it goes, once when it is back."""
        if error is not None and not self._away:
            log.warning(_("the membership is not renewed: %s"), error)
        elif error is None and self._away:
            log.info(_("the membership is renewed again"))
        self._away = error is not None
