"""Who leads: the member that joined first. Everybody else stands by.

Two degrees, for two kinds of harm. Reading a switch twice harms nobody: the leader goes on with that while the
coordinator is away, for ``hold_s``. Judging, telling people and delivering happen once or they are wrong: only with a
lease renewed so lately that nobody else can have begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster.heart import Heart, View
    from cluster.settings import ClusterSettings

SURE_SHARE = 2 / 3
"""Of a lease's life after which nothing final is begun: the rest is for ending what was."""


class Lease:
    """What one member may do now. Answers at once; asked by everybody right before acting."""

    def __init__(self, heart: Heart, settings: ClusterSettings) -> None:
        self._heart = heart
        self._sure_s = settings.ttl_s * SURE_SHARE
        self._hold_s = settings.hold_s
        self.beat_s = settings.beat_s
        self._holds_for_ever = settings.holds_for_ever
        self._acting = False
        self._confirmed = 0
        heart.on_view(self._note)

    def leads(self) -> bool:
        """Whether I may ask devices and keep what they say."""
        view = self._heart.view
        age_s = self._heart.age_s()
        return view is not None and view.leads and age_s < float("inf") and age_s <= self._hold_s

    def is_lost(self) -> bool:
        """Whether I know that I do not lead: another one stands first, or the hold is over."""
        view, age_s = self._heart.view, self._heart.age_s()
        return view is None or (age_s < float("inf") and (not view.leads or age_s > self._hold_s))

    def is_sure(self) -> bool:
        """Whether I may judge, tell people and deliver."""
        return self.leads() and (self._holds_for_ever or self._heart.age_s() < self._sure_s)

    def leader(self) -> str:
        """The name of who leads, as far as I know."""
        view = self._heart.view
        return min(view.members).name if view is not None else ""

    def acts(self, *, now: bool) -> None:
        """I begin to act as the leader, or have ended and tidied up."""
        view = self._heart.view
        self._confirmed = view.mark if view is not None else 0
        self._acting = now

    def bound(self) -> int | None:
        """Up to which of the heart's marks what I wrote was written by the leader; None: all of it."""
        if not self._acting or (self._holds_for_ever and self.leads()):
            return None
        return self._confirmed

    def _note(self, view: View) -> None:
        if view.leads:
            self._confirmed = view.mark
