"""AT37: a provider's word that somebody signed out, forged, replayed, of another token; and as it should be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from door_scene import ORIGIN, DoorScene
from forging_provider import AUDIENCE, NOW_S, Forge

from planner.sign_in import RUBBISH_A_MINUTE
from rainbow.kernel.errors import SignInError
from rainbow.kernel.secret import Secret
from trust.access_settings import OidcSettings
from trust.openid import Provider
from trust.signed_out import EVENT, FRESH_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from inventory.plant import Plant

LOOK, WHERE = "/api/v1/control", "/sign-in/back-channel"
LEEWAY_S = 60


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    with Forge() as made:
        yield made


@pytest.fixture
def city(tmp_path: Path, plant: Plant, forge: Forge) -> DoorScene:
    """Its clock is the one of the tokens."""
    made: DoorScene
    settings = OidcSettings(issuer=forge.issuer, client_id=AUDIENCE)
    provider = Provider(settings, Secret("s"), back=f"{ORIGIN}/sign-in/back", clock=lambda: made.scene.now_ns / 1e9)
    made = DoorScene(tmp_path, plant, provider=provider)
    made.scene.now_ns = NOW_S * 1_000_000_000
    return made


_numbers = iter(range(1_000_000))


def said(forge: Forge, **changed: Any) -> dict[str, Any]:
    """A good token's claims, with others in their place; None takes one away."""
    claims = {
        "iss": forge.issuer,
        "aud": AUDIENCE,
        "iat": NOW_S,
        "exp": NOW_S + 120,
        "jti": f"number {next(_numbers)}",
        "sub": "m.berg",
        "sid": "at-the-desk",
        "events": {EVENT: {}},
    }
    return {name: value for name, value in {**claims, **changed}.items() if value is not None}


def told(city: DoorScene, token: str) -> int:
    """What the provider is answered."""
    return city.visitor().post(WHERE, data={"logout_token": token}).status_code


def is_in(browser: TestClient) -> bool:
    return browser.get(LOOK).status_code == 200


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
def test_who_is_signed_out_there_is_out_here_and_it_is_written_down(
    city: DoorScene, forge: Forge, algorithm: str
) -> None:
    desk = city.visitor(city.key("g-viewer", provider_session="at-the-desk"))
    assert is_in(desk)
    number = city.sessions.all(city.door.now_s)[0].number
    answer = city.visitor().post(WHERE, data={"logout_token": forge.signed(said(forge), algorithm, typ="logout+jwt")})
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, "", "no-store")
    assert not is_in(desk)
    act, by = city.written[-1]
    assert (act.action, act.thing, by.subject, by.method) == ("session.end", number, "m.berg", "oidc")
    assert act.reason == "signed out at the provider"


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({}, {"phone", "old", "other"}),  # one session of a person
        ({"sub": None}, {"phone", "old", "other"}),  # the same, its person not named
        ({"sid": None}, {"other"}),  # all of a person
        ({"sid": "nobody-knows"}, {"desk", "phone", "old", "other"}),
        ({"sub": "nobody"}, {"desk", "phone", "old", "other"}),  # a session of somebody else
        ({"sub": "nobody", "sid": None}, {"desk", "phone", "old", "other"}),
    ],
)
def test_what_is_named_ends_and_nothing_else(
    city: DoorScene, forge: Forge, changed: dict[str, Any], left: set[str]
) -> None:
    browsers = {
        "desk": city.visitor(city.key("g-viewer", provider_session="at-the-desk")),
        "phone": city.visitor(city.key("g-viewer", provider_session="on-the-phone")),
        "old": city.visitor(city.key("g-viewer", provider_session="of-yesterday")),
        "other": city.visitor(city.key("g-viewer", subject="somebody.else", provider_session="elsewhere")),
    }
    assert told(city, forge.signed(said(forge, **changed))) == 200
    assert {name for name, browser in browsers.items() if is_in(browser)} == left


def test_a_session_that_knows_none_there_ends_with_its_person_only(city: DoorScene, forge: Forge) -> None:
    """As those begun at a provider that sends no sid, and those of an older version."""
    browser = city.visitor(city.key("g-viewer"))
    assert told(city, forge.signed(said(forge, sub=None))) == 200
    assert is_in(browser)
    assert told(city, forge.signed(said(forge, sub="somebody.else"))) == 200
    assert is_in(browser)
    assert told(city, forge.signed(said(forge))) == 200
    assert not is_in(browser)


CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "an audience list without us": {"aud": ["another-client"]},
    "too old": {"iat": NOW_S - FRESH_S - LEEWAY_S - 1},
    "of the future": {"iat": NOW_S + LEEWAY_S + 1},
    "no issue time": {"iat": None},
    "issue time as a text": {"iat": str(NOW_S)},
    "issue time as true": {"iat": True},
    "issue time that is no number": {"iat": float("nan")},
    "expired": {"exp": NOW_S - LEEWAY_S - 1},
    "expiry as a text": {"exp": "tomorrow"},
    "expiry that is no number": {"exp": float("nan")},
    "no id": {"jti": None},
    "an empty id": {"jti": ""},
    "id as a number": {"jti": 1},
    "names nobody": {"sub": None, "sid": None},
    "names nobody, empty": {"sub": "", "sid": ""},
    "subject as a list": {"sub": ["m.berg"]},
    "session as a number": {"sid": 1},
    "no events": {"events": None},
    "events as a list": {"events": [EVENT]},
    "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "event as a text": {"events": {EVENT: "yes"}},
    "an ID token": {"events": None, "nonce": "n"},
    "with a nonce": {"nonce": "n"},
}


