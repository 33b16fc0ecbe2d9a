"""Line protocol against a real InfluxDB: what devices say on purpose or by mistake costs no other point its way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from real_influx import RealInflux
from store_samples import NS, START, port

from rainbow.kernel.errors import SinkRejected
from rainbow.kernel.metrics import EVENT, INTERFACE
from rainbow.kernel.samples import Sample, UnixNs
from store.line_protocol import line, lines
from store.settings import InfluxSettings
from store.sinks.influx import open_sink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.shipper import Sink

pytestmark = pytest.mark.real

HOSTILE = {
    "plain": "plain",
    "with space": "with space",
    "a,b=c": "a,b=c",
    "trailing\\": "trailing/",
    "trailing\\\\\\": "trailing/",
    "in\\side": "in\\side",
    "in\\,side": "in\\,side",
    "in\\ side\\=x": "in\\ side\\=x",
    "\\": "/",
    "nul\x00l": "nul l",
    "new\nline": "new line",
    "\r\ttabs\t": "tabs",
    "lone\ud800": "lone?",
    'quo"te': 'quo"te',
    "'": "'",
    "#comment": "#comment",
    "Größe 日本 🙂": "Größe 日本 🙂",
    "x" * 5000: "x" * 5000,
    "1i": "1i",
    "true": "true",
    "a\\nb": "a\\nb",
    "a\u2028\x85b": "a\u2028\x85b",
}
"""What a device says, and the tag InfluxDB gives back."""


@pytest.fixture(scope="module")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealInflux]:
    server = RealInflux(tmp_path_factory.mktemp("influx"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sink(influx: RealInflux, request: pytest.FixtureRequest) -> Sink:
    """A database of its own for each test; the sink makes it."""
    name = f"db {abs(hash(request.node.name))}"
    made = open_sink(InfluxSettings(url=influx.url, version=1, database=name), None)
    made.database = name  # type: ignore[attr-defined]
    return made


def event(name: str, at_ns: int) -> Sample:
    return Sample(EVENT.series(kind="k", object=name), UnixNs(at_ns), {EVENT.text: name, EVENT.severity: 1})


def sent(sink: Sink, samples: list[Sample]) -> None:
    sink.send("\n".join(lines(samples)).encode())


def test_hostile_names_in_one_batch_all_arrive(influx: RealInflux, sink: Sink) -> None:
    sent(sink, [event(name, START + number * NS) for number, name in enumerate(HOSTILE)])
    rows = influx.rows("SELECT time, object, text, severity FROM event", db=sink.database)  # type: ignore[attr-defined]
    assert [row[1] for row in rows] == list(HOSTILE.values())
    assert [row[0] for row in rows] == [START + number * NS for number in range(len(HOSTILE))]
    controls = dict.fromkeys((*range(32), 127), " ")
    fields = [name.translate(controls).encode("utf-8", "replace").decode() for name in HOSTILE]
    assert [row[2] for row in rows] == fields


def test_numbers_keep_their_kind_and_value(influx: RealInflux, sink: Sink) -> None:
    values = {
        "in_bps": 123456789.125,
        "out_bps": 1e-7,
        "in_pps": 1.5e300,
        "in_octets": 2**63 - 1,
        "out_octets": 2**64 - 1,  # beyond 63 bits it wraps, as a counter does
        "in_errors": 0,
        "oper_state": 7,
    }
    sent(sink, [port(START, **values)])
    columns = ", ".join(values)
    ((_time, *found),) = influx.rows(f"SELECT {columns} FROM interface", db=sink.database)  # type: ignore[attr-defined] # noqa: S608 - our own names
    assert found == [*list(values.values())[:4], -1, 0, 7]


def test_what_has_no_value_is_left_out_of_the_line_not_the_batch(influx: RealInflux, sink: Sink) -> None:
    samples = [
        port(START, in_bps=math.nan, out_bps=math.inf),
        port(START + NS, in_bps=math.nan, out_bps=1.0),
        port(START + 2 * NS, in_bps=2.0),
        port(START + 3 * NS),
    ]
    assert [line(sample) is None for sample in samples] == [True, False, False, True]
    sent(sink, samples)
    rows = influx.rows("SELECT in_bps, out_bps FROM interface", db=sink.database)  # type: ignore[attr-defined]
    assert [row[1:] for row in rows] == [[None, 1.0], [2.0, None]]


def test_tags_without_a_value_are_left_out(influx: RealInflux, sink: Sink) -> None:
    sent(sink, [Sample(INTERFACE.series(device="D", link="\x00 "), UnixNs(START), {INTERFACE.in_octets: 1})])
    assert influx.rows("SHOW SERIES", db=sink.database) == [["interface,device=D"]]  # type: ignore[attr-defined]


def test_sent_twice_is_there_once(influx: RealInflux, sink: Sink) -> None:
    for _turn in range(2):
        sent(sink, [port(START + number * NS, in_bps=1.0) for number in range(100)])
    assert influx.rows("SELECT count(in_bps) FROM interface", db=sink.database)[0][1] == 100  # type: ignore[attr-defined]


def test_a_conflict_is_refused_for_good_with_its_words_and_the_good_lines_are_there(
    influx: RealInflux, sink: Sink
) -> None:
    sent(sink, [port(START, in_octets=1)])
    good = lines([port(START + NS, in_octets=2)])
    bad = [text.replace("in_octets=2i", 'in_octets="two"') for text in good]
    with pytest.raises(SinkRejected, match="field type conflict"):
        sink.send("\n".join([*bad, *lines([port(START + 2 * NS, in_octets=3)])]).encode())
    rows = influx.rows("SELECT in_octets FROM interface", db=sink.database)  # type: ignore[attr-defined]
    assert [row[1] for row in rows] == [1, 3], "a 400 does not mean that nothing was stored"
