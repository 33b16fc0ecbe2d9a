"""What fuzzing found once, and a little more of it each time: no crash, no hang, no growth.

``make fuzz`` beats longer; ``RAINBOW_SLOW=1`` here does ten times as much.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from fuzz_targets import SLOW_S, TARGETS, beaten

INPUTS = 60_000 if os.environ.get("RAINBOW_SLOW") == "1" else 6_000
WHOLE = sum(target.share for target in TARGETS.values())
LEAST = 40
MOST_GROWN_KB = 60_000
"""Caches and arenas of a place that is opened for the first time; a leak of a byte an input would not show here."""


@pytest.mark.parametrize("name", TARGETS)
def test_a_place_where_strangers_bytes_come_in(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    target = TARGETS[name]
    inputs = max(LEAST, len(target.seeds()), int(INPUTS * target.share / WHOLE))
    outcome = beaten(target, inputs=inputs, seed=os.getpid())
    capfd.readouterr()  # the library's panics print a line each
    assert not outcome.findings, [(finding.data.hex(), finding.error) for finding in outcome.findings]
    assert outcome.inputs == inputs
    assert outcome.grown_kb < MOST_GROWN_KB
    assert outcome.slowest_s < SLOW_S


def test_a_place_that_breaks_is_found() -> None:
    """The search itself can fail: a place with a fault is not called sound."""
    numbers = TARGETS["numbers"]

    class Broken:
        def __enter__(self) -> object:
            return self.one

        def __exit__(self, *_error: object) -> None:
            """Nothing is open."""

        def one(self, data: bytes) -> None:
            if len(data) % 7 == 3:
                raise IndexError("index out of range")

    outcome = beaten(replace(numbers, open=Broken), inputs=500, seed=1, most_findings=3)  # type: ignore[arg-type] # as good as one
    assert [finding.error for finding in outcome.findings] == ["IndexError: index out of range"] * 3
