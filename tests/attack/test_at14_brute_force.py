"""AT14: passwords and codes guessed, names found out by what is said or how long it takes."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import pyotp
import pytest
from door_scene import DoorScene

from planner.door import TRIES
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.secret import Secret, SecretRef
from trust.access_settings import BreakGlassSettings
from trust.break_glass import STEP_S, BreakGlass, hashed, new_totp

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from inventory.plant import Plant

PASSWORD = "correct horse battery staple"  # noqa: S105 - of the test
NAME = "notfall"


@pytest.fixture(scope="module")
def hash_of_it() -> str:
    return hashed(PASSWORD)


@pytest.fixture(scope="module")
def totp() -> pyotp.TOTP:
    return pyotp.TOTP(new_totp(NAME, "RAINBOW")[0], interval=STEP_S)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, plant: Plant, hash_of_it: str, totp: pyotp.TOTP) -> DoorScene:
    settings = BreakGlassSettings(name=NAME, password=SecretRef(file="a"), totp=SecretRef(file="b"))
    made: list[DoorScene] = []
    account = BreakGlass(
        settings, password=Secret(hash_of_it), totp=Secret(totp.secret), clock=lambda: made[0].scene.now_ns / 1e9
    )
    made.append(DoorScene(tmp_path_factory.mktemp("city"), plant, account=account))
    return made[0]


@pytest.fixture
def city(standing: DoorScene, totp: pyotp.TOTP) -> DoorScene:
    """The same city, each test at a time of its own: a code is good once."""
    now_ns = standing.scene.now_ns
    standing.forget()
    standing.scene.now_ns = now_ns + 600 * 10**9
    standing.code = totp.at(standing.scene.now_ns // 10**9)
    return standing


def tried(client: TestClient, name: str = NAME, password: str = PASSWORD, code: str = "000000") -> tuple[int, str]:
    answer = client.post(
        "/sign-in/local",
        data={"name": name, "password": password, "code": code},
        headers={"origin": "https://rainbow.example"},
    )
    return answer.status_code, answer.text


def test_the_right_three_let_in_and_people_are_told(city: DoorScene) -> None:
    status, _text = tried(city.visitor(), code=city.code)
    assert status == 303
    assert city.actions() == [("sign_in.ok", "ok")]
    assert city.written[0][1].method == "local"
    assert city.alarms == ["The emergency account notfall was used from testclient."]


def test_a_code_is_good_once(city: DoorScene, totp: pyotp.TOTP) -> None:
    code = city.code
    assert tried(city.visitor(), code=code)[0] == 303
    assert tried(city.visitor(), code=code)[0] == 401
    city.scene.wait(STEP_S)
    assert tried(city.visitor(), code=totp.at(city.scene.now_ns // 10**9))[0] == 303


def test_what_is_wrong_is_not_said(city: DoorScene) -> None:
    said = {
        tried(city.visitor(), "nobody", PASSWORD, city.code),
        tried(city.visitor(), NAME, "wrong", city.code),
        tried(city.visitor(), NAME, PASSWORD, "123456"),
    }
    assert {status for status, _text in said} == {401}
    assert len({text for _status, text in said}) == 1
    assert city.actions() == [("sign_in.refused", "refused")] * 3
    assert {act.reason for act, _by in city.written} == {"wrong name, password or code"}


def test_an_unknown_name_takes_as_long_as_a_known_one(city: DoorScene) -> None:
    account = city.account
    assert account is not None
    took: dict[str, list[float]] = {NAME: [], "nobody": []}
    for _round in range(2):
        for name, times in took.items():
            began = time.thread_time()
            assert not account.proved(name, "wrong password", "000000")
            times.append(time.thread_time() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert min(known, unknown) > 0.005  # the hash was worked out
    assert abs(known - unknown) < 0.5 * max(known, unknown)


def test_after_a_few_tries_the_right_three_do_not_help_either(city: DoorScene) -> None:
    for _try in range(TRIES):
        assert tried(city.visitor(), password=PASSWORD[::-1])[0] == 401
    status, text = tried(city.visitor(), code=city.code)
    assert status == 401
    assert "Too many tries" in text
    assert city.alarms == []
    assert (
        tried(city.visitor(), "NOTFALL", PASSWORD, city.code)[1].count("Too many tries") == 1
    )  # one name, however written


def test_there_is_no_such_account_unless_the_settings_make_one(tmp_path: Path, plant: Plant) -> None:
    plain = DoorScene(tmp_path, plant)
    assert plain.visitor().post("/sign-in/local", data={"name": "admin"}).status_code == 401
    assert "password" not in plain.visitor().get("/sign-in").text.lower()


def test_a_short_password_or_a_hash_that_is_none_is_refused(hash_of_it: str) -> None:
    with pytest.raises(ValueError, match="14 to 256"):
        hashed("short")
    settings = BreakGlassSettings(name=NAME, password=SecretRef(file="a"), totp=SecretRef(file="b"))
    for password, totp in (("plain text", "JBSWY3DPEHPK3PXP"), (hash_of_it, "not base 32!")):
        with pytest.raises(SettingsError, match="not what the command makes"):
            BreakGlass(settings, password=Secret(password), totp=Secret(totp))
