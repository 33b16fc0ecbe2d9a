"""The time series database of a city as something to read from, and the proof that it is one."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from rainbow.city import City, clock, secret
from store.series import Archive, prove
from store.sinks.influx import open_sink

if TYPE_CHECKING:
    from rainbow.kernel.secret import Secret
    from store.series import SeriesReader
    from store.settings import InfluxSettings

_MS_NS = 1_000_000


def archive(city: City) -> Archive | None:
    """What the page asks for courses from before the store's; None where the city feeds no database.

    Raises:
        SettingsError: a secret is missing.
    """
    influx = city.settings.influx
    if influx is None:
        return None
    return Archive(reader=_reader(influx, _known(city, influx)), clock_s=time.monotonic)


def prove_archive(city: City, influx: InfluxSettings) -> None:
    """Write a point into the city's database and read it back.

    Raises:
        SettingsError: a secret is missing.
        SinkError: it is away, refuses us, or is not what the settings take it for.
    """
    known = _known(city, influx)
    now_ns = clock() // _MS_NS * _MS_NS
    prove(open_sink(influx, known), _reader(influx, known), mark=secrets.token_hex(4), now_ns=now_ns, sleep=time.sleep)


def _known(city: City, influx: InfluxSettings) -> Secret | None:
    ref = influx.password if influx.version == 1 else influx.token
    return secret(city, ref, what="influx") if ref else None


def _reader(influx: InfluxSettings, known: Secret | None) -> SeriesReader:
    if influx.reads == "metricsql":
        from store.sinks.metricsql import MetricsQlReader  # noqa: PLC0415 - only where it is spoken

        return MetricsQlReader(influx, known)
    from store.sinks.influxql import InfluxQlReader  # noqa: PLC0415 - same

    return InfluxQlReader(influx, known)
