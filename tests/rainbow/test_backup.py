"""Backup: everything comes out as it went in, or it is said why not, in words that help at night."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import require_real

from incidents.journal import Journal
from rainbow.backup import archive
from rainbow.backup.record import FILE, Made, Proved, backup_samples, noted
from rainbow.cli import main
from rainbow.kernel.errors import BackupError
from rainbow.kernel.metrics import BACKUP, LINK
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.secret import Secret
from store.reader import StoreReader
from store.schema import VERSION
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "not-for-any-backup"


@pytest.fixture
def key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The file of a secret key."""
    file = tmp_path / "key.txt"
    assert main(["backup", "key", str(file)]) == 0
    assert file.stat().st_mode & 0o077 == 0
    capsys.readouterr()
    return file


def public(key: Path) -> str:
    return key.read_text(encoding="ascii").split()[3]


@pytest.fixture
def city(three: Path, key: Path) -> Path:
    """A city that runs: readings, incidents, a secret file, a socket, locks."""
    state = three / "state"
    (state / "secrets").mkdir(parents=True)
    (state / "secrets" / "community").write_text(CANARY, encoding="ascii")
    (three / "community.txt").write_text(CANARY, encoding="ascii")
    with (three / "city.toml").open("a", encoding="utf-8") as file:
        file.write(f'community_file = "community.txt"\n[backup]\nrecipient = "{public(key)}"\n')
    with SqliteStore(state / "rainbow.sqlite", StoreSettings()) as store:
        store.write([Sample(LINK.series(link=f"l{number}"), UnixNs(number), {LINK.state: 1}) for number in range(50)])
    Journal(state / "incidents.sqlite").load()
    (state / "what-ifs.json").write_text("{}", encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(state)  # a socket's path has a limit that test folders reach
        try:
            listening.bind("simulator.sock")
        finally:
            os.chdir(here)
    return three


def made(city: Path, tmp_path: Path) -> Path:
    file = tmp_path / "city.rbk"
    assert main(["backup", "make", str(city), str(file)]) == 0
    return file


def tables(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return list(connection.iterdump())


def test_what_comes_out_is_what_went_in(
    city: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SqliteStore(city / "state" / "rainbow.sqlite", StoreSettings()) as running:  # the collector goes on meanwhile
        running.write([Sample(LINK.series(link="late"), UnixNs(99), {LINK.state: 0})])
        file = made(city, tmp_path)
    back = tmp_path / "new" / "back"
    assert main(["backup", "restore", str(file), str(back), "--key", str(key)]) == 0
    assert "snmp.default.community" in capsys.readouterr().out
    ours = {path.relative_to(city) for path in city.rglob("*") if path.is_file() and "-" not in path.suffix}
    theirs = {path.relative_to(back) for path in back.rglob("*") if path.is_file()}
    assert {str(path) for path in ours - theirs} == {
        "community.txt",
        "state/secrets/community",
        "state/rainbow.sqlite.lock",
        f"state/{FILE}",
    }
    assert theirs <= ours
    for path in theirs - {path for path in theirs if path.parent.name == "audit"}:  # there the restore is told
        if path.suffix == ".sqlite":
            assert tables(back / path) == tables(city / path)
        else:
            assert (back / path).read_bytes() == (city / path).read_bytes()
        assert (back / path).stat().st_mode & 0o077 == 0
    assert main(["audit", "verify", str(back)]) == 0
    with StoreReader(back / "state" / "rainbow.sqlite") as reader:
        assert len(reader.latest(LINK)) == 51
    assert main(["topology", "report", str(back)]) == main(["topology", "report", str(city)])


def test_no_secret_is_in_it_and_nothing_can_be_read_without_the_key(city: Path, key: Path, tmp_path: Path) -> None:
    file = made(city, tmp_path)
    assert b"Three" not in file.read_bytes()
    out = tmp_path / "out"
    archive.read(file, Secret(key.read_text(encoding="ascii")), lambda _header: None, out)
    assert not [path for path in out.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


@pytest.mark.real
def test_whoever_has_the_key_opens_it_without_us(city: Path, key: Path, tmp_path: Path) -> None:
    """As docs/operations.md says: ``age -d -i KEYFILE FILE | tar xz``."""
    require_real("age", "tar")
    file, out = made(city, tmp_path), tmp_path / "out"
    out.mkdir()
    with subprocess.Popen(["age", "-d", "-i", str(key), str(file)], stdout=subprocess.PIPE) as opened:
        subprocess.run(["tar", "xz", "-C", str(out)], stdin=opened.stdout, check=True)
    assert opened.returncode == 0
    assert (out / "city" / "city.toml").read_bytes() == (city / "city.toml").read_bytes()
    (store,) = out.rglob("rainbow.sqlite")
    with closing(sqlite3.connect(store)) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_test_is_noted_and_its_age_can_be_watched(city: Path, key: Path, tmp_path: Path) -> None:
    file = made(city, tmp_path)
    assert main(["backup", "test", str(file), "--key", str(key), "--city", str(city)]) == 0
    with (city / "state" / FILE).open("a", encoding="utf-8") as cut_short:
        cut_short.write('{"kind": "made", "at_')
    backup, test = noted(city / "state")
    assert isinstance(backup, Made)
    assert isinstance(test, Proved)
    assert test.made_ns == backup.at_ns
    assert test.counts == {"rainbow.sqlite/series": 50, "incidents.sqlite/incident": 0}
    (sample,) = backup_samples("three", city / "state", UnixNs(test.at_ns + 3_600_000_000_000))
    assert sample.values[BACKUP.test_age_s] == 3600.0
    assert sample.values[BACKUP.bytes] == file.stat().st_size
    assert not backup_samples("three", tmp_path, UnixNs(1))


def shortened(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def lengthened(data: bytes) -> bytes:
    return data + b"more"


@pytest.mark.parametrize("damage", [shortened, flipped, lengthened, lambda _data: b"", lambda _data: b"text " * 500])
def test_a_damaged_one_is_refused_and_leaves_nothing(
    city: Path, key: Path, tmp_path: Path, damage: Callable[[bytes], bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    file = made(city, tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    back = tmp_path / "back"
    assert main(["backup", "restore", str(file), str(back), "--key", str(key)]) == 2
    assert "damaged" in capsys.readouterr().err
    assert not back.exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_another_key_opens_nothing(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, other = made(city, tmp_path), tmp_path / "other.txt"
    assert main(["backup", "key", str(other)]) == 0
    assert main(["backup", "test", str(file), "--key", str(other)]) == 2
    assert "with this key" in capsys.readouterr().err
    assert main(["backup", "key", str(other)]) == 2
    assert "never overwritten" in capsys.readouterr().err
    assert main(["backup", "test", str(file), "--key", str(file)]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"format": archive.FORMAT + 1, "rainbow": "9.9", "store_layout": 1}, "newer RAINBOW (9.9)"),
        ({"rainbow": "9.9", "store_layout": VERSION + 1}, "newer RAINBOW (9.9)"),
        ({"rainbow": "1", "store_layout": "x"}, "newer"),
        ({"format": "x"}, "damaged"),
        ({"rainbow": "1", "store_layout": 1}, "holds no city"),
    ],
)
def test_a_newer_or_foreign_one_is_refused_before_anything_is_written(
    key: Path, tmp_path: Path, header: dict[str, object], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, content, back = tmp_path / "x.rbk", tmp_path / "content", tmp_path / "back"
    content.write_text("x", encoding="ascii")
    archive.write(file, public(key), header, {"state/x": content})
    assert main(["backup", "restore", str(file), str(back), "--key", str(key)]) == 2
    assert words in capsys.readouterr().err
    assert not back.exists()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "city/../../evil", "other/evil"])
def test_no_file_lands_outside(key: Path, tmp_path: Path, name: str) -> None:
    file, content = tmp_path / "x.rbk", tmp_path / "content"
    content.write_text("x", encoding="ascii")
    archive.write(file, public(key), {}, {name: content})
    with pytest.raises(BackupError, match="damaged"):
        archive.read(file, Secret(key.read_text(encoding="ascii")), lambda _header: None, tmp_path / "out")
    assert not list(tmp_path.rglob("evil"))


def test_a_restore_never_overwrites(city: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = made(city, tmp_path)
    before = sorted(city.rglob("*"))
    assert main(["backup", "restore", str(file), str(city), "--key", str(key)]) == 2
    assert "never overwrites" in capsys.readouterr().err
    assert sorted(city.rglob("*")) == before


def test_what_cannot_be_made_leaves_the_older_one(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made(city, tmp_path)
    older = file.read_bytes()
    (city / "state" / "rainbow.sqlite").write_bytes(b"no database" * 1000)
    assert main(["backup", "make", str(city), str(file)]) == 2
    assert "cannot be copied" in capsys.readouterr().err
    assert main(["backup", "make", str(city), str(file), "--to", "age1nobody"]) == 2
    assert main(["backup", "make", str(city), str(tmp_path / "no" / "x.rbk")]) == 2
    assert file.read_bytes() == older
    assert not [path for path in (city / "state").iterdir() if path.name.startswith(".")]
