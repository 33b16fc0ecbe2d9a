from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.entities import Code, Direction, RouteKnown, StrandRef
from inventory.loss import attenuation_db_per_km, cable_m, colours_on, expected_light, filters_on, loss_budget
from inventory.optics_classes import CLASSES, CWDM_NM, canonical_nm, known_nm

if TYPE_CHECKING:
    from inventory.plant import Plant


def test_attenuation_meets_the_table_and_lies_between_its_neighbours() -> None:
    assert attenuation_db_per_km(1310) == 0.35
    assert attenuation_db_per_km(1550) == pytest.approx(0.21)
    assert attenuation_db_per_km(1520) == pytest.approx(0.23)
    assert attenuation_db_per_km(850) == 0.40
    assert attenuation_db_per_km(1700) == 0.24


@given(st.integers(600, 2000))
def test_attenuation_stays_within_the_tables_bounds(wavelength_nm: int) -> None:
    assert 0.21 <= attenuation_db_per_km(wavelength_nm) <= 0.40


def test_budget_adds_fibre_splices_connectors_and_filters(small_plant: Plant) -> None:
    way = small_plant.link[Code("L1")].strands
    budget = loss_budget(small_plant, way, 1550, filters=2)
    second_m = small_plant.section[Code("T2")].length_m
    assert budget.fibre_db == pytest.approx((500.0 + second_m) / 1000 * 0.21)
    assert budget.splices_db == pytest.approx(3 * 0.08)
    assert budget.connectors_db == pytest.approx(0.5)
    assert budget.filters_db == pytest.approx(5.0)
    assert budget.total_db == pytest.approx(
        budget.fibre_db + budget.splices_db + budget.connectors_db + budget.filters_db
    )


def test_a_patch_cord_loses_nothing(small_plant: Plant) -> None:
    assert loss_budget(small_plant, (), 1310).total_db == 0


def test_measured_length_goes_before_sheath_and_route(small_plant: Plant) -> None:
    cable = small_plant.cable[Code("C3")]
    route_m = sum(small_plant.section[item].length_m for item in cable.route)
    assert cable_m(small_plant, cable) == pytest.approx(route_m)
    assert cable_m(small_plant, replace(cable, sheath_m=900.0)) == 900.0
    assert cable_m(small_plant, replace(cable, sheath_m=900.0, optical_m=910.0)) == 910.0


def test_an_unknown_route_is_taken_longer_than_the_distance(small_plant: Plant) -> None:
    cable = replace(small_plant.cable[Code("C1")], route=(), route_known=RouteKnown.NONE, sheath_m=None)
    assert 415.0 * 1.2 < cable_m(small_plant, cable) < 415.0 * 1.4


def test_each_way_has_its_own_wavelength_and_its_own_light(small_plant: Plant) -> None:
    link = small_plant.link[Code("L2")]
    assert colours_on(small_plant, link, Direction.A_TO_B) == (1490,)
    assert colours_on(small_plant, link, Direction.B_TO_A) == (1310,)
    assert filters_on(small_plant, link) == 0  # a BiDi module's own colours need no filter
    light = expected_light(small_plant, link)
    length_km = cable_m(small_plant, small_plant.cable[Code("C3")]) / 1000
    assert light.loss_b_to_a_db - light.loss_a_to_b_db == pytest.approx(length_km * 0.10)
    assert light.rx_b_dbm == pytest.approx(-6.0 - light.loss_a_to_b_db)
    assert light.margin_b_db == pytest.approx(-6.0 - light.loss_a_to_b_db + 19.5)


def test_coloured_links_pass_two_filters(small_plant: Plant) -> None:
    assert filters_on(small_plant, small_plant.link[Code("L1")]) == 2


def test_without_a_class_the_loss_is_known_and_the_light_is_not(small_plant: Plant) -> None:
    blind = tuple(replace(item, optics="") for item in small_plant.interfaces)
    light = expected_light(replace(small_plant, interfaces=blind), small_plant.link[Code("L3")])
    assert light.loss_a_to_b_db > 0
    assert (light.rx_a_dbm, light.rx_b_dbm, light.margin_a_db, light.margin_b_db) == (None, None, None, None)


def test_the_return_way_is_the_return_strands(small_plant: Plant) -> None:
    link = replace(small_plant.link[Code("L3")], return_strands=(StrandRef(Code("C1"), 3), StrandRef(Code("C2"), 3)))
    light = expected_light(small_plant, link)
    assert light.loss_b_to_a_db > light.loss_a_to_b_db


def test_classes_are_consistent() -> None:
    for name, optics in CLASSES.items():
        assert optics.name == name
        assert optics.tx_min_dbm < optics.tx_typical_dbm < optics.tx_max_dbm, name
        assert optics.sensitivity_dbm < optics.overload_dbm, name
        assert optics.budget_db > 0, name
        assert optics.nominal_nm is None or known_nm(optics.nominal_nm), name
        if optics.expects_nm is not None:
            twin = CLASSES[name[:-1] + ("U" if name.endswith("-D") else "D")]
            assert (twin.nominal_nm, twin.expects_nm) == (optics.expects_nm, optics.nominal_nm)


def test_trade_names_and_grid_names_are_one_channel() -> None:
    assert len(CWDM_NM) == 18
    assert {canonical_nm(wavelength - 1) for wavelength in CWDM_NM} == set(CWDM_NM)
    assert not known_nm(1540)
    assert known_nm(1550)
