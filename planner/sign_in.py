"""The pages of signing in and out, and of one's own sessions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from planner.asking import asking
from planner.formats import clock_time
from planner.gate import cookie
from rainbow.kernel.errors import SignInError, UsageError
from rainbow.kernel.texts import _
from trust.openid_pending import PENDING_S, PendingSignIns
from trust.roles import Permission
from trust.throttle import Throttle

if TYPE_CHECKING:
    from planner.door import Door, IdentityProvider
    from planner.templating import Templates
    from trust.sessions import Session

PENDING_COOKIE = "__Host-rainbow-sign-in"
BEGINNINGS_A_MINUTE = 30
"""Sign-ins that one address may begin a minute."""
RUBBISH_A_MINUTE = 30
"""Words of a provider from one address that turned out to be none."""
MOST_NEXT = 2000
_ONWARD = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of ours: one slash, then printable ASCII without a backslash, which browsers take for a slash."""
Next = Annotated[str, Query(max_length=MOST_NEXT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session in the list."""

    session: Session
    began: str
    seen: str
    is_this: bool


def onward(wanted: str) -> str:
    """Where to go on after signing in: a path of ours, whatever was wanted."""
    return wanted if _ONWARD.fullmatch(wanted) and not wanted.startswith("/sign-") else "/"


async def posted_fields(request: Request) -> dict[str, str]:
    """The fields of a small form.

    Raises:
        UsageError: it is none.
    """
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=8)
    except ValueError:
        raise UsageError(_("The request is not valid.")) from None
    return {name: values[0] for name, values in fields.items()}


def sign_in_pages(door: Door, templates: Templates) -> APIRouter:
    """All of them."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/sign-in")
    def sign_in(next: Next = "/", *, out: bool = False) -> HTMLResponse:  # noqa: A002 - the parameter's usual name
        return templates.answer("sign_in.html", _context(door, onward(next), is_out=out))

    if door.provider is not None:
        _at_the_provider(router, door, door.provider, templates)
        _out_at_the_provider(router, door, door.provider, templates)
    if door.account is not None:
        _by_password(router, door, templates)
    _account(router, door, templates)
    return router


def _context(door: Door, to: str, *, is_out: bool = False, error: SignInError | None = None) -> dict[str, object]:
    return {
        "to": to,
        "has_provider": door.provider is not None,
        "has_account": door.account is not None,
        "is_out": is_out,
        "error": error,
    }


def _at_the_provider(router: APIRouter, door: Door, provider: IdentityProvider, templates: Templates) -> None:
    pending = PendingSignIns()
    beginnings = Throttle(BEGINNINGS_A_MINUTE, 60)

    @router.get("/sign-in/begin")
    def begin(next: Next = "/") -> Response:  # noqa: A002 - same
        if wait_s := beginnings.wait_s(asking().address):
            return _failed(door, templates, _too_many(wait_s), 429)
        try:
            url, begun = provider.begin(onward(next))
        except SignInError as error:
            door.refused(asking(), error.message)
            return _failed(door, templates, error, 502, onward(next))
        answer = RedirectResponse(url, status_code=303)
        _set(answer, PENDING_COOKIE, pending.add(begun), seconds=int(PENDING_S))
        return answer

    @router.get("/sign-in/back")
    def back(request: Request) -> Response:
        query = dict(request.query_params)
        try:
            begun = pending.taken(cookie(request.headers, PENDING_COOKIE), query.get("state", ""), door.now_s)
            claims = provider.finish(begun, query)
        except SignInError as error:
            door.refused(asking(), error.message)
            said = SignInError(_("The sign-in did not succeed."), cure=_("try again; the audit log says why"))
            answer: Response = _failed(door, templates, said, 400)
        else:
            answer = _let_in(door, request, door.came_in(claims, asking()), begun.onward)
        _drop(answer, PENDING_COOKIE)
        return answer


def _out_at_the_provider(router: APIRouter, door: Door, provider: IdentityProvider, templates: Templates) -> None:
    endings, rubbish = Throttle(BEGINNINGS_A_MINUTE, 60), Throttle(RUBBISH_A_MINUTE, 60)

    @router.get("/sign-in/end")
    def end() -> Response:
        """Who has signed out here may be signed in there still."""
        if wait_s := endings.wait_s(asking().address):
            return _failed(door, templates, _too_many(wait_s), 429)
        try:
            return RedirectResponse(provider.end(), status_code=303)
        except SignInError:
            cure = _("sign out there by its own page, or close the browser")
            said = SignInError(_("Your organisation cannot be asked from here to sign you out."), cure=cure)
            return _failed(door, templates, said, 502)

    @router.post("/sign-in/back-channel")
    def back_channel(fields: Annotated[dict[str, str], Depends(posted_fields)]) -> Response:
        """The provider itself asks this, no browser: somebody has signed out there, or was."""
        if rubbish.left_s(asking().address):  # its keys are not looked up for whoever sends more of it
            return JSONResponse({"error": "slow_down"}, status_code=429)
        try:
            gone = provider.signed_out(fields.get("logout_token", ""))
        except SignInError as error:
            rubbish.wait_s(asking().address)
            door.not_signed_out(asking(), error.message)
            return JSONResponse({"error": "invalid_request"}, status_code=400)
        door.signed_out(gone, asking())
        return Response(status_code=200)


def _failed(door: Door, templates: Templates, error: SignInError, status: int, to: str = "/") -> HTMLResponse:
    return templates.answer("sign_in.html", _context(door, to, error=error), status=status)


def _too_many(wait_s: int) -> SignInError:
    return SignInError(_("Too many tries."), cure=_("wait {seconds} s").format(seconds=wait_s))


def _by_password(router: APIRouter, door: Door, templates: Templates) -> None:
    @router.post("/sign-in/local")
    def local(request: Request, fields: Annotated[dict[str, str], Depends(posted_fields)]) -> Response:
        to = onward(fields.get("next", "/"))
        try:
            key = door.came_in_by_password(
                fields.get("name", ""), fields.get("password", ""), fields.get("code", ""), asking()
            )
        except SignInError as error:
            return _failed(door, templates, error, 401, to)
        return _let_in(door, request, key, to)


def _let_in(door: Door, request: Request, key: str, to: str) -> Response:
    """A new session; the one there was, if any, ends."""
    old = door.identity_of(cookie(request.headers, door.cookie), is_active=False)
    if old is not None:
        door.sessions.end(old.session)
    answer = RedirectResponse(to, status_code=303)
    _set(answer, door.cookie, key)
    return answer


def _account(router: APIRouter, door: Door, templates: Templates) -> None:
    @router.post("/sign-out")
    def sign_out() -> Response:
        who = asking()
        if who.identity.session:
            door.ended(who.identity.session, who)
        answer = RedirectResponse("/sign-in?out=true", status_code=303)
        _drop(answer, door.cookie)
        answer.headers["clear-site-data"] = '"cache", "storage"'
        return answer

    @router.get("/account")
    def account() -> HTMLResponse:
        who = asking().identity
        rows = [_row(session, who.session, door.now_s) for session in _sessions(door)]
        return templates.answer("account.html", {"who": who, "rows": rows})

    @router.post("/account/sessions/{number}/end")
    def end(number: Annotated[str, Path(max_length=64)]) -> Response:
        if any(session.number == number for session in _sessions(door)):
            door.ended(number, asking())
        return RedirectResponse("/account", status_code=303)


def _sessions(door: Door) -> list[Session]:
    """One's own; all of them for who administers."""
    who = asking().identity
    found = door.sessions.all(door.now_s)
    if who.may(Permission.ADMIN):
        return list(found)
    return [session for session in found if (session.method, session.subject) == (who.method, who.subject)]


def _row(session: Session, own: str, now_s: float) -> SessionRow:
    now_ns = int(now_s * 1e9)
    began, seen = (clock_time(int(at_s * 1e9), now_ns=now_ns) for at_s in (session.began_s, session.seen_s))
    return SessionRow(session=session, began=began, seen=seen, is_this=session.number == own)


def _set(answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def _drop(answer: Response, name: str) -> None:
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
