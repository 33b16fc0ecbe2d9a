"""Walks of one device, each made once; what fails is noted and costs no other part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.errors import AccessDenied, DeviceError, DeviceSilent
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.client import SnmpClient, SnmpValue

LOST_PATIENCE = 3
"""Walks in a row without an answer after which the device is taken for gone."""


class Walks:
    """Tables of a device. ``faults`` holds by OID why a table could not be read."""

    def __init__(self, client: SnmpClient) -> None:
        self._client = client
        self._known: dict[str, Mapping[str, SnmpValue]] = {}
        self._silent = 0
        self.faults: dict[str, str] = {}

    async def column(self, root: str) -> Mapping[str, SnmpValue]:
        """All instances below ``root`` by the rest of their OID; empty where there are none or the walk failed.

        Raises:
            DeviceError: the device has stopped answering altogether.
        """
        if root not in self._known:
            self._known[root] = await self._walk(root)
        return self._known[root]

    async def _walk(self, root: str) -> Mapping[str, SnmpValue]:
        try:
            rows = await self._client.walk(root)
        except AccessDenied:
            raise
        except DeviceError as error:
            self._silent += isinstance(error, DeviceSilent)
            if self._silent >= LOST_PATIENCE:
                raise
            self.faults[root] = error.message
            return {}
        self._silent = 0
        return rows

    async def values(self, oids: Sequence[str]) -> Mapping[str, SnmpValue]:
        """Instances by their whole OID.

        Raises:
            DeviceError: no complete answer.
        """
        return (await self._client.get_many(oids)).values

    def late(self) -> str:
        """The reason for parts that were not reached."""
        return _("not reached before the time was up; try a longer --timeout")
