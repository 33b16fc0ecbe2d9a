"""Budgets: so many requests a minute, expensive ones so many at once and for so long; nobody else waits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from planner.asking import Asking, asked_by
from planner.budgets import RULE, Budgets
from planner.permissions import Rule
from trust.access_settings import BudgetSettings
from trust.identity import Identity
from trust.roles import Permission

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

CHEAP = Rule(permission=Permission.READ)
DEAR = Rule(permission=Permission.ANALYSE, is_expensive=True)


class Slow:
    """An application that answers when it is told to; ``at_once`` is how many it had at most."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.running = self.at_once = self.done = 0

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.running += 1
        self.at_once = max(self.at_once, self.running)
        await self.go.wait()
        self.running -= 1
        self.done += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def asked(budgets: Budgets, who: str, rule: Rule) -> tuple[int, dict[bytes, bytes]]:
    """The status and headers somebody gets."""
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": [], RULE: rule}
    with asked_by(Asking(identity=Identity(subject=who, method="oidc"), address="192.0.2.7")):
        await budgets(scope, receive, send)
    starts = [message for message in said if message["type"] == "http.response.start"]
    assert len(starts) == 1
    return starts[0]["status"], dict(starts[0]["headers"])


def test_who_asks_too_often_is_told_when_to_come_back_and_nobody_else_is() -> None:
    async def scene() -> None:
        slow = Slow()
        slow.go.set()
        budgets = Budgets(slow, settings=BudgetSettings(per_minute=5, expensive_per_minute=2))
        assert [(await asked(budgets, "one", CHEAP))[0] for _ in range(6)] == [200] * 5 + [429]
        status, headers = await asked(budgets, "one", CHEAP)
        assert status == 429
        assert 0 < int(headers[b"retry-after"]) <= 60
        assert [(await asked(budgets, "two", DEAR))[0] for _ in range(3)] == [200, 200, 429]
        assert (await asked(budgets, "two", CHEAP))[0] == 200
        assert slow.done == 8

    asyncio.run(scene())


def test_expensive_questions_run_so_many_at_once_and_the_rest_wait_their_turn() -> None:
    async def scene() -> None:
        slow = Slow()
        budgets = Budgets(slow, settings=BudgetSettings(expensive_at_once=2, expensive_at_once_in_all=3))
        tasks = [asyncio.create_task(asked(budgets, who, DEAR)) for who in ("one",) * 4 + ("two",) * 4]
        await asyncio.sleep(0.2)
        assert slow.running == 3
        assert (await asyncio.wait_for(free(slow, budgets), 2))[0] == 200
        assert [status for status, _headers in await asyncio.gather(*tasks)] == [200] * 8
        assert slow.at_once <= 4  # with the cheap one, which did not wait

    async def free(slow: Slow, budgets: Budgets) -> tuple[int, dict[bytes, bytes]]:
        cheap = asyncio.create_task(asked(budgets, "one", CHEAP))
        await asyncio.sleep(0.05)
        slow.go.set()
        return await cheap

    asyncio.run(scene())


def test_who_waits_in_vain_is_told_so() -> None:
    async def scene() -> None:
        slow = Slow()
        budgets = Budgets(slow, settings=BudgetSettings(expensive_at_once=1), patience_s=0.1)
        first = asyncio.create_task(asked(budgets, "one", DEAR))
        await asyncio.sleep(0)
        status, headers = await asked(budgets, "one", DEAR)
        assert (status, b"retry-after" in headers) == (429, True)
        slow.go.set()
        assert (await first)[0] == 200

    asyncio.run(scene())


def test_what_takes_too_long_is_given_up_and_keeps_its_place_until_it_is_done() -> None:
    async def scene() -> None:
        slow = Slow()
        budgets = Budgets(slow, settings=BudgetSettings(expensive_s=0.05, expensive_at_once=1), patience_s=0.1)
        assert (await asked(budgets, "one", DEAR))[0] == 503
        assert (await asked(budgets, "one", DEAR))[0] == 429
        slow.go.set()
        await asyncio.sleep(0.05)
        assert slow.done == 1
        assert (await asked(budgets, "one", DEAR))[0] == 200

    asyncio.run(scene())
