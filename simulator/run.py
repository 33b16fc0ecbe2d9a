"""A simulated city in operation: its switches on their addresses, and the socket that takes commands."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import socket
import time
from typing import TYPE_CHECKING

from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _
from simulator.agent import Agent
from simulator.control import LINE_BYTES_MAX, Command, SocketControl, Verb, error_line
from simulator.network import BOOT_S, FLAPS_S, Network
from simulator.socket_path import AS_IT_IS, short_path
from simulator.switch_view import SwitchView
from simulator.traps import TrapSender
from simulator.udp import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping
    from pathlib import Path

    from inventory.plant import Plant
    from rainbow.kernel.secret import Secret
    from simulator.control import Status
    from simulator.traps import TrapTarget

DAY_S = 86_400.0
TELL_S = 0.1
"""How often switches look whether there is something to send a trap about."""
_COMMAND_S = 5.0
"""A command must be said within so long."""


class LivingCity:
    """A plant that answers. ``communities`` holds the secret of each SNMP profile its devices name.

    ``age_s``: so long its switches have run already, counters and all. ``traps_to``: who is told of ports that come and
    go, and of restarts.
    """

    def __init__(
        self,
        plant: Plant,
        communities: Mapping[str, Secret],
        *,
        seed: int,
        in_band: bool,
        wall_s: float | None = None,
        age_s: float = 0.0,
        traps_to: TrapTarget | None = None,
    ) -> None:
        began_s = time.monotonic() - age_s
        day_s = (time.time() if wall_s is None else wall_s) % DAY_S
        self.network = Network(plant, seed=seed, day_s=day_s, in_band=in_band)
        self._clock: Callable[[], float] = lambda: time.monotonic() - began_s
        self.traps = TrapSender(traps_to, communities) if traps_to is not None else None
        self._agents: dict[tuple[str, int], Agent] = {}
        for switch in self.network.switches:
            device = switch.device
            if device.snmp not in communities:
                raise SimulatorError(
                    _("{device} names the SNMP profile {profile}, which simulated switches do not have").format(
                        device=device.code, profile=device.snmp
                    ),
                    cure=_('give it a profile of version "2c" in city.toml'),
                )
            if (device.address, device.port) in self._agents:
                raise SimulatorError(
                    _("{device} has the address {address} port {port} of another device").format(
                        device=device.code, address=device.address, port=device.port
                    ),
                    cure=_("give each device an address of its own in devices.csv"),
                )
            view = SwitchView(switch, self.network, communities[device.snmp], self._clock)
            self._agents[device.address, device.port] = Agent(view.open)

    @property
    def agents(self) -> Mapping[tuple[str, int], Agent]:
        """Who answers at which address and port."""
        return self._agents

    @contextlib.asynccontextmanager
    async def running(self, socket_path: Path) -> AsyncIterator[None]:
        """Answer SNMP and take commands at ``socket_path`` while the block runs.

        Raises:
            SimulatorError: an address or the socket is taken.
        """
        with _command_socket(socket_path) as listener, serving(self._agents):
            server = await asyncio.start_unix_server(self._serve, sock=listener, limit=LINE_BYTES_MAX, **AS_IT_IS)
            telling = asyncio.create_task(self._tell()) if self.traps is not None else None
            try:
                yield
            finally:
                server.close()
                if telling is not None:
                    telling.cancel()

    def obey(self, command: Command) -> Status:
        """Do what a command says; how the city does after it.

        Raises:
            SimulatorError: it names something unknown.
        """
        network, names, now_s = self.network, command.names, self._clock()
        network.advance(now_s)
        match command.verb:
            case Verb.CUT:
                network.cut(names, now_s)
            case Verb.REPAIR:
                network.repair(names, now_s)
            case Verb.REBOOT:
                network.reboot(names, now_s, seconds=_or(command.seconds, BOOT_S))
            case Verb.SILENCE:
                network.silence(names, now_s, seconds=_or(command.seconds, math.inf))
            case Verb.FLAP:
                network.flap(names, now_s, seconds=_or(command.seconds, FLAPS_S))
            case Verb.STATUS:
                pass
        counts = [agent.counts for agent in self._agents.values()]
        return network.status(
            now_s,
            requests=sum(count.requests for count in counts),
            malformed=sum(count.malformed for count in counts),
        )

    async def _tell(self) -> None:
        """Let switches that can be heard tell of what happens to them, until cancelled."""
        assert self.traps is not None  # noqa: S101 - only started with one
        with self.traps.open() as send:
            while True:
                await asyncio.sleep(TELL_S)
                now_s = self._clock()
                self.network.advance(now_s)
                for happening in self.network.happened():
                    if self.network.answers(happening.switch, now_s):
                        send(happening, now_s)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: commands line by line until it ends."""
        with contextlib.suppress(OSError, TimeoutError, ValueError):  # ValueError: a line without end
            while line := await asyncio.wait_for(reader.readline(), _COMMAND_S):
                try:
                    answer = self.obey(Command.from_line(line)).to_line()
                except SimulatorError as error:
                    answer = error_line(error)
                writer.write(answer)
                await writer.drain()
        writer.close()


def _or(seconds: float | None, usual: float) -> float:
    return usual if seconds is None else seconds


@contextlib.contextmanager
def _command_socket(path: Path) -> Iterator[socket.socket]:
    """The socket for commands, this user's only; it is gone when the block ends.

    Raises:
        SimulatorError: a simulator of this city runs already, or the socket cannot be made.
    """
    if SocketControl(path).available():
        raise SimulatorError(
            _("a simulator of this city runs already: it listens at {path}").format(path=path),
            cure=_("end that one first"),
        )
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # left behind by one that was killed
        before = os.umask(0o177)
        try:
            with short_path(path) as short:
                listener.bind(short)
        finally:
            os.umask(before)
        listener.listen()
    except OSError as error:
        listener.close()
        raise SimulatorError(
            _("the socket {path} cannot be made: {error}").format(path=path, error=error.strerror),
            cure=_("see that the folder is writable"),
        ) from None
    try:
        yield listener
    finally:
        listener.close()
        path.unlink(missing_ok=True)
