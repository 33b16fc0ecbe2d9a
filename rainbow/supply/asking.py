"""One question to a server beside us: what it answers, also when it refuses. Never sent on to another address."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

if TYPE_CHECKING:
    from collections.abc import Mapping

_WAIT_S = 4.0
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``status`` is 0 where there was none, and ``words`` say why; names of headers are in lower case."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    words: str = ""

    @property
    def is_granted(self) -> bool | None:
        """Whether it did what was asked; None where it neither did nor refused."""
        if self.status == HTTPStatus.OK:
            return True
        return False if self.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} else None

    @property
    def fields(self) -> Mapping[str, object]:
        """The body where it is a JSON object, else nothing."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class _Stay(HTTPRedirectHandler):
    """A token goes to the server it is meant for and no further."""

    def redirect_request(self, *_asked: object) -> None:
        return None


def asked(url: str, ca_file: str, headers: Mapping[str, str] | None = None) -> Answer:
    """What a server answers to a GET; an error of the server is an answer too."""
    try:
        opener = build_opener(_Stay, HTTPSHandler(context=ssl.create_default_context(cafile=ca_file or None)))
        with opener.open(Request(url, headers=dict(headers or {})), timeout=_WAIT_S) as answer:  # noqa: S310 - settings take http and https only
            return Answer(status=answer.status, headers=_lower(answer.headers.items()), body=answer.read(_MOST_BYTES))
    except HTTPError as error:
        return Answer(status=error.code, headers=_lower(error.headers.items()))
    except (URLError, OSError, ValueError) as error:
        return Answer(words=str(error))


def _lower(headers: object) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers}  # type: ignore[attr-defined] # pairs of an HTTP message
