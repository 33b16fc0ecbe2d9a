"""What a simulated switch says, read object by object at chosen times: no sockets, no waiting."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from snmp_words import COMMUNITY, answer, request

from inventory.entities import Code
from inventory.loss import expected_light
from inventory.optics_classes import CLASSES
from rainbow.kernel.secret import Secret
from simulator.agent import Agent
from simulator.city import generate
from simulator.light import RECEIVER_DB, SENDER_DB, SPREAD_DB, WOBBLE_DB, modules
from simulator.network import Network
from simulator.switch_view import SwitchView

if TYPE_CHECKING:
    from snmp_words import Oid

SYS_UP_TIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
IF = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IFX = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
IN, OUT, HC_IN, HC_OUT = (*IF, 10), (*IF, 16), (*IFX, 6), (*IFX, 10)
HC_IN_PKTS, HC_OUT_PKTS = (*IFX, 7), (*IFX, 11)
OPER, LAST_CHANGE = (*IF, 8), (*IF, 9)
ENTITY = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
CLASS, CONTAINED_IN, NAME = (*ENTITY, 5), (*ENTITY, 4), (*ENTITY, 7)
ALIAS = (1, 3, 6, 1, 2, 1, 47, 1, 3, 2, 1, 2)
SENSOR = (1, 3, 6, 1, 2, 1, 99, 1, 1, 1)
LLDP_CHANGE = (1, 0, 8802, 1, 1, 2, 1, 2, 1, 0)
PORT_CLASS, SENSOR_CLASS = 10, 8
LINK = Code("KL-LI-0001")


class City:
    """A network with a clock that is set by hand, and an agent for each switch."""

    def __init__(self) -> None:
        self.network = Network(generate(2021, 40).plant, seed=2021, day_s=36_000.0)
        self.now_s = 0.0
        self._agents = {
            switch.device.code: Agent(SwitchView(switch, self.network, Secret(COMMUNITY), lambda: self.now_s).open)
            for switch in self.network.switches
        }
        self.line = self.network._line[LINK]
        self.a, self.b = self.line.switch_a.device.code, self.line.switch_b.device.code

    def get(self, device: Code, *oid: int) -> int:
        (_name, value), *_others = answer(self._agents[device].answer(request("get", oid))).binds
        return int(value)

    def table(self, device: Code, *root: int) -> dict[Oid, object]:
        found: dict[Oid, object] = {}
        at: Oid = root
        while True:
            for oid, value in answer(self._agents[device].answer(request("bulk", at, second=40))).binds:
                if oid[: len(root)] != root:
                    return found
                found[oid[len(root) :]] = value
                at = oid

    def after(self, device: Code, *oid: int) -> Oid:
        return answer(self._agents[device].answer(request("next", oid))).binds[0][0]

    def power_nw(self, device: Code, port: int, words: str) -> int:
        names = {index: bytes(value) for index, value in self.table(device, *NAME).items()}  # type: ignore[call-overload]
        if_name = self.network._switch[device].ports[port - 1].interface.if_name
        index = next(index for index, name in names.items() if name == f"{if_name} {words}".encode())
        return self.get(device, *SENSOR, 4, *index)


@pytest.fixture
def city() -> City:
    return City()


def test_what_leaves_one_end_arrives_at_the_other_in_octets_and_packets(city: City) -> None:
    city.now_s = 1234.5
    a, b = city.line.a.index, city.line.b.index
    for sent, received in ((HC_OUT, HC_IN), (HC_OUT_PKTS, HC_IN_PKTS)):
        assert city.get(city.a, *sent, a) == city.get(city.b, *received, b) > 0
        assert city.get(city.b, *sent, b) == city.get(city.a, *received, a) > 0
        assert city.get(city.a, *sent, a) != city.get(city.b, *sent, b)
    assert 200 < city.get(city.a, *HC_OUT, a) / city.get(city.a, *HC_OUT_PKTS, a) < 1200


def test_narrow_counters_are_the_wide_ones_less_their_wraps(city: City) -> None:
    city.now_s = 40_000.0
    for narrow, wide in ((IN, HC_IN), (OUT, HC_OUT)):
        counted = city.get(city.a, *wide, city.line.a.index)
        assert counted > 2**32
        assert city.get(city.a, *narrow, city.line.a.index) == counted % 2**32


def test_times_are_since_the_restart(city: City) -> None:
    city.now_s = 100.0
    assert city.get(city.b, *SYS_UP_TIME) == 10_000
    city.network.reboot([city.b], 100.0, seconds=5.0)
    city.now_s = 135.0
    assert city.get(city.b, *SYS_UP_TIME) == 3000
    assert city.get(city.b, *LAST_CHANGE, city.line.b.index) == 0  # up with the restart
    assert city.get(city.a, *LAST_CHANGE, city.line.a.index) == 10_500
    assert city.get(city.a, *LLDP_CHANGE) == 10_500
    city.network.flap([LINK], 140.0, seconds=2.0)
    city.now_s = 150.0
    assert city.get(city.b, *LAST_CHANGE, city.line.b.index) == 3700
    assert city.get(city.b, *LLDP_CHANGE) == 3700


def test_a_weak_module_still_sees_the_other_ends_light(city: City) -> None:
    a, b = city.line.a.index, city.line.b.index
    before = [city.power_nw(city.a, a, words) for words in ("receive power", "transmit power")]
    city.network.flap([city.line.a.interface.code], 0.0, seconds=10.0)
    city.now_s = 1.0
    assert city.get(city.a, *OPER, a) == city.get(city.b, *OPER, b) == 2
    assert city.power_nw(city.a, a, "receive power") == before[0] > 0
    assert city.power_nw(city.a, a, "transmit power") == 0 < before[1]
    assert city.power_nw(city.b, b, "receive power") == 0 < city.power_nw(city.b, b, "transmit power")


def test_every_sensor_is_held_by_a_port_that_is_an_interface(city: City) -> None:
    classes = {index[0]: int(value) for index, value in city.table(city.a, *CLASS).items()}  # type: ignore[call-overload]
    holders = {index[0]: int(value) for index, value in city.table(city.a, *CONTAINED_IN).items()}  # type: ignore[call-overload]
    aliases = {index[0]: tuple(value) for index, value in city.table(city.a, *ALIAS).items()}  # type: ignore[arg-type, var-annotated]
    sensors = [index for index, kind in classes.items() if kind == SENSOR_CLASS]
    lit = [port for port in city.line.switch_a.ports if port.module is not None]
    assert len(sensors) == 4 * len(lit) > 0
    assert {index[0] for index in city.table(city.a, *SENSOR, 4)} == set(sensors)
    assert all(classes[index] == PORT_CLASS for index in aliases)
    assert {alias[-1] for alias in aliases.values()} == {port.index for port in lit}
    assert {alias[:-1] for alias in aliases.values()} == {(*IF, 1)}
    assert all(holders[holders[sensor]] in aliases for sensor in sensors)


def test_next_goes_by_arcs_even_from_a_name_that_is_not_there(city: City) -> None:
    # 16384 is encoded in bytes that sort before those of 1010, the first port's entity.
    assert city.after(city.a, *ENTITY, 2, 16384) == (*ENTITY, 4, 1)
    assert city.after(city.a, *ENTITY, 2, 2) == (*ENTITY, 2, 1010)


def test_an_unknown_row_of_a_known_column_is_told_from_an_unknown_column(city: City) -> None:
    oids = ((*IF, 10, 9999), (*IF, 12, 1), (1, 3, 6, 1, 2, 1, 1, 5, 1), (1, 3, 6, 1, 4, 1, 1))
    found = answer(city._agents[city.a].answer(request("get", *oids))).binds
    assert [type(value).__name__ for _oid, value in found] == [
        "NoSuchInstance",
        "NoSuchObject",
        "NoSuchInstance",
        "NoSuchObject",
    ]


def test_sent_less_lost_is_received(city: City) -> None:
    plant = city.network._plant
    lit = modules(plant, 2021)
    for link in plant.links:
        if link.strands:
            light = expected_light(plant, link)
            for sender, receiver, loss_db in (
                (link.a, link.b, light.loss_a_to_b_db),
                (link.b, link.a, light.loss_b_to_a_db),
            ):
                lost_db = lit[sender].tx_dbm - lit[receiver].rx_dbm
                assert abs(lost_db - loss_db) <= RECEIVER_DB + 1e-9, link.code


def test_ends_of_different_classes_send_and_receive_what_theirs_do(city: City) -> None:
    plant = city.network._plant
    strong = CLASSES["CWDM-1G-80"]
    link = plant.link[LINK]
    ports = tuple(replace(port, optics=strong.name) if port.code == link.b else port for port in plant.interfaces)
    lit = modules(replace(plant, interfaces=ports), 2021)
    light = expected_light(plant, link)
    usual = CLASSES[plant.interface[link.a].optics]
    assert abs(lit[link.b].tx_dbm - strong.tx_typical_dbm) <= SENDER_DB
    assert abs(lit[link.a].rx_dbm - (strong.tx_typical_dbm - light.loss_b_to_a_db)) <= SPREAD_DB
    assert abs(lit[link.b].rx_dbm - (usual.tx_typical_dbm - light.loss_a_to_b_db)) <= SPREAD_DB
    blank = tuple(replace(port, optics="") if port.code == link.b else port for port in plant.interfaces)
    unknown = modules(replace(plant, interfaces=blank), 2021)
    assert link.b not in unknown
    assert abs(unknown[link.a].rx_dbm - (usual.tx_typical_dbm - light.loss_b_to_a_db)) <= SPREAD_DB


def test_light_moves_a_little_over_the_day(city: City) -> None:
    module = city.line.a.module
    assert module is not None
    levels = [10 * math.log10(module.rx_nanowatts(hour * 3600.0) / 1e6) for hour in range(24)]
    assert WOBBLE_DB < max(levels) - min(levels) <= 2 * WOBBLE_DB + 0.01
