"""Paths of unix sockets: the system takes 104 to 108 bytes, and city folders lie where people put them."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 100
"""A unix socket's path ends at 108 bytes on Linux, 104 elsewhere."""
AS_IT_IS: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}
"""For asyncio.start_unix_server: from Python 3.13 on it would look at the path, which is over by then."""


@contextmanager
def short_path(path: Path) -> Iterator[str]:
    """A way to write a socket's path that the system takes, however deep its folder lies.

    Raises:
        OSError: the folder is not there, or the path is too long and this system has no /proc.
    """
    if len(os.fsencode(path)) <= MOST_BYTES:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
