"""What a NetBox holds, read once: objects by end point and number, in the shape they are compared in. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Value = str | int | float | bool | None | tuple["Value", ...]
"""A native value: a text, a number, the number of another object, or a list of such."""
Row = dict[str, str | int | float | bool | None]
"""A record as one line of a plant file."""
Rows = dict[str, list[Row]]
"""Records by their collection in the plant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPoint:
    """One kind of object: its path in the REST API, its list in GraphQL, the fields asked for.

    ``relations`` are fields that name another object; ``keyed`` objects carry RAINBOW's custom fields, the others are
    found by their slug; ``grouped`` ones the tags of risk groups. ``model`` is NetBox's own name of the kind.
    """

    name: str
    path: str
    listed: str
    model: str
    fields: tuple[str, ...]
    relations: tuple[str, ...] = ()
    keyed: bool = True
    grouped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One object. ``values`` by field name; ``custom`` are its custom fields; ``updated``: its last change.

    ``groups`` are the codes of the risk groups it is tagged with.
    """

    point: str
    pk: int
    values: Mapping[str, Value]
    custom: Mapping[str, object] = field(default_factory=dict)
    updated: str = ""
    groups: tuple[str, ...] = ()

    @property
    def rainbow_id(self) -> str:
        """The identity RAINBOW gave it, or nothing."""
        found = self.custom.get("rainbow_id")
        return found if isinstance(found, str) else ""

    @property
    def city(self) -> str:
        """The city whose RAINBOW keeps it, or nothing."""
        record = self.custom.get("rainbow_record")
        found = record.get("city") if isinstance(record, dict) else None
        return found if isinstance(found, str) else ""

    @property
    def rows(self) -> Rows:
        """The records RAINBOW wrote beside it."""
        record = self.custom.get("rainbow_record")
        found = record.get("records") if isinstance(record, dict) else None
        if not isinstance(found, dict):
            return {}
        return {str(kind): [row for row in rows if isinstance(row, dict)] for kind, rows in found.items()}

    def text(self, name: str) -> str:
        """A native text, empty where there is none."""
        found = self.values.get(name)
        return found if isinstance(found, str) else ""

    def number(self, name: str) -> int:
        """A native number or the number of another object, 0 where there is none."""
        found = self.values.get(name)
        return found if isinstance(found, int) else 0


@dataclass(frozen=True, slots=True)
class CableEnd:
    """An end of a cable: its number, the cable, the side (A, B), and the end point and number it is plugged into."""

    pk: int
    cable: int
    side: str
    point: str
    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was read of one NetBox, ``at`` its own time, and ``whole_at`` when everything was; both empty if unknown."""

    url: str
    version: str
    at: str
    whole_at: str
    objects: Mapping[str, Mapping[int, Held]] = field(default_factory=dict)
    ends: Mapping[int, CableEnd] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Estate:
    """All objects read from one NetBox."""

    url: str
    objects: Mapping[str, Mapping[int, Held]]

    def of(self, point: str) -> Mapping[int, Held]:
        """Objects of an end point by number."""
        return self.objects.get(point, {})

    def all(self) -> Iterator[Held]:
        """Every object."""
        for objects in self.objects.values():
            yield from objects.values()

    @cached_property
    def by_id(self) -> dict[tuple[str, str], Held]:
        """Objects by end point and RAINBOW's identity."""
        return {(item.point, item.rainbow_id): item for item in self.all() if item.rainbow_id}

    @cached_property
    def by_slug(self) -> dict[tuple[str, str], Held]:
        """Objects by end point and slug."""
        return {(item.point, item.text("slug")): item for item in self.all() if item.text("slug")}


def table(*points: EndPoint) -> dict[str, EndPoint]:
    """End points by name, in the order things are made."""
    return {point.name: point for point in points}


_NAMED = ("name", "slug", "description")
SRLG = "srlg:"
"""What the name of a tag begins with that stands for a shared risk link group."""
POINTS = table(
    EndPoint(
        name="tags", path="extras/tags", listed="tag_list", model="extras.tag", fields=("name", "slug"), keyed=False
    ),
    EndPoint(name="tenants", path="tenancy/tenants", listed="tenant_list", model="tenancy.tenant", fields=_NAMED),
    EndPoint(
        name="manufacturers",
        path="dcim/manufacturers",
        listed="manufacturer_list",
        model="dcim.manufacturer",
        fields=_NAMED,
        keyed=False,
    ),
    EndPoint(
        name="device_types",
        path="dcim/device-types",
        listed="device_type_list",
        model="dcim.devicetype",
        fields=("model", "slug", "description"),
        relations=("manufacturer",),
        keyed=False,
    ),
    EndPoint(
        name="roles",
        path="dcim/device-roles",
        listed="device_role_list",
        model="dcim.devicerole",
        fields=_NAMED,
        keyed=False,
    ),
    EndPoint(
        name="providers",
        path="circuits/providers",
        listed="provider_list",
        model="circuits.provider",
        fields=_NAMED,
        keyed=False,
    ),
    EndPoint(
        name="circuit_types",
        path="circuits/circuit-types",
        listed="circuit_type_list",
        model="circuits.circuittype",
        fields=_NAMED,
        keyed=False,
    ),
    EndPoint(
        name="sites",
        path="dcim/sites",
        listed="site_list",
        model="dcim.site",
        fields=(*_NAMED, "status", "physical_address", "latitude", "longitude"),
        grouped=True,
    ),
    EndPoint(
        name="devices",
        path="dcim/devices",
        listed="device_list",
        model="dcim.device",
        fields=("name", "description", "status", "latitude", "longitude", "serial"),
        relations=("site", "role", "device_type"),
        grouped=True,
    ),
    EndPoint(
        name="interfaces",
        path="dcim/interfaces",
        listed="interface_list",
        model="dcim.interface",
        fields=("name", "description", "type", "speed"),
        relations=("device",),
    ),
    EndPoint(
        name="rear_ports",
        path="dcim/rear-ports",
        listed="rear_port_list",
        model="dcim.rearport",
        fields=("name", "label", "type", "positions"),
        relations=("device",),
    ),
    EndPoint(
        name="front_ports",
        path="dcim/front-ports",
        listed="front_port_list",
        model="dcim.frontport",
        fields=("name", "label", "type", "positions"),
        relations=("device",),
    ),
    EndPoint(
        name="cables",
        path="dcim/cables",
        listed="cable_list",
        model="dcim.cable",
        fields=("label", "description", "status", "type", "length", "length_unit"),
        grouped=True,
    ),
    EndPoint(
        name="circuits",
        path="circuits/circuits",
        listed="circuit_list",
        model="circuits.circuit",
        fields=("cid", "description", "status"),
        relations=("provider", "type", "tenant"),
    ),
)
"""In this order objects are made; they are deleted the other way round."""
CABLED = {"dcim.interface": "interfaces", "dcim.rearport": "rear_ports", "dcim.frontport": "front_ports"}
"""What an end of a cable may be, by NetBox's name, and its end point here."""
