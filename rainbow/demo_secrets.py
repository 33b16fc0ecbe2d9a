"""Secrets of simulated switches: made up where the city has none yet. Never used for real devices."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from rainbow.city import City

_BYTES = 18


def make_missing_communities(city: City) -> tuple[Path, ...]:
    """Write a random community (mode 0600) into each secret file that is missing; the files made.

    Only files below ``state/`` that a profile of version 2c names. Two processes at once end up with the same secret.

    Raises:
        SettingsError: a file cannot be written.
    """
    made: list[Path] = []
    for profile in city.settings.snmp.values():
        ref = profile.community
        path = city.folder / ref.file
        wanted = profile.version == "2c" and ref.file and not (ref.env and os.environ.get(ref.env))
        if wanted and path.resolve().is_relative_to(city.state.resolve()) and not path.exists():
            try:
                _write_once(path, secrets.token_urlsafe(_BYTES))
            except OSError as error:
                raise SettingsError(
                    _("{path} cannot be written: {error}").format(path=path, error=error.strerror),
                    cure=_("see that the city's folder state is writable"),
                ) from None
            made.append(path)
    return tuple(made)


def _write_once(path: Path, text: str) -> None:
    """Write a whole file that nobody else can read, unless it is there by now."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
