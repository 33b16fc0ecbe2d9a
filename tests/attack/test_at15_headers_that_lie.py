"""AT15: headers by which anybody could say who they are, where they come from, and what this host is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from planner.proxies import NAMED_USERS

if TYPE_CHECKING:
    from door_scene import DoorScene

PROXY = "10.9.9.9"


def by(city: DoorScene, peer: str) -> TestClient:
    made = TestClient(city.app, base_url="https://rainbow.example", client=(peer, 1), follow_redirects=False)
    made.headers["authorization"] = "Bearer rbw_" + "A" * 43
    return made


def address_written(city: DoorScene, peer: str, said: dict[str, str]) -> str:
    city.written.clear()
    assert by(city, peer).get("/api/v1/status", headers=said).status_code == 401
    return city.written[0][1].address


@pytest.mark.parametrize(
    "name", ["x-forwarded-for", "x-real-ip", "forwarded", "client-ip", "x-client-ip", "true-client-ip"]
)
def test_a_stranger_does_not_say_where_they_come_from(city: DoorScene, name: str) -> None:
    assert address_written(city, "192.0.2.9", {name: "127.0.0.1"}) == "192.0.2.9"


def test_a_trusted_proxy_says_it_and_only_its_last_word_counts(city: DoorScene) -> None:
    assert address_written(city, PROXY, {"x-forwarded-for": "127.0.0.1, 192.0.2.7"}) == "192.0.2.7"
    assert address_written(city, PROXY, {"x-forwarded-for": f"127.0.0.1, 192.0.2.7, {PROXY}"}) == "192.0.2.7"
    assert address_written(city, PROXY, {"x-forwarded-for": "<script>"}) == PROXY
    assert address_written(city, PROXY, {}) == PROXY


@pytest.mark.parametrize("name", sorted(name.decode() for name in NAMED_USERS))
def test_no_header_signs_anybody_in(city: DoorScene, name: str) -> None:
    for peer in ("192.0.2.9", PROXY, "127.0.0.1"):
        made = TestClient(city.app, base_url="https://rainbow.example", client=(peer, 1), follow_redirects=False)
        assert made.get("/api/v1/control", headers={name: "admin", "x-forwarded-groups": "g-admin"}).status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "rainbow.example.evil", "rainbow.example@evil", "", "10.0.0.1", "[::ffff:7f00:1]"]
)
def test_another_host_name_is_not_served(city: DoorScene, host: str) -> None:
    answer = city.visitor().get("/sign-in", headers={"host": host, "x-forwarded-host": "rainbow.example"})
    assert answer.status_code == 421


def test_where_the_provider_sends_people_back_is_not_taken_from_a_request(city: DoorScene) -> None:
    for said in ({"x-forwarded-host": "evil.example"}, {"host": "localhost"}, {"x-forwarded-proto": "http"}):
        assert "evil" not in city.visitor().get("/sign-in/begin", headers=said).headers["location"]


def test_strict_transport_is_said_where_it_is(city: DoorScene) -> None:
    assert "max-age=31536000" in city.visitor().get("/sign-in").headers["strict-transport-security"]
    plain = TestClient(city.app, base_url="http://rainbow.example", client=("192.0.2.9", 1))
    assert "strict-transport-security" not in plain.get("/sign-in", headers={"x-forwarded-proto": "https"}).headers
    behind = TestClient(city.app, base_url="http://rainbow.example", client=(PROXY, 1))
    assert "strict-transport-security" in behind.get("/sign-in", headers={"x-forwarded-proto": "https"}).headers
