"""What a browser is told of every answer, and what of a request is refused before anybody looks at it.

A page can be reached by every site its user visits: by a host name that points to its address (DNS rebinding) or by a
form that another site sends. So a request must name a host that is ours, and one that changes something must come from
the page itself.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from planner.problems import problem
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer, errors too. Nothing is allowed inline; scripts set styles through the CSSOM."""
STRICT = {"strict-transport-security": "max-age=31536000"}
"""Where an answer goes out over TLS."""
REQUEST = "rainbow.request"
"""Where a request's number stands in its scope; the answer and the audit log have it too."""


class Guard:
    """ASGI middleware around everything; ``hosts`` are the names it answers to, ``origin`` its own where it has one."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] = LOOPBACK_NAMES, origin: str = "") -> None:
        self._app = app
        self._hosts = hosts
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what may not pass; add the headers to what does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[REQUEST] = secrets.token_hex(8)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in headers_of(scope).items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-cache" if scope["path"].startswith("/static/") else "no-store")
            await send(message)

        headers = Headers(scope=scope)
        if host_name(headers.get("host", "")) not in self._hosts:
            cure = _("use {address}").format(address=self._origin or "http://127.0.0.1")
            refusal = problem(421, _("This host name is not served here."), cure=cure)
            await refusal(scope, receive, send_guarded)
        elif scope["method"] not in SAFE_METHODS and not is_same_origin(headers, self._origin):
            refusal = problem(403, _("This request came from another site and was refused."))
            await refusal(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of an answer to this request."""
    number = {"x-request-id": str(scope[REQUEST])} if REQUEST in scope else {}
    return {**HEADERS, **number, **(STRICT if scope["scheme"] == "https" else {})}


def host_name(host: str) -> str:
    """The name in a Host header without its port; empty where it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_same_origin(headers: Headers, origin: str = "") -> bool:
    """Whether a request that changes something comes from our own page, or from no browser at all.

    Browsers send Sec-Fetch-Site or at least Origin with every such request; a command-line client sends neither.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    said = headers.get("origin")
    if said is None or said == origin:
        return True
    return not origin and urlsplit(said).netloc == headers.get("host")
