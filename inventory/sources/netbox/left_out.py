"""What NetBox has and RAINBOW does not take, record by record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.sources.netbox.pages import named
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.sources.netbox.client import NetBoxClient

UNKNOWN = {
    "locations": ("location_list", "name"),
    "racks": ("rack_list", "name"),
    "power_panels": ("power_panel_list", "name"),
    "power_feeds": ("power_feed_list", "name"),
    "virtual_chassis": ("virtual_chassis_list", "name"),
    "wireless_links": ("wireless_link_list", "ssid"),
}
"""Kinds a person would look for in the plant and that have no place there: their list in GraphQL, and their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An object of NetBox that was not taken: its kind, its number (0 where it is none's), its name, and why."""

    kind: str
    pk: int
    name: str
    why: str


def unknown_kinds(client: NetBoxClient) -> Iterator[LeftOut]:
    """All objects of kinds RAINBOW has no records for."""
    for kind, (listed, name) in UNKNOWN.items():
        for pk, said in named(client, listed, name):
            yield LeftOut(kind=kind, pk=pk, name=said, why=_("RAINBOW has no such records"))
