"""Whatever goes wrong, in words: machines get problem+json, people a page that says what and what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from planner.guard import headers_of
from planner.problems import problem, status_of
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from planner.templating import Templates


class Failures:
    """Answers for what the routes raise."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def answer_for(self, app: FastAPI) -> None:
        """Take over an application's errors."""
        app.exception_handler(RainbowError)(self._ours)
        app.exception_handler(RequestValidationError)(self._invalid)
        app.exception_handler(HTTPException)(self._plain)
        app.exception_handler(Exception)(self._unforeseen)

    def said(
        self, request: Request, error: RainbowError, status: int, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """An error as whoever asked can read it."""
        if _is_for_people(request):
            answer = self._page(request, error, status)
            answer.headers.update(headers or {})
            return answer
        return problem(status, error.message, cure=error.cure, headers=headers)

    def _ours(self, request: Request, error: RainbowError) -> Response:
        return self.said(request, error, status_of(error))

    def _invalid(self, request: Request, error: RequestValidationError) -> Response:
        errors = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        said = RainbowError(_("The request is not valid."), cure="; ".join(errors))
        if _is_for_people(request):
            return self._page(request, said, HTTPStatus.UNPROCESSABLE_ENTITY)
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, said.message, errors=errors)

    def _plain(self, request: Request, error: HTTPException) -> Response:
        if _is_for_people(request):
            text = _("There is no such page.") if error.status_code == HTTPStatus.NOT_FOUND else str(error.detail)
            return self._page(request, RainbowError(text), error.status_code)
        return problem(error.status_code, str(error.detail), headers=error.headers)

    def _unforeseen(self, request: Request, _error: Exception) -> Response:
        """A fault of ours. It is answered outside the guard, whose headers are put on here; the log has the rest."""
        said = RainbowError(_("The server met something unforeseen."), cure=_("its log says what; please report it"))
        if _is_for_people(request):
            answer: Response = self._page(request, said, HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, said.message, cure=said.cure)
        answer.headers.update(headers_of(request.scope))
        return answer

    def _page(self, request: Request, error: RainbowError, status: int) -> Response:
        """A whole page; where a part of one was asked for, a part."""
        name = "parts/error.html" if "hx-request" in request.headers else "failed.html"
        return self._templates.answer(name, {"error": error}, status=status)


def _is_for_people(request: Request) -> bool:
    return not request.url.path.startswith(("/api/", "/health/", "/static/"))
