"""Chunks on a Dask cluster that somebody runs already: ``rainbow study run ... --executor tcp://scheduler:8786``.

The model goes to each machine once, as files, and is mapped there as it is here; the scheduler only ever sees chunk
numbers and small results. Dask starts a killed worker's chunks again by itself, at most ``MOST_TRIES`` times.

Dask's ports ask nobody who he is: use TLS (``tls://``) or a network that is yours alone.
"""

from __future__ import annotations

import os
import platform
import socket
import tempfile
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import Client, KilledWorker, as_completed

from rainbow.kernel.errors import RainbowError, StudyError
from rainbow.kernel.texts import _
from studies.arrays import packed, read_model, unpacked, write_model
from studies.executor import MOST_TRIES
from studies.work import do

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from dask.typing import Key
    from distributed import Future

    from studies.work import Job

AHEAD = 4
"""Chunks handed out for each thread of the cluster."""
CONNECT_S = 10
_SAME = ("numpy", "scipy", "rainbow-fibre")
"""Packages whose version may change a number, or which do not understand each other's."""
NO_MODEL = b""
"""What a worker answers that has no model: one that has joined since."""


class DaskStudy:
    """The cluster behind one scheduler's address."""

    def __init__(self, url: str) -> None:
        self._url = url

    def run(self, job: Job, chunks: Sequence[int]) -> Generator[tuple[int, bytes], None, None]:
        """See :class:`studies.executor.StudyExecutor`."""
        with self._client() as client:
            _refuse_others(client)
            _hand_out(client, job.model)
            waiting, under_way = iter(chunks), 0
            results = as_completed([], loop=client.loop, raise_errors=False)  # type: ignore[no-untyped-call] # distributed types a part
            chunk_of: dict[Key, int] = {}
            while True:
                ahead = max(AHEAD * sum(client.nthreads().values()), AHEAD)
                for chunk in islice(waiting, max(0, ahead - under_way)):  # fewer threads since a worker died
                    results.add(_submitted(client, job, chunk, chunk_of))  # type: ignore[no-untyped-call] # same
                    under_way += 1
                if not under_way:
                    return
                future = next(results)
                chunk = chunk_of.pop(future.key)
                content = _content(future, chunk)
                if content == NO_MODEL:
                    _hand_out(client, job.model)
                    results.add(_submitted(client, job, chunk, chunk_of))  # type: ignore[no-untyped-call] # same
                else:
                    under_way -= 1
                    yield chunk, content

    def _client(self) -> Client:
        try:
            return Client(self._url, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call] # same
        except (OSError, ValueError, TypeError) as error:
            raise StudyError(
                _("no Dask scheduler answers at {url}: {error}").format(url=self._url, error=error),
                cure=_("start one (dask scheduler, dask worker), or leave --executor out"),
            ) from None


def _submitted(client: Client, job: Job, chunk: int, chunk_of: dict[Key, int]) -> Future[bytes]:
    future = client.submit(do_there, job, chunk, pure=False)
    chunk_of[future.key] = chunk
    return future


def _content(future: Future[bytes], chunk: int) -> bytes:
    try:
        found: bytes = future.result()
    except KilledWorker:
        raise StudyError(
            _("chunk {chunk} of the study ended {count} workers").format(chunk=chunk, count=MOST_TRIES),
            cure=_("see whether memory runs out on the cluster; what is done is kept: rainbow study resume"),
        ) from None
    except RainbowError:
        raise
    except Exception as error:
        raise StudyError(_("chunk {chunk} of the study failed: {error!r}").format(chunk=chunk, error=error)) from error
    return found


def do_there(job: Job, chunk: int) -> bytes:
    """One chunk, on the machine of a worker."""
    here = _model_here(job.model)
    return NO_MODEL if here is None else do(replace(job, model=here), chunk)


def _copies() -> Path:
    return Path(tempfile.gettempdir()) / f"rainbow-studies-{os.getuid()}"


def _model_here(model: Path) -> Path | None:
    """The model on this machine: where the study has it, or where it was handed out to."""
    places = (model, _copies() / model.name)
    return next((place for place in places if place.is_dir()), None)


def _has_model(model: Path) -> tuple[str, bool]:
    return socket.gethostname(), _model_here(model) is not None


def _take_model(content: bytes) -> None:
    folder = _copies()
    folder.mkdir(mode=0o700, exist_ok=True)
    write_model(folder, unpacked(content))


def _hand_out(client: Client, model: Path) -> None:
    """Copy the model to each machine that has none, once."""
    lacking: dict[str, str] = {}
    for worker, (host, is_there) in client.run(_has_model, model).items():
        if not is_there:
            lacking.setdefault(host, worker)
    if lacking:
        client.run(_take_model, packed(read_model(model)), workers=sorted(lacking.values()))


def _versions() -> dict[str, str]:
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in _SAME:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def _refuse_others(client: Client) -> None:
    """Numbers must not depend on the worker, so all have the same versions.

    Raises:
        StudyError: there is no worker, or one is not like this machine.
    """
    try:
        told = client.run(_versions)
    except ModuleNotFoundError as error:
        raise StudyError(
            _("a worker of the cluster lacks {name}").format(name=error.name),
            cure=_("install rainbow-fibre[studies] on every machine of the cluster"),
        ) from None
    if not told:
        raise StudyError(_("the Dask cluster has no worker"), cure=_("start one: dask worker SCHEDULER"))
    mine = _versions()
    for worker, theirs in told.items():
        for name, wanted in mine.items():
            if theirs[name] != wanted:
                raise StudyError(
                    _("worker {worker} has {name} {theirs}, this machine has {wanted}").format(
                        worker=worker, name=name, theirs=theirs[name] or "-", wanted=wanted
                    ),
                    cure=_("install the same versions on every machine of the cluster"),
                )
