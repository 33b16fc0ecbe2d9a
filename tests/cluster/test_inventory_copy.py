"""The inventory from the centre to a poller: whole or not at all, and the one before until then."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from polled_city import Polled, polled_plant

from inventory.sources.city_folder import write_plant
from rainbow.inventory_copy import Hand, InventoryCopy, version_of
from rainbow.kernel.errors import ClusterError

if TYPE_CHECKING:
    from pathlib import Path


def city(folder: Path, *codes: str) -> Path:
    folder.mkdir()
    write_plant(polled_plant([Polled(code=code, port=161, community="x") for code in codes]), folder)
    return folder


def given(version: str, files: dict[str, bytes]) -> bytes:
    packed = {name: base64.b64encode(data).decode() for name, data in files.items()}
    return json.dumps({"version": version, "files": packed}).encode()


def test_a_copy_is_the_plant_and_is_given_once(tmp_path: Path) -> None:
    hand = Hand(city(tmp_path / "centre", "SW-1", "SW-2"))
    copy = InventoryCopy(tmp_path / "poller")
    assert (copy.version, copy.plant()) == ("", None)
    assert copy.take(hand.hear("p0", b""))
    plant = copy.plant()
    assert plant is not None
    assert [device.code for device in plant.devices] == ["SW-1", "SW-2"]
    assert hand.hear("p0", copy.version.encode()) == b""
    assert not copy.take(b"")


def test_a_new_one_takes_the_old_ones_place(tmp_path: Path) -> None:
    copy = InventoryCopy(tmp_path / "poller")
    copy.take(Hand(city(tmp_path / "one", "SW-1")).hear("p0", b""))
    old = copy.version
    newer = Hand(city(tmp_path / "two", "SW-1", "SW-2")).hear("p0", old.encode())
    assert copy.take(newer)
    assert copy.version != old
    assert InventoryCopy(tmp_path / "poller").version == copy.version
    assert not (tmp_path / "poller" / old).exists()


@pytest.mark.parametrize("name", ["../city.toml", "/etc/passwd", "a/../../b", ""])
def test_no_file_leaves_its_folder(tmp_path: Path, name: str) -> None:
    files = {name: b"x"}
    with pytest.raises(ClusterError, match="no inventory"):
        InventoryCopy(tmp_path / "poller").take(given(version_of(files), files))
    assert list(tmp_path.rglob("*.toml")) == []


def test_what_is_not_whole_or_no_plant_is_not_taken(tmp_path: Path) -> None:
    copy = InventoryCopy(tmp_path / "poller")
    copy.take(Hand(city(tmp_path / "one", "SW-1")).hear("p0", b""))
    before = copy.version
    bad = {"devices.csv": b"no,such,columns\n1,2,3\n"}
    for said, words in (
        (b"{", "no inventory"),
        (given("0" * 32, {"devices.csv": b"x"}), "not what its version says"),
        (given(version_of(bad), bad), "cannot be kept"),
    ):
        with pytest.raises(ClusterError, match=words):
            copy.take(said)
    assert copy.version == before
    assert copy.plant() is not None
