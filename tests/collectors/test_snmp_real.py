"""The SNMP client against a real net-snmp agent, versions 2c and 3, held against what net-snmp's own tools read."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import require_ipv6
from polled_city import Polled, polled_plant
from real_snmpd import KEY, USER, RealSnmpd

from collectors.client import AUTH, PRIV, V3, Credentials, V2c
from collectors.settings import CollectSettings
from collectors.snmp import SYS_UP_TIME, GufoClient, GufoClients
from collectors.tables import COUNTERS, IF_DESCR, IF_NAME, SYS_DESCR, SYS_NAME, SYS_OBJECT_ID
from rainbow.kernel.errors import AccessDenied, DeviceSilent
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.real

SETTINGS = CollectSettings(timeout_s=0.5, retries=1)
MIB2 = "1.3.6.1.2.1"


def v3(*, user: str = USER, auth: str = "SHA-256", key: str = KEY, priv_key: str = KEY) -> V3:
    return V3(user=user, auth=auth, auth_key=Secret(key), priv="AES", priv_key=Secret(priv_key))


V2 = V2c(community=Secret("public"))


def of_every_kind() -> dict[tuple[str, str], V3]:
    """A user for each authentication with each cipher that the settings take."""
    return {
        (auth, priv): V3(
            user=f"{auth}.{priv}",
            auth=auth,
            auth_key=Secret(f"authentic {auth} {priv}"),
            priv=priv,
            priv_key=Secret(f"private {auth} {priv}"),
        )
        for auth in AUTH
        for priv in PRIV
    }


@pytest.fixture(scope="module")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSnmpd]:
    users = (
        f'createUser {user.user} {auth} "{user.auth_key.reveal()}" {priv} "{user.priv_key.reveal()}"\n'
        f"rouser {user.user} authPriv\n"
        for (auth, priv), user in of_every_kind().items()
    )
    agent = RealSnmpd(tmp_path_factory.mktemp("snmpd"), extra="".join(users))
    agent.start()
    yield agent
    agent.stop()


def opened(
    agent: RealSnmpd, credentials: Credentials, settings: CollectSettings = SETTINGS
) -> Callable[[], GufoClient]:
    (device,) = polled_plant([Polled(code="SW", port=agent.port, community="x", address=agent.address)]).devices
    clients = GufoClients(credentials={device.snmp: credentials}, settings=settings)
    return lambda: clients(device)


def ask(agent: RealSnmpd, credentials: Credentials, work: Callable[[GufoClient], Awaitable[object]]) -> object:
    async def within() -> object:
        client = opened(agent, credentials)()
        try:
            async with asyncio.timeout(20):
                return await work(client)
        finally:
            client.close()

    return asyncio.run(within())


@pytest.mark.parametrize("credentials", [V2, v3()], ids=["v2c", "v3"])
def test_what_is_read_is_what_netsnmp_reads(snmpd: RealSnmpd, credentials: Credentials) -> None:
    async def read(client: GufoClient) -> object:
        reply = await client.get_many([SYS_DESCR, SYS_NAME, SYS_OBJECT_ID, f"{MIB2}.99.0"])
        assert reply.uptime_ticks is not None
        return reply.values, await client.walk(IF_DESCR), await client.walk(IF_NAME)

    values, descriptions, names = ask(snmpd, credentials, read)  # type: ignore[misc]
    assert values == {
        SYS_DESCR: snmpd.get(SYS_DESCR).encode(),
        SYS_NAME: b"snmpd.test",
        SYS_OBJECT_ID: snmpd.get(SYS_OBJECT_ID).lstrip("."),
    }
    assert {index: text.decode() for index, text in descriptions.items()} == snmpd.walk(IF_DESCR)
    assert {index: text.decode() for index, text in names.items()} == snmpd.walk(IF_NAME)


@pytest.mark.parametrize("credentials", [V2, v3()], ids=["v2c", "v3"])
def test_ipv6_is_asked_too(credentials: Credentials, tmp_path: Path) -> None:
    require_ipv6()
    agent = RealSnmpd(tmp_path, address="::1")
    agent.start()
    try:
        reply = ask(agent, credentials, lambda client: client.get_many([SYS_NAME]))
    finally:
        agent.stop()
    assert reply.values == {SYS_NAME: b"snmpd.test"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("auth", AUTH)
def test_every_cipher_is_the_one_of_netsnmp(snmpd: RealSnmpd, auth: str) -> None:
    for priv in PRIV:
        reply = ask(snmpd, of_every_kind()[auth, priv], lambda client: client.get_many([SYS_NAME]))
        assert reply.values == {SYS_NAME: b"snmpd.test"}, priv  # type: ignore[attr-defined]


@pytest.mark.parametrize("bits", ["192", "256"])
def test_the_other_way_to_lengthen_a_key_is_another_key(snmpd: RealSnmpd, bits: str) -> None:
    """SHA-1 is too short for these keys: makers lengthen it by Blumenthal's draft or as Cisco does."""
    for there, here in ((f"AES-{bits}", f"AES-{bits}-C"), (f"AES-{bits}-C", f"AES-{bits}")):
        wrong = replace(of_every_kind()["SHA", there], priv=here)
        with pytest.raises(AccessDenied, match=r"cannot read what the user .* encrypts"):
            ask(snmpd, wrong, lambda client: client.get_many([SYS_NAME]))


