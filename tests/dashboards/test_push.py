"""``rainbow dashboards push``: a Grafana is brought up to date once, and then left alone.

Runs against a strict fake of Grafana's published API. With RAINBOW_TEST_GRAFANA_URL and RAINBOW_TEST_GRAFANA_TOKEN the
tests marked so run against that Grafana as well; it has to be one that may be written to.
"""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from fake_grafana import Answer, FakeGrafana

from dashboards.grafana import Grafana
from dashboards.push import PAUSES_S, Pushed, plan, push
from dashboards.settings import ContactSettings, DashboardSettings, MuteSettings
from dashboards.surroundings import Surroundings
from dashboards.wanted import Wanted, wanted
from rainbow.kernel.errors import GrafanaAway, GrafanaRefused
from rainbow.kernel.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "influx-read-token-of-a-test"  # noqa: S105 - of a server that does not exist
TOLD = DashboardSettings(
    contact={
        "duty": ContactSettings(to="duty@city.example", kind="email", severities=("critical",)),
        "desk": ContactSettings(to="https://desk.example/hook"),
    },
    mute={"night": MuteSettings(start="22:00", end="06:00", weekdays=("monday", "sunday"))},
)
AROUND = {
    "alerted": Surroundings(settings=TOLD),
    "plain": Surroundings(),
    "renamed": Surroundings(settings=DashboardSettings(folder="Netz")),
}


@cache
def made(around: str = "alerted", language: str = "en") -> Wanted:
    return wanted(AROUND[around], language, Secret(SECRET))


@pytest.fixture
def fake() -> Iterator[FakeGrafana]:
    server = FakeGrafana()
    yield server
    server.stop()


@pytest.fixture(params=["fake", "real"])
def target(request: pytest.FixtureRequest) -> Grafana:
    """The fake, and the real one where the environment names it."""
    if request.param == "fake":
        server: FakeGrafana = request.getfixturevalue("fake")
        return client(server)
    url, token = (os.environ.get(f"RAINBOW_TEST_GRAFANA_{name}") for name in ("URL", "TOKEN"))
    if not url or not token:
        pytest.skip("NOT TESTED: RAINBOW_TEST_GRAFANA_URL and _TOKEN name no Grafana")
    return Grafana(url, Secret(token))


def client(fake: FakeGrafana, token: str = "") -> Grafana:
    return Grafana(fake.url, Secret(token or fake.token), timeout_s=5.0)


