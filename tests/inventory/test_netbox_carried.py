"""What NetBox has no field of its own for: risk groups, provenance, whether a route is known, all statuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from memory_netbox import PUSH_ALL, MemoryNetBox

from inventory.entities import Code, LinkGroup, Protocol, Provenance, RouteKnown, Status
from inventory.glass import RiskGroup, RiskKind
from inventory.history import differences
from inventory.sources.netbox.cords import shaped
from inventory.sources.netbox.plan import UPDATE
from inventory.sources.netbox.pull import pull, taken_kinds

if TYPE_CHECKING:
    from inventory.plant import Plant
    from inventory.sources.netbox.held import Held

ALL = taken_kinds(PUSH_ALL, first=True)


def group(code: str, *members: str, kind: RiskKind = RiskKind.POWER) -> RiskGroup:
    return RiskGroup(
        id=f"00000000-0000-5000-8000-{len(code):012}", code=Code(code), kind=kind, members=tuple(map(Code, members))
    )


@pytest.fixture
def plant(small_plant: Plant) -> Plant:
    """A power supply shared by a site, a switch, a cable and a trench."""
    members = (small_plant.sites[0].code, "SW2", small_plant.cables[0].code, small_plant.sections[0].code)
    shared = replace(group("FEED", *members), rate=0.1, status=Status.PLANNED, name="Einspeisung Süd")
    return replace(small_plant, risk_groups=(shared,))


def pushed(plant: Plant) -> MemoryNetBox:
    netbox = MemoryNetBox()
    netbox.push(shaped(plant))
    return netbox


def ground_of(plant: Plant) -> Plant:
    return replace(plant, **{name: () for name in plant.__dataclass_fields__ if name not in KEPT}, where={})


KEPT = {"city", "sections", "route_nodes", "ducts", "where"}


def tagged(netbox: MemoryNetBox, code: str) -> set[str]:
    return {
        held.text("name") or held.text("label")
        for objects in netbox.objects.values()
        for held in objects.values()
        if code in held.groups
    }


def one(netbox: MemoryNetBox, point: str, name: str) -> Held:
    return next(held for held in netbox.objects[point].values() if name in {held.text("name"), held.text("label")})


def test_members_of_a_risk_group_are_tagged_and_the_group_comes_back_whole(plant: Plant) -> None:
    netbox = pushed(plant)
    first, _device, cable, _section = plant.risk_groups[0].members
    assert tagged(netbox, "FEED") == {first, "SW2", cable}
    assert netbox.push(shaped(plant)).steps == ()
    assert pull(netbox.estate, ground_of(plant), ALL).plant.risk_groups == plant.risk_groups


def test_a_member_more_and_one_less_in_either_place(plant: Plant) -> None:
    netbox = pushed(plant)
    before = plant.risk_groups[0]
    now = replace(before, members=(*before.members[1:], Code("SW3")))
    plan = netbox.push(shaped(replace(plant, risk_groups=(now,))))
    assert tagged(netbox, "FEED") == {"SW2", "SW3", before.members[2]}
    assert {(step.tags_on, step.tags_off) for step in plan.steps} >= {(("FEED",), ()), ((), ("FEED",))}
    held = one(netbox, "devices", "SW3")
    netbox.objects["devices"][held.pk] = replace(held, groups=())
    pulled = pull(netbox.estate, plant, ALL)
    assert pulled.plant.risk_groups == (replace(now, members=now.members[:-1]),)
    assert any("FEED: members" in line for line in pulled.edited)


def test_a_tag_somebody_made_is_a_group_and_stays_where_rainbow_does_not_know_it(plant: Plant) -> None:
    netbox = pushed(plant)
    for point, name in (("devices", "SW1"), ("devices", "SW3")):
        held = one(netbox, point, name)
        netbox.objects[point][held.pk] = replace(held, groups=(*held.groups, "FLOOD"))
    assert netbox.push(shaped(plant)).steps == ()
    assert tagged(netbox, "FLOOD") == {"SW1", "SW3"}
    found = {item.code: item for item in pull(netbox.estate, plant, ALL).plant.risk_groups}
    assert found[Code("FEED")] == plant.risk_groups[0]
    made = found[Code("FLOOD")]
    assert (made.kind, made.members, made.provenance.source) == (RiskKind.OTHER, ("SW1", "SW3"), "NetBox")
    both = replace(plant, risk_groups=tuple(found.values()))
    netbox.push(shaped(both))
    netbox.push(shaped(plant))
    assert tagged(netbox, "FLOOD") == set()


def test_a_group_of_trenches_alone_stays_in_rainbow(plant: Plant) -> None:
    ground = group("CROSSING", plant.sections[0].code, kind=RiskKind.CROSSING)
    both = replace(plant, risk_groups=(*plant.risk_groups, ground))
    netbox = MemoryNetBox()
    plan = netbox.push(shaped(both))
    assert any(line.startswith("CROSSING: NetBox has no object for any of its members") for line in plan.left_out)
    assert set(pull(netbox.estate, both, ALL).plant.risk_groups) == {*plant.risk_groups, ground}


def test_risk_groups_have_a_direction_of_their_own(plant: Plant) -> None:
    netbox = pushed(plant)
    nobody = replace(plant, risk_groups=())
    assert netbox.push(shaped(nobody), replace(PUSH_ALL, risk_groups="pull")).steps == ()
    assert pull(netbox.estate, nobody, ("risk_groups",)).plant.risk_groups == plant.risk_groups


def test_links_that_one_protocol_governs_come_back(plant: Plant) -> None:
    ring = LinkGroup(
        id="00000000-0000-5000-8000-0000000000aa",
        code=Code("RING"),
        protocol=Protocol.ERPS,
        links=tuple(link.code for link in plant.links),
        blocked=plant.links[-1].code,
    )
    ringed = replace(plant, link_groups=(ring,))
    netbox = pushed(ringed)
    assert netbox.push(shaped(ringed)).steps == ()
    assert pull(netbox.estate, ground_of(ringed), ALL).plant.link_groups == (ring,)


def test_provenance_is_shown_and_what_people_change_of_it_is_taken(plant: Plant) -> None:
    surveyed = Provenance(source="survey", as_of="2021-03-04", accuracy_m=0.5)
    cable = replace(plant.cables[0], provenance=surveyed)
    plant = replace(plant, cables=(cable, *plant.cables[1:]))
    netbox = pushed(plant)
    held = one(netbox, "cables", cable.code)
    shown = {name: held.custom[name] for name in ("rainbow_source", "rainbow_as_of", "rainbow_accuracy_m")}
    assert shown == {"rainbow_source": "survey", "rainbow_as_of": "2021-03-04", "rainbow_accuracy_m": 0.5}
    netbox.objects["cables"][held.pk] = replace(held, custom={**held.custom, "rainbow_as_of": "2026-05-06"})
    pulled = pull(netbox.estate, plant, ALL)
    assert pulled.plant.cable[cable.code].provenance == replace(surveyed, as_of="2026-05-06")
    assert len(pulled.edited) == 1
    plan = netbox.push(shaped(plant))
    assert [(step.action, step.label) for step in plan.steps] == [(UPDATE, cable.code)]
    assert plan.steps[0].changes == (("rainbow_as_of", "2026-05-06", "2021-03-04"),)
    bare = replace(plant, cables=(replace(cable, provenance=Provenance()), *plant.cables[1:]))
    netbox.push(shaped(bare))
    assert one(netbox, "cables", cable.code).custom["rainbow_source"] is None
    assert netbox.push(shaped(bare)).steps == ()


@pytest.mark.parametrize(
    ("said", "known", "way"), [("none", RouteKnown.NONE, False), ("partial", RouteKnown.PARTIAL, True)]
)
def test_a_way_people_doubt_in_netbox_is_doubted(plant: Plant, said: str, known: RouteKnown, *, way: bool) -> None:
    netbox = pushed(plant)
    cable = plant.cables[0]
    held = one(netbox, "cables", cable.code)
    netbox.objects["cables"][held.pk] = replace(held, custom={**held.custom, "route_known": said})
    found = pull(netbox.estate, plant, ALL).plant.cable[cable.code]
    assert (found.route_known, found.route) == (known, cable.route if way else ())


def test_a_way_nobody_drew_is_not_known_for_somebody_s_saying_so(plant: Plant) -> None:
    unknown = replace(plant.cables[0], route=(), containers=(), slack=(), route_known=RouteKnown.NONE)
    plant = replace(plant, cables=(unknown, *plant.cables[1:]))
    netbox = pushed(plant)
    held = one(netbox, "cables", unknown.code)
    for word in ("full", "certainly"):
        netbox.objects["cables"][held.pk] = replace(held, custom={**held.custom, "route_known": word})
        assert pull(netbox.estate, plant, ALL).plant.cable[unknown.code].route_known is RouteKnown.NONE


@pytest.mark.parametrize("status", list(Status))
def test_every_status_comes_back_though_netbox_has_fewer(plant: Plant, status: Status) -> None:
    kinds = ("sites", "structures", "devices", "cables", "services", "risk_groups")
    all_so = {name: tuple(replace(record, status=status) for record in getattr(plant, name)) for name in kinds}
    changed = replace(plant, **all_so)
    netbox = pushed(changed)
    pulled = pull(netbox.estate, ground_of(changed), ALL)
    assert (differences(changed, pulled.plant), pulled.edited) == ((), [])