@pytest.mark.parametrize("credentials", [V2, v3()], ids=["v2c", "v3"])
def test_a_long_walk_is_whole(snmpd: RealSnmpd, credentials: Credentials) -> None:
    """All of MIB-2, hundreds of rows of every type; counters move meanwhile, so the OIDs are compared."""

    async def read(client: GufoClient) -> object:
        return await client.walk(f"{MIB2}.1"), await client.walk(f"{MIB2}.2"), await client.walk(f"{MIB2}.5")

    for root, rows in zip(("1", "2", "5"), ask(snmpd, credentials, read), strict=True):  # type: ignore[call-overload]
        assert list(rows) == list(snmpd.walk(f"{MIB2}.{root}"))


def test_counters_are_between_two_readings_of_netsnmp(snmpd: RealSnmpd) -> None:
    column = COUNTERS[0].oid
    before = snmpd.walk(column)
    read = ask(snmpd, V2, lambda client: client.walk(column))
    after = snmpd.walk(column)
    assert isinstance(read, dict)
    assert read.keys() == before.keys()
    assert all(int(before[index]) <= read[index] <= int(after[index]) for index in read)


def test_uptime_is_the_agents(snmpd: RealSnmpd) -> None:
    before = int(snmpd.get(SYS_UP_TIME))
    reply = ask(snmpd, V2, lambda client: client.get_many([]))
    assert before <= reply.uptime_ticks <= int(snmpd.get(SYS_UP_TIME))  # type: ignore[attr-defined]


def test_a_wrong_community_is_silence(snmpd: RealSnmpd) -> None:
    with pytest.raises(DeviceSilent):
        ask(snmpd, V2c(community=Secret("wrong")), lambda client: client.get_many([SYS_NAME]))


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        (v3(user="nobody"), "does not know the user nobody"),
        (v3(key="another pass phrase"), "refuses the authentication of the user rainbow"),
        (v3(auth="SHA-512"), "refuses the authentication of the user rainbow"),
        (v3(priv_key="another pass phrase"), "cannot read what the user rainbow encrypts"),
    ],
    ids=["user", "key", "protocol", "privacy"],
)
def test_wrong_v3_credentials_are_refused_and_it_is_said_which(
    snmpd: RealSnmpd, credentials: Credentials, words: str
) -> None:
    with pytest.raises(AccessDenied, match=words):
        ask(snmpd, credentials, lambda client: client.get_many([SYS_NAME]))


def test_a_silent_v3_device_is_silent_and_no_more() -> None:
    """Nobody is there: nothing is said of keys, and it takes no longer than the repeats."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dead:
        dead.bind(("127.0.0.1", 0))
        client = GufoClients(credentials={"x": v3()}, settings=SETTINGS).at

        async def read() -> None:
            await client("127.0.0.1", dead.getsockname()[1], "x").get_many([SYS_NAME])

        with pytest.raises(DeviceSilent):
            asyncio.run(read())


def test_v3_sessions_are_kept_between_polls_and_survive_a_restart(tmp_path: Path) -> None:
    async def polls() -> None:
        open_client = opened(agent, v3())
        requests = []
        for turn in range(4):
            if turn == 3:
                agent.stop()
                agent.start()
            client = open_client()
            assert (await client.get_many([SYS_NAME])).values == {SYS_NAME: b"snmpd.test"}
            client.close()
            requests.append(client.traffic.requests)
        assert requests[0] > 1, "the first learns engine and time"
        assert requests[1:3] == [1, 1], "the kept session needs neither"

    agent = RealSnmpd(tmp_path)
    agent.start()
    try:
        asyncio.run(polls())
    finally:
        agent.stop()