class Pauses:
    """Stands for sleeping: what was waited, and something to happen meanwhile."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


def pushed(target: Grafana, what: Wanted, *, renew_secret: bool = False) -> Pushed:
    waits = Pauses()
    done = push(target, what, pause=waits, renew_secret=renew_secret)
    assert waits.waited == []
    return done


def test_a_second_push_writes_nothing(target: Grafana) -> None:
    pushed(target, made())
    again = pushed(target, made())
    assert again.written == ()
    assert again.unchanged == 3 + len(made().boards) + 3 + 1


def test_what_was_taken_back_in_the_settings_goes_and_the_rest_stays(target: Grafana) -> None:
    pushed(target, made())
    changed = pushed(target, made("plain"))
    assert [what.split(" ")[0] for what in changed.written] == ["alert", "contact", "contact", "contact", "mute"]
    assert pushed(target, made("plain")).written == ()
    assert pushed(target, made()).written != ()


def test_a_first_push_makes_everything_in_an_order_the_server_takes(fake: FakeGrafana) -> None:
    done = pushed(client(fake), made())
    assert len(done.written) == len(fake.writes) == 3 + len(made().boards) + 3 + 1
    assert fake.folders["rainbow"]["title"] == "RAINBOW"
    assert set(fake.boards) == {str(board["uid"]) for board in made().boards}
    assert fake.group is not None
    assert len(fake.group["rules"]) == len(made().rules)
    assert {rule["notification_settings"]["receiver"] for rule in fake.group["rules"]} == {
        "rainbow critical",
        "rainbow warning",
    }
    assert {point["name"] for point in fake.points.values()} == {"rainbow critical", "rainbow warning"}


def test_the_secret_reaches_the_data_source_and_nothing_else(
    fake: FakeGrafana, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        steps = plan(client(fake), made())
        pushed(client(fake), made())
    assert fake.secrets == {"rainbow-influxdb": {"httpHeaderValue1": f"Token {SECRET}"}}
    assert SECRET not in repr(steps) + repr(made()) + caplog.text
    assert fake.token not in caplog.text
    fake.secrets["rainbow-influxdb"] = {"httpHeaderValue1": "Token of yesterday"}
    assert pushed(client(fake), made()).written == ()
    assert pushed(client(fake), made(), renew_secret=True).written == ("data source RAINBOW InfluxDB",)
    assert fake.secrets == {"rainbow-influxdb": {"httpHeaderValue1": f"Token {SECRET}"}}


def test_only_what_differs_is_written(fake: FakeGrafana) -> None:
    pushed(client(fake), made())
    fake.boards["rainbow-port"]["dashboard"]["panels"].pop()
    fake.boards["rainbow-site"]["meta"]["folderUid"] = "somewhere"
    fake.writes.clear()
    assert pushed(client(fake), made()).written == ("dashboard rainbow-site", "dashboard rainbow-port")
    fake.boards["rainbow-port"]["dashboard"]["panels"][0]["maxDataPoints"] = 7
    assert pushed(client(fake), made()).written == ("dashboard rainbow-port",)
    german = pushed(client(fake), made(language="de"))
    assert {what.split(" ")[0] for what in german.written} <= {"dashboard", "alert", "Dashboard", "Alarmregeln"}
    assert len(german.written) >= len(made().boards)


def test_a_rule_that_was_changed_by_hand_is_put_right(fake: FakeGrafana) -> None:
    pushed(client(fake), made())
    assert fake.group is not None
    fake.group["rules"][0]["data"][2]["model"]["conditions"][0]["evaluator"]["params"] = [-9.0, 9.0]
    assert pushed(client(fake), made()).written == ("alert rules",)
    fake.group["rules"].append({**fake.group["rules"][0], "uid": "by-hand"})
    assert pushed(client(fake), made()).written == ("alert rules",)
    fake.group["rules"][0]["notification_settings"]["mute_time_intervals"] = ["rainbow night"]
    assert pushed(client(fake), made()).written == ("alert rules",)
    assert pushed(client(fake), made()).written == ()


def test_only_what_we_made_is_removed(fake: FakeGrafana) -> None:
    pushed(client(fake), made())
    foreign = {"title": "of others", "tags": ["rainbow"], "panels": [], "version": 1}
    fake.boards |= {
        "rainbow-old": {"meta": {"folderUid": "rainbow"}, "dashboard": {**foreign, "uid": "rainbow-old"}},
        "own-board": {"meta": {"folderUid": "rainbow"}, "dashboard": {**foreign, "uid": "own-board"}},
        "rainbow-copy": {"meta": {}, "dashboard": {**foreign, "uid": "rainbow-copy", "tags": []}},
    }
    fake.points |= {
        "pager": {"uid": "pager", "name": "pager", "type": "webhook", "settings": {"url": "https://p.example"}},
        "rainbow-x": {"uid": "rainbow-x", "name": "rainbow press", "type": "email", "settings": {"addresses": "a@b.c"}},
    }
    fake.timings["holidays"] = {"name": "holidays", "time_intervals": []}
    fake.timings["rainbow old"] = {"name": "rainbow old", "time_intervals": []}
    fake.writes.clear()
    pushed(client(fake), made())
    assert fake.writes == [
        "DELETE /api/dashboards/uid/rainbow-old",
        "DELETE /api/v1/provisioning/contact-points/rainbow-x",
        "DELETE /api/v1/provisioning/mute-timings/rainbow%20old",
    ]


def test_a_wrong_token_is_said_at_once_and_nothing_is_written(fake: FakeGrafana) -> None:
    waits = Pauses()
    with pytest.raises(GrafanaRefused, match="refuses the token") as caught:
        push(client(fake, token="glsa_wrong"), made(), pause=waits)  # noqa: S106 - of no server
    assert "token_file" in caught.value.cure
    assert "glsa_wrong" not in str(caught.value)
    assert (waits.waited, fake.writes) == ([], [])


def test_a_token_revoked_half_way_leaves_whole_objects_and_the_next_push_does_the_rest(fake: FakeGrafana) -> None:
    target = client(fake)

    def revoke(server: FakeGrafana) -> Answer | None:
        return (401, {"message": "Invalid API key"}) if len(server.writes) == 4 else None

    fake.before_write = revoke
    with pytest.raises(GrafanaRefused, match=r"refuses the token.*written before: folder RAINBOW, data source"):
        push(target, made(), pause=Pauses())
    assert (len(fake.writes), fake.group) == (4, None)
    fake.before_write = lambda _server: None
    fake.token = "glsa_second"  # noqa: S105
    done = pushed(client(fake), made())
    assert len(fake.writes) == 4 + len(done.written)
    assert len(set(fake.writes) - {"POST /api/dashboards/db"}) + len(made().boards) == len(fake.writes) - 2
    assert pushed(client(fake), made()).written == ()


def test_rights_that_are_too_small_are_named_with_the_role_to_give(fake: FakeGrafana) -> None:
    fake.before_write = lambda server: (403, {"message": "Access denied"}) if server.folders else None
    with pytest.raises(GrafanaRefused, match="does not allow the token: data source") as caught:
        push(client(fake), made(), pause=Pauses())
    assert "Admin" in caught.value.cure


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_that_comes_back_gets_what_is_left(fake: FakeGrafana, status: int) -> None:
    refusals = iter([None, None, (status, {"message": "restarting"}), None, (status, "<html>gateway</html>")])
    fake.before_write = lambda _server: next(refusals, None)
    waits = Pauses()
    done = push(client(fake), made(), pause=waits)
    assert waits.waited == list(PAUSES_S[:2])
    assert len(fake.writes) == len(done.written) == len(set(done.written))
    assert pushed(client(fake), made()).written == ()


def test_a_server_that_stays_away_is_said_with_its_address(fake: FakeGrafana) -> None:
    target = client(fake)
    fake.stop()
    waits = Pauses()
    with pytest.raises(GrafanaAway, match="does not answer") as caught:
        push(target, made(), pause=waits)
    assert fake.url in str(caught.value)
    assert waits.waited == list(PAUSES_S)


def test_a_server_that_went_away_in_the_middle_is_told_with_what_was_done(fake: FakeGrafana) -> None:
    fake.before_write = lambda server: (503, {"message": "shutting down"}) if len(server.writes) == 2 else None
    with pytest.raises(GrafanaAway, match=r"503: shutting down \(written before: folder RAINBOW, data source"):
        push(client(fake), made(), pause=Pauses())


def test_what_comes_from_files_is_refused_before_anything_is_written(fake: FakeGrafana) -> None:
    pushed(client(fake), made())
    fake.writes.clear()
    fake.boards["rainbow-port"]["meta"]["provisioned"] = True
    assert fake.group is not None
    fake.group["rules"][1]["provenance"] = "file"
    with pytest.raises(GrafanaRefused, match="rainbow-port, rainbow-incident-lesser"):
        push(client(fake), made(language="de"), pause=Pauses())
    assert fake.writes == []


def test_a_data_source_from_a_file_is_used_as_it_is(fake: FakeGrafana) -> None:
    fake.sources["rainbow-influxdb"] = {"uid": "rainbow-influxdb", "name": "of Compose", "readOnly": True}
    assert not [what for what in pushed(client(fake), made()).written if "source" in what]


def test_something_else_at_the_address_is_not_taken_for_grafana(fake: FakeGrafana) -> None:
    fake.before_read = lambda _server: (200, "<html>Welcome to our intranet</html>")
    with pytest.raises(GrafanaRefused, match="not as Grafana does"):
        push(client(fake), made(), pause=Pauses())


def test_what_grafana_does_not_take_is_named_with_its_words(fake: FakeGrafana) -> None:
    broken = replace(made(), boards=({**made().boards[0], "uid": "rainbow spaced"},))
    with pytest.raises(GrafanaRefused, match=r"does not take dashboard rainbow spaced \(400\): uid contains illegal"):
        push(client(fake), broken, pause=Pauses())


def test_a_renamed_folder_keeps_its_dashboards(fake: FakeGrafana) -> None:
    pushed(client(fake), made("plain"))
    assert pushed(client(fake), made("renamed")).written == ("folder Netz",)
    assert fake.folders["rainbow"]["title"] == "Netz"
