"""Energy: what counts as drawn and what does not, what follows from it, and the way from a device to the report."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from fake_client import FakeClient, FakeClock
from polled_city import Polled, PolledCity, polled_plant
from probe_device import SENSOR, box, entity, sensor
from score_recordings import replay
from test_probe import probed

from collectors.energy.balance import HOURS_PER_YEAR, DeviceEnergy, balance, co2_kg, kwh
from collectors.energy.metering import Metering
from collectors.energy.rounds import EnergyRounds
from collectors.energy.samples import Measured, energy_samples
from collectors.energy.settings import EnergySettings
from collectors.energy.usage import NS_PER_HOUR, used
from rainbow import wiring
from rainbow.city import clock, open_city
from rainbow.cli.energy import energy as command
from rainbow.kernel.errors import DeviceSilent
from rainbow.kernel.metrics import CITY_ENERGY, ENERGY, PORT_POWER, SITE_ENERGY
from rainbow.kernel.samples import Sample, UnixNs

if TYPE_CHECKING:
    from pathlib import Path

    from fake_client import FakeDevice

    from rainbow.kernel.samples import Value

POE = "1.3.6.1.2.1.105.1.3.1.1"
RADLAN_POE = "1.3.6.1.4.1.9.6.1.101.108.1.1"
UPS = "1.3.6.1.2.1.33.1"
SWITCH = """\
1.3.6.1.2.1.1.1.0|4|Invented switch
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.6.1.1006.1
1.3.6.1.2.1.1.3.0|67|100
1.3.6.1.2.1.1.5.0|4|sw-a
1.3.6.1.2.1.2.2.1.2.1|4|ge1
1.3.6.1.2.1.31.1.1.1.1.1|4|ge1
1.3.6.1.2.1.105.1.3.1.1.2.1|66|370
1.3.6.1.2.1.105.1.3.1.1.4.1|66|7
1.3.6.1.4.1.9.6.1.101.108.1.1.5.1.1|2|7194
"""


PLANT = polled_plant([Polled(code="SW-A", port=1161, community="x"), Polled(code="SW-B", port=1162, community="x")])


def balance_of(device: FakeDevice) -> DeviceEnergy:
    found = probed(device)
    return balance(found.interfaces, found.sensors)


def test_input_of_power_supplies_adds_up_and_other_watts_do_not() -> None:
    device = box("99999.1")
    for index, name in ((1, "PSU 1 input power"), (2, "PSU 2 input power"), (3, "PSU 1 output power")):
        entity(device, index, name)
        sensor(device, index, (6, 9, 0, 100 * index, 1))
    entity(device, 4, "ge1 Rx power")
    sensor(device, 4, (6, 8, 4, 5000, 1))
    assert balance_of(device).drawn_w == 300


def test_ports_and_the_total_that_the_device_counts_itself() -> None:
    device = box("9.6.1.1006.1")
    device.objects.update(
        {
            f"{POE}.2.1": 370,
            f"{POE}.4.1": 8,
            f"{RADLAN_POE}.5.1.1": 7194,
            f"{RADLAN_POE}.5.1.2": 0,
        }
    )
    found = balance_of(device)
    assert found.drawn_w is None  # a switch that does not measure itself is no switch without consumption
    assert (found.poe_w, found.poe_budget_w) == (8, 370)
    assert found.ports_w == {"ge1": pytest.approx(7.194)}


def test_a_ups_and_what_it_runs_on() -> None:
    device = box("99999.1")
    device.objects.update(
        {
            f"{UPS}.2.3.0": 42,
            f"{UPS}.2.4.0": 91,
            f"{UPS}.4.1.0": 5,
            f"{UPS}.4.4.1.4.1": 300,
            f"{UPS}.4.4.1.4.2": 200,
            f"{UPS}.4.4.1.5.1": 14,
            f"{UPS}.4.4.1.5.2": 40,
        }
    )
    ups = balance_of(device).ups
    assert ups is not None
    assert (ups.output_w, ups.load_percent, ups.charge_percent, ups.runtime_min) == (500, 40, 91, 42)
    assert ups.on_battery
    assert balance_of(device).drawn_w is None  # what a UPS gives is drawn, and counted, elsewhere


def test_a_port_that_lights_a_dark_fibre() -> None:
    device = box("99999.1")
    device.objects["1.3.6.1.2.1.2.2.1.8.2"] = 2
    for index, name in ((1, "ge1 Tx power"), (2, "ge2 Tx power")):
        entity(device, index, name)
        sensor(device, index, (14, 9, 1, -25, 1))
    assert balance_of(device).idle_lit == ("ge2",)


def test_a_year_of_a_kilowatt() -> None:
    assert kwh(1000, HOURS_PER_YEAR) == pytest.approx(8766)
    assert co2_kg(1000, HOURS_PER_YEAR, co2_g_per_kwh=363) == pytest.approx(3182.058)
    with pytest.raises(ValueError, match="below zero"):
        EnergySettings(co2_g_per_kwh=-1)


def test_samples_hold_only_what_was_read() -> None:
    device = box("9.6.1.1006.1")
    device.objects.update({f"{POE}.4.1": 8, f"{RADLAN_POE}.5.1.1": 7194})
    measured = [Measured(PLANT.devices[0], balance_of(device))]
    samples = energy_samples(PLANT, measured, UnixNs(5), co2_g_per_kwh=363)
    assert {sample.series.metric: set(sample.values) for sample in samples} == {
        ENERGY: {ENERGY.poe_w, ENERGY.idle_lit},
        PORT_POWER: {PORT_POWER.poe_w},
        SITE_ENERGY: {SITE_ENERGY.poe_w, SITE_ENERGY.measured, SITE_ENERGY.idle_lit},
        CITY_ENERGY: {CITY_ENERGY.poe_w, CITY_ENERGY.measured, CITY_ENERGY.idle_lit},
    }


def drawing(watts: int, *, port_mw: int = 5000) -> FakeDevice:
    """A switch that measures itself, feeds a port, and lights a fibre nobody listens at."""
    device = box("9.6.1.1006.1")
    entity(device, 1, "PSU 1 input power")
    sensor(device, 1, (6, 9, 0, watts, 1))
    entity(device, 2, "ge2 Tx power")
    sensor(device, 2, (14, 9, 1, -25, 1))
    device.objects |= {"1.3.6.1.2.1.2.2.1.8.2": 2, f"{RADLAN_POE}.5.1.1": port_mw}
    return device


def test_meters_are_found_once_and_then_asked_in_one_go() -> None:
    device, metering = drawing(100), Metering()
    first = asyncio.run(metering.read(FakeClient(device), 0.0))
    walked = len(device.walked)
    device.objects |= {f"{SENSOR}.4.1": 150, "1.3.6.1.2.1.2.2.1.8.2": 1, f"{RADLAN_POE}.5.1.1": 0}
    second = asyncio.run(metering.read(FakeClient(device), 300.0))
    assert (first.drawn_w, first.idle_lit, first.ports_w) == (100, ("ge2",), {"ge1": 5.0})
    assert (second.drawn_w, second.idle_lit, second.ports_w) == (150, (), {})
    assert len(device.walked) == walked


def test_a_restart_makes_the_meters_be_found_anew() -> None:
    device, metering = drawing(100), Metering()
    asyncio.run(metering.read(FakeClient(device), 0.0))
    device.objects["1.3.6.1.2.1.1.3.0"] = 5
    assert asyncio.run(metering.read(FakeClient(device), 300.0)).drawn_w is None
    assert asyncio.run(metering.read(FakeClient(device), 600.0)).drawn_w == 100


class City:
    """Two switches at a site each, and what rounds wrote of them."""

    def __init__(self) -> None:
        self.devices = {"SW-A": drawing(100), "SW-B": drawing(50)}
        self.clock = FakeClock()
        self.written: list[Sample] = []
        settings = EnergySettings(co2_g_per_kwh=400, interval_s=300)
        self.rounds = EnergyRounds(
            PLANT,
            settings,
            lambda device: FakeClient(self.devices[device.code]),
            self.written.extend,
            clock=self.clock,
            deadline_s=5,
        )

    def round(self, *, after_s: float = 300.0) -> dict[str, dict[str, Value]]:
        """Values by metric and device."""
        self.clock.go(after_s)
        self.written.clear()
        asyncio.run(self.rounds.once())
        return {
            f"{sample.series.metric.name} {sample.series.tag('device')}".strip(): {
                field.name: value for field, value in sample.values.items()
            }
            for sample in self.written
        }


def test_a_site_and_the_city_are_the_sums_of_their_devices() -> None:
    found = City().round()
    assert found["energy SW-A"]["drawn_w"] == 100
    site, whole = found["site_energy"], found["city_energy"]
    assert (site["drawn_w"], site["measured"], site["idle_lit"]) == (50, 1, 1)  # the last of two sites
    assert (whole["drawn_w"], whole["measured"], whole["idle_lit"]) == (150, 2, 2)
    assert whole["kwh_per_day"] == pytest.approx(3.6)
    assert whole["co2_kg_per_day"] == pytest.approx(3.6 * 0.4)


def test_a_silent_device_is_a_gap_and_no_zero() -> None:
    city = City()
    city.round()
    city.devices["SW-A"].error = DeviceSilent("no answer")
    found = city.round()
    assert "energy SW-A" not in found
    assert (found["city_energy"]["drawn_w"], found["city_energy"]["measured"]) == (50, 1)


def test_a_port_that_gives_no_more_gives_nothing() -> None:
    city = City()
    assert city.round()["port_power SW-A"] == {"poe_w": 5.0}
    city.devices["SW-A"].objects[f"{RADLAN_POE}.5.1.1"] = 0
    assert city.round()["port_power SW-A"] == {"poe_w": 0.0}


def test_the_command_on_a_replayed_switch(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    (recordings / "made-up.snmprec").write_text(SWITCH)
    with replay(recordings) as port:
        city = tmp_path / "city"
        PolledCity(folder=city, devices=[Polled(code="SW-A", port=port, community="made-up")]).write()
        result = CliRunner().invoke(command, [str(city), "--format", "json", "--keep"])
        assert result.exit_code == 0, result.output
        said = json.loads(result.stdout)
        (switch,) = said["devices"]
        assert (switch["poe_w"], switch["poe_budget_w"], switch["drawn_w"]) == (7, 370, None)
        assert switch["ports_w"] == {"ge1": 7.194}
        text = CliRunner(env={"RAINBOW_LANG": "en"}).invoke(command, [str(city)]).stdout
        assert "gives 7.0 W to 1 port" in text


def test_what_was_drawn_is_the_area_below_what_is_known() -> None:
    hour = NS_PER_HOUR
    rows = [(0, 100.0), (hour, 200.0), (10 * hour, 50.0)]  # eight hours of nobody knows
    found = used("city", rows, longest_ns=hour, end_ns=10 * hour + hour // 2, co2_g_per_kwh=400)
    assert found.kwh == pytest.approx(0.1 + 0.2 + 0.025)
    assert found.measured_h == pytest.approx(2.5)
    assert found.co2_kg == pytest.approx(0.325 * 0.4)
    assert found.mean_w == pytest.approx(130)
    nothing = used("city", [], longest_ns=hour, end_ns=hour, co2_g_per_kwh=400)
    assert (nothing.kwh, nothing.mean_w) == (0, 0)


def test_the_past_as_a_report(tmp_path: Path) -> None:
    city = tmp_path / "city"
    PolledCity(folder=city, devices=[Polled(code="SW-A", port=1161, community="x")]).write()
    opened = open_city(city)
    now_ns = clock()
    with wiring.store(opened) as store:
        for minutes in (120, 115, 110):
            series = {"site": SITE_ENERGY.series(site="ST-SW-A"), "city": CITY_ENERGY.series(city=opened.plant.city)}
            time_ns = UnixNs(now_ns - minutes * 60 * 1_000_000_000)
            store.write(
                [
                    Sample(series["site"], time_ns, {SITE_ENERGY.drawn_w: 60.0}),
                    Sample(series["city"], time_ns, {CITY_ENERGY.drawn_w: 60.0}),
                ]
            )
        store.roll_up(now_ns)
    said = json.loads(CliRunner().invoke(command, [str(city), "--days", "1", "--format", "json"]).stdout)
    assert said["kwh"] == pytest.approx(0.06 * (5 + 5 + 10) / 60, rel=0.02)
    assert [site["name"] for site in said["sites"]] == ["ST-SW-A"]
    text = CliRunner(env={"RAINBOW_LANG": "en"}).invoke(command, [str(city), "--days", "1"]).stdout
    assert "of 24 hours" in text
    assert "60 W on average" in text
