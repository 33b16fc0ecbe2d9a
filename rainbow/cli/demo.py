"""``rainbow demo``: a whole city in one terminal: simulated switches, collector and page, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table

from rainbow.city import City, clock, open_city
from rainbow.cli.demo_keys import Excavator, Keys
from rainbow.demo_secrets import make_missing_communities
from rainbow.kernel.errors import RainbowError, UsageError
from rainbow.kernel.metrics import NETWORK_TOTAL
from rainbow.kernel.texts import N_, _
from rainbow.wiring import store_reader
from simulator.control import SocketControl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.kernel.samples import UnixNs

STOP_S = 8.0
"""How long a part may take to end before it is killed."""
LOOK_S = 0.5
"""How often the status is looked at."""
READY_S = 120.0
"""How long the whole may take to its first reading on a slow machine."""
_KEYS = N_("c cuts the trench that takes most with it, r repairs all, Ctrl-C ends the demo")
_NO_KEYS = N_("click a trench to see what hangs on it; Ctrl-C ends the demo")


@dataclass(kw_only=True)
class Part:
    """One process of the demo: what it is called, how it is started, where it logs."""

    title: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    _sink: IO[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches it through us only."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._sink = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rainbow", *self.command],
            stdout=self._sink,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def ended(self) -> str:
        """What the part said last if it ended by itself, else an empty text."""
        if self.process is None or self.process.poll() is None:
            return ""
        tail = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-12:]
        return "\n".join(tail) or _("ended with code {code}").format(code=self.process.returncode)

    def ask_to_end(self) -> None:
        """Tell it to end, politely."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def stop(self) -> None:
        """Wait for its end, and make an end after ``STOP_S``."""
        if self.process is not None:
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._sink is not None:
            self._sink.close()


@click.command(
    help=_(
        "Run a city without any set-up: simulated switches, collector and page in one terminal. Nothing leaves this "
        "machine. Ctrl-C ends it."
    )
)
@click.argument("city", type=click.Path(path_type=Path, file_okay=False), default=Path("cities/lautern"))
@click.option(
    "--port", type=click.IntRange(1, 65535), help=_("Port of the page; by default the city's, or a free one.")
)
@click.option("--for", "seconds", type=float, help=_("End by itself after so many seconds."))
def demo(city: Path, port: int | None, seconds: float | None) -> None:
    """Start the three parts, show how they do, end them together."""
    opened = open_city(city)
    make_missing_communities(opened)  # before any part starts: simulator and collector both read them
    console = Console(stderr=True)
    chosen = port or _free_port(opened.settings.page.host, opened.settings.page.port)
    address = f"http://{opened.settings.page.host}:{chosen}/"
    logs = opened.state / "logs"
    parts = [
        Part(title=_("simulated switches"), command=["simulate", "run", str(city)], log=logs / "simulator.log"),
        Part(title=_("collector"), command=["collect", "run", str(city)], log=logs / "collector.log"),
        Part(title=_("page"), command=["serve", str(city), "--port", str(chosen)], log=logs / "page.log"),
    ]
    with _ended_by_signals(), _stopping(parts):
        for part in parts:
            part.start()
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is how the demo is meant to end
            _watch(opened, parts, console=console, address=address, seconds=seconds)
        console.print(_("ending ..."))
    console.print(_("ended; what was read is kept in {folder}").format(folder=opened.state))


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the demo as Ctrl-C does, so that no part is left behind."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _stopping(parts: list[Part]) -> Iterator[None]:
    try:
        yield
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl-C leaves no part behind
        for part in parts:
            part.ask_to_end()
        for part in parts:
            part.stop()
        signal.signal(signal.SIGINT, before)


def _watch(city: City, parts: list[Part], *, console: Console, address: str, seconds: float | None) -> None:
    """Show the status and do what keys say until Ctrl-C, or until ``seconds`` have gone by."""
    began, began_ns = time.monotonic(), clock()
    ready, said, key, excavator = False, "", "", Excavator(city.plant, SocketControl(city.simulator_socket))
    with Keys() as keys, Live(console=console, refresh_per_second=4, transient=False) as live:
        while seconds is None or time.monotonic() - began <= seconds:
            _require_alive(parts)
            waited_s = time.monotonic() - began
            row = _totals(city, since_ns=began_ns)
            if not ready and row is not None and _answers(address):
                ready = True
                if not console.is_terminal:  # a log or a script: the status itself shows at the end only
                    click.echo(_("page: {address}").format(address=address))
            if not ready and waited_s > READY_S:
                raise RainbowError(
                    _("no reading came within {seconds:.0f} s").format(seconds=READY_S),
                    cure=_("look into {folder}").format(folder=parts[0].log.parent),
                )
            hints = [_(_KEYS if keys.can_be_pressed else _NO_KEYS), *filter(None, (said,))]
            live.update(_status(city, address=address, ready=ready, row=row, waited_s=waited_s, hints=hints))
            key = keys.pressed(LOOK_S) or key
            if ready and key:  # what an impatient finger pressed before is done once the page is there to tell of it
                said, key = excavator.press(key) or said, ""


def _require_alive(parts: list[Part]) -> None:
    """All parts run still.

    Raises:
        RainbowError: one has ended by itself; its last words are in the message.
    """
    for part in parts:
        if said := part.ended():
            raise RainbowError(
                _("the part {title} ended:\n{said}").format(title=part.title, said=said),
                cure=_("its whole log is {log}").format(log=part.log),
            )


def _totals(city: City, *, since_ns: UnixNs) -> dict[str, float] | None:
    """The network's newest totals by field name, or None before this demo's first round."""
    try:
        with store_reader(city) as reader:
            rows = [row for row in reader.latest(NETWORK_TOTAL) if row.time_ns >= since_ns]
    except RainbowError:
        return None  # the store is made by the collector's first round
    if not rows:
        return None
    return {item.name: float(value) for item, value in rows[-1].values.items() if not isinstance(value, str)}


def _status(
    city: City, *, address: str, ready: bool, row: dict[str, float] | None, waited_s: float, hints: list[str]
) -> Table:
    table = Table.grid(padding=(0, 2))
    title = city.settings.city.title or city.settings.city.name
    table.add_row("[bold]RAINBOW[/bold]", _("{title} (simulated)").format(title=title))
    if row is None:
        table.add_row("", _("starting: switches, first readings ... {seconds:.0f} s").format(seconds=waited_s))
        return table
    net = NETWORK_TOTAL
    table.add_row(
        _("switches"),
        _("{up:.0f} answer, {down:.0f} silent").format(
            up=row.get(net.devices_up.name, 0), down=row.get(net.devices_down.name, 0)
        ),
    )
    table.add_row(
        _("links"),
        _("{up:.0f} up, {down:.0f} down").format(
            up=row.get(net.links_up.name, 0), down=row.get(net.links_down.name, 0)
        ),
    )
    page = f"[bold link={address}]{address}[/]" if ready else _("starting ...")
    table.add_row(_("page"), page)
    for hint in hints:
        table.add_row("", hint)
    return table


def _answers(address: str) -> bool:
    host, _colon, port = address.removeprefix("http://").rstrip("/").partition(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=0.5):
        return True
    return False


def _free_port(host: str, wanted: int) -> int:
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return port
    raise UsageError(
        _("no free port from {first} on {host}").format(first=wanted, host=host), cure=_("name one with --port")
    )
