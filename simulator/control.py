"""Commands to a running simulated city, over a unix socket in the city's state folder.

For whoever lets people cut trenches (the planner's page, the command line)::

    control = SocketControl(city.simulator_socket)
    if control.available():
        control.cut(["KL-TR-0042"])
        assert "KL-TR-0042" in control.cuts()

All methods block for a few milliseconds and may be called from any thread; call them off the event loop. They raise
:class:`SimulatorError` with words a person can act on: no simulator runs, it has no such trench. The socket belongs to
the user who runs the city (mode 0600): that is all the protection it has and, on one machine, all it needs.

On the wire: one JSON object a line, the command ``{"verb": "cut", "names": [...]}``, then the answer, either a status
or ``{"error": ..., "cure": ...}``.
"""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _
from simulator.socket_path import short_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LINE_BYTES_MAX = 1 << 20
"""A command that names every trench of a large city fits; more is no command."""
_TIMEOUT_S = 5.0


class Verb(StrEnum):
    """What a simulated city can be told."""

    STATUS = "status"
    CUT = "cut"
    REPAIR = "repair"
    REBOOT = "reboot"
    SILENCE = "silence"
    FLAP = "flap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. ``names`` are codes of the plant, ``seconds`` how long it lasts where that is a choice."""

    verb: Verb
    names: tuple[str, ...] = ()
    seconds: float | None = None

    def to_line(self) -> bytes:
        """The command on the wire."""
        said = {"verb": self.verb.value, "names": list(self.names), "seconds": self.seconds}
        return json.dumps(said).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Command:
        """A command from the wire.

        Raises:
            SimulatorError: it is none.
        """
        said = _object(line)
        verb, names, seconds = said.get("verb"), said.get("names", []), said.get("seconds")
        if verb not in set(Verb) or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise SimulatorError(_("the simulator does not know the command {verb!r}").format(verb=verb))
        if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float)):
            raise SimulatorError(_("{value!r} is no number of seconds").format(value=seconds))
        return cls(verb=Verb(str(verb)), names=tuple(names), seconds=None if seconds is None else float(seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a simulated city does. ``cut_off``: switches that no way leads to, ``silenced``: those told to be silent.

    ``requests`` and ``malformed`` count what all switches together were asked, ``runs_s`` is since the start.
    """

    switches: int = 0
    links_down: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    cut_off: tuple[str, ...] = ()
    silenced: tuple[str, ...] = ()
    restarting: tuple[str, ...] = ()
    requests: int = 0
    malformed: int = 0
    runs_s: float = 0.0

    def to_line(self) -> bytes:
        """The status on the wire."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Status:
        """A status from the wire.

        Raises:
            SimulatorError: it is an error, which is raised here as it was there, or no status.
        """
        said = _object(line)
        if "error" in said:
            raise SimulatorError(str(said["error"]), cure=str(said.get("cure", "")))
        try:
            return cls(**{name: _thawed(value) for name, value in said.items()})  # type: ignore[arg-type] # see except
        except TypeError:
            raise SimulatorError(
                _("the simulator answered something unknown"),
                cure=_("it is of another version: end it and start it anew"),
            ) from None


def error_line(error: SimulatorError) -> bytes:
    """An error on the wire."""
    return json.dumps({"error": error.message, "cure": error.cure}).encode() + b"\n"


def _object(line: bytes) -> dict[str, object]:
    try:
        said: object = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise SimulatorError(_("the simulator was told or answered something that is no JSON object"))
    return said


def _thawed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class CityControl(Protocol):
    """What the planner's page needs of a simulated city. Over a real network nothing offers it."""

    def available(self) -> bool:
        """Whether a simulator runs; without one there is nothing to cut but the real thing."""

    def cut(self, codes: Sequence[str]) -> None:
        """Cut trenches.

        Raises:
            SimulatorError: no simulator runs, or it has no such trench; then none of them is cut.
        """

    def repair(self, codes: Sequence[str]) -> None:
        """Mend trenches; without codes, all of them.

        Raises:
            SimulatorError: no simulator runs, or it has no such trench.
        """

    def cuts(self) -> tuple[str, ...]:
        """Codes of the trenches that are cut now, sorted.

        Raises:
            SimulatorError: no simulator runs.
        """


class SocketControl:
    """The :class:`CityControl` of the simulator that listens at ``path`` (``CITY/state/simulator.sock``)."""

    def __init__(self, path: Path, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._path = path
        self._timeout_s = timeout_s

    def available(self) -> bool:
        """Whether a simulator listens."""
        with suppress(SimulatorError), self._connected():
            return True
        return False

    def cut(self, codes: Sequence[str]) -> None:
        """Cut trenches; see :class:`CityControl`."""
        self.tell(Command(verb=Verb.CUT, names=tuple(codes)))

    def repair(self, codes: Sequence[str]) -> None:
        """Mend trenches; see :class:`CityControl`."""
        self.tell(Command(verb=Verb.REPAIR, names=tuple(codes)))

    def cuts(self) -> tuple[str, ...]:
        """Trenches that are cut now; see :class:`CityControl`."""
        return self.status().cuts

    def status(self) -> Status:
        """How the city does.

        Raises:
            SimulatorError: no simulator runs.
        """
        return self.tell(Command(verb=Verb.STATUS))

    def tell(self, command: Command) -> Status:
        """Give a command and wait for what the city is like after it.

        Raises:
            SimulatorError: no simulator runs, or it refused.
        """
        with self._connected() as talk:
            try:
                talk.sendall(command.to_line())
                with talk.makefile("rb") as answer:
                    line = answer.readline(LINE_BYTES_MAX)
            except OSError as error:
                raise SimulatorError(
                    _("the simulator did not answer: {error}").format(error=error),
                    cure=_("end it and start it anew"),
                ) from None
        if not line:
            raise SimulatorError(_("the simulator ended while it was told something"), cure=_("start it anew"))
        return Status.from_line(line)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
            talk.settimeout(self._timeout_s)
            try:
                with short_path(self._path) as path:
                    talk.connect(path)
            except OSError:
                raise SimulatorError(
                    _("no simulator runs for this city: nothing listens at {path}").format(path=self._path),
                    cure=_("start it: rainbow simulate run {city}").format(city=self._path.parent.parent),
                ) from None
            yield talk
