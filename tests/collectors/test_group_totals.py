"""Totals of user groups, and lamps with their sirens."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from polled_city import Polled, polled_plant

from collectors.link_states import Ends, link_samples, link_series
from collectors.reading import DeviceReading, Light, PortState
from collectors.totals import LINK_DOWN, LINK_UP, total_samples
from inventory.entities import Channel, Code, Structure, StructureKind, UserGroup
from inventory.loss import ExpectedLight
from rainbow.kernel.metrics import LINK, NETWORK_TOTAL, SITE_TOTAL, STRUCTURE, USER_GROUP_TOTAL, Metric
from rainbow.kernel.samples import Sample, UnixNs, Value

if TYPE_CHECKING:
    from inventory.plant import Plant

NOW = UnixNs(1_700_000_000_000_000_000)


def uid(code: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, code))


def a_plant() -> Plant:
    plain = polled_plant(
        [
            Polled(code="SW-A", port=1, community="a", ports=("ge1", "ge2")),
            Polled(code="SW-B", port=2, community="b", ports=("ge1",)),
            Polled(code="SW-C", port=3, community="c", ports=("ge1",)),
        ],
        links=(("SW-A:ge1", "SW-B:ge1"), ("SW-A:ge2", "SW-C:ge1")),
    )
    first, second = plain.links
    hall, school, _lamp_site = plain.sites
    lamp = Structure(
        id=uid("ST-SW-C"),
        code=Code("ST-SW-C"),
        name="Laterne",
        kind=StructureKind.LAMP,
        point=hall.point,
        has_siren=True,
    )
    schools, safety, nobody = (
        UserGroup(id=uid(code), code=Code(code), name=name)
        for code, name in (("UG-SCH", "Schulen"), ("UG-SAF", ""), ("UG-NIL", ""))
    )
    colour = Channel(id=uid("CH"), code=Code("CH"), link=first.code, wavelength_nm=1471, user_group=safety.code)
    return replace(
        plain,
        sites=(replace(hall, name="Rathaus"), school),
        structures=(lamp,),
        user_groups=(schools, safety, nobody),
        links=(replace(first, user_group=schools.code), replace(second, user_group=safety.code)),
        channels=(colour,),
    )


PLANT = a_plant()
A, B, C = (device.code for device in PLANT.devices)


def reading(device: Code, **ports: tuple[int, float | None]) -> DeviceReading:
    states = {name: PortState(1, oper, bps, bps) for name, (oper, bps) in ports.items()}
    return DeviceReading(device=device, time_ns=NOW, uptime_s=1.0, samples=(), ports=states, light={})


def totals(readings: dict[Code, DeviceReading | None], states: dict[str, int]) -> list[Sample]:
    return total_samples(PLANT, readings, {Code(code): state for code, state in states.items()}, time_ns=NOW)


def of(samples: list[Sample], metric: Metric) -> dict[str, dict[str, Value]]:
    return {
        "".join(value for _key, value in item.series.tags): {field.name: value for field, value in item.values.items()}
        for item in samples
        if item.series.metric is metric
    }


def test_a_user_group_counts_the_links_it_owns_and_those_it_has_a_colour_on() -> None:
    readings: dict[Code, DeviceReading | None] = {A: reading(A, ge1=(1, 100.0), ge2=(2, 5.0)), B: None, C: None}
    groups = of(totals(readings, {"LI-1": LINK_UP, "LI-2": LINK_DOWN}), USER_GROUP_TOTAL)
    assert groups == {
        "UG-SCH": {"links_up": 1, "links_down": 0, "links_unknown": 0, "traffic_bps": 200.0, "label": "Schulen"},
        "UG-SAF": {"links_up": 1, "links_down": 1, "links_unknown": 0, "traffic_bps": 210.0},
    }, "a group without a link says nothing"


def test_traffic_is_read_at_one_end_and_absent_where_no_end_has_a_rate() -> None:
    far = {A: None, B: reading(B, ge1=(1, 30.0)), C: None}
    groups = of(totals(far, {"LI-1": LINK_UP}), USER_GROUP_TOTAL)
    assert groups["UG-SCH"]["traffic_bps"] == 60.0
    assert groups["UG-SAF"] == {"links_up": 1, "links_down": 0, "links_unknown": 1, "traffic_bps": 60.0}
    silent = of(totals({A: reading(A, ge1=(1, None)), B: None}, {}), USER_GROUP_TOTAL)
    assert "traffic_bps" not in silent["UG-SCH"], "no rate known is not zero traffic"
    assert silent["UG-SCH"]["links_unknown"] == 1


def test_lamps_tell_whether_they_answer_and_sirens_are_counted() -> None:
    samples = totals({A: reading(A), B: None, C: reading(C)}, {})
    assert of(samples, STRUCTURE) == {"ST-SW-C": {"reached": 1, "siren": 1, "label": "Laterne"}}
    network = of(samples, NETWORK_TOTAL)["Teststadt"]
    assert (network["sirens_up"], network["sirens_down"]) == (1, 0)
    dark = totals({A: reading(A), C: None}, {})
    assert of(dark, STRUCTURE)["ST-SW-C"]["reached"] == 0
    assert of(dark, NETWORK_TOTAL)["Teststadt"]["sirens_down"] == 1


def test_a_lamp_that_was_never_asked_says_nothing() -> None:
    samples = totals({A: reading(A)}, {})
    assert of(samples, STRUCTURE) == {}
    network = of(samples, NETWORK_TOTAL)["Teststadt"]
    assert (network["sirens_up"], network["sirens_down"]) == (0, 0)


def test_a_site_goes_by_its_name_where_it_has_one() -> None:
    sites = of(totals({A: reading(A)}, {}), SITE_TOTAL)
    assert sites["ST-SW-A"]["label"] == "Rathaus"
    assert "label" not in sites["ST-SW-B"]


def test_light_that_is_missing_is_that_of_the_worse_end() -> None:
    a = replace(reading(A, ge1=(1, 1.0)), light={"ge1": Light(-9.0)})
    b = replace(reading(B, ge1=(1, 1.0)), light={"ge1": Light(-13.5)})
    link = PLANT.links[0]
    expected = ExpectedLight(
        link=link.code,
        loss_a_to_b_db=4.0,
        loss_b_to_a_db=4.0,
        rx_a_dbm=-8.0,
        rx_b_dbm=-8.0,
        margin_a_db=None,
        margin_b_db=None,
    )
    ends = Ends(PLANT, {A: a, B: b})
    (sample,) = link_samples(
        PLANT, {link.code: LINK_UP}, ends, {link.code: expected}, {link.code: link_series(PLANT, link)}, time_ns=NOW
    )
    assert sample.values[LINK.missing_db] == 5.5
    dark = Ends(PLANT, {A: None, B: None})
    (none,) = link_samples(
        PLANT, {link.code: LINK_DOWN}, dark, {link.code: expected}, {link.code: link_series(PLANT, link)}, time_ns=NOW
    )
    assert LINK.missing_db not in none.values
