"""Shares of devices: pure, by properties and by a simulated cluster whose clock is moved by hand."""

from __future__ import annotations

from collections import Counter, defaultdict

from cluster_fakes import BEAT_S, HOLD_S, ROUND_S, TTL_S, Engine, FakeMembership, HandClock, settings
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from cluster.heart import Heart
from cluster.shard import Pace, Shard, owner, phase

DEVICES = [f"SW-{number:04}" for number in range(1200)]
PACE = Pace(round_s=ROUND_S, ttl_s=TTL_S, beat_s=BEAT_S, hold_s=HOLD_S)
TICK_S = 0.25
names = st.sets(st.text("abcdefgh-0123", min_size=1, max_size=8), min_size=1, max_size=9)


@given(members=names, devices=st.lists(st.text(max_size=12), max_size=40, unique=True))
def test_every_device_has_one_owner_that_is_there(members: set[str], devices: list[str]) -> None:
    for device in devices:
        assert owner(device, members) in members
        assert owner(device, sorted(members)) == owner(device, sorted(members, reverse=True))
        assert 0 <= phase(device) < 1


@tried(max_examples=15, deadline=None)
@given(members=names, new=st.text("xyz", min_size=1, max_size=6))
def test_who_joins_takes_its_share_and_moves_nothing_else(members: set[str], new: str) -> None:
    devices = DEVICES[:800]
    before = {device: owner(device, members) for device in devices}
    after = {device: owner(device, members | {new}) for device in devices}
    moved = [device for device in devices if before[device] != after[device]]
    assert {after[device] for device in moved} <= {new}
    assert len(moved) <= 1.5 * len(devices) / (len(members) + 1)


class Cluster:
    """Pollers that tick every quarter of a second; ``polls`` has when each device was asked, and by whom."""

    def __init__(self, *members: str) -> None:
        self.clock = HandClock()
        self.engine = Engine(self.clock)
        self.hearts: dict[str, Heart] = {}
        self.shards: dict[str, Shard] = {}
        self.ticked_s: dict[str, float] = {}
        self.frozen: set[str] = set()
        self.polls: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for name in members:
            self.add(name)

    def add(self, name: str) -> None:
        self.hearts[name] = Heart(FakeMembership(self.engine, name), settings(name), self.clock)
        self.shards[name] = Shard(name, DEVICES, PACE)
        self.ticked_s[name] = self.clock.at_s

    def kill(self, name: str) -> None:
        del self.hearts[name], self.shards[name]

    def run(self, seconds: float) -> None:
        end_s = self.clock.at_s + seconds
        beat = 0
        while self.clock.at_s < end_s:
            self.clock.at_s += TICK_S
            beat += 1
            for number, (name, heart) in enumerate(self.hearts.items()):
                if name in self.frozen:
                    continue
                heart.guard.tick(self.clock.at_s)
                if (beat + 5 * number) % int(BEAT_S / TICK_S) == 0:
                    heart.beat()
                self.tick(name)

    def tick(self, name: str) -> None:
        now_s = self.clock.at_s
        heart = self.hearts[name]
        for device in self.shards[name].due(self.ticked_s[name], now_s, view=heart.view, age_s=heart.age_s()):
            self.polls[device].append((now_s, name))
        self.ticked_s[name] = now_s

    def gaps(self, since_s: float) -> float:
        times = [[at_s for at_s, _name in self.polls[device] if at_s >= since_s] for device in DEVICES]
        return max(b - a for row in times for a, b in zip(row, [*row[1:], self.clock.at_s], strict=True))

    def twice(self, since_s: float, until_s: float) -> int:
        """Polls beyond one in each of the device's own rounds."""
        found = 0
        for device in DEVICES:
            rounds = Counter(
                int(at_s / ROUND_S - phase(device)) for at_s, _name in self.polls[device] if since_s <= at_s <= until_s
            )
            found += sum(count - 1 for count in rounds.values())
        return found


def steady(*members: str) -> tuple[Cluster, float]:
    cluster = Cluster(*members)
    cluster.run(2 * ROUND_S)
    return cluster, cluster.clock.at_s


