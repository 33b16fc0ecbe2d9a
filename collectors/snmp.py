"""The adapter of gufo-snmp, behind the guards that library lacks. The protocol it keeps is in :mod:`collectors.client`.

Devices are asked, never told: there is no SET in this module. The library's sockets are driven here and not through
its session class, whose timeout starts anew with each foreign datagram and whose walks never end on a repeated OID.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, TypeVar

from gufo.snmp import SnmpAuthError, SnmpError
from gufo.snmp._fast import GetIter, SnmpV2cClientSocket, SnmpV3ClientSocket
from gufo.snmp.utils import format_sock_addr

from collectors.client import (
    SYS_UP_TIME,
    V3,
    Answer,
    ClientFactory,
    Credentials,
    Fault,
    Question,
    Reply,
    SnmpClient,
    SnmpValue,
    Traffic,
    V2c,
)
from collectors.snmp_answers import Socket, fault_of, is_whole, or_none, receive_many, receive_one
from collectors.snmp_keeper import Keeper, Key
from collectors.snmp_session import Broken, Session, next_datagram
from collectors.snmp_usm import Complaint, anonymous_socket, complaint_in, set_user
from collectors.snmp_wire import Wire, ask_all
from collectors.snmp_words import bad, denied, silent, unheard
from collectors.walk_guard import WalkGuard
from rainbow.kernel.errors import BadReply, DeviceError, DeviceSilent, SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from collectors.settings import CollectSettings
    from inventory.entities import Device

__all__ = [
    "SYS_UP_TIME",
    "V3",
    "ClientFactory",
    "Credentials",
    "GufoClient",
    "GufoClients",
    "Reply",
    "SnmpClient",
    "SnmpValue",
    "V2c",
]

T = TypeVar("T")
MOST_SPLITS = 64
"""Requests spent on finding out which OID spoils an answer; past that the device is at fault as a whole."""
BROKEN_SPLITS = 8
"""What an answer that cannot be read counts: no more than eight of them in one poll's question."""
REFRESH_AFTER_S = 100.0
"""An SNMPv3 session unused for longer asks for the engine's time again; the protocol's window is 150 s (RFC 3414)."""


class GufoClients:
    """Opens clients; keeps SNMPv3 sessions between polls, the longest unused ones fall out.

    Raises:
        SettingsError: (from the call) a device names a profile the settings do not have.
    """

    def __init__(self, *, credentials: Mapping[str, Credentials], settings: CollectSettings) -> None:
        self.credentials = credentials
        self.settings = settings
        self._keeper: Keeper[Socket] = Keeper(settings)

    def __call__(self, device: Device) -> GufoClient:
        """A client for one poll."""
        if device.snmp not in self.credentials:
            raise SettingsError(
                _("device {device} names the SNMP profile {name!r}, which city.toml does not have").format(
                    device=device.code, name=device.snmp
                ),
                cure=_("add [snmp.{name}] or correct the device's column snmp").format(name=device.snmp),
            )
        return self.at(device.address, device.port, device.snmp)

    def at(self, address: str, port: int, profile: str) -> GufoClient:
        """A client for one conversation with whoever is there."""
        return GufoClient(
            address=address,
            port=port,
            credentials=self.credentials[profile],
            settings=self.settings,
            keeper=self._keeper,
            key=(address, port, profile),
        )

    def close(self) -> None:
        """Let go of all sessions."""
        self._keeper.clear()


