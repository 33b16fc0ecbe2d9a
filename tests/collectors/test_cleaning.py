"""Texts of devices: whatever came in, one line of plain text goes out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.cleaning import MOST_CHARACTERS, mac, text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (b"GigabitEthernet0/1", "GigabitEthernet0/1"),
        (b"  two   words ", "two words"),
        (b"line\r\nbreak\ttab", "line break tab"),
        (b"nul\x00l", "null"),
        ("Straße".encode("latin-1"), "Stra\ufffde"),
        ("Straße".encode(), "Straße"),
        ("u\u0308ber", "über"),  # decomposed
        ("a\u202eb\u200bc", "abc"),  # bidirectional mark, zero width space
        ("a\ud800b", "ab"),  # lone surrogate
        ("a\u2028b", "a b"),
        (17, "17"),
        (b"", ""),
        (b"x" * 10_000_000, "x" * MOST_CHARACTERS),
    ],
)
def test_examples(raw: bytes | str | int, clean: str) -> None:
    assert text(raw) == clean


@given(st.one_of(st.binary(max_size=600), st.text(max_size=600)))
def test_one_short_line_of_printable_text_and_idempotent(raw: bytes | str) -> None:
    clean = text(raw)
    assert len(clean) <= MOST_CHARACTERS
    assert clean == text(clean) == clean.strip()
    assert not {unicodedata.category(character) for character in clean} & {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    clean.encode("utf-8")


def test_hardware_addresses() -> None:
    assert mac(bytes.fromhex("0011aaBBccff")) == "00:11:aa:bb:cc:ff"
    assert mac(b"") == ""
    assert len(mac(b"x" * 5000)) == 32 * 3 - 1
