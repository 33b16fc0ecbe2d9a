"""The guard of a walk: rows go up and come to an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.walk_guard import WalkGuard

ROOT = "1.3.6.1.2.1.2.2.1.2"


def guard(max_rows: int = 100, max_bytes: int = 10_000) -> WalkGuard:
    return WalkGuard(ROOT, max_rows=max_rows, max_bytes=max_bytes)


@given(st.sets(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4).map(tuple), max_size=60))
def test_rows_in_order_pass(indexes: set[tuple[int, ...]]) -> None:
    tested = guard()
    for index in sorted(indexes):
        assert tested.fault(f"{ROOT}.{'.'.join(map(str, index))}", b"x") == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [("5", "5"), ("5", "4"), ("10", "9"), ("5.1", "5"), ("5.10", "5.9")],
)
def test_rows_that_do_not_go_up_are_a_fault(first: str, second: str) -> None:
    tested = guard()
    assert tested.fault(f"{ROOT}.{first}", 1) == ""
    assert "does not move on" in tested.fault(f"{ROOT}.{second}", 1)


@pytest.mark.parametrize("oid", ["1.3.6.1.2.1.2.2.1.20.1", ROOT, f"{ROOT}.", f"{ROOT}.x", f"{ROOT}.1..2", ""])
def test_rows_of_another_table_are_a_fault(oid: str) -> None:
    assert "left its table" in guard().fault(oid, 1)


def test_endless_rows_and_endless_text_end() -> None:
    tested = guard(max_rows=3)
    faults = [tested.fault(f"{ROOT}.{number}", 1) for number in range(4)]
    assert faults[:3] == ["", "", ""]
    assert "does not end" in faults[3]
    assert "does not end" in guard(max_bytes=1000).fault(f"{ROOT}.1", b"x" * 1000)
