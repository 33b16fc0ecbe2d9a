"""Who is asking, what they may do, how much of the city they see. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trust.roles import NOBODY, Permission, Role, permissions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trust.access_settings import AccessSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody who asks. ``method`` is how they proved it: ``oidc``, ``local``, ``token``, ``loopback``; empty: nobody.

    ``scopes`` are names of ``[access.scopes]``: None sees the whole city, otherwise what any of them admits is seen.
    ``session`` is the public number of the session, for lists; ``csrf`` what a change has to bring along.
    """

    subject: str
    name: str = ""
    method: str = ""
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = NOBODY
    scopes: frozenset[str] | None = None
    session: str = ""
    csrf: str = ""

    @property
    def display(self) -> str:
        """What to call them."""
        return self.name or self.subject

    def may(self, permission: Permission) -> bool:
        """Whether they may do this."""
        return permission in self.permissions


NOBODY_YET = Identity(subject="")
"""Who has not said who they are."""

AT_THIS_MACHINE = Identity(
    subject="loopback",
    method="loopback",
    roles=frozenset(Role),
    permissions=frozenset(Permission),
)
"""Everybody, where the page listens on loopback and no sign-in is set up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What groups of the identity provider are worth here. What no line names is worth nothing."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: AccessSettings) -> Grants:
        """As ``[access]`` says."""
        scopes = {name: frozenset(scope.groups) for name, scope in settings.scopes.items()}
        return cls(roles={group: Role(role) for group, role in settings.roles.items()}, scopes=scopes)

    def roles_of(self, groups: Iterable[str]) -> frozenset[Role]:
        """The roles of somebody in these groups; none for groups nobody has named."""
        return frozenset(self.roles[group] for group in groups if group in self.roles)

    def scopes_of(self, groups: Iterable[str]) -> frozenset[str] | None:
        """The scopes that bound somebody in these groups; None where none does."""
        mine = frozenset(groups)
        return frozenset(name for name, wanted in self.scopes.items() if wanted & mine) or None

    def identity(self, *, subject: str, name: str, method: str, groups: Iterable[str]) -> Identity:
        """Somebody in these groups."""
        mine = tuple(groups)
        roles = self.roles_of(mine)
        return Identity(
            subject=subject,
            name=name,
            method=method,
            roles=roles,
            permissions=permissions_of(roles),
            scopes=self.scopes_of(mine),
        )
