"""The doctor: what is well is said to be, each illness is found by its own question, and nothing is changed."""

from __future__ import annotations

import json
import resource
from typing import TYPE_CHECKING

import pytest
from conftest import free_port

from rainbow.backup.record import Made, Proved, note
from rainbow.city import clock
from rainbow.cli import main
from rainbow.kernel.errors import SinkRejected
from rainbow.kernel.metrics import COLLECTOR_ROUND, DEVICE
from rainbow.kernel.samples import Sample, UnixNs
from store.settings import StoreSettings
from store.shipper import Shipper
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[[Path], dict[str, str]]

HOUR_NS = 3_600_000_000_000
DAY_NS = 24 * HOUR_NS


@pytest.fixture
def well(three: Path) -> Path:
    """A city whose collector has just ended a round, with a tested backup and a page port nobody uses."""
    with (three / "city.toml").open("a", encoding="utf-8") as file:
        file.write(f"[page]\nport = {free_port()}\n")
    round_ended(three, clock())
    noted(three, clock())
    return three


def round_ended(city: Path, now_ns: int, up: int = 1) -> None:
    with SqliteStore(city / "state" / "rainbow.sqlite", StoreSettings()) as store:
        store.write([
            Sample(COLLECTOR_ROUND.series(collector="collector"), UnixNs(now_ns), {COLLECTOR_ROUND.devices: 1}),
            Sample(DEVICE.series(device="N1-SW"), UnixNs(now_ns), {DEVICE.up: up}),
        ])  # fmt: skip


def noted(city: Path, now_ns: int) -> None:
    note(city / "state", Made(at_ns=now_ns, seconds=1.0, file="b", bytes=1, files=1))
    note(city / "state", Proved(at_ns=now_ns, seconds=1.0, file="b", made_ns=now_ns, objects=1))


@pytest.fixture
def found(capsys: pytest.CaptureFixture[str]) -> Ask:
    """What the doctor says: codes with their messages, hints aside."""

    def ask(city: Path) -> dict[str, str]:
        capsys.readouterr()
        code = main(["doctor", str(city), "--format", "json"])
        said = [item for entry in json.loads(capsys.readouterr().out) for item in entry["findings"]]
        worst = {"error": 2, "warning": 1, "info": 0}
        assert code == max((worst[item["severity"]] for item in said), default=0)
        return {item["code"]: f"{item['message']} -> {item['cure']}" for item in said if item["severity"] != "info"}

    return ask


def test_a_city_that_is_well(well: Path, found: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in well.rglob("*") if path.is_file() and "-" not in path.suffix}
    assert found(well) == {}
    assert main(["doctor", str(well)]) == 0
    text = capsys.readouterr().out
    assert "ok  the store is sound" in text
    assert "RB-D013" in text  # a hint: nobody serves the page
    assert before == {path: path.read_bytes() for path in well.rglob("*") if path.is_file() and "-" not in path.suffix}


def test_no_city_and_a_city_that_never_ran(three: Path, found: Ask) -> None:
    assert "no city.toml" in found(three / "nowhere")["RB-D002"]
    assert set(found(three)) == {"RB-D006", "RB-D014"}


def test_a_damaged_store_and_one_of_nobody(well: Path, found: Ask) -> None:
    file = well / "state" / "rainbow.sqlite"
    data = bytearray(file.read_bytes())
    data[4096 : len(data)] = b"\xaa" * (len(data) - 4096)
    file.write_bytes(data)
    assert "damaged" in found(well)["RB-D007"]
    file.write_bytes(b"no database" * 500)
    assert "damaged" in found(well)["RB-D007"]


def test_a_collector_that_stands_still_or_runs_without_a_round(three: Path, found: Ask) -> None:
    old = clock() - HOUR_NS
    round_ended(three, old)
    noted(three, clock())
    assert "rainbow collect run" in found(three)["RB-D009"]
    with SqliteStore(three / "state" / "rainbow.sqlite", StoreSettings()):
        assert "read its log" in found(three)["RB-D009"]


