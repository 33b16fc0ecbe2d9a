"""The planner's small city behind its door: people of each role, tokens, and what was written down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from planner_scene import START_NS, Scene
from starlette.testclient import TestClient

from planner.app import create_app
from planner.asking import Asking
from planner.door import REFUSALS_A_MINUTE, TRIES, TRIES_S, Door
from planner.settings import PageSettings
from rainbow.kernel.errors import SignInError
from trust.access_settings import AccessSettings, BudgetSettings, ScopeSettings
from trust.identity import Grants
from trust.openid_pending import Claims, Pending
from trust.roles import Role
from trust.sessions import Limits, Sessions, csrf_of
from trust.signed_out import SignedOut
from trust.throttle import Throttle
from trust.tokens import TokenFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fastapi import FastAPI

    from inventory.plant import Plant
    from planner.door import IdentityProvider, PasswordAccount
    from trust.audit_record import Act, Actor

ORIGIN = "https://rainbow.example"
IDLE_S, WHOLE_S = 1800.0, 36_000.0
ROLES = {f"g-{role}": role.value for role in Role}


class Friendly:
    """A provider that vouches for whoever is asked for: ``code=SUBJECT GROUP,GROUP``."""

    def begin(self, onward: str) -> tuple[str, Pending]:
        made = Pending(state="state-of-it", nonce="n", verifier="v", onward=onward, began_s=self.now_s())
        return "https://id.example/authorize?state=state-of-it", made

    def finish(self, pending: Pending, query: Mapping[str, str]) -> Claims:
        assert pending.state == query["state"]
        subject, groups = query["code"].split(" ")
        return Claims(subject=subject, name=subject.title(), groups=tuple(groups.split(",")), amr="pwd")

    def end(self) -> str:
        return "https://id.example/logout?client_id=rainbow"

    def signed_out(self, token: str) -> SignedOut:
        """Believes ``SUBJECT SESSION``."""
        subject, space, session = token.partition(" ")
        if not space:
            raise SignInError(token)
        return SignedOut(subject=subject, provider_session=session)

    def __init__(self, scene: Scene) -> None:
        self.now_s = lambda: scene.now_ns / 1e9


@dataclass
class DoorScene:
    """A city with a sign-in; ``written`` is what went into the audit log, ``alarms`` what people were told."""

    folder: Path
    plant: Plant
    scopes: Mapping[str, ScopeSettings] = field(default_factory=dict)
    provider: IdentityProvider | None = None
    account: PasswordAccount | None = None
    is_whole: bool = True
    page: PageSettings = field(default_factory=lambda: PageSettings(public_url=ORIGIN, proxies=("10.9.9.9",)))
    budgets: BudgetSettings = field(
        default_factory=lambda: BudgetSettings(per_minute=100_000, expensive_per_minute=100_000)
    )

    def __post_init__(self) -> None:
        self.scene = Scene(self.folder, self.plant)
        self.written: list[tuple[Act, Actor]] = []
        self.alarms: list[str] = []
        self.access = AccessSettings(roles=dict(ROLES), scopes=dict(self.scopes), budgets=self.budgets)
        self.sessions = Sessions(self.folder / "state" / "sessions.sqlite", Limits(idle_s=IDLE_S, whole_s=WHOLE_S))
        self.tokens = TokenFile(self.folder / "state" / "tokens", used=self.sessions.token_used)
        self.door = Door(
            sessions=self.sessions,
            grants=Grants.of(self.access),
            clock=self.scene.clock,
            note=lambda act, by: self.written.append((act, by)),
            alarm=self.alarms.append,
            provider=self.provider or Friendly(self.scene),
            account=self.account,
        )
        self.code = ""
        self._app: FastAPI | None = None

    def forget(self) -> None:
        """Nobody is signed in, nothing was written down, cut or saved, and it is the first morning again."""
        for path in (self.folder / "state").glob("*"):
            if path.suffix != ".sqlite" or path.stem == "sessions":
                path.unlink()
        self.scene.now_ns = START_NS
        self.scene.ground.open.clear()
        self.written.clear()
        self.alarms.clear()
        for name, most, seconds in (("_tries", TRIES, TRIES_S), ("_refusals", REFUSALS_A_MINUTE, 60)):
            object.__setattr__(self.door, name, Throttle(most, seconds))  # frozen, as it should be

    @property
    def app(self) -> FastAPI:
        """The whole application, made once."""
        if self._app is None:
            services = replace(
                self.scene.services(),
                settings=self.page,
                tokens=self.tokens,
                door=self.door,
                access=self.access,
                is_whole=self.is_whole,
            )
            self._app = create_app(services)
        return self._app

    def visitor(self, key: str = "") -> TestClient:
        """A browser with this cookie, or without any."""
        made = TestClient(self.app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)
        if key:
            made.cookies.set(self.door.cookie, key)
            made.headers["x-rainbow-csrf"] = csrf_of(key)
        return made

    def key(self, *groups: str, subject: str = "m.berg", provider_session: str = "") -> str:
        """The cookie of somebody in these groups who has just signed in."""
        claims = Claims(
            subject=subject, name=subject.title(), groups=groups, amr="pwd otp", provider_session=provider_session
        )
        return self.door.came_in(claims, Asking(address="192.0.2.7"))

    def person(self, *groups: str, subject: str = "m.berg") -> TestClient:
        """A browser of somebody in these groups."""
        return self.visitor(self.key(*groups, subject=subject))

    def of_role(self, role: Role | None) -> TestClient:
        """A browser of somebody with this role alone, or of nobody."""
        return self.person(f"g-{role}", subject=f"the.{role}") if role is not None else self.visitor()

    def actions(self) -> list[tuple[str, str]]:
        """What was written down: action and result."""
        return [(act.action, str(act.result)) for act, _by in self.written]
