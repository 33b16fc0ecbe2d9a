"""Rolled-up rows against a brute-force count of the same readings, whatever the order they come in."""

from __future__ import annotations

import shutil
import time
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import HOUR, MINUTE, NS, START, poll, port

from rainbow.kernel.metrics import INTERFACE
from store import schema
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

FIVE = schema.RESOLUTIONS["five_minutes"]
WIDTHS = {"five_minutes": FIVE, "hours": schema.RESOLUTIONS["hours"]}

Reading = tuple[int, str, float | None, int | None]
readings = st.lists(
    st.tuples(
        st.integers(0, 3 * 3600 - 1),
        st.sampled_from(["ge1", "ge2"]),
        st.none() | st.floats(0, 1e12),
        st.none() | st.integers(0, 2**62),
    ),
    max_size=60,
)


def rows(store: SqliteStore, resolution: str) -> dict[tuple[str, int], tuple[object, ...]]:
    found = store._connection().execute(
        "SELECT json_extract(s.tags, '$.if_name'), time_ns, in_bps_n, in_bps_mean, in_bps_min, in_bps_max, "  # noqa: S608 - a table of ours
        f"in_octets_last FROM {resolution}_interface JOIN series s ON s.id = series"
    )
    return {(name, time_ns): tuple(rest) for name, time_ns, *rest in found}


def brute(done: list[Reading], width: int, until_ns: int) -> dict[tuple[str, int], tuple[object, ...]]:
    """By hand: the same second again overwrites; only buckets that are over count."""
    kept = {(if_name, second): (bps, octets) for second, if_name, bps, octets in done}
    buckets: dict[tuple[str, int], list[tuple[int, float | None, int | None]]] = defaultdict(list)
    for (if_name, second), (bps, octets) in kept.items():
        at_ns = START + second * NS
        if at_ns // width * width + width <= until_ns:
            buckets[if_name, at_ns // width * width].append((second, bps, octets))
    made = {}
    for place, group in buckets.items():
        rates = [bps for _second, bps, _octets in group if bps is not None]
        last = [octets for _second, _bps, octets in sorted(group, key=lambda row: row[0]) if octets is not None]
        made[place] = (
            len(rates),
            pytest.approx(sum(rates) / len(rates), rel=1e-9) if rates else None,
            min(rates, default=None),
            max(rates, default=None),
            last[-1] if last else None,
        )
    return made


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(readings, st.integers(0, 4 * 3600)), min_size=1, max_size=3))
def test_buckets_equal_brute_force(
    tmp_path_factory: pytest.TempPathFactory, empty: Path, turns: list[tuple[list[Reading], int]]
) -> None:
    """Readings come in any order over several calls, each followed by a roll-up at some time, the last at the end."""
    path = shutil.copy(empty, tmp_path_factory.mktemp("rollup") / "s.sqlite")
    with SqliteStore(path, StoreSettings()) as store:
        done: list[Reading] = []
        for given_readings, now_s in turns:
            store.write(
                [
                    port(
                        START + second * NS,
                        if_name,
                        **{n: v for n, v in (("in_bps", bps), ("in_octets", octets)) if v is not None},
                    )
                    for second, if_name, bps, octets in given_readings
                ]
            )
            done += given_readings
            store.roll_up(START + now_s * NS)
        end_ns = START + 4 * HOUR
        store.roll_up(end_ns)
        for resolution, width in WIDTHS.items():
            assert rows(store, resolution) == brute(done, width, end_ns)
        assert store.roll_up(end_ns) == 0, "nothing changed, nothing to do"


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    opened = SqliteStore(tmp_path / "s.sqlite", StoreSettings(raw_h=48, five_minutes_days=90, hours_years=3))
    opened.open()
    return opened


def test_a_bucket_that_is_not_over_waits(store: SqliteStore) -> None:
    store.write([port(START, in_bps=1.0)])
    store.roll_up(START + FIVE - 1)
    assert rows(store, "five_minutes") == {}
    store.roll_up(START + FIVE)
    assert len(rows(store, "five_minutes")) == 1


