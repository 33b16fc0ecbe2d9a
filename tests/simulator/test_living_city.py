"""The whole simulator over real sockets: net-snmp's programs on one side, commands on the other."""

from __future__ import annotations

import json
import socket
import stat
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from conftest import require_real
from living_city import COMMUNITY, SEED, Living, living, snmp, some_plant

from inventory.loss import expected_light
from rainbow.cli.simulate import simulate
from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.secret import Secret
from simulator.city import generate
from simulator.control import Command, SocketControl, Verb
from simulator.light import SPREAD_DB
from simulator.run import LivingCity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.entities import Device

UPTIME = ".1.3.6.1.2.1.1.3.0"
OPER = ".1.3.6.1.2.1.2.2.1.8"
HC_IN = ".1.3.6.1.2.1.31.1.1.1.6"
NEIGHBOUR_NAME = ".1.0.8802.1.1.2.1.4.1.1.9"
NEIGHBOUR_PORT = ".1.0.8802.1.1.2.1.4.1.1.7"
SENSOR_VALUE = ".1.3.6.1.2.1.99.1.1.1.4"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Living]:
    with living(some_plant(), tmp_path / "simulator.sock") as found:
        yield found


def device(found: Living, code: str) -> Device:
    return found.city.network._switch[code].device


def values(found: Living, code: str, root: str) -> dict[str, str]:
    rows = (line.split(" ", 1) for line in snmp("snmpbulkwalk", device(found, code), root))
    return {row[0].removeprefix(root + "."): row[1] for row in rows if row[0].startswith(root + ".")}


@pytest.mark.real
def test_net_snmp_walks_the_same_with_next_and_bulk_and_in_order(running: Living) -> None:
    require_real("snmpwalk", "snmpbulkwalk")
    switch = device(running, "KL-SW-04")
    by_next = [line.split(" ")[0] for line in snmp("snmpwalk", switch, ".1") if "No more var" not in line]
    bulk = snmp("snmpbulkwalk", switch, ".1", options=("-Cr30",))
    by_bulk = [line.split(" ")[0] for line in bulk if "No more var" not in line]
    arcs = [tuple(map(int, name[1:].split("."))) for name in by_bulk if name.startswith(".")]
    assert by_next == by_bulk
    assert arcs == sorted(set(arcs))
    ports = list(running.city.network._switch["KL-SW-04"].ports)
    lit = [port for port in ports if port.module is not None]
    assert len(arcs) > 40 * len(ports) + 46 * len(lit)
    assert snmp("snmpget", switch, ".1.3.6.1.2.1.1.5.0") == ['.1.3.6.1.2.1.1.5.0 "KL-SW-04"']
    assert snmp("snmpget", switch, UPTIME, community="wrong", options=("-r0",)) == []


@pytest.mark.real
def test_neighbours_light_and_states_are_those_of_the_plant(running: Living) -> None:
    require_real("snmpbulkwalk")
    plant = running.city.network._plant
    for code in ("KL-SW-03", "KL-SW-20"):
        names, ports = values(running, code, NEIGHBOUR_NAME), values(running, code, NEIGHBOUR_PORT)
        levels = values(running, code, SENSOR_VALUE)
        opers = values(running, code, OPER)
        own = [port for port in running.city.network._switch[code].ports if port.linked]
        assert len(names) == len(own) > 0
        for port in own:
            link = plant.link_at[port.interface.code]
            far = plant.interface[link.b if link.a == port.interface.code else link.a]
            light = expected_light(plant, link)
            expected_dbm = light.rx_a_dbm if link.a == port.interface.code else light.rx_b_dbm
            assert names[f"0.{port.index}.1"] == f'"{far.device}"'
            assert ports[f"0.{port.index}.1"] == f'"{far.if_name}"'
            assert opers[str(port.index)] == "1"
            assert expected_dbm is not None
            least, most = (10 ** ((expected_dbm + side * (SPREAD_DB + 0.01)) / 10) * 1e6 for side in (-1, 1))
            assert least < int(levels[str(1000 + 10 * port.index + 2)]) < most


