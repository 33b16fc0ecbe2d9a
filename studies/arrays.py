"""What a study is worked out on: named arrays, on disk as ``.npy`` files that every worker maps into memory.

A model lies in a folder that is called by its content: equal cities give equal folders, a worker on another machine can
tell whether it has the right one, and nothing is ever written to it once it is there.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib import format as npy

from rainbow.kernel.errors import StudyError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.generic]
    Arrays = Mapping[str, Array]

_ENDING = ".npy"


def content_hash(arrays: Arrays) -> str:
    """The name of a model: SHA-256 over names, types, shapes and values."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name}\x1f{array.dtype.str}\x1f{array.shape}\x1f".encode())
        digest.update(array.view(np.uint8).data if array.size else b"")
    return digest.hexdigest()


def write_model(folder: Path, arrays: Arrays) -> Path:
    """Put a model into its folder below this one, whole or not at all; one that is there is left as it is.

    Raises:
        StudyError: it cannot be written.
    """
    target = folder / content_hash(arrays)
    if target.is_dir():
        return target
    making = folder / f".{target.name}.{os.getpid()}"
    try:
        making.mkdir(parents=True, exist_ok=True)
        for name, array in arrays.items():
            np.save(making / f"{name}{_ENDING}", np.ascontiguousarray(array), allow_pickle=False)
        making.rename(target)
    except OSError as error:
        shutil.rmtree(making, ignore_errors=True)
        if target.is_dir():  # somebody else was quicker with the same
            return target
        raise StudyError(
            _("{path}: the study's arrays cannot be written: {error}").format(path=folder, error=error.strerror)
        ) from None
    return target


def read_model(folder: Path) -> dict[str, Array]:
    """A model mapped into memory, read-only: processes of one machine share its pages.

    Raises:
        StudyError: there is none, or it is not what its name says.
    """
    try:
        found = {
            path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in sorted(folder.glob(f"*{_ENDING}"))
        }
    except (OSError, ValueError) as error:
        raise StudyError(
            _("{path}: the study's arrays cannot be read: {error}").format(path=folder, error=error)
        ) from None
    if content_hash(found) != folder.name:
        raise StudyError(
            _("{path} is not the model it is called by").format(path=folder),
            cure=_("delete that folder and run the study again"),
        )
    return found


def packed(arrays: Arrays) -> bytes:
    """Arrays as bytes, always the same for the same: what a chunk has found. ``.npy`` files, one after the other."""
    out = io.BytesIO()
    for name in sorted(arrays):
        out.write(name.encode() + b"\n")
        npy.write_array(out, np.ascontiguousarray(arrays[name]), version=(1, 0), allow_pickle=False)
    return out.getvalue()


def unpacked(content: bytes) -> dict[str, Array]:
    """The arrays of :func:`packed`."""
    source, found = io.BytesIO(content), {}
    while name := source.readline():
        found[name[:-1].decode()] = npy.read_array(source, allow_pickle=False)
    return found
