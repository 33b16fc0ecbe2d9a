"""One writer a store: a lock file beside it, held by the operating system and so gone with its process."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from pathlib import Path


class WriterLock:
    """The lock of one store. The file stays: a lock on a file that is deleted and made again locks nobody out."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._path = store.with_name(f"{store.name}.lock")
        self._fd: int | None = None

    def take(self) -> None:
        """Take it, without waiting.

        Raises:
            StoreError: another process writes this store, or the file cannot be made.
        """
        try:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                _("lock {path} cannot be made: {error}").format(path=self._path, error=error.strerror),
                cure=_("give this user the right to write there"),
            ) from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(fd, 32).decode("ascii", "replace").strip() or "?"
            os.close(fd)
            raise StoreError(
                _("store {path} is written by another process already (process {holder})").format(
                    path=self._store, holder=holder
                ),
                cure=_("end that one first: a store has one collector"),
            ) from None
        os.ftruncate(fd, 0)
        os.write(fd, f"{os.getpid()}\n".encode())
        self._fd = fd

    def is_taken(self) -> bool:
        """Whether some process has it now."""
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(fd)
        return False

    def release(self) -> None:
        """Let go of it."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
