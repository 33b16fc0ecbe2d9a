"""Energy: what counts as drawn and what does not, what follows from it, and the way from a device to the report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from polled_city import Polled, PolledCity, polled_plant
from probe_device import box, entity, sensor
from score_recordings import replay
from test_probe import probed

from collectors.energy.balance import balance, co2_kg_per_year, kwh_per_year
from collectors.energy.settings import EnergySettings
from collectors.energy.survey import Surveyed, energy_samples
from rainbow.cli.energy import energy as command
from rainbow.kernel.metrics import ENERGY, PORT_POWER

if TYPE_CHECKING:
    from pathlib import Path

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


def test_input_of_power_supplies_adds_up_and_other_watts_do_not() -> None:
    device = box("99999.1")
    for index, name in ((1, "PSU 1 input power"), (2, "PSU 2 input power"), (3, "PSU 1 output power")):
        entity(device, index, name)
        sensor(device, index, (6, 9, 0, 100 * index, 1))
    entity(device, 4, "ge1 Rx power")
    sensor(device, 4, (6, 8, 4, 5000, 1))
    assert balance(probed(device)).drawn_w == 300


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
    found = balance(probed(device))
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
    ups = balance(probed(device)).ups
    assert ups is not None
    assert (ups.output_w, ups.load_percent, ups.charge_percent, ups.runtime_min) == (500, 40, 91, 42)
    assert ups.on_battery
    assert balance(probed(device)).drawn_w is None  # what a UPS gives is drawn, and counted, elsewhere


def test_a_port_that_lights_a_dark_fibre() -> None:
    device = box("99999.1")
    device.objects["1.3.6.1.2.1.2.2.1.8.2"] = 2
    for index, name in ((1, "ge1 Tx power"), (2, "ge2 Tx power")):
        entity(device, index, name)
        sensor(device, index, (14, 9, 1, -25, 1))
    assert balance(probed(device)).idle_lit == ("ge2",)


def test_a_year_of_a_kilowatt() -> None:
    assert kwh_per_year(1000) == pytest.approx(8766)
    assert co2_kg_per_year(1000, co2_g_per_kwh=363) == pytest.approx(3182.058)
    with pytest.raises(ValueError, match="below zero"):
        EnergySettings(co2_g_per_kwh=-1)


def test_samples_hold_only_what_was_read() -> None:
    device = box("9.6.1.1006.1")
    device.objects.update({f"{POE}.4.1": 8, f"{RADLAN_POE}.5.1.1": 7194})
    plant = polled_plant([Polled(code="SW-A", port=1161, community="x")])
    surveyed = [Surveyed(device=plant.devices[0], energy=balance(probed(device)))]
    samples = energy_samples(plant, surveyed, 5)
    assert {sample.series.metric: set(sample.values) for sample in samples} == {
        ENERGY: {ENERGY.poe_w},
        PORT_POWER: {PORT_POWER.poe_w},
    }


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
