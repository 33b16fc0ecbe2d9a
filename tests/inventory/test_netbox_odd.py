"""What people have in their NetBox that fits no plant: nothing crashes, what cannot be taken is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_netbox import PUSH_ALL, MemoryNetBox

from inventory.checks import check
from inventory.plant import Plant
from inventory.sources.city_folder import read_plant, write_plant
from inventory.sources.netbox.pull import Pulled, pull, taken_kinds
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

ALL = taken_kinds(PUSH_ALL, first=True)
EMPTY = Plant(city="odd")


class Theirs(MemoryNetBox):
    """A NetBox people filled themselves: two sites, each with a device of the same name."""

    def __init__(self) -> None:
        super().__init__()
        self.sites = [
            self.hand("sites", name=name, slug=name, status="active", latitude=49.4 + number / 100, longitude=7.7)
            for number, name in enumerate(("Süd", "Nord"))
        ]
        self.devices = [self.device("sw", site) for site in self.sites]

    def device(self, name: str | None, site: int, **values: object) -> int:
        return self.hand("devices", name=name, site=site, status="active", **values)

    def port(self, device: int, name: str, kind: str = "10gbase-x-sfpp", point: str = "interfaces") -> tuple[str, int]:
        return point, self.hand(point, name=name, device=device, type=kind, positions=1)

    def cable(self, label: str, a: list[tuple[str, int]], b: list[tuple[str, int]], **values: object) -> int:
        ends = {"a_terminations": tuple(a), "b_terminations": tuple(b)}
        return self.hand("cables", label=label, status="connected", **ends, **values)

    def pull(self) -> Pulled:
        return pull(self.estate, EMPTY, ALL)


def why(pulled: Pulled, name: str) -> str:
    return next((item.why for item in pulled.left if item.name == name), "")


@pytest.fixture
def netbox() -> Theirs:
    return Theirs()


def test_cables_with_several_ends_are_named_and_a_duplex_cord_is_two(netbox: Theirs) -> None:
    one, other = netbox.devices
    ports = [netbox.port(one, f"xe-0/0/{number}:1") for number in range(3)]
    panel = netbox.device("ODF", netbox.sites[0])
    fronts = [netbox.port(panel, str(number), point="front_ports") for number in (1, 2)]
    netbox.cable("breakout", [ports[0]], [netbox.port(other, f"lane {number}") for number in range(4)])
    netbox.cable("duplex", [ports[1]], fronts)
    pulled = netbox.pull()
    assert why(pulled, "breakout") == "1 ends on one side, 4 on the other: which belongs to which is not known"
    patches = [(item.code, item.a, item.b) for item in pulled.plant.patches]
    assert patches == [("duplex rx", "sw:xe-0/0/1:1#rx", "ODF:2"), ("duplex tx", "sw:xe-0/0/1:1#tx", "ODF:1")]


def test_what_joins_circuits_power_and_nothing_is_named(netbox: Theirs) -> None:
    port = netbox.port(netbox.devices[0], "1")
    netbox.cable("uplink", [port], [("circuits.circuittermination", 3)])
    netbox.cable("power", [("dcim.powerfeed", 3)], [("dcim.powerport", 4)])
    netbox.cable("loose", [netbox.port(netbox.devices[0], "2")], [])
    netbox.cable("vanished", [netbox.port(netbox.devices[0], "3")], [("interfaces", 99_999)])
    netbox.hand("circuits", cid="C-Ä", status="active")
    pulled = netbox.pull()
    assert why(pulled, "uplink") == "it joins what RAINBOW does not know: circuits.circuittermination"
    assert why(pulled, "power") == "it joins what RAINBOW does not know: dcim.powerfeed"
    assert why(pulled, "loose") == "it has a loose end"
    assert why(pulled, "vanished") == "one of its ports stands at no site that was taken"
    assert why(pulled, "C-Ä").startswith("RAINBOW has services")
    assert all(item.pk for item in pulled.left)


def test_names_that_are_none_or_twice_or_full_of_signs(netbox: Theirs, tmp_path: Path) -> None:
    for device in (*netbox.devices, netbox.device(None, netbox.sites[0]), netbox.device(' a;b\n"ä" ', netbox.sites[1])):
        netbox.port(device, "Te1")
        netbox.port(device, "a;b")
    plant = netbox.pull().plant
    assert len({device.code for device in plant.devices}) == len(plant.devices) == 4
    assert [device.code for device in plant.devices if "ä" in device.code] == ['a b "ä"']
    assert len(netbox.pull().left) == 4
    (tmp_path / "city.toml").write_text('[city]\nname = "odd"\n', encoding="utf-8")
    write_plant(plant, tmp_path)
    assert {device.code for device in read_plant(tmp_path).devices} == {device.code for device in plant.devices}


def test_two_devices_of_one_address_and_devices_of_no_site_or_port(netbox: Theirs) -> None:
    for pk in netbox.devices:
        netbox.port(pk, "1")
        netbox.edit("devices", pk, address="10.0.0.1")
    netbox.device("PDU", netbox.sites[0])
    netbox.port(netbox.device("hidden", 99_999), "1")
    pulled = netbox.pull()
    assert sorted(device.address.startswith("100::") for device in pulled.plant.devices) == [False, True]
    assert any("its address 10.0.0.1 is that of sw too" in note for note in pulled.notes)
    assert why(pulled, "PDU") == "it has no port"
    assert why(pulled, "hidden") == "it stands at no site that was taken"
    assert why(pulled, "?:1") == "its device was not taken"


def test_statuses_somebody_added_are_said(netbox: Theirs) -> None:
    netbox.edit("sites", netbox.sites[0], status="seltsam")
    assert any("1 object has the status seltsam" in note for note in netbox.pull().notes)


def test_a_device_that_is_switch_and_cassette_at_once(netbox: Theirs) -> None:
    device = netbox.devices[0]
    netbox.port(device, "1")
    rear = netbox.hand("rear_ports", name="R", device=device, positions=12)
    mappings = tuple((number, rear, number) for number in range(1, 13))
    netbox.hand("front_ports", name="MPO", device=device, positions=12, rear_ports=mappings)
    pulled = netbox.pull()
    assert [item.code for item in pulled.plant.closures] == ["sw closure"]
    assert len({record.id for name in ("devices", "closures") for record in getattr(pulled.plant, name)}) == 3 - 1


def test_what_breaks_a_rule_of_the_plant_is_left_out_and_the_rest_taken(netbox: Theirs) -> None:
    good = netbox.hand("sites", name="Good", slug="good", status="active", latitude=49.4, longitude=7.7)
    netbox.hand("sites", name="Bad", slug="bad", status="active", latitude=94.9, longitude=7.7)
    netbox.port(netbox.device("sw2", good), "1")
    pulled = netbox.pull()
    assert "94.9" in why(pulled, "Bad")
    assert {site.code for site in pulled.plant.sites} == {"Süd", "Nord", "Good"}


SITE, DEVICE, PORT = st.integers(1, 4), st.integers(1, 9), st.integers(1, 26)
END = st.tuples(st.sampled_from(["interfaces", "front_ports", "rear_ports", "circuits.circuittermination"]), PORT)
ADDRESS = st.sampled_from(["10.0.0.1", "10.0.0.1", "fe80::1", "", None])
WORD = st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["a", "a", "a:1", "#tx", "R", "-", "ä/1"]))
NUMBER = st.one_of(st.none(), st.floats(-200, 200), st.just(0.0))
STRANDS = st.one_of(st.none(), st.integers(-1, 5), st.just("x"))


@st.composite
def anything(draw: st.DrawFn) -> MemoryNetBox:
    """Objects of all kinds, referring to each other or nowhere at random."""
    netbox = MemoryNetBox()
    for _site in range(draw(st.integers(0, 3))):
        netbox.hand("sites", name=draw(WORD), status=draw(WORD), latitude=draw(NUMBER), longitude=draw(NUMBER))
    for _device in range(draw(st.integers(0, 5))):
        netbox.hand("devices", name=draw(WORD), status=draw(WORD), site=draw(SITE), address=draw(ADDRESS))
    for point in draw(st.lists(st.sampled_from(["interfaces", "rear_ports", "front_ports"]), max_size=16)):
        mapping = st.tuples(st.integers(1, 3), PORT, st.integers(1, 3))
        more = {"rear_ports": tuple(draw(st.lists(mapping, max_size=3)))} if point == "front_ports" else {}
        size = draw(st.integers(1, 3))
        netbox.hand(point, name=draw(WORD), device=draw(DEVICE), type=draw(WORD), positions=size, **more)
    for _cable in range(draw(st.integers(0, 8))):
        ends = {f"{side}_terminations": tuple(draw(st.lists(END, max_size=2))) for side in "ab"}
        unit = draw(st.sampled_from(["m", "km", None, "parsec"]))
        strands = {"strand_count": draw(STRANDS)}
        length = draw(NUMBER)
        netbox.hand("cables", strands, label=draw(WORD), status=draw(WORD), length=length, length_unit=unit, **ends)
    return netbox


@settings(max_examples=60, deadline=None)
@given(anything())
def test_no_netbox_crashes_a_pull_and_what_comes_is_sound(netbox: MemoryNetBox) -> None:
    pulled = pull(netbox.estate, EMPTY, ALL)
    assert [item for item in check(pulled.plant) if item.severity is Severity.ERROR] == []
    objects = sum(len(netbox.objects[point]) for point in ("sites", "devices", "interfaces", "cables"))
    taken = sum(len(getattr(pulled.plant, name)) for name in ("sites", "devices", "interfaces", "cables", "patches"))
    assert objects <= taken + len(pulled.left) + len(pulled.plant.panels) + len(pulled.plant.closures)
