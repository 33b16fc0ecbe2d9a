"""net-snmp's own snmptrap and snmpinform to the listener: who is let in, who is not, and what a trap wakes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import pytest
from conftest import free_port, require_ipv6, require_real

from collectors.client import AUTH, PRIV, V3, V2c
from collectors.traps.listener import TrapListener
from collectors.traps.notification import Kind
from collectors.traps.settings import TrapSettings
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from collectors.client import Credentials
    from collectors.traps.notification import Notification

pytestmark = pytest.mark.real

KEY, COMMUNITY, USER = "a long pass phrase", "city-traps", "rainbow"
ENGINE = "0x80001f8804636974792d31"
CREDENTIALS = {
    "old": V2c(community=Secret(COMMUNITY)),
    "new": V3(user=USER, auth="SHA-256", auth_key=Secret(KEY), priv="AES", priv_key=Secret(KEY)),
}
LINK_DOWN = ("", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7", "1.3.6.1.2.1.2.2.1.8.7", "i", "2")
COLD_START = ("", "1.3.6.1.6.3.1.1.5.1")


def v3(*, user: str = USER, key: str = KEY, level: str = "authPriv", auth: str = "SHA-256") -> tuple[str, ...]:
    keys = () if level == "noAuthNoPriv" else ("-a", auth, "-A", key, "-x", "AES", "-X", key)
    return ("-v3", "-l", level, "-u", user, *keys)


V2 = ("-v2c", "-c", COMMUNITY)


class Heard:
    """A listener, and net-snmp's tools to talk to it."""

    def __init__(self, settings: TrapSettings, credentials: Mapping[str, Credentials]) -> None:
        self.settings = settings
        self.told: list[Notification] = []
        self.listener = TrapListener(settings, credentials, self.told.append)

    async def send(self, tool: str, *words: str) -> int:
        """The tool's exit code: an inform that nobody acknowledges fails."""
        address, port = self.settings.address, self.settings.port
        target = f"udp6:[{address}]:{port}" if ":" in address else f"{address}:{port}"
        process = await asyncio.create_subprocess_exec(
            *(tool, *words[: words.index("")], target, *words[words.index("") :]),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/usr/local/bin", "MIBS": "", "HOME": "/nonexistent"},
        )
        return await process.wait()

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not what():  # noqa: ASYNC110 - something outside comes true
                await asyncio.sleep(0.01)


def hearing(
    work: Callable[[Heard], Awaitable[None]],
    credentials: Mapping[str, Credentials] = CREDENTIALS,
    **settings: float | str,
) -> Heard:
    require_real("snmptrap", "snmpinform")
    made = TrapSettings(port=free_port(socket.SOCK_DGRAM), **settings)  # type: ignore[arg-type]
    heard = Heard(made, credentials)

    async def within() -> None:
        async with heard.listener.hearing():
            await work(heard)

    asyncio.run(within())
    return heard


def test_traps_and_informs_of_both_versions_are_heard_and_informs_acknowledged() -> None:
    async def work(heard: Heard) -> None:
        assert await heard.send("snmptrap", *V2, *LINK_DOWN) == 0
        assert await heard.send("snmpinform", *V2, "-r", "2", "-t", "3", *LINK_DOWN) == 0
        assert await heard.send("snmptrap", *v3(), "-e", ENGINE, *LINK_DOWN) == 0
        assert await heard.send("snmpinform", *v3(), "-r", "2", "-t", "3", *COLD_START) == 0
        await heard.until(lambda: len(heard.told) == 4)

    heard = hearing(work)
    kinds = [notification.kind for notification in heard.told]
    assert kinds == [Kind.LINK_DOWN, Kind.LINK_DOWN, Kind.LINK_DOWN, Kind.RESTART]
    assert [notification.if_index for notification in heard.told] == [7, 7, 7, None]
    assert {notification.source for notification in heard.told} == {"127.0.0.1"}
    assert (heard.listener.counts.heard.total(), heard.listener.counts.refused) == (4, 0)


