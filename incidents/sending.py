"""Sending through Apprise: mail, Matrix, SMS gateways, webhooks and a hundred others, by one address each."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rainbow.kernel.secret import Secret


class Sender(Protocol):
    """Whoever brings messages to people."""

    def send(self, channel: str, title: str, body: str) -> bool:
        """Whether it was handed over; what failed is tried again."""


class AppriseSender:
    """One Apprise object a channel. Nothing is opened before the first message.

    Raises:
        SettingsError: an address is none that Apprise knows; it is never shown, for it holds passwords.
    """

    def __init__(self, urls: Mapping[str, Secret]) -> None:
        import apprise  # noqa: PLC0415 - a slow import, for cities that notify only

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines may show addresses with their passwords
        self._channels: dict[str, apprise.Apprise] = {}
        for name, url in urls.items():
            channel = apprise.Apprise()
            if not channel.add(url.reveal()):
                raise SettingsError(
                    _("notify.channels.{name}: the address is none that Apprise knows").format(name=name),
                    cure=_("write one like mailto://, matrix:// or json://; Apprise's manual lists them all"),
                )
            self._channels[name] = channel

    def send(self, channel: str, title: str, body: str) -> bool:
        """Whether it was handed over."""
        # Said to be text: what is sent as HTML, mail above all, is escaped then.
        return bool(self._channels[channel].notify(title=title, body=body, body_format="text"))
