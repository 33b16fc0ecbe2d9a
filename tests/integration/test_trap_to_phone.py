"""From the cut to the telephone over real SNMP and traps: how long, and how many messages.

By default on the demo city; with ``RAINBOW_SLOW=1`` on an invented one of 1,000 switches, where the times are claims.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import time
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, free_port
from running import Running, rainbow, wait_until
from telephone import ringing

from incidents.incident import Cause
from rainbow.city import open_city
from rainbow.wiring import ground, journal
from simulator.control import SocketControl

if TYPE_CHECKING:
    from pathlib import Path

    from telephone import Telephone

    from incidents.incident import Incident
    from inventory.entities import Code
    from rainbow.city import City

SLOW = os.environ.get("RAINBOW_SLOW") == "1"
INTERVAL_S, GLANCE_S = (60.0, 15.0) if SLOW else (10.0, 1.5)
WITH_TRAP_S = 1.0 if SLOW else 4.0
"""The claim is for a machine that does nothing else; a busy one is given more, less than the round that is due."""


def made(folder: Path, telephone: Telephone, *, traps: bool) -> City:
    city = folder / "city"
    if SLOW:
        assert rainbow("simulate", "new-city", str(city), "--seed", "3", "--switches", "1000").returncode == 0
    else:
        shutil.copytree(ROOT / "cities/lautern", city, ignore=shutil.ignore_patterns("state"))
    devices, port = city / "plant/devices.csv", free_port(socket.SOCK_DGRAM)
    devices.write_text(devices.read_text(encoding="utf-8").replace(",16100,", f",{port},"), encoding="utf-8")
    text = (city / "city.toml").read_text(encoding="utf-8")
    text = re.sub(
        r"(?m)^interval_s = .*$",
        f"interval_s = {INTERVAL_S}\nlinks_interval_s = {INTERVAL_S if traps else GLANCE_S}",
        text,
    )
    text += '\n[notify.channels.night]\nurl_file = "state/secrets/night"\nlanguage = "en"\n'
    if traps:
        text += f"\n[collect.traps]\nport = {free_port(socket.SOCK_DGRAM)}\n"
    (city / "city.toml").write_text(text, encoding="utf-8")
    (city / "state/secrets").mkdir(parents=True)
    (city / "state/secrets/night").write_text(telephone.url, encoding="utf-8")
    return open_city(city)


def vital_trench(city: City) -> Code:
    """One whose cut takes sites of high criticality, so that nobody waits; of several the one most links share."""
    known = ground(city)
    held = city.plant.links_in
    hurt = [code for code in held if known.criticality(known.lost(held[code])) >= 3]
    return max(hurt, key=lambda code: (len(held[code]), code))


def cut(folder: Path, *, traps: bool) -> tuple[float, Telephone, Incident, Code]:
    """Seconds from the cut to the first message, all messages until the next look, the one incident, the trench."""
    with ringing() as telephone:
        city = made(folder, telephone, traps=traps)
        trench = vital_trench(city)
        with Running(folder, "simulate", "run", str(city.folder)) as simulator:
            simulator.wait_for("ready:")
            with Running(folder, "collect", "run", str(city.folder)) as collector:
                collector.wait_for("round in", count=1)
                time.sleep(0.5)  # a cut right after the round would be told by the end of it
                began_s = time.time()
                SocketControl(city.simulator_socket).cut([trench])
                wait_until(lambda: bool(telephone.messages), "a message", collector)
                time.sleep(GLANCE_S)  # what would be told twice is told by then
                (incident,) = journal(city, read_only=True).incidents()
    return telephone.at_s[0] - began_s, telephone, incident, trench


@pytest.mark.parametrize("traps", [True, pytest.param(False, marks=pytest.mark.skipif(not SLOW, reason="slow"))])
def test_one_message_in_time(tmp_path: Path, *, traps: bool) -> None:
    took_s, telephone, incident, trench = cut(tmp_path, traps=traps)
    print(f"cut to message: {took_s:.2f} s, traps: {traps}, links: {len(incident.links)}")  # noqa: T201 - the figure
    assert took_s < (WITH_TRAP_S if traps else GLANCE_S + WITH_TRAP_S)
    assert incident.cause is Cause.CUT
    assert trench in incident.verdict.codes
    assert len(telephone.messages) == 1
