"""The plant as NetBox's objects: places, equipment, ports of interfaces, user groups, services. Pure.

Glass (panels, closures, filters, cables and what joins them) is :mod:`glass_shape`. What NetBox has no object for stays
in RAINBOW: trenches, route nodes, ducts. Risk groups are :mod:`groups`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from inventory.entities import Site, Structure
from inventory.sources.netbox.held import POINTS
from inventory.sources.netbox.records import row_of
from inventory.sources.netbox.wanted import (
    CIRCUIT_STATUS,
    DEVICE_STATUS,
    PROVENANCE,
    SITE_STATUS,
    Ref,
    Wanted,
    derived,
    slug,
)
from rainbow.kernel.errors import InputError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from inventory.entities import Code, Device, Interface
    from inventory.plant import Plant
    from inventory.sources.netbox.held import Rows

STAYS = ("sections", "route_nodes", "ducts")
"""Collections NetBox has no object for."""
GENERIC = "Generic"
LONGEST = {
    "sites": 100,
    "devices": 64,
    "interfaces": 64,
    "rear_ports": 64,
    "front_ports": 64,
    "cables": 100,
    "tenants": 100,
    "circuits": 100,
}
LONGEST_DESCRIPTION = 200
_BY_SPEED = {
    100: "100base-fx",
    1000: "1000base-x-sfp",
    10_000: "10gbase-x-sfpp",
    25_000: "25gbase-x-sfp28",
    40_000: "40gbase-x-qsfpp",
    100_000: "100gbase-x-qsfp28",
    400_000: "400gbase-x-qsfpdd",
}
DECIMALS = 6
"""Of a degree: NetBox refuses more."""


@dataclass(slots=True)
class Shape:
    """What is wanted so far, by end point and key. ``left_out`` says what NetBox cannot hold of the glass."""

    plant: Plant
    wanted: dict[Ref, Wanted] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def add(self, item: Wanted) -> Ref:
        """Want an object; the second with the same key is the first."""
        self.wanted.setdefault(item.ref, item)
        return item.ref

    def site_of(self, node: Code) -> Ref:
        """The NetBox site of what stands at a node: its own, or the one for all that is outdoors."""
        place = self.plant.nodes[node]
        if isinstance(place, Site):
            return Ref("sites", place.id)
        name = f"{self.plant.city} outside plant"
        return self.add(
            Wanted(
                point="sites",
                key=derived("outside", self.plant.city),
                kind="structures",
                label=name,
                values={"name": name, "status": "active", "description": "Handholes, cabinets, masts and lamps"},
                once={"slug": slug(name)},
            )
        )

    def type_of(self, model: str, vendor: str = GENERIC) -> Ref:
        """A device type, and its manufacturer."""
        maker = self.add(_support("manufacturers", vendor or GENERIC, "name"))
        kept = slug(model if (vendor or GENERIC) == GENERIC else f"{vendor}-{model}")
        return self.add(
            Wanted(
                point="device_types",
                key=kept,
                kind="devices",
                label=model,
                once={"model": model, "slug": kept, "manufacturer": maker, "u_height": 0},
            )
        )

    def role_of(self, name: str) -> Ref:
        """A device role."""
        return self.add(_support("roles", name, "name"))

    def box(self, *, key: str, kind: str, name: str, node: Code, role: str, **more: object) -> Ref:
        """A device that is none: what holds glass. ``more`` are further values; ``rows`` are its records."""
        rows = more.pop("rows", {})
        values = {"description": "", "status": "active", **more}
        return self.add(
            Wanted(
                point="devices",
                key=key,
                kind=kind,
                label=name,
                values={"name": name, "site": self.site_of(node), "role": self.role_of(role), **values},
                once={"device_type": self.type_of(role)},
                rows=rows if isinstance(rows, dict) else {},
            )
        )


def _support(point: str, name: str, field_name: str) -> Wanted:
    kept = slug(name)
    return Wanted(point=point, key=kept, kind="devices", label=name, once={field_name: name, "slug": kept})


def places_and_gear(plant: Plant) -> Shape:
    """Everything but glass."""
    shape = Shape(plant)
    for site in plant.sites:
        _site(shape, site)
    for structure in plant.structures:
        _structure(shape, structure)
    for group in plant.user_groups:
        shape.add(
            Wanted(
                point="tenants",
                key=group.id,
                kind="user_groups",
                label=group.code,
                values={"name": group.code, "description": group.name},
                once={"slug": slug(group.code)},
                rows={"user_groups": [row_of("user_groups", group)]},
            )
        )
    for device in plant.devices:
        _device(shape, device)
    for interface in plant.interfaces:
        _interface(shape, interface)
    _services(shape)
    return shape


def _site(shape: Shape, site: Site) -> None:
    lon, lat = site.point
    shape.add(
        Wanted(
            point="sites",
            key=site.id,
            kind="sites",
            label=site.code,
            values={
                "name": site.code,
                "description": site.name,
                "status": SITE_STATUS[site.status],
                "physical_address": site.address,
                "latitude": round(lat, DECIMALS),
                "longitude": round(lon, DECIMALS),
            },
            once={"slug": slug(site.code)},
            rows={"sites": [row_of("sites", site)]},
        )
    )


def _structure(shape: Shape, structure: Structure) -> None:
    lon, lat = structure.point
    shape.box(
        key=structure.id,
        kind="structures",
        name=structure.code,
        node=structure.code,
        role=structure.kind.replace("_", " ").capitalize(),
        description=structure.name,
        status=DEVICE_STATUS[structure.status],
        latitude=round(lat, DECIMALS),
        longitude=round(lon, DECIMALS),
        rows={"structures": [row_of("structures", structure)]},
    )


def _device(shape: Shape, device: Device) -> None:
    shape.add(
        Wanted(
            point="devices",
            key=device.id,
            kind="devices",
            label=device.code,
            values={
                "name": device.code,
                "description": device.name,
                "status": DEVICE_STATUS[device.status],
                "site": shape.site_of(device.node),
                "role": shape.role_of(device.role or "switch"),
                "device_type": shape.type_of(device.model or "Switch", device.vendor or GENERIC),
            },
            rows={"devices": [row_of("devices", device)]},
        )
    )


def _interface(shape: Shape, interface: Interface) -> None:
    plant = shape.plant
    rows: Rows = {"interfaces": [row_of("interfaces", interface)]}
    if (module := plant.transceiver_at.get(interface.code)) is not None:
        rows["transceivers"] = [row_of("transceivers", module)]
    link = plant.link_at.get(interface.code)
    channels = plant.channels_on.get(link.code, ()) if link is not None else ()
    if link is not None and link.a == interface.code:
        rows["links"] = [row_of("links", link)]
        if channels:
            rows["channels"] = [row_of("channels", channel) for channel in channels]
        groups = [group for group in plant.link_groups if group.links[:1] == (link.code,)]
        if groups:
            rows["link_groups"] = [row_of("link_groups", group) for group in groups]
    shape.add(
        Wanted(
            point="interfaces",
            key=interface.id,
            kind="interfaces",
            label=interface.code,
            values={
                "name": interface.if_name,
                "description": interface.name,
                "device": Ref("devices", plant.device[interface.device].id),
                "speed": interface.speed_mbps * 1000,
            },
            once={"type": _BY_SPEED.get(interface.speed_mbps, "other")},
            rows=rows,
            custom={
                "rainbow_colours": "; ".join(f"{c.wavelength_nm} nm {c.user_group} {c.direction}" for c in channels)
            }
            if channels
            else {},
        )
    )


def _services(shape: Shape) -> None:
    plant = shape.plant
    if not plant.services:
        return
    provider = shape.add(_support("providers", plant.city, "name"))
    kind = shape.add(_support("circuit_types", "Municipal service", "name"))
    for service in plant.services:
        shape.add(
            Wanted(
                point="circuits",
                key=service.id,
                kind="services",
                label=service.code,
                values={
                    "cid": service.code,
                    "description": service.name,
                    "status": CIRCUIT_STATUS[service.status],
                    "tenant": Ref("tenants", plant.user_group[service.user_group].id),
                },
                once={"provider": provider, "type": kind},
                rows={"services": [row_of("services", service)]},
            )
        )


def say_provenance(shape: Shape) -> None:
    """Show where places, equipment and cables come from in custom fields that people may change."""
    for ref, item in shape.wanted.items():
        if POINTS[ref.point].grouped:
            own = next((row for rows in item.rows.values() for row in rows if row.get("id") == item.key), {})
            said = {field: own.get(name) for name, field in PROVENANCE.items()}
            shape.wanted[ref] = replace(item, custom={**item.custom, **said})


def refuse_long(shape: Shape) -> None:
    """Make sure that names fit into NetBox's fields, before anything is written.

    Raises:
        InputError: some are too long, or two objects would have the same name in one place.
    """
    findings = [finding for item in shape.wanted.values() for finding in _too_long(item)]
    if findings:
        raise InputError(_("NetBox has no room for some names"), findings=findings)


def _too_long(item: Wanted) -> list[Finding]:
    limits = {"description": LONGEST_DESCRIPTION}
    limits |= {name: LONGEST.get(item.point, LONGEST_DESCRIPTION) for name in ("name", "cid", "label")}
    return [
        Finding(
            code="RB-N001",
            severity=Severity.ERROR,
            where=POINTS[item.point].path,
            record=item.label,
            message=_("{name} has {count} characters, NetBox takes {limit}").format(
                name=name, count=len(text), limit=limits[name]
            ),
            cure=_("shorten it, or set the direction of {kind} to off").format(kind=item.kind),
        )
        for name, text in item.values.items()
        if name in limits and isinstance(text, str) and len(text) > limits[name]
    ]
