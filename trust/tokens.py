"""Tokens of the REST API: who may ask, for what, until when. Only their hashes are kept.

A token is 32 random bytes, so a plain SHA-256 of it cannot be guessed back; nothing slower is needed (unlike for a
password). The file has a line a token: name, scopes, last day (UTC), hash, who answers for it, and the parts of the
city it is bound to. It is read anew when it changes: a token that is taken out is refused from the next request on.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rainbow.kernel.errors import InputError, SettingsError, UsageError
from rainbow.kernel.texts import _
from trust.identity import Identity
from trust.roles import NOBODY, Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PREFIX = "rbw_"
"""So that a token is known for one where it leaks."""
MOST_DAYS = 365
_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SECRET = re.compile(r"(?:rbw|rainbow)_[A-Za-z0-9_-]{43}")
"""What a token looks like; the longer prefix is that of tokens made earlier."""
_COLUMNS = 4
_OTHERS_MAY = 0o077
_HEAD = "# Tokens of RAINBOW's API, by their SHA-256: name, scopes, last day, hash, owner. Made by: rainbow token\n"


class Scope(StrEnum):
    """What a token opens."""

    READ = "read"
    WRITE = "write"
    CONTROL = "control"
    AUDIT = "audit"


OPENS: dict[Scope, frozenset[Permission]] = {
    Scope.READ: frozenset({Permission.READ, Permission.ANALYSE}),
    Scope.WRITE: frozenset({Permission.SAVE, Permission.TAKE}),
    Scope.CONTROL: frozenset({Permission.CONTROL}),
    Scope.AUDIT: frozenset({Permission.AUDIT}),
}
"""No token administers: that is for people who have signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One line of the file; good up to and with the day ``until``.

    ``owner`` is who answers for it; ``within`` are scopes of ``[access.scopes]`` it is bound to.
    """

    name: str
    scopes: frozenset[Scope]
    until: date
    digest: str
    owner: str = ""
    within: frozenset[str] = frozenset()

    def line(self) -> str:
        """As it stands in the file."""
        parts = [self.name, ",".join(sorted(self.scopes)), self.until.isoformat(), self.digest]
        parts += [f"owner={self.owner}"] if self.owner else []
        parts += [f"within={','.join(sorted(self.within))}"] if self.within else []
        return " ".join(parts) + "\n"

    def identity(self) -> Identity:
        """Who asks with it."""
        return Identity(
            subject=f"token:{self.name}",
            name=self.name,
            method="token",
            permissions=NOBODY.union(*(OPENS[scope] for scope in self.scopes)),
            scopes=self.within or None,
        )


def digest_of(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenFile:
    """The tokens of one city. May be asked from any thread."""

    def __init__(self, path: Path, *, used: Callable[[str, float], None] | None = None) -> None:
        """``used`` is told the hash of a token and the UNIX time whenever one opens something."""
        self._path = path
        self._used = used
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._kept: tuple[Token, ...] = ()

    def all(self) -> tuple[Token, ...]:
        """Every token, expired ones too; none where the file is not there.

        Raises:
            SettingsError: the file cannot be read, holds a mistake, or others may read it.
        """
        with self._lock:
            try:
                found = self._path.stat()
                stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
                if stamp != self._stamp:
                    if found.st_mode & _OTHERS_MAY:
                        raise SettingsError(
                            _("{path} can be read by others").format(path=self._path),
                            cure=_("chmod 600 {path}").format(path=self._path),
                        )
                    self._kept = tuple(_parsed(self._path.read_text(encoding="utf-8").splitlines(), self._path))
                    self._stamp = stamp
            except FileNotFoundError:
                return ()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(_("{path} cannot be read: {error}").format(path=self._path, error=error)) from None
            return self._kept

    def found(self, secret: object, now_s: float) -> Token | None:
        """The token of this text, unless it has expired or is none.

        Raises:
            SettingsError: see :meth:`all`.
            StoreError: that it was used cannot be kept.
        """
        if not isinstance(secret, str) or _SECRET.fullmatch(secret) is None:
            return None
        digest, today = digest_of(secret), datetime.fromtimestamp(now_s, UTC).date()
        for token in self.all():
            if secrets.compare_digest(token.digest, digest) and today <= token.until:
                if self._used is not None:
                    self._used(digest, now_s)
                return token
        return None

    def add(
        self,
        name: str,
        scopes: frozenset[Scope],
        until: date,
        *,
        owner: str = "",
        within: frozenset[str] = frozenset(),
    ) -> str:
        """Make a token and keep its hash; the token itself, which is told nowhere else.

        Raises:
            UsageError: the name or owner is none, the name is taken, or no scope is named.
            SettingsError: the file cannot be read or written.
        """
        if _NAME.fullmatch(name) is None:
            raise UsageError(
                _("{name!r} is no name of a token").format(name=name), cure=_("letters, digits, . _ -; at most 64")
            )
        if owner and _NAME.fullmatch(owner) is None:
            raise UsageError(
                _("{name!r} is no name of an owner").format(name=owner), cure=_("letters, digits, . _ -; at most 64")
            )
        if not scopes:
            raise UsageError(_("a token without a scope opens nothing"))
        if any(token.name == name for token in self.all()):
            raise UsageError(
                _("there is a token {name} already").format(name=name), cure=_("revoke it, or take another name")
            )
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        made = Token(
            name=name, scopes=scopes, until=until, digest=digest_of(secret), owner=owner, within=frozenset(within)
        )
        self._write((*self.all(), made))
        return secret

    def revoke(self, name: str) -> None:
        """Take a token out.

        Raises:
            InputError: there is none of this name.
            SettingsError: the file cannot be read or written.
        """
        left = tuple(token for token in self.all() if token.name != name)
        if len(left) == len(self.all()):
            raise InputError(_("there is no token {name}").format(name=name), cure=_("see: rainbow token list CITY"))
        self._write(left)

    def _write(self, tokens: Iterable[Token]) -> None:
        """All of it or nothing, readable by its owner only (mkstemp)."""
        text = _HEAD + "".join(token.line() for token in tokens)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            number, temporary = tempfile.mkstemp(dir=self._path.parent)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(self._path)
        except OSError as error:
            raise SettingsError(_("{path} cannot be written: {error}").format(path=self._path, error=error)) from None


def _parsed(lines: Iterable[str], path: Path) -> Iterable[Token]:
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            yield _token(line.split())
        except ValueError:
            raise SettingsError(
                _("{path}, line {number} is no token").format(path=path, number=number),
                cure=_("name, scopes, last day, hash: let rainbow token write it"),
            ) from None


def _token(parts: list[str]) -> Token:
    if len(parts) < _COLUMNS or _NAME.fullmatch(parts[0]) is None or _HASH.fullmatch(parts[3]) is None:
        raise ValueError
    more = dict(part.split("=", 1) for part in parts[_COLUMNS:])
    owner, within = more.pop("owner", ""), more.pop("within", "")
    if more or (owner and _NAME.fullmatch(owner) is None):
        raise ValueError
    return Token(
        name=parts[0],
        scopes=frozenset(Scope(word) for word in parts[1].split(",")),
        until=date.fromisoformat(parts[2]),
        digest=parts[3],
        owner=owner,
        within=frozenset(within.split(",")) if within else frozenset(),
    )
