"""A permit for every request: where several collectors could ask, only the one that may does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.client import Answer, ClientFactory, Question, Reply, SnmpClient, SnmpValue, Traffic
    from inventory.entities import Device

    Permit = Callable[[], bool]

LOOK_S = 0.1
"""How often somebody without a permit looks whether it is back; whoever runs the poll ends it if it is not."""


class PermittedClients:
    """Opens conversations in which each request waits until there is a permit."""

    def __init__(self, clients: ClientFactory, permit: Permit) -> None:
        self._clients = clients
        self._permit = permit

    def __call__(self, device: Device) -> SnmpClient:
        """See :class:`collectors.client.ClientFactory`."""
        return _Permitted(self._clients(device), self._permit)


class _Permitted:
    def __init__(self, client: SnmpClient, permit: Permit) -> None:
        self._client = client
        self._permit = permit

    @property
    def traffic(self) -> Traffic:
        return self._client.traffic

    async def _permitted(self) -> None:
        while not self._permit():  # noqa: ASYNC110 - what the permit hangs on is decided in other threads, by age
            await asyncio.sleep(LOOK_S)

    async def get_many(self, oids: Sequence[str]) -> Reply:
        await self._permitted()
        return await self._client.get_many(oids)

    async def get_each(self, questions: Sequence[Question]) -> list[Answer]:
        await self._permitted()
        return await self._client.get_each(questions)

    async def walk(self, root: str) -> dict[str, SnmpValue]:
        await self._permitted()
        return await self._client.walk(root)

    def close(self) -> None:
        self._client.close()