def test_all_devices_once_a_round_at_their_own_moment() -> None:
    cluster, began_s = steady("a", "b", "c", "d")
    cluster.run(2 * ROUND_S)
    assert cluster.twice(began_s, cluster.clock.at_s) == 0
    assert cluster.gaps(began_s) <= ROUND_S + 2 * TICK_S
    for device in DEVICES:
        for at_s, _name in cluster.polls[device]:
            late_s = (at_s / ROUND_S - phase(device)) % 1 * ROUND_S
            assert late_s < TICK_S + 1e-6 or at_s < began_s


def test_the_others_catch_up_on_one_that_is_killed() -> None:
    cluster, began_s = steady("a", "b", "c", "d")
    cluster.kill("b")
    killed_s = cluster.clock.at_s
    cluster.run(TTL_S + 2 * BEAT_S)
    cluster.run(2 * ROUND_S)
    assert cluster.gaps(began_s) <= ROUND_S + TTL_S + BEAT_S + 2 * TICK_S
    assert cluster.twice(began_s, cluster.clock.at_s) <= 0.05 * len(DEVICES)
    again_s = max(min(at_s for at_s, _name in cluster.polls[device] if at_s > killed_s) for device in DEVICES)
    assert again_s - killed_s <= 1.5 * ROUND_S


def test_one_that_froze_asks_nothing_before_it_is_a_member_again() -> None:
    cluster, began_s = steady("a", "b", "c", "d")
    cluster.frozen.add("c")
    cluster.run(2 * ROUND_S)
    cluster.frozen.clear()
    thawed_s = cluster.clock.at_s
    cluster.tick("c")
    assert cluster.shards["c"].present == frozenset()
    cluster.run(2 * ROUND_S)
    first_s = min(at_s for polls in cluster.polls.values() for at_s, name in polls if name == "c" and at_s >= thawed_s)
    joined_s = cluster.hearts["c"].view.joined_s  # type: ignore[union-attr]
    assert thawed_s < joined_s <= first_s
    assert cluster.twice(thawed_s, cluster.clock.at_s) <= 0.01 * len(DEVICES)
    assert cluster.gaps(began_s) <= 2.05 * ROUND_S


def test_a_join_hands_over_without_gap_or_repeat() -> None:
    cluster, began_s = steady("a", "b", "c")
    cluster.add("d")
    cluster.run(3 * ROUND_S)
    assert len(cluster.shards["d"].mine) <= 1.5 * len(DEVICES) / 4
    assert (cluster.twice(began_s, cluster.clock.at_s), cluster.gaps(began_s) <= ROUND_S + 2 * TICK_S) == (0, True)


def test_an_absent_or_wiped_coordinator_changes_nothing_within_the_hold() -> None:
    cluster, began_s = steady("a", "b", "c", "d")
    cluster.engine.away = True
    cluster.run(48)
    cluster.engine.away = False
    cluster.engine.wipe()
    cluster.run(2 * ROUND_S)
    cluster.engine.wipe()
    cluster.run(2 * ROUND_S)
    assert cluster.twice(began_s, cluster.clock.at_s) == 0
    assert cluster.gaps(began_s) <= ROUND_S + 2 * TICK_S


def test_one_that_is_cut_off_goes_on_for_the_hold_and_no_longer() -> None:
    cluster, began_s = steady("a", "b", "c", "d")
    cluster.engine.cut.add("a")
    cut_s = cluster.clock.at_s
    cluster.run(4 * ROUND_S)
    cluster.engine.cut.clear()
    cluster.run(2 * ROUND_S)
    own = [at_s for polls in cluster.polls.values() for at_s, name in polls if name == "a" and at_s > cut_s]
    stopped_s = max(at_s for at_s in own if at_s < cut_s + 4 * ROUND_S)
    assert HOLD_S - BEAT_S <= stopped_s - cut_s <= HOLD_S + TICK_S
    assert max(own) > cut_s + 4 * ROUND_S
    assert cluster.gaps(began_s) <= ROUND_S + TTL_S + BEAT_S + 2 * TICK_S
