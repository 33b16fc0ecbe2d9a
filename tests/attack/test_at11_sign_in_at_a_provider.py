"""AT11: a sign-in at a real provider, swapped, replayed, forged, leading elsewhere; and as it should be."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from door_scene import ORIGIN, DoorScene
from forging_provider import Forge
from oidc_provider_mock import User

from planner.sign_in import PENDING_COOKIE
from rainbow.kernel.secret import Secret
from trust.access_settings import OidcSettings
from trust.openid import Provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from inventory.plant import Plant

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider, which is not ours
VIEWER = User(sub="m.berg", claims={"groups": ["g-viewer", "g-unknown"], "name": "M. Berg"})
STRANGER = User(sub="stranger", claims={"groups": ["staff"], "name": "S."})


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    users = [VIEWER, STRANGER]
    with oidc_provider_mock.run_server_in_thread(user_claims=users, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def city(tmp_path: Path, plant: Plant, issuer: str) -> DoorScene:
    now_ns = time.time_ns()
    settings = OidcSettings(issuer=issuer, client_id="rainbow")
    provider = Provider(
        settings, Secret("the secret of the client"), back=f"{ORIGIN}/sign-in/back", clock=lambda: now_ns / 1e9
    )
    made = DoorScene(tmp_path, plant, provider=provider)
    made.scene.now_ns = now_ns
    return made


def sent_away(browser: TestClient, onward: str = "/logical") -> str:
    """The provider's address a browser is sent to."""
    answer = browser.get("/sign-in/begin", params={"next": onward})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def at_the_provider(address: str, person: str = VIEWER.sub) -> str:
    """The address a person comes back with."""
    answer = requests.post(address, data={"sub": person}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def test_the_whole_way(city: DoorScene) -> None:
    browser = city.visitor()
    first = browser.get("/logical", headers={"accept": "text/html"})
    assert (first.status_code, first.headers["location"]) == (303, "/sign-in?next=%2Flogical")
    address = sent_away(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{ORIGIN}/sign-in/back"]
    assert len(asked["state"][0]) >= 43
    assert len(asked["nonce"][0]) >= 43
    back = browser.get(at_the_provider(address))
    assert back.status_code == 303, city.written[-1][0].reason
    assert back.headers["location"] == "/logical"
    cookies = back.headers.get_list("set-cookie")
    (session,) = [text for text in cookies if text.startswith("__Host-rainbow=")]
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(session.split("; "))
    assert "domain" not in session.lower()
    assert browser.get("/logical").status_code == 200
    assert "M. Berg" in browser.get("/account").text
    assert city.actions() == [("sign_in.ok", "ok")]
    act, by = city.written[0]
    assert (act.after["roles"], by.subject, by.method, by.display) == (["viewer"], "m.berg", "oidc", "M. Berg")


def test_a_replayed_answer_is_refused_and_written_down(city: DoorScene) -> None:
    browser = city.visitor()
    back = at_the_provider(sent_away(browser))
    assert browser.get(back).status_code == 303
    again = browser.get(back)
    assert again.status_code == 400
    assert city.actions()[-1] == ("sign_in.refused", "refused")
    held = city.visitor()
    sent_away(held)
    assert held.get(back).status_code == 400  # another browser, with a sign-in of its own under way


def test_a_replayed_code_is_refused_by_its_verifier(city: DoorScene) -> None:
    """The code of somebody else in a sign-in of one's own: state and cookie fit, the verifier does not."""
    victim, thief = city.visitor(), city.visitor()
    stolen = parse_qs(urlsplit(at_the_provider(sent_away(victim))).query)["code"][0]
    own = parse_qs(urlsplit(sent_away(thief)).query)["state"][0]
    refused = thief.get("/sign-in/back", params={"code": stolen, "state": own})
    assert refused.status_code == 400
    assert "__Host-rainbow=" not in str(refused.headers.get_list("set-cookie"))


@pytest.mark.parametrize("change", ["forged", "empty", "missing", "of another"])
def test_a_forged_state_is_refused_and_written_down(city: DoorScene, change: str) -> None:
    browser, other = city.visitor(), city.visitor()
    query = {name: values[0] for name, values in parse_qs(urlsplit(at_the_provider(sent_away(browser))).query).items()}
    of_another = parse_qs(urlsplit(sent_away(other)).query)["state"][0]
    query |= {"forged": {"state": "A" * 43}, "empty": {"state": ""}, "of another": {"state": of_another}}.get(
        change, {}
    )
    if change == "missing":
        del query["state"]
    assert browser.get("/sign-in/back", params=query).status_code == 400
    assert city.actions() == [("sign_in.refused", "refused")]
    assert browser.get("/logical").status_code == 401


def test_nobody_is_signed_in_by_a_link_of_somebody_else(city: DoorScene) -> None:
    """Login CSRF: the victim's browser has begun nothing."""
    thief, victim = city.visitor(), city.visitor()
    assert victim.get(at_the_provider(sent_away(thief))).status_code == 400
    assert victim.get("/account").status_code == 401


def test_who_is_known_there_but_has_no_role_here_stays_outside(city: DoorScene) -> None:
    browser = city.visitor()
    refused = browser.get(at_the_provider(sent_away(browser), STRANGER.sub))
    assert refused.status_code == 403
    assert "no role here" in refused.text
    assert city.actions() == [("sign_in.refused", "refused")]
    assert browser.get("/logical").status_code == 401


def test_a_refusal_of_the_provider_is_written_down(city: DoorScene) -> None:
    browser = city.visitor()
    state = parse_qs(urlsplit(sent_away(browser)).query)["state"][0]
    refused = browser.get("/sign-in/back", params={"error": "access_denied<script>", "state": state})
    assert refused.status_code == 400
    assert "<script>" not in refused.text.replace('<script type="module"', "").replace("<script src", "")
    assert "access_denied" in city.written[-1][0].reason


def test_a_sign_in_takes_ten_minutes_at_most(city: DoorScene) -> None:
    browser = city.visitor()
    back = at_the_provider(sent_away(browser))
    city.scene.wait(601)
    assert browser.get(back).status_code == 400


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "\\\\evil",
        "/\t/evil",
        "/a\nb",
        "",
        "evil",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(city: DoorScene, onward: str) -> None:
    browser = city.visitor()
    back = browser.get(at_the_provider(sent_away(browser, onward)))
    assert back.headers["location"] == "/"


def test_who_signs_out_is_told_that_they_are_still_known_there(city: DoorScene, issuer: str) -> None:
    """A person who is next at the same browser would come in as them: asked for by nobody, without a password."""
    browser = city.visitor()
    assert "/sign-in/end" not in browser.get("/sign-in").text
    assert "/sign-in/end" in browser.get("/sign-in", params={"out": "true"}).text
    end = browser.get("/sign-in/end")
    assert (end.status_code, end.headers["location"]) == (303, f"{issuer}/oauth2/end_session?client_id=rainbow")


def test_the_provider_leads_nobody_elsewhere_to_sign_out(tmp_path: Path, plant: Plant) -> None:
    with Forge() as forge:
        city = DoorScene(tmp_path, plant, provider=forge.provider())
        end = city.visitor().get("/sign-in/end")  # it has no such place
        assert (end.status_code, "cannot be asked from here" in end.text) == (502, True)
    with Forge() as forge:
        city = DoorScene(tmp_path, plant, provider=forge.provider())
        forge.document["end_session_endpoint"] = "https://evil.example/out"
        assert city.visitor().get("/sign-in/end").status_code == 502
    with Forge() as forge:
        forge.document["end_session_endpoint"] = f"{forge.issuer}/out?a=b"
        city = DoorScene(tmp_path, plant, provider=forge.provider())
        end = city.visitor().get("/sign-in/end")
        assert (end.status_code, end.headers["location"]) == (303, f"{forge.issuer}/out?a=b&client_id=rainbow")


def test_the_provider_away_is_said_and_nobody_gets_in(tmp_path: Path, plant: Plant) -> None:
    settings = OidcSettings(issuer="http://127.0.0.1:9", client_id="rainbow")
    city = DoorScene(tmp_path, plant, provider=Provider(settings, None, back=f"{ORIGIN}/sign-in/back"))
    answer = city.visitor().get("/sign-in/begin")
    assert answer.status_code == 502
    assert PENDING_COOKIE not in str(answer.headers)
    assert "does not answer" in answer.text


def test_nothing_is_asked_before_somebody_signs_in(issuer: str) -> None:
    threads = threading.active_count()
    Provider(OidcSettings(issuer="https://nowhere.invalid", client_id="x"), None, back=issuer)
    assert threading.active_count() == threads
