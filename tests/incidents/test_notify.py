"""Who is told what and when, and that nobody is told twice."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from incidents.incident import Cause, Harm, Incident, Status, Verdict
from incidents.notify import ChannelSettings, Memory, NotifySettings, WindowSettings, due
from inventory.entities import Code
from rainbow.kernel.secret import SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = SecretRef(env="HOOK")
NIGHT_S = datetime(2026, 5, 4, 2, 10, tzinfo=UTC).timestamp()
HIGH = Harm(sites=(Code("ST-1"),), user_groups=(Code("schools"),), criticality=3, weight=9)


def cut(**changes: object) -> Incident:
    made = Incident(
        number=7,
        status=Status.OPEN,
        verdict=Verdict(cause=Cause.CUT, codes=(Code("TR-1"),), score=20.0, share=1.0),
        opened_s=NIGHT_S,
        good_s=NIGHT_S - 60,
        bad_s=NIGHT_S,
        changed_s=NIGHT_S,
        harm=HIGH,
    )
    return replace(made, **changes)  # type: ignore[arg-type] # fields by name


class Phone:
    """One channel; ``at`` says how many messages come of an incident at a time."""

    def __init__(self, **settings: object) -> None:
        channel = ChannelSettings(url=URL, **settings)  # type: ignore[arg-type] # settings by name
        self.settings, self.memory = NotifySettings(channels={"phone": channel}), Memory()

    def at(self, later_s: float, incident: Incident) -> int:
        messages, self.memory = due(
            self.settings,
            [incident],
            self.memory,
            NIGHT_S + later_s,
            interval_s=60.0,
            settle_s=210.0,
            zone=UTC,
        )
        return len(messages)


def test_one_message_when_it_begins_and_one_when_it_is_over() -> None:
    phone = Phone()
    assert [phone.at(later_s, cut()) for later_s in (0.0, 60.0, 300.0, 9000.0)] == [1, 0, 0, 0]
    over = cut(status=Status.CLOSED, closed_s=NIGHT_S + 9000)
    assert [phone.at(9060.0, over), phone.at(9120.0, over)] == [1, 0]


def test_what_matters_less_must_last_longer() -> None:
    phone = Phone()
    lamp = cut(harm=Harm(criticality=1))
    assert [phone.at(later_s, lamp) for later_s in (0.0, 60.0, 120.0)] == [0, 0, 1]


def test_what_was_over_before_it_was_told_is_never_told() -> None:
    phone = Phone()
    assert phone.at(60.0, cut(status=Status.CLOSED, harm=Harm(criticality=1))) == 0


def test_another_cause_is_told_once_the_verdict_has_settled() -> None:
    phone = Phone()
    assert phone.at(0.0, cut()) == 1
    power = cut(verdict=Verdict(cause=Cause.POWER, codes=(Code("ST-1"),), score=20.0))
    assert [phone.at(60.0, power), phone.at(240.0, power), phone.at(300.0, power)] == [0, 1, 0]


def test_more_lost_is_told_less_lost_is_not() -> None:
    phone = Phone()
    assert phone.at(0.0, cut()) == 1
    assert phone.at(300.0, cut(harm=Harm(criticality=3))) == 0
    assert phone.at(360.0, cut(harm=replace(HIGH, sites=(Code("ST-1"), Code("ST-2"))))) == 1


def test_planned_work_is_not_told() -> None:
    assert Phone().at(900.0, cut(verdict=Verdict(cause=Cause.MAINTENANCE, codes=(), score=9.0))) == 0


def test_quiet_hours_hold_what_can_wait_until_they_are_over() -> None:
    phone = Phone(quiet="22:00-06:00")
    normal = cut(harm=replace(HIGH, criticality=2))
    assert phone.at(600.0, normal) == 0
    assert phone.at(4 * 3600.0, normal) == 1
    assert Phone(quiet="22:00-06:00").at(0.0, cut()) == 1


@pytest.mark.parametrize(
    ("evening", "hours"),
    [("2026-03-28T21:00+01:00", 8), ("2026-10-24T21:00+02:00", 10), ("2026-06-01T21:00+02:00", 9)],
    ids=["summer time begins", "summer time ends", "any night"],
)
def test_quiet_hours_go_by_the_clock_on_the_wall(evening: str, hours: int) -> None:
    berlin, normal = ZoneInfo("Europe/Berlin"), cut(harm=replace(HIGH, criticality=2), opened_s=0.0)
    settings = NotifySettings(channels={"phone": ChannelSettings(url=URL, quiet="22:00-06:00")})
    began_s = datetime.fromisoformat(evening).timestamp()

    def is_told(after: timedelta) -> bool:
        at_s = began_s + after.total_seconds()
        return bool(due(settings, [normal], Memory(), at_s, interval_s=60.0, settle_s=210.0, zone=berlin)[0])

    minute, quiet = timedelta(minutes=1), timedelta(hours=1)
    assert [is_told(quiet - minute), is_told(quiet)] == [True, False]
    assert [is_told(timedelta(hours=hours) - minute), is_told(timedelta(hours=hours))] == [False, True]


def test_channels_take_what_concerns_them() -> None:
    assert Phone(from_criticality="vital").at(600.0, cut()) == 0
    assert Phone(user_groups=("fire",)).at(600.0, cut()) == 0
    assert Phone(user_groups=("schools",)).at(600.0, cut()) == 1


def test_what_nobody_takes_is_escalated() -> None:
    assert [(phone := Phone(after_min=15)).at(840.0, cut()), phone.at(900.0, cut())] == [0, 1]
    assert Phone(after_min=15).at(900.0, cut(acknowledged_by="KL")) == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"from_criticality": "loud"}, "from_criticality 'loud' is none of low, normal, high, vital"),
        ({"quiet": "at night"}, "quiet 'at night' is no time like 22:00-06:00"),
        ({"language": "fr"}, "language 'fr'"),
        ({"after_min": -1.0}, "after_min -1.0 is negative"),
    ],
)
def test_bad_settings_are_named(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ChannelSettings(url=URL, **settings)  # type: ignore[arg-type] # bad on purpose


def test_a_window_has_a_beginning_before_its_end() -> None:
    window = WindowSettings(codes=("TR-1",), begins="2026-05-04T08:00+02:00", ends="2026-05-04T16:00+02:00").window()
    assert window.ends_s - window.begins_s == 8 * 3600
    with pytest.raises(ValueError, match="is not before"):
        WindowSettings(codes=(), begins="2026-05-04T08:00+02:00", ends="2026-05-04T08:00+02:00")
    with pytest.raises(ValueError, match="is no time like"):
        WindowSettings(codes=(), begins="Monday", ends="Tuesday")


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process lives in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 3), ("2026-10-25", 5), ("2026-06-01", 4)])
def test_a_window_without_a_zone_lasts_as_the_clock_on_the_wall_says(day: str, hours: int) -> None:
    window = WindowSettings(codes=("TR-1",), begins=f"{day}T00:30", ends=f"{day}T04:30").window()
    assert window.ends_s - window.begins_s == hours * 3600
