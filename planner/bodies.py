"""What a request may bring along: how much, of which kind, how deeply nested. Looked at before anything reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from planner.problems import problem
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = "rainbow.body"
"""Where the body stands in the scope of a request that has one."""
MOST_BYTES = 1_000_000
MOST_DEPTH = 32
API = "/api/"
_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


class Bodies:
    """ASGI middleware that reads the whole body, up to its limits, and hands it on in one piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass what is small and plain enough."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        body = await _read(receive, headers)
        refusal = _too_large() if body is None else _refusal(scope["path"], headers, body)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        scope[BODY] = body
        await self._app(scope, _replayed(body or b"", receive), send)


async def _read(receive: Receive, headers: Headers) -> bytes | None:
    """The body; None where it is too large, whatever its header says."""
    said = headers.get("content-length", "0")
    if not (said.isascii() and said.isdigit()) or int(said) > MOST_BYTES:
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _refusal(path: str, headers: Headers, body: bytes) -> Response | None:
    """Why a body is not taken: packed, of another kind than the page or a program sends, or too deep."""
    if not body:
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = "application/json" if path.startswith(API) else "application/x-www-form-urlencoded"
    if headers.get("content-encoding", "identity").lower() != "identity" or kind != wanted:
        return problem(415, _("This kind of content is not taken here."), cure=_("send {kind}").format(kind=wanted))
    if kind == "application/json" and depth(body) > MOST_DEPTH:
        return problem(
            422, _("The request is not valid."), cure=_("nest no deeper than {most} levels").format(most=MOST_DEPTH)
        )
    return None


def depth(body: bytes) -> int:
    """How deeply lists and tables of a JSON text are nested. Linear; brackets in texts do not count."""
    deepest = level = 0
    for bracket in _BRACKETS.findall(_TEXTS.sub(b"", body)):
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def _too_large() -> Response:
    return problem(413, _("The request is too large."), cure=_("at most {count} bytes").format(count=MOST_BYTES))


def _replayed(body: bytes, receive: Receive) -> Receive:
    is_told = False

    async def replay() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