@pytest.mark.real
def test_counters_move_and_a_restart_begins_them_anew(running: Living) -> None:
    require_real("snmpbulkwalk")

    def read() -> tuple[int, int]:
        octets = values(running, "KL-SW-04", HC_IN)["1"]
        ticks = snmp("snmpget", device(running, "KL-SW-04"), UPTIME, options=("-Ot",))
        return int(octets), int(ticks[0].split(" ")[1])

    first, second = read(), read()
    assert second[0] > first[0]
    assert second[1] >= first[1]
    running.control.tell(Command(verb=Verb.REBOOT, names=("KL-SW-04",), seconds=0.05))
    deadline = time.monotonic() + 5
    while running.control.status().restarting and time.monotonic() < deadline:
        pass
    third = read()
    assert third[1] < second[1]
    assert third[0] < second[0]


@pytest.mark.real
def test_a_cut_is_seen_at_both_ends_and_a_repair_too(running: Living) -> None:
    require_real("snmpbulkwalk")
    plant = running.city.network._plant
    link = plant.link[next(code for codes in plant.links_in.values() for code in codes)]
    trench = plant.sections_of(link)[0]
    near = plant.interface[link.a].device
    port = running.city.network._port[link.a]
    running.control.cut([trench])
    assert running.control.cuts() == (trench,)
    assert values(running, near, OPER)[str(port.index)] == "2"
    assert values(running, near, SENSOR_VALUE)[str(1000 + 10 * port.index + 2)] == "0"
    assert f"0.{port.index}.1" not in values(running, near, NEIGHBOUR_NAME)
    running.control.repair([trench])
    assert running.control.cuts() == ()
    assert values(running, near, OPER)[str(port.index)] == "1"
    assert f"0.{port.index}.1" in values(running, near, NEIGHBOUR_NAME)


@pytest.mark.real
def test_a_switch_that_no_way_leads_to_is_silent_unless_it_is_managed_apart(tmp_path: Path) -> None:
    require_real("snmpget")
    plant = some_plant()
    trench, lamp = next(
        (code, places[0]) for code, places in generate(SEED, 40).planted.trenches.items() if len(places) == 1
    )
    switch = plant.devices_at[lamp][0]
    for in_band, answers in ((True, 0), (False, 1)):
        with living(plant, tmp_path / "s", in_band=in_band) as found:
            found.control.cut([trench])
            assert len(snmp("snmpget", switch, UPTIME, options=("-r0", "-t0.3"))) == answers
            assert found.control.status().cut_off == (switch.code,)


def test_a_thousand_switches_start_within_seconds(tmp_path: Path) -> None:
    plant = some_plant(1000, seed=3)
    began_s = time.process_time()
    with living(plant, tmp_path / "s") as found:
        took_s = time.process_time() - began_s
        assert found.control.status().switches == 1000
    assert took_s < 5.0  # of processor time; about 1 s


def test_the_socket_is_this_users_only_and_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "state" / "simulator.sock"
    with living(some_plant(3), path) as found:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert found.control.available()
    assert not path.exists()
    assert not SocketControl(path).available()
    with pytest.raises(SimulatorError, match="no simulator runs for this city"):
        SocketControl(path).cuts()


def test_a_socket_deep_in_the_file_system_works(tmp_path: Path) -> None:
    path = tmp_path / ("deep" * 20) / ("deeper" * 20) / "simulator.sock"
    with living(some_plant(3), path) as found:
        assert found.control.cuts() == ()


