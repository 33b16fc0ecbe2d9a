"""Membership over real etcd and Redis servers: joined, expired, wiped, away."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from cluster_fakes import HandClock, settings
from conftest import require_real
from running import wait_until

from benchmarks.cluster.coordinator import Coordinator
from cluster.heart import Heart
from cluster.lease import Lease
from cluster.tooz_membership import ToozMembership
from rainbow.kernel.errors import CoordinatorAway, SettingsError
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real
TTL_S = 2


@pytest.fixture(params=["etcd", "redis"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Coordinator]:
    require_real("etcd" if request.param == "etcd" else "redis-server")
    coordinator = Coordinator(request.param, tmp_path)
    coordinator.start()
    yield coordinator
    coordinator.stop()


def member(server: Coordinator, name: str) -> ToozMembership:
    known = settings(name, ttl_s=TTL_S)
    object.__setattr__(known, "url", server.url)
    return ToozMembership(known, "city/main", unix_s=time.time)


def ranks(membership: ToozMembership, *, lapsed: bool = False) -> dict[str, int]:
    return {one.name: one.rank for one in membership.renew(lapsed=lambda: lapsed).members}


def test_members_come_expire_and_come_back(server: Coordinator) -> None:
    a, b = member(server, "a"), member(server, "b")
    assert ranks(a, lapsed=True) == {"a": 1}
    assert ranks(b, lapsed=True) == {"a": 1, "b": 2}
    assert ranks(a) == {"a": 1, "b": 2}
    wait_until(lambda: ranks(b) == {"b": 2}, "a's end")
    back = a.renew(lapsed=lambda: True)
    assert (back.joined, back.me.rank) == (True, 3)
    assert ranks(b) == {"a": 3, "b": 2}
    a.leave()
    assert ranks(b) == {"b": 2}


def test_a_wiped_server_gets_its_members_back_with_their_ranks(server: Coordinator) -> None:
    a, b = member(server, "a"), member(server, "b")
    ranks(a, lapsed=True)
    ranks(b, lapsed=True)
    server.signal(signal.SIGKILL)
    with pytest.raises(CoordinatorAway, match=r"127\.0\.0\.1"):
        a.renew(lapsed=lambda: False)
    server.wipe()
    server.start()
    assert ranks(b) == {"b": 2}
    assert ranks(a) == {"a": 1, "b": 2}


def test_a_frozen_server_holds_nobody_up(server: Coordinator) -> None:
    known = settings("a", ttl_s=TTL_S)
    heart = Heart(member(server, "a"), known, HandClock())
    lease = Lease(heart, known)
    heart.start()
    wait_until(lambda: heart.view is not None, "a view")
    server.signal(signal.SIGSTOP)
    began_s = time.monotonic()
    for _turn in range(1000):
        lease.leads()
    assert time.monotonic() - began_s < 1.0
    server.signal(signal.SIGCONT)
    heart.stop()
    assert heart.view is None


def test_a_password_that_fits_no_address_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"cluster\.password has characters") as caught:
        ToozMembership(settings("a"), "g", password=Secret("a/b@c"), unix_s=time.time)
    assert "a/b@c" not in str(caught.value)
