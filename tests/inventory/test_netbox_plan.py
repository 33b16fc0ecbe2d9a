from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from memory_netbox import PUSH_ALL, MemoryNetBox, far_ends

from inventory.checks.references import resolved as whole
from inventory.entities import Code, Record, RouteKnown, Status
from inventory.history import differences
from inventory.plant import Plant
from inventory.sources.city_folder import read_plant
from inventory.sources.netbox.apply import refuse_deletes
from inventory.sources.netbox.cords import shaped
from inventory.sources.netbox.plan import CREATE, DELETE, UPDATE, plan_push
from inventory.sources.netbox.pull import pull, refuse_losses, taken_kinds
from inventory.sources.netbox.settings import NetBoxDirections, NetBoxSettings
from inventory.sources.netbox.wanted import END_A, END_B, PASSIVE
from rainbow.kernel.errors import InputError, NetBoxError
from rainbow.kernel.secret import SecretRef

if TYPE_CHECKING:
    from inventory.sources.netbox.held import Held

ALL = taken_kinds(PUSH_ALL, first=True)
PULL_ALL = NetBoxDirections(**dict.fromkeys(ALL, "pull"))


@pytest.fixture(scope="module")
def lautern() -> Plant:
    return read_plant(ROOT / "cities" / "lautern")


@pytest.fixture
def plants(small_plant: Plant, glass_plant: Plant, lautern: Plant) -> list[Plant]:
    return [small_plant, glass_plant, lautern]


def pushed(plant: Plant) -> MemoryNetBox:
    netbox = MemoryNetBox()
    netbox.push(shaped(plant))
    return netbox


def ground_of(plant: Plant) -> Plant:
    """What is never in NetBox."""
    return Plant(
        city=plant.city,
        sections=plant.sections,
        route_nodes=plant.route_nodes,
        ducts=plant.ducts,
        link_groups=plant.link_groups,
    )


def one(netbox: MemoryNetBox, point: str, code: str) -> Held:
    return next(
        held
        for held in netbox.objects[point].values()
        for rows in held.rows.values()
        if rows[0]["code"] == code and rows[0]["id"] == held.rainbow_id
    )


def test_a_second_push_writes_nothing(plants: list[Plant]) -> None:
    for plant in plants:
        netbox = pushed(plant)
        assert netbox.push(shaped(plant)).steps == ()


def test_with_free_ports_too_and_back_again(glass_plant: Plant) -> None:
    netbox = pushed(glass_plant)
    more = netbox.push(shaped(glass_plant, free_ports=True))
    assert more.count(CREATE) == len(more.steps) > 20
    less = netbox.push(shaped(glass_plant))
    assert less.count(DELETE) == len(less.steps) == len(more.steps)


def test_pulled_into_an_empty_city_it_is_the_same(plants: list[Plant]) -> None:
    for plant in plants:
        pulled = pull(pushed(plant).estate, ground_of(plant), ALL)
        assert differences(plant, pulled.plant) == ()
        assert (pulled.notes, pulled.edited) == ([], [])


def test_without_trenches_routes_are_unknown(lautern: Plant) -> None:
    pulled = pull(pushed(lautern).estate, Plant(city=lautern.city), ALL)
    assert {cable.route_known for cable in pulled.plant.cables} == {RouteKnown.NONE}
    assert len(pulled.plant.cables) == len(lautern.cables)
    assert any("64 cables lie in trenches" in note for note in pulled.notes)
    assert whole(pulled.plant) is pulled.plant


def test_traces_end_where_the_light_does(plants: list[Plant]) -> None:
    for plant in plants:
        ends = {link.a: link.b for link in plant.links} | {link.b: link.a for link in plant.links}
        assert far_ends(pushed(plant)) == ends


def test_links_without_any_documented_glass_trace_too(lautern: Plant) -> None:
    bare = replace(
        lautern, closures=(), splices=(), panels=(), terminations=(), passives=(), patches=(), transceivers=()
    )
    ends = {link.a: link.b for link in bare.links if link.strands}
    found = far_ends(pushed(bare))
    assert ends == {a: found.get(a) for a in ends}
    assert all(found[found[a]] == a for a in found)


