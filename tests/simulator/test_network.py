"""What happens to a living city, with time as an argument: no sockets here, no waiting."""

from __future__ import annotations

import math
import random
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.loss import expected_light
from rainbow.kernel.errors import SimulatorError
from simulator.city import generate
from simulator.light import SPREAD_DB
from simulator.network import BOOT_S, FLAP_S, Network
from simulator.traffic import Flow, Meter
from topology.cut_index import CutIndex

if TYPE_CHECKING:
    from simulator.city import GeneratedCity
    from simulator.parts import Line, Port, Switch

SEED = 2021


@lru_cache(maxsize=1)
def generated() -> GeneratedCity:
    return generate(SEED, 40)


def network(*, in_band: bool = True) -> Network:
    return Network(generated().plant, seed=SEED, day_s=36_000.0, in_band=in_band)


def line(net: Network, code: str) -> Line:
    return net._line[code]


def switch(net: Network, code: str) -> Switch:
    return net._switch[code]


def all_ports(net: Network) -> list[Port]:
    return [port for item in net.switches for port in item.ports]


def spur() -> tuple[str, str]:
    """A trench that takes exactly one site down, and that site's switch."""
    plant = generated().plant
    for trench, places in sorted(generated().planted.trenches.items()):
        devices = plant.devices_at[places[0]]
        if len(places) == 1 and len(devices) == 1:
            return trench, devices[0].code
    raise AssertionError("no spur in the city")


def test_a_new_city_is_whole() -> None:
    status = network().status(0.0)
    assert (status.links_down, status.cut_off, status.cuts) == ((), (), ())
    assert status.switches == 40


def test_every_trench_cut_alone_silences_exactly_what_the_analysis_says() -> None:
    plant = generated().plant
    index = CutIndex.of(plant)
    net = network()
    for second, section in enumerate(plant.sections):
        net.cut([section.code], float(second))
        silent = {item.device.node for item in net.switches if not net.answers(item, float(second))}
        loss = index.lost([section.code])
        assert silent == {*loss.sites, *loss.structures}, section.code
        assert set(net.status(0.0).links_down) == set(plant.links_in.get(section.code, ()))
        net.repair([section.code], float(second))
    assert net.status(0.0).links_down == ()


def test_a_cut_takes_light_ports_and_neighbours_at_both_ends_and_repair_gives_them_back() -> None:
    net = network()
    trench, _device = spur()
    links = generated().plant.links_in[trench]
    before = {code: (line(net, code).a.changed_s, line(net, code).a.up) for code in links}
    net.cut([trench], 100.0)
    for code in links:
        found = line(net, code)
        for near, port in ((found.switch_a, found.a), (found.switch_b, found.b)):
            assert (port.up, port.lit, port.changed_s) == (False, False, 100.0)
            assert port.index not in near.neighbours
            assert near.heard_s == 100.0
    net.repair([], 160.0)
    for code in links:
        found = line(net, code)
        assert (found.a.up, found.b.lit, found.a.changed_s) == (True, True, 160.0)
        assert found.switch_a.neighbours[found.a.index] == (found.switch_b, found.b)
    assert all(up for _changed, up in before.values())


def test_out_of_band_a_cut_off_switch_still_answers() -> None:
    trench, device = spur()
    for in_band, expected in ((True, False), (False, True)):
        net = network(in_band=in_band)
        net.cut([trench], 1.0)
        assert net.answers(switch(net, device), 2.0) is expected
        assert net.status(2.0).cut_off == (device,)


def test_an_unknown_trench_is_named_and_nothing_is_cut() -> None:
    net = network()
    with pytest.raises(SimulatorError, match="no trench KL-TR-001x") as caught:
        net.cut([generated().plant.sections[0].code, "KL-TR-001x"], 1.0)
    assert "KL-TR-00" in caught.value.cure
    assert net.status(1.0).cuts == ()


def test_a_restart_is_seen_by_the_neighbours_and_begins_clock_and_counters_anew() -> None:
    net = network()
    found = line(net, "KL-LI-0001")
    restarted, port, far = found.switch_b, found.b, found.a
    net.advance(1000.0)
    assert port.into.octets(1000.0) - port.received_before > 0
    net.reboot([restarted.device.code], 1000.0)
    assert not net.answers(restarted, 1000.1)
    assert (far.up, far.lit) == (False, False)
    assert restarted.device.code in net.status(1001.0).restarting
    net.advance(1000.0 + BOOT_S)
    assert net.answers(restarted, 1000.0 + BOOT_S)
    assert restarted.booted_s == 1000.0 + BOOT_S
    assert port.into.octets(1000.0 + BOOT_S) - port.received_before == 0
    assert far.out.octets(1000.0 + BOOT_S) - far.sent_before > 0  # the other end counts on
    assert (far.up, far.lit) == (True, True)


def test_a_second_restart_prolongs_the_first() -> None:
    net = network()
    net.reboot(["KL-SW-05"], 0.0)
    net.reboot(["KL-SW-05"], 5.0)
    net.advance(BOOT_S + 1)
    assert not net.answers(switch(net, "KL-SW-05"), BOOT_S + 1)
    net.advance(5.0 + BOOT_S)
    assert switch(net, "KL-SW-05").booted_s == 5.0 + BOOT_S


