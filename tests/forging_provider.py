"""An OpenID Connect provider that can lie in every way: what a stolen, bought or careless one could send."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from rainbow.kernel.secret import Secret
from trust.access_settings import OidcSettings
from trust.openid import Provider

if TYPE_CHECKING:
    from collections.abc import Callable

AUDIENCE = "rainbow"
NOW_S = 1_790_000_000
ALL = ["RS256", "RS384", "RS512", "PS256", "PS512", "ES256"]


class Forge:
    """The provider on a loopback port. ``answers`` are what its endpoints give; a test may put others there."""

    client_secret = "the secret of the client"  # noqa: S105 - of the test

    def __init__(self) -> None:
        self.keys = {
            "RS256": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
            "ES256": ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}),
        }
        self._stranger = {
            "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
            "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
        }
        self.asked: list[tuple[str, str]] = []
        self.asked_elsewhere = 0
        self.answers: dict[str, Callable[[str], tuple[int, dict[str, str], bytes]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def provider(self, **changed: Any) -> Provider:
        """RAINBOW's side of it, which has asked nothing yet."""
        settings = OidcSettings(**{"issuer": self.issuer, "client_id": AUDIENCE, **changed})
        return Provider(
            settings, Secret(self.client_secret), back="https://rainbow.example/sign-in/back", clock=lambda: NOW_S
        )

    def signed(self, claims: dict[str, Any], algorithm: str = "RS256", **header: Any) -> str:
        """A token of our own key."""
        key = self._key(self.keys, algorithm)
        return _compact({"alg": algorithm, "kid": key.kid, **header}, claims, key)

    def signed_by_stranger(self, claims: dict[str, Any], algorithm: str, *, kid: str | None, carrying: str = "") -> str:
        """A token of a key nobody has published; ``carrying``: the header brings it, or says where it lies."""
        key = self._key(self._stranger, algorithm)
        header: dict[str, Any] = {"alg": algorithm, **({"kid": kid} if kid is not None else {})}
        if carrying == "jwk":
            header["jwk"] = key.as_dict(private=False)
        elif carrying == "x5c":
            header["x5c"] = ["MIIB"]
        elif carrying:
            header[carrying] = f"{self.issuer}/stranger"
        return _compact(header, claims, key)

    def symmetric(self, claims: dict[str, Any], secret: bytes, algorithm: str, *, kid: str) -> str:
        """A token whose signature is a hash with a secret: made by hand, for no library would."""
        head = {"alg": algorithm, "kid": kid}
        text = f"{_part(json.dumps(head).encode())}.{_part(json.dumps(claims).encode())}"
        digest = hmac.new(secret, text.encode(), getattr(hashlib, f"sha{algorithm[2:]}")).digest()
        return f"{text}.{_part(digest)}"

    def kid(self, algorithm: str) -> str:
        return str(self._key(self.keys, algorithm).kid)

    def at_hash(self, access_token: str) -> str:
        return _part(hashlib.sha256(access_token.encode()).digest()[:16])

    def public_pem(self) -> bytes:
        return self.keys["RS256"].as_pem(private=False)

    def public_der(self) -> bytes:
        return self.keys["RS256"].as_der(private=False)

    def public_jwk(self) -> bytes:
        return json.dumps(self.keys["RS256"].as_dict(private=False)).encode()

    def _key(self, keys: dict[str, Any], algorithm: str) -> Any:
        return keys["ES256" if algorithm.startswith("ES") else "RS256"]

    def answer(self, path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        """What an endpoint gives."""
        self.asked.append((path, body))
        if path in self.answers:
            return self.answers[path](body)
        if path == "/.well-known/openid-configuration":
            return 200, {}, json.dumps(self.document).encode()
        if path == "/jwks":
            return 200, {}, json.dumps({"keys": [key.as_dict(private=False) for key in self.keys.values()]}).encode()
        self.asked_elsewhere += 1
        return 404, {}, b"{}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send("")

            def do_POST(self) -> None:
                self._send(self.rfile.read(int(self.headers.get("content-length", "0"))).decode())

            def _send(self, body: str) -> None:
                status, headers, answer = forge.answer(self.path, body)
                self.send_response(status)
                for name, value in {"content-type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_args: object) -> None:
                pass

        return Handler


def _compact(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    registry = jws.JWSRegistry(algorithms=ALL, strict_check_header=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library, about what we do on purpose
        if "crit" in header:
            return _by_hand(header, claims, key)
        return jws.serialize_compact(header, json.dumps(claims).encode(), key, registry=registry)


def _by_hand(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """With headers that the library would refuse to write."""
    text = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(claims).encode())}".encode()
    algorithm = jws.JWSRegistry(algorithms=ALL).get_alg(header["alg"])
    return f"{text.decode()}.{_part(algorithm.sign(text, key))}"


def _part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
