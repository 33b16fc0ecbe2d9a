"""Damage to datagrams and files: a little at a time, at places where it hurts. Seeded: a run can be had again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

MOST_BYTES = 4000
"""Longer inputs are cut: what an input costs must not hide behind its length."""
_EDGES = bytes(
    (0x00, 0x01, 0x02, 0x04, 0x05, 0x06, 0x30, 0x41, 0x46, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x89, 0xA2, 0xA7, 0xFE, 0xFF)
)
"""Tags of SNMP, and lengths that lie."""
_WORDS = (
    b"\x00", b"\n", b"\r\n", b'"', b",", b";", b"\\", b"|",
    b"{", b"[", b"]", b"}", b"=", b"-1", b"1e999", b"NaN", b"null",
    b"true", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xff\xfe", b"99999999999999999999",
    b"0x", b"../", b"'''",
)  # fmt: skip


def mutated(dice: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds with one to four kinds of damage."""
    data = bytearray(seeds[int(dice.random() * len(seeds))])
    for _turn in range(1 + int(dice.random() * dice.random() * 4)):
        _KINDS[int(dice.random() * len(_KINDS))](dice, data, seeds)
    return bytes(data[:MOST_BYTES])


def _place(dice: random.Random, data: bytearray) -> int:
    return int(dice.random() * len(data))


def _flip(dice: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    if data:
        data[_place(dice, data)] ^= 1 << int(dice.random() * 8)


def _edge(dice: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    if data:
        data[_place(dice, data)] = _EDGES[int(dice.random() * len(_EDGES))]


def _nudge(dice: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    """Add or take a little: a length that is one off."""
    if data:
        at = _place(dice, data)
        data[at] = (data[at] + int(dice.random() * 5) - 2) & 0xFF


def _cut(dice: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    at = _place(dice, data)
    del data[at : at + 1 + int(dice.random() * 8)]


def _truncate(dice: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    del data[_place(dice, data) :]


def _insert(dice: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    at = _place(dice, data)
    data[at:at] = dice.randbytes(1 + int(dice.random() * 4))


def _word(dice: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    at = _place(dice, data)
    data[at : at + int(dice.random() * 3)] = _WORDS[int(dice.random() * len(_WORDS))]


def _repeat(dice: random.Random, data: bytearray, _seeds: Sequence[bytes]) -> None:
    at = _place(dice, data)
    data[at:at] = data[at : at + 1 + int(dice.random() * 24)] * (1 + int(dice.random() * 6))


def _splice(dice: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    other = seeds[int(dice.random() * len(seeds))]
    at = _place(dice, data)
    data[at:] = other[int(dice.random() * (len(other) + 1)) :]


_KINDS: tuple[Callable[[random.Random, bytearray, Sequence[bytes]], None], ...] = (
    _flip,
    _flip,
    _edge,
    _edge,
    _nudge,
    _nudge,
    _cut,
    _truncate,
    _insert,
    _word,
    _repeat,
    _splice,
)
