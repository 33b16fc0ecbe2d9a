"""AT08: nesting, lengths that lie, nothing, REAL, endless object identifiers on the trap port and before the client."""

from __future__ import annotations

import time

import fuzz_wire as wire
import pytest
from fuzz_targets import TARGETS, beaten

from simulator import ber


def nested(depth: int, tag: int = ber.SEQUENCE) -> bytes:
    data = b""
    for _level in range(depth):
        data = ber.tlv(tag, data)
    return data


BOMBS = {
    "nested deep": nested(5000),
    "nested in a trap": wire.traps()[0][:20] + nested(3000),
    "lengths without end": b"\x30\x80" * 2000,
    "a length of four gigabytes": b"\x30\x84\xff\xff\xff\xff" + b"\x02\x01\x01",
    "nothing": b"",
    "one byte": b"\x30",
    "REAL": ber.tlv(
        ber.SEQUENCE, ber.integer(1) + ber.octets("public") + ber.tlv(0xA7, ber.tlv(0x09, b"\x80\xff" * 300))
    ),
    "an endless object identifier": ber.tlv(
        ber.SEQUENCE, ber.integer(1) + ber.octets("public") + ber.tlv(0xA7, ber.tlv(ber.OID, b"\xff" * 30_000))
    ),
    "an integer of a thousand bytes": ber.tlv(ber.SEQUENCE, ber.tlv(ber.INTEGER, b"\x7f" * 1000)),
    "a largest datagram": b"\x30" * 65_000,
}


@pytest.mark.parametrize("place", ["trap", "library", "numbers", "version3"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_at08_no_bomb_goes_off(place: str, bomb: str) -> None:
    with TARGETS[place].open() as one:
        began_s = time.process_time()
        for _turn in range(3):
            one(BOMBS[bomb])
        assert time.process_time() - began_s < 1.0, "it would keep the others waiting"


@pytest.mark.parametrize("place", ["trap", "library"])
def test_at08_random_damage_is_borne(place: str) -> None:
    outcome = beaten(TARGETS[place], inputs=300, seed=8)
    assert not outcome.findings, [(finding.data.hex(), finding.error) for finding in outcome.findings]
