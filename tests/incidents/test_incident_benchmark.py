"""The benchmark's figures on few stories: floors that hold, not records."""

from __future__ import annotations

from benchmarks.incidents import run


def test_few_stories_are_judged_right_and_told_once() -> None:
    found = run(22, 2, 3.0)
    assert found["scenarios"] == 22
    assert isinstance(found["cause_right"], float)
    assert found["cause_right"] >= 0.9
    assert found["false_incidents"] == 0
    assert found["duplicates"] == 0
