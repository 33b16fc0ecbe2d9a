"""Entity tags for what the API makes anew each time: whoever has it already is told so (RFC 9110, 13.1.2)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "/api/"
NO_BODY = ("content-length", "content-type")


class Etags:
    """ASGI middleware; answers that bring a tag of their own pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tag the answers to questions."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        known = {tag.strip() for tag in Headers(scope=scope).get("if-none-match", "").split(",")}
        await self._app(scope, receive, _Tagged(send, known))


class _Tagged:
    """Holds an answer back until all of it is there."""

    def __init__(self, send: Send, known: set[str]) -> None:
        self._send = send
        self._known = known
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(scope=message)
            if message["status"] == 200 and "etag" not in headers:  # noqa: PLR2004 - HTTP's OK
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)
            return
        await self._send(message)

    async def _finish(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        headers["etag"] = f'W/"{hashlib.sha256(self._body).hexdigest()[:24]}"'
        headers.setdefault("cache-control", "private, no-cache")
        body = bytes(self._body)
        if self._known & {headers["etag"], "*"}:
            start["status"], body = 304, b""
            for name in NO_BODY:
                del headers[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
