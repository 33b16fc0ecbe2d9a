from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from inventory.sources.netbox.held import POINTS, CableEnd, Held, Seen
from inventory.sources.netbox.reading import _too_old, read_netbox
from inventory.sources.netbox.remembered import Remembered

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://netbox.example"
HELD = (
    Held(point="sites", pk=3, values={"name": "Süd", "latitude": 49.5}, custom={"rainbow_id": "x"}, updated="then"),
    Held(point="front_ports", pk=7, values={"name": "1", "rear_ports": ((1, 5, 2), (2, 5, 3))}, updated="then"),
)
SEEN = Seen(
    url=URL,
    version="4.7.3",
    at="2026-05-01T12:00:00+00:00",
    whole_at="2026-05-01T02:00:00+00:00",
    objects={name: {held.pk: held for held in HELD if held.point == name} for name in POINTS},
    ends={9: CableEnd(9, 4, "A", "front_ports", 7)},
)


@pytest.fixture
def remembered(tmp_path: Path) -> Remembered:
    return Remembered(tmp_path / "state" / "netbox.json")


def test_what_was_read_is_the_same_after_a_file(remembered: Remembered) -> None:
    assert remembered.seen(URL) is None
    remembered.keep(SEEN)
    assert remembered.seen(URL) == SEEN
    assert remembered.path.stat().st_mode & 0o777 == 0o600


def test_of_another_netbox_nothing_is_known(remembered: Remembered) -> None:
    remembered.keep(SEEN)
    assert remembered.seen("https://other.example") is None


@pytest.mark.parametrize("harm", ["cut", "shape", "list", "row"])
def test_a_file_that_cannot_be_used_is_none(remembered: Remembered, harm: str) -> None:
    remembered.keep(SEEN)
    text = remembered.path.read_text(encoding="utf-8")
    raw = json.loads(text)
    raw["shape"] = 0 if harm == "shape" else raw["shape"]
    raw["objects"]["sites"] = [[1]] if harm == "row" else raw["objects"]["sites"]
    bad = {"cut": text[: len(text) // 2], "list": "[]"}.get(harm) or json.dumps(raw)
    remembered.path.write_text(bad, encoding="utf-8")
    assert remembered.seen(URL) is None


def test_once_a_day_everything_is_read() -> None:
    assert not _too_old(SEEN, "2026-05-02T01:59:59+00:00")
    assert _too_old(SEEN, "2026-05-02T02:00:00+00:00")
    assert _too_old(SEEN, "2026-05-01T01:00:00+00:00")
    assert _too_old(SEEN, "")
    assert _too_old(replace(SEEN, at=""), SEEN.at)


OTHER = replace(SEEN, version="4.7.2")
MORNING, NOON = "2026-05-01T08:00:00Z", "2026-05-01T12:00:00Z"


@dataclass
class Answering:
    """A client whose NetBox is two tables: objects by their list in GraphQL and number, and ends of cables."""

    url: str = URL
    clock: str = "2026-05-01T09:00:00+00:00"
    lists: dict[str, dict[int, dict[str, object]]] = field(
        default_factory=lambda: {p.listed: {} for p in POINTS.values()}
    )
    plugged: dict[int, dict[str, object]] = field(default_factory=dict)
    pages: list[int] = field(default_factory=list)

    def version(self) -> str:
        return "4.7.3"

    def count(self, path: str) -> int:
        listed = next((point.listed for point in POINTS.values() if point.path == path), "")
        return len(self.lists[listed] if listed else self.plugged)

    def graphql(self, query: str) -> dict[str, object]:
        listed, asked = re.match(r"\{(\w+)\((.*)pagination:", query).groups()
        found = [item for item in self.lists[listed].values() if self._fits(item, asked)]
        self.pages.append(len(found))
        return {listed: found}

    def rest_page(self, _path: str, _start: int, _limit: int, _fields: str, extra: str = "") -> list[dict[str, object]]:
        since = extra.partition("=")[2]
        return [item for item in self.plugged.values() if str(item["last_updated"]) >= since]

    def put(self, point: str, pk: int, updated: str, **values: object) -> None:
        known = POINTS[point]
        empty = {
            **dict.fromkeys(known.fields),
            **dict.fromkeys(known.relations),
            "custom_field_data": {},
            "mappings": [],
        }
        self.lists[known.listed][pk] = {**empty, "id": str(pk), "last_updated": updated, **values}

    @staticmethod
    def _fits(item: dict[str, object], asked: str) -> bool:
        if since := re.search(r'last_updated:\{gte:"([^"]+)"', asked):
            return str(item["last_updated"]) >= since[1]
        if numbers := re.search(r"in_list:\[([\d,]*)\]", asked):
            wanted = item["device"]["id"] if "device:" in asked else item["id"]  # type: ignore[index] # a relation
            return str(wanted) in numbers[1].split(",")
        return True


@pytest.fixture
def netbox() -> Answering:
    found = Answering()
    for pk in (1, 2, 3):
        found.put("sites", pk, MORNING, name=f"site {pk}")
    found.put("rear_ports", 5, MORNING, name="R", device={"id": "9"})
    found.put("front_ports", 6, MORNING, name="F", device={"id": "9"}, mappings=[mapped(5, 1)])
    for pk, side in ((1, "A"), (2, "B")):
        found.plugged[pk] = {"id": pk, "cable": 4, "cable_end": side, "last_updated": MORNING} | {
            "termination_type": "dcim.interface",
            "termination_id": pk,
        }
    return found


def mapped(rear: int, position: int) -> dict[str, object]:
    return {"front_port_position": 1, "rear_port_position": position, "rear_port": {"id": str(rear)}}


def later(netbox: Answering, before: Seen) -> Seen:
    netbox.pages.clear()
    return read_netbox(netbox, before=before, overlap=timedelta(0))  # type: ignore[arg-type] # answers what is asked


def same(one: Seen, other: Seen) -> bool:
    return (one.objects, one.ends) == (other.objects, other.ends)


def test_of_a_netbox_that_did_not_change_nothing_is_read_again(netbox: Answering) -> None:
    before = later(netbox, OTHER)
    assert len(before.objects["sites"]) == 3
    assert same(later(netbox, before), before)
    assert netbox.pages == [0] * len(POINTS)


def test_what_changed_came_and_went_is_seen(netbox: Answering) -> None:
    before = later(netbox, OTHER)
    netbox.put("sites", 2, NOON, name="renamed")
    netbox.put("sites", 4, NOON, name="new")
    del netbox.lists["site_list"][1]
    del netbox.plugged[2]
    now = later(netbox, before)
    assert [held.text("name") for held in now.objects["sites"].values()] == ["renamed", "site 3", "new"]
    assert list(now.ends) == [1]
    assert same(now, later(netbox, OTHER))


def test_what_could_not_be_seen_before_is_seen(netbox: Answering) -> None:
    before = later(netbox, OTHER)
    netbox.put("sites", 4, MORNING, name="of another tenant")
    netbox.plugged[3] = {**netbox.plugged[2], "id": 3}
    assert same(later(netbox, before), later(netbox, OTHER))
    assert len(later(netbox, before).objects["sites"]) == 4


def test_a_front_port_mapped_from_its_rear_port_is_read_though_it_did_not_change(netbox: Answering) -> None:
    before = later(netbox, OTHER)
    netbox.put("rear_ports", 5, NOON, name="R", device={"id": "9"})
    netbox.put("front_ports", 6, MORNING, name="F", device={"id": "9"}, mappings=[mapped(5, 2)])
    assert later(netbox, before).objects["front_ports"][6].values["rear_ports"] == ((1, 5, 2),)
