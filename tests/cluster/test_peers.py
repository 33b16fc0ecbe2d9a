"""What members say to each other over a real socket: heard with the key, refused without it, and never twice."""

from __future__ import annotations

import http.client
import zlib
from typing import TYPE_CHECKING

import pytest
from conftest import free_port

from cluster import peers
from cluster.peers import NUMBER, SENDER, SIGNATURE, Listener, Peer
from rainbow.kernel.errors import ClusterError, PeerAway
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = Secret("k" * 32)


class House:
    """Somebody who listens; ``heard`` is what came through."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.address = f"127.0.0.1:{free_port()}"
        self.listener = Listener(self.address, KEY, {"/say": self.hear, "/no": self.refuse})

    def hear(self, sender: str, body: bytes) -> bytes:
        self.heard.append((sender, body))
        return b"yes " + body

    def refuse(self, sender: str, _body: bytes) -> bytes:
        raise ClusterError(f"not from {sender}")

    def peer(self, key: Secret = KEY) -> Peer:
        return Peer(self.address, key, "north", timeout_s=5.0)


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    house.listener.start()
    yield house
    house.listener.stop()


def test_what_is_said_is_heard_and_answered(house: House) -> None:
    body = b"\0\xff" * 100_000
    assert house.peer().say("/say", body) == b"yes " + body
    assert house.heard == [("north", body)]


def test_who_has_another_key_is_neither_heard_nor_believed(house: House) -> None:
    with pytest.raises(PeerAway, match="not with our key"):
        house.peer(Secret("another")).say("/say", b"x")
    assert house.heard == []


def test_an_answer_without_our_signature_is_not_believed(house: House) -> None:
    house.listener._key = Secret("changed")
    with pytest.raises(PeerAway, match="answers 403, and not with our key"):
        house.peer().say("/say", b"x")


def test_a_no_comes_with_its_reason(house: House) -> None:
    with pytest.raises(PeerAway, match="says no: not from north"):
        house.peer().say("/no", b"")
    with pytest.raises(PeerAway, match="says no: /what"):
        house.peer().say("/what", b"")


def test_a_request_recorded_and_sent_again_is_refused(house: House) -> None:
    packed = zlib.compress(b"take this")
    headers = {SENDER: "north.1a2b", NUMBER: "900000001"}
    headers[SIGNATURE] = peers._signature(KEY, b"/say", b"north.1a2b", b"900000001", packed)
    answers = []
    for _turn in range(2):
        channel = http.client.HTTPConnection(*peers.split_address(house.address), timeout=5)
        channel.request("POST", "/say", packed, headers)
        answers.append(channel.getresponse().status)
        channel.close()
    assert (answers, len(house.heard)) == ([200, 409], 1)


@pytest.mark.parametrize("changed", [SENDER, NUMBER])
def test_what_is_signed_cannot_be_changed(house: House, changed: str) -> None:
    packed = zlib.compress(b"x")
    headers = {SENDER: "north.1", NUMBER: "5"}
    headers[SIGNATURE] = peers._signature(KEY, b"/say", b"north.1", b"5", packed)
    assert house.listener.answer("/say", {**headers, changed: "7"}, packed)[0] == 403
    assert house.listener.answer("/no", headers, packed)[0] == 403
    assert house.listener.answer("/say", headers, packed)[0] == 200


def test_a_bomb_is_not_unpacked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "MOST_BYTES", 1000)
    with pytest.raises(PeerAway, match="says no"):
        house.peer().say("/say", b"0" * 5000)
    assert house.heard == []


def test_who_is_not_there_is_away() -> None:
    with pytest.raises(PeerAway, match="refused"):
        Peer(f"127.0.0.1:{free_port()}", KEY, "a", timeout_s=1.0).say("/say", b"")


def test_an_address_that_is_taken_is_named(house: House) -> None:
    with pytest.raises(ClusterError, match=r"cluster\.listen 127"):
        Listener(house.address, KEY, {}).start()