def test_a_clock_that_was_set_back(well: Path, found: Ask) -> None:
    round_ended(well, clock() + HOUR_NS)
    assert "future" in found(well)["RB-D008"]


def test_silent_devices(well: Path, found: Ask) -> None:
    round_ended(well, clock(), up=0)
    assert "1 device does not answer" in found(well)["RB-D010"]


class Server:
    name = "influxdb"

    def send(self, payload: bytes) -> None:
        raise SinkRejected(f"{len(payload)} bytes are no points")


def test_deliveries_that_do_not_arrive(well: Path, found: Ask) -> None:
    with (well / "city.toml").open("a", encoding="utf-8") as file:
        file.write(f'[influx]\nurl = "http://127.0.0.1:{free_port()}"\nversion = 1\n')
    file = well / "state" / "rainbow.sqlite"
    with SqliteStore(file, StoreSettings(), sinks=["influxdb"]) as store:
        store.write([Sample(DEVICE.series(device="x"), UnixNs(clock() - 2 * HOUR_NS), {DEVICE.up: 1})])
        said = found(well)
        assert "waited for 2.0 h" in said["RB-D011"]
        assert "does not answer" in said["RB-D012"]
        store.refused("influxdb", "401 no such token")
        assert "401 no such token" in found(well)["RB-D011"]
        Shipper(store, Server(), clock=clock).drain()
        assert "refused for good" in found(well)["RB-D011"]


def test_an_authority_of_influxdb_that_is_no_certificate(well: Path, found: Ask) -> None:
    (well / "ca.pem").write_text("no certificate", encoding="ascii")
    with (well / "city.toml").open("a", encoding="utf-8") as file:
        file.write('[influx]\nurl = "https://influx.example"\nversion = 1\nca_file = "ca.pem"\n')
    said = found(well)
    assert f"{well / 'ca.pem'} is no certificate that can be read" in said["RB-D012"]
    assert "RB-S012" not in said


def test_old_backups(three: Path, found: Ask) -> None:
    round_ended(three, clock())
    noted(three, clock() - 100 * DAY_NS)
    assert "100 days" in found(three)["RB-D014"]


def test_a_secret_for_everybody(well: Path, found: Ask) -> None:
    secret = well / "community.txt"
    secret.write_text("s3cret", encoding="ascii")
    secret.chmod(0o644)
    toml = well / "city.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("community_env", 'community_file = "community.txt"\ncommunity_env'),
        encoding="utf-8",
    )
    assert "chmod 600" in found(well)["RB-D003"]
    secret.chmod(0o600)
    assert found(well) == {}


def test_too_few_open_files(well: Path, found: Ask) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))
    try:
        assert "256 open files" in found(well)["RB-D004"]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_missing_settings_and_plant_mistakes_are_told_whole(well: Path, found: Ask) -> None:
    with (well / "city.toml").open("a", encoding="utf-8") as file:
        file.write("[colect]\nx = 1\n")
    assert "did you mean collect" in found(well)["RB-S001"]


def test_a_collector_that_does_not_answer(well: Path, found: Ask) -> None:
    with SqliteStore(well / "state" / "rainbow.sqlite", StoreSettings()):
        assert "no collector answers" in found(well)["RB-D015"]


def test_a_store_that_was_put_aside(well: Path, found: Ask) -> None:
    (well / "state" / "rainbow.sqlite.damaged-1").write_bytes(b"")
    (well / "state" / "rainbow.sqlite.damaged-1-wal").write_bytes(b"")
    assert "put aside" in found(well)["RB-D016"]


def test_incidents_that_were_put_aside(well: Path, found: Ask) -> None:
    (well / "state" / "incidents.sqlite.damaged-1").write_bytes(b"")
    assert "put aside" in found(well)["RB-D016"]
