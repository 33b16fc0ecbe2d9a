"""AT32, the evidence pack: a secret that strayed into any of its files keeps the pack from being written at all."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from rainbow.auditpack import archive
from rainbow.kernel.errors import AuditError
from rainbow.kernel.secret import Secret
from trust.anchors import Signer, make_key_file

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-in-the-pack-4720"


@pytest.mark.parametrize("name", ["01_snmp.csv", "04_audit.jsonl", "11_software.json", "report.html", "report.pdf"])
def test_at32_a_strayed_secret_keeps_the_pack_from_being_written(tmp_path: Path, name: str) -> None:
    files = {"a.csv": b"row\n1\n", name: b"before " + CANARY.encode() + b" after"}
    target = tmp_path / "pack.zip"
    with pytest.raises(AuditError) as caught:
        archive.write(target, files, {}, Signer.of(make_key_file(tmp_path / "key")), [Secret(CANARY)])
    assert name in str(caught.value)
    assert CANARY not in str(caught.value)
    assert list(tmp_path.glob("*.zip*")) == []


def test_at32_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a build that does not look."""
    monkeypatch.setattr(archive, "refuse_secrets", lambda _files, _secrets: None)
    with pytest.raises(pytest.fail.Exception):
        test_at32_a_strayed_secret_keeps_the_pack_from_being_written(tmp_path, "a.csv")
    with zipfile.ZipFile(tmp_path / "pack.zip") as packed:
        assert CANARY.encode() in packed.read("a.csv")
