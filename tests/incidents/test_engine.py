"""One small city, one fault at a time, read poll by poll: what the engine says and when."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import pytest

from benchmarks.incident_world import World
from incidents.engine import Change, Engine, State, What, Window
from incidents.ground import Ground
from incidents.incident import Cause, Incident, Status
from incidents.memory import from_json, to_json
from incidents.readings import DeviceHeard
from incidents.settings import IncidentSettings
from inventory.entities import Code
from inventory.glass import RiskGroup, RiskKind
from simulator.city import generate
from topology.cut_index import CutIndex

INTERVAL_S = 60.0


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(CutIndex.of(generate(7, 40).plant))


@dataclass
class Watch:
    """An engine beside a world; ``round`` polls everybody once."""

    ground: Ground
    spoilt: bool = False
    in_band: bool = True
    state: State = field(default_factory=State)
    now_s: float = 0.0
    changes: list[Change] = field(default_factory=list)
    windows: tuple[Window, ...] = ()

    def __post_init__(self) -> None:
        self.world = World(self.ground, random.Random(1), in_band=self.in_band, spoilt=self.spoilt)
        self.engine = Engine(ground=self.ground, settings=IncidentSettings(), interval_s=INTERVAL_S)
        self.rounds(2)

    def rounds(self, count: int = 1) -> None:
        for _turn in range(count):
            heard = self.world.round(self.now_s, self.now_s + INTERVAL_S)
            self.now_s += INTERVAL_S
            self.state, changes = self.engine.step(self.state, heard, self.now_s, self.windows)
            self.changes += changes

    def hear_nothing_of(self, device: Code) -> None:
        """One round in which this device alone does not answer, by chance."""
        heard = [
            DeviceHeard(device=device, at_s=item.at_s, answers=False) if item.device == device else item
            for item in self.world.round(self.now_s, self.now_s + INTERVAL_S)
        ]
        self.now_s += INTERVAL_S
        self.state, changes = self.engine.step(self.state, heard, self.now_s, self.windows)
        self.changes += changes

    @property
    def only(self) -> Incident:
        (found,) = self.state.incidents
        return found

    def told(self, what: What) -> int:
        return sum(change.what is what for change in self.changes)


def shared_trench(ground: Ground, *, links: int = 4) -> Code:
    """A trench that many links share and that keeps its far side reachable."""
    for code, held in ground.plant.links_in.items():
        if len(held) >= links and not ground.lost(held):
            return code
    raise AssertionError("no such trench")


def far_device(ground: Ground, *, links: int = 2) -> Code:
    return next(
        item.code
        for item in ground.plant.devices
        if item.role == "access" and len(ground.far_ends[item.code]) >= links and not ground.is_hub(item.node)
    )


def test_a_quiet_city_has_no_incidents(ground: Ground) -> None:
    watch = Watch(ground, spoilt=True)
    watch.rounds(60)
    assert not watch.state.incidents


def test_one_cut_is_one_incident_with_the_trench_within_one_round(ground: Ground) -> None:
    watch = Watch(ground)
    trench = shared_trench(ground)
    watch.world.truth.cuts.add(trench)
    watch.rounds(1)
    assert watch.only.cause is Cause.CUT
    assert trench in watch.only.verdict.codes
    assert set(watch.only.links) == set(ground.plant.links_in[trench])
    watch.rounds(6)
    assert watch.told(What.OPENED) == 1
    watch.world.truth.cuts.clear()
    watch.rounds(3)
    assert watch.only.status is Status.CLOSED
    assert (watch.told(What.CLOSED), watch.told(What.CHANGED)) == (1, 0)


def test_what_lies_behind_a_cut_is_no_incident_of_its_own(ground: Ground) -> None:
    watch = Watch(ground)
    trench = max(ground.plant.links_in, key=lambda code: len(ground.lost(ground.plant.links_in[code])))
    lost = ground.lost(ground.plant.links_in[trench])
    assert len(lost) >= 3
    watch.world.truth.cuts.add(trench)
    watch.rounds(5)
    assert {*watch.only.harm.sites, *watch.only.harm.structures} == lost
    assert set(watch.only.behind) == ground.devices_at(lost)
    assert watch.only.harm.user_groups


def test_a_site_without_power_is_no_cut(ground: Ground) -> None:
    watch = Watch(ground)
    device = far_device(ground)
    watch.world.switch_off({device})
    watch.rounds(8)
    assert (watch.only.cause, watch.only.verdict.codes) == (Cause.POWER, (ground.node_of[device],))
    watch.world.switch_on({device}, watch.now_s)
    watch.rounds(4)
    assert (watch.only.status, watch.only.cause) == (Status.CLOSED, Cause.POWER)


def test_a_switch_back_within_minutes_had_restarted(ground: Ground) -> None:
    watch = Watch(ground)
    device = far_device(ground)
    watch.world.switch_off({device})
    watch.rounds(2)
    watch.world.switch_on({device}, watch.now_s)
    watch.rounds(4)
    assert (watch.only.status, watch.only.cause) == (Status.CLOSED, Cause.REBOOT)


def test_a_restart_between_two_polls_is_noticed_by_its_uptime(ground: Ground) -> None:
    watch = Watch(ground)
    device = far_device(ground)
    watch.world.truth.booted_s[device] = watch.now_s
    watch.rounds(4)
    assert (watch.only.cause, watch.only.devices, watch.only.status) == (Cause.REBOOT, (device,), Status.CLOSED)


def test_all_switches_that_restart_together_are_one_incident(ground: Ground) -> None:
    watch = Watch(ground)
    everybody = {item.code for item in ground.plant.devices}
    for number, device in enumerate(sorted(everybody)):
        watch.world.switch_on({device}, watch.now_s + 0.5 * number)
    watch.rounds(4)
    assert (watch.only.cause, set(watch.only.devices), watch.only.status) == (Cause.REBOOT, everybody, Status.CLOSED)
    assert watch.told(What.OPENED) == 1
    for _turn in range(3):
        watch.world.switch_on(everybody, watch.now_s)
        watch.rounds(3)
    assert (watch.only.cause, watch.told(What.OPENED)) == (Cause.REBOOT, 1)
    watch.world.switch_on({min(everybody)}, watch.now_s + 3600.0)
    watch.now_s += 3660.0
    watch.rounds(3)
    assert watch.told(What.OPENED) == 2


def test_a_switch_that_missed_a_poll_by_chance_before_it_restarted_is_one_incident(ground: Ground) -> None:
    watch = Watch(ground)
    device = max(ground.far_ends, key=lambda code: (len(ground.far_ends[code]), code))
    watch.hear_nothing_of(device)
    watch.world.switch_off({device})
    watch.rounds(1)
    watch.world.switch_on({device}, watch.now_s)
    watch.rounds(4)
    assert (watch.only.cause, watch.told(What.OPENED)) == (Cause.REBOOT, 1)


@pytest.mark.parametrize("gasps", [0.0, 1.0])
def test_a_dark_spur_is_left_open_unless_its_last_words_came_through(ground: Ground, gasps: float) -> None:
    watch = Watch(ground)
    watch.world.gasps = gasps
    device = next(
        item.code
        for item in ground.plant.devices
        if len(ground.far_ends[item.code]) == 1 and len(ground.devices_at([item.node])) == 1
    )
    watch.world.gasp({device}, watch.now_s)
    watch.world.switch_off({device})
    watch.rounds(3)
    assert watch.only.cause is Cause.POWER
    assert (watch.only.doubt is None) == (gasps == 1.0)


def test_what_one_supply_feeds_goes_dark_as_one(ground: Ground) -> None:
    access = {item.node for item in ground.plant.devices if item.role == "access"}
    nodes = [node for node in sorted(access) if not ground.is_hub(node)][:3]
    supply = RiskGroup(id="r", code=Code("LV-1"), kind=RiskKind.POWER, members=tuple(nodes))
    fed = Ground(CutIndex.of(replace(ground.plant, risk_groups=(supply,))))
    watch = Watch(fed)
    watch.world.switch_off(fed.devices_at(nodes))
    watch.rounds(4)
    assert (watch.only.cause, watch.only.verdict.codes) == (Cause.POWER, ("LV-1",))
    assert watch.told(What.OPENED) == 1
    assert set(nodes) <= {*watch.only.harm.sites, *watch.only.harm.structures}


def test_a_spur_that_comes_back_unrestarted_was_cut(ground: Ground) -> None:
    """Live, a dark switch at the end of one way may be without power; its uptime says it was not."""
    watch = Watch(ground)
    spur = next(
        code
        for code, links in ground.plant.links_in.items()
        if len(links) == 2 and len(ground.devices_at(ground.lost(links))) <= 3 and ground.lost(links)
    )
    watch.world.truth.cuts.add(spur)
    watch.rounds(8)
    dig = watch.only.dig
    assert dig is not None
    assert spur in dig.codes
    watch.world.truth.cuts.clear()
    watch.rounds(4)
    assert watch.only.cause is Cause.CUT
    assert spur in watch.only.verdict.codes


def test_one_dark_direction_is_a_module(ground: Ground) -> None:
    watch = Watch(ground)
    link = next(iter(ground.ends))
    watch.world.truth.dark_lasers.add(ground.ends[link][0])
    watch.rounds(4)
    assert (watch.only.cause, watch.only.verdict.codes) == (Cause.MODULE, (ground.ends[link][0],))


def test_fading_light_is_found_before_the_link_is_lost(ground: Ground) -> None:
    watch = Watch(ground)
    link = next(iter(ground.ends))
    watch.world.truth.dim_lasers.add(ground.ends[link][0])
    watch.rounds(6)
    assert (watch.only.cause, watch.only.links) == (Cause.MODULE, (link,))
    watch.world.truth.dark_lasers.add(ground.ends[link][0])
    watch.rounds(3)
    assert watch.told(What.OPENED) == 1


def test_one_link_of_many_in_its_trenches_is_no_cut(ground: Ground) -> None:
    watch = Watch(ground)
    link = next(
        link
        for link in ground.ends
        if min((len(ground.members(group)) for group in ground.groups_of(link)), default=0) > 1
    )
    watch.world.truth.loose.add(link)
    watch.rounds(4)
    assert (watch.only.cause, watch.only.links) == (Cause.PATCH, (link,))


def test_flapping_is_one_incident(ground: Ground) -> None:
    watch = Watch(ground)
    link = next(iter(ground.ends))
    for _turn in range(5):
        watch.world.truth.loose.add(link)
        watch.rounds(2)
        watch.world.truth.loose.clear()
        watch.rounds(2)
    assert (watch.only.cause, watch.told(What.OPENED)) == (Cause.FLAPPING, 1)
    watch.rounds(8)
    assert watch.only.status is Status.CLOSED


def test_planned_work_is_maintenance(ground: Ground) -> None:
    watch = Watch(ground)
    trench = shared_trench(ground)
    watch.windows = (Window(codes=(trench,), begins_s=0.0, ends_s=1e6, note="splicing"),)
    watch.world.truth.cuts.add(trench)
    watch.rounds(4)
    assert watch.only.cause is Cause.MAINTENANCE


def test_a_shut_port_is_maintenance_too(ground: Ground) -> None:
    watch = Watch(ground)
    link = next(iter(ground.ends))
    watch.world.truth.shut.add(ground.ends[link][0])
    watch.rounds(4)
    assert (watch.only.cause, watch.only.links) == (Cause.MAINTENANCE, (link,))


def test_a_blind_collector_takes_nothing_down(ground: Ground) -> None:
    watch = Watch(ground)
    watch.world.truth.blind = True
    watch.rounds(4)
    assert watch.only.cause is Cause.COLLECTOR
    assert not watch.only.harm.sites
    watch.world.truth.blind = False
    watch.rounds(4)
    assert (watch.only.status, watch.told(What.OPENED)) == (Status.CLOSED, 1)


def test_lamps_that_go_dark_together_stay_dark_lamps_and_restarts_are_theirs(ground: Ground) -> None:
    """Eleven minutes away: each is one incident from the first poll to the last, whatever else is silent as long."""
    watch = Watch(ground)
    spurs = [item.code for item in ground.plant.devices if len(ground.far_ends[item.code]) == 1][:4]
    watch.world.switch_off(set(spurs))
    watch.rounds(11)
    watch.world.switch_on(set(spurs), watch.now_s)
    watch.rounds(8)
    assert sorted(item.devices for item in watch.state.incidents) == sorted((code,) for code in spurs)
    assert {(item.cause, item.status) for item in watch.state.incidents} == {(Cause.POWER, Status.CLOSED)}
    assert watch.told(What.OPENED) == 4


def test_who_was_silent_before_the_collector_went_blind_is_told_no_more_than_others(ground: Ground) -> None:
    """Two polls missed by chance, one wrong reading of its link: while nobody is heard, that grows no stronger."""
    watch = Watch(ground)
    device = far_device(ground)
    link, far = ground.far_ends[device][0]
    near = next(end for end in ground.ends[link] if end != far)
    watch.rounds(1)
    watch.hear_nothing_of(device)
    watch.world.truth.dark_lasers.add(near)
    watch.hear_nothing_of(device)
    watch.world.truth.dark_lasers.clear()
    watch.world.truth.blind = True
    watch.rounds(6)
    assert (watch.only.cause, watch.told(What.OPENED)) == (Cause.COLLECTOR, 1)


def test_the_first_poll_of_all_is_only_listened_to(ground: Ground) -> None:
    """Nothing was known before: one wrong reading in a hundred is no event, and what lasts is told a poll later."""
    trench = shared_trench(ground)
    for number in range(6):
        world = World(ground, random.Random(number), in_band=True)
        engine = Engine(ground=ground, settings=IncidentSettings(wrong_share=0.01), interval_s=INTERVAL_S)
        world.truth.cuts.update({trench} if not number else ())
        state, first = engine.step(State(), world.round(0.0, INTERVAL_S), INTERVAL_S)
        state, _second = engine.step(state, world.round(INTERVAL_S, 2 * INTERVAL_S), 2 * INTERVAL_S)
        assert not first
        assert [item.cause for item in state.incidents] == ([Cause.CUT] if not number else [])


def test_a_link_that_shows_signs_is_down_again_however_long_that_lasts(ground: Ground) -> None:
    """Signs too few for an incident of its own keep the last one in mind beyond the flap window."""
    watch = Watch(ground)
    link = next(link for link in ground.ends if ground.device_of[ground.ends[link][0]] in ground.far_ends)
    for _turn in range(2):
        watch.world.truth.loose.add(link)
        watch.rounds(2)
        watch.world.truth.loose.clear()
        watch.rounds(4)
        for _sign in range(6):
            watch.world.truth.dark_lasers.add(ground.ends[link][0])
            watch.rounds(1)
            watch.world.truth.dark_lasers.clear()
            watch.rounds(4)
    assert (watch.told(What.OPENED), watch.told(What.REOPENED) > 0) == (1, True)


def test_two_cuts_at_once_are_two_incidents(ground: Ground) -> None:
    watch = Watch(ground, in_band=False)
    pairs = (
        (one, other)
        for one, ones in ground.plant.links_in.items()
        for other, others in ground.plant.links_in.items()
        if len(ones) > 2 and len(others) > 2 and not set(ones) & set(others)
    )
    apart = next(
        (one, other)
        for one, other in pairs
        if not {ground.plant.section[one].from_node, ground.plant.section[one].to_node}
        & {ground.plant.section[other].from_node, ground.plant.section[other].to_node}
    )
    watch.world.truth.cuts.update(apart)
    watch.rounds(5)
    assert len(watch.state.incidents) == 2
    assert [any(code in item.verdict.codes for item in watch.state.incidents) for code in apart] == [True, True]


def test_a_killed_engine_goes_on_with_what_it_saved(ground: Ground) -> None:
    watch = Watch(ground, spoilt=True)
    watch.world.truth.cuts.add(shared_trench(ground))
    watch.rounds(3)
    before = watch.state
    watch.state = from_json(State, to_json(before))
    assert watch.state == before
    watch.rounds(5)
    watch.world.truth.cuts.clear()
    watch.rounds(5)
    assert (watch.told(What.OPENED), watch.told(What.CLOSED)) == (1, 1)


def test_readings_that_come_late_change_nothing_back(ground: Ground) -> None:
    watch = Watch(ground)
    old = watch.world.round(watch.now_s - INTERVAL_S, watch.now_s)
    watch.world.truth.cuts.add(shared_trench(ground))
    watch.rounds(2)
    links = watch.only.links
    watch.state, changes = watch.engine.step(watch.state, old, watch.now_s)
    assert not changes
    assert watch.only.links == links