def test_a_kill_between_write_and_roll_up_costs_nothing(store: SqliteStore, tmp_path: Path) -> None:
    store.write([port(START, in_bps=1.0)])
    store.close()
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings()) as again:
        again.roll_up(START + HOUR)
        assert len(rows(again, "five_minutes")) == 1


def test_a_straggler_does_not_replace_a_mean_whose_readings_are_gone(store: SqliteStore) -> None:
    store.write([port(START + minute * MINUTE, in_bps=100.0) for minute in range(5)])
    store.roll_up(START + HOUR)
    late = START + 72 * HOUR
    store.retain(late)
    store.write([port(START, in_bps=1.0)])
    store.roll_up(late)
    assert rows(store, "five_minutes")["ge1", START][:2] == (5, 100.0)


def test_retention_by_resolution_and_the_newest_stays(store: SqliteStore) -> None:
    def counts() -> list[int]:
        tables = ("raw_interface", "five_minutes_interface", "hours_interface", "latest_interface")
        return [int(store._connection().execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables]  # noqa: S608 - tables of ours

    store.write([port(START + hour * HOUR, in_bps=1.0) for hour in range(4)])
    store.roll_up(START + 5 * HOUR)
    assert counts() == [4, 4, 4, 1]
    assert store.retain(START + 48 * HOUR) == 0
    assert store.retain(START + 50 * HOUR) == 2
    assert counts() == [2, 4, 4, 1]
    store.retain(START + 91 * 24 * HOUR)
    assert counts() == [0, 0, 4, 1]
    store.retain(START + 4 * 365 * 24 * HOUR)
    assert counts() == [0, 0, 0, 1]


def test_every_metric_rolls_up(store: SqliteStore) -> None:
    store.write([poll(START)])
    assert store.roll_up(START + 2 * HOUR) == 2
    assert INTERFACE.name in "".join(
        row[0] for row in store._connection().execute("SELECT name FROM sqlite_master WHERE name LIKE 'hours_%'")
    )


def test_a_file_that_grew_a_column_rolls_up_into_the_right_ones(store: SqliteStore, tmp_path: Path) -> None:
    for column in ("in_bps_n", "in_bps_mean"):
        store._connection().execute(f"ALTER TABLE five_minutes_interface DROP COLUMN {column}")
    store.close()
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings()) as again:
        again.write([port(START, in_bps=5.0, out_bps=7.0)])
        again.roll_up(START + HOUR)
        assert rows(again, "five_minutes")["ge1", START][:4] == (1, 5.0, 5.0, 5.0)


@pytest.mark.parametrize("switched", ["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2016-12-31T23:59:59Z"])
def test_hours_are_whole_where_summer_time_begins_or_ends_or_a_second_leaps(
    store: SqliteStore, switched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readings of five hours, a second of them twice, on a host in Berlin: each hour has its sixty, the day no seam."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    middle_ns = int(datetime.fromisoformat(switched).timestamp()) * NS // HOUR * HOUR
    times = [middle_ns - 2 * HOUR + minute * MINUTE for minute in range(5 * 60)]
    for written in (times, [times[120], times[240]]):
        store.write([port(at_ns, in_bps=1000.0, in_octets=1) for at_ns in written])
    store.roll_up(middle_ns + 4 * HOUR)
    monkeypatch.undo()
    time.tzset()
    hours = {at_ns: row[:2] for (_name, at_ns), row in rows(store, "hours").items()}
    assert hours == {middle_ns + hour * HOUR: (60, 1000.0) for hour in range(-2, 3)}
    assert [row[0] for row in rows(store, "five_minutes").values()] == [5] * 60


def test_a_clock_set_back_rolls_the_same_hour_up_again_with_all_it_got(store: SqliteStore) -> None:
    store.write([port(START + minute * MINUTE, in_bps=1000.0) for minute in range(60)])
    store.roll_up(START + HOUR)
    store.write([port(START + minute * MINUTE + 30 * NS, in_bps=4000.0) for minute in range(30, 90)])
    store.roll_up(START + 2 * HOUR)
    first, second = sorted(rows(store, "hours").items())
    assert first[1][:4] == (90, pytest.approx(2000.0), 1000.0, 4000.0)
    assert second[1][:2] == (30, 4000.0)
