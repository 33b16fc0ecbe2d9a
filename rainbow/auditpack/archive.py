"""The file: a ZIP with every piece, a manifest with their SHA-256 and an Ed25519 signature over the manifest.

Two packs of the same pieces are the same bytes: entries have no times of their own. Nothing is unpacked to verify one.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import AuditError
from rainbow.kernel.texts import _
from trust.anchors import is_signed, key_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rainbow.kernel.secret import Secret
    from trust.anchors import Signer

MANIFEST, SIGNATURE, PUBLIC = "manifest.json", "manifest.sig", "public_key.pem"
_EPOCH = (1980, 1, 1, 0, 0, 0)
MOST_BYTES = 512 * 1024 * 1024
"""What a pack may unpack to: one that claims more was not made here."""
LEAST_SECRET = 8
"""Characters below which a secret could stand in a text by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a look at a pack found: nothing, or what is wrong with it."""

    manifest: Mapping[str, object]
    key: str
    faults: tuple[str, ...]


def write(
    path: Path, files: Mapping[str, bytes], head: Mapping[str, object], signer: Signer, secrets: Sequence[Secret]
) -> None:
    """Write a pack, whole or not at all.

    Raises:
        AuditError: it cannot be written, or a secret of the city stands in one of its files.
    """
    refuse_secrets(files, secrets)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = json.dumps({**head, "key": signer.name, "sha256": sums}, indent=2, ensure_ascii=False).encode()
    whole = {
        MANIFEST: manifest,
        SIGNATURE: signer.sign(manifest).hex().encode(),
        PUBLIC: signer.public_pem().encode(),
        **files,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, content in whole.items():
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(out.getvalue())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise AuditError(
            _("pack {path} cannot be written: {error}").format(path=path, error=error.strerror or error),
            cure=_("look at free space and rights of that folder"),
        ) from None


def refuse_secrets(files: Mapping[str, bytes], secrets: Sequence[Secret]) -> None:
    """A pack goes to other people: no secret of the city may stand in it.

    Raises:
        AuditError: one does; the file is named, the secret is not.
    """
    for secret in secrets:
        text = secret.reveal()
        if len(text) < LEAST_SECRET:
            continue
        for name, content in files.items():
            if text.encode() in content:
                raise AuditError(
                    _("a secret of the city stands in {file}: the pack was not written").format(file=name),
                    cure=_("see how it came there, take it out, and make a new secret: others may have read it"),
                )


def check(path: Path, public_pem: str = "") -> Checked:
    """Look at a pack. ``public_pem`` is the key from the safe; the pack's own says only that it is as it was made.

    Raises:
        AuditError: it is no pack.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
                raise AuditError(_("{path} is no audit pack: it is too large").format(path=path))
            names = packed.namelist()
            files = {name: packed.read(name) for name in names}
        manifest = json.loads(files[MANIFEST])
        sums = dict(manifest["sha256"])
        signature, own = bytes.fromhex(files[SIGNATURE].decode("ascii")), files[PUBLIC].decode("ascii")
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, NotImplementedError, EOFError) as error:
        raise AuditError(_("{path} is no audit pack: {error}").format(path=path, error=error)) from None
    pem = public_pem or own
    faults = [] if is_signed(files[MANIFEST], signature, pem) else [_("the signature is not that of this key")]
    faults += [
        _("{file} is there twice").format(file=name)
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    inside = files.keys() - {MANIFEST, SIGNATURE, PUBLIC}
    faults += [_("{file} is missing").format(file=name) for name in sorted(sums.keys() - inside)]
    faults += [_("{file} is in no manifest").format(file=name) for name in sorted(inside - sums.keys())]
    faults += [
        _("{file} is not what was signed").format(file=name)
        for name in sorted(inside & sums.keys())
        if hashlib.sha256(files[name]).hexdigest() != sums[name]
    ]
    return Checked(manifest=manifest, key=key_name(pem), faults=tuple(faults))
