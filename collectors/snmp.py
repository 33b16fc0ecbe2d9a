"""The adapter of gufo-snmp, behind the guards that library lacks. The protocol it keeps is in :mod:`collectors.client`.

Devices are asked, never told: there is no SET in this module. The library's sockets are driven here and not through
its session class, whose timeout starts anew with each foreign datagram and whose walks never end on a repeated OID.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeGuard, TypeVar

from gufo.snmp import SnmpAuthError, SnmpError, User
from gufo.snmp import user as keys
from gufo.snmp._fast import GetIter, SnmpV2cClientSocket, SnmpV3ClientSocket
from gufo.snmp.utils import format_sock_addr

from collectors.client import (
    SYS_UP_TIME,
    V3,
    ClientFactory,
    Credentials,
    Question,
    Reply,
    SnmpClient,
    SnmpValue,
    Traffic,
    V2c,
)
from collectors.snmp_session import Broken, HasFd, Session
from collectors.walk_guard import WalkGuard
from rainbow.kernel.errors import AccessDenied, BadReply, DeviceError, DeviceSilent, SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

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
Key = tuple[str, int, str]
"""Address, port and profile: whose session it is."""

_PLAIN = frozenset({int, str, bytes})
LEAST_SIZE = 4
MOST_SPLITS = 64
"""Requests spent on finding out which OID spoils an answer; past that the device is at fault as a whole."""
BROKEN_SPLITS = 8
"""What an answer that cannot be read counts: no more than eight of them in one poll's question."""
REFRESH_AFTER_S = 100.0
"""An SNMPv3 session unused for longer asks for the engine's time again; the protocol's window is 150 s (RFC 3414)."""

_AUTH = {
    "SHA": keys.Sha1Key,
    "SHA-224": keys.Sha224Key,
    "SHA-256": keys.Sha256Key,
    "SHA-384": keys.Sha384Key,
    "SHA-512": keys.Sha512Key,
}
_PRIV = {
    "AES": (keys.Aes128Key, keys.KeyExpansion.Blumenthal),
    "AES-192": (keys.Aes192Key, keys.KeyExpansion.Blumenthal),
    "AES-256": (keys.Aes256Key, keys.KeyExpansion.Blumenthal),
    "AES-192-C": (keys.Aes192Key, keys.KeyExpansion.Cisco),
    "AES-256-C": (keys.Aes256Key, keys.KeyExpansion.Cisco),
}


class _Socket(HasFd, Protocol):
    """What this module uses of the library's sockets."""

    def send_get(self, oid: str) -> None: ...
    def recv_get(self) -> object: ...
    def send_get_many(self, oids: list[str]) -> None: ...
    def recv_get_many(self) -> Mapping[str, object]: ...
    def send_get_next(self, iter_getnext: GetIter) -> None: ...
    def recv_get_next(self, iter_getnext: GetIter) -> tuple[str, object]: ...
    def send_get_bulk(self, iter_getbulk: GetIter) -> None: ...
    def recv_get_bulk(self, iter_getnext: GetIter) -> Sequence[tuple[str, object] | None]: ...


@dataclass(kw_only=True)
class GufoClients:
    """Opens clients; keeps SNMPv3 sessions between polls, the longest unused ones fall out.

    Raises:
        SettingsError: (from the call) a device names a profile the settings do not have.
    """

    credentials: Mapping[str, Credentials]
    settings: CollectSettings
    _kept: OrderedDict[Key, Session[_Socket]] = field(default_factory=OrderedDict, init=False, repr=False)
    _sizes: dict[Key, int] = field(default_factory=dict, init=False, repr=False)

    def __call__(self, device: Device) -> GufoClient:
        """A client for one poll."""
        try:
            credentials = self.credentials[device.snmp]
        except KeyError:
            raise SettingsError(
                _("device {device} names the SNMP profile {name!r}, which city.toml does not have").format(
                    device=device.code, name=device.snmp
                ),
                cure=_("add [snmp.{name}] or correct the device's column snmp").format(name=device.snmp),
            ) from None
        return GufoClient(
            address=device.address,
            port=device.port,
            credentials=credentials,
            settings=self.settings,
            keeper=self,
            key=(device.address, device.port, device.snmp),
        )

    def take(self, key: Key) -> Session[_Socket] | None:
        """The kept session of a device, for one client alone."""
        return self._kept.pop(key, None)

    def keep(self, key: Key, session: Session[_Socket]) -> None:
        """Put a session back."""
        session.rest()
        self._kept[key] = session
        while len(self._kept) > self.settings.max_kept_sessions:
            self._kept.popitem(last=False)

    def size(self, key: Key) -> int:
        """How many OIDs to ask a device for at once, sysUpTime aside."""
        return self._sizes.get(key, self.settings.oids_per_request - 1)

    def shrink(self, key: Key, size: int) -> None:
        """The device choked on more: remember for the next polls too."""
        self._sizes[key] = max(LEAST_SIZE, min(size, self.size(key)))

    def grow(self, key: Key) -> None:
        """A poll went well: dare one more, so that one bad minute is not remembered for ever."""
        if key in self._sizes:
            self._sizes[key] += 1
            if self._sizes[key] >= self.settings.oids_per_request - 1:
                del self._sizes[key]

    def close(self) -> None:
        """Let go of all sessions."""
        self._kept.clear()