def test_one_changed_cable_is_one_step(lautern: Plant) -> None:
    netbox = pushed(lautern)
    first = replace(lautern.cables[0], sheath_m=999.5, name="renamed")
    plan = netbox.push(shaped(replace(lautern, cables=(first, *lautern.cables[1:]))))
    assert [(step.action, step.point, step.label) for step in plan.steps] == [(UPDATE, "cables", first.code)]
    assert {name for name, _old, _new in plan.steps[0].changes} >= {"length", "description"}


def test_no_two_cables_of_one_wave_are_on_one_path(plants: list[Plant]) -> None:
    """NetBox traces a path in the transaction that plugs a cable: what is written at once must not meet."""
    for plant in plants:
        shape = shaped(plant)
        waves: dict[str, int] = {}
        for item in shape.wanted.values():
            ends = [ref for side in ("a_terminations", "b_terminations") for ref in item.values.get(side, ())]  # type: ignore[attr-defined] # references
            jacks = [shape.wanted[ref].label for ref in ends if ref.point == "interfaces"]
            assert (item.wave == PASSIVE) == (not jacks)
            waves.update(dict.fromkeys(jacks, item.wave))
        for link in plant.links:
            there = {waves.get(link.a), waves.get(link.b)}
            assert there == {END_A, END_B} or len(there - {None}) < 2
        steps = [step for step in plan_push(shape, MemoryNetBox().estate, PUSH_ALL).steps if step.point == "cables"]
        order = [step.wanted.wave for step in steps if step.wanted is not None]
        assert order == sorted(order)


def test_where_light_is_traced_already_cables_are_written_one_by_one(lautern: Plant) -> None:
    assert plan_push(shaped(lautern), MemoryNetBox().estate, PUSH_ALL).untraced
    assert not plan_push(shaped(lautern), pushed(lautern).estate, PUSH_ALL).untraced


def test_a_push_stopped_anywhere_is_finished_by_the_next(glass_plant: Plant) -> None:
    shape = shaped(glass_plant)
    total = len(plan_push(shape, MemoryNetBox().estate, PUSH_ALL).steps)
    for stop in range(0, total, 7):
        netbox = MemoryNetBox()
        netbox.apply(plan_push(shape, netbox.estate, PUSH_ALL), stop)
        rest = netbox.push(shape)
        assert rest.count(CREATE) == len(rest.steps) == total - stop
        assert netbox.push(shape).steps == ()


def test_changed_at_random_it_is_written_and_pulled_right(lautern: Plant) -> None:
    """Any subset of the glass, in any state of NetBox: plans apply without a port taken twice, and come back equal."""
    rng = random.Random(4711)
    netbox = MemoryNetBox()
    for _round in range(6):
        plant = thinned(lautern, rng)
        netbox.push(shaped(plant))
        assert netbox.push(shaped(plant)).steps == ()
        assert differences(plant, pull(netbox.estate, ground_of(plant), ALL).plant) == ()


def thinned(plant: Plant, rng: random.Random) -> Plant:
    def some(records: tuple[Record, ...], share: float) -> tuple[Record, ...]:
        return tuple(record for record in records if rng.random() < share)

    fewer = replace(
        plant,
        patches=some(plant.patches, 0.9),
        splices=some(plant.splices, 0.9),
        terminations=some(plant.terminations, 0.9),
        links=some(plant.links, 0.9),
        passives=some(plant.passives, 0.9),
        cables=some(plant.cables, 0.95),
        devices=some(plant.devices, 0.95),
    )
    return whole(fewer)


def test_two_cords_that_change_places_are_unplugged_first(lautern: Plant) -> None:
    patches = list(lautern.patches)
    first, second = [index for index, item in enumerate(patches) if ":com" in item.a][:2]
    swapped = patches.copy()
    swapped[first] = replace(patches[first], b=patches[second].b)
    swapped[second] = replace(patches[second], b=patches[first].b)
    netbox = pushed(lautern)
    plant = replace(lautern, patches=tuple(swapped))
    netbox.push(shaped(plant))
    assert netbox.push(shaped(plant)).steps == ()


