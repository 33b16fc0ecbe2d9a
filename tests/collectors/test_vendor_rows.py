"""Small invented devices, one a maker, each with the units and the numbers for "none" its MIB names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import pytest
from fake_client import FakeClient
from probe_device import box

from collectors.probe.device import probe

if TYPE_CHECKING:
    from collections.abc import Collection

    from collectors.client import SnmpValue
    from collectors.probe.facts import ProbedSensor


class Case(NamedTuple):
    """``objects`` are below 1.3.6.1.4.1; ``readings`` are kind, port and value; ``gaps`` are told of as no reading."""

    object_id: str
    objects: dict[str, SnmpValue]
    readings: Collection[tuple[str, str, float]]
    gaps: int = 0


def table(root: str, rows: dict[str, dict[int, SnmpValue]]) -> dict[str, SnmpValue]:
    """Objects by index and column."""
    return {f"{root}.{column}.{index}": raw for index, row in rows.items() for column, raw in row.items()}


CASES = {
    "Raisecom: OpticalParameterType in the index, -1000000 for none": Case(
        "8886.6.1",
        {f"8886.1.18.2.2.1.1.2.1.{kind}": raw for kind, raw in ((1, 35500), (2, 6200), (3, -5300), (4, -12340))}
        | {f"8886.1.18.2.2.1.1.2.2.{kind}": -1000000 for kind in (1, 2, 3, 4)},
        {
            ("temperature", "ge1", 35.5),
            ("current", "ge1", 0.0062),
            ("dbm", "ge1", -5.3),
            ("dbm", "ge1", -12.34),
        },
        gaps=4,
    ),
    "Allied Telesis: tenths of a microwatt": Case(
        "207.1.14.99",
        {f"207.8.4.4.3.28.1.{place}.1.3.2.1": raw for place, raw in ((1, 31000), (2, 33000), (4, 5012), (5, 0))},
        {("temperature", "ge2", 31.0), ("voltage", "ge2", 3.3), ("dbm", "ge2", -3.0)},
        gaps=1,
    ),
    "ALE AOS 8: thousandths of dBm by lane, -200000 for none": Case(
        "6486.801.1.1.2.1.10",
        table("6486.801.1.2.1.5.1.1.2.6.1", {"1.1": {17: -2500, 22: -7100}, "1.2": {17: -200000, 22: -200000}}),
        {("dbm", "ge1", -2.5), ("dbm", "ge1", -7.1)},
        gaps=2,
    ),
    "Allied Telesis, stacked": Case(
        "207.1.14.99",
        {"207.8.4.4.3.13.1.0": 1} | table("207.8.4.4.3.13.5.1", {"2": {5: 4, 7: b"sw-2", 12: 2, 15: 4, 17: 1}}),
        [("state", "", number) for number in (1.0, 1.0, 2.0, 4.0, 4.0)],
    ),
    "ALE AOS 8, a virtual chassis": Case(
        "6486.801.1.1.2.1.10",
        table("6486.801.1.2.1.69.1.1.2.1", {"1": {3: 1, 5: 1}}),
        [("state", "", 1.0), ("state", "", 1.0)],
    ),
    "Hirschmann Classic: text that names its unit, the port in two numbers": Case(
        "248.14.10.41",
        table("248.14.1.1.13.1", {"1.2": {12: 41, 13: b"0.3 mW / -5.2 dBm", 14: b"-7.1"}}) | {"248.14.2.5.1.1.0": 45},
        {("temperature", "1/2", 41.0), ("dbm", "1/2", -5.2), ("temperature", "", 45.0)},
        gaps=1,
    ),
    "Hirschmann HiOS: tenths of a microwatt and text": Case(
        "248.11.2.1.50",
        table("248.11.10.1.7.2.1", {"1": {2: 40, 3: 3835, 4: 0, 5: b"-4.1", 6: b""}}),
        {("temperature", "ge1", 40.0), ("dbm", "ge1", -4.16), ("dbm", "ge1", -4.1)},
        gaps=2,
    ),
    "Westermo: hundredths of dBm": Case(
        "16177.2.1",
        table("16177.2.2.1.1.1", {"1": {3: 3300, 4: 38, 5: 12, 6: -560, 7: -1800}}),
        {
            ("voltage", "ge1", 3.3),
            ("temperature", "ge1", 38.0),
            ("current", "ge1", 0.012),
            ("dbm", "ge1", -5.6),
            ("dbm", "ge1", -18.0),
        },
    ),
    "BDCOM: 65535 for none": Case(
        "3320.1.99",
        table("3320.9.63.1.7.1", {"1": {2: -26, 3: -71}, "2": {2: -65535, 3: -65535}}),
        {("dbm", "ge1", -2.6), ("dbm", "ge1", -7.1)},
        gaps=2,
    ),
    "PacketLight: temperature counts from -128 degrees": Case(
        "4515.100.1",
        table("4515.1.10.2.1.1", {"1": {34: 43008, 35: 33000, 36: 4000, 37: 10000, 38: 0}}) | {"4515.1.3.1.43.0": 31},
        {
            ("temperature", "ge1", 40.0),
            ("voltage", "ge1", 3.3),
            ("current", "ge1", 0.008),
            ("dbm", "ge1", 0.0),
            ("temperature", "", 31.0),
        },
        gaps=1,
    ),
    "MRV: the port is the index, -2147483648 and -1 for none": Case(
        "629.200.1",
        table(
            "629.200.8.1.1",
            {
                "1.2.1": {30: 41, 31: -2569, 32: -3045, 33: 46863, 34: 3329, 66: 4},
                "1.2.2": {30: -2147483648, 31: -2147483648, 32: -2147483648, 33: -1, 34: -1, 66: 1},
            },
        ),
        {
            ("temperature", "1.2.1", 41.0),
            ("dbm", "1.2.1", -2.569),
            ("dbm", "1.2.1", -3.045),
            ("current", "1.2.1", 0.0469),
            ("voltage", "1.2.1", 3.329),
            ("state", "1.2.1", 4.0),
            ("state", "1.2.2", 1.0),
        },
        gaps=5,
    ),
    "Smartoptics: tenths of dBm, fibre loss": Case(
        "30826.2.1",
        table("30826.2.2.3.1.1.1", {"1": {3: b"if-1/9210-rx", 5: -123, 6: 84}})
        | table("30826.1.4.1.1.1", {"1": {2: b"ambient", 3: 27}}),
        {("dbm", "ge1", -12.3), ("loss", "ge1", 8.4), ("temperature", "", 27.0)},
    ),
    "SIAE: microwatts": Case(
        "3373.1",
        table("3373.1103.74.7.1", {"1": {6: 385, 7: 3290, 8: 6100, 9: 500, 10: 20}})
        | {"3373.1103.74.2.1.19.1": b"LAN 1"},
        {
            ("temperature", "", 38.5),
            ("voltage", "", 3.29),
            ("current", "", 0.0061),
            ("dbm", "", -3.01),
            ("dbm", "", -16.99),
        },
    ),
    "Ceragon": Case(
        "2281.1.20", {"2281.10.1.1.9.0": 44, "2281.10.1.1.10.0": 48}, {("temperature", "", 44.0), ("voltage", "", 48.0)}
    ),
    "LANCOM": Case("2356.11.8.61", {"2356.11.1.47.20.0": 42}, {("temperature", "", 42.0)}),
    "Lantronix: text in milliwatts": Case(
        "868.2.80.3.0.4",
        table("868.2.5.152.1.3.2.1", {"1": {1003: b"36.2", 1008: b"3.29", 1018: b"0.5000", 1023: b"0.0000"}}),
        {("temperature", "ge1", 36.2), ("voltage", "ge1", 3.29), ("dbm", "ge1", -3.01)},
        gaps=1,
    ),
    "Phoenix Contact: Aricent's tables": Case(
        "4346.11.1.2.99",
        {"2076.81.1.66.0": 45, "2076.81.1.71.0": 24},
        {("temperature", "", 45.0), ("voltage", "", 24.0)},
    ),
    "anything on Linux": Case(
        "8072.3.2.10",
        table("2021.13.16.2.1", {"1": {2: b"Core 0", 3: 41500}})
        | table("2021.13.16.3.1", {"1": {2: b"fan1", 3: 5400}})
        | table("2021.13.16.4.1", {"1": {2: b"in0", 3: 1056}}),
        {("temperature", "", 41.5), ("fanspeed", "", 5400.0), ("voltage", "", 1.056)},
    ),
}


def _order(reading: ProbedSensor) -> tuple[str, str, float]:
    return reading.kind, reading.if_name, reading.value


@pytest.mark.parametrize("name", CASES)
def test_a_maker(name: str) -> None:
    case = CASES[name]
    device = box(case.object_id, ports={1: "ge1", 2: "ge2", 11: "1.2.1", 12: "1.2.2", 13: "1/2"})
    device.objects |= {f"1.3.6.1.4.1.{place}": raw for place, raw in case.objects.items()}
    found = asyncio.run(probe(FakeClient(device), address="x", deadline_s=5))
    assert [(one.kind, one.if_name) for one in sorted(found.sensors, key=_order)] == [
        (kind, port) for kind, port, _value in sorted(case.readings)
    ]
    values = [one.value for one in sorted(found.sensors, key=_order)]
    assert values == pytest.approx([value for _kind, _port, value in sorted(case.readings)], rel=1e-3, abs=1e-4)
    assert len(found.no_reading) == case.gaps, [gap.reason for gap in found.no_reading]
    assert all(gap.reason for gap in found.no_reading)
