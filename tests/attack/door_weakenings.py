"""Weakened builds of the door: sign-in, sessions, tokens, roles, sight, requests. See :mod:`weakenings`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def signatures_believed() -> None:
    from trust import openid  # noqa: PLC0415 - only where asked for, here and below

    def read(_self: object, token: str) -> tuple[dict[str, object], dict[str, object]]:
        import base64  # noqa: PLC0415

        head, payload, _signature = (f"{part}==" for part in token.split("."))
        return json.loads(base64.urlsafe_b64decode(head)), json.loads(base64.urlsafe_b64decode(payload))

    openid.Provider._verified = read  # type: ignore[method-assign] # on purpose, here and below


def claims_believed() -> None:
    from trust import openid  # noqa: PLC0415

    openid.CodeIDToken.validate = lambda _self, **_more: None
    openid._check_types = lambda _claims: None


def any_word_believed() -> None:
    from trust import openid, signed_out  # noqa: PLC0415

    def said(_header: object, claims: dict[str, str], **_more: object) -> signed_out.SignedOut:
        return signed_out.SignedOut(subject=claims.get("sub", ""), provider_session=claims.get("sid", ""))

    openid.signed_out = said  # type: ignore[assignment]


def states_believed() -> None:
    from trust import openid_pending  # noqa: PLC0415

    def taken(self: openid_pending.PendingSignIns, *_what: object) -> openid_pending.Pending:
        return next(reversed(self._kept.values()))

    openid_pending.PendingSignIns.taken = taken  # type: ignore[method-assign,assignment]


def tokens_believed() -> None:
    from trust import tokens  # noqa: PLC0415

    tokens.TokenFile.found = lambda self, _secret, _now_s: next(iter(self.all()), None)  # type: ignore[method-assign]


def sessions_without_end() -> None:
    from trust import sessions  # noqa: PLC0415

    sessions.Sessions.end = lambda _self, _number: True  # type: ignore[method-assign]


def no_throttle() -> None:
    from trust import throttle  # noqa: PLC0415

    throttle.Throttle.wait_s = lambda _self, *_key: 0  # type: ignore[method-assign]


def headers_believed() -> None:
    from planner import proxies  # noqa: PLC0415

    proxies.Proxies._is_trusted = lambda _self, address: address == "192.0.2.9"  # type: ignore[method-assign]


def roles_forgotten() -> None:
    from planner import gate  # noqa: PLC0415

    gate.Gate._ruled_out = lambda _self, _scope, _rule, _who: None  # type: ignore[method-assign]


def everybody_sees_all() -> None:
    from planner import sights  # noqa: PLC0415

    sights.seen = lambda plant, _sight, _scopes: plant


def any_origin() -> None:
    from planner import guard  # noqa: PLC0415

    guard.is_same_origin = lambda _headers, _origin="": True


def no_proof_of_the_page() -> None:
    from planner import gate  # noqa: PLC0415

    gate._brings = lambda _scope, _csrf: True


def any_body() -> None:
    from planner import bodies  # noqa: PLC0415

    bodies._refusal = lambda _path, _headers, _body: None


def onward_anywhere() -> None:
    from planner import sign_in  # noqa: PLC0415

    sign_in._ONWARD = re.compile(r".*", re.DOTALL)


def any_address() -> None:
    from trust import outbound  # noqa: PLC0415

    outbound.may_be_asked = lambda _address, **_more: True


def nothing_sealed() -> None:
    from rainbow import sealed  # noqa: PLC0415

    sealed.SealKey.sealed = lambda _self, text: text  # type: ignore[method-assign]


DOORS: tuple[tuple[str, str, str, str, Callable[[], None]], ...] = (
    ("signatures believed", "at10", "stranger or signature", "ID tokens are read, not checked", signatures_believed),
    ("claims believed", "at10", "wrong_claim", "issuer, audience, times and nonce are not looked at", claims_believed),
    ("any word believed", "at37", "wrong_claim", "what a logout token says is not looked at", any_word_believed),
    ("states believed", "at11", "by_a_link", "whoever comes back is whoever went last", states_believed),
    ("tokens believed", "at12", "nothing_but", "any text opens what a token does", tokens_believed),
    ("sessions without end", "at13", "signing_out", "signing out forgets the cookie only", sessions_without_end),
    ("no throttle", "at14", "few_tries", "passwords can be tried without end", no_throttle),
    ("headers believed", "at15", "stranger", "anybody says where they come from", headers_believed),
    ("roles forgotten", "at16", "matrix", "whoever is signed in may do all", roles_forgotten),
    ("all is seen", "at17", "unknown", "scopes hide nothing", everybody_sees_all),
    ("protection forgotten", "at19", "may_know", "protection classes hide nothing", everybody_sees_all),
    ("any origin", "at27", "another_site", "changes come from anywhere", any_origin),
    ("no proof of the page", "at27", "only_our_pages", "a cookie is enough to change something", no_proof_of_the_page),
    ("any body", "at27", "comes_as_json", "bodies of any kind and depth are read", any_body),
    ("onward anywhere", "at21", "line_break", "after signing in people are led anywhere", onward_anywhere),
    ("any address", "at28", "never_asked", "the provider may lead us to loopback", any_address),
    ("nothing sealed", "at32", "", "sealing leaves secrets in the clear", nothing_sealed),
)
"""Name, attack, tests in it, what is taken away, how."""
