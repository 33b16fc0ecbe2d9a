"""The sign-in of a city, put together from its settings: sessions, provider, emergency account, audit log, alarm."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.door import Door
from rainbow.audited import audit_log
from rainbow.city import clock, secret
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _
from trust.identity import Grants
from trust.sessions import Limits, Sessions

if TYPE_CHECKING:
    from incidents.sending import Sender
    from rainbow.city import City
    from trust.break_glass import BreakGlass
    from trust.openid import Provider

BACK = "/sign-in/back"


def sessions(city: City) -> Sessions:
    """The sessions of a city's page, in a file of their own."""
    settings = city.settings.access
    limits = Limits(idle_s=settings.idle_minutes * 60, whole_s=settings.session_hours * 3600)
    return Sessions(city.state / "sessions.sqlite", limits)


def door(city: City, sender: Sender | None) -> Door | None:
    """The sign-in; None where the settings have none.

    Raises:
        SettingsError: a secret is missing or is not what it should be, or a role or scope leads nowhere.
    """
    settings = city.settings.access
    if not settings.has_sign_in:
        return None
    if settings.oidc is not None and not settings.roles:
        raise SettingsError(
            _("[access.roles] names no group: nobody who signs in would have a role"),
            cure=_('add a line like "fibre-viewers" = "viewer"'),
        )
    log = audit_log(city.folder)
    return Door(
        sessions=sessions(city),
        grants=Grants.of(settings),
        clock=clock,
        note=log.note,
        alarm=Alarm(sender=sender, channels=tuple(city.settings.notify.channels)),
        provider=_provider(city),
        account=_account(city),
    )


def _provider(city: City) -> Provider | None:
    settings = city.settings.access.oidc
    if settings is None:
        return None
    from trust.openid import Provider  # noqa: PLC0415 - a second to load, and only a page with a provider needs it

    known = secret(city, settings.client_secret, what="access.oidc.client_secret") if settings.client_secret else None
    return Provider(settings, known, back=city.settings.page.origin + BACK)


def _account(city: City) -> BreakGlass | None:
    settings = city.settings.access.break_glass
    if settings is None:
        return None
    from trust.break_glass import BreakGlass  # noqa: PLC0415 - same

    return BreakGlass(
        settings,
        password=secret(city, settings.password, what="access.break_glass.password"),
        totp=secret(city, settings.totp, what="access.break_glass.totp"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Tells people at once, by every channel and the log of the service."""

    sender: Sender | None
    channels: tuple[str, ...]

    def __call__(self, text: str) -> None:
        """Send one line."""
        sys.stderr.write(f"{text}\n")
        if self.sender is not None:
            for channel in self.channels:
                self.sender.send(channel, _("RAINBOW: emergency account"), text)
