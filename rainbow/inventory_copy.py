"""The inventory as the centre hands it to pollers: whole, by version; and the copy a poller keeps of it.

A copy is a folder named by its version, which is a hash of what is in it. A poller starts from the newest one it has,
whether the centre is there or not.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from inventory.sources.city_folder import read_plant
from rainbow.kernel.errors import ClusterError, InputError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.plant import Plant

INVENTORY = "/inventory"
PLANT = "plant"
_CURRENT = "current"

Files = dict[str, bytes]


def version_of(files: Mapping[str, bytes]) -> str:
    """The same for the same files."""
    digest = sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:32]


def plant_files(city: Path) -> Files:
    """The files of a city's plant, by their names below its folder."""
    plant = city / PLANT
    return {
        path.relative_to(plant).as_posix(): path.read_bytes() for path in sorted(plant.rglob("*")) if path.is_file()
    }


class Hand:
    """The centre's side: gives the inventory to who has another one."""

    def __init__(self, city: Path) -> None:
        self._files = plant_files(city)
        self._version = version_of(self._files)

    def hear(self, _sender: str, body: bytes) -> bytes:
        """``body`` is the version the poller has; nothing where it is this one."""
        if body.decode("utf-8", "replace") == self._version:
            return b""
        files = {name: base64.b64encode(data).decode() for name, data in self._files.items()}
        return json.dumps({"version": self._version, "files": files}).encode()


class InventoryCopy:
    """The poller's side: what it has in its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def version(self) -> str:
        """Of the newest whole copy; empty where there is none."""
        try:
            return (self._folder / _CURRENT).read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def plant(self) -> Plant | None:
        """The plant of the newest whole copy; None where there is none."""
        return read_plant(self._folder / self.version) if self.version else None

    def take(self, said: bytes) -> bool:
        """Keep what the centre gave; whether that is a new inventory.

        Raises:
            ClusterError: it is none, or cannot be kept. The one before is still there.
        """
        if not said:
            return False
        try:
            answer = json.loads(said)
            version = str(answer["version"])
            files = {_safe(name): base64.b64decode(data, validate=True) for name, data in answer["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ClusterError(_("what the centre gives is no inventory")) from None
        if version != version_of(files):
            raise ClusterError(_("the inventory is not what its version says"))
        before = self.version
        try:
            self._write(version, files)
            read_plant(self._folder / version)
        except (OSError, InputError) as error:
            raise ClusterError(_("the centre's inventory cannot be kept: {error}").format(error=error)) from None
        self._point_to(version)
        if before and before != version:
            shutil.rmtree(self._folder / before, ignore_errors=True)
        return True

    def _write(self, version: str, files: Files) -> None:
        target, making = self._folder / version, self._folder / f"{version}.new"
        shutil.rmtree(making, ignore_errors=True)
        for name, data in files.items():
            path = making / PLANT / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        shutil.rmtree(target, ignore_errors=True)
        making.rename(target)

    def _point_to(self, version: str) -> None:
        making = self._folder / f"{_CURRENT}.new"
        with making.open("w", encoding="utf-8") as file:
            file.write(version)
            file.flush()
            os.fsync(file.fileno())
        making.replace(self._folder / _CURRENT)


def _safe(name: str) -> str:
    """The name, if it stays below its folder.

    Raises:
        ValueError: it does not.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(name)
    return name