def test_what_a_person_made_is_never_deleted_and_what_is_in_the_way_is_said(small_plant: Plant) -> None:
    netbox = pushed(small_plant)
    site = netbox.hand("sites", name="Theirs", slug="theirs", status="active")
    port = one(netbox, "interfaces", "SW3:1/2")
    cable = next(
        held for held in netbox.objects["cables"].values() if ("interfaces", port.pk) in held.values["a_terminations"]
    )
    ends = cable.values
    del netbox.objects["cables"][cable.pk]
    netbox.hand("cables", a_terminations=ends["a_terminations"], b_terminations=(("interfaces", 99),), label="Theirs")
    plan = netbox.push(shaped(small_plant))
    assert site in netbox.objects["sites"]
    assert plan.steps == ()
    assert "SW3:1/2: the port is taken by cable" in plan.blocked[0]


def test_a_device_that_people_put_ports_on_is_spared(small_plant: Plant) -> None:
    netbox = pushed(small_plant)
    device = one(netbox, "devices", "SW3")
    netbox.hand("interfaces", name="mgmt0", device=device.pk)
    fewer = whole(replace(small_plant, devices=small_plant.devices[:2]))
    plan = netbox.push(shaped(fewer))
    assert device.pk in netbox.objects["devices"]
    assert plan.blocked == ("SW3: not deleted, for its port mgmt0 is not RAINBOW's",)


def test_what_stands_there_already_is_adopted(small_plant: Plant) -> None:
    netbox = MemoryNetBox()
    site = netbox.hand("sites", name="HALL", slug="hall", status="active", latitude=1.0, longitude=2.0)
    device = netbox.hand("devices", name="sw1", site=site, status="active")
    netbox.push(shaped(small_plant))
    assert netbox.objects["sites"][site].rainbow_id == small_plant.sites[0].id
    assert netbox.objects["devices"][device].rainbow_id == small_plant.devices[0].id
    assert netbox.push(shaped(small_plant)).steps == ()


def test_two_cities_share_a_netbox(small_plant: Plant, glass_plant: Plant) -> None:
    netbox = pushed(small_plant)
    other = whole(replace(glass_plant, sites=tuple(replace(item, id=item.id[::-1]) for item in glass_plant.sites)))
    before = len(netbox.objects["devices"])
    renamed = Plant(city="other", sites=(replace(other.sites[0], code=Code("ELSEWHERE")),))
    plan = netbox.push(shaped(renamed))
    assert plan.count(DELETE) == 0
    assert len(netbox.objects["devices"]) == before
    assert netbox.push(shaped(small_plant)).steps == ()


def test_kinds_that_netbox_leads_are_not_written(small_plant: Plant) -> None:
    netbox = MemoryNetBox()
    plan = netbox.push(shaped(small_plant), replace(PUSH_ALL, devices="pull", interfaces="off"))
    assert {step.kind for step in plan.steps if step.point in {"devices", "interfaces"}} <= {"structures", "glass"}
    assert any("SW1:1/1 needs SW1:1/1" in line or "needs SW" in line for line in plan.blocked)


def test_what_netbox_leads_stays_beside_what_is_pushed(small_plant: Plant) -> None:
    netbox = pushed(small_plant)
    changed = replace(
        small_plant,
        links=tuple(replace(link, name="renamed") for link in small_plant.links),
        interfaces=tuple(replace(item, name="renamed") for item in small_plant.interfaces),
    )
    plan = netbox.push(shaped(changed), replace(PUSH_ALL, links="pull"))
    assert {step.point for step in plan.steps} == {"interfaces"}
    pulled = pull(netbox.estate, small_plant, ("links", "interfaces")).plant
    assert {link.name for link in pulled.links} == {""}
    assert {item.name for item in pulled.interfaces} == {"renamed"}


