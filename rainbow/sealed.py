"""Secrets at rest: files readable by their owner alone, encrypted where the city has a key for that.

A sealed file is an age file (age-encryption.org, X25519, ASCII armour). Its key lies elsewhere: in systemd's credential
``rainbow_seal_key`` (``LoadCredentialEncrypted=`` binds it to this machine), or in the file that the environment
variable ``RAINBOW_SEAL_KEY_FILE`` names.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage

from rainbow.kernel.errors import SettingsError
from rainbow.kernel.secret import Secret
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

CREDENTIAL, VARIABLE = "rainbow_seal_key", "RAINBOW_SEAL_KEY_FILE"
ARMOUR = "-----BEGIN AGE ENCRYPTED FILE-----"


def is_sealed(text: str) -> bool:
    """Whether a secret file's content is encrypted."""
    return text.lstrip().startswith(ARMOUR)


@dataclass(frozen=True, slots=True)
class SealKey:
    """The key that opens a city's sealed secrets."""

    identity: Secret

    @classmethod
    def of(cls, secret: Secret) -> SealKey:
        """A key as written (``AGE-SECRET-KEY-1...``).

        Raises:
            SettingsError: it is none.
        """
        try:
            pyrage.x25519.Identity.from_str(secret.reveal().strip())
        except pyrage.IdentityError:
            raise SettingsError(
                _("the seal key is no key of age"), cure=_("make one with: rainbow secrets key FILE")
            ) from None
        return cls(Secret(secret.reveal().strip()))

    @classmethod
    def new(cls) -> SealKey:
        """One that nobody has yet."""
        return cls(Secret(str(pyrage.x25519.Identity.generate())))

    def sealed(self, text: str) -> str:
        """A secret, encrypted."""
        holder = pyrage.x25519.Identity.from_str(self.identity.reveal()).to_public()
        return bytes(pyrage.encrypt(text.encode(), [holder], armored=True)).decode("ascii")

    def opened(self, text: str, path: Path) -> str:
        """A sealed secret in the clear.

        Raises:
            SettingsError: it was sealed with another key, or is damaged.
        """
        try:
            return bytes(
                pyrage.decrypt(text.encode("ascii"), [pyrage.x25519.Identity.from_str(self.identity.reveal())])
            ).decode()
        except (pyrage.DecryptError, UnicodeError):
            raise SettingsError(
                _("{path} was sealed with another key, or is damaged").format(path=path),
                cure=_("give the key it was sealed with, or write the secret anew"),
            ) from None


def seal_key() -> SealKey | None:
    """The key of this process; None where it was given none.

    Raises:
        SettingsError: it cannot be read, or is none.
    """
    place = os.environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(place) / CREDENTIAL if place else None
    if path is None or not path.is_file():
        path = Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None
    return None if path is None else key_in(path)


def key_in(path: Path) -> SealKey:
    """The key in a file.

    Raises:
        SettingsError: it cannot be read, or is none.
    """
    try:
        return SealKey.of(Secret(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(_("{path} cannot be read: {error}").format(path=path, error=error)) from None


def in_the_clear(text: str, path: Path) -> str:
    """A secret file's content, opened where it is sealed.

    Raises:
        SettingsError: there is no key, or it is another one.
    """
    if not is_sealed(text):
        return text
    key = seal_key()
    if key is None:
        raise SettingsError(
            _("{path} is sealed, and no key was given").format(path=path),
            cure=_("give the credential {credential}, or the file's path in {variable}").format(
                credential=CREDENTIAL, variable=VARIABLE
            ),
        )
    return key.opened(text, path)


def write_secret(path: Path, text: str) -> None:
    """Write a secret file whole or not at all, readable by its owner alone.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, temporary = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text.rstrip("\n") + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise SettingsError(_("{path} cannot be written: {error}").format(path=path, error=error.strerror)) from None


def resealed(paths: Sequence[Path], old: SealKey | None, new: SealKey) -> int:
    """Seal files with a key, those that are in the clear and those of the key before it; how many were written.

    All are opened before the first is written, so a file of a third key stops everything.

    Raises:
        SettingsError: a file cannot be read, opened or written.
    """
    clear: dict[Path, str] = {}
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(_("{path} cannot be read: {error}").format(path=path, error=error)) from None
        if not is_sealed(text):
            clear[path] = text
        elif old is not None:
            clear[path] = old.opened(text, path)
    for path, text in clear.items():
        write_secret(path, new.sealed(text))
    return len(clear)
