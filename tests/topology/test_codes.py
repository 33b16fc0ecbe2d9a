"""The nearest codes: those a hasty finger means, out of very many that look alike."""

from __future__ import annotations

import time

import pytest

from topology.codes import near

KNOWN = [f"KL-{kind}-{number:05d}" for kind in ("TR", "CA", "LK") for number in range(20_000)] + ["Rathaus-Süd"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("KL-TR-0042", "KL-TR-00042"),
        ("KL-TR-000422", "KL-TR-00042"),
        ("KL-TR-0O042", "KL-TR-00042"),
        ("kl-tr-0042", "KL-TR-00042"),
        ("KL_TR-00042", "KL-TR-00042"),
        ("L-TR-00042", "KL-TR-00042"),
        ("rathaus-sued", "Rathaus-Süd"),
    ],
)
def test_a_slip_of_the_finger_is_understood(typed: str, meant: str) -> None:
    assert meant in near(typed, KNOWN)


def test_nothing_alike_is_nothing() -> None:
    assert near("zzzz", KNOWN) == []
    assert near("", KNOWN) == []
    assert near("KL-TR-1", []) == []


def test_many_codes_are_no_long_wait() -> None:
    start = time.thread_time()
    near("KL-TR-99999x", KNOWN)
    assert time.thread_time() - start < 1.0