def test_an_edit_in_netbox_comes_with_a_pull_and_goes_with_a_push(lautern: Plant) -> None:
    netbox = pushed(lautern)
    cable = one(netbox, "cables", "KL-CA-0001")
    netbox.edit("cables", cable.pk, description="neu", status="planned", length=12.5)
    site = one(netbox, "sites", "KL-ST-01")
    netbox.edit("sites", site.pk, latitude=49.5, physical_address="Am Markt 1")
    pulled = pull(netbox.estate, lautern, ALL)
    found = pulled.plant.cable[Code("KL-CA-0001")]
    assert (found.name, found.status, found.sheath_m) == ("neu", Status.UNDER_CONSTRUCTION, 12.5)
    assert pulled.plant.sites[0].point == (lautern.sites[0].point[0], 49.5)
    assert len(pulled.edited) == 2
    assert {step.label for step in netbox.push(shaped(lautern)).steps} == {"KL-CA-0001", "KL-ST-01"}


def test_what_is_gone_from_netbox_is_left_out_with_what_hangs_on_it(small_plant: Plant) -> None:
    netbox = pushed(small_plant)
    del netbox.objects["interfaces"][one(netbox, "interfaces", "SW3:1/2").pk]
    pulled = pull(netbox.estate, small_plant, ALL)
    assert {link.code for link in pulled.plant.links} == {"L1", "L2"}
    assert whole(pulled.plant) is pulled.plant


def test_mass_deletes_are_refused(lautern: Plant) -> None:
    netbox = pushed(lautern)
    fewer = whole(replace(lautern, devices=lautern.devices[:20]))
    plan = plan_push(shaped(fewer), netbox.estate, PUSH_ALL)
    count = plan.count(DELETE)
    with pytest.raises(NetBoxError, match=rf"nothing was written: {count} objects of \d+ would be deleted"):
        refuse_deletes(plan, None)
    with pytest.raises(NetBoxError, match="would be deleted"):
        refuse_deletes(plan, count - 1)
    refuse_deletes(plan, count)


def test_an_empty_answer_takes_nothing_away(lautern: Plant) -> None:
    pulled = pull(MemoryNetBox().estate, lautern, ALL)
    with pytest.raises(NetBoxError, match="are no longer in NetBox"):
        refuse_losses(lautern, pulled.plant, None)


def test_names_netbox_has_no_room_for_are_named_before_anything_is_written(small_plant: Plant) -> None:
    long = replace(small_plant.sites[0], name="x" * 201)
    with pytest.raises(InputError, match="HALL: description has 201 characters, NetBox takes 200"):
        shaped(replace(small_plant, sites=(long, *small_plant.sites[1:])))


def test_an_edited_record_is_named(small_plant: Plant) -> None:
    netbox = pushed(small_plant)
    held = one(netbox, "sites", "HALL")
    rows = {"sites": [{**held.rows["sites"][0], "kind": "castle"}]}
    netbox.objects["sites"][held.pk] = replace(
        held, custom={**held.custom, "rainbow_record": {"city": "small", "kind": "sites", "records": rows}}
    )
    with pytest.raises(NetBoxError, match=r"sites \d+: rainbow_record: kind: 'castle' is not known here"):
        pull(netbox.estate, small_plant, ALL)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"url": "http://netbox.example"}, "would send the token in clear"),
        ({"url": "netbox.example"}, "does not begin with http"),
        ({"url": "https://me:secret@netbox.example"}, "url holds a user or password"),
        ({"token": SecretRef()}, "needs token_env or token_file"),
        ({"chunk": 0}, "chunk is not between 1 and 1000"),
    ],
)
def test_bad_settings_are_named(values: dict[str, object], words: str) -> None:
    given: dict[str, object] = {"url": "https://netbox.example", "token": SecretRef(env="X"), **values}
    with pytest.raises(ValueError, match=words):
        NetBoxSettings(**given)  # type: ignore[arg-type] # what a person wrote


def test_a_direction_is_push_pull_or_off() -> None:
    with pytest.raises(ValueError, match="'sideways' is not push, pull or off"):
        NetBoxDirections(cables="sideways")
