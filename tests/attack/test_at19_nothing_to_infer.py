"""AT19: a viewer cannot tell that a protected object is there: by no count, way, error text, and no page or answer.

The strongest form of it: every answer is, byte for byte, that of a city in which the object does not exist.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from door_scene import DoorScene

from inventory.entities import Code
from inventory.protection import Protection, ProtectionCase
from planner.permissions import RULES
from planner.visible import Sight, seen
from trust.roles import Role

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

VIEWER = Sight(most=Protection.INTERNAL)
CHANGES = re.compile(r'name="csrf" (?:content|value)="[0-9a-f]*"|value="[0-9a-f]{64}"')


@pytest.fixture(scope="module")
def protected(plant: Plant) -> Plant:
    """The city with a secret site, a sensitive cable and a secret trench."""
    site = next(item for item in plant.sites if not item.is_hub and plant.devices_at.get(item.code))
    cable = next(item for item in plant.cables if site.code not in {item.from_node, item.to_node} and item.route)
    ends = {site.code}
    trench = next(
        item for item in plant.sections if item.code not in cable.route and not ends & {item.from_node, item.to_node}
    )
    rows = ((site.code, Protection.SECRET), (cable.code, Protection.SENSITIVE), (trench.code, Protection.SECRET))
    cases = tuple(
        ProtectionCase(id=str(UUID(int=number)), code=Code(f"PC-{number}"), object=code, protection=found)
        for number, (code, found) in enumerate(rows)
    )
    return replace(plant, protections=cases)


def cities(folder: Path, protected: Plant) -> tuple[DoorScene, DoorScene]:
    """The city, and the city that has never had what is protected; the same readings in both."""
    less = replace(seen(protected, VIEWER, {}), protections=())
    made = []
    for name, plant in (("whole", protected), ("less", less)):
        city = DoorScene(folder / name, plant, is_whole=name == "whole")
        city.scene.poll()
        made.append(city)
    return made[0], made[1]


VARIED = {"/", "/parts/search", "/parts/whatif", "/parts/whatif-found", "/parts/whatif-after", "/api/v1/cut"}
"""Routes that take a name besides those that have one in their path."""


def questions(plant: Plant, of_the_whole: Plant) -> list[tuple[str, str, object]]:
    """Every route of a viewer and a planner, about things that are seen, that are hidden and that never were."""
    hidden = [case.object for case in of_the_whole.protections]
    port, seen_too = plant.interfaces[0], (plant.sections[0].code, plant.sites[0].code, plant.cables[0].code)
    codes = [*seen_too, *hidden, "NO-1"]
    found: list[tuple[str, str, object]] = [("POST", "/api/v1/cut", {"codes": [code]}) for code in codes]
    for (method, path), rule in RULES.items():
        if method != "GET" or rule.permission not in {"read", "analyse"} or rule.needs_whole or path.endswith("pdf"):
            continue  # a PDF holds the time it was made at
        at = path.replace("{device}", port.device).replace("{if_name}", port.if_name).replace("{number}", "1")
        at = at.replace("{wanted}", "none").replace("{scenario}", "none")
        for name in ("sites", "trenches", "switches") if "{name}" in path else ("",):
            for code in codes if path in VARIED or "{code}" in path else codes[:1]:
                asked = at.replace("{name}", name).replace("{code}", code)
                found.append((method, f"{asked}?q={code}&cut={code}&limit=1000", None))
    return found


@pytest.mark.parametrize(
    "role", [Role.VIEWER, Role.PLANNER] if os.environ.get("RAINBOW_SLOW") == "1" else [Role.VIEWER]
)
def test_every_answer_is_that_of_a_city_without_it(tmp_path: Path, protected: Plant, role: Role) -> None:
    if role is Role.PLANNER:  # may know the cable, not the rest
        secret = tuple(case for case in protected.protections if case.protection is Protection.SECRET)
        protected = replace(protected, protections=secret)
    whole, less = cities(tmp_path, protected)
    first, second = whole.of_role(role), less.of_role(role)
    asked = questions(less.plant, protected)
    for method, path, body in asked:
        one, other = (
            CHANGES.sub("", answer.text)
            for answer in (client.request(method, path, json=body) for client in (first, second))
        )
        assert one == other, (method, path)
    assert len(asked) > 80


def test_who_may_know_it_is_told(tmp_path: Path, protected: Plant) -> None:
    whole, _less = cities(tmp_path, protected)
    hidden = protected.protections[0].object
    assert whole.of_role(Role.ENGINEER).get(f"/parts/site/{hidden}").status_code == 200
    for role in (Role.VIEWER, Role.PLANNER, Role.OPERATOR):
        assert whole.of_role(role).get(f"/parts/site/{hidden}").status_code == 404


def test_no_role_that_lacks_a_class_is_told_whether_a_trench_may_be_opened(tmp_path: Path, protected: Plant) -> None:
    whole, _less = cities(tmp_path, protected)
    for code in (protected.protections[2].object, protected.sections[0].code, "NO-1"):
        refused = whole.of_role(Role.PLANNER).post("/api/v1/may-open", json={"codes": [code]})
        assert refused.status_code == 403
