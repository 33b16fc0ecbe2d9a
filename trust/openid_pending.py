"""Sign-ins under way: what each was begun with, by what its browser holds. Imports no library of the protocol."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from rainbow.kernel.errors import SignInError
from rainbow.kernel.texts import _

PENDING_S = 600.0
"""So long a person may take at the provider."""
MOST_PENDING = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A sign-in that was begun: what it has to come back with, and where to go on."""

    state: str
    nonce: str
    verifier: str
    onward: str
    began_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a checked ID token says of a person. ``provider_session`` is their session there, where it names one."""

    subject: str
    name: str
    groups: tuple[str, ...]
    amr: str
    provider_session: str = ""


class PendingSignIns:
    """Those under way, in memory: a restart makes people begin again, no more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Pending] = OrderedDict()

    def add(self, pending: Pending) -> str:
        """Remember one; what its browser has to hold."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._kept[key] = pending
            while len(self._kept) > MOST_PENDING:
                self._kept.popitem(last=False)
        return key

    def taken(self, key: str, state: str, now_s: float) -> Pending:
        """The one of this browser, once.

        Raises:
            SignInError: there is none (any more), or it was begun elsewhere: the state is another.
        """
        with self._lock:
            found = self._kept.pop(key, None)
        if found is None or not 0 <= now_s - found.began_s <= PENDING_S:
            raise SignInError(_("this sign-in was not begun here, is over, or took too long"), cure=_("sign in again"))
        if not hmac.compare_digest(found.state.encode(), state.encode()):
            raise SignInError(_("this sign-in was begun elsewhere"), cure=_("sign in again"))
        return found
