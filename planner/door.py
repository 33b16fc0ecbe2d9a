"""Signing in and out: what becomes of a person who proved who they are. The pages of it are :mod:`planner.sign_in`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from rainbow.kernel.errors import SignInError
from rainbow.kernel.texts import _
from trust.audit_record import Act, Actor, Result, Retention
from trust.identity import Grants, Identity
from trust.roles import Role, permissions_of
from trust.sessions import Session, Sessions, csrf_of
from trust.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.asking import Asking
    from rainbow.kernel.samples import UnixNs
    from trust.openid_pending import Claims, Pending
    from trust.signed_out import SignedOut

COOKIE = "__Host-rainbow"
REFUSALS_A_MINUTE = 60
"""So many refusals of one address are written down a minute; more say nothing new and would fill the log."""
TRIES, TRIES_S = 5, 300
"""Tries with a password for one name from one address."""
LOCAL, OIDC = "local", "oidc"


class IdentityProvider(Protocol):
    """Where people prove who they are. All raise SignInError."""

    def begin(self, onward: str) -> tuple[str, Pending]:
        """Where to send a browser, and what to remember of it."""

    def finish(self, pending: Pending, query: Mapping[str, str]) -> Claims:
        """Who came back."""

    def end(self) -> str:
        """Where a person ends their session there."""

    def signed_out(self, token: str) -> SignedOut:
        """Whom it says it has signed out."""


class PasswordAccount(Protocol):
    """The account of this machine."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def role(self) -> Role:
        """What it may do."""

    def proved(self, name: str, password: str, code: str) -> bool:
        """Whether all three are right; takes as long where one is not."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """Everything about signing in to one city. ``note`` writes into the audit log; what cannot be written is not done.

    ``alarm`` tells people at once that the account of this machine was used.
    """

    sessions: Sessions
    grants: Grants
    clock: Callable[[], UnixNs]
    note: Callable[[Act, Actor], object]
    alarm: Callable[[str], None]
    provider: IdentityProvider | None = None
    account: PasswordAccount | None = None
    cookie: str = COOKIE
    _tries: Throttle = field(default_factory=lambda: Throttle(TRIES, TRIES_S))
    _refusals: Throttle = field(default_factory=lambda: Throttle(REFUSALS_A_MINUTE, 60))

    @property
    def now_s(self) -> float:
        """UNIX time."""
        return self.clock() / 1e9

    def identity_of(self, key: str, *, is_active: bool) -> Identity | None:
        """Whom a cookie belongs to; None where its session is over, or is not worth any more what it was worth.

        Raises:
            StoreError: the file of sessions cannot be used.
        """
        session = self.sessions.found(key, self.now_s, is_active=is_active) if key else None
        if session is None:
            return None
        identity = self._identity(session.method, session.subject, session.name, session.groups)
        if identity is None or worth(identity) != session.worth:
            self.sessions.end(session.number)
            return None
        return replace(identity, session=session.number, csrf=csrf_of(key))

    def _identity(self, method: str, subject: str, name: str, groups: tuple[str, ...]) -> Identity | None:
        if method == LOCAL:
            if self.account is None or subject != self.account.name:
                return None
            roles = frozenset({self.account.role})
            return Identity(subject=subject, name=name, method=LOCAL, roles=roles, permissions=permissions_of(roles))
        if self.provider is None:
            return None
        return self.grants.identity(subject=subject, name=name, method=OIDC, groups=groups)

    def came_in(self, claims: Claims, asked: Asking) -> str:
        """Somebody whom the provider vouches for; the key of their new session.

        Raises:
            SignInError: their groups are worth nothing here.
            StoreError, AuditError: it cannot be kept or written down.
        """
        identity = self.grants.identity(subject=claims.subject, name=claims.name, method=OIDC, groups=claims.groups)
        asked = replace(asked, identity=identity)
        if not identity.roles:
            self.refused(asked, _("none of their groups has a role here"))
            raise SignInError(
                _("You are known, but have no role here."), cure=_("ask who keeps the groups of your account")
            )
        return self._begun(identity, claims.groups, claims.amr, asked, provider_session=claims.provider_session)

    def came_in_by_password(self, name: str, password: str, code: str, asked: Asking) -> str:
        """Somebody with the password and code of the account of this machine; the key of their new session.

        Raises:
            SignInError: one of them is wrong, there is no such account (which, nobody is told), or too many tries.
            StoreError, AuditError: it cannot be kept or written down.
        """
        asked = replace(asked, identity=Identity(subject=name, method=LOCAL))
        wait_s = self._tries.wait_s(name.casefold()[:100], asked.address)
        if wait_s:
            self.refused(asked, _("too many tries"))
            raise SignInError(_("Too many tries."), cure=_("wait {seconds} s").format(seconds=wait_s))
        if self.account is None or not self.account.proved(name, password, code):
            self.refused(asked, _("wrong name, password or code"))
            raise SignInError(_("Name, password or code is wrong."))
        identity = self._identity(LOCAL, self.account.name, "", ())
        if identity is None:  # never: there is an account
            raise SignInError(_("Name, password or code is wrong."))
        key = self._begun(identity, (), "pwd otp", replace(asked, identity=identity))
        self.alarm(
            _("The emergency account {name} was used from {address}.").format(name=name, address=asked.address or "-")
        )
        return key

    def _begun(
        self, identity: Identity, groups: tuple[str, ...], amr: str, asked: Asking, *, provider_session: str = ""
    ) -> str:
        now_s, number = self.now_s, secrets.token_hex(8)
        after = {
            "roles": sorted(identity.roles),
            "scopes": sorted(identity.scopes or ()),
            "session": number,
            "amr": amr,
        }
        self.note(
            Act(action="sign_in.ok", kind="session", thing=number, after=after, kept=Retention.ACCESS), asked.actor()
        )
        return self.sessions.begin(
            Session(
                number=number,
                subject=identity.subject,
                name=identity.name,
                method=identity.method,
                groups=groups,
                worth=worth(identity),
                amr=amr,
                address=asked.address,
                began_s=now_s,
                seen_s=now_s,
                provider_session=provider_session,
            )
        )

    def refused(self, asked: Asking, reason: str) -> None:
        """Write down that somebody could not sign in."""
        act = Act(action="sign_in.refused", kind="session", result=Result.REFUSED, reason=reason, kept=Retention.ACCESS)
        self.note(act, asked.actor())

    def note_refusal(self, act: Act, by: Actor) -> None:
        """Write down that somebody was refused something, as long as it says anything new."""
        if not self._refusals.wait_s(by.address or by.subject):
            self.note(act, by)

    def ended(self, number: str, asked: Asking, *, reason: str = "") -> bool:
        """End a session, and write it down; whether there was one.

        Raises:
            StoreError, AuditError: it cannot be ended or written down.
        """
        act = Act(action="session.end", kind="session", thing=number, reason=reason, kept=Retention.ACCESS)
        self.note(act, asked.actor())
        return self.sessions.end(number)

    def signed_out(self, gone: SignedOut, asked: Asking) -> None:
        """End here what the provider has ended there.

        Raises:
            StoreError, AuditError: they cannot be ended or written down.
        """
        theirs = [session for session in self.sessions.all(self.now_s) if _hangs_on(session, gone)]
        for session in theirs:
            who = Identity(subject=session.subject, name=session.name, method=OIDC)
            self.ended(session.number, replace(asked, identity=who), reason=_("signed out at the provider"))

    def not_signed_out(self, asked: Asking, reason: str) -> None:
        """Write down that a word of the provider was none."""
        act = Act(
            action="sign_out.refused", kind="session", result=Result.REFUSED, reason=reason, kept=Retention.ACCESS
        )
        self.note_refusal(act, asked.actor())


def _hangs_on(session: Session, gone: SignedOut) -> bool:
    """Whether a session is over with what ended at the provider. One that knows no session there goes by its person."""
    if session.method != OIDC or gone.subject not in {"", session.subject}:
        return False
    if gone.provider_session and session.provider_session:
        return session.provider_session == gone.provider_session
    return bool(gone.subject)


def worth(identity: Identity) -> str:
    """What somebody's groups are worth, as a text that differs when it does."""
    scopes = "*" if identity.scopes is None else ",".join(sorted(identity.scopes))
    return f"{','.join(sorted(identity.roles))} {scopes}"
