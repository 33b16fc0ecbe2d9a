"""Sessions: kept as hashes, over when idle, old, ended, or worth something else; readable by nobody else."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rainbow.kernel.errors import StoreError
from trust.sessions import Limits, Session, Sessions, csrf_of

if TYPE_CHECKING:
    from pathlib import Path

NOW_S = 1_790_000_000.0
LIMITS = Limits(idle_s=1800, whole_s=36_000)
ONE = Session(
    number="0011",
    subject="m.berg",
    name="M. Berg",
    method="oidc",
    groups=("g-viewer",),
    worth="viewer *",
    amr="pwd otp",
    address="192.0.2.7",
    began_s=NOW_S,
    seen_s=NOW_S,
)


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "state" / "sessions.sqlite", LIMITS)


def test_only_a_hash_of_the_key_is_kept_and_nobody_else_reads_it(sessions: Sessions, tmp_path: Path) -> None:
    key = sessions.begin(ONE)
    path = tmp_path / "state" / "sessions.sqlite"
    assert path.stat().st_mode & 0o777 == 0o600
    assert key.encode() not in path.read_bytes()
    assert len(key) >= 43
    assert sessions.found(key, NOW_S) == ONE
    assert sessions.found(key[:-1], NOW_S) is None
    assert sessions.found("", NOW_S) is None


def test_a_session_ends_when_nobody_is_there_and_in_the_end_anyway(sessions: Sessions) -> None:
    key = sessions.begin(ONE)
    for step in range(1, 20):
        assert sessions.found(key, NOW_S + 1700 * step) is not None
    assert sessions.found(key, NOW_S + 36_001) is None
    assert sessions.found(key, NOW_S) is None  # for good


def test_what_an_open_page_asks_by_itself_keeps_nothing_alive(sessions: Sessions) -> None:
    key = sessions.begin(ONE)
    for step in range(1, 18):
        assert sessions.found(key, NOW_S + 100 * step, is_active=False) is not None
    assert sessions.found(key, NOW_S + 1801, is_active=False) is None


def test_a_clock_set_back_ends_a_session(sessions: Sessions) -> None:
    key = sessions.begin(ONE)
    assert sessions.found(key, NOW_S - 3600) is None


def test_signing_in_with_other_groups_ends_the_others_of_the_same_person(sessions: Sessions) -> None:
    old = sessions.begin(replace(ONE, worth="admin *"))
    same = sessions.begin(replace(ONE, number="0012"))
    assert sessions.found(old, NOW_S) is None
    second = sessions.begin(replace(ONE, number="0013"))
    other = sessions.begin(replace(ONE, number="0014", subject="somebody.else", worth="admin *"))
    assert [sessions.found(key, NOW_S) is not None for key in (same, second, other)] == [True, True, True]


def test_a_session_is_ended_by_its_number_and_all_by_their_person(sessions: Sessions) -> None:
    first, second = sessions.begin(ONE), sessions.begin(replace(ONE, number="0012"))
    assert sessions.end("0011")
    assert not sessions.end("0011")
    assert sessions.found(first, NOW_S) is None
    assert [session.number for session in sessions.all(NOW_S)] == ["0012"]
    assert sessions.end_all_of("m.berg") == 1
    assert sessions.found(second, NOW_S) is None


def test_what_a_change_has_to_bring_does_not_tell_the_key(sessions: Sessions) -> None:
    key = sessions.begin(ONE)
    assert key not in csrf_of(key)
    assert csrf_of(key) != csrf_of(key + "x")


def test_a_file_of_an_older_version_keeps_its_sessions(sessions: Sessions, tmp_path: Path) -> None:
    key = sessions.begin(ONE)
    with sqlite3.connect(tmp_path / "state" / "sessions.sqlite") as file:
        file.execute("ALTER TABLE session DROP COLUMN provider_session")
        file.execute("PRAGMA user_version = 1")
    opened = Sessions(tmp_path / "state" / "sessions.sqlite", LIMITS)
    assert opened.found(key, NOW_S) == ONE
    there = replace(ONE, number="0012", provider_session="at-the-desk")
    assert opened.found(opened.begin(there), NOW_S) == there


def test_two_processes_bring_an_old_file_up_to_date_at_once(sessions: Sessions, tmp_path: Path) -> None:
    path = tmp_path / "state" / "sessions.sqlite"
    for _round in range(5):
        sessions.begin(ONE)
        with sqlite3.connect(path) as file:
            file.execute("DELETE FROM session")
            file.execute("ALTER TABLE session DROP COLUMN provider_session")
            file.execute("PRAGMA user_version = 1")
        with ThreadPoolExecutor(8) as pool:
            keys = list(
                pool.map(lambda number: Sessions(path, LIMITS).begin(replace(ONE, number=str(number))), range(8))
            )
        assert len(sessions.all(NOW_S)) == len(keys)
        with sqlite3.connect(path) as file:
            file.execute("DELETE FROM session")


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "sessions.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match=r"sessions .* cannot be used"):
        Sessions(path, LIMITS).found("key", NOW_S)


def test_names_are_values_never_statements(sessions: Sessions, tmp_path: Path) -> None:
    evil = "x'); DROP TABLE session; --"
    key = sessions.begin(replace(ONE, subject=evil, name=evil, address=evil, number=evil))
    found = sessions.found(key, NOW_S)
    assert found is not None
    assert found.subject == evil
    with sqlite3.connect(tmp_path / "state" / "sessions.sqlite") as file:
        assert file.execute("SELECT count(*) FROM session").fetchone() == (1,)
