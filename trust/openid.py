"""Signing in at an OpenID Connect provider: code flow with PKCE (S256), state and nonce; what it says is checked here.

Nothing the provider or a browser sends chooses how it is checked: algorithms and hosts stand in the settings. The
sources are OpenID Connect Core 1.0 (3.1.3.7), Back-Channel Logout 1.0, RFC 7636, RFC 9700 and RFC 9207.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from rainbow.kernel.errors import SignInError
from rainbow.kernel.texts import _
from trust.access_settings import LOOPBACK
from trust.openid_pending import Claims, Pending
from trust.outbound import Outbound
from trust.signed_out import Heard, signed_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from joserfc.jwk import Key

    from rainbow.kernel.secret import Secret
    from trust.access_settings import OidcSettings
    from trust.signed_out import SignedOut

LEEWAY_S = 60
"""Clocks differ."""
KEYS_S = 3600.0
REFRESH_S = 30.0
"""Keys are fetched again for a key id nobody knows, but no more often than this."""
MOST_GROUPS = 1000
_OK = 200
_KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}


class Provider:
    """One provider. Made without asking it anything; may be asked from any thread."""

    def __init__(
        self,
        settings: OidcSettings,
        secret: Secret | None,
        *,
        back: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``back`` is our own address that the provider sends browsers to."""
        self._settings = settings
        self._secret = secret
        self._back = back
        self._clock = clock
        host = urlsplit(settings.issuer).hostname or ""
        self._outbound = Outbound(
            hosts=frozenset((host, *settings.hosts)), ca_file=settings.ca_file, is_local=host in LOOPBACK
        )
        self._lock = threading.Lock()
        self._metadata: Mapping[str, object] | None = None
        self._keys: KeySet | None = None
        self._keys_s = 0.0
        self._heard = Heard()

    def begin(self, onward: str) -> tuple[str, Pending]:
        """Where to send a browser, and what has to be remembered of it.

        Raises:
            SignInError: the provider does not answer, or says something it may not.
        """
        pending = Pending(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            onward=onward,
            began_s=self._clock(),
        )
        url = prepare_grant_uri(
            self._endpoint("authorization_endpoint"),
            self._settings.client_id,
            "code",
            redirect_uri=self._back,
            scope=" ".join(self._settings.scopes),
            state=pending.state,
            nonce=pending.nonce,
            code_challenge=create_s256_code_challenge(pending.verifier),
            code_challenge_method="S256",
        )
        return url, pending

    def finish(self, pending: Pending, query: Mapping[str, str]) -> Claims:
        """What the provider says of who came back with this query; everything is checked.

        Raises:
            SignInError: it is not good; the message says why, for the log.
        """
        if "error" in query:
            raise SignInError(_("the provider refused: {error}").format(error=query["error"][:200]))
        if "iss" in query and query["iss"] != self._settings.issuer:
            raise SignInError(_("the answer is of another provider"))  # RFC 9207
        if not query.get("code"):
            raise SignInError(_("the provider sent no code"))
        answer = self._exchanged(query["code"], pending.verifier)
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str) or not isinstance(access_token, str):
            raise SignInError(_("the provider sent no ID token"))
        return self.checked(token, nonce=pending.nonce, access_token=access_token)

    def checked(self, token: str, *, nonce: str, access_token: str) -> Claims:
        """An ID token's claims, once signature, issuer, audience, times, nonce and at_hash are right.

        Raises:
            SignInError: one of them is not.
        """
        try:
            header, claims = self._verified(token)
            _check_types(claims)
            id_token = CodeIDToken(
                claims,
                header,
                options={
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={"nonce": nonce, "client_id": self._settings.client_id, "access_token": access_token},
            )
            id_token.validate(now=int(self._clock()), leeway=LEEWAY_S)
        except (JoseError, ValueError) as error:
            raise SignInError(_("the ID token is not good: {error}").format(error=error)) from None
        return self._claims(claims)

    def end(self) -> str:
        """Where a person ends their session at the provider (OpenID Connect RP-Initiated Logout 1.0).

        We keep no ID token to show there, so the provider asks the person first: nobody is signed out by a link.

        Raises:
            SignInError: it does not answer, or has no such place.
        """
        place = self._endpoint("end_session_endpoint")
        return str(add_params_to_uri(place, [("client_id", self._settings.client_id)]))

    def signed_out(self, token: str) -> SignedOut:
        """Whom a logout token says the provider has signed out. Each is believed once.

        Raises:
            SignInError: the token is not good.
        """
        try:
            header, claims = self._verified(token)
        except (JoseError, ValueError) as error:
            raise SignInError(_("the logout token is not good: {error}").format(error=error)) from None
        now_s, settings = self._clock(), self._settings
        found = signed_out(
            header, claims, issuer=settings.issuer, audience=settings.client_id, now_s=now_s, leeway_s=LEEWAY_S
        )
        self._heard.add(claims, now_s, LEEWAY_S)
        return found

    def _verified(self, token: str) -> tuple[dict[str, object], dict[str, object]]:
        """Header and claims of a token signed by one of the provider's keys.

        The algorithm has to be one of the settings and has to fit the key's type, so a public key is never a password.
        A header's own keys and addresses (jwk, jku, x5u) are not looked at.
        """
        unread = jws.extract_compact(token.encode())
        header = unread.headers()
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in self._settings.algorithms or not isinstance(kid, str | None) or "crit" in header:
            raise SignInError(
                _("the token is signed by {algorithm!r}, which is not believed").format(algorithm=algorithm)
            )
        key = self._key(str(algorithm), kid)
        found = jws.deserialize_compact(token, key, algorithms=[str(algorithm)])
        claims = json.loads(found.payload)
        if not isinstance(claims, dict):
            raise SignInError(_("the token holds no claims"))
        return dict(found.headers()), claims

    def _key(self, algorithm: str, kid: str | None) -> Key:
        """The provider's key of this id; without an id the only one of the kind."""
        for is_again in (False, True):
            fitting = [
                key
                for key in self._key_set(is_again=is_again).keys
                if key.key_type == _KEY_TYPES[algorithm]
                and key.get("use", "sig") == "sig"
                and key.get("alg", algorithm) == algorithm
                and (kid is None or key.kid == kid)
            ]
            if len(fitting) == 1:
                return fitting[0]
        raise SignInError(_("the token is signed with a key the provider does not have"))

    def _key_set(self, *, is_again: bool) -> KeySet:
        with self._lock:
            age_s = self._clock() - self._keys_s
            kept = self._keys
            if kept is None or not 0 <= age_s <= KEYS_S or (is_again and age_s > REFRESH_S):
                kept = self._keys = KeySet.import_key_set(self._asked(self._endpoint("jwks_uri")))  # type: ignore[arg-type] # it checks what it reads
                self._keys_s = self._clock()
            return kept

    def _exchanged(self, code: str, verifier: str) -> dict[str, object]:
        """The provider's answer to a code."""
        url = self._endpoint("token_endpoint")
        body = prepare_token_request("authorization_code", "", self._back, code=code, code_verifier=verifier)
        client = ClientAuth(
            self._settings.client_id,
            self._secret.reveal() if self._secret is not None else None,
            "client_secret_basic" if self._secret is not None else "none",
        )
        headers = {"content-type": "application/x-www-form-urlencoded"}
        _url, headers, body = client.prepare("POST", url, headers, body)
        return self._asked(url, method="POST", body=body, headers=headers)

    def _endpoint(self, name: str) -> str:
        """An address of the provider's discovery document, one of its own hosts."""
        if self._metadata is None:
            issuer = self._settings.issuer
            found = self._asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise SignInError(
                    _("the provider calls itself {issuer!r}").format(issuer=found.get("issuer")),
                    cure=_("write issuer in [access.oidc] exactly so, if that is your provider"),
                )
            self._metadata = found
        url = self._metadata.get(name)
        if not isinstance(url, str):
            raise SignInError(_("the provider names no {name}").format(name=name))
        self._outbound.require(url)
        return url

    def _asked(
        self, url: str, *, method: str = "GET", body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        answer = self._outbound.ask(url, method=method, body=body, headers=headers)
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        if answer.status != _OK or not isinstance(found, dict):
            said = found.get("error") if isinstance(found, dict) else ""
            raise SignInError(
                _("the provider answers {status} {said}").format(status=answer.status, said=said or "").rstrip()
            )
        return found

    def _claims(self, claims: Mapping[str, object]) -> Claims:
        settings = self._settings
        found: object = claims
        for part in settings.roles_claim.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        groups = [found] if isinstance(found, str) else found
        if groups is not None and not isinstance(groups, list):
            groups = None
        name, amr, session = claims.get(settings.name_claim), claims.get("amr"), claims.get("sid")
        return Claims(
            subject=str(claims["sub"]),
            name=name if isinstance(name, str) else "",
            groups=tuple(group for group in (groups or [])[:MOST_GROUPS] if isinstance(group, str)),
            amr=" ".join(part for part in amr if isinstance(part, str)) if isinstance(amr, list) else "",
            provider_session=session if isinstance(session, str) else "",
        )


def _check_types(claims: Mapping[str, object]) -> None:
    """Types before values: a number is not a text, and true is not a number.

    Raises:
        SignInError: one is wrong.
    """
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name)
        if (value is not None or name != "nbf") and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise SignInError(_("the ID token's {name} is no time").format(name=name))
    for name in ("iss", "sub", "nonce"):
        if not isinstance(claims.get(name), str) or not claims[name]:
            raise SignInError(_("the ID token's {name} is no text").format(name=name))
