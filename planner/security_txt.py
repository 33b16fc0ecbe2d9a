"""``/.well-known/security.txt`` (RFC 9116): where somebody tells of a weakness. Without a contact there is none."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.responses import PlainTextResponse

PATH = "/.well-known/security.txt"


def security_txt(text: str) -> APIRouter:
    """The route; it is no part of the API's description."""
    router = APIRouter()

    @router.get(PATH, include_in_schema=False)
    async def told() -> PlainTextResponse:
        if not text:
            raise HTTPException(status_code=404)
        return PlainTextResponse(text)

    return router