@dataclass(kw_only=True)
class GufoClient:
    """One poll's conversation over gufo-snmp 0.13; see the module for the guards."""

    address: str
    port: int
    credentials: Credentials
    settings: CollectSettings
    keeper: GufoClients
    key: Key
    traffic: Traffic = field(default_factory=Traffic, init=False)
    _session: Session[_Socket] | None = field(default=None, init=False, repr=False)
    _shrunk: bool = field(default=False, init=False, repr=False)

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

    async def get_each(self, questions: Sequence[Question]) -> list[Reply]:
        """See :class:`SnmpClient`. The first tells with all patience whether the device answers at all.

        The others follow in one go as long as answers are whole; one that is not is asked with all patience again.
        """
        replies: list[Reply] = []
        size = self.keeper.size(self.key)
        while len(replies) < len(questions):
            replies.append(await self.get_many(questions[len(replies)].oids))
            rest = questions[len(replies) :]
            if rest and all(len(question.oids) <= size for question in rest):
                await self._get_in_one_go(rest, replies)
        return replies

    async def _get_in_one_go(self, questions: Sequence[Question], replies: list[Reply]) -> None:
        """Add replies as long as each is whole and in time."""
        time = asyncio.get_running_loop().time

        def send(socket: _Socket, number: int) -> None:
            self.traffic.requests += 1
            socket.send_get_many(questions[number].asked)

        def receive(socket: _Socket, number: int) -> bool:
            values = socket.recv_get_many()
            uptime = values.get(SYS_UP_TIME)
            if len(values) < len(questions[number].asked) or type(uptime) is not int:
                return False
            replies.append(Reply(values, uptime, time()))  # type: ignore[arg-type] # see get_each
            return True

        try:
            session = await self._open()
            await session.exchange_all(len(questions), send, receive)
        except TimeoutError:
            self.traffic.timeouts += 1
        except (SnmpError, Broken, OSError, RuntimeError, ValueError):
            self.traffic.bad += 1
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
                raise self._bad(_("answers stay short even for few values"))
            todo[:0] = await self._split(missing, found)
        uptime = found.get(SYS_UP_TIME)
        if SYS_UP_TIME not in oids:
            found.pop(SYS_UP_TIME, None)
        return Reply(found, uptime if isinstance(uptime, int) else None)

    async def _get_chunk(self, oids: list[str], found: dict[str, SnmpValue]) -> tuple[list[str], bool]:
        """Ask once: what is missing, and whether the answer is one (sysUpTime came back)."""
        asked = [*oids, SYS_UP_TIME]
        values = await self._ask(lambda socket: socket.send_get_many(asked), _receive_many)
        if _is_whole(values, set(asked)):  # nearly always
            found.update(values)
            return [], isinstance(values[SYS_UP_TIME], int)
        good = {oid: value for oid in asked if isinstance(value := values.get(oid), int | str | bytes)}
        found.update(good)
        return [oid for oid in oids if oid not in good], isinstance(good.get(SYS_UP_TIME), int)

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
        values = await self._ask(lambda socket: socket.send_get_many([oid]), _receive_many)
        value = values.get(oid)
        if isinstance(value, int | str | bytes):
            found[oid] = value
        else:
            self.traffic.bad += 1

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
                    raise self._bad(fault)
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
                    lambda socket: _or_none(socket.recv_get_bulk, position),
                )
            except BadReply:
                return [], False
            rows = [row for row in batch or () if row is not None]
            return rows, batch is not None and len(rows) < len(batch)
        row = await self._ask(
            lambda socket: socket.send_get_next(position), lambda socket: _or_none(socket.recv_get_next, position)
        )
        return ([row] if row is not None else []), row is None

    async def _ask(self, send: Callable[[_Socket], None], receive: Callable[[_Socket], T]) -> T:
        """One request with its repeats.

        Raises:
            DeviceSilent, AccessDenied, BadReply: by what the last try met.
        """
        last: DeviceError | None = None
        for attempt in range(self.settings.retries + 1):
            self.traffic.retries += attempt > 0
            try:
                session = await self._open()
                return await self._exchange(session, send, receive)
            except TimeoutError as error:
                self.traffic.timeouts += 1
                last = self._silent(str(error))
            except SnmpAuthError:
                last = self._denied()
            except OSError as error:
                last = self._silent(error.strerror or str(error))
            except (SnmpError, Broken, RuntimeError, ValueError) as error:
                self.traffic.bad += 1
                last = self._bad(str(error))
            if not isinstance(last, DeviceSilent) or isinstance(self.credentials, V3):
                # A restarted agent no longer understands the session and may say nothing at all (RFC 3414, 3.2).
                self._drop()
        raise last or self._silent("")

    async def _open(self) -> Session[_Socket]:
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

    async def _open_v3(self, credentials: V3) -> Session[_Socket]:
        """Learn the engine, set the keys for it, learn its time."""
        anyone = User.default()
        socket = SnmpV3ClientSocket(
            self.target,
            b"",
            anyone.name,
            anyone.get_auth_alg(),
            anyone.get_auth_key(),
            anyone.get_priv_alg(),
            anyone.get_priv_key(),
            0,
            0,
            0,
            0,
        )
        session: Session[_Socket] = Session(socket, timeout_s=self.settings.timeout_s)
        try:
            await self._refresh(session)
            user = _user(credentials)
            auth, privacy = (user.get_auth_alg(), user.get_auth_key()), (user.get_priv_alg(), user.get_priv_key())
            socket.set_keys(user.name, *auth, *privacy)
            await self._refresh(session)
        except BaseException:
            session.rest()
            raise
        return session

    async def _refresh(self, session: Session[_Socket]) -> None:
        socket = session.socket
        if isinstance(socket, SnmpV3ClientSocket):
            await self._exchange(session, lambda _same: socket.send_refresh(), lambda _same: socket.recv_refresh())

    async def _exchange(
        self, session: Session[_Socket], send: Callable[[_Socket], None], receive: Callable[[_Socket], T]
    ) -> T:
        self.traffic.requests += 1
        return await session.exchange(send, receive)

    def _silent(self, why: str) -> DeviceSilent:
        tries = self.settings.retries + 1
        said = f" ({why})" if why else ""
        return DeviceSilent(
            _("no answer from {target} in {tries} tries of {timeout:g} s{said}").format(
                target=self.target, tries=tries, timeout=self.settings.timeout_s, said=said
            ),
            cure=_("check power, cable, address and firewall; a wrong community or privacy key looks the same"),
        )

    def _denied(self) -> AccessDenied:
        return AccessDenied(
            _("{target} refused the credentials").format(target=self.target),
            cure=_("compare user, protocols and pass phrases of the profile with the device"),
        )

    def _bad(self, why: str) -> BadReply:
        return BadReply(
            _("{target} breaks the protocol: {why}").format(target=self.target, why=why),
            cure=_("report it to the vendor with the software version"),
        )


def _is_whole(values: Mapping[str, object], names: AbstractSet[str]) -> TypeGuard[Mapping[str, SnmpValue]]:
    """Whether an answer holds exactly what was asked, in types that values have here."""
    return values.keys() == names and _PLAIN.issuperset(map(type, values.values()))


def _receive_many(socket: _Socket) -> Mapping[str, object]:
    return socket.recv_get_many()


def _or_none(receive: Callable[[GetIter], T], position: GetIter) -> T | None:
    """The library says "no rows" by StopAsyncIteration."""
    try:
        return receive(position)
    except StopAsyncIteration:
        return None


def _user(credentials: V3) -> User:
    privacy, expansion = _PRIV[credentials.priv]
    return User(
        credentials.user,
        auth_key=_AUTH[credentials.auth](credentials.auth_key.reveal().encode()),
        priv_key=privacy(credentials.priv_key.reveal().encode()),
        key_expansion=expansion,
    )
