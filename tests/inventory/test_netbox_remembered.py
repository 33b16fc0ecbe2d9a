from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.sources.netbox.held import POINTS, CableEnd, Held, Seen
from inventory.sources.netbox.reading import _too_old
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
