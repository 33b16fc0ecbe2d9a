"""Settings of the table ``[access]`` in city.toml: who may come in from outside, and as what."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.secret import SecretRef
from rainbow.kernel.texts import _
from trust.roles import Role

_BOX = 4
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """An OpenID Connect provider: Keycloak, Entra ID, Univention and others.

    ``issuer`` exactly as the provider writes it. ``roles_claim`` is the claim of the ID token with a person's groups;
    a dot leads into a table (``realm_access.roles``). ``hosts`` are further hosts that the provider's addresses may
    name. ``ca_file`` is for a private certificate authority. ``algorithms`` are signatures believed; no other ever is.
    """

    issuer: str
    client_id: str
    client_secret: SecretRef = SecretRef()
    scopes: tuple[str, ...] = ("openid", "profile")
    roles_claim: str = "groups"
    name_claim: str = "name"
    hosts: tuple[str, ...] = ()
    ca_file: NamedFile = NO_FILE
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256")

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        if not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError(_("issuer {value!r} is no address of a provider").format(value=self.issuer))
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError(_("issuer {value!r} does not begin with https://").format(value=self.issuer))
        if not self.client_id:
            raise ValueError(_("client_id is empty"))
        if "openid" not in self.scopes:
            raise ValueError(_("scopes lack openid"))
        offered = ("RS256", "PS256", "ES256")
        if not self.algorithms or not set(self.algorithms) <= set(offered):
            raise ValueError(_("algorithms are not among {known}").format(known=", ".join(offered)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSettings:
    """A part of the city that some see alone. ``groups``: whoever is in one of them sees no more than their scopes.

    ``box`` is west, south, east, north in degrees: what lies within. ``owners`` of trenches. ``user_groups``: what
    their light runs through. What one of the three admits is seen, with all it needs to be drawn.
    """

    groups: tuple[str, ...]
    box: tuple[float, ...] = ()
    owners: tuple[str, ...] = ()
    user_groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.groups:
            raise ValueError(_("groups is empty: nobody would be bound by this scope"))
        if not (self.box or self.owners or self.user_groups):
            raise ValueError(_("a scope needs box, owners or user_groups"))
        if self.box and (len(self.box) != _BOX or self.box[0] >= self.box[2] or self.box[1] >= self.box[3]):
            raise ValueError(_("box is not west, south, east, north"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlassSettings:
    """One account of this machine for the day the provider is away; without the table there is none.

    The password is kept as an argon2id hash; ``totp`` is the key of the second factor. ``rainbow access break-glass``
    makes both.
    """

    name: str
    password: SecretRef
    totp: SecretRef
    role: str = Role.ADMIN

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError(_("name is empty"))
        if self.role not in set(Role):
            raise ValueError(_("role {value!r} is not one of {known}").format(value=self.role, known=", ".join(Role)))
        if not (self.password and self.totp):
            raise ValueError(_("it needs password_file or password_env, and totp_file or totp_env"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSettings:
    """How much one person or token may ask for. ``expensive`` are questions that are worked out, not looked up."""

    per_minute: int = 1200
    expensive_per_minute: int = 120
    expensive_at_once: int = 3
    expensive_at_once_in_all: int = 6
    expensive_s: float = 30.0

    def __post_init__(self) -> None:
        for name in ("per_minute", "expensive_per_minute", "expensive_at_once", "expensive_at_once_in_all"):
            if getattr(self, name) < 1:
                raise ValueError(_("{name} {value} is below 1").format(name=name, value=getattr(self, name)))
        if self.expensive_s <= 0:
            raise ValueError(_("{name} {value} is not above zero").format(name="expensive_s", value=self.expensive_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSettings:
    """Sign-in, roles, scopes. Without ``[access.oidc]`` and ``[access.break_glass]`` there is no sign-in.

    ``roles``: a group of the provider, and the role it is worth. A session ends ``idle_minutes`` after somebody did
    something last, and ``session_hours`` after it began.
    """

    oidc: OidcSettings | None = None
    break_glass: BreakGlassSettings | None = None
    roles: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, ScopeSettings] = field(default_factory=dict)
    idle_minutes: float = 30.0
    session_hours: float = 10.0
    budgets: BudgetSettings = BudgetSettings()

    def __post_init__(self) -> None:
        for group, role in self.roles.items():
            if role not in set(Role):
                raise ValueError(
                    _("role {value!r} of {group} is not one of {known}").format(
                        value=role, group=group, known=", ".join(Role)
                    )
                )
        for name in ("idle_minutes", "session_hours"):
            if getattr(self, name) <= 0:
                raise ValueError(_("{name} {value} is not above zero").format(name=name, value=getattr(self, name)))

    @property
    def has_sign_in(self) -> bool:
        """Whether there is any way to sign in."""
        return self.oidc is not None or self.break_glass is not None
