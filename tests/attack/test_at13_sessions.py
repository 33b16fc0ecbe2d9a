"""AT13: a session that is planted, reused after signing out or losing a role, copied, or made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from door_scene import IDLE_S, WHOLE_S

from trust.roles import Role

if TYPE_CHECKING:
    from door_scene import DoorScene

LOOK = "/api/v1/control"


def signed_in(city: DoorScene, groups: str, *, planted: str = "") -> str:
    """Sign in by the pages, with a cookie somebody planted before; the cookie one has then."""
    browser = city.visitor()
    if planted:
        browser.cookies.set(city.door.cookie, planted, domain="rainbow.example", path="/")
    browser.get("/sign-in/begin")
    came = browser.get("/sign-in/back", params={"state": "state-of-it", "code": f"m.berg {groups}"})
    assert came.status_code == 303, came.text
    (made,) = [text for text in came.headers.get_list("set-cookie") if text.startswith(f"{city.door.cookie}=")]
    return made.split(";")[0].partition("=")[2]


def test_a_planted_session_is_not_taken_over(city: DoorScene) -> None:
    planted = "A" * 43
    mine = signed_in(city, "g-viewer", planted=planted)
    assert mine != planted
    assert city.visitor(planted).get(LOOK).status_code == 401
    assert city.visitor(mine).get(LOOK).status_code == 200


def test_every_sign_in_makes_a_new_session_and_ends_the_one_there_was(city: DoorScene) -> None:
    first = signed_in(city, "g-viewer")
    second = signed_in(city, "g-viewer", planted=first)
    assert first != second
    assert city.visitor(first).get(LOOK).status_code == 401
    assert city.visitor(second).get(LOOK).status_code == 200


def test_a_copied_cookie_is_worth_nothing_after_signing_out(city: DoorScene) -> None:
    key = signed_in(city, "g-viewer")
    copied = city.visitor(key)
    assert copied.get(LOOK).status_code == 200
    out = city.visitor(key).post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in?out=true")
    assert copied.get(LOOK).status_code == 401
    assert city.actions()[-1] == ("session.end", "ok")


def test_a_copied_cookie_is_worth_nothing_after_a_role_was_taken_away(city: DoorScene) -> None:
    copied = city.visitor(signed_in(city, "g-admin,g-viewer"))
    assert copied.get("/account").status_code == 200
    less = city.visitor(signed_in(city, "g-viewer"))
    assert copied.get(LOOK).status_code == 401
    assert less.get(LOOK).status_code == 200


def test_a_role_taken_out_of_the_settings_ends_its_sessions(city: DoorScene) -> None:
    key = signed_in(city, "g-engineer")
    roles = dict(city.door.grants.roles)
    object.__setattr__(city.door.grants, "roles", {**roles, "g-engineer": Role.VIEWER})
    assert city.visitor(key).get(LOOK).status_code == 401
    object.__setattr__(city.door.grants, "roles", roles)
    assert city.visitor(key).get(LOOK).status_code == 401  # over is over


def test_a_session_ends_when_nobody_is_there_though_a_page_stays_open(city: DoorScene) -> None:
    city.scene.poll()
    client = city.visitor(signed_in(city, "g-viewer"))
    for _minute in range(int(IDLE_S / 300)):
        city.scene.wait(300)
        assert client.get("/api/v1/status").status_code == 200  # asked by the page itself
    city.scene.wait(60)
    assert client.get("/api/v1/status").status_code == 401


def test_a_session_ends_after_its_hours_whatever_is_done(city: DoorScene) -> None:
    client = city.visitor(signed_in(city, "g-viewer"))
    for _part in range(int(WHOLE_S / 1500)):
        assert client.get(LOOK).status_code == 200
        city.scene.wait(1500)
    city.scene.wait(60)
    assert client.get(LOOK).status_code == 401


@pytest.mark.parametrize("change", ["cut", "longer", "upper", "twice", "number", "hash"])
def test_a_changed_cookie_opens_nothing(city: DoorScene, change: str) -> None:
    key = signed_in(city, "g-admin")
    number = city.sessions.all(city.door.now_s)[0].number
    cookies = {
        "cut": key[:-1],
        "longer": f"{key}A",
        "upper": key.swapcase(),
        "twice": f"{key}; {city.door.cookie}={'A' * 43}",
        "number": number,
        "hash": "0" * 64,
    }
    asked = city.visitor().get(LOOK, headers={"cookie": f"{city.door.cookie}={cookies[change]}"})
    assert asked.status_code == 401


def test_nobody_ends_sessions_of_others_but_who_administers(city: DoorScene) -> None:
    mine = city.person("g-viewer", subject="one")
    other = city.person("g-viewer", subject="two")
    (number,) = [item.number for item in city.sessions.all(city.door.now_s) if item.subject == "one"]
    assert "one" not in other.get("/account").text.replace("none", "")
    assert other.post(f"/account/sessions/{number}/end").status_code == 303
    assert mine.get(LOOK).status_code == 200
    admin = city.of_role(Role.ADMIN)
    assert number in admin.get("/account").text
    assert admin.post(f"/account/sessions/{number}/end").status_code == 303
    assert mine.get(LOOK).status_code == 401


def test_no_cookie_can_be_read_by_scripts_or_sent_in_the_clear(city: DoorScene) -> None:
    browser = city.visitor()
    answers = [browser.get("/sign-in/begin")]
    answers.append(browser.get("/sign-in/back", params={"state": "state-of-it", "code": "m.berg g-viewer"}))
    made = [text for answer in answers for text in answer.headers.get_list("set-cookie")]
    assert len(made) >= 2
    for text in made:
        assert text.startswith("__Host-")
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(text.split("; "))
