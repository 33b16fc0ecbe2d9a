"""Loss that rises slowly: steps, trends, places and causes, on simulated years and by hand."""

from __future__ import annotations

import random

import pytest

from benchmarks.degradation import Outcome, one, told
from benchmarks.degradation_year import network, year
from incidents.fade_words import bounds, fade_lines
from incidents.fading.detector import Detector, Extent, candidates
from incidents.fading.fade import Fade, fades
from incidents.fading.nature import Fit, Laser, Nature, is_aged, natures
from incidents.fading.onset import onset
from incidents.fading.trend import Trend
from incidents.fading.ways import Course, Way
from inventory.entities import Code
from rainbow.kernel.texts import use

BX = Way(link=Code("L"), sender=Code("a"), receiver=Code("b"), wavelength_nm=1490)
BACK = Way(link=Code("L"), sender=Code("b"), receiver=Code("a"), wavelength_nm=1310)


def fed(course: Course, values: list[float | None]) -> Course:
    for value in values:
        course.add(course.level(value))
    return course


def test_a_step_is_taken_out_and_logged_a_trend_is_not() -> None:
    rng = random.Random(1)
    noisy = [3.0 + rng.gauss(0, 0.02) + (0.4 if day >= 30 else 0.0) + max(0, day - 50) * 0.02 for day in range(80)]
    course = fed(Course(BX), list(noisy))
    (step,) = course.steps
    assert (step.day, round(step.size_db, 1)) == (30, 0.4)
    last = course.tail[-1]
    assert last is not None
    assert last == pytest.approx(29 * 0.02, abs=0.1)


def test_days_without_readings_are_bridged() -> None:
    course = fed(Course(BX), [3.0 if day % 3 else None for day in range(40)])
    assert not course.steps
    assert course.noise_db == 0.0


def test_a_trend_is_measured_and_one_wild_day_moves_it_little() -> None:
    rng = random.Random(2)
    trend, wild = Trend(walk_db=0.004), Trend(walk_db=0.004)
    for day in range(60):
        value = 0.02 * day + rng.gauss(0, 0.02)
        trend.add(value, 0.02)
        wild.add(value + (2.0 if day == 50 else 0.0), 0.02)
    assert trend.slope == pytest.approx(0.02, abs=3 * trend.slope_deviation)
    assert wild.slope == pytest.approx(trend.slope, abs=2 * trend.slope_deviation)


def test_the_onset_is_where_the_ramp_begins() -> None:
    rng = random.Random(3)
    found = onset([max(0, day - 60) * 0.02 + rng.gauss(0, 0.01) for day in range(100)])
    assert found is not None
    assert abs(found.day - 60) <= 3
    assert found.gained_db == pytest.approx(39 * 0.02, abs=0.05)


def test_a_year_without_a_fault_is_quiet() -> None:
    net = network(random.Random(5))
    assert list(told(net, year(net, 5), 160)) == []


@pytest.mark.parametrize(("shared", "days"), [((1, 1), 14), ((3, 5), 8)])
def test_a_rise_is_named_in_time_and_in_its_place(shared: tuple[int, int], days: int) -> None:
    found = one(11, 0.02, *shared)
    assert isinstance(found, Outcome)
    assert found.days is not None
    assert found.days <= days
    assert found.placed


@pytest.mark.parametrize("seed", [314_199, 314_207])
def test_a_wide_section_does_not_win_by_links_that_do_not_rise(seed: int) -> None:
    found = one(seed, 0.02, 3, 5)
    assert found.placed


@pytest.mark.parametrize(
    ("long_db", "short_db", "fits"),
    [(1.2, 0.25, Nature.BEND), (1.0, 1.0, Nature.DIRT)],
)
def test_two_wavelengths_tell_a_bend_from_dirt(long_db: float, short_db: float, fits: Nature) -> None:
    found = natures({BX: long_db, BACK: short_db}, 0.03, aged=False, alone=False)
    assert found[fits] is Fit.FITS
    assert {found[other] for other in (Nature.BEND, Nature.DIRT) if other is not fits} == {Fit.CONTRADICTS}
    assert found[Nature.LASER] is Fit.CONTRADICTS


def test_one_wavelength_or_little_loss_tells_nothing() -> None:
    grey = {Way(link=way.link, sender=way.sender, receiver=way.receiver, wavelength_nm=1310): 1.0 for way in (BX, BACK)}
    for rise in (grey, {BX: 0.2, BACK: 0.1}):
        found = natures(rise, 0.03, aged=False, alone=False)
        assert {found[item] for item in (Nature.BEND, Nature.DIRT, Nature.PRESSURE)} == {Fit.UNKNOWN}


def test_a_laser_says_itself_that_it_ages() -> None:
    assert is_aged(Laser(sent_dbm=[-3.0] * 20 + [-4.1] * 6))
    assert not is_aged(Laser(sent_dbm=[-3.0] * 20 + [-3.5] * 6))
    assert is_aged(Laser(bias_ma=[20.0] * 20 + [25.0] * 6, celsius=[35.0] * 26))
    assert not is_aged(Laser(bias_ma=[20.0] * 20 + [25.0] * 6, celsius=[30.0] * 20 + [45.0] * 6))


def test_an_ageing_laser_is_told_without_any_loss() -> None:
    detector = Detector(candidates([BX, BACK], {}))
    rng = random.Random(4)
    for _day in range(40):
        detector.add({BX: 3.0 + rng.gauss(0, 0.02), BACK: 3.0 + rng.gauss(0, 0.02)})
    (fade,) = fades(detector, {Code("a"): Laser(sent_dbm=[-3.0] * 30 + [-4.5] * 10)}, 0.0)
    assert (fade.codes, fade.is_laser, fade.extent) == ((Code("a"),), True, Extent.WAY)


def test_what_is_told_has_bounds_and_no_false_decimals() -> None:
    fade = Fade(
        extent=Extent.SECTION,
        codes=(Code("T"),),
        links=(Code("L"), Code("M")),
        from_s=1_770_000_000.0,
        least_db=0.0137,
        most_db=0.0261,
        gained_db=0.34,
        natures={Nature.BEND: Fit.FITS, Nature.DIRT: Fit.CONTRADICTS, Nature.PRESSURE: Fit.UNKNOWN},
    )
    with use("en"):
        assert bounds(0.018, 0.0221) == "about 0.02"
        assert fade_lines(fade) == [
            "Since about 2026-02-02, 0.01 to 0.03 dB a day; about 0.3 dB more by now.",
            "On 2 links.",
            "Bend: fits; dirty or loose connector: contradicts; else the cause cannot be told.",
        ]
