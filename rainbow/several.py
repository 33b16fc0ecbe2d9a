"""One of several processes of a city: which part is its, by the role in its settings."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rainbow import clustered, fact_desk, polling
from rainbow.city import open_city

if TYPE_CHECKING:
    from pathlib import Path

    from cluster.settings import ClusterSettings
    from rainbow.settings import Settings


async def run(folder: Path, settings: Settings, cluster: ClusterSettings, stop: asyncio.Event) -> None:
    """Do it until ``stop`` is set.

    Raises:
        InputError: settings or plant files are bad.
        StoreError: the store cannot be opened, or another collector writes it.
        ClusterError: the others cannot be heard at the address of the settings.
    """
    if cluster.role == "poller":  # its plant is the centre's
        await polling.run(folder, settings, cluster, stop)
        return
    part = {"collector": clustered, "centre": fact_desk}[cluster.role]
    await part.run(await asyncio.to_thread(open_city, folder), cluster, stop)
