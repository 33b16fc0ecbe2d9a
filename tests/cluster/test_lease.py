"""Who leads, when: hearts over a fake coordinator and a clock moved by hand."""

from __future__ import annotations

import pytest
from cluster_fakes import BEAT_S, HOLD_S, TTL_S, Engine, FakeMembership, HandClock, settings

from cluster.guard import FreezeGuard
from cluster.heart import Heart
from cluster.lease import Lease
from cluster.membership import LocalMembership
from cluster.settings import ClusterSettings
from rainbow.kernel.errors import StoreError
from rainbow.kernel.secret import SecretRef


class Pair:
    """Two collectors, a and b, whose hearts beat when the test says so."""

    def __init__(self, **more: object) -> None:
        self.clock = HandClock()
        self.engine = Engine(self.clock)
        self.mark = 0
        self.hearts = {name: self._heart(name) for name in "ab"}
        self.leases = {name: Lease(heart, settings(name, **more)) for name, heart in self.hearts.items()}

    def _heart(self, name: str) -> Heart:
        return Heart(FakeMembership(self.engine, name), settings(name), self.clock, mark=lambda: self.mark)

    def run(self, seconds: float, *who: str) -> None:
        """In steps of a second. Those not named do not run. Two are never sure, which is looked at after every step."""
        for second in range(int(seconds)):
            self.clock.at_s += 1
            for name in who or "ab":
                self.hearts[name].guard.tick(self.clock.at_s)
                if second % BEAT_S == 0:
                    self.hearts[name].beat()
            if not who:
                assert not all(lease.is_sure() for lease in self.leases.values()), "two are sure"

    def sure(self) -> list[str]:
        return [name for name, lease in self.leases.items() if lease.is_sure()]

    def leading(self) -> list[str]:
        return [name for name, lease in self.leases.items() if lease.leads()]


@pytest.fixture
def pair() -> Pair:
    pair = Pair()
    pair.run(TTL_S + 2 * BEAT_S)
    assert (pair.sure(), pair.leading()) == (["a"], ["a"])
    return pair


def test_nobody_leads_at_once() -> None:
    pair = Pair()
    pair.run(TTL_S - 1)
    assert pair.leading() == []


def test_the_second_takes_over_from_a_dead_one_and_keeps_the_lead(pair: Pair) -> None:
    pair.run(TTL_S + BEAT_S + 1, "b")
    assert pair.sure() == ["b"]
    pair.run(3 * TTL_S)
    assert (pair.sure(), pair.leading()) == (["b"], ["b"])
    assert pair.leases["a"].leader() == "b"


def test_a_planned_stop_hands_over_within_a_beat(pair: Pair) -> None:
    pair.hearts["a"].farewell()
    assert pair.leading() == []
    pair.run(BEAT_S, "b")
    assert pair.sure() == ["b"]


def test_one_that_wakes_leads_nothing_before_it_has_asked(pair: Pair) -> None:
    pair.clock.at_s += TTL_S / 2 + 1
    assert pair.leading() == []
    pair.hearts["a"].beat()
    assert pair.sure() == ["a"]
    pair.run(2 * TTL_S, "b")
    assert (pair.leading(), pair.sure()) == (["b"], ["b"])
    pair.hearts["a"].beat()
    assert pair.leading() == ["b"]


def test_one_that_is_cut_off_goes_on_reading_but_is_not_sure(pair: Pair) -> None:
    pair.engine.cut.add("a")
    pair.run(TTL_S + BEAT_S + 1)
    assert (pair.leading(), pair.sure()) == (["a", "b"], ["b"])
    pair.run(HOLD_S)
    assert pair.leading() == ["b"]
    pair.engine.cut.clear()
    pair.run(TTL_S)
    assert (pair.leading(), pair.sure()) == (["b"], ["b"])


def test_a_coordinator_that_is_away_stops_what_is_final_and_no_reading(pair: Pair) -> None:
    pair.engine.away = True
    pair.run(HOLD_S - BEAT_S)
    assert (pair.leading(), pair.sure()) == (["a"], [])
    pair.engine.away = False
    pair.run(2 * BEAT_S)
    assert pair.leading() in (["a"], [])
    pair.run(TTL_S + BEAT_S)
    assert len(pair.sure()) == 1


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_wiped_coordinator_keeps_the_leader_whoever_comes_back_first(pair: Pair, first: str) -> None:
    pair.engine.wipe()
    pair.hearts[first].beat()
    assert not pair.leases["b"].leads()
    pair.run(3 * TTL_S)
    assert pair.sure() == ["a"]


def test_a_hold_for_ever_never_stops() -> None:
    pair = Pair()
    pair.leases = {
        name: Lease(heart, ClusterSettings(url="redis://h:1", key=SecretRef(env="K"), name=name, hold_s=float("inf")))
        for name, heart in pair.hearts.items()
    }
    pair.run(TTL_S + 2 * BEAT_S)
    pair.engine.away = True
    pair.run(7200)
    assert pair.sure() == ["a"]
    assert pair.leases["a"].bound() is None


def test_what_was_written_before_a_renewal_is_confirmed(pair: Pair) -> None:
    lease, heart = pair.leases["a"], pair.hearts["a"]
    assert lease.bound() is None, "what is left from before the lead goes out"
    lease.acts(now=True)
    pair.mark = 7
    assert lease.bound() == 0
    heart.beat()
    pair.mark = 9
    pair.engine.cut.add("a")
    pair.run(TTL_S)
    assert lease.bound() == 7
    lease.acts(now=False)
    assert lease.bound() is None


def test_a_store_that_cannot_say_how_far_it_is_confirms_nothing(pair: Pair) -> None:
    heart = pair.hearts["a"]

    def broken() -> int:
        raise StoreError("closed")

    heart._mark = broken
    assert not heart.beat()
    pair.run(TTL_S + BEAT_S + 1)
    assert pair.sure() == ["b"], "and the lead goes to one that can"


def test_who_is_alone_leads() -> None:
    clock = HandClock()
    heart = Heart(LocalMembership("me"), settings("me"), clock)
    lease = Lease(heart, settings("me"))
    heart.beat()
    clock.at_s += TTL_S / 2
    heart.beat()
    clock.at_s += TTL_S / 2
    heart.beat()
    assert lease.is_sure()


def test_a_sleep_is_noticed_by_whoever_comes_first() -> None:
    guard = FreezeGuard(9.0, 100.0)
    assert guard.trusts(99.0, 105.0) is False, "learnt before I was"
    assert guard.trusts(101.0, 109.0)
    guard.tick(120.0)
    assert not guard.trusts(101.0, 120.5)
    assert guard.trusts(120.2, 121.0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "http://h:1"}, "begins with none of"),
        ({"url": "redis://me:pass@h:1"}, "url holds a user"),
        ({"role": "boss"}, "role 'boss'"),
        ({"ttl_s": 1}, "ttl_s 1 is below 2"),
        ({"hold_s": 3.0}, "hold_s 3.0 is below ttl_s"),
        ({"role": "poller"}, "a poller needs centre"),
        ({"listen": "8024"}, "is no HOST:PORT"),
        ({"key": SecretRef()}, "key_env or key_file is missing"),
    ],
)
def test_settings_say_what_is_wrong(wrong: dict[str, object], words: str) -> None:
    right: dict[str, object] = {"url": "redis://h:1", "key": SecretRef(env="K")}
    with pytest.raises(ValueError, match=words):
        ClusterSettings(**{**right, **wrong})  # type: ignore[arg-type]
