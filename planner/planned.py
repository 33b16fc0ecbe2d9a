"""The plant as it will be: all that is planned stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from inventory.entities import Status

if TYPE_CHECKING:
    from inventory.entities import Device, Link
    from inventory.plant import Plant

    Built = TypeVar("Built", Device, Link)

PLANNED = frozenset({Status.PROPOSED, Status.PLANNED, Status.UNDER_CONSTRUCTION})


def is_planned(status: Status) -> bool:
    """Whether a thing of this status is to be built, and carries nothing yet."""
    return status in PLANNED


def with_planned(plant: Plant) -> Plant:
    """The plant with every planned link and switch in service; the same value where nothing is planned.

    A trench or cable carries light when a link runs through it, so links and switches are all there is to change.
    """
    if not any(is_planned(record.status) for record in (*plant.links, *plant.devices)):
        return plant
    return replace(plant, links=tuple(map(_built, plant.links)), devices=tuple(map(_built, plant.devices)))


def _built(record: Built) -> Built:
    return replace(record, status=Status.IN_SERVICE) if is_planned(record.status) else record
