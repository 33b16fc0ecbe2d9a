"""Rings by the state of their links, and what each colour of a user group carries; what limits a link's light."""

from __future__ import annotations

import uuid
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from polled_city import Polled, polled_plant

from collectors.colour_totals import colour_samples
from collectors.link_states import Ends, link_samples, link_series
from collectors.reading import DeviceReading, Light, PortState
from collectors.rings import is_ring, ring_samples, ring_state
from collectors.totals import LINK_DOWN, LINK_UNKNOWN, LINK_UP
from inventory.entities import Channel, Code, Criticality, Direction, Link, LinkGroup, Protocol, UserGroup
from inventory.optics_classes import CLASSES
from rainbow.kernel.metrics import COLOUR_TOTAL, LINK, RING
from rainbow.kernel.samples import UnixNs, Value

if TYPE_CHECKING:
    from inventory.plant import Plant

NOW = UnixNs(1_700_000_000_000_000_000)
SWITCHES = ("SW-A", "SW-B", "SW-C", "SW-D")
ROUND = ((0, 1), (1, 2), (2, 3), (3, 0))


def uid(code: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, code))


def a_plant() -> Plant:
    ports = tuple(f"ge{number}" for number in range(4))
    polled = [Polled(code=code, port=number, community="a", ports=ports) for number, code in enumerate(SWITCHES, 1)]
    around = tuple((f"{SWITCHES[here]}:ge0", f"{SWITCHES[there]}:ge1") for here, there in ROUND)
    across = (("SW-A:ge2", "SW-B:ge2"), ("SW-A:ge3", "SW-B:ge3"))
    return polled_plant(polled, links=(*around, *across))


PLANT = a_plant()
LINKS = [link.code for link in PLANT.links]


def group(protocol: Protocol, links: list[Code], name: str = "") -> LinkGroup:
    return LinkGroup(id=uid("LG"), code=Code("LG"), name=name, protocol=protocol, links=tuple(links))


@pytest.mark.parametrize(
    ("protocol", "links", "expected"),
    [
        (Protocol.ERPS, LINKS[:4], True),
        (Protocol.ERPS, LINKS[:3], True),  # an open ring of G.8032, closed over another
        (Protocol.STP, LINKS[:4], True),
        (Protocol.OSPF, LINKS[:4], True),
        (Protocol.STP, LINKS[:3], False),
        (Protocol.STP, LINKS[:5], False),
        (Protocol.STP, LINKS[4:], False),  # side by side
        (Protocol.LAG, LINKS[4:], False),
    ],
)
def test_what_goes_round_is_a_ring(protocol: Protocol, links: list[Code], expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_ring(PLANT, group(protocol, links)) is expected


def test_two_rings_in_one_group_are_none() -> None:
    def link(number: int, here: str, there: str) -> Link:
        return replace(PLANT.links[0], code=Code(f"X-{number}"), a=Code(f"{here}:ge2"), b=Code(f"{there}:ge3"))

    ends = ("SW-A", "SW-B", "SW-C", "SW-A"), ("SW-D", "SW-E", "SW-F", "SW-D")
    pairs = [pair for ring in ends for pair in pairwise(ring)]
    links = tuple(link(number, *pair) for number, pair in enumerate(pairs))
    names = {name for ring in ends for name in ring}
    interfaces = [
        replace(PLANT.interfaces[0], code=Code(f"{name}:{port}"), device=Code(name), if_name=port)
        for name in names
        for port in ("ge2", "ge3")
    ]
    plant = replace(PLANT, links=links, interfaces=tuple(interfaces))
    assert is_ring(plant, group(Protocol.STP, [item.code for item in links[:3]]))
    assert not is_ring(plant, group(Protocol.STP, [item.code for item in links]))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([LINK_UP] * 4, 2),
        ([LINK_UP, LINK_UNKNOWN, LINK_UP], 2),
        ([LINK_UP, LINK_DOWN, LINK_UP], 1),
        ([LINK_UNKNOWN, LINK_DOWN, LINK_UNKNOWN], 1),
        ([LINK_DOWN, LINK_DOWN, LINK_UP], 0),
        ([LINK_DOWN] * 3, 0),
        ([LINK_UNKNOWN] * 3, LINK_UNKNOWN),
    ],
)
def test_one_link_down_opens_a_ring_and_two_break_it(states: list[int], expected: int) -> None:
    assert ring_state(states) == expected


