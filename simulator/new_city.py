"""A simulated city as a folder: plant files, settings that suit switches on this machine, and words that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.sources.city_folder import write_plant
from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.city import GeneratedCity

COMMUNITY_FILE = "state/secrets/snmp_community"

_SETTINGS = """\
# {name}: an invented city. Made by: {command}

[city]
name = "{name}"
title = "{name} (invented)"

[snmp.default]
version = "2c"  # the simulated switches are on loopback addresses; over a network use version 3
community_file = "{community_file}"  # "rainbow simulate run" and "rainbow demo" make one where none is

[collect]
interval_s = 5.0  # a real city: 60; these switches bear it, and a cut shows within five seconds
device_deadline_s = 4.0
timeout_s = 1.0
retries = 1
breaker_pause_s = 5.0  # a repaired switch is back at once
breaker_max_pause_s = 10.0

[simulator]
seed = {seed}  # of noise and load; the plant is in the files
in_band = true  # a switch that no way of links leads to does not answer; false: it has a network of its own for that
"""

_README = """\
# {name}

**An invented city.** Its coordinates lie around Kaiserslautern so that a map shows something; every trench, cable,
building, lamp, name and link in it is made up by a program from the seed {seed}. Nothing here says anything about
a real network.

It has {buildings} buildings on a star around the town hall's data centre, {lamps} lamps with sirens, {trenches}
trench sections, {cables} cables and {switches} switches. Mistakes of real networks are planted in it: sites at the
end of a single trench, a ring whose two ends run through one trench and that is documented as diverse, two ways that
meet in one handhole. `rainbow topology report` finds them, and the project's tests hold it to finding exactly them.

- `city.toml`: how it is run. The switches are simulated, on loopback addresses; `rainbow simulate run` starts them.
- `plant/`: what lies in the ground, as GeoJSON and CSV.
- `state/`: made when it runs: store, sockets, the demo's SNMP community. Not part of the city.

Made by `{command}`; the same command makes the same bytes.
"""


def write_city(made: GeneratedCity, folder: Path, *, seed: int, options: str = "") -> None:
    """Write a generated city into an empty or new folder; ``options`` are further ones it was made with.

    Raises:
        SimulatorError: the folder holds something already, or cannot be written.
    """
    plant = made.plant
    facts = {
        "name": plant.city,
        "seed": seed,
        "switches": len(plant.devices),
        "buildings": len(plant.sites),
        "lamps": sum(structure.has_siren for structure in plant.structures),
        "trenches": len(plant.sections),
        "cables": len(plant.cables),
        "community_file": COMMUNITY_FILE,
        "command": f"rainbow simulate new-city FOLDER --seed {seed} --switches {len(plant.devices)}{options}",
    }
    try:
        if folder.exists() and any(folder.iterdir()):
            raise SimulatorError(
                _("{folder} is not empty: a city is never written over another").format(folder=folder),
                cure=_("name a new folder, or delete that one"),
            )
        folder.mkdir(parents=True, exist_ok=True)
        write_plant(plant, folder)
        (folder / "city.toml").write_text(_SETTINGS.format(**facts), encoding="utf-8")
        (folder / "README.md").write_text(_README.format(**facts), encoding="utf-8")
    except OSError as error:
        raise SimulatorError(
            _("{folder} cannot be written: {error}").format(folder=folder, error=error.strerror)
        ) from None
