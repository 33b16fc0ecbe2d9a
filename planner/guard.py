"""What keeps the page to the people at this machine: host names, same origin, headers. It has no sign-in.

A page on loopback can be reached by every site its user visits: by a host name that points to 127.0.0.1 (DNS rebinding)
or by a form that another site sends. So a request must name a loopback host, and one that changes something must come
from the page itself.
"""

from __future__ import annotations

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
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer, errors too. Nothing is allowed inline; scripts set styles through the CSSOM."""


class Guard:
    """ASGI middleware around everything; ``hosts`` are the names the page answers to."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] = LOOPBACK_NAMES) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what may not pass; add the headers to what does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-cache" if scope["path"].startswith("/static/") else "no-store")
            await send(message)

        headers = Headers(scope=scope)
        if host_name(headers.get("host", "")) not in self._hosts:
            refusal = problem(421, _("This host name is not served here."), cure=_("use http://127.0.0.1 or localhost"))
            await refusal(scope, receive, send_guarded)
        elif scope["method"] not in SAFE_METHODS and not is_same_origin(headers):
            refusal = problem(403, _("This request came from another site and was refused."))
            await refusal(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)


def host_name(host: str) -> str:
    """The name in a Host header without its port; empty where it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_same_origin(headers: Headers) -> bool:
    """Whether a request that changes something comes from our own page, or from no browser at all.

    Browsers send Sec-Fetch-Site or at least Origin with every such request; a command-line client sends neither.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
