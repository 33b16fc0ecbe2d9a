"""AT28: the provider's addresses lead to this machine, to a cloud's credentials, elsewhere, or change their mind."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from forging_provider import Forge

from rainbow.kernel.errors import SignInError
from trust.access_settings import OidcSettings
from trust.outbound import MOST_BYTES, Outbound, may_be_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

NEVER = (
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",  # noqa: S104 - never asked
    "169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "ff02::1",
    "not an address",
)
CITY = ("10.1.2.3", "172.16.0.9", "192.168.1.1", "fd00::9", "192.0.2.7", "2001:db8::1")


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as made:
        yield made


@pytest.mark.parametrize("address", NEVER)
def test_what_is_never_asked(address: str) -> None:
    assert not may_be_asked(address)


def test_private_networks_are_where_a_citys_provider_stands() -> None:
    assert [address for address in CITY[:4] if not may_be_asked(address)] == []
    assert not may_be_asked("10.1.2.3", is_local=True)


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
)
def test_a_host_of_the_settings_that_leads_here_is_not_asked(forge: Forge, host: str) -> None:
    """Written as a name, as one number, in hexadecimal, shortened: what counts is where it leads."""
    port = forge.issuer.rpartition(":")[2]
    outbound = Outbound(hosts=frozenset({host.strip("[]")}))
    with pytest.raises(SignInError):
        outbound.ask(f"https://{host}:{port}/")
    assert forge.asked == []


def test_a_name_that_changes_its_mind_gains_nothing(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was looked at is the one that is connected to: nothing is resolved a second time."""
    asked: list[str] = []
    port = int(forge.issuer.rpartition(":")[2])

    def resolve(host: str, _port: int, **_more: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        address = "192.0.2.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("trust.outbound.TIMEOUT_S", 0.2)
    with pytest.raises(SignInError, match="does not answer"):
        Outbound(hosts=frozenset({"id.example"})).ask(f"https://id.example:{port}/")
    assert asked == ["id.example"]
    assert forge.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://id.example/",
        "ftp://id.example/",
        "http://id.example/",
        "//id.example/",
        "https://evil.example/",
        "https://id.example@evil.example/",
        "https://user:word@id.example/",
        "https://id.example.evil/",
        "https://xn--d-dga.example/",
        "https://ıd.example/",
        "https://[/",
        "https://id.example:99999999/",
        "",
        "javascript:alert(1)",
    ],
)
def test_only_hosts_of_the_settings_are_asked_and_only_by_tls(url: str) -> None:
    with pytest.raises(SignInError):
        Outbound(hosts=frozenset({"id.example"})).require(url)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "http://169.254.169.254/latest", "file:///etc/passwd", 1, None]
)
def test_a_provider_cannot_send_us_elsewhere(forge: Forge, name: str, url: object) -> None:
    forge.document[name] = url  # type: ignore[assignment]
    with pytest.raises(SignInError):
        forge.provider()._endpoint(name)
    assert [path for path, _body in forge.asked] == ["/.well-known/openid-configuration"]


def test_a_redirect_is_not_followed(forge: Forge) -> None:
    forge.answers["/.well-known/openid-configuration"] = lambda _body: (302, {"location": f"{forge.issuer}/jwks"}, b"")
    with pytest.raises(SignInError, match="302"):
        forge.provider().begin("/")
    assert len(forge.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [b"[]", b"null", b"not json", b"[" * 100_000, b"{" * 100_000, b'{"issuer": "https://evil.example"}', b"\xff\xfe"],
)
def test_an_answer_that_is_none_is_refused(forge: Forge, answer: bytes) -> None:
    forge.answers["/.well-known/openid-configuration"] = lambda _body: (200, {}, answer)
    with pytest.raises(SignInError):
        forge.provider().begin("/")


def test_an_endless_answer_is_cut_off(forge: Forge) -> None:
    forge.answers["/.well-known/openid-configuration"] = lambda _body: (200, {}, b" " * (MOST_BYTES + 1))
    with pytest.raises(SignInError, match="more"):
        forge.provider().begin("/")


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example",
        "https://",
        "id.example",
        "https://u:p@id.example",
        "https://id.example?x=1",
        "file:///x",
        "",
    ],
)
def test_an_issuer_that_is_none_is_refused_in_the_settings(issuer: str) -> None:
    with pytest.raises(ValueError, match="issuer"):
        OidcSettings(issuer=issuer, client_id="x")


def test_a_code_is_redeemed_with_its_verifier_and_the_secret_in_a_header_only(forge: Forge) -> None:
    forge.answers["/token"] = lambda _body: (400, {}, json.dumps({"error": "invalid_grant"}).encode())
    provider = forge.provider()
    _url, pending = provider.begin("/")
    with pytest.raises(SignInError, match="invalid_grant"):
        provider.finish(pending, {"code": "abc", "state": pending.state})
    path, body = forge.asked[-1]
    assert path == "/token"
    assert f"code_verifier={pending.verifier}" in body
    assert "secret" not in body
