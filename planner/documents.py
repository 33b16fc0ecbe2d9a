"""Large answers, made once: body, entity tag and gzip are kept until the state they show has changed."""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

GZIP_LEVEL = 5
SMALL_BYTES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An answer ready to be sent."""

    body: bytes
    zipped: bytes
    etag: str
    media_type: str

    @classmethod
    def of(cls, body: bytes, media_type: str) -> Document:
        """A document of these bytes."""
        digest = hashlib.sha256(body).hexdigest()[:24]
        zipped = gzip.compress(body, GZIP_LEVEL, mtime=0)
        return cls(body=body, zipped=zipped, etag=f'W/"{digest}"', media_type=media_type)

    def answer(self, request: Request) -> Response:
        """Not modified, zipped or plain, as the client can take it."""
        headers = {"etag": self.etag, "cache-control": "private, no-cache", "vary": "Accept-Encoding"}
        known = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
        if self.etag in known or "*" in known:
            return Response(status_code=304, headers=headers)
        if len(self.body) >= SMALL_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(self.zipped, media_type=self.media_type, headers=headers)
        return Response(self.body, media_type=self.media_type, headers=headers)


class Documents:
    """The newest document of each name; made anew when its revision changes. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, Document]] = {}

    def get(self, name: str, revision: str, make: Callable[[], bytes], media_type: str) -> Document:
        """The document of this revision."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or kept[0] != revision:
                kept = self._kept[name] = (revision, Document.of(make(), media_type))
            return kept[1]
