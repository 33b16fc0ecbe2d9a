"""No SET can be sent: nothing in the code makes one, and a round, an audit and a look at power only ask."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from attacked_city import HONEST_PORTS, switch
from conftest import ROOT
from hostile_agent import HostileAgent, honest
from polled_city import Polled, PolledCity

from rainbow import service
from rainbow.city import open_city
from rainbow.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

GET, GET_NEXT, RESPONSE, SET, GET_BULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5
QUESTIONS = {GET, GET_NEXT, GET_BULK}
WORDS = ("setrequest", "set_request", "snmpset", "cmdgen.set", "set_cmd", "setcmd", "send_set")


def pdu_of(datagram: bytes) -> int:
    """The tag of a message's PDU (RFC 3416, 3): after version and community."""
    rest = inside(datagram)
    for _part in ("version", "community"):
        rest = rest[header(rest) + size(rest) :]
    return rest[0]


def header(part: bytes) -> int:
    return 2 if part[1] < 0x80 else 2 + (part[1] & 0x7F)


def size(part: bytes) -> int:
    return part[1] if part[1] < 0x80 else int.from_bytes(part[2 : header(part)], "big")


def inside(part: bytes) -> bytes:
    return part[header(part) : header(part) + size(part)]


def test_a_round_an_audit_and_a_look_at_power_only_ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    well = honest(switch(HONEST_PORTS))
    with HostileAgent(lambda request: [well(request)]) as agent:
        device = Polled(code="SW", port=agent.port, community="public", ports=HONEST_PORTS)
        PolledCity(folder=tmp_path, devices=[device]).write()
        service.once(open_city(tmp_path))
        main(["collect", "audit", str(tmp_path), "--ask"])
        main(["collect", "energy", str(tmp_path)])
        capsys.readouterr()
        sent = Counter(pdu_of(datagram) for datagram in agent.requests)
    assert sent.total() > 10
    assert sent.keys() <= QUESTIONS, sent
    assert sent[GET] > 0


def test_the_reading_of_tags_would_see_a_set() -> None:
    pdu = bytes([SET, 4]) + b"\x02\x02\x12\x34"
    message = b"\x02\x01\x01" + b"\x04\x06public" + pdu
    assert pdu_of(bytes([0x30, len(message)]) + message) == SET


def test_nothing_in_the_code_makes_a_set() -> None:
    wrong = []
    for path in (ROOT / "collectors").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (getattr(node, "attr", ""), getattr(node, "id", ""), getattr(node, "name", "") or "")
            wrong += [f"{path.name}:{name}" for name in names if str(name).lower() in WORDS]
            if (
                isinstance(node, ast.Constant)
                and node.value in {SET, bytes([SET])}
                and not isinstance(node.value, bool)
            ):
                wrong.append(f"{path.name}:{node.lineno} {node.value!r}")
    assert not wrong
