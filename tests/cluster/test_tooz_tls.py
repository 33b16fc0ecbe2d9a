"""Membership over real etcd and Redis by TLS: who brings a certificate of the city's authority is in, nobody else."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from certificates import Authority
from cluster_fakes import settings
from conftest import require_real

from benchmarks.cluster.coordinator import Coordinator, Tls
from cluster.tooz_membership import ToozMembership
from rainbow.kernel.errors import CoordinatorAway
from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real
PASSWORD = "a-long-password-of-the-coordinator"  # noqa: S105 - of the test


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A coordinator behind TLS, and the authority it believes; one of somebody else."""

    coordinator: Coordinator
    authority: Authority
    stranger: Authority

    def member(
        self,
        name: str,
        *,
        ca_file: Path | None = None,
        pair: tuple[Path, Path] | None = None,
        password: str = PASSWORD,
    ) -> ToozMembership:
        """One that says who it is as these files let it; without ``pair`` it brings no certificate."""
        known = settings(name, ttl_s=2)
        kind = self.coordinator.kind
        named = {"url": self.coordinator.url, "ca_file": NamedFile(str(ca_file or self.authority.path))}
        named |= {"cert_file": NO_FILE, "cert_key_file": NO_FILE}
        if pair is not None:
            named |= {"cert_file": NamedFile(str(pair[0])), "cert_key_file": NamedFile(str(pair[1]))}
        if kind == "redis":
            named["user"] = "default"
        for key, value in named.items():
            object.__setattr__(known, key, value)  # frozen, as it should be
        secret = Secret(password) if kind == "redis" else None
        return ToozMembership(known, "city/main", password=secret, unix_s=time.time)


@pytest.fixture(params=["etcd", "redis"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    require_real("etcd" if request.param == "etcd" else "redis-server")
    authority = Authority(tmp_path / "ours")
    certificate, key = authority.issued("coordinator")
    tls = Tls(authority=authority.path, certificate=certificate, key=key)
    coordinator = Coordinator(request.param, tmp_path, tls=tls, password=PASSWORD if request.param == "redis" else "")
    coordinator.start()
    yield Kept(coordinator=coordinator, authority=authority, stranger=Authority(tmp_path / "theirs"))
    coordinator.stop()


def names(membership: ToozMembership) -> set[str]:
    return {one.name for one in membership.renew(lapsed=lambda: False).members}


def test_who_has_a_certificate_of_the_authority_is_in(kept: Kept) -> None:
    a = kept.member("a", pair=kept.authority.issued("a"))
    b = kept.member("b", pair=kept.authority.issued("b"))
    assert names(a) == {"a"}
    assert names(b) == {"a", "b"}
    b.leave()
    assert names(a) == {"a"}
    a.leave()


def test_who_has_none_or_one_of_a_stranger_is_not(kept: Kept) -> None:
    for pair in (None, kept.stranger.issued("a")):
        with pytest.raises(CoordinatorAway):
            names(kept.member("a", pair=pair))


def test_a_coordinator_of_a_stranger_is_told_nothing(kept: Kept) -> None:
    outside = kept.member("a", ca_file=kept.stranger.path, pair=kept.authority.issued("a"))
    with pytest.raises(CoordinatorAway, match=r"(?i)certificate"):
        names(outside)


def test_a_wrong_password_is_refused_and_not_shown(kept: Kept) -> None:
    if kept.coordinator.kind == "redis":
        outside = kept.member("a", pair=kept.authority.issued("a"), password="another-long-password")  # noqa: S106 - same
        with pytest.raises(CoordinatorAway) as caught:
            names(outside)
        assert "another-long-password" not in str(caught.value)
        assert PASSWORD not in str(caught.value)
