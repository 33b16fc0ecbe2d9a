"""Who is asking right now: set once at the door for each request, read by whatever answers it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trust.audit_record import Actor
from trust.identity import AT_THIS_MACHINE, Identity
from trust.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody with a request: from which address, under which number."""

    identity: Identity = AT_THIS_MACHINE
    address: str = ""
    request: str = ""

    def actor(self) -> Actor:
        """As the audit log writes it."""
        who = self.identity
        return Actor(
            subject=who.subject or "nobody",
            display=who.name,
            address=self.address,
            method=who.method,
            request=self.request,
        )


_HERE = Asking()
_ASKING: ContextVar[Asking] = ContextVar("asking", default=_HERE)


def asking() -> Asking:
    """The request being answered."""
    return _ASKING.get()


@contextmanager
def asked_by(who: Asking) -> Iterator[None]:
    """Answer for somebody."""
    token = _ASKING.set(who)
    try:
        yield
    finally:
        _ASKING.reset(token)


def signed_name(typed: str) -> str:
    """Who does something: whoever is signed in under their own name, whatever was typed."""
    who = _ASKING.get().identity
    return who.display if who.session else typed


def may(permission: str) -> bool:
    """Whether who is asking may do this; for templates."""
    return _ASKING.get().identity.may(Permission(permission))
