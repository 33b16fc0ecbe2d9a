"""AT10: an ID token that is forged, foreign, out of its time, or signed by what the attacker knows."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from forging_provider import AUDIENCE, NOW_S, Forge

from rainbow.kernel.errors import SignInError

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCESS = "an access token"
NONCE = "the nonce of this sign-in"


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    with Forge() as made:
        yield made


def accepted(forge: Forge, token: str) -> str:
    return forge.provider().checked(token, nonce=NONCE, access_token=ACCESS).subject


def good(forge: Forge, **changed: Any) -> dict[str, Any]:
    claims = {
        "iss": forge.issuer,
        "sub": "m.berg",
        "aud": AUDIENCE,
        "exp": NOW_S + 300,
        "iat": NOW_S,
        "nonce": NONCE,
        "groups": ["g-viewer"],
        "at_hash": forge.at_hash(ACCESS),
    }
    return {name: value for name, value in {**claims, **changed}.items() if value is not None}


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
def test_a_good_token_is_believed(forge: Forge, algorithm: str) -> None:
    assert accepted(forge, forge.signed(good(forge), algorithm)) == "m.berg"


CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "issuer as a list": {"iss": ["x"]},
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "an empty audience": {"aud": ""},
    "an audience list without us": {"aud": ["another-client"]},
    "two audiences and no authorised party": {"aud": [AUDIENCE, "another-client"]},
    "another authorised party": {"azp": "another-client"},
    "expired": {"exp": NOW_S - 61},
    "no expiry": {"exp": None},
    "expiry as a text": {"exp": str(NOW_S + 300)},
    "expiry as true": {"exp": True},
    "not yet valid": {"nbf": NOW_S + 3600},
    "issued in the future": {"iat": NOW_S + 3600},
    "no issue time": {"iat": None},
    "no nonce": {"nonce": None},
    "another nonce": {"nonce": "of another sign-in"},
    "an empty nonce": {"nonce": ""},
    "nonce as a number": {"nonce": 1},
    "nonce not supported": {"nonce": None, "nonce_supported": False},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "subject as a number": {"sub": 1},
    "hash of another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("changed", CLAIMS.values(), ids=CLAIMS.keys())
def test_a_wrong_claim_is_refused(forge: Forge, changed: dict[str, Any]) -> None:
    with pytest.raises(SignInError):
        accepted(forge, forge.signed(good(forge, **changed)))


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, 1, ["RS256"]])
def test_a_token_without_a_signature_is_refused(forge: Forge, algorithm: object) -> None:
    for signature in ("", "AAAA"):
        token = f"{part({'alg': algorithm, 'kid': forge.kid('RS256')})}.{part(good(forge))}.{signature}"
        with pytest.raises(SignInError):
            accepted(forge, token)


@pytest.mark.parametrize("secret", ["pem", "der", "jwk", "empty", "client secret"])
def test_a_symmetric_signature_is_refused_whatever_its_key(forge: Forge, secret: str) -> None:
    key = {
        "pem": forge.public_pem(),
        "der": forge.public_der(),
        "jwk": forge.public_jwk(),
        "empty": b"",
        "client secret": forge.client_secret.encode(),
    }[secret]
    for algorithm in ("HS256", "HS384", "HS512"):
        with pytest.raises(SignInError):
            accepted(forge, forge.symmetric(good(forge), key, algorithm, kid=forge.kid("RS256")))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "PS256"])
def test_a_key_of_the_attacker_is_refused(forge: Forge, algorithm: str) -> None:
    for kid in (
        forge.kid(algorithm),
        None,
        "../../../dev/null",
        "a' OR '1'='1",
        "https://evil.example/jwks.json",
        "\x00",
    ):
        with pytest.raises(SignInError):
            accepted(forge, forge.signed_by_stranger(good(forge), algorithm, kid=kid))


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
def test_a_key_in_the_header_is_not_looked_at(forge: Forge, name: str) -> None:
    asked = forge.asked_elsewhere
    with pytest.raises(SignInError):
        accepted(forge, forge.signed_by_stranger(good(forge), "RS256", kid=forge.kid("RS256"), carrying=name))
    assert forge.asked_elsewhere == asked


def test_a_weak_or_unknown_algorithm_is_refused(forge: Forge) -> None:
    for algorithm in ("RS384", "RS512", "PS512"):
        with pytest.raises(SignInError):
            accepted(forge, forge.signed(good(forge), algorithm))


def test_a_critical_header_nobody_understands_is_refused(forge: Forge) -> None:
    with pytest.raises(SignInError):
        accepted(forge, forge.signed(good(forge), "RS256", crit=["b64"], b64=False))


def test_the_key_of_another_kind_does_not_serve(forge: Forge) -> None:
    with pytest.raises(SignInError):
        accepted(forge, forge.signed(good(forge), "RS256", kid=forge.kid("ES256")))


def test_a_changed_token_is_refused(forge: Forge) -> None:
    head, payload, signature = forge.signed(good(forge)).split(".")
    changed = part(good(forge, sub="the.admin", groups=["g-admin"]))
    for token in (
        f"{head}.{changed}.{signature}",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        f"{head}.{payload}",
        "",
        ".",
        "..",
        "a.b.c",
        f"{head}.{payload}.{signature}.{signature}",
    ):
        with pytest.raises(SignInError):
            accepted(forge, token)
