"""Roles and what each may do. Pure: one table, read from top to bottom by whoever grants a role."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Permission(StrEnum):
    """What a route can ask for. Every route asks for exactly one."""

    PUBLIC = "public"
    """Nothing: signing in, the page's own styles and scripts, whether the server lives."""
    ACCOUNT = "account"
    """To be somebody: one's own sessions, signing out."""
    READ = "read"
    """Map, lists, search, states, incidents, light and traffic."""
    ANALYSE = "analyse"
    """Questions of what a cut would do, where to dig, whether something may be opened."""
    SAVE = "save"
    """Saved what-ifs."""
    TAKE = "take"
    """Taking an incident."""
    CONTROL = "control"
    """Cutting and repairing trenches of a simulated city."""
    AUDIT = "audit"
    """The audit log and the evidence pack."""
    ADMIN = "admin"
    """Sessions of other people."""


class Role(StrEnum):
    """What a person is to the network."""

    VIEWER = "viewer"
    PLANNER = "planner"
    OPERATOR = "operator"
    ENGINEER = "engineer"
    AUDITOR = "auditor"
    ADMIN = "admin"


_LOOKS = frozenset({Permission.PUBLIC, Permission.ACCOUNT, Permission.READ})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _LOOKS,
    Role.PLANNER: _LOOKS | {Permission.ANALYSE, Permission.SAVE},
    Role.OPERATOR: _LOOKS | {Permission.ANALYSE, Permission.TAKE},
    Role.ENGINEER: _LOOKS | {Permission.ANALYSE, Permission.SAVE, Permission.TAKE, Permission.CONTROL},
    Role.AUDITOR: frozenset({Permission.PUBLIC, Permission.ACCOUNT, Permission.AUDIT}),
    Role.ADMIN: frozenset(Permission),
}
"""An auditor sees what was done, not the plant; who has to see both gets two roles."""

NOBODY = frozenset({Permission.PUBLIC})


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """All that these roles may do together; without a role to sign out, and no more."""
    return frozenset({Permission.PUBLIC, Permission.ACCOUNT}).union(*(PERMISSIONS[role] for role in roles))
