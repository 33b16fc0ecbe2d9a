"""Logout tokens: the provider says that somebody is signed out (OpenID Connect Back-Channel Logout 1.0).

The signature is checked in :mod:`trust.openid`; here is what the token has to say, and that it says it once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import SignInError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPES = frozenset({"", "jwt", "logout+jwt", "application/logout+jwt"})
"""Of the header; a token that calls itself something else is not one of these."""
FRESH_S = 120.0
"""A token is sent when it is made: one older than this is not believed."""
MOST_HEARD = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """Who is signed out: a person, one session of theirs, or a session whose person is not named. Never neither."""

    subject: str = ""
    provider_session: str = ""


def signed_out(
    header: Mapping[str, object],
    claims: Mapping[str, object],
    *,
    issuer: str,
    audience: str,
    now_s: float,
    leeway_s: float,
) -> SignedOut:
    """What a logout token says, by section 2.6 of the specification.

    Raises:
        SignInError: it is none, of another provider, for somebody else, or out of its time.
    """
    kind, events, said = header.get("typ", ""), claims.get("events"), claims.get("aud")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise SignInError(_("the logout token is a {kind!r}").format(kind=kind))
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict) or "nonce" in claims:
        raise SignInError(_("the token says of nobody that they signed out"))
    if claims.get("iss") != issuer or audience not in (said if isinstance(said, list) else [said]):
        raise SignInError(_("the logout token is of another provider or for another service"))
    issued_s, until_s = _time(claims, "iat"), _time(claims, "exp") if "exp" in claims else now_s
    if not -leeway_s <= now_s - issued_s <= FRESH_S + leeway_s or not until_s >= now_s - leeway_s:
        raise SignInError(_("the logout token is out of its time"))
    found = SignedOut(subject=_text(claims, "sub"), provider_session=_text(claims, "sid"))
    if not (found.subject or found.provider_session):
        raise SignInError(_("the logout token names nobody"))
    return found


class Heard:
    """Tokens heard lately, by their ids: what is sent again says nothing new. May be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: OrderedDict[str, float] = OrderedDict()

    def add(self, claims: Mapping[str, object], now_s: float, leeway_s: float) -> None:
        """Remember one.

        Raises:
            SignInError: it has no id, or was heard before.
        """
        number = _text(claims, "jti")
        with self._lock:
            while self._ids and (
                len(self._ids) >= MOST_HEARD or now_s - next(iter(self._ids.values())) > FRESH_S + 2 * leeway_s
            ):
                self._ids.popitem(last=False)
            if not number or number in self._ids:
                raise SignInError(_("the logout token has no id, or was sent before"))
            self._ids[number] = now_s


def _time(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInError(_("the logout token's {name} is no time").format(name=name))
    return value


def _text(claims: Mapping[str, object], name: str) -> str:
    """Empty where there is none."""
    value = claims.get(name, "")
    if not isinstance(value, str):
        raise SignInError(_("the logout token's {name} is no text").format(name=name))
    return value
