"""A city folder, opened: what is in it, where its state lies, how its secrets are found."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.sources.city_folder import read_plant
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.samples import UnixNs
from rainbow.kernel.secret import Secret, SecretRef
from rainbow.kernel.texts import _
from rainbow.sealed import in_the_clear
from rainbow.settings import Settings, place_in, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant


def clock() -> UnixNs:
    """The wall clock: what all rooms get as their ``clock``."""
    return UnixNs(time.time_ns())


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city folder, read: where it is, how it is run, what it holds."""

    folder: Path
    settings: Settings
    plant: Plant

    @property
    def state(self) -> Path:
        """Where the running city keeps its store, sockets and demo secrets."""
        return self.folder / "state"

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.state / "rainbow.sqlite"

    @property
    def incidents(self) -> Path:
        """The incidents' file."""
        return self.state / "incidents.sqlite"

    @property
    def recording(self) -> Path:
        """What the incident engine heard, where it is recorded."""
        return self.state / "heard.jsonl.gz"

    @property
    def simulator_socket(self) -> Path:
        """Where a running simulator listens for commands."""
        return simulator_socket(self.folder)


def state_folder(folder: Path) -> Path:
    """What a city folder keeps of its own accord, the folder's files unread."""
    return folder / "state"


def simulator_socket(folder: Path) -> Path:
    """Where the simulator of a city folder listens, the folder's files unread."""
    return state_folder(folder) / "simulator.sock"


def open_city(folder: Path) -> City:
    """Read a city folder.

    Raises:
        InputError: settings or plant files are bad; all mistakes are in ``findings``.
    """
    return City(folder=folder, settings=read_settings(folder), plant=read_plant(folder))


def secret(city: City, ref: SecretRef, *, what: str) -> Secret:
    """The secret a reference of a city points to.

    Raises:
        SettingsError: it is in neither place.
    """
    return secret_in(city.folder, ref, what=what)


def secret_in(folder: Path, ref: SecretRef, *, what: str) -> Secret:
    """The secret a reference in a city folder points to: environment, systemd's credential of the file's name, file.

    Raises:
        SettingsError: it is in neither place.
    """
    if ref.env and (value := os.environ.get(ref.env)):
        return Secret(value)
    if ref.file:
        path = place_in(folder, ref.file)
        try:
            text = in_the_clear(path.read_text(encoding="utf-8"), path).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                _("{what}: secret file {path} cannot be read: {error}").format(
                    what=what, path=path, error=getattr(error, "strerror", None) or error
                ),
                cure=_("write the secret into it, readable by this user only (mode 0600), or set {env}").format(
                    env=ref.env or _("an environment variable named in {key}_env").format(key=what)
                ),
            ) from None
        if not text:
            raise SettingsError(
                _("{what}: secret file {path} is empty").format(what=what, path=path),
                cure=_("write the secret into it"),
            )
        return Secret(text)
    raise SettingsError(
        _("{what}: no secret in environment variable {env}").format(what=what, env=ref.env or "-"),
        cure=_("set it, or name a secret file in city.toml"),
    )
