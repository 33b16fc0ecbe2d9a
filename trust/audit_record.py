"""One record of the audit log: who did what to which thing, and how it ended; and its form that is hashed. Pure.

A record has a head (number, time, retention class, SHA-256 of its body) and a body (everything that may name a person).
The chain runs over heads, so that a body whose time is up can be deleted and the chain is still whole. A body holds a
random value: a digest that is left behind cannot be guessed back to a name.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_TEXT = 512
"""Characters of one text; what is longer is cut and says so."""
MOST_VALUES = 64
"""Entries of one list or table within ``before`` and ``after``."""
MOST_BODY = 16_384
"""Bytes of a body: more than this and ``before`` and ``after`` are left out for their digests."""
FIRST = bytes(32)
"""What stands before the first record."""
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, bidirectional marks, lone surrogates, breaks: shown as \\uXXXX, so that one record is one line."""


class Retention(StrEnum):
    """How long a record's body is kept; the days stand in ``[audit]`` of city.toml."""

    AUDIT = "audit"
    """What changed something."""
    ACCESS = "access"
    """What was only looked at, and who came in."""


class Result(StrEnum):
    """How it ended."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who: ``subject`` is what the identity provider or the system calls them, ``display`` what people do.

    ``method`` is how they proved it (``os``, ``oidc``, ``token``), ``request`` the id of the request they came with.
    """

    subject: str
    display: str = ""
    address: str = ""
    method: str = ""
    request: str = ""


SYSTEM = Actor(subject="rainbow", method="system")
"""What nobody asked for: retention, anchors, deliveries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What: an action (``netbox.push``) on a thing of a kind, with what it was and what it is now."""

    action: str
    kind: str = ""
    thing: str = ""
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
    result: Result = Result.OK
    reason: str = ""
    kept: Retention = Retention.AUDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stays for good. ``chained`` is the hash over the hash before it and this head."""

    n: int
    at_ns: int
    kept: str
    digest: bytes
    chained: bytes


def body_of(n: int, act: Act, by: Actor, nonce: str) -> str:
    """The body as it is kept: one line of ASCII, keys in order, so that equal bodies are equal bytes."""
    values: dict[str, object] = {
        "n": n,
        "nonce": nonce,
        "actor": escaped(by.subject),
        "display": escaped(by.display),
        "address": escaped(by.address),
        "method": escaped(by.method),
        "request": escaped(by.request),
        "action": escaped(act.action),
        "kind": escaped(act.kind),
        "thing": escaped(act.thing),
        "result": str(act.result),
        "reason": escaped(act.reason),
        "before": _plain(act.before),
        "after": _plain(act.after),
    }
    body = canonical(values)
    if len(body) > MOST_BODY:
        for name in ("before", "after"):
            values[name] = {"too_long_sha256": hashlib.sha256(canonical(values[name]).encode()).hexdigest()}
        body = canonical(values)
    return body


def canonical(values: object) -> str:
    """JSON with keys in order, no spaces, ASCII only."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(body: str) -> bytes:
    """SHA-256 of a body."""
    return hashlib.sha256(body.encode("ascii")).digest()


def chained(before: bytes, n: int, at_ns: int, kept: str, digest_of_body: bytes) -> bytes:
    """h_n = SHA-256(h_(n-1) followed by the head in its canonical form)."""
    head = canonical({"n": n, "at_ns": at_ns, "kept": kept, "digest": digest_of_body.hex()})
    return hashlib.sha256(before + head.encode("ascii")).digest()


def escaped(text: object) -> str:
    r"""A text on one line, what does not print written as ``\\uXXXX``, at most 512 characters of the original."""
    whole = str(text)
    shown = "".join(_character(character) for character in whole[:MOST_TEXT])
    return f"{shown}...({len(whole)})" if len(whole) > MOST_TEXT else shown


def _character(character: str) -> str:
    return f"\\u{ord(character):04x}" if unicodedata.category(character) in _ESCAPED else character


def _plain(value: object, depth: int = 0) -> object:
    """A value of ``before`` or ``after``: numbers as they are, texts escaped, anything else by its text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    deepest = 4
    if depth < deepest and isinstance(value, dict):
        return {escaped(key): _plain(item, depth + 1) for key, item in list(value.items())[:MOST_VALUES]}
    if depth < deepest and isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_plain(item, depth + 1) for item in list(items)[:MOST_VALUES]]
    return escaped(value)
