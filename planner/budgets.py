"""How much one may ask for: requests a minute, and of what has to be worked out so many at once and for so long.

What has to be worked out waits for its turn; who waits in vain is told when to come back. An answer that takes too long
is given up; its thread cannot be stopped, so its place stays taken until it is done.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from planner.asking import asking
from planner.problems import problem
from rainbow.kernel.texts import _
from trust.throttle import Throttle

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from planner.permissions import Rule
    from trust.access_settings import BudgetSettings

RULE = "rainbow.rule"
"""Where the rule of a request stands in its scope."""
PATIENCE_S = 10.0
_LOOK_S = 0.05
MINUTE_S = 60


class Budgets:
    """ASGI middleware behind the door: it knows who asks, and what for."""

    def __init__(self, app: ASGIApp, *, settings: BudgetSettings, patience_s: float = PATIENCE_S) -> None:
        self._app = app
        self._settings = settings
        self._patience_s = patience_s
        self._all = Throttle(settings.per_minute, MINUTE_S)
        self._expensive = Throttle(settings.expensive_per_minute, MINUTE_S)
        self._running: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass what is within the budget."""
        rule: Rule | None = scope.get(RULE)
        if scope["type"] != "http" or rule is None:
            await self._app(scope, receive, send)
            return
        who = asking()
        key = who.identity.subject or who.address
        if who.identity.method != "loopback" and (wait_s := self._wait_s(key, rule)):
            await _too_often(wait_s)(scope, receive, send)
        elif not rule.is_expensive:
            await self._app(scope, receive, send)
        elif await self._turn(key):
            await self._timed(key, scope, receive, send)
        else:
            await _too_often(int(self._settings.expensive_s))(scope, receive, send)

    def _wait_s(self, key: str, rule: Rule) -> int:
        return self._all.wait_s(key) or (self._expensive.wait_s(key) if rule.is_expensive else 0)

    async def _turn(self, key: str) -> bool:
        """Wait for a place; whether there was one."""
        until = asyncio.get_running_loop().time() + self._patience_s
        settings = self._settings
        while (
            self._running[key] >= settings.expensive_at_once
            or self._running.total() >= settings.expensive_at_once_in_all
        ):
            if asyncio.get_running_loop().time() >= until:
                return False
            await asyncio.sleep(_LOOK_S)
        self._running[key] += 1
        return True

    def _done(self, key: str) -> None:
        self._running[key] -= 1
        if not self._running[key]:
            del self._running[key]

    async def _timed(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer, or after its time that there is none."""
        is_over = False

        async def send_in_time(message: Message) -> None:
            if not is_over:
                await send(message)

        task = asyncio.ensure_future(self._app(scope, receive, send_in_time))
        task.add_done_callback(lambda _task: self._done(key))
        done, _pending = await asyncio.wait({task}, timeout=self._settings.expensive_s)
        if done:
            task.result()
            return
        is_over = True
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        await _too_long()(scope, receive, send)


def _too_often(wait_s: int) -> Response:
    return problem(
        429,
        _("Too many requests."),
        cure=_("wait {seconds} s").format(seconds=wait_s),
        headers={"retry-after": str(wait_s)},
    )


def _too_long() -> Response:
    return problem(
        503,
        _("This takes longer than anybody should wait for a page."),
        cure=_("ask for less at once, or let the command line work it out"),
    )
