"""Errors as the API gives them: problem+json (RFC 9457), with the cure where one is known."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from rainbow.kernel.errors import (
    AuditError,
    InputError,
    RainbowError,
    SignInError,
    SimulatorError,
    StoreError,
    TopologyError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATUS: tuple[tuple[type[RainbowError], HTTPStatus], ...] = (
    (InputError, HTTPStatus.NOT_FOUND),
    (TopologyError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (UsageError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SimulatorError, HTTPStatus.CONFLICT),
    (SignInError, HTTPStatus.FORBIDDEN),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (AuditError, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""What each error of ours means over HTTP; any other is a fault of the server."""


class Problem(JSONResponse):
    """A problem+json answer."""

    media_type = "application/problem+json"


def problem(
    status: int, title: str, *, cure: str = "", errors: Sequence[str] = (), headers: Mapping[str, str] | None = None
) -> Problem:
    """An error as an answer: ``title`` says what, ``cure`` what to do, ``errors`` where in the request."""
    content: dict[str, object] = {"type": "about:blank", "status": int(status), "title": title}
    if cure:
        content["cure"] = cure
    if errors:
        content["errors"] = list(errors)
    return Problem(content, status_code=int(status), headers=dict(headers or {}))


def status_of(error: RainbowError) -> HTTPStatus:
    """The HTTP status of one of our errors."""
    for kind, status in STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR
