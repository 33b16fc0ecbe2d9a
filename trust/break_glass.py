"""The one account of this machine, for the day the identity provider is away: a password and a second factor.

The password is kept as an argon2id hash. A code is good once (RFC 6238, 5.2). Who does not know the account's name
waits as long as who does not know its password.
"""

from __future__ import annotations

import hmac
import threading
import time
from typing import TYPE_CHECKING

import pyotp
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _
from trust.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from rainbow.kernel.secret import Secret
    from trust.access_settings import BreakGlassSettings

LEAST_PASSWORD = 14
MOST_TEXT = 256
"""Characters of a name or password that are looked at: hashing more costs only us."""
STEP_S = 30
_HASHER = PasswordHasher(type=Type.ID)


class BreakGlass:
    """The account. One try is worked out at a time: a hash takes 64 MiB."""

    def __init__(
        self,
        settings: BreakGlassSettings,
        *,
        password: Secret,
        totp: Secret,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Raises SettingsError where hash or key are none."""
        self.name = settings.name
        self.role = Role(settings.role)
        self._hash = password
        self._clock = clock
        self._lock = threading.Lock()
        self._used: set[int] = set()
        try:
            self._totp = pyotp.TOTP(totp.reveal(), interval=STEP_S)
            self._totp.now()
            _HASHER.check_needs_rehash(password.reveal())
        except (ValueError, InvalidHashError):
            raise SettingsError(
                _("access.break_glass: password or totp is not what the command makes"),
                cure=_("make them anew: rainbow access break-glass CITY"),
            ) from None

    def proved(self, name: str, password: str, code: str) -> bool:
        """Whether name, password and code are right. All three are worked out, whatever the first one says."""
        with self._lock:
            is_name = hmac.compare_digest(name[:MOST_TEXT].encode(), self.name.encode())
            is_password = self._is_password(password[:MOST_TEXT])
            step = self._step_of(code)
            if not (is_name and is_password and step is not None):
                return False
            self._used.add(step)
            return True

    def _is_password(self, password: str) -> bool:
        try:
            return _HASHER.verify(self._hash.reveal(), password)
        except VerificationError:
            return False

    def _step_of(self, code: str) -> int | None:
        """The step of time a code belongs to, of this one and its neighbours; None where it is none or was used."""
        now = int(self._clock()) // STEP_S
        found = [
            step
            for step in (now - 1, now, now + 1)
            if hmac.compare_digest(self._totp.generate_otp(step).encode(), code[:MOST_TEXT].encode())
            and step not in self._used
        ]
        self._used = {step for step in self._used if step >= now - 1}
        return found[0] if found else None


def hashed(password: str) -> str:
    """What is kept of a password.

    Raises:
        ValueError: it is too short.
    """
    if not LEAST_PASSWORD <= len(password) <= MOST_TEXT:
        raise ValueError(_("a password of {least} to {most} characters").format(least=LEAST_PASSWORD, most=MOST_TEXT))
    return _HASHER.hash(password)


def new_totp(name: str, issuer: str) -> tuple[str, str]:
    """A new key for the second factor, and the address that an authenticator reads."""
    key = pyotp.random_base32(length=32)
    return key, pyotp.TOTP(key, interval=STEP_S).provisioning_uri(name=name, issuer_name=issuer)
