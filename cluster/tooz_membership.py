"""Membership over etcd, Redis or Valkey, by tooz.

What tooz leaves to its users, each seen on real servers: a peer strikes an expired member off for good, a heartbeat
does not bring it back; a server that lost its state knows no group; the driver of etcd takes whole seconds only; a
call on a server that is gone may take a minute.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from redis.backoff import NoBackoff
from redis.retry import Retry
from tooz import coordination
from tooz.drivers.redis import RedisDriver

from cluster.membership import Member, Renewed
from rainbow.kernel.errors import CoordinatorAway, SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis import Redis

    from cluster.settings import ClusterSettings
    from rainbow.kernel.secret import Secret

PLAIN = re.compile(r"[\w.~-]+")
"""What of a password tooz hands on as it is."""
BEGINS_BEATS = 1.5
"""Beats after its join a member begins to poll: all others have seen it by then, a slow renewal included."""


class ToozMembership:
    """One process in one group. Nothing is opened before the first renewal."""

    def __init__(
        self,
        settings: ClusterSettings,
        group: str,
        *,
        password: Secret | None = None,
        unix_s: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._group = f"rainbow/{group}".encode()
        self._url = _url(settings, password)
        self._options = _options(settings)
        self._unix_s = unix_s
        self._coordinator: coordination.CoordinationDriver | None = None
        self._me = Member(rank=0, name=settings.member, mark=secrets.token_hex(4))

    def renew(self, *, lapsed: Callable[[], bool]) -> Renewed:
        """See :class:`cluster.membership.Membership`.

        Raises:
            CoordinatorAway: the engine gave no answer, or refuses us.
        """
        try:
            coordinator = self._started()
            coordinator.heartbeat()
            members = self._members(coordinator)
            if joined := self._me not in members:
                self._join(coordinator, members, lapsed=lapsed)
                members = self._members(coordinator)
        except Exception as error:  # noqa: BLE001 - the drivers let through what their clients raise
            raise CoordinatorAway(
                _("{url}: {error}").format(url=self._settings.url, error=_words(error)),
                cure=_("look at the coordinator and at the way to it; polling goes on as it was for hold_s"),
            ) from None
        if self._me not in members:  # struck off again in between
            raise CoordinatorAway(_("{url}: joined, and gone again").format(url=self._settings.url))
        return Renewed(me=self._me, members=members, joined=joined)

    def leave(self) -> None:
        """See :class:`cluster.membership.Membership`."""
        if self._coordinator is not None:
            with contextlib.suppress(Exception):  # who cannot say farewell expires
                self._coordinator.leave_group(self._group).get(timeout=self._settings.beat_s)
                self._coordinator.stop()
            self._coordinator = None

    def _started(self) -> coordination.CoordinationDriver:
        if self._coordinator is None:
            member_id = f"{self._me.name}.{self._me.mark}".encode()
            coordinator = coordination.get_coordinator(self._url, member_id, None, **self._options)
            _be_direct(coordinator)
            coordinator.start()
            self._coordinator = coordinator
        return self._coordinator

    def _members(self, coordinator: coordination.CoordinationDriver) -> frozenset[Member]:
        try:
            found = coordinator.get_members_with_capabilities(self._group).get()
        except coordination.GroupNotCreated:
            return frozenset()
        return frozenset(_member(said) for said in found.values() if isinstance(said, dict))

    def _join(
        self, coordinator: coordination.CoordinationDriver, others: frozenset[Member], *, lapsed: Callable[[], bool]
    ) -> None:
        with contextlib.suppress(coordination.GroupAlreadyExist):
            coordinator.create_group(self._group).get()
        behind = 1 + max((member.rank for member in others), default=0)
        me = Member(
            rank=self._me.rank if self._me.rank and not lapsed() else behind,
            name=self._me.name,
            mark=self._me.mark,
            address=self._settings.listen,
            begins_s=self._unix_s() + BEGINS_BEATS * self._settings.beat_s,
        )
        with contextlib.suppress(coordination.MemberNotJoined, coordination.GroupNotCreated):
            coordinator.leave_group(self._group).get()
        coordinator.join_group(self._group, _said(me)).get()
        self._me = me


def _be_direct(coordinator: coordination.CoordinationDriver) -> None:
    """What the clients do of their own accord, left out.

    That of etcd goes by the proxy of the environment, and where that names authorities (REQUESTS_CA_BUNDLE) believes
    those instead of ours. That of Redis tries four times with pauses, the driver fifteen times that: a minute.
    """
    session = getattr(getattr(coordinator, "client", None), "session", None)
    if session is not None:
        session.trust_env = False
    if isinstance(coordinator, RedisDriver):
        make = coordinator._make_client  # noqa: SLF001 - there is no other place between it and its first question

        def make_impatient(*told: object) -> Redis:
            client = make(*told)  # type: ignore[arg-type] # handed on as it is
            client.set_retry(Retry(NoBackoff(), 0))
            return client

        coordinator._make_client = make_impatient  # type: ignore[assignment,method-assign] # noqa: SLF001 - same


def _words(error: BaseException) -> str:
    """What went wrong; etcd's client says it to whoever asks what was below."""
    text, below = str(error), error.__cause__ or error.__context__
    while not text and below is not None:
        text, below = str(below), below.__cause__ or below.__context__
    return text or type(error).__name__


def _said(member: Member) -> dict[str, object]:
    return {
        "rank": member.rank,
        "name": member.name,
        "mark": member.mark,
        "address": member.address,
        "begins_s": member.begins_s,
    }


def _member(said: dict[str, object]) -> Member:
    return Member(
        rank=int(str(said["rank"])),
        name=str(said["name"]),
        mark=str(said["mark"]),
        address=str(said["address"]),
        begins_s=float(str(said["begins_s"])),
    )


def _url(settings: ClusterSettings, password: Secret | None) -> str:
    """The address as tooz wants it, with the password inside: it is kept here only and never shown."""
    parts = urlsplit(settings.url)
    if password is None:
        user = ""
    elif PLAIN.fullmatch(password.reveal()) is None:
        raise SettingsError(
            _("cluster.password has characters that do not stand in an address"),
            cure=_("make one of letters, digits, and - . _ ~ only; a long one is as good"),
        )
    else:
        user = f"{quote(settings.user)}:{password.reveal()}@"
    scheme = "redis" if parts.scheme == "rediss" else parts.scheme
    return f"{scheme}://{user}{parts.netloc}"


def _options(settings: ClusterSettings) -> dict[str, object]:
    """Whole seconds, one beat a try; what is left out has tooz's defaults."""
    options: dict[str, object] = {
        "timeout": max(1, int(settings.beat_s)),
        "membership_timeout": settings.ttl_s,
        "lock_timeout": settings.ttl_s,
    }
    files = {"ca": settings.ca_file, "cert": settings.cert_file, "key": settings.cert_key_file}
    if settings.url.startswith("redis"):
        names = {"ca": "ssl_ca_certs", "cert": "ssl_certfile", "key": "ssl_keyfile"}
        options |= {"socket_connect_timeout": options["timeout"], "ssl": settings.url.startswith("rediss")}
    else:
        names = {"ca": "ca_cert", "cert": "cert_cert", "key": "cert_key"}
    return options | {names[name]: file for name, file in files.items() if file}
