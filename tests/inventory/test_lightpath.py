"""Light paths: through closures, panels, patches and filters, with no interface needed, whatever is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.checks import check
from inventory.entities import Code, Direction, Status, StrandRef, Structure, StructureKind
from inventory.glass import (
    End,
    Passive,
    PassiveKind,
    Patch,
    Splice,
    SpliceKind,
    StrandEnd,
)
from inventory.lightpath.budget import HopKind, budget, hops, path_light
from inventory.lightpath.free import free_routes
from inventory.lightpath.graph import LightPath, Stop
from inventory.lightpath.joints import JointFaultKind
from inventory.lightpath.links import strands_on, way_of
from inventory.lightpath.names import paths_named, terminals_of
from inventory.loss import cable_m, expected_light, loss_budget
from rainbow.kernel.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.plant import Plant


def traced(plant: Plant, what: str) -> tuple[LightPath, ...]:
    return paths_named(plant.light, what)


def names(plant: Plant, path: LightPath) -> list[str]:
    wanted = {HopKind.JACK, HopKind.PANEL, HopKind.STRAND, HopKind.FILTER, HopKind.SPLITTER}
    return [hop.name for hop in hops(plant.light, path) if hop.kind in wanted]


def test_the_plant_in_order_has_no_finding(glass_plant: Plant) -> None:
    assert [str(item) for item in check(glass_plant)] == []


def test_three_cables_in_one_ring_closure(glass_plant: Plant) -> None:
    """A leads on into B or into D, and B and D are joined past A."""
    assert [names(glass_plant, path) for path in traced(glass_plant, "A/2")] == [["OD-H:2", "A/2", "B/2", "OD-S:2"]]
    assert [names(glass_plant, path) for path in traced(glass_plant, "A/8")] == [["OD-H:8", "A/8", "D/4", "OD-F:4"]]
    assert [names(glass_plant, path) for path in traced(glass_plant, "B/8")] == [["OD-F:8", "D/8", "B/8", "OD-S:8"]]
    assert [names(glass_plant, path) for path in traced(glass_plant, "D/12")] == [["D/12", "OD-F:12"]]


def test_dark_glass_is_traced_from_anything_on_it(glass_plant: Plant) -> None:
    (first,) = traced(glass_plant, "B/5")
    assert (first.begin, first.end) == (Stop.OPEN, Stop.OPEN)
    for what in ("D/5", "OD-S:5", "OD-F:5", "S-BD/1"):
        (path,) = traced(glass_plant, what)
        assert path.key == first.key
    assert len(traced(glass_plant, "S-BD")) == 4


def test_two_filters_give_each_colour_its_port(glass_plant: Plant) -> None:
    ends = {
        path.wavelength_nm: {names(glass_plant, path)[0], names(glass_plant, path)[-1]}
        for path in traced(glass_plant, "B/1")
        if path.wavelength_nm
    }
    assert ends == {
        1471: {"SW1:1/1#tx", "SW2:1/1#rx"},
        1491: {"SW1:1/1#rx", "SW2:1/1#tx"},
        1511: {"SW1:1/2#tx", "SW2:1/2#rx"},
        1531: {"SW1:1/2#rx", "SW2:1/2#tx"},
    }
    (path,) = traced(glass_plant, "SW1:1/2#tx")
    assert names(glass_plant, path) == [
        "SW1:1/2#tx", "MX-H:1511", "OD-H:1", "A/1", "B/1", "OD-S:1", "MX-S:1511", "SW2:1/2#rx",
    ]  # fmt: skip


def test_a_colour_the_far_filter_does_not_know_is_blocked(glass_plant: Plant) -> None:
    far = replace(glass_plant.passive[Code("MX-S")], colours=(1491, 1511, 1531))
    patches = tuple(item for item in glass_plant.patches if item.code != "PC-8")
    plant = replace(glass_plant, passives=(glass_plant.passives[0], far), patches=patches)
    (path,) = traced(plant, "SW1:1/1#tx")
    assert (path.begin, path.end, names(plant, path)[-1]) == (Stop.JACK, Stop.BLOCKED, "OD-S:1")


def test_the_express_port_takes_what_the_colours_leave(glass_plant: Plant) -> None:
    """A second filter behind the express port: its colours pass the first, and only its."""
    more = replace(
        glass_plant.passives[0], id="x", code=Code("MX-2"), colours=(1551, 1471), express=False, express_db=None
    )
    cord = replace(glass_plant.patches[0], id="y", code=Code("PC-99"), a=Code("MX-2:com"), b=Code("MX-H:exp"))
    plant = replace(glass_plant, passives=(*glass_plant.passives, more), patches=(*glass_plant.patches, cord))
    (path,) = traced(plant, "MX-2:1551")
    assert path.wavelength_nm == 1551
    assert names(plant, path) == ["MX-2:1551", "MX-H:exp", "OD-H:1", "A/1", "B/1", "OD-S:1"]
    (wrong,) = traced(plant, "MX-2:1471")
    assert Stop.BLOCKED in {wrong.begin, wrong.end}
    assert {path.wavelength_nm for path in traced(plant, "A/1")} >= {1471, 1551}


def test_a_splitter_parts_one_light_for_all_legs(glass_plant: Plant) -> None:
    splitter = Passive(id="x", code=Code("SP"), kind=PassiveKind.SPLITTER, node=Code("SCHOOL"), legs=4)
    cord = Patch(id="y", code=Code("PC-99"), a=Code("SP:com"), b=Code("OD-S:2"))
    plant = replace(glass_plant, passives=(*glass_plant.passives, splitter), patches=(*glass_plant.patches, cord))
    assert sorted(names(plant, path)[-1] for path in traced(plant, "A/2")) == ["SP:1", "SP:2", "SP:3", "SP:4"]
    (path,) = traced(plant, "SP:3")
    assert names(plant, path) == ["SP:3", "OD-S:2", "B/2", "A/2", "OD-H:2"]
    assert sum(hop.loss_db for hop in hops(plant.light, path) if hop.kind is HopKind.SPLITTER) == 7.2


def test_a_loop_is_told(glass_plant: Plant) -> None:
    """A/20 and A/21 are spliced at one end and patched at the other."""
    splice = Splice(
        id="x", code=Code("S-X"), closure=Code("CL"), a=_end("A/20"), b=_end("A/21"), tray=4, kind=SpliceKind.FUSION
    )
    cord = Patch(id="y", code=Code("PC-99"), a=Code("OD-H:20"), b=Code("OD-H:21"))
    plant = replace(glass_plant, splices=(*glass_plant.splices, splice), patches=(*glass_plant.patches, cord))
    (path,) = traced(plant, "A/20")
    assert (path.begin, path.end) == (Stop.LOOP, Stop.LOOP)
    assert {str(item) for item in strands_on(plant.light, path)} == {"A/20", "A/21"}
    assert [item.key for item in plant.light.paths if item.end is Stop.LOOP] == [path.key]


def _end(text: str, end: End | None = None) -> StrandEnd:
    cable, _slash, number = text.rpartition("/")
    return StrandEnd(StrandRef(Code(cable), int(number)), end)


@pytest.mark.parametrize(
    ("change", "kind", "what"),
    [
        (lambda p: _splice(p, a=_end("A/1"), b=_end("D/9")), JointFaultKind.TAKEN, "A/1"),
        (lambda p: _splice(p, a=_end("A/25"), b=_end("D/9")), JointFaultKind.NO_STRAND, "A/25"),
        (lambda p: _splice(p, a=_end("A/20"), b=_end("D/10"), count=4), JointFaultKind.NO_STRAND, "D/13"),
        (lambda p: _splice(p, a=_end("A/20"), b=_end("D/10", End.TO)), JointFaultKind.NOT_HERE, "D/10:to"),
        (lambda p: _splice(p, a=_end("A/20"), b=_end("A/20")), JointFaultKind.ITSELF, "A/20"),
        (lambda p: _patch(p, "OD-H:25", "OD-H:20"), JointFaultKind.NO_PORT, "OD-H:25"),
        (lambda p: _patch(p, "MX-H:1551", "OD-H:20"), JointFaultKind.NO_PORT, "MX-H:1551"),
        (lambda p: _patch(p, "OD-H:5", "OD-H:20"), JointFaultKind.TAKEN, "OD-H:5"),
        (lambda p: _patch(p, "MX-H:exp", "MX-H:com"), JointFaultKind.ITSELF, "MX-H:exp"),
    ],
)
def test_a_joint_that_cannot_be_is_left_out_and_told(
    glass_plant: Plant, change: Callable[[Plant], Plant], kind: JointFaultKind, what: str
) -> None:
    graph = change(glass_plant).light
    assert [(item.kind, item.record.code, item.what) for item in graph.faults] == [(kind, "X-NEW", what)]
    assert len(traced(glass_plant, "A/2")) == 1


def _splice(plant: Plant, **values: object) -> Plant:
    splice = Splice(id="x", code=Code("X-NEW"), closure=Code("CL"), tray=4, **values)  # type: ignore[arg-type]
    return replace(plant, splices=(*plant.splices, splice))


def _patch(plant: Plant, a: str, b: str) -> Plant:
    return replace(plant, patches=(*plant.patches, Patch(id="x", code=Code("X-NEW"), a=Code(a), b=Code(b))))


def test_a_cable_with_both_ends_in_one_place_says_which(glass_plant: Plant) -> None:
    ring = replace(glass_plant.cable[Code("D")], id="x", code=Code("R"), from_node=Code("RING"), to_node=Code("RING"))
    plant = replace(glass_plant, cables=(*glass_plant.cables, ring))
    graph = _splice(plant, a=_end("A/20"), b=_end("R/1")).light
    assert [item.kind for item in graph.faults] == [JointFaultKind.WHICH_END]
    named = _splice(plant, a=_end("A/20"), b=_end("R/1", End.TO))
    assert not named.light.faults
    assert names(named, traced(named, "A/20")[0]) == ["OD-H:20", "A/20", "R/1"]


def test_what_is_planned_or_gone_takes_no_strand(glass_plant: Plant) -> None:
    gone = replace(glass_plant.splices[0], status=Status.DECOMMISSIONED)
    plant = replace(glass_plant, splices=(gone, *glass_plant.splices[1:]))
    assert names(plant, traced(plant, "B/2")[0]) == ["B/2", "OD-S:2"]


def test_the_loss_is_that_of_all_that_is_passed(glass_plant: Plant) -> None:
    (path,) = traced(glass_plant, "SW1:1/1#tx")
    found = budget(hops(glass_plant.light, path))
    km = sum(cable_m(glass_plant, glass_plant.cable[Code(code)]) for code in "AB") / 1000
    assert found.fibre_db == pytest.approx(km * 0.2642, abs=0.01)
    assert found.splices_db == pytest.approx(3 * 0.08)  # closure and two pigtails
    assert found.connectors_db == pytest.approx(2 * 0.25)  # two panels
    assert found.filters_db == pytest.approx(1.6 + 1.4)  # four colours, and the other's sheet
    light = path_light(glass_plant.light, path)
    assert light is not None
    assert light.rx_dbm == pytest.approx(-2.5 - found.total_db)
    assert light.margin_db == pytest.approx(light.rx_dbm + 23.0)
    assert light.overload_db == pytest.approx(0.0 - found.total_db + 3.0)


def test_measured_values_go_before_planning_values(glass_plant: Plant) -> None:
    (path,) = traced(glass_plant, "D/3")
    strand = next(hop for hop in hops(glass_plant.light, path, 1310) if hop.name == "D/3")
    assert (strand.loss_db, strand.length_m, strand.measured) == (pytest.approx(0.4 * 0.35 / 0.21), 480.0, True)
    (other,) = traced(glass_plant, "B/6")
    measured = [hop for hop in hops(glass_plant.light, other) if hop.measured]
    assert [(hop.kind, hop.name, hop.loss_db) for hop in measured] == [
        (HopKind.PIGTAIL, "TE-F", 0.06),
        (HopKind.SPLICE, "S-BD 3/2", 0.05),
    ]


def test_a_slot_is_counted_from_its_own_strand(glass_plant: Plant) -> None:
    """A/10 and B/9 are the first of four: B/11 lies in the third slot, A/11 in the second."""
    plant = _splice(glass_plant, a=_end("A/10"), b=_end("B/9"), count=4)
    for strand, slot in (("A/11", "X-NEW 4/2"), ("B/11", "X-NEW 4/3")):
        (path,) = traced(plant, strand)
        for way in (path, path.turned()):
            assert [hop.name for hop in hops(plant.light, way) if hop.kind is HopKind.SPLICE] == [slot]


def test_a_modules_own_sheet_overrules_its_class(glass_plant: Plant) -> None:
    light = expected_light(glass_plant, glass_plant.link[Code("L3")])
    assert light.rx_b_dbm == pytest.approx((-8.5 - 3.0) / 2 - light.loss_a_to_b_db)
    assert light.rx_a_dbm == pytest.approx((-9.0 - 3.0) / 2 - light.loss_b_to_a_db)


def test_an_undocumented_link_is_traced_as_it_claims(small_plant: Plant) -> None:
    """Nothing but links: the paths go their strands, and lose what the links are reckoned with."""
    for link in small_plant.links:
        for direction, strands in (
            (Direction.A_TO_B, link.strands),
            (Direction.B_TO_A, link.return_strands or link.strands[::-1]),
        ):
            path = way_of(small_plant.light, link, direction)
            assert path is not None
            assert set(strands_on(small_plant.light, path)) == set(strands)
            nm = path.wavelength_nm or 1310
            coloured = 2 if link.code == "L1" else 0
            expected = loss_budget(small_plant, strands, nm, filters=coloured)
            assert budget(hops(small_plant.light, path, nm)).total_db == pytest.approx(expected.total_db)


def test_two_undocumented_links_on_one_strand_are_told_apart_by_colour(glass_plant: Plant) -> None:
    bare = replace(glass_plant, patches=(), terminations=(), splices=(), passives=())
    for link, nm in (("L1", 1471), ("L2", 1511)):
        path = way_of(bare.light, bare.link[Code(link)], Direction.A_TO_B)
        assert path is not None
        assert path.wavelength_nm == nm
        assert [str(item) for item in strands_on(bare.light, path)] == ["A/1", "B/1"]


def test_a_trace_is_kept_until_the_plant_changes(glass_plant: Plant) -> None:
    graph = glass_plant.light
    terminal = terminals_of(graph, "B/2")[0]
    assert graph.trace(terminal) is graph.trace(terminal ^ 1)
    assert glass_plant.light is graph
    changed = replace(glass_plant, splices=())
    assert names(changed, traced(changed, "B/2")[0]) == ["B/2", "OD-S:2"]


def test_free_strands_with_their_splices(glass_plant: Plant) -> None:
    direct = free_routes(glass_plant.light, Code("HALL"), Code("SCHOOL"))[0]
    assert (direct.cables, direct.free, direct.splices, direct.to_splice) == (("A", "B"), 3, 1, ())
    assert [str(strand) for strand in direct.bundles[0].pieces[0]] == ["A/2", "B/2"]
    both = free_routes(glass_plant.light, Code("SCHOOL"), Code("FIRE"))
    assert (both[0].cables, both[0].free) == (("B", "D"), 4)
    # A/10-24 end open in the ring, so do B/9-12: one splice more joins them; A/9 is broken.
    joined = next(route for route in free_routes(glass_plant.light, Code("HALL"), Code("SCHOOL")) if route.to_splice)
    assert (joined.to_splice, joined.free, joined.splices) == (("RING",), 4, 0)
    assert ("A/9",) not in [tuple(map(str, piece)) for piece in joined.bundles[0].pieces]


def test_nothing_free_leads_to_a_place_without_glass(glass_plant: Plant) -> None:
    lonely = Structure(id="x", code=Code("POLE"), kind=StructureKind.MAST, point=(7.77, 49.44))
    plant = replace(glass_plant, structures=(*glass_plant.structures, lonely))
    assert free_routes(plant.light, Code("HALL"), Code("POLE")) == ()


@pytest.mark.parametrize(
    ("name", "cure"),
    [("A/25", "1 to 24"), ("OD-H:25", "OD-H:1 - OD-H:24"), ("MX-H:1", "MX-H:1471"), ("S-AC", "S-AB"), ("??", "write")],
)
def test_an_unknown_name_is_refused_with_the_nearest(glass_plant: Plant, name: str, cure: str) -> None:
    with pytest.raises(InputError) as caught:
        terminals_of(glass_plant.light, name)
    assert cure in caught.value.cure


@pytest.mark.parametrize("links", [2, 3])
def test_links_that_share_glass_and_name_no_colours_leave_a_way_for_one(small_plant: Plant, links: int) -> None:
    """Nobody says which colour is whose: the first has the rest of the light, the others are not joined at all."""
    shared = next(link for link in small_plant.links if link.strands and not link.return_strands)
    ends = [port for device in (shared.a, shared.b) for port in [small_plant.interface[device]]]
    more = [
        [
            replace(port, id=f"{port.id}-{number}", code=Code(f"{port.device}:x{number}"), if_name=f"x{number}")
            for port in ends
        ]
        for number in range(1, links)
    ]
    plant = replace(
        small_plant,
        channels=(),
        interfaces=(*small_plant.interfaces, *(port for pair in more for port in pair)),
        links=(
            shared,
            *(
                replace(shared, id=f"{shared.id}-{number}", code=Code(f"{shared.code}-{number}"), a=a.code, b=b.code)
                for number, (a, b) in enumerate(more)
            ),
        ),
    )
    assert plant.light.paths
    for a, _b in more:
        for path in traced(plant, a.code):
            assert path.begin is not Stop.JACK or path.end is not Stop.JACK
    assert {path.end for path in traced(plant, shared.a)} == {Stop.JACK}
