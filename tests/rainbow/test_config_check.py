from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from rainbow.city import open_city
from rainbow.city_check import check, disk_shares, expected_series
from rainbow.cli import main
from rainbow.kernel.metrics import CATALOGUE, INTERFACE, LINK, Kind
from rainbow.kernel.samples import Heading, Sample, Sheet, UnixNs, named
from store.disk import budget, line_bytes, row_bytes, waiting
from store.reader import StoreReader
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rainbow.kernel.metrics import Field, Metric

PLENTY = 10**15
MINUTE_NS = 60 * 10**9


def codes(city: Path, *, free: int = PLENTY) -> dict[str, str]:
    return {finding.code: f"{finding.record}: {finding.message}" for finding in check(open_city(city), free=free)}


def add(city: Path, text: str) -> Path:
    file = city / "city.toml"
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    return city


def test_a_sound_city_has_no_findings(three: Path) -> None:
    assert codes(three) == {}


def test_a_profile_that_is_missing_or_not_used_is_named(three: Path) -> None:
    file = three / "city.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[snmp.default]", "[snmp.other]"), encoding="utf-8")
    found = codes(three)
    assert found["RB-S002"].startswith("snmp.default: 3 devices name this profile, ")
    assert found["RB-S003"] == "snmp.other: no device uses this profile"


