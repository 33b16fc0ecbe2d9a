"""A group, its coordinator and a clock that a test moves by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cluster.membership import Member, Renewed
from cluster.settings import ClusterSettings
from rainbow.kernel.errors import CoordinatorAway
from rainbow.kernel.secret import SecretRef

if TYPE_CHECKING:
    from collections.abc import Callable

TTL_S, BEAT_S, HOLD_S, ROUND_S = 18, 6.0, 120.0, 60.0


def settings(name: str = "a", **more: object) -> ClusterSettings:
    return ClusterSettings(url="redis://127.0.0.1:1", key=SecretRef(env="KEY"), name=name, hold_s=HOLD_S, **more)  # type: ignore[arg-type]


class HandClock:
    """``at_s`` is both clocks."""

    def __init__(self) -> None:
        self.at_s = 1_000_000.0

    def boot_s(self) -> float:
        return self.at_s

    def unix_s(self) -> float:
        return self.at_s


class Engine:
    """What etcd does: members with leases. ``away`` answers nobody; ``cut`` holds names that cannot reach it."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.away = False
        self.cut: set[str] = set()
        self.held: dict[str, tuple[Member, float]] = {}

    def members(self) -> frozenset[Member]:
        self.held = {mark: item for mark, item in self.held.items() if item[1] >= self.clock.at_s}
        return frozenset(member for member, _until in self.held.values())

    def wipe(self) -> None:
        self.held.clear()


class FakeMembership:
    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._me = Member(rank=0, name=name, mark=name)

    def renew(self, *, lapsed: Callable[[], bool]) -> Renewed:
        engine, me = self._engine, self._me
        if engine.away or me.name in engine.cut:
            raise CoordinatorAway("away")
        others = engine.members()
        if joined := me not in others:
            rank = me.rank if me.rank and not lapsed() else 1 + max((one.rank for one in others), default=0)
            me = self._me = replace(me, rank=rank, begins_s=engine.clock.at_s + BEAT_S)
        engine.held[me.mark] = (me, engine.clock.at_s + TTL_S)
        return Renewed(me=me, members=engine.members(), joined=joined)

    def leave(self) -> None:
        self._engine.held.pop(self._me.mark, None)