def test_a_ring_is_told_of_each_round_by_its_name() -> None:
    plant = replace(PLANT, link_groups=(group(Protocol.ERPS, LINKS[:4], "Nord"), group(Protocol.LAG, LINKS[4:])))
    (sample,) = ring_samples(plant, dict.fromkeys(LINKS, LINK_UP) | {LINKS[1]: LINK_DOWN}, time_ns=NOW)
    assert dict(sample.series.tags) == {"ring": "LG", "protocol": "erps"}
    assert sample.values == {RING.state: 1, RING.links_down: 1, RING.links: 4, RING.label: "Nord"}
    (nameless,) = ring_samples(replace(PLANT, link_groups=(group(Protocol.ERPS, LINKS[:3]),)), {}, time_ns=NOW)
    places = [PLANT.nodes[device.node].label for device in PLANT.devices]
    assert nameless.values[RING.label] == " - ".join(places)


def reading(device: str, in_bps: float | None, out_bps: float | None) -> DeviceReading:
    ports = {"ge0": PortState(1, 1, in_bps, out_bps)}
    return DeviceReading(device=Code(device), time_ns=NOW, uptime_s=1.0, samples=(), ports=ports, light={})


def coloured(*channels: tuple[int, Direction], dense: int | None = None) -> Plant:
    schools = UserGroup(id=uid("UG"), code=Code("UG"), criticality=Criticality.VITAL)
    return replace(
        PLANT,
        user_groups=(schools,),
        channels=tuple(
            Channel(
                id=uid(f"CH-{number}"),
                code=Code(f"CH-{number}"),
                link=LINKS[number % 2],
                wavelength_nm=nm,
                user_group=schools.code,
                direction=direction,
                frequency_ghz=dense,
            )
            for number, (nm, direction) in enumerate(channels)
        ),
    )


def colours(plant: Plant, *heard: DeviceReading, **states: int) -> dict[str, dict[str, Value]]:
    found = colour_samples(
        plant,
        {item.device: item for item in heard},
        {LINKS[int(name[1:])]: state for name, state in states.items()},
        time_ns=NOW,
    )
    return {item.series.tag("colour"): {field.name: value for field, value in item.values.items()} for item in found}


def test_a_colour_of_one_direction_carries_what_its_sender_sends() -> None:
    plant = coloured((1471, Direction.A_TO_B), (1491, Direction.B_TO_A), (1511, Direction.BOTH))
    both = colours(plant, reading("SW-A", 5.0, 70.0), reading("SW-B", 1000.0, 11.0), L0=LINK_UP, L1=LINK_DOWN)
    assert both["1471 nm"] == {"links_up": 1, "links_down": 0, "links_unknown": 0, "traffic_bps": 70.0}
    assert both["1511 nm"]["traffic_bps"] == 75.0
    assert both["1491 nm"] == {"links_up": 0, "links_down": 1, "links_unknown": 0, "traffic_bps": 1000.0}
    (far,) = colours(coloured((1471, Direction.A_TO_B)), L0=LINK_UP).values()
    assert COLOUR_TOTAL.traffic_bps.name not in far, "no rate known is not zero traffic"


def test_a_colour_on_many_links_is_one_and_a_dense_one_goes_by_its_channel() -> None:
    twice = coloured((1551, Direction.BOTH), (1551, Direction.BOTH), dense=193_100)
    (found,) = colours(twice, L0=LINK_UP).items()
    assert found == ("C31 193.10 THz 1552.52 nm", {"links_up": 1, "links_down": 0, "links_unknown": 1})


def test_a_link_tells_how_much_light_its_receivers_need_and_how_much_it_matters() -> None:
    link = replace(PLANT.links[0], user_group=Code("UG"))
    optics = next(iter(CLASSES.values()))
    plant = replace(
        coloured(),
        links=(link,),
        interfaces=tuple(
            replace(item, optics=optics.name) if item.code == link.a else item for item in PLANT.interfaces
        ),
    )
    near = replace(reading("SW-A", 1.0, 1.0), light={"ge0": Light(optics.sensitivity_dbm + 4.0)})
    ends = Ends(plant, {Code("SW-A"): near})
    (sample,) = link_samples(plant, {link.code: LINK_UP}, ends, {}, {link.code: link_series(plant, link)}, time_ns=NOW)
    assert sample.values[LINK.least_rx_a_dbm] == optics.sensitivity_dbm
    assert sample.values[LINK.margin_db] == pytest.approx(4.0)
    assert LINK.least_rx_b_dbm not in sample.values, "of a module nobody knows there is no limit"
    assert sample.values[LINK.criticality] == Criticality.VITAL
