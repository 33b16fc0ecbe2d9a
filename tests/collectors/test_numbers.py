"""Raw values to readings: units in the text, numbers that mean none, limits that contradict each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.vendors.numbers import believable, first_number, measure, numbers_in
from collectors.vendors.row import (
    CENTI_DBM,
    DBM,
    MICROWATT,
    MILLI,
    MILLIWATT,
    TENTH_MICROWATT,
    Column,
    Kind,
    bias,
    of,
    rx,
    temp,
    volt,
)


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        (rx("1", "x", CENTI_DBM), -512, -5.12),
        (rx("1", "x", DBM), b"-5.12 dBm", -5.12),
        (rx("1", "x", DBM), b"-002.8257 dBm: Normal", -2.8257),
        (rx("1", "x", MILLIWATT), b"0.5537", -2.5672),
        (rx("1", "x", DBM), b"0.5 mW", -3.0103),  # the unit in the value counts more than the column's
        (rx("1", "x", DBM), b"0.03 mW (-14.61 dBm)", -14.61),  # and dBm more than rounded milliwatts
        (rx("1", "x", MICROWATT), 500, -3.0103),
        (rx("1", "x", TENTH_MICROWATT), 1, -40.0),  # the least SFF-8472 can say is still a reading
        (rx("1", "x", CENTI_DBM), -4000, -40.0),
        (rx("1", "x", CENTI_DBM), -4231, -42.31),  # an amplifier's monitor sees less than a module
        (bias("1", "x", MILLI), b"24.58 mA normal", 0.02458),
        (bias("1", "x", 1.0, unit="mA"), b"7.41", 7.41),
        (volt("1", "x"), b"3.35 V normal", 3.35),
        (volt("1", "x", MILLI), b"3350 mV", 3.35),
        (temp("1", "x"), b"63.5C / 146.7F", 63.5),
        (temp("1", "x"), b"146.3 F", 63.5),
        (temp("1", "x"), b"41.00 degrees C normal", 41.0),
        (temp("1", "x", 1 / 256), 7599, 29.6836),
        (of(Kind.PERCENT, "1", "x"), b" 40%", 40.0),
    ],
)
def test_reading(column: Column, raw: int | bytes, value: float) -> None:
    found = measure(column, raw)
    assert found.value == pytest.approx(value, abs=1e-4), found.reason
    assert not found.reason


@pytest.mark.parametrize(
    ("column", "raw"),
    [
        (rx("1", "x", CENTI_DBM), 0),
        (rx("1", "x", MICROWATT), 0),
        (rx("1", "x", MICROWATT), -1),
        (rx("1", "x", DBM), b"0.00 dBm"),
        (rx("1", "x", DBM), b"N/A"),
        (rx("1", "x", DBM), b"-inf"),
        (rx("1", "x", DBM), b"--"),
        (rx("1", "x", DBM), b""),
        (rx("1", "x", CENTI_DBM), -4500),
        (rx("1", "x", CENTI_DBM), -6000),
        (rx("1", "x", CENTI_DBM), -6031),
        (rx("1", "x", TENTH_MICROWATT), 65535),
        (rx("1", "x", CENTI_DBM), 65535),
        (rx("1", "x", CENTI_DBM), 32767),
        (volt("1", "x", 1e-4), 65535),
        (temp("1", "x", 1 / 256), 65535),
        (temp("1", "x"), 255),
        (rx("1", "x", CENTI_DBM), -9990),
        (rx("1", "x", CENTI_DBM), -32768),
        (rx("1", "x", MICROWATT, none=frozenset({-1})), -1),
        (temp("1", "x"), -32768),
        (temp("1", "x"), 65408),
        (temp("1", "x", none=frozenset({-255})), -255),
        (volt("1", "x"), b"NULL"),
        (temp("1", "x"), 2147483647),
    ],
)
def test_no_reading_says_why(column: Column, raw: int | bytes) -> None:
    found = measure(column, raw)
    assert found.value is None
    assert found.reason


@given(st.one_of(st.integers(), st.binary(max_size=60)), st.sampled_from(Kind))
def test_any_value_is_a_reading_or_a_reason(raw: int | bytes, kind: Kind) -> None:
    found = measure(Column(sub="1", name="x", kind=kind, label=""), raw)
    assert (found.value is None) == bool(found.reason)


def test_light_is_never_shown_where_a_device_sends_nothing() -> None:
    for scale in (DBM, CENTI_DBM, MILLIWATT, MICROWATT, TENTH_MICROWATT):
        assert measure(rx("1", "x", scale), 0).value is None


def test_a_text_with_a_number_for_each_lane() -> None:
    assert [said.number for said in numbers_in(b"-0.43 ,0.01  ,0.30  ,0.19")] == [-0.43, 0.01, 0.30, 0.19]
    assert first_number(b"unsupported") is None


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ({"low_alarm": -30.0, "low_warn": -28.0, "high_warn": 0.0, "high_alarm": 2.0}, True),
        ({"low_alarm": -30.0, "high_alarm": 2.0}, True),
        ({"low_alarm": 0.0, "low_warn": 0.0, "high_warn": 0.0, "high_alarm": 0.0}, False),  # never set
        ({"low_alarm": 2.0, "high_alarm": -30.0}, False),  # the wrong way round
        ({"low_warn": -3.0, "high_warn": -3.0}, False),
        ({"low_warn": -3.0, "low_alarm": -1.0}, False),
        ({}, False),
    ],
)
def test_limits_are_kept_only_where_they_make_sense_together(limits: dict[str, float], *, kept: bool) -> None:
    assert believable(limits) == (limits if kept else {})
