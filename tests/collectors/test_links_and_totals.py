"""What takes the readings of several devices: links, light beside what the plant expects, totals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polled_city import Polled, polled_plant

from collectors.link_states import Ends, link_samples, link_series, link_state, link_states
from collectors.reading import DeviceReading, Light, PortState
from collectors.totals import LINK_DOWN, LINK_UNKNOWN, LINK_UP, total_samples
from inventory.entities import Code
from rainbow.kernel.metrics import LINK, NETWORK_TOTAL, SITE_TOTAL
from rainbow.kernel.samples import Sample, UnixNs

PLANT = polled_plant(
    [
        Polled(code="SW-A", port=1, community="a", ports=("ge1", "ge2", "ge3")),
        Polled(code="SW-B", port=2, community="b", ports=("ge1",)),
        Polled(code="SW-C", port=3, community="c", ports=("ge1",)),
    ],
    links=(("SW-A:ge1", "SW-B:ge1"), ("SW-A:ge2", "SW-C:ge1")),
)
A, B, C = (device.code for device in PLANT.devices)
NOW = UnixNs(1_700_000_000_000_000_000)


def reading(device: Code, light: dict[str, Light] | None = None, **ports: PortState) -> DeviceReading:
    return DeviceReading(device=device, time_ns=NOW, uptime_s=1.0, samples=(), ports=ports, light=light or {})


def port(oper: int | None = 1, admin: int | None = 1, in_bps: float | None = None) -> PortState:
    return PortState(admin, oper, in_bps, in_bps)


@pytest.mark.parametrize(
    ("a", "b", "state"),
    [
        (1, 1, LINK_UP),
        (1, 2, LINK_DOWN),
        (2, 1, LINK_DOWN),
        (7, 7, LINK_DOWN),
        (1, None, LINK_UP),
        (None, 2, LINK_DOWN),
        (None, None, LINK_UNKNOWN),
    ],
)
def test_link_state_by_its_ends(a: int | None, b: int | None, state: int) -> None:
    assert link_state(a, b) == state


def test_silent_devices_and_ports_that_cannot_tell_count_as_unknown() -> None:
    ends = Ends(PLANT, {A: reading(A, ge1=port(4), ge2=port(1)), B: None})
    assert link_states(PLANT, ends) == {Code("LI-1"): LINK_UNKNOWN, Code("LI-2"): LINK_UP}


def links(light: dict[str, Light] | None) -> list[Sample]:
    ends = Ends(PLANT, {A: reading(A, light, ge1=port(), ge2=port()), B: reading(B, ge1=port()), C: None})
    series = {link.code: link_series(PLANT, link) for link in PLANT.links}
    return link_samples(PLANT, link_states(PLANT, ends), ends, {}, series, time_ns=NOW)


def test_link_samples_have_only_the_light_that_was_read() -> None:
    first, second = links({"ge1": Light(-7.5), "ge2": Light(None)})
    assert first.values == {LINK.state: LINK_UP, LINK.criticality: 2, LINK.rx_a_dbm: -7.5}
    assert second.values == {LINK.state: LINK_UP, LINK.criticality: 2}
    assert dict(first.series.tags) == {"link": "LI-1", "site_a": "ST-SW-A", "site_b": "ST-SW-B"}


def values(samples: list[Sample], **tags: str) -> dict[str, object]:
    (found,) = [sample for sample in samples if tags.items() <= dict(sample.series.tags).items()]
    return {item.name: value for item, value in found.values.items()}


def test_totals_per_site_and_network() -> None:
    readings = {
        A: reading(A, ge1=port(in_bps=100.0), ge2=port(2), ge3=port(2), lo=port()),
        B: reading(B, ge1=port(in_bps=None)),
        C: None,
    }
    states = {Code("LI-1"): LINK_UP, Code("LI-2"): LINK_DOWN}
    samples = total_samples(PLANT, readings, states, time_ns=NOW)
    site = values(samples, site="ST-SW-A")
    assert site[SITE_TOTAL.in_bps.name] == 100.0
    assert site[SITE_TOTAL.ports_up.name] == 2
    assert site[SITE_TOTAL.ports_down.name] == 1, "ge3 is not in a link: nobody says it should be up"
    assert SITE_TOTAL.in_bps.name not in values(samples, site="ST-SW-B"), "no rate known is not zero traffic"
    assert values(samples, site="ST-SW-C")[SITE_TOTAL.devices_down.name] == 1
    network = values(samples, city="Teststadt")
    assert network[NETWORK_TOTAL.in_bps.name] == 100.0
    assert network[NETWORK_TOTAL.devices_up.name] == 2
    assert network[NETWORK_TOTAL.sites_dark.name] == 1
    assert network[NETWORK_TOTAL.links_up.name] == network[NETWORK_TOTAL.links_down.name] == 1
    assert network[NETWORK_TOTAL.links_unknown.name] == 0


def test_a_port_switched_off_on_purpose_is_not_down() -> None:
    samples = total_samples(PLANT, {A: reading(A, ge1=port(2, admin=2))}, {}, time_ns=NOW)
    assert values(samples, site="ST-SW-A")[SITE_TOTAL.ports_down.name] == 0


@given(
    st.dictionaries(
        st.sampled_from([A, B, C]),
        st.none() | st.dictionaries(st.sampled_from(["ge1", "ge2", "ge3"]), st.floats(0, 1e12), max_size=3),
    )
)
def test_network_is_the_sum_of_its_sites(rates: dict[Code, dict[str, float] | None]) -> None:
    readings = {
        code: reading(code, **{name: port(in_bps=rate) for name, rate in found.items()}) if found is not None else None
        for code, found in rates.items()
    }
    samples = total_samples(PLANT, readings, {}, time_ns=NOW)
    network = values(samples, city="Teststadt")
    sites = [values(samples, site=f"ST-{code}") for code in (A, B, C)]
    for item in (SITE_TOTAL.ports_up, SITE_TOTAL.ports_down, SITE_TOTAL.devices_up, SITE_TOTAL.devices_down):
        assert network[item.name] == sum(int(str(site[item.name])) for site in sites)
    known = [float(str(site[SITE_TOTAL.in_bps.name])) for site in sites if SITE_TOTAL.in_bps.name in site]
    assert network.get(NETWORK_TOTAL.in_bps.name) == (pytest.approx(sum(known)) if known else None)
