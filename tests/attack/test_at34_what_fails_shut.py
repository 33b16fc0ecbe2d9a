"""AT34: disk full, InfluxDB away, provider away: nobody comes in by it, nothing is lost, and it is said."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from attacked_city import HONEST_PORTS, attacked, of, switch
from conftest import free_port
from door_scene import ORIGIN, DoorScene
from hostile_agent import honest

from rainbow.kernel.errors import AuditError
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import UnixNs
from trust.access_settings import OidcSettings
from trust.audit import AuditLog
from trust.audit_record import Act, Actor
from trust.audit_verify import verify
from trust.openid import Provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.plant import Plant

BY = Actor(subject="m.berg")


@contextmanager
def full_disk(least: int = 0) -> Iterator[None]:
    """No file of this process grows past so many bytes: the kernel says so to whoever writes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (least, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_at34_a_full_disk_loses_no_record_and_lies_about_none(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, clock=lambda: UnixNs(1_790_000_000 * 10**9))
    numbers = [log.note(Act(action="change", kind="route", thing=f"before {n}"), BY) for n in range(5)]
    with full_disk():
        for n in range(3):
            with pytest.raises(AuditError):
                log.note(Act(action="change", kind="route", thing=f"amid {n}"), BY)
    numbers.append(log.note(Act(action="change", kind="route", thing="after"), BY))
    assert [entry.head.n for entry in log.entries()] == numbers == list(range(1, 7))
    assert not verify(log.file, (), {}).found


def test_at34_without_the_provider_nobody_comes_in(tmp_path: Path, plant: Plant) -> None:
    issuer = f"http://127.0.0.1:{free_port()}"
    settings = OidcSettings(issuer=issuer, client_id="rainbow")
    city = DoorScene(tmp_path, plant, provider=Provider(settings, None, back=f"{ORIGIN}/sign-in/back"))
    stranger = city.visitor()
    begun = stranger.get("/sign-in/begin")
    assert begun.status_code >= 400
    assert "set-cookie" not in begun.headers or city.door.cookie not in begun.headers["set-cookie"]
    assert stranger.get("/sign-in/back?code=x&state=y").status_code >= 400
    assert stranger.get("/api/v1/status").status_code == 401
    assert city.person("g-viewer").get("/api/v1/status").status_code == 200, "who is in stays in"


def test_at34_what_influxdb_does_not_take_waits(tmp_path: Path) -> None:
    answer = honest(switch(HONEST_PORTS))
    away = {"url": f"http://127.0.0.1:{free_port()}", "version": 1}
    with attacked(tmp_path / "city", lambda request: [answer(request)], influx=away) as city:
        first, second = city.once(), city.once()
        assert {sample.series.tag("if_name") for sample in of(city.latest(INTERFACE), "EVIL")} == set(HONEST_PORTS)
    waiting = [done.deliveries[0].waiting for done in (first, second)]
    assert 0 < waiting[0] < waiting[1], "both rounds wait for it"
    assert all(done.deliveries[0].error for done in (first, second)), "and it is said"