@dataclass(kw_only=True)
class GufoClient:
    """One poll's conversation over gufo-snmp 0.13; see the module for the guards."""

    address: str
    port: int
    credentials: Credentials
    settings: CollectSettings
    keeper: Keeper[Socket] = field(repr=False)
    key: Key
    traffic: Traffic = field(default_factory=Traffic, init=False)
    _session: Session[Socket] | None = field(default=None, init=False, repr=False)
    _shrunk: bool = field(default=False, init=False, repr=False)
    _tried: int = field(default=0, init=False, repr=False)
    """Tries of the next question that are spent already."""
    _is_there: bool = field(default=False, init=False, repr=False)
    """Whether an SNMPv3 engine has answered in this conversation."""
    _complaint: Complaint | None = field(default=None, init=False, repr=False)
    """Why the device last refused an SNMPv3 message."""

    @property
    def target(self) -> str:
        """Address and port, for messages."""
        return format_sock_addr(self.address, self.port)

    def close(self) -> None:
        """Close the socket, or keep it where it was dear."""
        if self._session is not None and isinstance(self.credentials, V3):
            self.keeper.keep(self.key, self._session)
            self._session = None
        if not self._shrunk:
            self.keeper.grow(self.key)
        self._drop()

    def _drop(self) -> None:
        """Let go of the session; its socket closes."""
        if self._session is not None:
            self._session.rest()
            self._session = None

    async def get_each(self, questions: Sequence[Question]) -> list[Answer]:
        """See :class:`SnmpClient`. In one go while answers are whole; one that is not is asked with all patience."""
        answers: list[Answer] = []
        size = self.keeper.size(self.key)
        while len(answers) < len(questions):
            rest = list(takewhile(lambda question: len(question.oids) <= size, questions[len(answers) :]))
            if isinstance(self.credentials, V2c):
                rest = list(takewhile(lambda question: question.is_plain, rest))
                if rest:
                    await self._get_by_wire(self.credentials, rest, answers)
            elif rest and answers:
                await self._get_in_one_go(rest, answers)
            if len(answers) < len(questions):
                question = questions[len(answers)]
                answers.append((await self.get_many(question.oids)).to(question))
        return answers

    async def _get_by_wire(self, known: V2c, questions: Sequence[Question], answers: list[Answer]) -> None:
        """Add answers as long as each is in time and nothing but numbers; a try that was lost counts as one."""
        community, timeout_s = known.community.reveal().encode(), self.settings.timeout_s
        try:
            with closing(Wire(self.address, self.port)) as wire:
                await ask_all(wire, questions, answers, community=community, timeout_s=timeout_s, traffic=self.traffic)
        except TimeoutError:
            self.traffic.timeouts += 1
            self._tried = 1
        except OSError:
            self._tried = 1

    async def _get_in_one_go(self, questions: Sequence[Question], answers: list[Answer]) -> None:
        """Add answers as long as each is whole and in time."""
        time = asyncio.get_running_loop().time

        def send(socket: Socket, number: int) -> None:
            self.traffic.requests += 1
            socket.send_get_many(questions[number].asked)

        def receive(socket: Socket, number: int) -> bool:
            values = receive_many(socket)
            uptime = values.get(SYS_UP_TIME)
            if type(uptime) is not int:
                self.traffic.note(Fault.SHORT)
                return False
            if len(values) < len(questions[number].asked):
                return False  # something is not there: asked once more to be sure
            answers.append(Answer(list(map(values.get, questions[number].oids)), uptime, time()))  # type: ignore[arg-type] # see get_each
            return True

        try:
            session = await self._open()
            await session.exchange_all(len(questions), send, receive)
        except TimeoutError:
            self.traffic.timeouts += 1
        except OSError:
            self._drop()
        except (SnmpError, Broken, RuntimeError, ValueError) as error:
            self.traffic.note(fault_of(error))
            self._drop()

    async def get_many(self, oids: Sequence[str]) -> Reply:
        """See :class:`SnmpClient`. An answer is whole when it holds all that was asked.

        The library hides a device's error status. So every request ends with sysUpTime: where that came back, what
        is missing does not exist (asked for once more to be sure); where not, the request is cut in halves.
        """
        size = self.keeper.size(self.key)
        wanted = [oid for oid in oids if oid != SYS_UP_TIME] if SYS_UP_TIME in oids else list(oids)
        todo = [wanted[first : first + size] for first in range(0, len(wanted), size)] or [[]]
        found: dict[str, SnmpValue] = {}
        splits = 0
        while todo:
            chunk = todo.pop(0)
            try:
                missing, whole = await self._get_chunk(chunk, found)
                if missing and whole:
                    missing, whole = await self._get_chunk(missing, found)
            except BadReply:
                if len(chunk) == 1 or splits > MOST_SPLITS - BROKEN_SPLITS:
                    raise
                missing, whole = chunk, False  # perhaps longer than the library's receive buffer
                splits += BROKEN_SPLITS
            if not missing or whole:
                continue
            splits += 1
            if splits > MOST_SPLITS:
                raise bad(self.target, _("answers stay short even for few values"))
            todo[:0] = await self._split(missing, found)
        uptime = found.get(SYS_UP_TIME)
        if SYS_UP_TIME not in oids:
            found.pop(SYS_UP_TIME, None)
        return Reply(found, uptime if isinstance(uptime, int) else None)

    async def _get_chunk(self, oids: list[str], found: dict[str, SnmpValue]) -> tuple[list[str], bool]:
        """Ask once: what is missing, and whether the answer is one (sysUpTime came back)."""
        asked = [*oids, SYS_UP_TIME]
        values = await self._ask(lambda socket: socket.send_get_many(asked), receive_many)
        if is_whole(values, set(asked)):  # nearly always
            found.update(values)
            return [], isinstance(values[SYS_UP_TIME], int)
        good = {oid: value for oid in asked if isinstance(value := values.get(oid), int | str | bytes)}
        found.update(good)
        whole = isinstance(good.get(SYS_UP_TIME), int)
        if not whole:
            self.traffic.note(Fault.SHORT)
        return [oid for oid in oids if oid not in good], whole

    async def _split(self, oids: list[str], found: dict[str, SnmpValue]) -> list[list[str]]:
        """Halves to ask for instead; a single OID is asked for here and now."""
        if len(oids) == 1:
            await self._get_one(oids[0], found)
            return []
        half = (len(oids) + 1) // 2
        self._shrunk = True
        self.keeper.shrink(self.key, half)
        return [oids[:half], oids[half:]]

    async def _get_one(self, oid: str, found: dict[str, SnmpValue]) -> None:
        """The last resort for a single OID: alone in its request, without sysUpTime."""
        values = await self._ask(lambda socket: socket.send_get_many([oid]), receive_one)
        value = values.get(oid)
        if isinstance(value, int | str | bytes):
            found[oid] = value
        else:
            self.traffic.note(Fault.SHORT)

    async def walk(self, root: str) -> dict[str, SnmpValue]:
        """See :class:`SnmpClient`. Strictly increasing, bounded in rows and bytes.

        A bulk answer without rows is either the end of the device's MIB or an error the library hides: one GETNEXT
        from the same place tells, and a device that cannot do bulk is walked that way on. So is one whose bulk
        answers cannot be read: the library receives no more than 4 kB at once.
        """
        rows: dict[str, SnmpValue] = {}
        position = GetIter(root, self.settings.walk_repetitions)
        guard = WalkGuard(root, max_rows=self.settings.walk_max_rows, max_bytes=self.settings.walk_max_bytes)
        bulk, ended = True, False
        while not ended:
            batch, ended = await self._step(position, bulk=bulk)
            for oid, value in batch:
                if fault := guard.fault(oid, value):
                    self.traffic.note(Fault.ENDLESS)
                    raise bad(self.target, fault)
                if isinstance(value, int | str | bytes):
                    rows[oid[len(root) + 1 :]] = value
            bulk = bulk and bool(batch)
        return rows

    async def _step(self, position: GetIter, *, bulk: bool) -> tuple[list[tuple[str, object]], bool]:
        """Rows of one request, and whether the table ended with them; none at all says to go on without bulk."""
        if bulk:
            try:
                batch = await self._ask(
                    lambda socket: socket.send_get_bulk(position),
                    lambda socket: or_none(socket.recv_get_bulk, position),
                )
            except BadReply:
                return [], False
            rows = [row for row in batch or () if row is not None]
            return rows, batch is not None and len(rows) < len(batch)
        row = await self._ask(lambda one: one.send_get_next(position), lambda one: or_none(one.recv_get_next, position))
        return ([row] if row is not None else []), row is None

    async def _ask(self, send: Callable[[Socket], None], receive: Callable[[Socket], T]) -> T:
        """One request with its repeats.

        Raises:
            DeviceSilent, AccessDenied, BadReply: by what the last try met.
        """
        last: DeviceError | None = None
        tried, self._tried = self._tried, 0
        for attempt in range(tried, self.settings.retries + 1):
            self.traffic.retries += attempt > 0
            try:
                session = await self._open()
                return await self._exchange(session, send, receive)
            except TimeoutError as error:
                self.traffic.timeouts += 1
                last = silent(self.target, self.settings, str(error))
            except SnmpAuthError as error:
                self.traffic.note(fault_of(error))
                last = denied(self.target, self._user, self._complaint)
            except OSError as error:
                last = silent(self.target, self.settings, error.strerror or str(error))
            except (SnmpError, Broken, RuntimeError, ValueError) as error:
                self.traffic.note(fault_of(error))
                last = bad(self.target, str(error))
            if not isinstance(last, DeviceSilent) or isinstance(self.credentials, V3):
                # A restarted agent no longer understands the session and may say nothing at all (RFC 3414, 3.2).
                self._drop()
        if isinstance(last, DeviceSilent) and self._is_there:
            last = unheard(self.target, self._user)
        try:
            raise last or silent(self.target, self.settings, "")
        finally:
            del last  # its traceback knows this frame: a cycle for each silent poll

    @property
    def _user(self) -> str:
        return self.credentials.user if isinstance(self.credentials, V3) else ""

    async def _open(self) -> Session[Socket]:
        """The session of this conversation: the one at hand, a kept one, a new one."""
        if self._session is not None:
            return self._session
        if not isinstance(self.credentials, V3):
            socket = SnmpV2cClientSocket(self.target, self.credentials.community.reveal(), 0, 0, 0, 0)
            self._session = Session(socket, timeout_s=self.settings.timeout_s)
            return self._session
        self._session = self.keeper.take(self.key)
        if self._session is None:
            self._session = await self._open_v3(self.credentials)
        elif asyncio.get_running_loop().time() - self._session.used_at_s > REFRESH_AFTER_S:
            await self._refresh(self._session)
        return self._session

    async def _open_v3(self, credentials: V3) -> Session[Socket]:
        """Learn the engine, set the keys for it, learn its time."""
        socket = anonymous_socket(self.target)
        session: Session[Socket] = Session(socket, timeout_s=self.settings.timeout_s)
        try:
            await self._refresh(session)
            self._is_there = True
            set_user(socket, credentials)
            await self._refresh(session)
        except BaseException:
            session.rest()
            raise
        return session

    async def _refresh(self, session: Session[Socket]) -> None:
        socket = session.socket
        if isinstance(socket, SnmpV3ClientSocket):
            await self._exchange(session, lambda _same: socket.send_refresh(), lambda _same: socket.recv_refresh())

    async def _exchange(
        self, session: Session[Socket], send: Callable[[Socket], None], receive: Callable[[Socket], T]
    ) -> T:
        self.traffic.requests += 1
        if isinstance(session.socket, SnmpV3ClientSocket):
            return await session.exchange(send, lambda socket: self._receive_v3(socket, receive))
        return await session.exchange(send, receive)

    def _receive_v3(self, socket: Socket, receive: Callable[[Socket], T]) -> T:
        """Receive; why a device refuses us is kept."""
        datagram = next_datagram(socket.get_fd())
        try:
            return receive(socket)
        except SnmpAuthError:
            self._complaint = complaint_in(datagram)
            raise
