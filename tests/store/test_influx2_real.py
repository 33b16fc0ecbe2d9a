"""The sink for InfluxDB 2.x against a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from real_influx2 import BUCKET, ORG, RealInflux2

from rainbow.kernel.errors import SinkBusy, SinkRefused, SinkRejected
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.secret import Secret
from store.line_protocol import lines
from store.settings import InfluxSettings
from store.sinks.influx import open_sink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.shipper import Sink

pytestmark = pytest.mark.real
NOW = UnixNs(1_790_000_000_000_000_000)
HOSTILE = ["plain", "two\nlines", "comma, space=equal", 'quote"back\\', "Größe\x00", "\ud800lone"]


@pytest.fixture(scope="module")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealInflux2]:
    server = RealInflux2(tmp_path_factory.mktemp("v2"))
    server.start()
    yield server
    server.stop()


def _sink(server: RealInflux2, token: str = "", bucket: str = BUCKET) -> Sink:
    return open_sink(InfluxSettings(url=server.url, version=2, database=bucket, org=ORG), Secret(token or server.token))


def test_points_arrive_and_a_second_delivery_changes_nothing(influx: RealInflux2) -> None:
    samples = [
        Sample(
            INTERFACE.series(device=f"SW-{number}", if_name=name),
            NOW,
            {INTERFACE.in_bps: float(number), INTERFACE.oper_state: 1, INTERFACE.in_octets: (1 << 64) - 1 - number},
        )
        for number, name in enumerate(HOSTILE)
    ]
    payload = "\n".join(lines(samples)).encode()
    for _delivery in range(2):
        _sink(influx).send(payload)
    rows = influx.rows(f'SELECT "{INTERFACE.in_bps.name}" FROM "{INTERFACE.name}" GROUP BY *')  # noqa: S608 - names of the catalogue
    assert sorted(row[1] for row in rows) == [float(number) for number in range(len(HOSTILE))]


def test_what_the_server_says_is_told_apart(influx: RealInflux2, tmp_path: Path) -> None:
    good = b"m,a=b v=1i 1790000000000000000"
    with pytest.raises(SinkRefused, match="401"):
        _sink(influx, token=influx.token[::-1]).send(good)
    with pytest.raises(SinkRefused, match="404"):
        _sink(influx, bucket="no-such-bucket").send(good)
    with pytest.raises(SinkRejected, match="400"):
        _sink(influx).send(b"this is no line protocol at all,,, = ")
    away = RealInflux2(tmp_path)
    with pytest.raises(SinkBusy):
        _sink(away).send(good)
