"""Whom a request comes from. What a header says of that is believed of the proxies in the settings, and of nobody else.

Headers by which proxies name a user (REMOTE_USER and its kin) are thrown away from everybody: nothing here signs in by
them, and nothing ever should.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

FORWARDED = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port", b"x-real-ip"}
)
NAMED_USERS = frozenset(
    {
        b"remote-user",
        b"remote_user",
        b"x-remote-user",
        b"x-forwarded-user",
        b"x-auth-request-user",
        b"x-webauth-user",
        b"x-forwarded-email",
        b"x-forwarded-groups",
    }
)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """ASGI middleware that puts the real client into the scope and takes the headers of others out."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on with what may be believed."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            peer = (scope.get("client") or ("", 0))[0]
            if self._is_trusted(peer):
                said = [
                    part.strip() for part in ",".join(headers.getlist("x-forwarded-for")).split(",") if part.strip()
                ]
                scope["client"] = (self._client(said) or peer, 0)
                if headers.get("x-forwarded-proto", "").strip().lower() == "https":
                    scope["scheme"] = "https"
            scope["headers"] = [
                (name, value) for name, value in scope["headers"] if name.lower() not in FORWARDED | NAMED_USERS
            ]
        await self._app(scope, receive, send)

    def _client(self, said: list[str]) -> str:
        """The last address that is none of our proxies: what stands before it anybody may have written."""
        for address in reversed(said):
            if not self._is_trusted(address):
                return address if _is_address(address) else ""
        return ""

    def _is_trusted(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
