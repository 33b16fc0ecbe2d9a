"""Readings kept together give what the same readings kept one by one give: newest, history, means, lines, retention."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import HOUR, MINUTE, NS, START, port

from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import DEVICE, INTERFACE
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs, count_of, samples_of
from store import schema, sheets
from store.line_protocol import lines
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Numbers, Value

FIELDS = (INTERFACE.oper_state, INTERFACE.in_bps, INTERFACE.in_octets)
NAMES = ("ge1", "ge2", "ge3")
FEWER = ("ge2", "ge3")
DAY = 24 * HOUR


def heading(names: tuple[str, ...]) -> Heading:
    return Heading(FIELDS, tuple(port(0, name).series for name in names))


def sheet(at_ns: int, rows: list[Numbers], over: Heading | None = None) -> Sheet:
    return Sheet(over or heading(NAMES[: len(rows)]), UnixNs(at_ns), rows)


row = st.tuples(
    st.none() | st.integers(1, 7), st.none() | st.floats(0, 1e12), st.none() | st.integers(0, 2**63 - 1)
).filter(lambda numbers: any(number is not None for number in numbers))
Moment = tuple[int, bool, list["Numbers"]]
moments = st.lists(
    st.tuples(st.integers(0, 2 * 3600 - 1), st.booleans(), st.lists(row, min_size=3, max_size=3)),
    max_size=20,
    unique_by=lambda moment: moment[0],
)


def one_each(samples: Iterable[Sample]) -> list[Sample]:
    """The samples, none of a series twice."""
    listed = list(samples)
    assert len({sample.series for sample in listed}) == len(listed)
    return listed


def seen(empty: Path, folder: Path, records: list[Sheet] | list[Sample], now_ns: int) -> dict[str, object]:
    """All that can be seen of a store these were written to, half of them at once and half one by one."""
    path = shutil.copy(empty, folder / "s.sqlite")
    with SqliteStore(path, StoreSettings()) as store, StoreReader(path) as reader:
        store.write(records[::2])
        store.roll_up(START + HOUR)
        for record in records[1::2]:
            store.write([record])
        store.roll_up(now_ns)
        means = {
            (resolution, tags, time_ns): [None if number is None else f"{number:.9g}" for number in numbers]
            for resolution in schema.RESOLUTIONS
            for _series, time_ns, *numbers, tags in store._connection().execute(
                f"SELECT i.*, tags FROM {resolution}_interface i JOIN series s ON s.id = i.series"  # noqa: S608 - a table of ours
            )
        }
        newest = {sample.series: (sample.time_ns, sample.values) for sample in reader.latest(INTERFACE)}
        asked = {INTERFACE.in_bps, INTERFACE.oper_state}
        assert {
            sample.series: (sample.time_ns, sample.values) for sample in one_each(reader.newest(INTERFACE, asked))
        } == {
            series: (time_ns, {field: value for field, value in values.items() if field in asked})
            for series, (time_ns, values) in newest.items()
        }
        history = [
            reader.history(
                INTERFACE,
                {"if_name": name},
                [INTERFACE.in_bps, INTERFACE.oper_state],
                start_ns=START,
                end_ns=START + span_ns,
                max_points=points,
            )
            for name in NAMES
            for span_ns, points in ((HOUR, 500), (HOUR, 7), (DAY, 500))
        ]
        store.retain(START + 49 * HOUR)
        after = {sample.series: (sample.time_ns, sample.values) for sample in reader.latest(INTERFACE)}
        assert after == newest, "the newest of each series stays"
    return {"means": means, "newest": newest, "history": history}


@settings(max_examples=10, deadline=None)
@given(moments)
def test_together_and_one_by_one_look_the_same(
    tmp_path_factory: pytest.TempPathFactory, empty: Path, given_moments: list[Moment]
) -> None:
    many, few = heading(NAMES), heading(FEWER)
    written = [
        sheet(START + second * NS, rows if whole else rows[1:], many if whole else few)
        for second, whole, rows in given_moments
    ]
    together = seen(empty, tmp_path_factory.mktemp("together"), written, START + 4 * HOUR)
    alone = seen(empty, tmp_path_factory.mktemp("alone"), list(samples_of(written)), START + 4 * HOUR)
    assert together == alone


@given(st.lists(row, min_size=1, max_size=3))
def test_the_lines_are_those_of_the_samples_to_nine_digits(rows: list[Numbers]) -> None:
    written = sheet(START, rows)
    expected = lines(written.samples())
    found = lines([written])
    assert len(found) == len(expected) == count_of([written])
    for mine, theirs in zip(found, expected, strict=True):
        key, fields, time = mine.split(" ")
        assert (key, time) == (theirs.split(" ")[0], theirs.split(" ")[2])
        known = dict(item.split("=") for item in theirs.split(" ")[1].split(","))
        for name, text in (item.split("=") for item in fields.split(",")):
            if text.endswith("i"):
                assert text == known.pop(name)
            else:
                assert float(text) == pytest.approx(float(known.pop(name)), rel=5e-9)
        assert not known


def test_the_same_time_again_overwrites_and_a_late_sheet_is_not_the_newest(tmp_path: Path) -> None:
    over = heading(NAMES[:1])
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings()) as store, StoreReader(tmp_path / "s.sqlite") as reader:
        for at_ns, octets in ((START + NS, 1), (START + NS, 2), (START, 3)):
            store.write([sheet(at_ns, [(1, 0.0, octets)], over)])
        assert [sample.values[INTERFACE.in_octets] for sample in reader.latest(INTERFACE)] == [2]
        assert store._connection().execute("SELECT count(*) FROM sheet").fetchone() == (2,)


def test_a_series_has_one_newest_whatever_was_read_beside_it(tmp_path: Path) -> None:
    states = Heading((INTERFACE.oper_state,), tuple(port(0, name).series for name in FEWER))
    alone = port(0, "ge3").series
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings()) as store, StoreReader(tmp_path / "s.sqlite") as reader:
        store.write([sheet(START, [(1, 2.0, 3)] * 3)])
        store.write([Sheet(states, UnixNs(START + NS), [(2,)] * 2)])
        store.write([Sample(alone, UnixNs(START + 2 * NS), {INTERFACE.oper_state: 6})])
        found = one_each(reader.newest(INTERFACE, {INTERFACE.oper_state}))
        assert {sample.series.tag("if_name"): (sample.time_ns, sample.values) for sample in found} == {
            name: (START + late * NS, {INTERFACE.oper_state: state})
            for late, (name, state) in enumerate((("ge1", 1), ("ge2", 2), ("ge3", 6)))
        }


def test_a_write_that_fails_leaves_no_sheet_and_no_number(tmp_path: Path) -> None:
    over = heading(NAMES)
    rows: list[Numbers] = [(1, 0.0, 1)] * 3
    bad: dict[Field, Value] = {DEVICE.up: object()}  # type: ignore[dict-item]
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings()) as store, StoreReader(tmp_path / "s.sqlite") as reader:
        store.write([Sample(DEVICE.series(device="D"), UnixNs(START), {DEVICE.up: 1})])
        with pytest.raises(StoreError):
            store.write([sheet(START, rows, over), Sample(DEVICE.series(device="E"), UnixNs(START), bad)])
        assert reader.latest(INTERFACE) == []
        store.write([sheet(START + NS, rows, over)])
        assert len(reader.latest(INTERFACE)) == 3


def test_old_sheets_are_deleted_and_counted_by_readings(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "s.sqlite", StoreSettings(raw_h=1)) as store:
        store.write([sheet(START + minute * MINUTE, [(1, 0.0, minute)] * 3, heading(NAMES)) for minute in range(120)])
        assert store.retain(START + 2 * HOUR) == 60 * 3
        assert store.retain(START + 50 * HOUR) == 59 * 3, "one stays for the newest values"


def test_a_field_the_catalogue_gained_is_missing_in_old_sheets_and_one_it_lost_hides_them(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with SqliteStore(path, StoreSettings()) as store, StoreReader(path) as reader:
        store.write([sheet(START, [(1, 2.0, 3)])])
        assert store.roll_up(START + HOUR) > 0
        store._connection().execute("""UPDATE sheet_heading SET fields = '["oper_state", "in_bps", "gone"]'""")
        reader.close()
    with StoreReader(path) as reader:
        assert reader.latest(INTERFACE) == []


def make_version_1(path: Path) -> None:
    """A file as the first version left it: no sheets, a row for each port and poll."""
    with SqliteStore(path, StoreSettings(), sinks=("influxdb",)) as store:
        store.write([port(START, name, in_bps=1.0, in_octets=5) for name in NAMES])
    connection = sqlite3.connect(path)
    for table in ("sheet", "sheet_heading"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE meta SET value = '1' WHERE name = 'version'")
    connection.commit()
    connection.close()


def test_a_file_of_the_first_version_is_brought_up_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    make_version_1(path)
    with StoreReader(path) as early, pytest.raises(StoreError) as told:
        early.latest(INTERFACE)
    assert "layout" in told.value.cure
    with SqliteStore(path, StoreSettings(), sinks=("influxdb",)) as store, StoreReader(path) as reader:
        assert len(reader.latest(INTERFACE)) == 3
        store.write([sheet(START + MINUTE, [(1, 2.0, 6)] * 2, heading(NAMES[:2]))])
        newest = {sample.series.tag("if_name"): sample.values for sample in reader.latest(INTERFACE)}
        assert newest["ge1"] == {INTERFACE.oper_state: 1, INTERFACE.in_bps: 2.0, INTERFACE.in_octets: 6}
        assert newest["ge3"] == {INTERFACE.in_bps: 1.0, INTERFACE.in_octets: 5}
        read = reader.history(INTERFACE, {"if_name": "ge1"}, [INTERFACE.in_bps], start_ns=START, end_ns=START + HOUR)
        assert [(found.time_ns, found.values[INTERFACE.in_bps]) for found in read] == [
            (START, 1.0),
            (START + MINUTE, 2.0),
        ]
        assert reader.outbox(START)[0].points == 5
        assert store.roll_up(START + HOUR) == 2


@given(st.lists(row, min_size=1, max_size=5))
def test_packed_is_what_was_read(rows: list[Numbers]) -> None:
    body = sheets.pack(FIELDS, rows)
    found = list(sheets.unpack(FIELDS, body))
    assert [tuple(values.get(field) for field in FIELDS) for values in found] == rows
    assert found == [sheets.unpack_row(FIELDS, body, place) for place in range(len(rows))]