def test_a_second_simulator_of_a_city_is_refused_and_a_left_over_socket_is_not(tmp_path: Path) -> None:
    path = tmp_path / "simulator.sock"
    with closing(socket.socket(socket.AF_UNIX)) as dead:
        dead.bind(str(path))
    assert path.exists()
    plant = some_plant(3)
    with living(plant, path):
        with pytest.raises(SimulatorError, match="runs already"), living(plant, path):
            pass
        other = tmp_path / "other.sock"
        with pytest.raises(SimulatorError, match="Address already in use"), living(plant, other):
            pass
        assert not other.exists()
        assert SocketControl(path).available()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"hello\n", "no JSON object"),
        (b"[1]\n", "no JSON object"),
        (b'{"verb": "explode"}\n', "'explode'"),
        (b'{"verb": "cut", "names": [1]}\n', "cut"),
        (b'{"verb": "reboot", "names": ["KL-SW-01"], "seconds": true}\n', "no number of seconds"),
        (b'{"verb": "reboot", "names": ["KL-SW-01"], "seconds": NaN}\n', "no time"),
        (b'{"verb": "flap", "names": ["KL-SW-01"]}\n', "no interface or link KL-SW-01"),
        (b"[" * 100_000 + b"\n", "no JSON object"),
    ],
)
def test_nonsense_on_the_socket_is_answered_and_harms_nothing(tmp_path: Path, said: bytes, error: str) -> None:
    with living(some_plant(3), tmp_path / "s") as found:
        with closing(socket.socket(socket.AF_UNIX)) as talk:
            talk.settimeout(5)
            talk.connect(str(found.socket))
            talk.sendall(said)
            answer = json.loads(talk.makefile("rb").readline())
        assert error in answer["error"]
        assert found.control.status().switches == 3


def test_a_line_without_end_is_hung_up_on(tmp_path: Path) -> None:
    with living(some_plant(3), tmp_path / "s") as found:
        with closing(socket.socket(socket.AF_UNIX)) as talk:
            talk.settimeout(10)
            talk.connect(str(found.socket))
            try:
                for _turn in range(64):
                    talk.sendall(b"x" * 65_536)
                assert talk.recv(1) == b""
            except (BrokenPipeError, ConnectionResetError):
                pass  # hung up on while it still talked: what is wanted, only earlier
        assert found.control.available()


def test_datagrams_that_are_no_snmp_are_counted_and_nothing_else(tmp_path: Path) -> None:
    plant = some_plant(3)
    with living(plant, tmp_path / "s") as found, closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as talk:
        for datagram in (b"", b"\x30", b"\x00" * 1000, bytes(range(256))):
            talk.sendto(datagram, (plant.devices[0].address, plant.devices[0].port))
        deadline = time.monotonic() + 5
        while found.control.status().malformed < 4 and time.monotonic() < deadline:
            pass
        assert found.control.status().malformed == 4


def test_only_loopback_addresses_and_known_profiles_and_no_address_twice(tmp_path: Path) -> None:
    plant = some_plant(3)
    first, *others = plant.devices
    cases = (
        (replace(first, address="192.0.2.1"), "no loopback address"),
        (replace(first, snmp="v3"), "SNMP profile v3"),
        (replace(first, address=others[0].address), "of another device"),
    )
    for changed, error in cases:
        altered = replace(plant, devices=(changed, *others))
        with pytest.raises(SimulatorError, match=error), living(altered, tmp_path / "s"):
            pass


def test_commands_of_the_command_line(tmp_path: Path) -> None:
    plant = some_plant()
    trench = plant.sections[0].code

    def told(*arguments: str) -> str:
        return CliRunner().invoke(simulate, list(arguments), catch_exceptions=False).output

    city = tmp_path / "city"
    with living(plant, city / "state" / "simulator.sock"):
        assert f"cut trenches  {trench}" in told("cut", str(city), trench)
        assert json.loads(told("status", str(city), "--format", "json"))["cuts"] == [trench]
        assert "cut trenches  none" in told("repair", str(city))
        assert "restarting    KL-SW-05" in told("reboot", str(city), "KL-SW-05", "--for", "60")
        assert "silenced      KL-SW-06" in told("silence", str(city), "KL-SW-06")
        assert "silenced      none" in told("silence", str(city), "KL-SW-06", "--for", "0")
        assert "KL-LI-0001" in told("flap", str(city), "KL-LI-0001", "--for", "60")
        with pytest.raises(SimulatorError, match="no trench KL-TR-9999"):
            told("cut", str(city), "KL-TR-9999")


def test_the_community_does_not_show(tmp_path: Path) -> None:
    city = LivingCity(some_plant(3), {"default": Secret(COMMUNITY)}, seed=1, in_band=True)
    assert COMMUNITY not in repr(city)
    assert COMMUNITY not in repr(vars(city))
    assert not list(tmp_path.iterdir())
