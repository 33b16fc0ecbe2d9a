"""The door: who asks, what the route takes, whether they may. What no rule names is shut.

Three ways in: a session's cookie, a token (``Authorization: Bearer``), and, where the page listens on loopback without
a sign-in, being at this machine. A city that names a token file but no sign-in stands behind a proxy that has one: its
API takes a token or the cookie that comes with every page, so that whoever may see the page may use it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse

from planner.asking import Asking, asked_by
from planner.bodies import BODY
from planner.budgets import RULE
from planner.guard import SAFE_METHODS
from planner.problems import status_of
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.texts import _
from trust.audit_record import Act, Result, Retention
from trust.identity import AT_THIS_MACHINE, NOBODY_YET, Identity
from trust.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from planner.door import Door
    from planner.failures import Failures
    from planner.permissions import Rule, Ways
    from rainbow.kernel.samples import UnixNs
    from trust.tokens import TokenFile

API = "/api/v1/"
PAGE_COOKIE = "rainbow_page"
CSRF_HEADER, CSRF_FIELD = "x-rainbow-csrf", "csrf"
MOST_FIELDS = 4000
CHALLENGE = {"www-authenticate": 'Bearer realm="RAINBOW"'}
REFUSED = {"www-authenticate": 'Bearer realm="RAINBOW", error="invalid_token"'}
"""RFC 6750, 3."""
CHANGES = frozenset({Permission.SAVE, Permission.TAKE, Permission.CONTROL, Permission.ADMIN})
OF_THE_DOOR = frozenset({Permission.PUBLIC, Permission.ACCOUNT})
NOTED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why not: a status, an error with its cure, and what goes with it."""

    status: HTTPStatus
    error: RainbowError
    headers: dict[str, str]

    @classmethod
    def of(cls, status: HTTPStatus, text: str, *, cure: str = "", headers: dict[str, str] | None = None) -> Refusal:
        """A refusal in words."""
        return cls(status=status, error=RainbowError(text, cure=cure), headers=headers or {})


