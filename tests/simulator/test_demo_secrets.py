"""Communities of simulated switches: made once, for this user, and only where that is meant."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from rainbow.city import open_city
from rainbow.demo_secrets import make_missing_communities
from rainbow.kernel.errors import SettingsError
from simulator.city import generate
from simulator.new_city import COMMUNITY_FILE, write_city

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_city(generate(1, 3), tmp_path / "city", seed=1)
    return tmp_path / "city"


def test_a_missing_community_is_made_for_this_user_only_and_kept(folder: Path) -> None:
    path = folder / COMMUNITY_FILE
    assert make_missing_communities(open_city(folder)) == (path,)
    made = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(made.strip()) >= 20
    assert [item.name for item in path.parent.iterdir()] == [path.name]
    assert make_missing_communities(open_city(folder)) == ()
    assert path.read_text() == made


def test_no_file_is_made_beside_the_environment_or_outside_the_state(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = folder / "city.toml"
    words = settings.read_text()
    settings.write_text(words.replace("community_file", 'community_env = "DEMO_COMMUNITY"\ncommunity_file'))
    monkeypatch.setenv("DEMO_COMMUNITY", "given")
    assert make_missing_communities(open_city(folder)) == ()
    settings.write_text(words.replace(COMMUNITY_FILE, "state/../../outside"))
    assert make_missing_communities(open_city(folder)) == ()
    assert not (folder / "state").exists()


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "state").write_text("a file where a folder belongs")
    with pytest.raises(SettingsError, match="snmp_community cannot be written"):
        make_missing_communities(open_city(folder))
