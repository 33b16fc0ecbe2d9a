"""From a city's settings to Grafana: ``rainbow dashboards push CITY``, and what a running collector does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_grafana import FakeGrafana

from rainbow.cli import main
from rainbow.kernel.errors import GrafanaAway, GrafanaRefused
from rainbow.provisioning import Keeper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "influx-read-token-of-a-test"  # noqa: S105 - of a server that does not exist
BOARD_FILE = "grafana/dashboards/rainbow-port.json"


@pytest.fixture
def fake() -> Iterator[FakeGrafana]:
    server = FakeGrafana()
    yield server
    server.stop()


@pytest.fixture
def city(tmp_path: Path, fake: FakeGrafana) -> Path:
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "city.toml").write_text(
        f'[city]\nname = "town"\nlanguage = "de"\n[influx]\nurl = "http://127.0.0.1:8086"\ntoken_env = "UNUSED"\n'
        f'[dashboards]\ngrafana_url = "{fake.url}"\ntoken_file = "grafana_token"\n'
        'influx_read_env = "TEST_INFLUX_READ"\n'
        '[dashboards.contact.desk]\nto = "https://desk.example/hook"\n'
        '[dashboards.mute.night]\nstart = "22:00"\nend = "06:00"\n',
        encoding="utf-8",
    )
    (folder / "grafana_token").write_text(f"{fake.token}\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def influx_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_INFLUX_READ", SECRET)


def test_a_city_is_pushed_in_its_language_once(
    city: Path, fake: FakeGrafana, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dashboards", "push", str(city), "--dry-run"]) == 1
    assert fake.writes == []
    assert main(["dashboards", "push", str(city)]) == 0
    written = len(fake.writes)
    assert written > 10
    assert "Netz" in fake.boards["rainbow-network"]["dashboard"]["title"]
    assert fake.secrets["rainbow-influxdb"] == {"httpHeaderValue1": f"Token {SECRET}"}
    capsys.readouterr()
    assert main(["dashboards", "push", str(city)]) == 0
    assert len(fake.writes) == written
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].startswith("0 ")
    assert main(["dashboards", "push", str(city), "--dry-run"]) == 0
    assert SECRET not in said.out + said.err


def test_a_revoked_token_is_said_in_plain_words(
    city: Path, fake: FakeGrafana, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.token = "glsa_other"  # noqa: S105 - of a server that lives for one test
    assert main(["dashboards", "push", str(city)]) == 2
    said = capsys.readouterr().err
    assert fake.url in said
    assert "token_file" in said
    assert "glsa_" not in said
    assert fake.writes == []


def test_a_city_without_a_grafana_is_told_what_to_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "city.toml").write_text('[city]\nname = "town"\n', encoding="utf-8")
    assert main(["dashboards", "push", str(folder)]) == 2
    assert "grafana_url" in capsys.readouterr().err


def files_of(city: Path) -> dict[str, int]:
    state = city / "state"
    return {str(path.relative_to(state)): path.stat().st_mtime_ns for path in state.rglob("*") if path.is_file()}


def change(city: Path, old: str, new: str) -> None:
    settings = (city / "city.toml").read_text(encoding="utf-8")
    assert old in settings
    (city / "city.toml").write_text(settings.replace(old, new), encoding="utf-8")


def test_a_running_collector_keeps_files_and_grafana_up_to_date(city: Path, fake: FakeGrafana) -> None:
    keeper = Keeper(city)
    keeper()
    files, written, reads = files_of(city), list(fake.writes), fake.reads
    assert len(files) == 3 + len(fake.boards) + 1
    keeper()
    assert (fake.reads, files_of(city)) == (reads, files), "nothing changed, so nothing is asked"
    change(city, "[dashboards]\n", '[dashboards]\npage_url = "https://map.example"\n')
    keeper()
    assert set(fake.writes[len(written) :]) == {"POST /api/dashboards/db", fake.writes[-1]}
    assert "rule-groups" in fake.writes[-1]
    assert {name for name, when in files_of(city).items() if when != files.get(name)} >= {BOARD_FILE}
    (city / "plant").mkdir()
    (city / "plant" / "devices.csv").write_text("id\n", encoding="utf-8")
    before, last = len(fake.writes), files_of(city)
    keeper()
    assert fake.reads > reads
    assert (len(fake.writes), files_of(city)) == (before, last), "a change of the plant that no file shows"


@pytest.mark.parametrize("settings", ["[dashboards]\nkeep_files = false\n", "[page]\n"])
def test_no_files_where_nobody_wants_them_or_nothing_could_be_asked(tmp_path: Path, settings: str) -> None:
    influx = "" if "page" in settings else '[influx]\nurl = "http://127.0.0.1:8086"\ntoken_env = "UNUSED"\n'
    (tmp_path / "city.toml").write_text(f'[city]\nname = "town"\n{influx}{settings}', encoding="utf-8")
    Keeper(tmp_path)()
    assert not (tmp_path / "state").exists()


def test_what_failed_is_done_the_next_time(city: Path, fake: FakeGrafana) -> None:
    waits: list[float] = []
    keeper = Keeper(city, pause=waits.append)
    fake.before_read = lambda _server: (503, {"message": "starting"})
    with pytest.raises(GrafanaAway):
        keeper()
    assert len(waits) == 3
    fake.before_read = lambda _server: None
    fake.token = "glsa_other"  # noqa: S105 - of a server that lives for one test
    with pytest.raises(GrafanaRefused):
        keeper()
    (city / "grafana_token").write_text(fake.token, encoding="utf-8")
    keeper()
    assert fake.boards