class Gate:
    """ASGI middleware before everything that answers."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        ways: Ways,
        failures: Failures,
        clock: Callable[[], UnixNs],
        door: Door | None,
        tokens: TokenFile | None,
        scopes: Collection[str],
    ) -> None:
        """``scopes`` are the names of all that ``[access.scopes]`` has."""
        self._app = app
        self._ways = ways
        self._failures = failures
        self._clock = clock
        self._door = door
        self._tokens = tokens
        self._scopes = frozenset(scopes)
        self._page = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass who may; say why not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})  # nothing here speaks it
            return
        rule = self._ways.rule(scope["method"], scope["path"])
        who, refusal = await run_in_threadpool(self._asked, scope, rule)
        with asked_by(who):
            if refusal is not None:
                await self._answer(scope, refusal)(scope, receive, send)
                return
            scope[RULE] = rule
            await self._app(scope, receive, self._with_page_cookie(send))

    def _asked(self, scope: Scope, rule: Rule | None) -> tuple[Asking, Refusal | None]:
        """Who asks, and why they get nothing, if so. Writes down what was refused."""
        who = Asking(
            identity=NOBODY_YET,
            address=(scope.get("client") or ("", 0))[0],
            request=str(scope.get("rainbow.request", "")),
        )
        try:
            found, refusal = self._identity(scope, rule)
            who = replace(who, identity=found)
            refusal = refusal or self._refusal(scope, rule, found)
            if refusal is None and rule is not None:
                self._write_down(scope, rule, who)
            if refusal is not None and refusal.status in NOTED and (found.subject or refusal.headers == REFUSED):
                self._note(scope, who, refusal)
        except RainbowError as error:
            return who, Refusal(status=status_of(error), error=error, headers={})
        return who, refusal

    def _identity(self, scope: Scope, rule: Rule | None) -> tuple[Identity, Refusal | None]:
        headers = Headers(scope=scope)
        kind, _space, secret = headers.get("authorization", "").partition(" ")
        if self._tokens is not None and kind.lower() == "bearer":
            return self._of_token(secret.strip())
        if self._door is not None:
            is_active = rule is not None and not rule.is_background
            found = self._door.identity_of(cookie(headers, self._door.cookie), is_active=is_active)
            return found or NOBODY_YET, None
        if self._tokens is not None and scope["path"].startswith(API):
            if secrets.compare_digest(cookie(headers, PAGE_COOKIE).encode(), self._page.encode()):
                return AT_THIS_MACHINE, None
            return NOBODY_YET, None
        return AT_THIS_MACHINE, None

    def _of_token(self, secret: str) -> tuple[Identity, Refusal | None]:
        token = self._tokens.found(secret, self._clock() / 1e9) if self._tokens is not None else None
        if token is None:
            text = _("This token is unknown, was revoked or has expired.")
            return NOBODY_YET, Refusal.of(HTTPStatus.UNAUTHORIZED, text, headers=REFUSED)
        if token.within - self._scopes:
            text = _("This token is bound to a scope that [access.scopes] does not have.")
            return token.identity(), Refusal.of(HTTPStatus.FORBIDDEN, text)
        return token.identity(), None

    def _refusal(self, scope: Scope, rule: Rule | None, who: Identity) -> Refusal | None:
        if b"rbw_" in scope.get("query_string", b""):
            return Refusal.of(
                HTTPStatus.BAD_REQUEST,
                _("A token stands in this address, where logs and histories keep it."),
                cure=_("revoke it; send the next one as Authorization: Bearer TOKEN"),
            )
        if not who.subject and (rule is None or rule.permission is not Permission.PUBLIC):
            return self._sign_in_first()
        if rule is None:
            is_known = self._ways.is_known(scope["path"])  # then the application says which methods it has
            return None if is_known else Refusal.of(HTTPStatus.NOT_FOUND, _("There is no such page."))
        return self._ruled_out(scope, rule, who)

    def _ruled_out(self, scope: Scope, rule: Rule, who: Identity) -> Refusal | None:
        asked = QueryParams(scope["query_string"])
        needed = {rule.permission, *(rule.also[name] for name in asked if name in rule.also)}
        if missing := sorted(needed - who.permissions):
            return self._may_not(missing[0], who)
        if scope["method"] not in SAFE_METHODS and who.csrf and not _brings(scope, who.csrf):
            text = _("This request does not come from our own page and was refused.")
            return Refusal.of(HTTPStatus.FORBIDDEN, text, cure=_("load the page again"))
        return None

    def _may_not(self, permission: Permission, who: Identity) -> Refusal:
        if who.method == "token":
            text = _("This token does not open this: it lacks {permission}.")
            return Refusal.of(HTTPStatus.FORBIDDEN, text.format(permission=permission))
        text = _("Your roles do not open this: they lack {permission}.")
        return Refusal.of(
            HTTPStatus.FORBIDDEN, text.format(permission=permission), cure=_("ask who keeps the groups of your account")
        )

    def _sign_in_first(self) -> Refusal:
        if self._door is None:
            return Refusal.of(
                HTTPStatus.UNAUTHORIZED,
                _("This API wants a token."),
                cure=_("send Authorization: Bearer TOKEN; rainbow token add CITY NAME makes one"),
                headers=CHALLENGE,
            )
        return Refusal.of(
            HTTPStatus.UNAUTHORIZED,
            _("You are not signed in, or your session is over."),
            cure=_("sign in, or send Authorization: Bearer TOKEN"),
            headers=CHALLENGE,
        )

    def _answer(self, scope: Scope, refusal: Refusal) -> Response:
        """People who are not signed in are led to the sign-in; everything else is said."""
        request = Request(scope)
        wants_page = "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers
        if (
            self._door is not None
            and refusal.status is HTTPStatus.UNAUTHORIZED
            and scope["method"] == "GET"
            and wants_page
            and not scope["path"].startswith("/api/")
        ):
            onward = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            return RedirectResponse(f"/sign-in?next={quote(onward, safe='')}", status_code=303)
        return self._failures.said(request, refusal.error, refusal.status, headers=refusal.headers)

    def _write_down(self, scope: Scope, rule: Rule, who: Asking) -> None:
        """What is changed and what is taken out is written down before it is: what cannot be written is not done."""
        is_change = rule.permission in CHANGES
        if self._door is not None and (is_change or rule.told):
            query = scope["query_string"].decode("latin-1")
            act = Act(
                action=rule.told or "change",
                kind="route",
                thing=f"{scope['method']} {scope['path']}{'?' if query else ''}{query}",
                kept=Retention.AUDIT if is_change else Retention.ACCESS,
            )
            self._door.note(act, who.actor())

    def _note(self, scope: Scope, who: Asking, refusal: Refusal) -> None:
        if self._door is not None:
            act = Act(
                action="access.refused",
                kind="route",
                thing=f"{scope['method']} {scope['path']}",
                result=Result.REFUSED,
                reason=refusal.error.message,
                kept=Retention.ACCESS,
            )
            self._door.note_refusal(act, who.actor())

    def _with_page_cookie(self, send: Send) -> Send:
        if self._tokens is None or self._door is not None:
            return send

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", f"{PAGE_COOKIE}={self._page}; Path={API}; HttpOnly; SameSite=Strict")
            await send(message)

        return send_with_cookie


def _brings(scope: Scope, csrf: str) -> bool:
    """Whether a change brings along what only our own pages know: in a header, or as a field of a form."""
    headers = Headers(scope=scope)
    said = headers.get(CSRF_HEADER)
    if said is None and headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        try:
            fields = parse_qs(scope.get(BODY, b"").decode("latin-1"), max_num_fields=MOST_FIELDS)
        except ValueError:
            return False
        said = fields.get(CSRF_FIELD, [""])[0]
    return said is not None and secrets.compare_digest(said.encode("utf-8", "replace"), csrf.encode())


def cookie(headers: Headers, name: str) -> str:
    """A cookie of a request; empty where there is none, or where two of the name came: one of them is not ours."""
    values = []
    for header in headers.getlist("cookie"):
        for part in header.split(";"):
            said, _equals, value = part.strip().partition("=")
            values += [value.strip('"')] if said == name else []
    return values[0] if len(values) == 1 else ""
