"""The embedded store: what was written is read, newest and history, by others while it is written."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import HOUR, MINUTE, NS, START, many, poll, port

from rainbow.kernel.errors import StoreError
from rainbow.kernel.metrics import CATALOGUE, DEVICE, EVENT, INTERFACE, Kind
from rainbow.kernel.samples import Sample, UnixNs
from store import schema
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

SETTINGS = StoreSettings()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "state" / "s.sqlite", SETTINGS) as opened:
        yield opened


@pytest.fixture
def reader(store: SqliteStore, tmp_path: Path) -> Iterator[StoreReader]:
    del store
    with StoreReader(tmp_path / "state" / "s.sqlite") as opened:
        yield opened


def raw(store: SqliteStore) -> int:
    return int(store._connection().execute("SELECT count(*) FROM raw_device").fetchone()[0])


def test_newest_sample_of_each_series(store: SqliteStore, reader: StoreReader) -> None:
    store.write([poll(START, "A"), poll(START, "B"), poll(START + NS, "A", 0.7)])
    found = reader.latest(DEVICE)
    assert [(sample.series.tag("device"), sample.time_ns) for sample in found] == [("A", START + NS), ("B", START)]
    assert found[0].values == {DEVICE.up: 1, DEVICE.poll_s: 0.7}
    assert [sample.series.tag("device") for sample in reader.latest(DEVICE, device="B")] == ["B"]
    assert reader.latest(DEVICE, device="C") == []
    assert reader.latest(INTERFACE) == []


@pytest.mark.parametrize("name", ["plain", 'with "quotes"', "back\\slash", "Grüße", "%_*"])
def test_the_newest_of_one_series_is_found_by_any_name(store: SqliteStore, reader: StoreReader, name: str) -> None:
    others = ["other", f"{name} and more", f"x{name}"]
    store.write([poll(START, device) for device in (*others, name)])
    for _turn in ("nothing known yet", "all known"):
        assert [sample.series.tag("device") for sample in reader.latest(DEVICE, device=name)] == [name]
        assert reader.latest(DEVICE, device=name, site="elsewhere") == []
        assert len(reader.latest(DEVICE)) == len(others) + 1


def test_a_late_reading_does_not_become_the_newest(store: SqliteStore, reader: StoreReader) -> None:
    store.write([poll(START + NS, poll_s=0.7)])
    store.write([poll(START, poll_s=0.1)])
    assert reader.latest(DEVICE)[0].values[DEVICE.poll_s] == 0.7
    assert raw(store) == 2


def test_the_same_time_again_overwrites(store: SqliteStore, reader: StoreReader) -> None:
    store.write([poll(START, poll_s=0.1)])
    store.write([poll(START, poll_s=0.2)])
    assert raw(store) == 1
    assert reader.latest(DEVICE)[0].values[DEVICE.poll_s] == 0.2


VALUES = {
    Kind.INT: st.integers(-(2**63), 2**63 - 1),
    Kind.STATE: st.integers(-1, 7),
    Kind.FLOAT: st.floats(allow_nan=False),
    Kind.TEXT: st.text(st.characters(exclude_categories=["Cs"])),
}


@st.composite
def any_sample(draw: st.DrawFn) -> Sample:
    metric = draw(st.sampled_from(CATALOGUE))
    values: dict[Field, Value] = {}
    for item in draw(st.lists(st.sampled_from(metric.fields), unique=True)):
        values[item] = draw(VALUES[item.kind])
    tags = {name: draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=8)) for name in metric.tags}
    return Sample(metric.series(**tags), UnixNs(draw(st.integers(0, 2**62))), values)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(any_sample(), max_size=12))
def test_whatever_the_catalogue_allows_comes_back_as_it_was(
    store: SqliteStore, reader: StoreReader, samples: list[Sample]
) -> None:
    for metric in CATALOGUE:
        store._connection().execute(f'DELETE FROM "latest_{metric.name}"')  # noqa: S608 - a table of ours
    store.write(samples)
    expected: dict[object, Sample] = {}
    for sample in samples:
        if sample.series not in expected or sample.time_ns >= expected[sample.series].time_ns:
            expected[sample.series] = sample
    found = {sample.series: sample for metric in CATALOGUE for sample in reader.latest(metric)}
    assert found == expected


def test_hostile_texts_do_not_poison_a_batch(store: SqliteStore, reader: StoreReader) -> None:
    names = ["nul\x00l", "\ud800", 'q"uote', "'; DROP TABLE series; --", "trail\\", "n\new"]
    store.write([Sample(EVENT.series(kind="k", object=name), UnixNs(START), {EVENT.text: name}) for name in names])
    assert len(reader.latest(EVENT)) == len(names)


def test_counters_beyond_63_bits_do_not_poison_a_batch(store: SqliteStore, reader: StoreReader) -> None:
    store.write([port(START, in_octets=2**64 - 1)])
    assert reader.latest(INTERFACE)[0].values == {INTERFACE.in_octets: -1}


def test_a_write_is_all_or_nothing(store: SqliteStore, reader: StoreReader) -> None:
    class Broken:
        pass

    bad = Sample(poll(START, "new").series, UnixNs(START), {DEVICE.up: Broken()})  # type: ignore[dict-item]
    with pytest.raises(StoreError):
        store.write([poll(START, "A"), bad])
    assert reader.latest(DEVICE) == []
    store.write([poll(START, "A"), poll(START, "new")])
    assert len(reader.latest(DEVICE)) == 2, "what was remembered of the failed write is forgotten"


def test_a_second_writer_is_refused_in_clear_words_and_gets_in_later(store: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "state" / "s.sqlite"
    with pytest.raises(StoreError, match="another process") as told:
        SqliteStore(path, SETTINGS).open()
    assert "collector" in told.value.cure
    code = (
        "import sys; from pathlib import Path; from store.sqlite_store import SqliteStore;"
        "from store.settings import StoreSettings; SqliteStore(Path(sys.argv[1]), StoreSettings()).open()"
    )
    other = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "another process" in other.stderr
    store.close()
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    store.open()


def test_a_closed_store_says_so(store: SqliteStore) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.write([poll(START)])


def test_no_store_yet(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as told:
        StoreReader(tmp_path / "none.sqlite").latest(DEVICE)
    assert "collector" in told.value.cure
    assert not (tmp_path / "none.sqlite").exists()


def test_a_newer_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with SqliteStore(path, SETTINGS) as store:
        store._connection().execute("UPDATE meta SET value = ?", (str(schema.VERSION + 1),))
    with pytest.raises(StoreError, match="newer version"):
        SqliteStore(path, SETTINGS).open()


def test_a_catalogue_that_gained_a_field_finds_its_column_in_old_files(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with SqliteStore(path, SETTINGS) as store:
        store.write([poll(START)])
        for table in ("raw_device", "latest_device"):
            store._connection().execute(f"ALTER TABLE {table} DROP COLUMN retries")
    with SqliteStore(path, SETTINGS) as store, StoreReader(path) as reader:
        store.write([Sample(poll(START + NS).series, UnixNs(START + NS), {DEVICE.up: 1, DEVICE.retries: 3})])
        assert reader.latest(DEVICE)[0].values == {DEVICE.up: 1, DEVICE.retries: 3}


def test_readers_see_whole_writes_while_writing_goes_on(store: SqliteStore, reader: StoreReader) -> None:
    for turn in range(20):
        store.write([poll(START + turn * NS, device) for device in "ABC"])
        assert {sample.time_ns for sample in reader.latest(DEVICE)} == {START + turn * NS}


def history(reader: StoreReader, span_ns: int, **more: int) -> list[tuple[int, dict[str, object]]]:
    rows = reader.history(
        INTERFACE,
        {"device": "D", "if_name": "ge1"},
        [INTERFACE.in_bps, INTERFACE.oper_state],
        start_ns=START,
        end_ns=START + span_ns,
        **more,
    )
    return [(row.time_ns, {item.name: value for item, value in row.values.items()}) for row in rows]


def test_the_log_of_a_great_write_does_not_stay_on_the_disk(store: SqliteStore, tmp_path: Path) -> None:
    log = tmp_path / "state" / "s.sqlite-wal"
    connection = store._connection()
    connection.execute("CREATE TABLE great (payload BLOB)")
    connection.execute("INSERT INTO great VALUES (zeroblob(?))", (schema.MOST_WAL_BYTES + (8 << 20),))
    assert log.stat().st_size > schema.MOST_WAL_BYTES
    store.write([poll(START, "A")])
    assert log.stat().st_size <= schema.MOST_WAL_BYTES


def test_history_is_what_was_read(store: SqliteStore, reader: StoreReader) -> None:
    store.write([port(START, in_bps=1.0, oper_state=1), port(START + MINUTE, oper_state=2), port(START, "ge2")])
    assert history(reader, HOUR) == [
        (START, {"in_bps": 1.0, "oper_state": 1}),
        (START + MINUTE, {"oper_state": 2}),
    ]
    assert history(reader, MINUTE) == [(START, {"in_bps": 1.0, "oper_state": 1})], "the end is not part of it"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    readings=st.dictionaries(
        st.integers(0, 3599), st.tuples(st.none() | st.floats(0, 1e9), st.none() | st.integers(1, 7)), max_size=80
    ),
    max_points=st.integers(1, 30),
)
def test_thinned_history_has_means_and_last_states(
    store: SqliteStore,
    reader: StoreReader,
    readings: dict[int, tuple[float | None, int | None]],
    max_points: int,
) -> None:
    store._connection().execute("DELETE FROM raw_interface")
    store.write(
        [
            port(START + second * NS, **{n: v for n, v in (("in_bps", bps), ("oper_state", oper)) if v is not None})
            for second, (bps, oper) in readings.items()
        ]
    )
    width = -(-HOUR // max_points)
    expected: dict[int, list[int]] = {}
    for second in sorted(readings):
        expected.setdefault(second * NS // width, []).append(second)
    found = history(reader, HOUR, max_points=max_points)
    assert len(found) <= max_points
    assert [time_ns for time_ns, _values in found] == [START + seconds[0] * NS for seconds in expected.values()]
    for (_time, values), seconds in zip(found, expected.values(), strict=True):
        rates = [bps for second in seconds if (bps := readings[second][0]) is not None]
        states = [oper for second in seconds if (oper := readings[second][1]) is not None]
        assert values.get("in_bps") == (pytest.approx(sum(rates) / len(rates)) if rates else None)
        assert values.get("oper_state") == (states[-1] if states else None)


def test_long_history_comes_from_means(store: SqliteStore, reader: StoreReader) -> None:
    day = 24 * HOUR
    store.write([port(START + minute * MINUTE, in_bps=float(minute)) for minute in range(60)])
    store.roll_up(START + 2 * HOUR)
    five = [values["in_bps"] for _time, values in history(reader, day)]
    assert five == [sum(range(first, first + 5)) / 5 for first in range(0, 60, 5)]
    assert [values["in_bps"] for _time, values in history(reader, 40 * day)] == [29.5]


def test_a_whole_round_of_a_large_city_is_one_write(store: SqliteStore) -> None:
    samples = many(5000)
    store.write(samples)
    assert raw(store) == 5000
