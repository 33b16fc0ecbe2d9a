"""The file: age around gzip around tar, written and read as a stream.

In it: ``header.json`` first, so that a foreign or newer file is refused before anything is written; then ``city/...``
and ``state/...``; then ``sums.json``, the SHA-256 of each file. Age (age-encryption.org, X25519) authenticates every
64 KiB, so a damaged or shortened file never yields a byte that was not put in. The key that makes a backup cannot
read it: that one is kept elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
import threading
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

import pyrage

from rainbow.kernel.errors import BackupError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from rainbow.kernel.secret import Secret

FORMAT = 1
HEADER, SUMS = "header.json", "sums.json"
TOPS = ("city", "state")
"""Folders in the archive: the city's own files, and what the running city has made."""
_CHUNK = 1 << 20
_OWNER_ONLY = 0o600


def recipient(text: str) -> pyrage.x25519.Recipient:
    """A public key as written (``age1...``).

    Raises:
        BackupError: it is none.
    """
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise BackupError(
            _("{text!r} is no public key for backups: {error}").format(text=text, error=error),
            cure=_("make a pair with: rainbow backup key FILE"),
        ) from None


def new_key() -> tuple[str, str]:
    """A new pair: the secret key as text, and its public key."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def write(path: Path, to: str, header: Mapping[str, object], files: Mapping[str, Path]) -> int:
    """Write an archive for the holder of a key; ``files`` by their names inside. Returns its size in bytes.

    The file appears whole or not at all.

    Raises:
        BackupError: it cannot be written, or a file cannot be read.
    """
    holder = recipient(to)
    part = path.with_name(f".{path.name}.part")
    try:
        with _owner_only(part) as target:
            with _through(lambda source: pyrage.encrypt_io(source, target, [holder])) as sink:
                _pack(sink, header, files)
            target.flush()
            os.fsync(target.fileno())
        part.replace(path)
    except OSError as error:
        raise BackupError(
            _("backup {path} cannot be written: {error}").format(path=path, error=error.strerror or error),
            cure=_("look at free space and rights of that folder; an older backup there is untouched"),
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return path.stat().st_size


def _pack(sink: IO[bytes], header: Mapping[str, object], files: Mapping[str, Path]) -> None:
    sums = {}
    with (
        gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        _add_text(tar, HEADER, json.dumps({"format": FORMAT, **header}, indent=2, ensure_ascii=False))
        for name, path in files.items():
            with path.open("rb") as source:
                entry = tar.gettarinfo(arcname=name, fileobj=source)
                sums[name] = hashlib.file_digest(source, "sha256").hexdigest()
                source.seek(0)
                entry.mode, entry.uname, entry.gname, entry.uid, entry.gid = _OWNER_ONLY, "", "", 0, 0
                tar.addfile(entry, source)
        _add_text(tar, SUMS, json.dumps(sums, indent=2, ensure_ascii=False))


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))


def read(path: Path, key: Secret, judge: Callable[[dict[str, object]], None], into: Path) -> dict[str, object]:
    """Unpack an archive into an empty folder and return its header; every file is checked against its sum.

    ``judge`` is shown the header before the first file is written; what it raises ends the reading.

    Raises:
        BackupError: no backup, damaged, shortened, for another key, of a newer format, or ``into`` cannot be written.
    """
    identity = _identity(key)
    try:
        with path.open("rb") as source, _through_back(source, identity) as plain:
            return _unpack(path, plain, judge, into)
    except pyrage.DecryptError as error:
        raise BackupError(
            _("backup {path} cannot be read with this key: {error}").format(path=path, error=error),
            cure=_("name the key whose public half made it; if it is that one, the file is damaged or no backup"),
        ) from None
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, str(error)) from None
    except OSError as error:
        if error.errno is None:  # a block that does not authenticate reaches us as an error of reading
            raise _damaged(path, str(error)) from None
        raise BackupError(
            _("backup {path}: {error}").format(path=path, error=error.strerror),
            cure=_("look at the file, and at free space and rights where it is unpacked"),
        ) from None


def _unpack(path: Path, plain: IO[bytes], judge: Callable[[dict[str, object]], None], into: Path) -> dict[str, object]:
    found: dict[str, str] = {}
    header: dict[str, object] | None = None
    sums: dict[str, str] | None = None
    with tarfile.open(fileobj=plain, mode="r|gz") as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isreg() else None
            if content is None:
                raise _damaged(path, entry.name)
            if entry.name == HEADER:
                header = _header(path, json.load(content))
                judge(header)
            elif entry.name == SUMS:
                sums = json.load(content)
            elif header is None:
                raise _damaged(path, entry.name)
            else:
                found[entry.name] = _put(content, into / _inside(path, entry.name))
    if header is None or sums != found:
        raise _damaged(path, SUMS)
    return header


def _header(path: Path, header: dict[str, object]) -> dict[str, object]:
    if not isinstance(header["format"], int):
        raise _damaged(path, HEADER)
    if header["format"] > FORMAT:
        raise BackupError(
            _("backup {path} was made by a newer RAINBOW ({version})").format(path=path, version=header["rainbow"]),
            cure=_("install that version or a newer one, and restore with it"),
        )
    return header


def _inside(path: Path, name: str) -> PurePosixPath:
    place = PurePosixPath(name)
    if place.is_absolute() or place.parts[0] not in TOPS or ".." in place.parts or "\0" in name:
        raise _damaged(path, name)
    return place


def _put(content: IO[bytes], target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    total = hashlib.sha256()
    with _owner_only(target) as file:
        while chunk := content.read(_CHUNK):
            total.update(chunk)
            file.write(chunk)
    return total.hexdigest()


def _damaged(path: Path, what: str) -> BackupError:
    return BackupError(
        _("backup {path} is damaged or no backup of RAINBOW ({what})").format(path=path, what=what),
        cure=_("take another copy of it, or an older backup"),
    )


def _identity(key: Secret) -> pyrage.x25519.Identity:
    lines = [line for line in key.reveal().splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str(lines[0].strip() if lines else "")
    except pyrage.IdentityError:
        raise BackupError(
            _("the key file holds no secret key for backups"),
            cure=_('its line begins with "AGE-SECRET-KEY-1"; rainbow backup key makes one'),
        ) from None


def _owner_only(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb")


@contextmanager
def _through(work: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """A writer whose bytes ``work`` reads in a thread: what is put in never lies on a disk unencrypted."""
    reading, writing = os.pipe()
    worker = _Worker(work, os.fdopen(reading, "rb"))
    try:
        with os.fdopen(writing, "wb") as sink:
            yield sink
    finally:
        worker.end()


@contextmanager
def _through_back(source: IO[bytes], identity: pyrage.x25519.Identity) -> Iterator[IO[bytes]]:
    """A reader of what a thread decrypts, to its authenticated end."""
    reading, writing = os.pipe()
    worker = _Worker(lambda target: pyrage.decrypt_io(source, target, [identity]), os.fdopen(writing, "wb"))
    try:
        with os.fdopen(reading, "rb") as plain:
            yield plain
            while plain.read(_CHUNK):
                pass
    finally:
        worker.end()


class _Worker(threading.Thread):
    """Works on the far end of a pipe; its failure is the reason for what the near end met, and goes before it."""

    def __init__(self, work: Callable[[IO[bytes]], object], far: IO[bytes]) -> None:
        super().__init__(name="backup", daemon=True)
        self._work = work
        self._far = far
        self._failure: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            with self._far:
                self._work(self._far)
        except Exception as error:  # noqa: BLE001 - raised again by the side that waits
            self._failure = error

    def end(self) -> None:
        """Wait for it and raise its failure, unless the near end gave up first for a reason of its own."""
        self.join()
        if self._failure is not None and not isinstance(sys.exception(), BackupError):
            raise self._failure