@pytest.mark.parametrize("changed", CLAIMS.values(), ids=CLAIMS.keys())
def test_a_wrong_claim_ends_nothing(city: DoorScene, forge: Forge, changed: dict[str, Any]) -> None:
    browser = city.visitor(city.key("g-viewer", provider_session="at-the-desk"))
    assert told(city, forge.signed(said(forge, **changed))) == 400
    assert is_in(browser)
    assert city.actions()[-1] == ("sign_out.refused", "refused")


def test_a_token_for_several_services_is_for_us_too(city: DoorScene, forge: Forge) -> None:
    browser = city.visitor(city.key("g-viewer", provider_session="at-the-desk"))
    assert told(city, forge.signed(said(forge, aud=["another-client", AUDIENCE], exp=None))) == 200
    assert not is_in(browser)


def test_a_forged_signature_ends_nothing(city: DoorScene, forge: Forge) -> None:
    browser = city.visitor(city.key("g-viewer", provider_session="at-the-desk"))
    good = forge.signed(said(forge))
    head, payload, signature = good.split(".")
    rsa = forge.kid("RS256")
    forged = {
        "of a stranger": forge.signed_by_stranger(said(forge), "RS256", kid=rsa),
        "of a stranger who brings the key": forge.signed_by_stranger(said(forge), "RS256", kid=rsa, carrying="jwk"),
        "of the public key": forge.symmetric(said(forge), forge.public_pem(), "HS256", kid=rsa),
        "of the client's secret": forge.symmetric(said(forge), b"s", "HS256", kid=rsa),
        "none": f"{head}.{payload}.",
        "changed": f"{head}.{payload}.{signature[:-4]}AAAA",
        "an access token": forge.signed(said(forge), typ="at+jwt"),
        "nothing": "",
        "no token": "a.b.c",
        "no text": "\x00\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    }
    for name, token in forged.items():
        assert told(city, token) == 400, name
        assert is_in(browser), name
    assert told(city, good) == 200  # it was the forgery, not the rest


def test_a_word_is_believed_once(city: DoorScene, forge: Forge) -> None:
    """Whoever has caught one cannot throw out who has come back."""
    token = forge.signed(said(forge, sid=None))
    assert told(city, token) == 200
    back = city.visitor(city.key("g-viewer", provider_session="of-today"))
    assert told(city, token) == 400
    assert is_in(back)
    city.scene.wait(FRESH_S + LEEWAY_S + 1)  # nor when its id is forgotten
    assert told(city, token) == 400
    assert is_in(back)


def test_a_logout_token_is_no_id_token(forge: Forge) -> None:
    claims = said(forge, groups=["g-admin"], at_hash=forge.at_hash("access"))
    with pytest.raises(SignInError):
        forge.provider().checked(forge.signed(claims), nonce="n", access_token="access")  # noqa: S106 - of the test


def test_no_page_of_others_sends_one(city: DoorScene, forge: Forge) -> None:
    browser = city.visitor(city.key("g-viewer", provider_session="at-the-desk"))
    body = {"logout_token": forge.signed(said(forge))}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert city.visitor().post(WHERE, data=body, headers=headers).status_code == 403
    assert city.visitor().post(WHERE, json=body).status_code == 415
    assert city.visitor().get(WHERE, params=body).status_code in {401, 405}
    assert is_in(browser)


def test_rubbish_neither_fills_the_log_nor_keeps_asking_for_keys(city: DoorScene, forge: Forge) -> None:
    browser = city.visitor(city.key("g-viewer", provider_session="at-the-desk"))
    before = len(city.written)
    for _number in range(RUBBISH_A_MINUTE):
        assert told(city, forge.signed_by_stranger(said(forge), "RS256", kid="unheard of")) == 400
    asked = len(forge.asked)
    assert {told(city, forge.signed_by_stranger(said(forge), "RS256", kid="more")) for _number in range(20)} == {429}
    assert len(forge.asked) == asked
    assert len(city.written) == before + RUBBISH_A_MINUTE
    assert is_in(browser)


def test_the_emergency_account_is_not_the_providers_to_end(city: DoorScene, forge: Forge) -> None:
    city.key("g-viewer")
    (session,) = city.sessions.all(city.door.now_s)
    city.sessions.end(session.number)
    city.sessions.begin(replace(session, method="local"))
    assert told(city, forge.signed(said(forge, sid=None))) == 200
    assert [one.method for one in city.sessions.all(city.door.now_s)] == ["local"]