def test_a_secret_that_cannot_be_read_is_named(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_COMMUNITY")
    assert "TEST_COMMUNITY" in codes(three)["RB-S004"]


def test_the_sinks_token_is_looked_for(three: Path) -> None:
    add(three, '[influx]\nurl = "http://127.0.0.1:8086"\ntoken_file = "state/token"\n')
    assert codes(three)["RB-S004"].startswith("influx.token: ")
    (three / "state").mkdir(exist_ok=True)
    (three / "state" / "token").write_text("t0ken", encoding="utf-8")
    assert codes(three) == {}


def test_an_authority_that_cannot_be_read_is_named(three: Path) -> None:
    add(three, '[influx]\nurl = "https://influx.example"\nversion = 1\nca_file = "tls/ca.pem"\n')
    assert codes(three)["RB-S012"].startswith(f"influx.ca_file: {three / 'tls' / 'ca.pem'} cannot be read: ")
    (three / "tls").mkdir()
    (three / "tls" / "ca.pem").write_text("", encoding="ascii")
    assert codes(three) == {}


def test_a_deadline_longer_than_the_interval_is_named(three: Path) -> None:
    assert "RB-S005" in codes(add(three, "[collect]\ninterval_s = 10\n"))


@pytest.mark.parametrize(("url", "found"), [("http://influx.example:8086", True), ("https://influx.example", False)])
def test_a_token_on_the_open_wire_is_named(three: Path, url: str, found: bool) -> None:  # noqa: FBT001
    (three / "token").write_text("t", encoding="utf-8")
    assert ("RB-S006" in codes(add(three, f'[influx]\nurl = "{url}"\ntoken_file = "token"\n'))) is found


def test_a_disk_that_is_too_small_is_named(three: Path) -> None:
    needed = sum(share.size_bytes for share in disk_shares(open_city(three)))
    assert "RB-S007" in codes(three, free=needed - 1)
    assert "RB-S007" not in codes(three, free=needed)


def test_series_follow_the_plant(three: Path) -> None:
    plant = open_city(three).plant
    series = expected_series(plant)
    assert series[INTERFACE] == len(plant.interfaces) == 4
    assert series[LINK] == 2


def test_the_command_says_budget_and_findings(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "check", str(three)]) == 0
    said = capsys.readouterr().out
    assert "three: 3 devices, 4 ports, 2 links, asked every 60 s" in said
    assert main(["config", "check", "--format", "json", str(three)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["disk"]["raw"]["kept_s"] == 48 * 3600
    assert main(["config", "check", str(add(three, "[collect]\ninterval_s = 10\n"))]) == 1
    assert "RB-S005" in capsys.readouterr().out


def test_settings_are_shown_without_secrets(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", str(three)]) == 0
    said = capsys.readouterr().out
    assert "s3cret" not in said
    assert json.loads(said)["snmp"]["default"]["community"] == "*** (environment TEST_COMMUNITY, file -)"


def test_budget_grows_with_series_and_time() -> None:
    raw, minutes, hours = budget({INTERFACE: 1000}, StoreSettings(raw_h=24, five_minutes_days=1), interval_s=60)
    assert (raw.rows, minutes.rows, hours.rows) == (1_440_000, 288_000, 3 * 365 * 24 * 1000)
    assert raw.size_bytes == pytest.approx(1_440_000 * row_bytes(INTERFACE, "raw"), rel=1e-6)


@pytest.mark.parametrize("metric", [metric for metric in CATALOGUE if len(metric.fields) > 4], ids=lambda m: m.name)
def test_the_model_is_near_a_real_file(tmp_path: Path, metric: Metric) -> None:
    rng = random.Random(2021)
    value: dict[Kind, Callable[[], float | str]] = {
        Kind.INT: lambda: rng.randrange(1 << 44),
        Kind.FLOAT: lambda: rng.random() * 1e8,
        Kind.STATE: lambda: rng.randrange(2),
        Kind.TEXT: lambda: f"switch-{rng.randrange(10_000):04d}",
    }
    series = [metric.series(**{metric.tags[-1]: f"x{number}"}) for number in range(100)]
    heading = Heading(metric.fields, tuple(series))
    file = tmp_path / "store.sqlite"
    with SqliteStore(tmp_path / "empty.sqlite", StoreSettings()):
        pass
    empty = (tmp_path / "empty.sqlite").stat().st_size
    with SqliteStore(file, StoreSettings()) as store:
        for minute in range(60):
            time_ns = UnixNs(1_764_000_000_000_000_000 + minute * MINUTE_NS)
            rows = [[value[item.kind]() for item in metric.fields] for _one in series]
            if metric is INTERFACE:
                store.write([Sheet(heading, time_ns, [tuple(row) for row in rows])])  # type: ignore[misc] # it has no texts
            else:
                store.write(
                    [Sample(one, time_ns, named(metric.fields, row)) for one, row in zip(series, rows, strict=True)]
                )
    real = (file.stat().st_size - empty) / (60 * len(series))
    assert row_bytes(metric, "raw") == pytest.approx(real, rel=0.2)


@pytest.mark.parametrize("ports", [3, 10, 48])
def test_what_waits_for_influxdb_is_foretold(tmp_path: Path, ports: int) -> None:
    """Ports that carry traffic: errors are rare, counters have seen years."""
    rng = random.Random(2021)
    headings = [
        Heading(INTERFACE.fields, tuple(INTERFACE.series(device=f"SW-{n}", if_name=f"ge{m}") for m in range(ports)))
        for n in range(480 // ports)
    ]
    still = {field for field in INTERFACE.fields if {"errors", "discards", "speed"} & set(field.name.split("_"))}

    def value(field: Field) -> int | float | None:
        if field.kind is Kind.STATE or field in still:
            return int(field.kind is Kind.STATE)
        return rng.random() * 1e8 if field.kind is Kind.FLOAT else rng.randrange(1 << 40)

    with SqliteStore(tmp_path / "store.sqlite", StoreSettings(), sinks=("s",)) as store:
        for minute in range(5):
            time_ns = UnixNs(1_764_000_000_000_000_000 + minute * MINUTE_NS)
            store.write(
                [
                    Sheet(heading, time_ns, [tuple(map(value, INTERFACE.fields)) for _port in range(ports)])
                    for heading in headings
                ]
            )
    with StoreReader(tmp_path / "store.sqlite") as reader:
        (state,) = reader.outbox(0)
    assert line_bytes(INTERFACE) == pytest.approx(state.bytes / state.points, rel=0.1)
    foretold = waiting({INTERFACE: 48}, StoreSettings(outbox_max_mb=1), interval_s=60)
    assert foretold.kept_s == pytest.approx(1e6 / line_bytes(INTERFACE) / 48 * 60)
    assert foretold.size_bytes == 1_000_000


def test_an_outbox_that_does_not_bridge_a_day_is_named(three: Path) -> None:
    add(three, '[influx]\nurl = "http://127.0.0.1:1"\nversion = 1\n[store]\noutbox_max_mb = 0.1\n')
    assert codes(three)["RB-S008"].startswith("store.outbox_max_mb: when InfluxDB is away for more than ")
