"""AT26: a name that is a path out of its place: in a backup, a pack, a period, a city's settings."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from rainbow.auditpack.archive import check
from rainbow.auditpack.ground import period
from rainbow.backup import archive
from rainbow.kernel.errors import BackupError, UsageError
from rainbow.kernel.secret import Secret
from trust.anchors import Signer, make_key_file

if TYPE_CHECKING:
    from pathlib import Path

OUT = ("../evil", "city/../../evil", "/tmp/evil-at26", "state/../../evil", "..\\evil", "city/\0evil", "evil")  # noqa: S108 - an attack


def backup_with(tmp_path: Path, name: str) -> tuple[Path, str]:
    """A backup whose maker has our public key: authentic, and hostile."""
    import pyrage  # noqa: PLC0415 - this test writes what the program never would

    secret, public = archive.new_key()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        head = {"format": 1, "rainbow": "0", "store_layout": 1, "counts": {}, "made_ns": 0}
        for entry_name, data in (("header.json", json.dumps(head).encode()), (name, b"evil")):
            entry = tarfile.TarInfo(entry_name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    file = tmp_path / "evil.rbk"
    file.write_bytes(pyrage.encrypt(out.getvalue(), [pyrage.x25519.Recipient.from_str(public)]))
    return file, secret


def written_elsewhere(tmp_path: Path, name: str) -> list[Path]:
    """What a backup with such a name in it, which is refused, has left beside its place."""
    file, secret = backup_with(tmp_path, name)
    into = tmp_path / "deep" / "into"
    into.mkdir(parents=True)
    before = {path for path in tmp_path.rglob("*") if path != file}
    with pytest.raises(BackupError):
        archive.read(file, Secret(secret), lambda _head: None, into)
    made = {path for path in tmp_path.rglob("*") if path != file} - before
    return [path for path in made if not path.is_relative_to(into)]


@pytest.mark.parametrize("name", OUT)
def test_at26_a_backup_writes_only_into_its_place(tmp_path: Path, name: str) -> None:
    assert written_elsewhere(tmp_path, name) == []


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil", "a/../../b"])
def test_at26_a_pack_is_looked_at_without_writing_anything(tmp_path: Path, name: str) -> None:
    signer, target = Signer.of(make_key_file(tmp_path / "key")), tmp_path / "p.zip"
    manifest = json.dumps({"sha256": {}}).encode()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("manifest.json", manifest)
        packed.writestr("manifest.sig", signer.sign(manifest).hex())
        packed.writestr("public_key.pem", signer.public_pem())
        packed.writestr(name, b"evil")
    before = set(tmp_path.rglob("*"))
    assert check(target).faults
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("text", ["../../etc/x", "2026-Q4/../../x", "2026-Q4\n", "%2e%2e", "2026-Q4\0"])
def test_at26_a_period_is_no_path(text: str) -> None:
    with pytest.raises(UsageError):
        period(text)


def test_at26_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a build that takes names as they are."""
    monkeypatch.setattr(archive, "_inside", lambda _path, name: PurePosixPath(name))
    assert [path.name for path in written_elsewhere(tmp_path, "../evil")] == ["evil"]
