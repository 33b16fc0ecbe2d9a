"""How a running collector does, for whoever asks its socket: a person, a container's health check, ``rainbow doctor``.

A socket and not a file: who answers lives, a full disk does not keep it from answering, and it is gone with its
process. It belongs to the user who runs the collector (mode 0600). One JSON object comes back, then the end; nothing is
read.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rainbow import __version__
from rainbow.kernel.errors import StoreError
from rainbow.kernel.texts import _
from simulator.socket_path import AS_IT_IS, short_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from rainbow.city import City
    from rainbow.supervision import Supervisor

log = logging.getLogger("rainbow.status")

SOCKET = "collector.sock"
ANSWER_S = 5.0
"""A loop that does not answer within this does not ask switches in time either."""
PATIENCE_S = 1.0
"""Of a page that wants to say why its readings are old."""
MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStatus:
    """One charge of the supervisor; ``words`` is the last failure's, empty where it went well since."""

    name: str
    what: str
    hangs: bool
    runs: int
    failures: int
    busy_s: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorStatus:
    """A collector that answers."""

    city: str
    collector: str
    version: str
    process: int
    runs_s: float
    tasks: tuple[TaskStatus, ...]

    @property
    def is_well(self) -> bool:
        """Nothing hangs, and whatever failed went well since."""
        return not any(task.hangs or task.words for task in self.tasks)


@contextlib.asynccontextmanager
async def telling(city: City, supervisor: Supervisor) -> AsyncIterator[None]:
    """Answer at the city's socket while the block runs. Where that cannot be, the log says so, and all else goes on."""
    path, began_s = city.state / SOCKET, supervisor.clock_s()

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            found = _status(city, supervisor, supervisor.clock_s() - began_s)
            writer.write(json.dumps(asdict(found)).encode())
            await writer.drain()
        writer.close()

    try:
        listener = _listener(path)
    except OSError as error:
        log.warning(_("nobody can ask how this collector does: %s: %s"), path, error.strerror)
        yield
        return
    server = await asyncio.start_unix_server(answer, sock=listener, **AS_IT_IS)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


def _listener(path: Path) -> socket.socket:
    """The store's lock says that nobody else is there: a socket that is left is that of a collector that was killed."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        with short_path(path) as short:
            listener.bind(short)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener


def _status(city: City, supervisor: Supervisor, runs_s: float) -> CollectorStatus:
    now_s = supervisor.clock_s()
    return CollectorStatus(
        city=city.plant.city,
        collector=city.settings.collect.name,
        version=__version__,
        process=os.getpid(),
        runs_s=runs_s,
        tasks=tuple(
            TaskStatus(
                name=charge.name,
                what=charge.what,
                hangs=charge.hangs(now_s),
                runs=charge.runs,
                failures=charge.all_failures,
                busy_s=charge.busy_s(now_s),
                words=charge.words,
            )
            for charge in supervisor.charges.values()
        ),
    )


def ailment(state: Path) -> str:
    """What keeps the collector from giving readings, in brackets; empty where it says that all is well."""
    try:
        found = ask(state, answer_s=PATIENCE_S)
    except StoreError as error:
        return f"({error.message})"
    for task in found.tasks:
        if task.hangs or task.words:
            said = _("({what} hangs)") if task.hangs else _("({what} failed: {words})")
            return said.format(what=task.what, words=task.words)
    return ""


def ask(state: Path, *, answer_s: float = ANSWER_S) -> CollectorStatus:
    """How the collector does that keeps its state in this folder.

    Raises:
        StoreError: none runs there, or the one that does gives no answer.
    """
    path = state / SOCKET
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk, short_path(path) as short:
            talk.settimeout(answer_s)
            talk.connect(short)
            told = json.loads(b"".join(iter(lambda: talk.recv(MOST_BYTES), b"")))
    except TimeoutError:
        raise StoreError(
            _("the collector at {path} runs and does not answer within {seconds:g} s").format(
                path=path, seconds=answer_s
            ),
            cure=_("it hangs: read its log, then end it (kill -9 loses nothing that was stored) and start it again"),
        ) from None
    except (OSError, ValueError):
        raise StoreError(
            _("no collector answers at {path}").format(path=path),
            cure=_("start it: rainbow collect run {city}, or its unit").format(city=state.parent),
        ) from None
    return CollectorStatus(**{**told, "tasks": tuple(TaskStatus(**task) for task in told["tasks"])})