def test_a_silent_switch_works_on() -> None:
    net = network()
    net.silence(["KL-SW-05"], 10.0, seconds=30.0)
    item = switch(net, "KL-SW-05")
    assert [net.answers(item, at) for at in (10.0, 39.9, 40.0)] == [False, False, True]
    assert net.status(20.0).links_down == ()
    net.silence(["KL-SW-05"], 50.0)
    assert not net.answers(item, 1e9)
    net.silence(["KL-SW-05"], 60.0, seconds=0.0)
    assert net.answers(item, 60.0)


def test_a_flapping_link_is_dark_both_ways_and_a_flapping_module_one_way() -> None:
    net = network()
    loose, weak = line(net, "KL-LI-0001"), line(net, "KL-LI-0002")
    net.flap(["KL-LI-0001", weak.a.interface.code], 0.0, seconds=3 * FLAP_S)
    seen = []
    for step in range(5):
        net.advance(step * FLAP_S + 0.1)
        seen.append((loose.a.up, loose.a.lit, loose.b.lit, weak.a.up, weak.a.lit, weak.b.lit))
    dark, whole = (False, False, False, False, True, False), (True,) * 6
    assert seen == [dark, whole, dark, whole, whole]


@pytest.mark.parametrize("seconds", [-1.0, 1e9, math.nan])
def test_impossible_times_are_refused(seconds: float) -> None:
    net = network()
    for act in (net.reboot, net.silence):
        with pytest.raises(SimulatorError, match="is no time"):
            act(["KL-SW-05"], 0.0, seconds=seconds)
    with pytest.raises(SimulatorError, match="is no time"):
        net.flap(["KL-LI-0001"], 0.0, seconds=seconds)


def test_light_is_what_the_plant_expects_within_the_modules_tolerance() -> None:
    net, plant = network(), generated().plant
    seen = 0
    for found in net._lines:
        if not found.link.strands:
            continue
        light = expected_light(plant, found.link)
        for port, expected_dbm in ((found.a, light.rx_a_dbm), (found.b, light.rx_b_dbm)):
            assert port.module is not None
            assert expected_dbm is not None
            for at_s in (0.0, 7.0, 40_000.0):
                level_dbm = 10 * math.log10(port.module.rx_nanowatts(at_s) / 1e6)
                assert abs(level_dbm - expected_dbm) < SPREAD_DB + 0.01, port.interface.code
                seen += 1
    assert seen == 3 * 2 * 68


def test_what_one_end_sends_the_other_receives() -> None:
    net = network()
    found = line(net, "KL-LI-0001")
    assert found.a.out is found.b.into
    assert found.b.out is found.a.into
    sent = found.a.out.octets(500.0)
    net.cut(["KL-TR-0001"], 500.0)
    assert found.a.out.octets(900.0) == sent
    net.repair([], 900.0)
    assert sent == found.a.out.octets(900.0) < found.a.out.octets(901.0)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(["cut", "repair", "flap", "silence", "wait"]), st.floats(0, 50)), max_size=12)
)
def test_counters_of_a_switch_that_did_not_restart_never_run_backwards(story: list[tuple[str, float]]) -> None:
    net = network()
    now_s = 0.0
    before = [(port.out.octets(0.0), port.into.octets(0.0)) for port in all_ports(net)]
    for deed, lasts_s in story:
        if deed == "cut":
            net.cut(["KL-TR-0001", "KL-TR-0100"], now_s)
        elif deed == "repair":
            net.repair([], now_s)
        elif deed == "flap":
            net.flap(["KL-LI-0001"], now_s, seconds=5.0)
        elif deed == "silence":
            net.silence(["KL-SW-04"], now_s, seconds=5.0)
        now_s += lasts_s
        net.advance(now_s)
        after = [(port.out.octets(now_s), port.into.octets(now_s)) for port in all_ports(net)]
        assert all(
            new >= old for pair, was in zip(after, before, strict=True) for new, old in zip(pair, was, strict=True)
        )
        before = after


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=8), st.floats(1.0, 1e10), st.floats(0, 1e7), st.floats(0.001, 1e5))
def test_a_flow_is_never_negative_and_never_above_twice_its_mean(
    name: str, bps: float, at_s: float, more_s: float
) -> None:
    flow = Flow.of(random.Random(name), mean_bps=bps, day_s=0.0)
    octets = flow.octets(at_s + more_s) - flow.octets(at_s)
    rounding = 8 * math.ulp(flow.mean_octets_ps * (at_s + more_s + 1e5))
    assert -rounding <= octets <= 2 * bps / 8 * more_s + rounding


def test_a_meter_stands_while_the_line_is_down() -> None:
    meter = Meter(Flow.of(random.Random(1), mean_bps=8e6, day_s=0.0))
    assert meter.octets(100.0) == 0
    meter.start(100.0)
    meter.start(120.0)  # the other end says so too
    assert meter.octets(150.0) == meter.flow.octets(150.0) - meter.flow.octets(100.0) > 0
    meter.stop(150.0)
    assert meter.octets(400.0) == meter.octets(150.0)
