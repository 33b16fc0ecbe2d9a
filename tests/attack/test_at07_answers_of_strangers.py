"""AT07: walks without end, answers from elsewhere or to other questions, a weaker version than was agreed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from attacked_city import HONEST_PORTS, attacked, of, switch
from hostile_agent import HostileAgent, honest, with_id
from polled_city import Polled, PolledCity

from rainbow import service
from rainbow.city import open_city
from rainbow.kernel.metrics import DEVICE, INTERFACE
from simulator import ber
from store.reader import StoreReader

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE_S = 2.0
FEW = 10
well = honest(switch(HONEST_PORTS))


def late(request: bytes) -> list[bytes]:
    time.sleep(0.25)  # a slow device
    return [well(request)]


def forged_counters(request: bytes) -> list[bytes]:
    """Honest until it is asked for counters; then its answers belong to other questions."""
    asked = ber.parse_request(request)
    is_reading = asked.kind == ber.GET and len(asked.names) > FEW
    return [well(with_id(request, 1) if is_reading else request)]


ANSWERS = {
    "each answer just within its time": late,
    "counters of other questions": forged_counters,
    "answers to other questions": lambda request: [well(with_id(request, 1))],
    "version 1 for version 2c": lambda request: [well(request).replace(b"\x02\x01\x01\x04", b"\x02\x01\x00\x04", 1)],
    "a thousand answers": lambda request: [well(with_id(request, 1))] * 1000,
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_at07_a_stranger_is_not_believed_and_not_waited_for(tmp_path: Path, kind: str) -> None:
    collect: dict[str, float | int | str] = {"device_deadline_s": DEADLINE_S, "retries": 0}
    with attacked(tmp_path / "city", ANSWERS[kind], collect=collect) as city:
        began_s = time.monotonic()
        done = city.once()
        took_s = time.monotonic() - began_s
        assert took_s < DEADLINE_S + 5
        (good,) = of(city.latest(DEVICE), "GOOD")
        assert good.values[DEVICE.up] == 1
        if kind != "each answer just within its time":
            assert not of(city.latest(INTERFACE), "EVIL")
            assert [outcome.device for outcome in done.report.failed] == ["EVIL"]


def test_at07_an_answer_from_another_address_is_nobodys(tmp_path: Path) -> None:
    with HostileAgent(lambda request: [well(request)], from_another_port=True) as agent:
        devices = [Polled(code="EVIL", port=agent.port, community="public", ports=HONEST_PORTS)]
        city = PolledCity(folder=tmp_path, devices=devices, collect={"device_deadline_s": DEADLINE_S}).write()
        done = service.once(open_city(city.folder))
    assert [outcome.device for outcome in done.report.failed] == ["EVIL"]
    with StoreReader(city.database) as reader:
        assert reader.latest(INTERFACE) == []


def test_at07_version_3_falls_back_to_nothing_weaker(tmp_path: Path) -> None:
    """Who answers a question of version 3 in clear text of version 2c is not read, and never gets a community."""
    with HostileAgent(lambda _request: [well_in_clear()]) as agent:
        devices = [Polled(code="EVIL", port=agent.port, user="rainbow", key="authentic-key", ports=HONEST_PORTS)]
        city = PolledCity(folder=tmp_path, devices=devices, collect={"device_deadline_s": DEADLINE_S}).write()
        done = service.once(open_city(city.folder))
        asked = list(agent.requests)
    assert [outcome.device for outcome in done.report.failed] == ["EVIL"]
    assert asked
    assert all(request[2:5] == b"\x02\x01\x03" for request in asked), "each question is of version 3"
    assert all(b"authentic-key" not in request for request in asked)


def well_in_clear() -> bytes:
    from collectors.v2c_wire import LEAST_ID, Template  # noqa: PLC0415 - the question is made as the collector makes it

    return well(Template(b"public", ["1.3.6.1.2.1.1.3.0"]).request(LEAST_ID))
