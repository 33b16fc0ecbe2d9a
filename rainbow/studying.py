"""A city's studies, put together: what they stand on, where they are kept, who works them out."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from rainbow.city import City, clock
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _
from studies.keeper import Keeper
from studies.question import Ground
from studies.runner import StudyDesk
from topology.cut_index import CutIndex
from topology.dig import costs_of
from topology.rates import rates_of

if TYPE_CHECKING:
    from studies.executor import StudyExecutor

HERE = "processes"
_SCHEMES = ("tcp://", "tls://", "ws://", "wss://", "ucx://")


def keeper(city: City) -> Keeper:
    """What is kept of the city's studies."""
    return Keeper(city.state)


def study_desk(city: City) -> StudyDesk:
    """What runs the city's studies.

    Raises:
        TopologyError: the city has no hub.
    """
    settings = city.settings
    ground = Ground(
        index=CutIndex.of(city.plant),
        rates=rates_of(settings.topology),
        settings=settings.studies,
        eur_per_m=costs_of(settings.topology),
    )
    return StudyDesk(ground, keeper(city), clock_s=time.monotonic, now_ns=clock)


def study_executor(city: City, name: str, workers: int | None) -> StudyExecutor:
    """Processes of this machine, or a Dask cluster by its scheduler's URL.

    Raises:
        UsageError: the name is neither, or Dask is not installed.
    """
    if name == HERE:
        from studies.processes import ProcessStudy  # noqa: PLC0415 - only where a study runs

        return ProcessStudy(workers or city.settings.studies.workers or os.cpu_count() or 1)
    if not name.startswith(_SCHEMES):
        raise UsageError(
            _("{name} works out no studies").format(name=name),
            cure=_("name processes, or the URL of a Dask scheduler: tcp://HOST:8786"),
        )
    try:
        from studies.dask_cluster import DaskStudy  # noqa: PLC0415 - an extra, loaded by those who have a cluster
    except ModuleNotFoundError as error:
        raise UsageError(
            _("{name} is not installed").format(name=error.name), cure=_("install rainbow-fibre[studies]")
        ) from None
    return DaskStudy(name)