def test_ipv6_is_heard_too() -> None:
    require_ipv6()

    async def work(heard: Heard) -> None:
        assert await heard.send("snmptrap", *V2, *LINK_DOWN) == 0
        assert await heard.send("snmpinform", *v3(), "-r", "2", "-t", "3", *COLD_START) == 0
        await heard.until(lambda: len(heard.told) == 2)

    heard = hearing(work, address="::1")
    assert {notification.source for notification in heard.told} == {"::1"}


def test_every_cipher_of_netsnmp_is_understood() -> None:
    async def work(heard: Heard) -> None:
        for auth in AUTH:
            for priv in PRIV:
                words = ("-v3", "-l", "authPriv", "-u", f"{auth}.{priv}", "-a", auth, "-A", KEY, "-x", priv, "-X", KEY)
                before = len(heard.told)
                assert await heard.send("snmptrap", *words, "-e", ENGINE, *COLD_START) == 0
                await heard.until(lambda: len(heard.told) > before)  # noqa: B023 - awaited here

    users = {
        f"{auth} {priv}": V3(user=f"{auth}.{priv}", auth=auth, auth_key=Secret(KEY), priv=priv, priv_key=Secret(KEY))
        for auth in AUTH
        for priv in PRIV
    }
    heard = hearing(work, users)
    assert len(heard.told) == len(users) == 25
    assert heard.listener.counts.refused == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("-v2c", "-c", "public"), "wrong community"),
        ((*v3(user="nobody"), "-e", ENGINE), "unknown user"),
        ((*v3(key="another pass phrase"), "-e", ENGINE), "wrong authentication key"),
        ((*v3(auth="SHA-512"), "-e", ENGINE), "wrong authentication key"),
        ((*v3(level="noAuthNoPriv"), "-e", ENGINE), "without authentication and privacy"),
    ],
    ids=["community", "user", "key", "protocol", "level"],
)
def test_who_may_not_is_counted_and_named(
    words: tuple[str, ...], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(heard: Heard) -> None:
        await heard.send("snmptrap", *words, *LINK_DOWN)
        await heard.until(lambda: heard.listener.counts.refused == 1)
        assert await heard.send("snmpinform", *V2, "-r", "2", "-t", "3", *LINK_DOWN) == 0, "it hears on"

    heard = hearing(work)
    assert len(heard.told) == 1
    assert reason in caplog.text
    assert "127.0.0.1" in caplog.text
    assert KEY not in caplog.text


def test_a_storm_is_dropped_before_it_is_decoded_and_counted() -> None:
    async def work(heard: Heard) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as storm:
            for _trap in range(2000):
                with contextlib.suppress(BlockingIOError):
                    storm.sendto(b"\x30\x03junk", (heard.settings.address, heard.settings.port))
                await asyncio.sleep(0)  # asyncio takes one datagram a turn; the rest would be the kernel's loss
        await heard.until(lambda: heard.listener.counts.damped > 1000)

    heard = hearing(work, burst=3, most_per_s=0.1)
    assert heard.told == []
    assert heard.listener.counts.refused <= 4


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        listener = TrapListener(TrapSettings(port=taken.getsockname()[1]), CREDENTIALS, lambda _told: None)

        async def within() -> None:
            async with listener.hearing():
                raise AssertionError("it opened a port that is taken")

        with pytest.raises(SettingsError, match="cannot be heard"):
            asyncio.run(within())


def test_a_listener_that_would_let_nobody_in_is_refused() -> None:
    async def within() -> None:
        async with TrapListener(TrapSettings(port=free_port(socket.SOCK_DGRAM)), {}, lambda _told: None).hearing():
            raise AssertionError("it listens for nobody")

    with pytest.raises(SettingsError, match="lets nobody in"):
        asyncio.run(within())
